"""The writer of YAML files: its bytes, and that readers of both versions of YAML read them alike."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from launchwindow.emit import to_yaml
from launchwindow.load.yaml_source import parse

HOSTILE = [
    "", " ", "no", "NO", "y", "on", "~", "null", "true", "1_000", "0o17", "017", "0x1F", "1e3", ".inf",
    ".nan", "12:30:45", "2026-11-26", "2026-11-26T10:00:00Z", "=", "<<", "*alias", "&anchor", "!!str x",
    "!ruby/object:Gem", "%TAG", "@x", "`x`", "- x", "? x", ": x", "a: b", "a #b", "# c", "{a}", "[a]", "|",
    ">", "---", "...", "'", '"', "\\", "\\n", "a\nb", "\n", "a\r\nb", "\t", "trailing ", "\x00", "\x07",
    "\x0b", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u2029", "\ufeff", "\ufffe", "\uffff", "\u202e", "\u200b",
    "é", "日本語", "😀", "\U0010fffd", ":symbol", "<%= `id` %>", "%{env}", "x" * 5000,
]  # fmt: skip

TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
NUMBERS = st.one_of(st.integers(-(10**18) + 1, 10**18 - 1), st.floats(-1e90, 1e90, allow_subnormal=False))
SCALARS = st.one_of(TEXTS, NUMBERS.filter(lambda number: number == 0 or abs(number) > 1e-90), st.booleans(), st.none())
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=15,
)


def read(text: str, version: tuple[int, int]) -> object:
    reader = YAML(typ="safe", pure=True)
    reader.version = version
    return reader.load(text)


@given(VALUES)
@settings(max_examples=100, deadline=None)
def test_every_reader_reads_back_what_was_written(value: object) -> None:
    text = to_yaml(value)
    assert read(text, (1, 1)) == value
    assert read(text, (1, 2)) == value
    assert parse("ledger.yaml", text.encode()).data == value


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("version", [(1, 1), (1, 2)])
def test_hostile_text_stays_text_as_key_value_and_item(text: str, version: tuple[int, int]) -> None:
    value = {text: text, "list": [text, [text], {text: {text: text}}]}
    assert read(to_yaml(value), version) == value
    assert parse("ledger.yaml", to_yaml(value).encode()).data == value


@given(VALUES)
@settings(max_examples=100, deadline=None)
def test_the_text_has_only_printable_characters_and_line_feeds(value: object) -> None:
    text = to_yaml(value)
    assert text.endswith("\n")
    unwanted = set("\t\r\x7f\x85\u2028\u2029\ufeff\u202e") | {chr(code) for code in range(32)} - {"\n"}
    assert not unwanted & set(text)


def test_the_bytes_are_held() -> None:
    value = {
        "name": 'Say "hi"\n',
        "no": False,
        "agency id": 901,
        7: -1,
        "amount": 1181292.21,
        "small": 0.0001,
        "large": 1e16,
        "nothing": None,
        "empty": {"list": [], "mapping": {}, "tuple": ()},
        "orders": [{"number": 1, "mods": ("a", "b")}, [True, [2]], "é😀\x85"],
    }
    assert to_yaml(value, comment="Two\nlines") == (
        "# Two\n"
        "# lines\n"
        'name: "Say \\"hi\\"\\n"\n'
        '"no": false\n'
        '"agency id": 901\n'
        "7: -1\n"
        "amount: 1181292.21\n"
        "small: 1.0e-04\n"
        "large: 1.0e+16\n"
        "nothing: null\n"
        "empty:\n"
        "  list: []\n"
        "  mapping: {}\n"
        "  tuple: []\n"
        "orders:\n"
        "  - number: 1\n"
        "    mods:\n"
        '      - "a"\n'
        '      - "b"\n'
        "  - - true\n"
        "    - - 2\n"
        '  - "é😀\\u0085"\n'
    )


@pytest.mark.parametrize("value", [{}, [], (), "x", 1, None, True])
def test_a_document_may_be_a_single_value(value: object) -> None:
    assert read(to_yaml(value), (1, 2)) == (list(value) if isinstance(value, tuple) else value)


def test_a_value_that_stands_twice_is_written_twice() -> None:
    twice = {"a": ["b"]}
    assert to_yaml({"one": twice, "two": twice}) == 'one:\n  a:\n    - "b"\ntwo:\n  a:\n    - "b"\n'


@pytest.mark.parametrize("length", [990, 1000, 1024, 5000])
@pytest.mark.parametrize("inner", ["x", {"a": 1}, ["a"], {}])
def test_a_key_may_be_longer_than_readers_look_for_its_colon(length: int, inner: object) -> None:
    value = {"k" * length: inner, "list": [{"k" * length: inner}]}
    for version in ((1, 1), (1, 2)):
        assert read(to_yaml(value), version) == value
    assert parse("ledger.yaml", to_yaml(value).encode()).data == value


def test_a_comment_can_not_end_itself() -> None:
    text = to_yaml({"a": 1}, comment="x\rb: 2\x85c: 3\u2028d: 4\n\ne")
    assert read(text, (1, 1)) == {"a": 1}
    assert all(line.startswith("#") or line == "a: 1" for line in text.splitlines())
    assert not any(line.endswith(" ") for line in text.splitlines())


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, "\ud800", {"\udfff": 1}])
def test_what_yaml_can_not_hold_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="YAML file"):
        to_yaml([value])


@pytest.mark.parametrize("value", [{1, 2}, b"x", object(), {True: 1}, {None: 1}, {(1,): 1}])
def test_what_is_no_plain_data_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="YAML file"):
        to_yaml({"a": value})
