"""What is due, rechecked, and the next deployed state (design §7, "Release")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.confirmation import confirm, left_with
from launchwindow.hand_over import Handing, hand_over
from launchwindow.model.ledger import Event, Hold
from launchwindow.model.named import NamedTuple
from launchwindow.record import requests_of, subjects_in
from launchwindow.records import put, read_ahead
from launchwindow.schedule import Differences
from launchwindow.settle import settle
from launchwindow.timelines import timeline_of
from launchwindow.valid_set import consistent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from launchwindow.model.judge import Judge
    from launchwindow.model.ledger import Ledger, Request
    from launchwindow.model.policy import Environment
    from launchwindow.model.schedule import Choice, Timeline


class Held(NamedTuple):
    """A request that is due and was not taken."""

    request: Request
    because: str
    failed: bool
    """Whether something went wrong with it; else a person holds it, or a partner has a step to take."""


class Outcome(NamedTuple):
    """What a run did, or would do."""

    ledger: Ledger
    released: tuple[Request, ...]
    withdrawn: tuple[Request, ...]
    held: tuple[Held, ...]


def release(
    ledger: Ledger, environment: Environment, day: date, opens_at: datetime | None, judge: Judge,
    now: datetime,
) -> Outcome:  # fmt: skip
    """Take what is ready at a window on `day` (with `opens_at` None: in an environment without windows)."""
    read_ahead(ledger.requests, environment.name)
    read_ahead(ledger.deployed, environment.name)
    timelines = {
        subject: timeline_of(ledger, subject, environment, judge)
        for subject in subjects_in(ledger, environment.name)
        if requests_of(ledger, subject)
    }  # fmt: skip
    choices = consistent(ledger, environment, timelines, day, opens_at, judge)
    run = Handing("window" if environment.windows else "merge", day, now, ledger.releases + 1)
    outcome = take(ledger, timelines, choices, run, judge)
    if environment.windows:
        return outcome
    subjects = {one.subject for one in outcome.released}
    subjects |= left_with(outcome.ledger, subjects)
    ledger = confirm(outcome.ledger, environment.name, subjects, "the merge: it takes effect at once", now)
    return outcome._replace(ledger=ledger)


def take(
    ledger: Ledger, timelines: Mapping[str, Timeline], choices: Mapping[str, Choice], run: Handing, judge: Judge
) -> Outcome:
    """Hand over what was chosen, and hold what is no longer what was approved."""
    before = ledger
    released: list[Request] = []
    passed: list[Request] = []
    for subject, choice in choices.items():
        if choice.state is not None:
            passed += _passed(timelines[subject], choice.state)
            ledger, requests = hand_over(ledger, timelines[subject], choice.state, run, judge)
            released += requests
    held = tuple(_held(timelines, choices))
    ledger = _hold_changed(ledger, timelines, choices, run)
    ledger = settle(ledger._replace(releases=run.number) if released else ledger, run.at)
    ended = [one.request for one in ledger.closed if one.state == "withdrawn" and one.request.id in before.requests]
    withdrawn = {one.id: one for one in (*passed, *ended)}
    return Outcome(ledger, tuple(released), tuple(withdrawn.values()), held)


def _passed(timeline: Timeline, index: int) -> Iterator[Request]:
    """Requests of earlier states of which nothing is left in the one that goes."""
    differences = Differences(timeline)
    for one in range(index + 1):
        request = timeline.states[one].request
        if request.days and not differences.of_request(one):
            yield request


_NOT_DUE = frozenset({"unapproved", "notice", "not-before", "merged-late", "taken-back"})
_FAILURES = frozenset({"error", "content", "conflict"})


def _held(timelines: Mapping[str, Timeline], choices: Mapping[str, Choice]) -> Iterator[Held]:
    """The requests that only somebody's doing keeps back: their notice is over and still they did not go."""
    for subject, choice in choices.items():
        differences = Differences(timelines[subject])
        for index in sorted(choice.obstacles):
            obstacles = choice.obstacles[index]
            kinds = {one.kind for one in obstacles}
            # An agreed time that is still ahead is no delay.
            waits = any(one.kind == "coordination" and one.until for one in obstacles)
            if kinds & _NOT_DUE or waits or not differences.of_request(index):
                continue
            because = "; ".join(one.text for one in obstacles)
            yield Held(timelines[subject].states[index].request, because, failed=bool(kinds & _FAILURES))


def _hold_changed(
    ledger: Ledger, timelines: Mapping[str, Timeline], choices: Mapping[str, Choice], run: Handing
) -> Ledger:
    """Hold each due request whose content is not what was approved: somebody has to look before it is tried again."""
    held: dict[str, Request] = {}
    for subject, choice in choices.items():
        for index, obstacles in choice.obstacles.items():
            changed = next((one for one in obstacles if one.kind == "content"), None)
            identity = timelines[subject].states[index].request.id
            request = held.get(identity, ledger.requests.get(identity))
            if changed is not None and request is not None and request.released is None:
                history = (*request.history, Event(run.at, "held", "launchwindow", changed.text))
                hold = Hold("launchwindow", run.at, changed.text)
                held[request.id] = request._replace(hold=hold, history=history)
    return ledger._replace(requests=put(ledger.requests, held))
