"""The queue by window: every open change request, what is late first."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from launchwindow.report.board.frame import Page
from launchwindow.report.board.html import Html, el, join
from launchwindow.report.board.parts import REQUESTS, STATES, counted, nothing, pager, requests, sheets
from launchwindow.report.board.places import QUEUE, state_page, up, window_page
from launchwindow.report.board.words import on

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from launchwindow.model.board import Board, Pending

_SHOWN = 20
"""Requests of one group that the queue itself names."""
_HANDED_OVER = ("overdue", "deploying")
_WITHOUT = ("waiting", "unapproved", "held", "withdrawn")


def queue_pages(board: Board) -> Iterator[Page]:
    """The queue, and a list for each state that no window's page has."""
    yield Page(QUEUE, "Queue", list(_groups(board)) or [nothing("No change request is open.")])
    for state in (*_HANDED_OVER, *_WITHOUT):
        found = [one for one in board.pending if one.stands == state]
        if not found:
            continue
        path = state_page(state)
        for place, number, of, some in sheets(path, found, REQUESTS):
            title = STATES[state] if number == 1 else f"{STATES[state]}, page {number}"
            shown = requests(up(place), some, heading="h2", window=state in _HANDED_OVER)
            yield Page(place, title, [el("p", counted(len(found), "change request"), "."), shown,
                                      pager(path, number, of)], (("Queue", QUEUE),), nav=QUEUE)  # fmt: skip


def _groups(board: Board) -> Iterator[Html]:
    of_state = {state: [one for one in board.pending if one.stands == state] for state in STATES}
    for state in _HANDED_OVER:
        if of_state[state]:
            yield _group(join([STATES[state]]), of_state[state], state_page(state), window=True)
    scheduled = sorted((one for one in board.pending if one.stands == "scheduled"), key=lambda one: str(one.window))
    for day, members in groupby(scheduled, key=lambda one: one.window):
        assert day is not None
        head = join(["Deploy window ", on(day, weekday=True)])
        yield _group(head, list(members), window_page(day))
    for state in _WITHOUT:
        if of_state[state]:
            yield _group(join([STATES[state]]), of_state[state], state_page(state))


def _group(head: Html, found: Sequence[Pending], path: str, *, window: bool = False) -> Html:
    shown = found[:_SHOWN]
    more = el("p", el("a", f"All {len(found):,} of them", href=path, class_="more")) if len(found) > _SHOWN else None
    title = el("h2", el("a", head, href=path), " ", el("span", counted(len(found), "request"), class_="number"))
    return el("section", title, requests("", shown, window=window), more)
