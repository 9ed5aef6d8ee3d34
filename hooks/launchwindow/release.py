"""What is due, rechecked, and the next deployed state (design §7, "Release" and "Confirmed")."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from launchwindow.confirmation import confirm, left_with
from launchwindow.merges import gone_subject
from launchwindow.model.ledger import Deployed, Event, Release
from launchwindow.model.row import Row
from launchwindow.model.schedule import Obstacle, State, Timeline
from launchwindow.record import requests_of, subjects_in
from launchwindow.schedule import Differences, released_row
from launchwindow.settle import schedule_values, settle
from launchwindow.valid_set import consistent, provider_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from launchwindow.idp_files import Provider
    from launchwindow.model.judge import Judge
    from launchwindow.model.ledger import Ledger, Request
    from launchwindow.model.policy import Environment
    from launchwindow.model.schedule import Choice


class Held(NamedTuple):
    """A request that is due and was not taken."""

    request: Request
    because: str
    failed: bool
    """Whether something went wrong with it; else a person holds it."""


class Outcome(NamedTuple):
    """What a window did, or would do."""

    ledger: Ledger
    released: tuple[Request, ...]
    withdrawn: tuple[Request, ...]
    held: tuple[Held, ...]


def timeline_of(ledger: Ledger, subject: str, environment: Environment, judge: Judge) -> Timeline:
    """`S0` and the merged states since, of one app or one partner's file."""
    deployed = ledger.deployed.get(subject)
    released = deployed.released if deployed else None
    order = released.order if released else -1
    requests = [one for one in requests_of(ledger, subject) if one.order > order and one.released is None]
    states = tuple(State(request, request.row) for request in requests)

    def errors(index: int, day: date) -> tuple[Obstacle, ...]:
        return judge.obstacles(ledger, requests[index], day)

    return Timeline(
        subject, environment, released.row if released else None, states, not_before(ledger, subject), errors
    )


def not_before(ledger: Ledger, subject: str) -> date | None:
    """The day before which an app asks not to be released, as an approved merge set it."""
    value = schedule_values(ledger, subject).get("release.not_before")
    try:
        return date.fromisoformat(value.value) if value and isinstance(value.value, str) else None
    except ValueError:
        # No date: `schema` reports it as an error, and that keeps the state from being released.
        return None


def release(
    ledger: Ledger, environment: Environment, day: date, opens_at: datetime | None, judge: Judge,
    now: datetime,
) -> Outcome:  # fmt: skip
    """Take what is ready at a window on `day` (with `opens_at` None: in an environment without windows)."""
    timelines = {
        subject: timeline_of(ledger, subject, environment, judge)
        for subject in subjects_in(ledger, environment.name)
        if requests_of(ledger, subject)
    }  # fmt: skip
    choices = consistent(ledger, environment, timelines, day, opens_at, judge)
    released: list[Request] = []
    before = ledger
    for subject, choice in choices.items():
        if choice.state is not None:
            ledger, requests = _take(ledger, timelines[subject], choice.state, day, now, judge)
            released += requests
    ledger = settle(ledger, now)
    if not environment.windows:
        subjects = {one.subject for one in released}
        subjects |= left_with(ledger, subjects)
        ledger = confirm(ledger, environment.name, subjects, "the merge: it takes effect at once", now)
    withdrawn = [one.request for one in ledger.closed if one.state == "withdrawn" and one.request.id in before.requests]
    held = tuple(_held(timelines, choices))
    return Outcome(ledger, tuple(released), tuple(withdrawn), held)


def _take(
    ledger: Ledger, timeline: Timeline, index: int, day: date, now: datetime, judge: Judge
) -> tuple[Ledger, list[Request]]:
    """Hand one state over: `S0` is it now, and the requests whose changes it holds are deploying."""
    differences = Differences(timeline)
    subject = timeline.subject
    row = released_row(timeline, index)
    assert row is not None
    request = timeline.states[index].request
    taken = [timeline.states[one].request for one in range(index + 1) if differences.of_request(one)]
    window = day if timeline.environment.windows else None
    new = Release(
        request.commit, request.order, request.path, request.digest, window, now,
        tuple(one.id for one in taken), row, None, None,
    )  # fmt: skip
    old = ledger.deployed.get(subject, Deployed(subject, request.issuer, None, None, (), (), {}, {}))
    earlier = (*old.earlier, old.released) if old.released and old.released.confirmed_at is None else old.earlier
    names = names_of(provider_of(ledger, subject, row, judge)) if isinstance(row, Row) else {}
    deployed = dict(ledger.deployed)
    deployed[subject] = old._replace(
        released=new, earlier=earlier, issuer=request.issuer, cert_files={**old.cert_files, **names}
    )
    if isinstance(row, Row):
        deployed |= _left_behind(ledger, old, row, new)
    requests = dict(ledger.requests)
    for one in taken:
        where = f"in the deploy window of {day}" if window else "at the merge"
        event = Event(now, "released", "launchwindow", where)
        requests[one.id] = one._replace(released=day, history=(*one.history, event))
    return ledger._replace(deployed=deployed, requests=requests), [requests[one.id] for one in taken]


def names_of(provider: Provider) -> dict[str, str]:
    """Fingerprint or SHA-256 -> the file name at the IdP, which stays as it is from the first release on."""
    names = dict(zip((one.fingerprint for one in provider.row.certs), provider.cert_files, strict=True))
    if provider.row.logo is not None and provider.logo_file is not None:
        names[provider.row.logo.sha256] = provider.logo_file
    return names


def _left_behind(ledger: Ledger, old: Deployed, row: Row, new: Release) -> dict[str, Deployed]:
    """After a change of issuer the old provider stays at the IdP, inactive: no provider is ever deleted.

    Where main has the old issuer again, in an app whose turn it could not be so far, it is that app's from now on.
    """
    before = old.released.row if old.released else None
    if not isinstance(before, Row) or before.issuer == row.issuer:
        return {}
    gone = new._replace(row=before._replace(active=False), path=None, digest=None, requests=())
    subject, schedule = gone_subject(old.subject, before.issuer), {}
    heir = _waiting_for(ledger, old.subject, before.issuer)
    if heir is not None:
        # All that the heir's merges ask for comes after this.
        subject, gone = heir, gone._replace(order=requests_of(ledger, heir)[0].order - 1)
        schedule = dict(ledger.deployed[heir].schedule) if heir in ledger.deployed else {}
    return {subject: old._replace(subject=subject, issuer=before.issuer, released=gone, earlier=(), schedule=schedule)}


def _waiting_for(ledger: Ledger, subject: str, issuer: str) -> str | None:
    """Another app of the environment that main has with this issuer, and that was never released."""
    for other in subjects_in(ledger, subject.partition("/")[0]):
        deployed, requests = ledger.deployed.get(other), requests_of(ledger, other)
        released = deployed is not None and deployed.released is not None
        row = requests[-1].row if requests else None
        if other != subject and not released and isinstance(row, Row) and row.issuer == issuer:
            return other
    return None


_NOT_DUE = frozenset({"unapproved", "notice", "not-before", "merged-late", "taken-back"})


def _held(timelines: Mapping[str, Timeline], choices: Mapping[str, Choice]) -> list[Held]:
    """The requests that only a person's doing keeps back: their notice is over and still they did not go."""
    held: list[Held] = []
    for subject, choice in choices.items():
        differences = Differences(timelines[subject])
        for index in sorted(choice.obstacles):
            obstacles = choice.obstacles[index]
            kinds = {one.kind for one in obstacles}
            if kinds & _NOT_DUE or not differences.of_request(index):
                continue
            because = "; ".join(one.text for one in obstacles)
            held.append(Held(timelines[subject].states[index].request, because, failed=kinds != {"held"}))
    return held
