"""What is due, rechecked, and the next deployed state (design §7, "Release" and "Confirmed")."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol

from launchwindow.idp_files import file_names, problems
from launchwindow.merges import gone_subject
from launchwindow.model.errors import NotPossible
from launchwindow.model.ledger import Deployed, Event, Past, Release
from launchwindow.model.row import PartnerRow, Row
from launchwindow.model.schedule import Obstacle, State, Timeline
from launchwindow.notice import GOING_BACK
from launchwindow.record import requests_of, subjects_in
from launchwindow.schedule import Differences, choose, released_row
from launchwindow.settle import close, schedule_values, settle

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from launchwindow.idp_files import Provider
    from launchwindow.model.ledger import Ledger, Request
    from launchwindow.model.policy import Environment
    from launchwindow.model.schedule import Choice


class Judge(Protocol):
    """Rules and content as the release asks for them; git stands behind it."""

    def obstacles(self, ledger: Ledger, request: Request, day: date) -> tuple[Obstacle, ...]:
        """Errors of the state that a request left, judged for a day; and whether its content is as approved."""

    def imported_names(self, subject: str) -> Mapping[str, str]:
        """Fingerprint or SHA-256 -> the file name at the IdP, of an imported app's certificates and logo."""


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
    choices = _consistent(ledger, environment, timelines, day, opens_at, judge)
    released: list[Request] = []
    before = ledger
    for subject, choice in choices.items():
        if choice.state is not None:
            ledger, requests = _take(ledger, timelines[subject], choice.state, day, now, judge)
            released += requests
    ledger = settle(ledger, now)
    if not environment.windows:
        ledger = confirm(ledger, environment.name, {one.subject for one in released}, "it takes effect at once", now)
    withdrawn = [one.request for one in ledger.closed if one.state == "withdrawn" and one.request.id in before.requests]
    held = tuple(_held(timelines, choices))
    return Outcome(ledger, tuple(released), tuple(withdrawn), held)


def _consistent(
    ledger: Ledger, environment: Environment, timelines: Mapping[str, Timeline], day: date,
    opens_at: datetime | None, judge: Judge,
) -> dict[str, Choice]:  # fmt: skip
    """What each app releases so that the whole set is valid: in a conflict the later merge's app falls back."""
    choices = {subject: choose(line, day, opens_at) for subject, line in timelines.items()}
    conflicts: dict[str, str] = {}
    while True:
        found = _conflict(ledger, environment, timelines, choices, judge)
        if found is None:
            break
        subject, message = found
        index = choices[subject].state
        assert index is not None
        conflicts[subject] = message
        lower = choose(timelines[subject], day, opens_at, below=index)
        obstacles = {**choices[subject].obstacles, **lower.obstacles, index: (Obstacle("conflict", message),)}
        choices[subject] = lower._replace(obstacles=obstacles)
    return choices


def _conflict(
    ledger: Ledger, environment: Environment, timelines: Mapping[str, Timeline], choices: Mapping[str, Choice],
    judge: Judge,
) -> tuple[str, str] | None:  # fmt: skip
    """(the app that has to fall back, why) when the set that `choices` make isn't valid."""
    rows = _rows_after(ledger, environment.name, timelines, choices)
    providers = [
        _provider(ledger, subject, row, judge) for subject, row in rows.items() if isinstance(row, Row)
    ]  # fmt: skip
    partners = {subject: row for subject, row in rows.items() if isinstance(row, PartnerRow)}
    found = problems(environment.name, providers, {subject.split("/")[1]: row for subject, row in partners.items()})
    if not found:
        return None
    taken = {subject: choice.state for subject, choice in choices.items() if choice.state is not None}
    # A problem names apps as `environment/partner/app` and partners by their id.
    involved = [(one, subject) for one in found for subject in taken if _about(one.subject, subject, environment.name)]
    if not involved:
        raise NotPossible(
            f"The IdP files of {environment.name} are not valid as a set, and nothing that is due mends it: "
            + "; ".join(f"{one.subject}: {one.message}" for one in found)
        )
    problem, subject = max(involved, key=lambda pair: timelines[pair[1]].states[taken[pair[1]]].request.order)
    return subject, problem.message


def _about(name: str, subject: str, environment: str) -> bool:
    return subject in (name, f"{environment}/{name}")


def _rows_after(
    ledger: Ledger, environment: str, timelines: Mapping[str, Timeline], choices: Mapping[str, Choice]
) -> dict[str, Row | PartnerRow]:
    rows: dict[str, Row | PartnerRow] = {}
    for subject, one in ledger.deployed.items():
        if subject.startswith(f"{environment}/") and one.released is not None:
            rows[subject] = one.released.row
    for subject, choice in choices.items():
        if choice.state is None:
            continue
        row = released_row(timelines[subject], choice.state)
        assert row is not None
        before = rows.get(subject)
        if isinstance(before, Row) and isinstance(row, Row) and before.issuer != row.issuer:
            rows[gone_subject(subject, before.issuer)] = before._replace(active=False)
        rows[subject] = row
    return rows


def _provider(ledger: Ledger, subject: str, row: Row, judge: Judge) -> Provider:
    # What a change of issuer leaves behind has no record of its own yet: its files keep the names they had.
    deployed = ledger.deployed.get(subject) or ledger.deployed.get(subject.partition("~")[0])
    kept = {**judge.imported_names(subject), **(deployed.cert_files if deployed else {})}
    return file_names(subject, row, kept)


def providers(ledger: Ledger, environment: str) -> list[Provider]:
    """Every provider that the IdP's files hold, the inactive ones as well."""
    return [
        file_names(subject, one.released.row, one.cert_files)
        for subject, one in sorted(ledger.deployed.items())
        if subject.startswith(f"{environment}/") and one.released is not None and isinstance(one.released.row, Row)
    ]


def partner_rows(ledger: Ledger, environment: str) -> dict[str, PartnerRow]:
    """Partner id -> what the IdP's files hold of it."""
    return {
        subject.split("/")[1]: one.released.row
        for subject, one in sorted(ledger.deployed.items())
        if subject.startswith(f"{environment}/") and one.released and isinstance(one.released.row, PartnerRow)
    }


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
    names = names_of(_provider(ledger, subject, row, judge)) if isinstance(row, Row) else {}
    deployed = dict(ledger.deployed)
    deployed[subject] = old._replace(
        released=new, earlier=earlier, issuer=request.issuer, cert_files={**old.cert_files, **names}
    )
    if isinstance(row, Row):
        deployed |= _left_behind(old, row, new)
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


def _left_behind(old: Deployed, row: Row, new: Release) -> dict[str, Deployed]:
    """After a change of issuer the old provider stays at the IdP, inactive: no provider is ever deleted."""
    before = old.released.row if old.released else None
    if not isinstance(before, Row) or before.issuer == row.issuer:
        return {}
    subject = gone_subject(old.subject, before.issuer)
    gone = new._replace(row=before._replace(active=False), path=None, digest=None, requests=())
    return {subject: old._replace(subject=subject, issuer=before.issuer, released=gone, earlier=(), schedule={})}


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


def confirm(ledger: Ledger, environment: str, subjects: set[str], by: str, now: datetime) -> Ledger:
    """The ledger once the IdP was seen to run what was last released of `subjects`."""
    deployed = dict(ledger.deployed)
    for subject in sorted(subjects | _left_with(ledger, subjects)):
        one = deployed.get(subject)
        if one is None or one.released is None or one.released.confirmed_at is not None:
            continue
        running = one.released._replace(confirmed_at=now, confirmed_by=by)
        deployed[subject] = one._replace(
            released=running, confirmed=running, earlier=(), past=_past(one, now)
        )  # fmt: skip
    ledger = ledger._replace(deployed=deployed)
    for request in list(ledger.requests.values()):
        if request.environment == environment and request.subject in subjects and request.released is not None:
            ledger = close(ledger, request, "deployed", now, f"confirmed by {by}")
    return settle(ledger, now)


def _left_with(ledger: Ledger, subjects: set[str]) -> set[str]:
    """The providers that a change of issuer left behind are confirmed with their successors."""
    return {
        subject for subject in ledger.deployed
        if "~" in subject and any(subject.startswith(f"{one}~") for one in subjects)
    }  # fmt: skip


def _past(one: Deployed, now: datetime) -> tuple[Past, ...]:
    """What ran until now joins the past; what ended longer ago than notice may ask is forgotten."""
    before = one.confirmed.row if one.confirmed else None
    kept = [past for past in one.past if past.until >= now - GOING_BACK - timedelta(days=1)]
    return (*kept, Past(before, now))


def unconfirmed(ledger: Ledger, environment: str) -> list[str]:
    """Subjects whose last release nobody has seen to run yet."""
    return [
        subject for subject, one in sorted(ledger.deployed.items())
        if subject.startswith(f"{environment}/") and one.released and one.released.confirmed_at is None
    ]  # fmt: skip
