"""A milestone's description: the deployer's page for the day of a deploy window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.report.changes import app_name, count
from launchwindow.report.markdown import code, copied, cut, plain, prose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from launchwindow.model.tracker import Handed
    from launchwindow.model.window import Window
    from launchwindow.standing import Standing

LONGEST = 20_000
"""Characters of a page: GitHub publishes no limit for a milestone's description, and one of 64 kB is likely."""
_TOO_LONG = "There is more than fits here: the milestone's issues, and `launchwindow status`, have all of it."


def milestone_title(day: date, window: Window | None) -> str:
    """What the milestone of a day is called; a day that is no window has only releases outside of them."""
    of_window, of_others = milestone_titles(day)
    return of_window if window is not None else of_others


def milestone_titles(day: date) -> tuple[str, str]:
    """What a day's milestone is called where the day is a window's, and where it is none."""
    return f"Deploy window {day}", f"Releases of {day}, outside of the deploy windows"


def window_page(
    window: Window | None, due: Sequence[Standing], waiting: Sequence[Standing], handed: Sequence[Handed]
) -> str:
    """What is due on a day, what was handed over, and what stays and why.

    `due` are the requests of that day that are open, `waiting` those that no window has, for the next one's page.
    """
    parts = [_hours(window)] if window is not None else []
    environments = dict.fromkeys([*(one.request.environment for one in due), *(one.environment for one in handed)])
    for environment in environments:
        here = [one for one in due if one.request.environment == environment]
        run = next((one for one in handed if one.environment == environment), None)
        parts += _environment(environment, here, run)
    if not environments:
        parts.append("Nothing is due.")
    if waiting:
        parts.append("### Held, or without a review")
        parts += _lines(waiting)
    return cut(parts, _TOO_LONG, LONGEST)


def _hours(window: Window) -> str:
    hours = f"{window.opens_at:%H:%M} to {window.closes_at:%H:%M} {window.opens_at:%Z}"
    why = "; ".join(window.because)
    return f"Open from {hours}. {plain(why, 1000)}." if why else f"Open from {hours}."


def _environment(environment: str, due: Sequence[Standing], run: Handed | None) -> Iterator[str]:
    before = [one for one in due if one.request.released is None]
    after = [one for one in due if one.request.released is not None]
    yield f"### {plain(environment)}"
    if run is not None and not run.requests:
        yield "Nothing was handed over."
    elif run is not None:
        waits = f"{len(after)} not confirmed yet" if after else "none waits for a confirmation"
        yield f"Handed over: {count(len(run.requests), 'request')}, {waits}."
    if before:
        yield f"Due: {count(len(before), 'request')}. Logos: {_logos(before)}."
        yield from _lines(before)
    if after:
        yield f"Seed the identity provider, then confirm. Logos: {_logos(after)}."
        yield from _lines(after)
    if run is not None and run.held:
        yield "Was due, and stayed:"
        yield from (f"- {copied(request)}: {prose(why, 1000)}" for request, why in run.held)


def _lines(standings: Sequence[Standing]) -> Iterator[str]:
    for one in standings:
        because = f": {prose(one.because, 600)}" if one.state in ("held", "unapproved", "overdue") else ""
        yield f"- {code(app_name(one.request.subject))} {plain(one.request.title, 80)}{because}"


def _logos(standings: Sequence[Standing]) -> str:
    """Whether the logo files have to go along, which the IdP's deployers handle by themselves."""
    found = [
        code(app_name(one.request.subject)) for one in standings
        if any(element.field == "logo" for element in one.request.days)
    ]  # fmt: skip
    return f"changed for {', '.join(found)}" if found else "none changed"
