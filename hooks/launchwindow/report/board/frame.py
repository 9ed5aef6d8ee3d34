"""What is around each page: the head with its policy on content, the ways through the board, and where it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple
from launchwindow.report.board.html import Html, el, join
from launchwindow.report.board.places import APPS, CALENDAR, CERTIFICATES, ICON, INDEX, QUEUE, STYLE, up
from launchwindow.report.board.places import window_page as page_of_window
from launchwindow.report.board.words import at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from launchwindow.model.board import Board
    from launchwindow.model.window import Window
    from launchwindow.report.board.html import Child

POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
"""Nothing is fetched but the board's own files, and no script or style stands in a page."""


class Page(NamedTuple):
    """One page."""

    path: str
    title: str
    parts: Sequence[Child]
    crumbs: Sequence[tuple[str, str]] = ()
    """(name, path) of the pages above it."""
    scripts: Sequence[str] = ()
    nav: str | None = None
    """The page of the navigation that it belongs to, where it is none itself."""


def next_window(board: Board) -> Window | None:
    """The next window, or the one that is open, as long as there is anything to do in it."""
    return next((one for one in board.windows if one.closes_at > board.now and one.date not in board.taken), None)


def document(board: Board, page: Page) -> bytes:
    """A page as the file that it becomes."""
    title = "Deploy board" if page.path == INDEX else f"{page.title} · Deploy board"
    top = up(page.path)
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=POLICY),
        el("meta", name="referrer", content="no-referrer"),
        el("meta", name="robots", content="noindex"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("title", title),
        el("link", rel="icon", href=f"{top}{ICON}", type="image/svg+xml"),
        el("link", rel="stylesheet", href=f"{top}{STYLE}"),
        *(el("script", src=f"{top}{one}", defer=True) for one in page.scripts),
    )
    main = el("main", _crumbs(page), el("h1", page.title), *page.parts, id="main", tabindex=-1, class_="wrap")
    body = el(
        "body",
        el("a", "Skip to main content", class_="skip", href="#main"),
        el(
            "section",
            el("p", "Not public: for those who may read the repository that this was drawn from."),
            aria_label="Who may read this",
            class_="strip",
        ),
        _header(board, page),
        main,
        _footer(board),
    )
    return f"<!DOCTYPE html>\n{el('html', head, body, lang='en')}\n".encode()


def _header(board: Board, page: Page) -> Html:
    top = up(page.path)
    window = next_window(board)
    day = [("Next deploy day", page_of_window(window.date))] if window is not None else []
    ways = [("Overview", INDEX), *day, ("Calendar", CALENDAR), ("Queue", QUEUE), ("Apps", APPS),
            ("Certificates", CERTIFICATES)]  # fmt: skip
    links = (
        el("li", el("a", words, href=f"{top}{path}", aria_current=_current(path, page))) for words, path in ways
    )  # fmt: skip
    return el(
        "header",
        el("div", el("a", "Deploy board", href=f"{top}{INDEX}", class_="title"),
           el("nav", el("ul", *links), aria_label="Main"), class_="wrap bar"),
    )  # fmt: skip


def _current(path: str, page: Page) -> str | None:
    if path == page.path:
        return "page"
    return "true" if path == page.nav else None


def _crumbs(page: Page) -> Html | None:
    if not page.crumbs:
        return None
    top = up(page.path)
    links = (el("li", el("a", words, href=f"{top}{path}")) for words, path in page.crumbs)
    here = el("li", el("span", page.title, aria_current="page"))
    return el("nav", el("ol", *links, here), aria_label="Breadcrumb", class_="crumbs")


def _footer(board: Board) -> Html:
    drawn = join([
        "Drawn ", at(board.now, board.zone), " from ", el("bdi", board.main), " at ", el("code", board.commit[:12]),
        " and the ledger at ", el("code", board.ledger[:12]), ". What came later is not in it.",
    ])  # fmt: skip
    return el("footer", el("div", el("p", drawn), class_="wrap"))
