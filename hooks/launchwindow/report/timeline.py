"""Why an app's changes go when they go, for people and as the document `launchwindow.explain-date/1`."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from launchwindow.days import name
from launchwindow.report.changes import change_lines, count, paragraphs, request_document
from launchwindow.report.requests import stands
from launchwindow.report.visible import sentence, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from launchwindow.model.policy import Environment
    from launchwindow.model.window import Window
    from launchwindow.standing import Standing


class Stop(NamedTuple):
    """One window on the way: the ids that it takes, and why it takes no more."""

    window: Window
    takes: tuple[str, ...]
    because: tuple[str, ...]


def timeline_json(
    app: str, environment: Environment, standings: Sequence[Standing], stops: Sequence[Stop]
) -> dict[str, object]:
    """The document `launchwindow.explain-date/1`."""
    return {
        "schema": "launchwindow.explain-date/1",
        "app": app.partition("/")[2],
        "environment": environment.name,
        "change_requests": [{**request_document(one), "state": one.state} for one in standings],
        "windows": [
            {
                "date": str(stop.window.date),
                "on_this_day_because": stop.window.why,
                "takes": list(stop.takes),
                "because": list(stop.because),
            }
            for stop in stops
        ],
    }


def timeline_text(
    app: str, environment: Environment, standings: Sequence[Standing], stops: Sequence[Stop], zone: ZoneInfo
) -> str:
    """Each open request of an app, then the windows on its way; those that say the same are folded."""
    if not standings:
        return f"{visible(app)} has no open change request.\n"
    blocks = [app, *("\n".join(_request_lines(one, environment, zone)) for one in standings)]
    if stops:
        folded = [list(members) for _, members in groupby(stops, key=lambda stop: (stop.takes, stop.because))]
        lines = [line for members in folded for line in _stop_lines(members)]
        blocks.append("\n".join(["Deploy windows on the way:", *lines]))
    return paragraphs(blocks)


def _request_lines(one: Standing, environment: Environment, zone: ZoneInfo) -> Iterator[str]:
    request = one.request
    yield f"{request.id.partition('@')[2]}  {visible(request.title, 60)}".rstrip()
    yield f"  merged {request.merged_at.astimezone(zone):%Y-%m-%d %H:%M %Z}"
    yield from change_lines(one)
    for days in sorted(set(one.notice.values())):
        fields = sorted({element.field for element, length in one.notice.items() if length == days})
        yield sentence(f"{', '.join(fields)}: {_notice(days, request.notice_starts, environment)}", "  · ")
    yield sentence(stands(one), "  → ")


def _notice(days: int, starts: date | None, environment: Environment) -> str:
    asked = environment.notice_days
    if not days and not asked.default:
        return f"no notice, as {environment.name} asks for none"
    if not days:
        return "no notice: it is a partner record, or the same ran within the last 30 days"
    why = f"as {environment.name} asks" if days == asked.default else "for its host has to be allowed first"
    return f"notice of {days} days from {starts or 'its approval'}, {why}"


def _stop_lines(stops: Sequence[Stop]) -> Iterator[str]:
    """Windows in a row that do the same, for the same reasons."""
    first, last = stops[0], stops[-1]
    span = name(first.window.date)
    if len(stops) > 1:
        span += f" to {name(last.window.date)} ({count(len(stops), 'window')})"
    takes = ", ".join(one.partition("@")[2] for one in first.takes)
    yield f"  {span}: takes {takes or 'nothing'}"
    yield from (sentence(reason, "      ") for reason in first.because)
    for stop in stops:
        if stop.window.regular != (stop.window.date,):
            yield sentence(f"on {stop.window.date} because {stop.window.why}", "      ")
