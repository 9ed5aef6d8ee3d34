"""Somebody asks why then (`explain-date`): an app's requests along the windows, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.answer import Answer
from launchwindow.events.recording import bring_up
from launchwindow.model.errors import NotPossible
from launchwindow.record import requests_of, subjects_in
from launchwindow.report.timeline import Stop, timeline_json, timeline_text
from launchwindow.schedule import Differences, after_release, choose
from launchwindow.standing import standings_of, upcoming
from launchwindow.timelines import timeline_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from launchwindow.events.workspace import Workspace
    from launchwindow.model.schedule import Choice, Timeline
    from launchwindow.model.window import Window


def explain_date(space: Workspace, app: str) -> Answer:
    """Each open request of an app: what it changes, from when its notice counts, and which window takes it."""
    recorded = bring_up(space, space.ledger())
    ledger, policy = recorded.ledger, space.policy(recorded.tip)
    environment = policy.environments.get(app.partition("/")[0])
    if environment is None or app not in subjects_in(ledger, environment.name):
        raise NotPossible(f"The ledger knows no app “{app}”. Write it as environment/partner/app; see `status`.")
    calendar, judge = space.calendar(policy), space.judge(recorded.tip)
    found = standings_of(ledger, app, environment, calendar, judge, space.now)
    stops: list[Stop] = []
    if requests_of(ledger, app) and environment.windows:
        timeline = timeline_of(ledger, app, environment, judge)
        stops = list(_stops(timeline, upcoming(calendar, space.now, environment.name, ledger)))
    document = timeline_json(app, environment, found, stops)
    return Answer(timeline_text(app, environment, found, stops, policy.timezone), document)


def _stops(timeline: Timeline, windows: Iterable[Window]) -> Iterator[Stop]:
    """Windows until nothing is left that the calendar alone would bring."""
    for window in windows:
        choice = choose(timeline, window.date, window.opens_at)
        if choice.state is None:
            if not choice.obstacles:
                return
            yield Stop(window, (), _reasons(timeline, choice))
            if not any(one.until for found in choice.obstacles.values() for one in found):
                return
            continue
        differences = Differences(timeline)
        taken = tuple(
            state.request.id
            for index, state in enumerate(timeline.states[: choice.state + 1])
            if differences.of_request(index)
        )
        yield Stop(window, taken, _reasons(timeline, choice))
        timeline = after_release(timeline, choice.state)


def _reasons(timeline: Timeline, choice: Choice) -> tuple[str, ...]:
    """Why the states that were not taken were not, the newest first, without repeats."""
    found: dict[str, None] = {}
    for index, obstacles in sorted(choice.obstacles.items(), reverse=True):
        commit = timeline.states[index].request.commit[:12]
        for one in obstacles:
            about_all = one.kind == "not-before" or commit in one.text or one.kind in ("unapproved", "held", "notice")
            found[one.text if about_all else f"{commit}: {one.text}"] = None
    return tuple(found)
