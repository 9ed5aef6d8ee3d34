"""All apps: search and filters with the script, and without it the partners' pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.report.board.frame import Page
from launchwindow.report.board.html import Html, el, join
from launchwindow.report.board.parts import (
    REQUESTS,
    ROWS,
    app_link,
    counted,
    deployed,
    facts,
    more_than,
    nothing,
    pager,
    requests,
    sheets,
    standing_tags,
    table,
)
from launchwindow.report.board.places import APPS, DATA, QUEUE, SCRIPT, partner_calendar, partner_page, up
from launchwindow.report.board.search import search_form
from launchwindow.report.board.words import prose

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from launchwindow.model.board import App, Board
    from launchwindow.report.board.html import Child


def apps_pages(board: Board) -> Iterator[Page]:
    """The list of partners, cut into pages; the search is on the first."""
    found = _by_partner(board)
    names = list(found)
    for path, number, of, some in sheets(APPS, names, ROWS):
        top = up(path)
        rows = ((el("a", _called(board, one), href=f"{top}{partner_page(one)}"), one, *_numbers(found[one]))
                for one in some)  # fmt: skip
        shown = table("Partners", ("Partner", "Id", "Apps", "Open change requests"), rows)
        title = "Apps" if number == 1 else f"Apps, page {number}"
        # What the script finds stands in the page before the partners, which stay.
        search = [
            search_form(board, "", filters=True),
            el("p", role="status", id="found", class_="found"),
            el("div", id="results"),
        ] if number == 1 else []  # fmt: skip
        parts = [*search, el("h2", "By partner"), shown if names else nothing("There is no app yet."),
                 pager(APPS, number, of)]  # fmt: skip
        yield Page(path, title, parts, scripts=(DATA, SCRIPT) if number == 1 else (), nav=APPS)


def _by_partner(board: Board) -> dict[str, list[App]]:
    found: dict[str, list[App]] = {one: [] for one in sorted(board.partners)}
    for app in board.apps:
        found.setdefault(app.partner, []).append(app)
    return found


def _numbers(found: Sequence[App]) -> tuple[str, str]:
    pending = sum(len(one.pending) for one in found)
    return f"{sum(one.id is not None for one in found):,}", f"{pending:,}" if pending else "none"


def _called(board: Board, partner: str) -> Html:
    return el("bdi", board.partners.get(partner) or partner)


def partner_pages(board: Board, calendars: Collection[str]) -> Iterator[Page]:
    """A page for each partner: what is open, its apps, and its calendar where there is one."""
    for partner, found in _by_partner(board).items():
        apps = [one for one in found if one.id is not None]
        records = [one for one in found if one.id is None]
        path = partner_page(partner)
        for place, number, of, some in sheets(path, apps, ROWS):
            top = up(place)
            name = board.partners.get(partner) or partner
            title = name if number == 1 else f"{name}, page {number}"
            parts = list(_top(top, partner, found, calendars)) if number == 1 else []
            parts += _apps(board, top, some, len(apps))
            parts.append(pager(path, number, of))
            parts += _records(board, records) if number == 1 else []
            yield Page(place, title, parts, (("Apps", APPS),), nav=APPS)


def _top(top: str, partner: str, found: Sequence[App], calendars: Collection[str]) -> Iterator[Child]:
    download: Child = None
    if partner in calendars:
        download = el("a", "Download its calendar (.ics)", href=f"{top}{partner_calendar(partner)}", download=True)
    yield el("p", "Partner ", el("code", partner), ". ", download)
    pending = [one for app in found for one in app.pending]
    yield el("h2", "Open change requests")
    yield requests(top, pending[:REQUESTS], window=True) if pending else nothing("None is open.")
    yield more_than(pending, el("a", "the queue", href=f"{top}{QUEUE}"))


def _apps(board: Board, top: str, some: Sequence[App], every: int) -> Iterator[Child]:
    yield el("h2", counted(every, "app"))
    if not some:
        yield nothing("It has no app.")
        return
    rows = (
        (app_link(top, one), el("bdi", one.name) if one.name else "—", one.environment, deployed(board, one),
         standing_tags(board, one) or "nothing open")
        for one in some
    )  # fmt: skip
    yield table("Apps", ("App", "Name", "Environment", "Deployed", "Now"), rows)


def _records(board: Board, records: Sequence[App]) -> Iterator[Child]:
    if records:
        yield el("h2", "Records at the identity provider")
        yield facts((one.environment, join([deployed(board, one), *(join([" ", prose(note)]) for note in one.notes)]))
                    for one in records)  # fmt: skip
