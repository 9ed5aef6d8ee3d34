"""Why an app's changes go when they go, for people and as the document `launchwindow.explain-date/1`."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from launchwindow.days import name
from launchwindow.ledger_values import rfc3339
from launchwindow.model.named import NamedTuple
from launchwindow.report.changes import change_lines, count, paragraphs, request_document
from launchwindow.report.notices import notices_of
from launchwindow.report.requests import stands
from launchwindow.report.visible import sentence, visible
from launchwindow.report.ways import listed, sooner_json, sooner_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from launchwindow.model.policy import Environment
    from launchwindow.model.window import Skipped, Window
    from launchwindow.sooner import Way
    from launchwindow.standing import Standing


class Stop(NamedTuple):
    """One window on the way: the ids that it takes, and why it takes no more."""

    window: Window
    takes: tuple[str, ...]
    because: tuple[str, ...]
    last: bool = False
    """Whether no later window takes anything either, until somebody does something."""


class Explained(NamedTuple):
    """All that is told of one app."""

    app: str
    environment: Environment
    standings: Sequence[Standing]
    stops: Sequence[Stop]
    skipped: Sequence[Skipped]
    sooner: Sequence[Way]
    due: Mapping[str, datetime]
    """Request -> by when what was handed over has to be confirmed."""
    zone: ZoneInfo


def timeline_json(told: Explained) -> dict[str, object]:
    """The document `launchwindow.explain-date/1`."""
    return {
        "schema": "launchwindow.explain-date/1",
        "app": told.app.partition("/")[2],
        "environment": told.environment.name,
        "change_requests": [{**request_document(one), "state": one.state} for one in told.standings],
        "history": [
            {"request": one.request.id, "at": rfc3339(event.at), "what": event.what, "by": event.by, "note": event.note}
            for one in told.standings
            for event in one.request.history
        ],
        "notices": [
            {
                "request": one.request.id,
                "fields": list(notice.fields),
                "days": notice.days,
                "starts": str(notice.starts) if notice.starts else None,
                "ends": str(notice.ends) if notice.ends else None,
                "because": notice.because,
            }
            for one in told.standings
            for notice in notices_of(one, told.environment, told.zone)
        ],
        "windows": [
            {
                "date": str(stop.window.date),
                "on_this_day_because": stop.window.why,
                "takes": list(stop.takes),
                "state_of": stop.takes[-1] if stop.takes else None,
                "because": list(stop.because),
                "later_as_well": stop.last,
            }
            for stop in told.stops
        ],
        "skipped": [{"date": str(skip.date), "because": skip.because} for skip in told.skipped],
        "handed_over": [{"request": key, "due": rfc3339(due)} for key, due in told.due.items()],
        "sooner": sooner_json(told.sooner),
    }


def timeline_text(told: Explained) -> str:
    """Each open request of an app, the windows on its way, those that say the same folded, and what helps."""
    if not told.standings:
        return f"{visible(told.app)} has no open change request.\n"
    blocks = [told.app, *("\n".join(_request_lines(one, told)) for one in told.standings)]
    if told.stops:
        blocks.append("\n".join(["Deploy windows on the way:", *_way_lines(told.stops, told.skipped)]))
    if told.sooner:
        blocks.append("\n".join(["Sooner, if it is done today:", *sooner_lines(told.sooner)]))
    return paragraphs(blocks)


def _request_lines(one: Standing, told: Explained) -> Iterator[str]:
    request = one.request
    yield f"{request.id.partition('@')[2]}  {visible(request.title, 60)}".rstrip()
    for event in request.history:
        by = f" by {event.by}" if event.what != "merged" and event.by else ""
        note = f": {event.note}" if event.what != "merged" and event.note else ""
        when = f"{event.at.astimezone(told.zone):%Y-%m-%d %H:%M %Z}"
        yield sentence(f"{when}  {event.what}{by}{note}", "  ")
    yield from change_lines(one)
    for notice in notices_of(one, told.environment, told.zone):
        yield sentence(f"{', '.join(notice.fields)}: {notice.because}", "  · ")
    if request.id in told.due:
        due = told.due[request.id].astimezone(told.zone)
        yield sentence(f"to be confirmed by {name(due.date())} {due:%H:%M %Z} (`confirm`)", "  · ")
    yield sentence(stands(one), "  → ")


def _way_lines(stops: Sequence[Stop], skipped: Sequence[Skipped]) -> Iterator[str]:
    """Windows and the regular days without one, in the order of days."""
    rest = list(skipped)
    for _, members in groupby(stops, key=lambda stop: (stop.takes, stop.because, stop.last)):
        group = list(members)
        before = [skip for skip in rest if skip.date <= group[-1].window.date]
        rest = rest[len(before) :]
        yield from _skipped_lines(before)
        yield from _stop_lines(group)


def _skipped_lines(skipped: Sequence[Skipped]) -> Iterator[str]:
    """Regular days without a window; those of one freeze as one."""
    for because, members in groupby(skipped, key=lambda skip: skip.because.removeprefix(name(skip.date)).strip()):
        days = list(members)
        span = name(days[0].date)
        if len(days) > 1:
            span += f" to {name(days[-1].date)} ({count(len(days), 'regular day')}): each"
        yield sentence(f"{span} {because}", "  ")


def _stop_lines(stops: Sequence[Stop]) -> Iterator[str]:
    """Windows in a row that do the same, for the same reasons."""
    first, last = stops[0], stops[-1]
    span = name(first.window.date)
    if len(stops) > 1:
        span += f" to {name(last.window.date)} ({count(len(stops), 'window')})"
    later = " and later" if first.last else ""
    yield sentence(f"{span}{later}: takes {_taken(first.takes)}", "  ")
    yield from (sentence(reason, "      ") for reason in first.because)
    for stop in stops:
        if stop.window.regular != (stop.window.date,):
            yield sentence(f"on {stop.window.date} because {stop.window.why}", "      ")


def _taken(ids: Sequence[str]) -> str:
    """The state that goes is that of its newest merge, and the earlier ones are in it."""
    commits = [one.partition("@")[2] for one in ids]
    if len(commits) > 1:
        return f"the state of {commits[-1]}, with {listed(commits[:-1])}"
    return commits[0] if commits else "nothing"
