"""The deployer's page of a day: what is due, what was handed over, what stays and why, and what to run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.report.board.frame import Page, next_window
from launchwindow.report.board.html import Html, el, join
from launchwindow.report.board.parts import REQUESTS, counted, more_than, nothing, notice, pager, requests, sheets
from launchwindow.report.board.places import CALENDAR, QUEUE, subject_page, up, window_page
from launchwindow.report.board.words import day_words, hours, is_special, prose, why_then
from launchwindow.report.changes import app_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from launchwindow.model.board import Board, Pending
    from launchwindow.model.tracker import Handed
    from launchwindow.model.window import Window
    from launchwindow.report.board.html import Child

_HANDED = 500
"""Requests that one run handed over, as many as are named."""


def window_pages(board: Board) -> Iterator[Page]:
    """A page, or several, for each day with a deploy window or with a release outside of them."""
    windows = {one.date: one for one in board.windows}
    by_day: dict[date, list[Pending]] = {}
    for one in board.pending:
        if one.window is not None and one.environment in board.windowed:
            by_day.setdefault(one.window, []).append(one)
    titles = {one.id: one.title for app in board.apps for one in app.ended}
    titles |= {one.id: one.title for one in board.pending}
    for day in sorted({*windows, *board.handed, *by_day}):
        yield from _of_day(board, day, windows.get(day), by_day.get(day, []), titles)


def _of_day(
    board: Board, day: date, window: Window | None, found: list[Pending], titles: Mapping[str, str]
) -> Iterator[Page]:
    due = [one for one in found if one.state == "scheduled"]
    after = [one for one in found if one.state in ("overdue", "deploying")]
    upcoming = next_window(board)
    is_next = upcoming is not None and upcoming.date == day
    path = window_page(day)
    name = "Deploy window" if window is not None else "Releases outside of the windows"
    first = f"{name}: {day_words(day, weekday=True)}"
    ordered = sorted(due, key=lambda one: board.windowed.index(one.environment))
    for place, number, of, some in sheets(path, ordered, REQUESTS):
        top = up(place)
        parts: list[Child] = []
        if number == 1:
            parts += [*_hours(window), _to_run(board, due if is_next else (), after),
                      *_handed(board, top, day, after, titles)]  # fmt: skip
        parts += _due(board, top, some, due, window, number)
        parts.append(pager(path, number, of))
        parts += _waiting(board, top) if is_next and number == 1 else ()
        title = first if number == 1 else f"{first}, page {number}"
        yield Page(place, title, parts, (("Calendar", CALENDAR),), nav=path if is_next else CALENDAR)


def _hours(window: Window | None) -> Iterator[Child]:
    if window is None:
        yield el("p", "This day has no deploy window: what stands here was released outside of them.")
        return
    yield el("div", el("p", "Open from ", hours(window), ".", class_="lead"),
             el("p", why_then(window), "." if not is_special(window) else None))  # fmt: skip


def _to_run(board: Board, due: Sequence[Pending], after: Sequence[Pending]) -> Html | None:
    """What a deployer does: before the release all of it, after it what is left."""
    steps: list[Html] = []
    for name in board.windowed:
        command = f"--environment {name}"
        is_due, waits = (any(one.environment == name for one in some) for some in (due, after))
        if is_due:
            steps.append(el("li", "When the window is open: ", el("code", f"launchwindow release {command}")))
        if is_due or waits:
            files = el("code", f"idp/{name}")
            steps.append(el("li", "Seed the identity provider with the files in ", files, " of the ledger’s branch."))
            steps.append(el("li", "Once it runs them: ", el("code", f"launchwindow confirm {command} --seen FILE")))
    return el("section", el("h2", "What to run"), el("ol", *steps), class_="summary") if steps else None


def _due(
    board: Board, top: str, some: Sequence[Pending], due: Sequence[Pending], window: Window | None, number: int
) -> Iterator[Child]:
    if not due:
        if window is not None and window.closes_at > board.now:
            yield el("h2", "Due")
            yield nothing("Nothing is due.")
        return
    for name in board.windowed:
        here = [one for one in some if one.environment == name]
        every = [one for one in due if one.environment == name]
        if here:
            yield el("h2", f"Due in {name}: {counted(len(every), 'request')}")
            if number == 1:
                yield el("p", "Logos: ", _logos(top, every))
            yield requests(top, here)


def _logos(top: str, found: Sequence[Pending]) -> Html:
    changed = [one for one in found if one.logo]
    if not changed:
        return join(["none changed."])
    links = [el("a", app_name(one.subject), href=f"{top}{subject_page(one.subject)}") for one in changed[:20]]
    parts: list[Child] = ["changed for "]
    for place, link in enumerate(links):
        parts += [", " if place else None, link]
    more = f" and {len(changed) - len(links)} more" if len(changed) > len(links) else ""
    return join([*parts, f"{more}; their files have to go along."])


def _handed(board: Board, top: str, day: date, after: Sequence[Pending], titles: Mapping[str, str]) -> Iterator[Child]:
    waiting = {one.id: one for one in after}
    runs = board.handed.get(day, ())
    for run in runs:
        yield el("h2", f"Handed over in {run.environment}")
        if not run.requests:
            yield nothing("Nothing was handed over.")
        else:
            here = [waiting[one] for one in run.requests if one in waiting]
            told = f"{counted(len(here), 'request')} not confirmed yet." if here else "None waits for a confirmation."
            yield el("p", f"{counted(len(run.requests), 'request')} handed over. {told}")
            yield el("ul", *_named(top, run, titles))
        if run.held:
            yield notice("warning", "Was due, and stayed",
                         el("ul", *(el("li", _link(top, request), ": ", prose(why)) for request, why in run.held)),
                         level="h3")  # fmt: skip
    told_of = {one for run in runs for one in run.requests}
    others = [one for one in after if one.id not in told_of]
    if others:
        yield el("h2", "Handed over, and not confirmed yet")
        yield requests(top, others[:REQUESTS])


def _named(top: str, run: Handed, titles: Mapping[str, str]) -> Iterator[Html]:
    for request in run.requests[:_HANDED]:
        title = titles.get(request)
        yield el("li", _link(top, request), " " if title else None, el("bdi", title) if title else None)
    if len(run.requests) > _HANDED:
        yield el("li", f"and {len(run.requests) - _HANDED:,} more")


def _link(top: str, request: str) -> Html:
    subject, _, commit = request.partition("@")
    return join([el("a", app_name(subject), href=f"{top}{subject_page(subject)}"), " ", el("code", commit)])


def _waiting(board: Board, top: str) -> Iterator[Child]:
    found = [one for one in board.pending if one.state in ("held", "unapproved") and one.environment in board.windowed]
    if found:
        yield el("h2", "Held, or without a review")
        yield el("p", "No window takes these until somebody does something.")
        yield requests(top, found[:REQUESTS])
        yield more_than(found, el("a", "the queue", href=f"{top}{QUEUE}"))
