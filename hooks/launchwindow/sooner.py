"""What would make a change go sooner: each lever is tried on the ledger, and what it brings is told (design §7, §8).

Only what is true is told: the levers are the real ones, with all their refusals, and the window is what the forecast
then says.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from launchwindow.days import shift
from launchwindow.levers import resume
from launchwindow.merges import KEY_IN_USE
from launchwindow.model.errors import NotPossible
from launchwindow.model.named import NamedTuple
from launchwindow.model.row import Row
from launchwindow.own_runs import coordinated, off_cycle
from launchwindow.record import requests_of
from launchwindow.schedule import Differences
from launchwindow.settle import schedule_values
from launchwindow.standing import standings_of
from launchwindow.timelines import rotation_of, timeline_of
from launchwindow.what_if import (
    WhatIfJudge,
    approved_today,
    reviewers,
    said_today,
    short_notice_today,
    taken_back_today,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from launchwindow.model.judge import Judge
    from launchwindow.model.ledger import Ledger, Request
    from launchwindow.model.policy import Environment, Policy
    from launchwindow.model.schedule import State, Timeline
    from launchwindow.windows import Calendar

How = Literal[
    "approve", "resume", "short-notice", "not-before", "key-in-use", "coordinate-at", "take-back", "off-cycle"
]
"""Levers, and merges: of `release.not_before`, `key_in_use` or `coordinate_at`, or of what takes a change back."""

FIRST_AGREED = 60
"""Days ahead in which a time for a coordinated release is looked for."""


class Step(NamedTuple):
    """One thing that somebody can do today."""

    how: How
    on: str | None
    """The id of the request that it is done to; None where it concerns the whole app."""
    value: str | None = None
    """The certificate whose key is in use, or the moment to agree on."""


class Way(NamedTuple):
    """What brings one request to an earlier window."""

    request: Request
    window: date
    """The window; the day, where a person releases it outside of the windows."""
    steps: tuple[Step, ...]


class Place(NamedTuple):
    """One app, and all that its dates depend on."""

    subject: str
    environment: Environment
    policy: Policy
    calendar: Calendar
    judge: Judge
    now: datetime


def ways(ledger: Ledger, place: Place) -> tuple[Way, ...]:
    """All that would bring a pending request of the app to an earlier window, the earliest first.

    Several steps are told only where they bring it to an earlier window than each of them alone. `place.now` is when
    they would be taken.
    """
    if not place.environment.windows or not requests_of(ledger, place.subject):
        return ()
    place = place._replace(judge=WhatIfJudge(place.judge))
    before = _dates(ledger, place)
    pending = {one.id: one for one in requests_of(ledger, place.subject) if one.released is None}
    found: list[Way] = []
    for steps in dict.fromkeys(_candidates(ledger, place)):
        try:
            after = _dates(*_taken(ledger, place, steps))
        except NotPossible:
            # A lever that would be refused is no way.
            continue
        found += [
            Way(request, after[key], steps) for key, request in pending.items()
            if key in after and (key not in before or after[key] < before[key])
        ]  # fmt: skip
    worth = [one for one in found if not any(_is_part(other, one) for other in found)]
    return tuple(sorted(worth, key=lambda one: (one.window, len(one.steps), one.request.order)))


def _is_part(other: Way, way: Way) -> bool:
    """Whether `other` brings the same request as far with fewer of the same steps."""
    fewer = set(other.steps) < set(way.steps)
    return fewer and other.request == way.request and other.window <= way.window


def _dates(ledger: Ledger, place: Place) -> dict[str, date]:
    """Request -> the window or the agreed day that takes it, or took it, if nothing else happens."""
    subject, environment, _, calendar, judge, now = place
    found = standings_of(ledger, subject, environment, calendar, judge, now)
    dates = {one.request.id: one.window for one in found if one.window is not None}
    agreed = rotation_of(ledger, subject, judge).coordinate_at
    if agreed is not None and agreed > now:
        for key, day in _at_agreed_time(ledger, place, agreed).items():
            dates[key] = min(day, dates.get(key, day))
    return dates


def _at_agreed_time(ledger: Ledger, place: Place, moment: datetime) -> Mapping[str, date]:
    """What a person would release at the agreed time, as the app is now."""
    subject, environment, _, calendar, judge, _ = place
    try:
        outcome = coordinated(ledger, subject, environment, calendar, judge, "", moment)
    except NotPossible:
        return {}
    return {one.id: calendar.local_date(moment) for one in outcome.released}


def _candidates(ledger: Ledger, place: Place) -> Iterator[tuple[Step, ...]]:
    timeline = timeline_of(ledger, place.subject, place.environment, place.judge)
    differences = Differences(timeline)
    for request in requests_of(ledger, place.subject):
        yield from ((step,) for step in _levers(request) if request.released is None)
    for index, state in enumerate(timeline.states):
        yield from _together(differences, index)
        yield (Step("off-cycle", state.request.id),)
        if len(timeline.states) > 1 and differences.of_request(index):
            yield (Step("take-back", state.request.id),)
    if timeline.not_before is not None and _main_says(ledger, place.subject, "release.not_before"):
        yield (Step("not-before", None),)
    yield from ((step,) for step in _certificate_steps(ledger, timeline, place))


def _main_says(ledger: Ledger, subject: str, name: str) -> bool:
    """Whether a value that is in force still stands on main: what is gone there waits for an approval instead."""
    in_force = schedule_values(ledger, subject)[name]
    newer = (one.schedule for one in requests_of(ledger, subject) if one.order > in_force.order)
    said = [schedule[name] for schedule in newer if name in schedule]
    return not said or said[-1] is not None


def _levers(request: Request) -> Iterator[Step]:
    if not request.approved:
        yield Step("approve", request.id)
    if request.hold is not None:
        yield Step("resume", request.id)
    if request.notice_waived is None and any(request.days.values()):
        yield Step("short-notice", request.id)


def _together(differences: Differences, index: int) -> Iterator[tuple[Step, ...]]:
    """The levers of all merges that a state's changes count from: what is released is a whole state."""
    merges = sorted({differences.counts_from(element) for element in differences.each[index]} | {index})
    states = differences.timeline.states
    pulled = [step for merge in merges if merge < len(states) for step in _levers(states[merge].request)]
    unblocked = tuple(sorted((step for step in pulled if step.how != "short-notice"), key=lambda step: step.how))
    waived = tuple(step for step in pulled if step.how == "short-notice")
    if len(unblocked) > 1:
        yield unblocked
    if len(waived) > 1:
        yield waived
    if unblocked and waived:
        yield (*unblocked, *waived)


def _certificate_steps(ledger: Ledger, timeline: Timeline, place: Place) -> Iterator[Step]:
    """What the partner could say, or agree on, where the guard of certificates waits for that."""
    today = place.calendar.local_date(place.now)
    opens_at = place.now + timedelta(days=1)
    kinds: dict[str, State] = {}
    for state in timeline.states:
        kinds |= {one.kind: state for one in timeline.guard(timeline.released, state, today, opens_at)}
    if "rotation" in kinds:
        name = _successor(kinds["rotation"], rotation_of(ledger, place.subject, place.judge).confirmed)
        if name is not None:
            yield Step("key-in-use", None, name)
    if "coordination" in kinds:
        yield from (Step("coordinate-at", None, one.isoformat()) for one in _first_agreed(ledger, place))


def _successor(state: State, confirmed: Row | None) -> str | None:
    known = {one.fingerprint for one in confirmed.certs} if confirmed else set()
    kept = state.row.certs if isinstance(state.row, Row) else ()
    return next((one.name for one in reversed(kept) if one.fingerprint in known), None)


def _first_agreed(ledger: Ledger, place: Place) -> Iterator[datetime]:
    """The first moment in business hours at which a coordinated release would take something."""
    today = place.calendar.local_date(place.now)
    hour = timedelta(hours=1)
    for day in (shift(today, number) for number in range(FIRST_AGREED)):
        if not place.calendar.is_business_day(day):
            continue
        opens_at, closes_at = place.calendar.hours(day)
        moment = opens_at
        while moment <= place.now:
            moment += hour
        agreed = _agreed(ledger, place, moment.isoformat())
        if moment < closes_at and _at_agreed_time(agreed, place, moment):
            yield moment
            return


def _agreed(ledger: Ledger, place: Place, moment: str) -> Ledger:
    values = {"release.coordinate_at": moment, "release.reason": "agreed"}
    return said_today(ledger, place.subject, values, place.now)


def _taken(ledger: Ledger, place: Place, steps: tuple[Step, ...]) -> tuple[Ledger, Place]:
    """The ledger after the steps. Raises `NotPossible` where one of them would be refused."""
    for step in steps:
        ledger = _one_taken(ledger, place, step)
    return ledger, place


def _word(ledger: Ledger, subject: str, name: str | None, today: date) -> dict[str, object]:
    """The partner's word on the key of a certificate that the app's newest state calls so."""
    row = requests_of(ledger, subject)[-1].row
    certs = row.certs if isinstance(row, Row) else ()
    fingerprint = next((one.fingerprint for one in certs if one.name == name), None)
    return {"certificate": name, "as_of": str(today), "sha256": fingerprint}


def _one_taken(ledger: Ledger, place: Place, step: Step) -> Ledger:
    subject, environment, policy, calendar, judge, now = place
    how, on, value = step
    if on is None:
        values: dict[str, object] = {"release.not_before": None}
        if how == "coordinate-at":
            return _agreed(ledger, place, value or "")
        if how == "key-in-use":
            values = {KEY_IN_USE: _word(ledger, subject, value, calendar.local_date(now))}
        return said_today(ledger, subject, values, now)
    if on not in ledger.requests:
        raise NotPossible(f"{on} came to its end.")
    request = ledger.requests[on]
    if how == "approve":
        return approved_today(ledger, request, policy, now)
    if how == "resume":
        return resume(ledger, request, "", "", now)
    if how == "short-notice":
        return short_notice_today(ledger, request, environment, policy, judge, now)
    if how == "take-back":
        return taken_back_today(ledger, request, environment, judge, now)
    if len(reviewers(policy, request)) < 2:
        raise NotPossible(f"{request.id} needs two reviewers.")
    return off_cycle(ledger, request, environment, calendar, judge, "", "", now).ledger
