"""The fast reader reads what libyaml reads, or nothing: of all examples, of changed ones, of any lines."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.load.simple_yaml import simple
from launchwindow.load.yaml_source import MAX_APP_VALUES, Refused, _Builder
from support.examples import RULES_FOLDER
from support.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

SCALARS = (
    "", "x", "1", "0x1f", "0o17", "1.5", "1e3", "1_000", "~", "null", "no", "true", "2026-01-02", "12:30", "a:b", "a:",
    "a: b", "a #b", "a#b", "a# b", "#a", ":a", "-a", "- a", "-1", "+1", ".5", "...", "---", "<x>", "<<", "$x", "%x",
    "@x",
    "`x", "!x", "&x", "*x", "|", ">", ">-", "?", "? a", "a, b", "a]", "a  b", "é à", "l’été “ici” – où…", "日本 語",
    "a\u200bb", "a\ufeffb", "\U0001f600 x", "a\x85b", "a\xa0b", "\ue000", "a\u00ad", "a\u2028b", "a\tb",
    "'a'",
    "'a''b'", "''''", "'''a'", "['a''b', '''']", "'a'' b", "'a' b", "'a': b", "''", "'a: #b'", "'",
    '"a"', '""', '"a\\tb"', '"a" b', '"', "https://exa.gov/a?b=c#d",
    "[]", "{}", "[a]", "[a, b]", "[a,b]", "[a,]", "[,]", "[a b, 1, ~]", "[a: b]", "{a: b}", "{a: b, c: [d, {e: f}]}",
    "{a:b}", "{a: }", "{a}", "{a: b, a: c}", "[a]]", "[[a]", "[a] b", "['a: b', \"c, d\"]", "[https://exa.gov]",
    "['https://exa.gov/a']", "[a #b]", "[a#b]", "[-1]", "[- a]", "[a b: c]", "{a: b c}", "[é]", "[a?b]", "[a, b",
    "{a: 'b'}",
    "{'a': b}", "[a]: b", "{a: b}: c", "[ a , b ]", "{ a: b }", "[\"a\"b]", "[~]", "{a: ~}", "[1.0, 0x10, null]",
)  # fmt: skip
LEADS = (
    "",
    "k: ",
    "k:  ",
    "k:",
    "- ",
    "-  ",
    "-",
    "- k: ",
    "- - ",
    "  k: ",
    "'k': ",
    "k : ",
    "1: ",
    "null: ",
    "a b: ",
    "k.l: ",
)
ENDS = ("", " ", " # c", "# c", "  #", "\t# c", " # c: [\u2028")
LINES = (
    "", "a:", "b:", "  a:", "  b: 1", "    c: 2", "- a", "  - b", "    - c", "- a: 1", "  - b: 2", "-", "# c",
    "  # c", "a: 1",
    "a: [1]", "  - {x: y}", "---", "...", "b: 'x'", "  more", "- b:", "  - c:", "      d: 3", "   e: 4", "   - f",
    "a: |", "\t",
    " ", "%YAML 1.2", "- ", "  -", "a: {", "}",
)  # fmt: skip


def same(text: str) -> bool:
    """Whether the fast reader read the text; if so, it must have read the same, kinds and order included."""
    read = simple(text, MAX_APP_VALUES)
    if read is None:
        return False
    try:
        slow: Any = _Builder("apps/x.yaml", text, most=MAX_APP_VALUES).build()
    except Refused as refused:
        pytest.fail(f"libyaml refuses {text!r}: {refused}")
    assert repr(read) == repr(slow), text
    return True


@cache
def files() -> tuple[str, ...]:
    return tuple(sorted(set(_files())))


def _files() -> Iterator[str]:
    for folder in (RULES_FOLDER, ROOT / "apps", ROOT / "partners"):
        for path in sorted(folder.rglob("*.yaml")):
            try:
                yield path.read_text(encoding="utf-8")
            except (UnicodeDecodeError, OSError):
                continue


def test_most_files_are_read_and_all_alike() -> None:
    assert sum(map(same, files())) > len(files()) / 2


def test_each_form_of_a_line() -> None:
    read = sum(
        same(f"{before}{lead}{scalar}{end}{after}")
        for before in ("", "b: 1\n")
        for lead, scalar, end in product(LEADS, SCALARS, ENDS)
        for after in ("\n", "\nz: 2\n", "\n  z\n")
    )
    assert read > 500


@settings(max_examples=300)
@given(st.lists(st.sampled_from(LINES), max_size=9), st.sampled_from(("", "\n", "\r\n")))
def test_lines_in_any_order(lines: list[str], end: str) -> None:
    same("\n".join(lines) + end)


@settings(max_examples=300)
@given(
    st.lists(
        st.text("kab:#-,[]{}'\" <>|~01.\\é’\u00ad\u2028\ufeff\U0001f600\x85\t&*!%@`?=", max_size=14),
        min_size=1,
        max_size=3,
    )
)
def test_any_characters(lines: list[str]) -> None:
    same("\n".join(lines))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_what_people_change(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(files()))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.sampled_from("\n :#-,[]{}'\"ab")) + text[at + data.draw(st.integers(0, 2)) :]
    same(text)


def test_what_is_large_or_deep_is_left_to_libyaml() -> None:
    assert simple("".join(f"k{number}: 1\n" for number in range(600)), MAX_APP_VALUES) is None
    assert simple(f"a: {'x' * 2000}\n", MAX_APP_VALUES) is None
    assert simple("".join(f"{' ' * depth}k:\n" for depth in range(30)), MAX_APP_VALUES) is None
    assert simple(f"a: {'[' * 30}{']' * 30}\n", MAX_APP_VALUES) is None
    assert simple("", MAX_APP_VALUES) is None


def test_each_file_gets_data_of_its_own() -> None:
    one, other = (simple("a: [1, {b: 2}]\n", MAX_APP_VALUES) for _ in range(2))
    assert one == other == {"a": [1, {"b": 2}]}
    assert isinstance(one, dict)
    assert isinstance(other, dict)
    assert one["a"] is not other["a"]
