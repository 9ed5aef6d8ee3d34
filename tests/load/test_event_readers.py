"""However a text is read, the same comes out: libyaml with stand-ins against ruamel.yaml's parser in Python."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.load import event_readers, yaml_source
from launchwindow.load.event_readers import _InPython, _StandIns
from launchwindow.load.yaml_source import Refused, parse

PIECES = [
    "a",
    "b: ",
    ":",
    "://",
    "[",
    "]",
    "{",
    "}",
    ", ",
    ",",
    '"',
    "'",
    "\n",
    "\n  - ",
    " #",
    "é",
    "&x",
    "!t",
    "*",
    "|\n  ",
]
texts = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


def outcome(text: str) -> object:
    """The data and places, or that it was refused."""
    try:
        document = parse("x.yaml", text.encode())
    except Refused:
        return "refused"
    return document.data, dict(document.locate().values), dict(document.locate().keys)


def in_python(text: str) -> object:
    """The same by the parser in Python alone."""
    with patch.object(event_readers, "first_reader", _InPython), patch.object(yaml_source, "simple", _none):
        return outcome(text)


def _none(_text: str, _most: int) -> None:
    """Nothing is so simple that no parser is asked."""


@settings(max_examples=300, deadline=None)
@given(texts)
def test_stand_ins_change_nothing(text: str) -> None:
    """Where libyaml needs help, the answer is the slow reader's."""
    with patch.object(event_readers, "first_reader", _StandIns), patch.object(yaml_source, "simple", _none):
        assert outcome(text) == in_python(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: [https://x.gov/y, http://z:80/]",
        'a: {"b":1, c: d:e}',
        "a: [a:b, \"c:d\", 'e:f', g]",
        "a: [x:]",
        "# see https://x\na: [https://x]  # https://y\nb: |\n  c:d\n",
        "a: [https://\ue000]",
        "[https://x: 1]",
        "a: [https://x\n",
    ],
)
def test_colons_in_flow(text: str) -> None:
    """The texts that libyaml is too old for, and their neighbours."""
    assert outcome(text) == in_python(text)


def test_what_libyaml_refuses_for_another_reason_stays_refused() -> None:
    """A colon that begins a flow item is read by one parser and not by the other: quotes make it plain to both."""
    assert outcome("a: [::1]") == "refused"
    assert outcome('a: ["::1"]') == in_python('a: ["::1"]')


def test_the_designs_own_form_is_read_without_the_slow_reader() -> None:
    """`[https://…]` is what people write: it must not cost thirty times as much."""
    with patch.object(_InPython, "__init__", side_effect=AssertionError("read in Python")):
        document = parse("x.yaml", b"redirect_uris: [https://benefits.exa.gov/auth/result, gov.exa.app://result]\n")
    assert document.data == {"redirect_uris": ["https://benefits.exa.gov/auth/result", "gov.exa.app://result"]}
    assert document.span("/redirect_uris/1").column == 55
