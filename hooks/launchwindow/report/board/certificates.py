"""Certificates by expiry: a chart that is a table, so that everybody can read it, and the certificates themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple
from launchwindow.report.board.frame import Page
from launchwindow.report.board.html import Html, el, join
from launchwindow.report.board.parts import ROWS, counted, is_soon, nothing, pager, sheets, table
from launchwindow.report.board.places import CERTIFICATES, subject_page, up
from launchwindow.report.board.words import MONTHS, on

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from launchwindow.model.board import App, Board, Held

_MONTHS = 12
"""Months from now that the chart shows one by one; then years."""


class _One(NamedTuple):
    app: App
    held: Held
    expires: date


class _Bar(NamedTuple):
    name: str
    total: int
    without: int
    """Of them without a successor."""


def certificate_pages(board: Board) -> Iterator[Page]:
    """The chart with the certificates that expire first, and the others on further pages."""
    found = [_One(app, one, one.expires) for app in board.apps for one in app.certificates
             if one.expires is not None and one.places]  # fmt: skip
    found.sort(key=lambda one: (one.expires, one.app.subject, one.held.fingerprint))
    for path, number, of, some in sheets(CERTIFICATES, found, ROWS):
        title = "Certificates" if number == 1 else f"Certificates, page {number}"
        parts = [
            *(_chart(board, found) if number == 1 and found else ()),
            el("h2", f"{counted(len(found), 'certificate')}, the first to expire first"),
            _table(board, up(path), some) if some else nothing("No app has a certificate that can be read."),
            pager(CERTIFICATES, number, of),
        ]
        yield Page(path, title, parts, nav=CERTIFICATES)


def _chart(board: Board, found: Sequence[_One]) -> Iterator[Html]:
    today = board.now.astimezone(board.zone).date()
    bars = _bars(today, found)
    largest = max(one.total for one in bars)
    yield el("h2", "When they expire")
    yield el(
        "p", el("span", class_="key without"), " has no successor yet; ", el("span", class_="key with"),
        " has one, or is not needed any more.", class_="small legend",
    )  # fmt: skip
    rows = ((one.name, _bar(one, largest), _words(one)) for one in bars)
    yield el(
        "div", table("Certificates by when they expire", ("Expires", "Chart", "Certificates"), rows), class_="chart"
    )


def _bars(today: date, found: Sequence[_One]) -> list[_Bar]:
    names: dict[tuple[int, int], str] = {(0, 0): "Expired"}
    for ahead in range(_MONTHS):
        year, month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
        names[year, month + 1] = f"{MONTHS[month]} {year}"
    last = max(names)
    numbers = dict.fromkeys(names, (0, 0))
    for one in found:
        key = (one.expires.year, one.expires.month)
        key = (0, 0) if one.expires < today else key if key in names else (one.expires.year, 13)
        names.setdefault(key, f"Later in {key[0]}" if key[0] == last[0] else str(key[0]))
        total, without = numbers.get(key, (0, 0))
        numbers[key] = total + 1, without + (one.held.begin_by is not None)
    return [_Bar(names[key], *numbers[key]) for key in sorted(numbers) if key != (0, 0) or numbers[key][0]]


def _bar(one: _Bar, largest: int) -> Html:
    """Its length is the number, which stands beside it in words."""
    if not one.total:
        return Html()
    whole, part = (round(100 * number / largest, 2) for number in (one.total, one.without))
    return el(
        "svg",
        el("rect", class_="with", width=f"{whole}%", height="100%") if one.total > one.without else None,
        el("rect", class_="without", width=f"{part}%", height="100%") if one.without else None,
        class_="bar", aria_hidden="true", focusable="false",
    )  # fmt: skip


def _words(one: _Bar) -> str:
    if not one.total:
        return "none"
    if not one.without:
        return f"{one.total:,}"
    return f"{one.total:,}, {'all' if one.without == one.total else f'{one.without:,}'} without a successor"


def _table(board: Board, top: str, some: Sequence[_One]) -> Html:
    today = board.now.astimezone(board.zone).date()
    rows = (
        (join([on(one.expires), el("strong", " (expired)") if one.expires < today else None]),
         el("a", one.app.subject, href=f"{top}{subject_page(one.app.subject)}"),
         join([el("bdi", one.held.name), " ", el("code", one.held.fingerprint[:8])]), _begin(board, one.held, today))
        for one in some
    )  # fmt: skip
    return table("Certificates", ("Expires", "App", "Certificate", "Begin rotation by"), rows)


def _begin(board: Board, one: Held, today: date) -> Html | str:
    if one.begin_by is None:
        return "—"
    words = " (past)" if one.begin_by < today else " (soon)" if is_soon(board, one) else None
    return join([on(one.begin_by), el("strong", words) if words else None])
