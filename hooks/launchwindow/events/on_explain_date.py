"""Somebody asks why then (`explain-date`): an app's requests along the windows, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.answer import Answer
from launchwindow.events.recording import bring_up
from launchwindow.model.errors import NotPossible
from launchwindow.record import requests_of, subjects_in
from launchwindow.report.rollbacks import standing_text
from launchwindow.report.timeline import Explained, Stop, timeline_json, timeline_text
from launchwindow.schedule import Differences, after_release, choose, only_time_helps
from launchwindow.sooner import Place, ways
from launchwindow.standing import due_of, in_conflict, standings_of, upcoming
from launchwindow.timelines import timeline_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from launchwindow.events.workspace import Workspace
    from launchwindow.model.schedule import Choice, Timeline
    from launchwindow.model.window import Window


def explain_date(space: Workspace, app: str) -> Answer:
    """Each open request of an app: what it changes, from when its notice counts, which window takes it, and what
    would make it sooner."""
    recorded = bring_up(space, space.ledger(), only_look=True)
    ledger, policy = recorded.ledger, space.policy(recorded.tip)
    environment = policy.environments.get(app.partition("/")[0])
    if environment is None or app not in subjects_in(ledger, environment.name):
        raise NotPossible(f"The ledger knows no app “{app}”. Write it as environment/partner/app; see `status`.")
    calendar, judge = space.calendar(policy), space.judge(recorded.tip)
    found = in_conflict(standings_of(ledger, app, environment, calendar, judge, space.now), recorded.kept_back)
    stops: list[Stop] = []
    if requests_of(ledger, app) and environment.windows:
        timeline = timeline_of(ledger, app, environment, judge)
        stops = list(_stops(timeline, upcoming(calendar, space.now, environment.name, ledger)))
    today = calendar.local_date(space.now)
    skipped = calendar.skipped(today, stops[-1].window.date) if stops else ()
    sooner = ways(ledger, Place(app, environment, policy, calendar, judge, space.now))
    due = {one.request.id: due_of(one.request, calendar) for one in found if one.request.released is not None}
    explained = Explained(app, environment, found, stops, skipped, sooner, due, policy.timezone)
    rolled_back = standing_text([ledger.deployed[app]] if app in ledger.deployed else [], policy.timezone)
    return Answer(rolled_back + timeline_text(explained), timeline_json(explained))


def _stops(timeline: Timeline, windows: Iterable[Window]) -> Iterator[Stop]:
    """Windows until nothing is left that the calendar alone would bring."""
    for window in windows:
        if not Differences(timeline).last:
            return
        choice = choose(timeline, window.date, window.opens_at)
        if choice.state is None:
            last = not only_time_helps(choice)
            yield Stop(window, (), _reasons(timeline, choice), last)
            if last:
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
    """Why the states that were not taken were not, the newest first; what stands in the way of several, once."""
    found: dict[str, str] = {}
    for index, obstacles in sorted(choice.obstacles.items(), reverse=True):
        commit = timeline.states[index].request.commit[:12]
        for one in obstacles:
            of_the_state = one.kind in ("error", "content", "conflict")
            text = f"{commit}: {one.text}" if of_the_state else one.text
            # A later state still has what is wrong with an earlier one: it is told of the earliest.
            found[text.removeprefix(f"{commit}: ")] = text
    return tuple(found.values())
