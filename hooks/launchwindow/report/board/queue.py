"""The queue by window: every open change request, what is late first."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple
from launchwindow.report.board.frame import Page
from launchwindow.report.board.html import Html, el, join
from launchwindow.report.board.parts import REQUESTS, STATES, counted, nothing, pager, requests, sheets
from launchwindow.report.board.places import QUEUE, state_page, up, window_page
from launchwindow.report.board.words import on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from launchwindow.model.board import Board, Pending

_SHOWN = 20
"""Requests of one group that the queue itself names."""
_FEW = 3
"""Groups that need no list of what is on the page."""
_HANDED_OVER = ("overdue", "deploying")
_WITHOUT = ("waiting", "unapproved", "held", "withdrawn")


def queue_pages(board: Board) -> Iterator[Page]:
    """The queue, and a list for each state that no window's page has."""
    groups = list(_groups(board))
    every = [_ways(groups), *map(_section, groups)] if groups else [nothing("No change request is open.")]
    yield Page(QUEUE, "Queue", every)
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


class _Group(NamedTuple):
    """Requests that stand alike, or that one window takes."""

    id: str
    name: Html
    path: str
    """The page that has all of them."""
    found: Sequence[Pending]
    window: bool = False
    """Whether each names its window."""


def _groups(board: Board) -> Iterator[_Group]:
    of_state = {state: [one for one in board.pending if one.stands == state] for state in STATES}

    def of(states: Iterable[str], *, window: bool = False) -> Iterator[_Group]:
        for state in states:
            if of_state[state]:
                yield _Group(state, join([STATES[state]]), state_page(state), of_state[state], window)

    yield from of(_HANDED_OVER, window=True)
    scheduled = sorted(of_state["scheduled"], key=lambda one: str(one.window))
    for day, members in groupby(scheduled, key=lambda one: one.window):
        assert day is not None
        head = join(["Deploy window ", on(day, weekday=True)])
        yield _Group(f"window-{day}", head, window_page(day), list(members))
    yield from of(_WITHOUT)


def _ways(groups: Sequence[_Group]) -> Html | None:
    """What is on the page, where that is more than a few groups."""
    if len(groups) <= _FEW:
        return None
    links = (el("li", el("a", one.name, href=f"#{one.id}"), f": {len(one.found):,}") for one in groups)
    return el("nav", el("h2", "On this page"), el("ul", *links), aria_label="On this page")


def _section(group: _Group) -> Html:
    shown, every = group.found[:_SHOWN], len(group.found)
    more = el("p", el("a", f"All {every:,} of them", href=group.path)) if every > _SHOWN else None
    title = el("h2", el("a", group.name, href=group.path), " ", el("span", counted(every, "request"), class_="number"))
    return el("section", title, requests("", shown, window=group.window), more, id=group.id)
