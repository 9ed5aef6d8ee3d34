"""The pages of a board, from values: sound, linked, small, and free of what partners would put into them."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

import html5lib
from hypothesis import example, given, settings
from hypothesis import strategies as st

from launchwindow.io.resources import assets
from launchwindow.model.board import Board
from launchwindow.report.board.places import DATA, EVERYBODYS, INDEX, partner_calendar
from launchwindow.report.board.search import search_data
from launchwindow.report.board.site import site
from support.board_values import board

FIRST_PAGE = 300_000
"""Bytes that the first page may have with all that it loads."""
ELEMENTS = {
    "html", "head", "meta", "title", "link", "script", "body", "a", "section", "p", "header", "div", "nav", "ul", "ol",
    "li", "main", "h1", "h2", "h3", "bdi", "span", "time", "code", "dl", "dt", "dd", "table", "caption", "thead",
    "tbody", "tr", "th", "td", "abbr", "footer", "form", "label", "input", "select", "option", "button", "strong",
    "svg", "rect",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "rel", "href", "type", "src", "defer", "class", "id",
    "tabindex", "aria-label", "aria-current", "aria-hidden", "role", "scope", "data-label", "datetime", "download",
    "title", "for", "method", "action", "hidden", "maxlength", "autocomplete", "value", "width", "height", "focusable",
}  # fmt: skip


def drawn(of: Board) -> dict[str, bytes]:
    return dict(site(of, ("exa",)))


def tree(data: bytes) -> Any:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False, strict=True)
    return parser.parse(data)


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=60))
@example("</script><script>alert(1)</script>")
@example('" autofocus onfocus="x" \'')
@example("</title></style></textarea><svg onload=x>")
@example("<!--")
@example("`</code>` 2026-12-10 https://x.gov/ \u202e \x00 \ud800")
@example("")
def test_no_text_is_markup_on_any_page(said: str) -> None:
    for path, data in drawn(board(said)).items():
        if path == DATA:
            assert data.isascii()
            assert b"<" not in data
            continue
        assert "\u202e" not in data.decode()
        for one in tree(data).iter():
            assert one.tag.rpartition("}")[2] in ELEMENTS, (path, one.tag)
            assert set(one.attrib) <= ATTRIBUTES, (path, dict(one.attrib))
            if one.tag == "script":
                assert one.attrib["src"].startswith(("assets/", "../"))
                assert not one.text
            assert one.attrib.get("type") in (None, "search", "submit", "image/svg+xml")


def test_every_link_leads_to_a_page() -> None:
    pages = drawn(board("said", apps=401, requests=101))
    there = {*pages, EVERYBODYS, partner_calendar("exa"), *(f"assets/{name}" for name in assets("board"))}
    assert {"apps/production/exa/app-400.html", "more/partners/exa/page-3.html", "more/queue/held/page-2.html",
            "more/windows/2026-12-10/page-2.html"} <= there  # fmt: skip
    reached = set()
    for path, data in pages.items():
        if path == DATA or ("/app-" in path and not path.endswith("/app-1.html")):
            # The apps' pages are all alike.
            continue
        found = list(tree(data).iter())
        ids = {one.attrib["id"] for one in found if "id" in one.attrib}
        for one in found:
            for name in ("href", "src", "action"):
                address = one.attrib.get(name)
                if address is None or address.startswith("https://"):
                    continue
                if address.startswith("#"):
                    assert address[1:] in ids, (path, address)
                    continue
                to = resolved(path, address.partition("?")[0])
                assert to in there, (path, address)
                reached.add(to)
    assert there - reached == set(), "nothing leads there"


def resolved(path: str, address: str) -> str:
    parts = list(PurePosixPath(path).parent.parts)
    for part in address.split("/"):
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def test_no_page_is_where_another_has_its_folder() -> None:
    """A partner may be called as another one's page is."""
    some = board("said", apps=201)
    alike = tuple(app._replace(subject=app.subject.replace("/exa", "/exa.html")) for app in some.apps)
    paths = sorted(drawn(some._replace(apps=(*some.apps, *alike), partners={"exa": "one", "exa.html": "another"})))
    assert any("exa.html/page-2.html" in one for one in paths)
    folders = {"/".join(one.split("/")[:depth]) for one in paths for depth in range(1, one.count("/") + 1)}
    assert folders & set(paths) == set()


def test_every_page_is_sound_html_with_one_heading_of_the_first_rank_and_a_name_of_its_own() -> None:
    titles = set()
    pages = {path: data for path, data in drawn(board("said", apps=3)).items() if path != DATA}
    for path, data in pages.items():
        found = tree(data)
        assert [one.tag for one in found.iter()].count("h1") == 1, path
        ranks = [int(one.tag[1]) for one in found.iter() if re.fullmatch("h[1-6]", str(one.tag))]
        assert all(after - before <= 1 for before, after in pairwise(ranks)), (path, ranks)
        ids = [one.attrib["id"] for one in found.iter() if "id" in one.attrib]
        assert len(ids) == len(set(ids)), path
        titles.add(found.find("head").find("title").text)
    assert len(titles) == len(pages)


@cache
def large() -> Board:
    return board("Let people come back to the kiosk page", apps=10_000, requests=300)


@cache
def of_the_fleet() -> dict[str, bytes]:
    """The pages of a large fleet that are not of one app, and the page of an app with thousands of requests."""
    pages: dict[str, bytes] = {}
    for path, data in site(large(), ("exa",)):
        pages[path] = data
        if path == "apps/production/exa/app.html":
            return pages
    raise AssertionError("the app has no page")


def test_the_first_page_stays_small_however_large_the_fleet() -> None:
    kept = len(of_the_fleet()[INDEX]) + sum(len(data) for data in assets("board").values())
    assert kept < FIRST_PAGE
    assert DATA.encode() not in of_the_fleet()[INDEX]


def test_no_page_grows_with_the_fleet() -> None:
    assert len(of_the_fleet()) > 100
    assert max(len(data) for data in of_the_fleet().values()) < FIRST_PAGE
    assert len(search_data(large())) < 1_000_000


def test_the_same_values_are_the_same_bytes() -> None:
    assert drawn(board("said", apps=3)) == drawn(board("said", apps=3))


def test_a_board_of_nothing_says_so() -> None:
    empty = board("x")._replace(
        main="main", pending=(), apps=(), partners={}, handed={}, days={}, skipped=(), windows=()
    )  # fmt: skip
    pages = {path: data.decode() for path, data in drawn(empty).items()}
    assert "There is no deploy window" in pages[INDEX]
    assert "Nothing waits for anybody." in pages[INDEX]
    assert "No change request is open." in pages["queue.html"]
    assert "There is no app yet." in pages["apps.html"]
    assert "No app has a certificate" in pages["certificates.html"]
