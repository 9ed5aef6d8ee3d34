"""What the board's pages are made of: whatever a text holds, it stays text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import html5lib
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from launchwindow.report.board.html import LONGEST, Html, el, is_https, join, outside, text
from launchwindow.report.board.words import prose
from launchwindow.report.visible import visible

NASTY = (
    "</p><script>x</script>", "\" onclick=\"x\" '", "&lt;b&gt; & &#60;", "<!-- --> <![CDATA[",
    "\u202eabc\x00\x1b[31m\ud800",
    "`<b>` 2026-12-10 `", "javascript:x", "https://a.gov/\"><b>",
)  # fmt: skip


def parsed(markup: str) -> Any:
    return html5lib.parse(f"<!DOCTYPE html><html><body>{markup}</body></html>", namespaceHTMLElements=False)


def elements(tree: Any) -> Iterator[Any]:
    body = tree.find("body")
    return iter(body.iter()) if body is not None else iter(())


def nasty(test: Any) -> Any:
    for one in NASTY:
        test = example(one)(test)
    return test


@nasty
@given(st.text())
def test_text_is_neither_element_nor_attribute(said: str) -> None:
    shown = said if said.isprintable() else visible(said, LONGEST)
    _, paragraph = elements(parsed(el("p", said, title=said, data_label=said)))
    assert paragraph.tag == "p"
    assert dict(paragraph.attrib) == {"title": shown, "data-label": shown}
    assert (paragraph.text or "") == shown
    assert len(paragraph) == 0


@nasty
@given(st.text())
def test_a_sentence_has_days_and_commands_and_no_other_element(said: str) -> None:
    tree = parsed(el("p", prose(said)))
    found = list(elements(tree))[2:]
    assert {one.tag for one in found} <= {"time", "code"}
    assert {key for one in found for key in one.attrib} <= {"datetime"}
    body = tree.find("body")
    assert body is not None
    words = "".join(body.itertext())
    assert "\u202e" not in words
    assert words.isprintable()


@nasty
@given(st.text() | st.text().map(lambda one: f"https://{one}") | st.from_regex(r"[a-z]{1,10}:[^\x00]{0,20}"))
def test_an_address_leads_to_https_or_nowhere(address: str) -> None:
    _, outer, *inner = elements(parsed(outside(address)))
    if outer.tag == "a":
        assert outer.attrib["href"] == address
        assert address.startswith("https://")
        assert outer.attrib["rel"] == "noopener noreferrer"
        assert [one.tag for one in inner] == ["span"]
    else:
        assert (outer.tag, inner) == ("span", [])


@pytest.mark.parametrize(
    ("address", "followed"),
    [("https://benefits.exa.gov/auth?a=1#b", True), ("https://benefits.exa.gov:8443", True), ("http://exa.gov/", False),
     ("https://login.gov@evil.example/", False), ("https://a.gov\\@evil.example/", False), ("https://a.gov/ b", False),
     ("https://a.gov/\u202e", False), ("HTTPS://a.gov/", False), ("javascript:alert(1)//https://a.gov", False),
     ("https:///a", False), ("https://", False), ("//a.gov", False), ("https://a.gov/%0a'", False)],
)  # fmt: skip
def test_which_addresses_are_followed(address: str, followed: bool) -> None:
    assert is_https(address) == followed


@pytest.mark.parametrize("name", ["href", "src", "action"])
@pytest.mark.parametrize(
    "address", ["javascript:x", "//evil.example", "data:text/html,x", "/etc", "\\\\x", "a b", "", ".."]
)
def test_the_board_never_leads_there(name: str, address: str) -> None:
    attributes: dict[str, Any] = {name: address}
    with pytest.raises(ValueError, match="no address"):
        el("a", **attributes)


@pytest.mark.parametrize("name", ["onclick", "style", "on_load", "x y", "a=b", ""])
def test_an_attribute_that_does_something_can_not_be_written(name: str) -> None:
    attributes: dict[str, Any] = {name: "x"}
    with pytest.raises(ValueError, match="no attribute"):
        el("p", **attributes)


def test_markup_is_not_escaped_twice_and_strings_made_of_it_are() -> None:
    bold = el("b", "<")
    assert bold == "<b>&lt;</b>"
    assert join([bold, "<", None]) == "<b>&lt;</b>&lt;"
    assert text(f"{bold}") == "&lt;b&gt;&amp;lt;&lt;/b&gt;"
    assert not isinstance(bold + "<i>", Html)
    assert not isinstance(bold.replace("b", "script"), Html)


@pytest.mark.parametrize(
    ("said", "shown"),
    [("notice ends 2026-12-08", "Notice ends <time datetime=\"2026-12-08\">December 8, 2026</time>."),
     ("Thursday 2026-12-10 is it.", "<time datetime=\"2026-12-10\">Thursday, December 10, 2026</time> is it."),
     ("Monday 2026-12-10!", "Monday <time datetime=\"2026-12-10\">December 10, 2026</time>!"),
     ("on 2026-02-31", "On 2026-02-31."), ("12026-12-10 `approve`", "12026-12-10 <code>approve</code>."), ("", "")],
)  # fmt: skip
def test_how_days_and_commands_are_shown(said: str, shown: str) -> None:
    assert prose(said) == shown
