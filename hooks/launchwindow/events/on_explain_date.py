"""Somebody asks why then (`explain-date`): an app's requests along the windows, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from launchwindow.days import name
from launchwindow.events.answer import Answer
from launchwindow.events.recording import bring_up
from launchwindow.model.errors import NotPossible
from launchwindow.record import requests_of, subjects_in
from launchwindow.release import timeline_of
from launchwindow.report.changes import change_lines, paragraphs, request_document
from launchwindow.report.visible import visible
from launchwindow.schedule import after_release, choose
from launchwindow.standing import standings_of, upcoming

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from launchwindow.events.workspace import Workspace
    from launchwindow.model.schedule import Choice, Timeline
    from launchwindow.model.window import Window
    from launchwindow.standing import Standing


class _Stop(NamedTuple):
    """One window on the way, and what it does."""

    window: Window
    takes: tuple[str, ...]
    because: tuple[str, ...]


def explain_date(space: Workspace, app: str) -> Answer:
    """Each open request of an app: what it changes, from when its notice counts, and which window takes it."""
    recorded = bring_up(space, space.ledger())
    ledger, policy = recorded.ledger, space.policy(recorded.tip)
    environment = policy.environments.get(app.partition("/")[0])
    if environment is None or app not in subjects_in(ledger, environment.name):
        raise NotPossible(f"The ledger knows no app “{app}”. Write it as environment/partner/app; see `status`.")
    calendar, judge = space.calendar(policy), space.judge(recorded.tip)
    found = standings_of(ledger, app, environment, calendar, judge, space.now)
    stops: list[_Stop] = []
    if requests_of(ledger, app) and environment.windows:
        timeline = timeline_of(ledger, app, environment, judge)
        stops = list(_stops(timeline, upcoming(calendar, space.now, environment.name, ledger)))
    document = {
        "schema": "launchwindow.explain-date/1",
        "app": app.partition("/")[2],
        "environment": environment.name,
        "change_requests": [{**request_document(one), "state": one.state} for one in found],
        "windows": [
            {"date": str(stop.window.date), "takes": list(stop.takes), "because": list(stop.because)} for stop in stops
        ],
    }
    return Answer(_text(app, found, stops), document)


def _stops(timeline: Timeline, windows: Iterable[Window]) -> Iterator[_Stop]:
    """Windows until nothing is left that the calendar alone would bring."""
    for window in windows:
        choice = choose(timeline, window.date, window.opens_at)
        if choice.state is None:
            if not choice.obstacles:
                return
            yield _Stop(window, (), _reasons(timeline, choice))
            if not any(one.until for found in choice.obstacles.values() for one in found):
                return
            continue
        taken = tuple(state.request.id for state in timeline.states[: choice.state + 1])
        yield _Stop(window, taken, _reasons(timeline, choice))
        timeline = after_release(timeline, choice.state)


def _reasons(timeline: Timeline, choice: Choice) -> tuple[str, ...]:
    """Why the states that were not taken were not, the newest first."""
    return tuple(
        f"{timeline.states[index].request.id}: {'; '.join(one.text for one in obstacles)}"
        for index, obstacles in sorted(choice.obstacles.items(), reverse=True)
    )


def _text(app: str, found: list[Standing], stops: list[_Stop]) -> str:
    if not found:
        return f"{app} has no open change request.\n"
    blocks = [app]
    blocks += ["\n".join(_request_lines(one)) for one in found]
    if stops:
        blocks.append(
            "\n".join(["Deploy windows on the way:", *(line for stop in stops for line in _stop_lines(stop))])
        )
    return paragraphs(blocks)


def _request_lines(one: Standing) -> Iterator[str]:
    request = one.request
    yield f"{request.id.partition('@')[2]}  {visible(request.title, 70)}"
    yield f"  merged {request.merged_at:%Y-%m-%d %H:%M %Z}, {one.state}: {visible(one.because, 300)}"
    yield from change_lines(one)
    for days in sorted(set(one.notice.values())):
        why = "the environment's notice" if days else "no notice: the same stood there within 30 days, or it needs none"
        fields = sorted({element.field for element, length in one.notice.items() if length == days})
        yield f"  notice of {days} days from {request.notice_starts or 'its approval'} for {', '.join(fields)} ({why})"
    if one.window is not None:
        yield f"  → deploy window {name(one.window)}"


def _stop_lines(stop: _Stop) -> Iterator[str]:
    takes = f"takes {', '.join(one.partition('@')[2] for one in stop.takes)}" if stop.takes else "takes nothing"
    yield f"  {name(stop.window.date)}: {takes}"
    if stop.window.regular != (stop.window.date,):
        yield f"      on this day because {stop.window.why}"
    for reason in stop.because:
        yield f"      {visible(reason.partition('@')[2], 300)}"
