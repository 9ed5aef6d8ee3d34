"""Any text stays text wherever it is put into Markdown, by GitHub's own parser; and is read as it was written."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from launchwindow.report.markdown import bold, code, fenced, folded, image, key, link, plain, prose, table
from launchwindow.report.visible import visible
from support.gfm import Seen, html_of

BREAK = "\u200b"
PIECES = st.sampled_from([
    "@", "@a", "#", "#1", "GH-1", "gh-", "a/b#1", "http://", "https://", "www.", "mailto:", "x@y.zz", "xmpp:", "ftp://",
    "a.b/c", "0123456", "abcdef0", "deadbeef" * 5, "<", ">", "</", "<b>", "<!--", "-->", "--", "<script>",
    "&", "&#60;", "&lt;",
    ";", "|", "\\", "\\|", "`", "``", "```", "~~~", "*", "**", "_", "__", "~", "~~", "[", "]", "(", ")", "](", "![",
    "[x]", "[ ]", "- ", "+ ", "1. ", "1)", "# ", "> ", "\n", "\n\n", "\r", "\t", "    ", " ", "---", "===", "$", "$$",
    ":tada:", "^", "[^1]", ":", "/", "//", "'", '"', "!", "=", "{", "}", "%", "\0", "\u202e", "\u200d", "\u200b",
    "é", "字", "\U0001f600", "a", "Z", "9", "-", ".", ",", "\ud800",
])  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=3), max_size=15).map("".join)
PLACES = {
    "heading": "#### {}",
    "paragraph": "{}",
    "after a word": "word {} word",
    "within a word": "word{}word",
    "list": "- {}",
    "task": "- [ ] {}",
    "quote": "> [!WARNING]\n> {}",
    "cell": "| a | b |\n| --- | --- |\n| {} | x |",
    "summary": "<details>\n<summary>{}</summary>\n\nx\n\n</details>",
    "in bold": "**error** {}: **x**",
}


def written(text: str) -> str:
    """How it is seen: as `visible` has it; blanks come and go at the ends of lines."""
    return "".join(visible(text, 5000).split())


def seen(text: str) -> str:
    return "".join(text.replace(BREAK, "").split())


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from(sorted(PLACES)))
@example("    a", "list")
@example("1. a", "paragraph")
@example("@", "within a word")
@example("0123456789abcdef" * 3, "cell")
def test_plain_text_is_text_wherever_it_stands(text: str, place: str) -> None:
    assume(written(text))
    around = PLACES[place]
    nothing, found = Seen(around.format("nothing")), Seen(around.format(plain(text, 5000)))
    assert found.tags == nothing.tags
    assert found.found_by_github() == []
    assert seen(found.text) == seen(nothing.text.replace("nothing", written(text)))


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.sampled_from(sorted(PLACES)))
@example("a@b.zz", "paragraph")
def test_code_is_code_and_has_no_markup(text: str, place: str) -> None:
    around = PLACES[place]
    nothing, found = Seen(around.format(code("nothing"))), Seen(around.format(code(text, 5000)))
    assert found.tags == nothing.tags
    assert found.links == []
    shown = "".join(re.findall(r"(?s)<code>(.*?)</code>", html_of(around.format(code(text, 5000)))))
    assert seen(html.unescape(shown)) == written(text)


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.sampled_from(sorted(PLACES)))
@example("``", "paragraph")
def test_prose_has_code_and_nothing_else(text: str, place: str) -> None:
    assume(written(text))
    around = PLACES[place]
    nothing, found = Seen(around.format("nothing")), Seen(around.format(prose(text, 5000)))
    assert [tag for tag in found.tags if tag != "code"] == nothing.tags
    assert found.links == []
    assert found.found_by_github() == []


@settings(max_examples=100, deadline=None)
@given(TEXTS, TEXTS)
def test_bold_text_joins_what_is_beside_it(before: str, text: str) -> None:
    found = Seen(f"x{plain(before)}{bold(text)}{plain(before)}x")
    assert found.tags == ["p", "b"]
    assert found.found_by_github() == []


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS, max_size=4))
def test_a_fence_holds_all_of_its_lines(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = Seen(f"{fenced(text, 'diff')}\n\nafter")
    assert found.tags == ["pre", "code", "p"]
    assert found.links == []
    assert seen("".join(found.running)) == "after"


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS)
def test_a_link_is_one_link_and_a_picture_one_picture(text: str, path: str) -> None:
    address = "https://github.com/example/partners/blob/" + path.encode("utf-8", "replace").decode()
    found = Seen(f"a {link(text, address)} b {image(address, text, 64)} c")
    assert found.tags == ["p", "a", "img"]
    assert all(one.startswith("https://github.com/example/partners/blob/") for one in found.links)
    assert found.found_by_github() == []


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS, min_size=2, max_size=2), TEXTS)
def test_tables_and_folds_keep_their_form(cells: list[str], summary: str) -> None:
    rows = table(("a", "b"), [[plain(cells[0]), code(cells[1])]])
    found = Seen(folded(plain(summary), rows) + "\n\nafter")
    body = ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td", "code"]
    assert found.tags == ["details", "summary", *body, "p"]


@pytest.mark.parametrize("text", ["a -->", "a -- b", "A", "", "a\nb", "a  b", "a>b", "é"])
def test_no_key_can_be_ended(text: str) -> None:
    with pytest.raises(ValueError, match="can't be hidden"):
        key(text)
