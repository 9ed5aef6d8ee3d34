"""The quick reader of what `emit` writes never differs from the real one; where it may, it gives up."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.emit import to_yaml
from launchwindow.load.emitted import read_emitted
from launchwindow.load.yaml_source import Refused, parse

LARGE = 16 * 1024 * 1024
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["", "no", "1_000", "2026-11-26", "a: b", "- x", '"', "\\", "#", "{}", "[]", "null", "\u2028", "\x85", "é", " x "]
)
KEY = st.sampled_from(["a", "b-c", "_d", "true", "key", "x1"]) | TEXT
SCALAR = (
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False) | TEXT
)
VALUE = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEY, inner, max_size=4), max_leaves=20
)


def real(text: str) -> object:
    """What the real reader makes of a text: its data, or the refusal as words."""
    try:
        return parse("x", text.encode("utf-8", "replace"), LARGE).data
    except Refused as refused:
        return f"refused: {refused.refusal.message}"


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["id", "released", "confirmed", "row", "past"]), VALUE, min_size=1, max_size=4))
def test_what_was_written_is_read_like_the_real_reader_reads_it(value: dict[str, object]) -> None:
    text = to_yaml(value)
    quick = read_emitted(text)
    assert quick is None or (quick == real(text) and repr(quick) == repr(real(text)))


def test_what_the_ledger_holds_is_read_the_quick_way() -> None:
    row = {"issuer": "urn:x", "columns": {"ial": 2, "help": None, "on": True}, "uris": ["https://a", 'b\n"c']}
    value = {"id": "a/b@c", "released": {"row": row}, "confirmed": {"row": row}, "past": [], "notes": [{"a": [1, {}]}]}
    assert read_emitted(to_yaml(value)) == value


@settings(deadline=None)
@given(
    st.dictionaries(KEY, VALUE, min_size=1, max_size=3),
    st.lists(
        st.tuples(
            st.integers(0, 400), st.integers(0, 3),
            st.sampled_from(["", " ", "  ", "\n", ":", "- ", "-", '"', "\\", "#", "1", "x", "&a", "*a", "!t ", "---\n",
                             "...\n", "? ", "|", ">", "{", "[", "'", "\t", "\r", "\x85", "\u2028", "0x1f", "~", "No"]),
        ), min_size=1, max_size=3,
    ),
)  # fmt: skip
def test_a_text_that_was_tampered_with_is_read_alike_or_left_to_the_real_reader(
    value: dict[str, object], edits: list[tuple[int, int, str]]
) -> None:
    text = to_yaml(value)
    for place, length, new in edits:
        at = place % (len(text) + 1)
        text = text[:at] + new + text[at + length :]
    quick = read_emitted(text)
    assert quick is None or (quick == real(text) and repr(quick) == repr(real(text)))


@pytest.mark.parametrize(
    "text",
    [
        "", "a: 1", "a:1\n", "a: 1\na: 2\n", "- 1\n", "a: x\n", "a: 'x'\n", "a: &b 1\n", "a: *b\n", "a:\nb: 1\n",
        "a: 1 # c\n", "a: 1\r\n", "a:\n   b: 1\n", "a:\n  - 1\n  b: 2\n", "a: \"\\ud83d\\ude00\"\n", "a: \"x\ty\"\n",
        "a: 1\n---\nb: 2\n", "a: 1\n...\n", "%YAML 1.1\n", "# c\na: 1\n", "a: 1_000\n", "a: .inf\n", "b c: 1\n",
        "a: 1\nb c: 1\n", "a: 1\nb #c: 1\n", "a:\n" + "".join(f"{'  ' * depth}- - 1\n" for depth in range(60)),
    ],
)  # fmt: skip
def test_anything_else_is_left_to_the_real_reader(text: str) -> None:
    assert read_emitted(text) is None
