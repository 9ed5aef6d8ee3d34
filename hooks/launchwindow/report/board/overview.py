"""The first page: what comes next, what somebody has to look at, and the ways to the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.report.board.frame import Page, next_window
from launchwindow.report.board.html import Html, el, join
from launchwindow.report.board.parts import counted, is_soon, nothing, notice, requests, table
from launchwindow.report.board.places import (
    APPS,
    CALENDAR,
    CERTIFICATES,
    EVERYBODYS,
    INDEX,
    QUEUE,
    SCRIPT,
    state_page,
    window_page,
)  # fmt: skip
from launchwindow.report.board.search import ODD, search_form
from launchwindow.report.board.words import hours, is_special, on, why_then

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.board import Board, Pending
    from launchwindow.model.window import Window
    from launchwindow.report.board.html import Child

_WINDOWS, _LATE = 8, 5
"""Of coming windows and of late requests, those that the first page names."""


def overview(board: Board) -> Page:
    """The page."""
    parts = [search_form(board, ""), *_late(board), _next(board), el("h2", "Coming deploy windows"), _coming(board),
             el("h2", "To look at"), _to_do(board)]  # fmt: skip
    return Page(INDEX, "Overview", parts, scripts=(SCRIPT,))


def _late(board: Board) -> Iterator[Child]:
    late = [one for one in board.pending if one.state == "overdue"]
    if late:
        more = el("p", el("a", f"All {len(late):,} that are overdue", href=state_page("overdue")))
        yield notice(
            "error", f"{counted(len(late), 'change request')} overdue",
            el("p", "These were handed over, and nobody has confirmed in time that the identity provider runs them. "
               "See whether it does, then run ", el("code", "launchwindow confirm"), "."),
            requests("", late[:_LATE]), more if len(late) > _LATE else None,
        )  # fmt: skip


def _next(board: Board) -> Html:
    window = next_window(board)
    if window is None:
        return notice("warning", "Next deploy day", el("p", "There is no deploy window in the days that are shown."))
    takes = taken_by(board, window)
    open_now = window.opens_at <= board.now
    said = "It is open now, " if open_now else "Open from "
    return el(
        "section",
        el("h2", "Next deploy day"),
        el("p", on(window.date, weekday=True), class_="lead"),
        el("p", said, hours(window), "."),
        el("p", why_then(window)) if is_special(window) else None,
        el("p", f"Takes {_environments(board, takes)}." if takes else "Nothing is due."),
        el("p", el("a", "Open the deployer’s page", href=window_page(window.date), class_="button")),
        class_="summary",
    )


def _environments(board: Board, takes: list[Pending]) -> str:
    numbers = {name: sum(one.environment == name for one in takes) for name in board.windowed}
    return " and ".join(f"{counted(number, 'change request')} in {name}" for name, number in numbers.items() if number)


def taken_by(board: Board, window: Window) -> list[Pending]:
    """The requests that a window takes, as far as is known now."""
    return [one for one in board.pending if one.window == window.date and one.state == "scheduled"]


def _coming(board: Board) -> Html:
    found = [one for one in board.windows if one.closes_at > board.now][:_WINDOWS]
    numbers = {one.date: len(taken_by(board, one)) for one in found}
    rows = (
        (el("a", on(one.date, weekday=True), href=window_page(one.date)), hours(one),
         counted(numbers[one.date], "request") if numbers[one.date] else "none",
         why_then(one))
        for one in found
    )  # fmt: skip
    ways = el(
        "p", el("a", "The whole calendar", href=CALENDAR), " · ",
        el("a", "Download it for Outlook, Google or Apple (.ics)", href=EVERYBODYS, download=True),
    )  # fmt: skip
    return (
        join([table("Coming deploy windows", ("Day", "Open", "Takes", "Why then"), rows), ways])
        if found
        else nothing("No deploy window in the days that are shown.")
    )


def _to_do(board: Board) -> Html:
    states = {
        "unapproved": "waits for a review that counts",
        "waiting": "without a window, for something stands in the way",
        "held": "held by somebody",
        "deploying": "handed over, not confirmed yet",
    }
    rows: list[Html] = []
    for state, words in states.items():
        number = sum(one.stands == state for one in board.pending)
        if number:
            rows.append(el("li", el("a", counted(number, "change request"), href=state_page(state)), f" {words}"))
    soon = sum(is_soon(board, one) for app in board.apps for one in app.certificates)
    if soon:
        rows.append(
            el("li", el("a", counted(soon, "certificate"), href=CERTIFICATES), " whose rotation must begin soon"),
        )
    wrong = sum(bool(app.notes) for app in board.apps)
    if wrong:
        rows.append(el("li", el("a", counted(wrong, "app"), href=f"{APPS}?state={ODD}"), " where something is unusual"))
    apps = sum(app.id is not None for app in board.apps)
    total = el("p", el("a", counted(len(board.pending), "open change request"), href=QUEUE), " and ",
               el("a", counted(apps, "app"), href=APPS), " in all.")  # fmt: skip
    return join([el("ul", *rows) if rows else nothing("Nothing waits for anybody."), total])
