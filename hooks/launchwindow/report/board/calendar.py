"""The calendar of windows: months at a glance, and each window with what it takes, took, and why it is on its day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from launchwindow.days import shift
from launchwindow.report.board.frame import Page, next_window
from launchwindow.report.board.html import Html, el, join
from launchwindow.report.board.overview import taken_by
from launchwindow.report.board.parts import counted, table
from launchwindow.report.board.places import CALENDAR, EVERYBODYS, window_page
from launchwindow.report.board.words import MONTHS, clock, on, prose, why_then

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.board import Board
    from launchwindow.model.window import Window
    from launchwindow.report.board.html import Child

_WEEK = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MARKS = {
    "window": ("●", "deploy window"),
    "moved": ("◆", "deploy window that was moved"),
    "release": ("○", "release outside of the windows"),
    "holiday": ("H", "holiday or closure"),
    "freeze": ("F", "freeze"),
}
"""Kind of a day -> its sign, and what it is in words."""


def calendar_page(board: Board) -> Page:
    """The page."""
    months = list(_months(board.first, board.last))
    parts = [
        el("p", _download()),
        el("p", "Subscribe to it where your calendar can reach it; each partner has one of its own on its page.",
           class_="small"),
        _opening(board),
        el("h2", "Months"),
        el("ul", *(el("li", _sign(kind), f" {words}") for kind, (_, words) in _MARKS.items()), class_="marks",
           role="list"),
        el("div", *(_month(board, year, month) for year, month in months), class_="months"),
        el("h2", "Windows, holidays and freezes"),
        *(_listed(board, year, month) for year, month in months),
    ]  # fmt: skip
    return Page(CALENDAR, "Calendar of deploy windows", parts)


def _download() -> Html:
    return el("a", "Download for Outlook, Google or Apple (.ics)", href=EVERYBODYS, download=True, class_="button")


def _opening(board: Board) -> Html | None:
    """When windows are open: every one alike, by the policy."""
    if not board.windows:
        return None
    one = board.windows[0]
    return el("p", f"Each window is open from {clock(one.opens_at)} to {clock(one.closes_at)}, "
              f"{board.zone.key.rpartition('/')[2].replace('_', ' ')} time.")  # fmt: skip


def _months(first: date, last: date) -> Iterator[tuple[int, int]]:
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield number // 12, number % 12 + 1


def _sign(kind: str) -> Html:
    return el("span", _MARKS[kind][0], class_=f"mark {kind}", aria_hidden="true")


def _month(board: Board, year: int, month: int) -> Html:
    start = date(year, month, 1)
    day = shift(start, -((start.weekday() + 1) % 7))
    weeks = []
    while day.year * 12 + day.month <= year * 12 + month:
        weeks.append(el("tr", *(_cell(board, shift(day, place), month) for place in range(7))))
        day = shift(day, 7)
    heads = (
        el("th", el("abbr", one[:2], title=one, aria_hidden="true"), el("span", one, class_="unseen"), scope="col")
        for one in _WEEK
    )
    return el("table", el("caption", f"{MONTHS[month - 1]} {year}"), el("thead", el("tr", *heads)),
              el("tbody", *weeks), class_="month")  # fmt: skip


def _kind(board: Board, day: date) -> str | None:
    window = next((one for one in board.windows if one.date == day), None)
    if window is not None:
        return "window" if day in window.regular else "moved"
    if day in board.handed and any(one.requests for one in board.handed[day]):
        return "release"
    return board.days[day].kind if day in board.days else None


def _cell(board: Board, day: date, month: int) -> Html:
    if day.month != month:
        return el("td", class_="other")
    today = board.now.astimezone(board.zone).date()
    number: Child = el("time", str(day.day), datetime=day.isoformat())
    classes = "today" if day == today else None
    now = el("span", " today,", class_="unseen") if day == today else None
    kind = _kind(board, day) if board.first <= day <= board.last else None
    if kind is None:
        return el("td", number, now, class_=classes)
    words = el("span", f" {_MARKS[kind][1]}", class_="unseen")
    inside = join([number, now, _sign(kind), words])
    linked = el("a", inside, href=window_page(day)) if kind in ("window", "moved", "release") else inside
    return el("td", linked, class_=" ".join(one for one in (kind, classes) if one))


def _listed(board: Board, year: int, month: int) -> Html | None:
    windows = {one.date: one for one in board.windows}
    skipped = {one.date: one.because for one in board.skipped}
    days = sorted(
        day for day in {*windows, *skipped, *board.days, *board.handed} if (day.year, day.month) == (year, month)
    )
    rows = [row for day in days for row in [_row(board, day, windows.get(day), skipped.get(day))] if row is not None]
    if not rows:
        return None
    head = f"{MONTHS[month - 1]} {year}"
    return join([el("h3", head), table(head, ("Day", "What", "Takes or took", "Why"), rows, kind="days")])


def _row(board: Board, day: date, window: Window | None, skipped: str | None) -> tuple[Child, ...] | None:
    handed = sum(len(one.requests) for one in board.handed.get(day, ()))
    if window is not None:
        return _of_window(board, window, handed)
    name = on(day, weekday=True)
    if handed:
        took = counted(handed, "request")
        return el("a", name, href=window_page(day)), "Releases outside of the windows", f"took {took}", "—"
    if skipped is not None:
        return name, "No window", "—", prose(skipped)
    other = board.days.get(day)
    if other is None or (other.kind == "freeze" and shift(day, -1) in board.days):
        # A freeze is told once, on the first of its days.
        return None
    return name, "Freeze begins" if other.kind == "freeze" else "Holiday or closure", "—", prose(other.because)


def _of_window(board: Board, window: Window, handed: int) -> tuple[Child, ...]:
    upcoming = next_window(board)
    takes = taken_by(board, window)
    told = [f"took {counted(handed, 'request')}"] if handed else []
    past = "took nothing" if window.date in board.handed else "no run on record"
    if takes:
        told.append(f"takes {counted(len(takes), 'request')}")
    if not told:
        told = ["nothing due" if window.closes_at > board.now else past]
    moved = window.date not in window.regular
    mark = el("span", " Next", class_="tag scheduled") if upcoming is not None and upcoming == window else None
    day = el("a", on(window.date, weekday=True), href=window_page(window.date))
    return join([day, mark]), "Deploy window, moved" if moved else "Deploy window", ", ".join(told), why_then(window)
