"""White space goes only where it means nothing."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from launchwindow.edit.white_space import tidy_white_space
from launchwindow.load.yaml_source import Refused, parse


def tidied(text: str) -> tuple[str, tuple[str, ...]]:
    """The text afterwards, and what was done."""
    found = tidy_white_space(parse("a.yaml", text.encode()))
    return (text, ()) if found is None else (found.data.decode(), found.done)


@pytest.mark.parametrize(
    ("before", "after", "done"),
    [
        ("a: 1  \nb: 2\t\n", "a: 1\nb: 2\n", ("white space at the end of 2 lines removed",)),
        ("a: 1", "a: 1\n", ("end of the last line added",)),
        ("a: 1\n\n  \n", "a: 1\n", ("blank lines at the end removed",)),
        ("a: 1\r\nb: 2\r\n", "a: 1\nb: 2\n", ("line ends are LF",)),
        ("# why \t\na:\n  - b \n", "# why\na:\n  - b\n", ("white space at the end of 2 lines removed",)),
        ("a: 'x  \n  y'\n", "a: 'x\n  y'\n", ("white space at the end of 1 line removed",)),
        # The line break that is escaped stays escaped.
        ('a: "x \\\n  y" \n', 'a: "x \\\n  y"\n', ("white space at the end of 1 line removed",)),
        # Of a block scalar only what stands outside changes.
        ("a: |  \n  x  \n  y\nb: 2 \n", "a: |\n  x  \n  y\nb: 2\n", ("white space at the end of 2 lines removed",)),
        ("a: |\r\n  x  \r\nb: 2\r\n", "a: |\n  x  \nb: 2\n", ("line ends are LF",)),
        ("b: 2 \na: |\n  x", "b: 2\na: |\n  x", ("white space at the end of 1 line removed",)),
    ],
)
def test_what_means_nothing_goes(before: str, after: str, done: tuple[str, ...]) -> None:
    assert tidied(before) == (after, done)


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\n",
        "",
        " \n",
        "a: |+\n  x\n\n",
        "a: |\n  x  \n",
        "a: |\n  x",
        # Lines that end otherwise: places are not sure.
        "a: 1 \rb: 2 \n",
        "a: 1 # \u2028 \n",
        "a: 1 # \x85 \n",
        # A tab inside a line may be anything.
        "a:\t1\n",
    ],
)
def test_what_means_something_or_is_not_sure_stays(text: str) -> None:
    assert tidied(text) == (text, ())


LINES = ["k%d: b", "k%d: b  ", "k%d: |", "k%d: >- ", "k%d: |+\t", "  x \t", "  x", "", "  ", "\t", "# c ", "k%d: 'q ",
         "  r' ", 'k%d: "s \\', '  t" ', "k%d:", "  - a ", "  - |", "    z  ", "k%d: {a: b,  ", "  c: d} "]  # fmt: skip
ENDS = ["\n"] * 6 + ["\r\n"] * 3 + ["\r", "\u2028"]


@st.composite
def texts(draw: st.DrawFn) -> str:
    lines = draw(st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(ENDS)), min_size=1, max_size=9))
    text = "".join((line % number if "%" in line else line) + end for number, (line, end) in enumerate(lines))
    return text if draw(st.booleans()) else text.rstrip("\n")


@settings(max_examples=100)
@given(texts())
def test_the_data_stays_and_a_second_time_does_nothing(text: str) -> None:
    try:
        document = parse("a.yaml", text.encode())
    except Refused:
        assume(False)
    found = tidy_white_space(document)
    if found is not None:
        assert found.done
        assert found.data != text.encode()
        after = parse("a.yaml", found.data)
        assert repr(after.data) == repr(document.data)
        assert b"\r" not in found.data
        assert tidy_white_space(after) is None
