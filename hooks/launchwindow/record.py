"""What a merge brought to main -> change requests in the ledger (design §7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.diff import difference
from launchwindow.merges import KEY_IN_USE, Tracked, follow, same_word
from launchwindow.model.ledger import Event, Hold, Request
from launchwindow.model.merge import AppState
from launchwindow.model.named import NamedTuple
from launchwindow.model.pull import Reviewed
from launchwindow.model.row import Row
from launchwindow.notice import notice_days, push_hosts
from launchwindow.records import is_under, put, under, without
from launchwindow.scope import Known

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from launchwindow.merges import Followed
    from launchwindow.model.ledger import Ledger, Rollback
    from launchwindow.model.merge import Main, Merge, PartnerState
    from launchwindow.model.policy import Environment, Policy
    from launchwindow.model.row import PartnerRow


class Part(NamedTuple):
    """The apps that a merge can concern (`scope`), where not all of main was read to record it."""

    subjects: frozenset[str]
    hosts: Mapping[str, frozenset[str]]
    """Environment -> the hosts that the IdP there may already reach."""


def record(
    ledger: Ledger, before: Main, merge: Merge, policy: Policy, part: Part | None = None
) -> tuple[Ledger, tuple[str, ...]]:
    """The ledger with one more merge, and warnings for people.

    `before` is main just before the merge. With `part`, both mains hold only what the merge can concern.
    """
    ledger = ledger._replace(merges=ledger.merges + 1)
    warnings: list[str] = []
    for environment in policy.environments.values():
        ledger = _record_apps(ledger, before, merge, environment, policy, part, warnings)
        ledger = _record_partners(ledger, before, merge, environment)
    return ledger, tuple(warnings)


def is_app(subject: str) -> bool:
    """Whether a subject is an app's; a partner's has one part less."""
    return subject.count("/") == 2


def requests_of(ledger: Ledger, subject: str) -> list[Request]:
    """A subject's open requests, oldest first."""
    return sorted(under(ledger.requests, subject), key=lambda request: request.order)


def subjects_in(ledger: Ledger, environment: str, among: Collection[str] | None = None) -> list[str]:
    """Every app and partner of an environment that the ledger knows, sorted; or those among some."""
    subjects: Iterable[str]
    if among is None:
        subjects = {key.partition("@")[0] for key in ledger.requests} | ledger.deployed.keys()
    else:
        subjects = (one for one in among if one in ledger.deployed or is_under(ledger.requests, one))
    return sorted(subject for subject in subjects if subject.startswith(f"{environment}/"))


def _record_apps(
    ledger: Ledger, before: Main, merge: Merge, environment: Environment, policy: Policy, part: Part | None,
    warnings: list[str],
) -> Ledger:  # fmt: skip
    subjects = subjects_in(ledger, environment.name, part.subjects if part else None)
    tracked = {subject: _tracked(ledger, subject, before) for subject in subjects if is_app(subject)}
    followed, new = follow(environment.name, tracked, merge.main)
    deployed = part.hosts.get(environment.name, frozenset()) if part else _deployed_hosts(ledger, environment)
    hosts = policy.push_hosts | deployed
    previous = {subject: _row_before(ledger, subject, before) for subject in tracked}
    ledger = rename(ledger, {old: one.subject for old, one in followed.items()})
    for old, one in followed.items():
        if one.unreadable:
            warnings.append(
                f"{old}: its file or its partner's can't be read at {merge.main.commit[:12]}; it stays as it was until "
                "that is mended (`launchwindow check` says where)."
            )
        elif one.state is not None or tracked[old].present:
            ledger = _record_app(ledger, one, previous[old], merge, environment, hosts, tracked[old].issuer)
    for state in new:
        ledger = _record_new(ledger, state, merge, environment, hosts)
    return ledger


def _deployed_hosts(ledger: Ledger, environment: Environment) -> frozenset[str]:
    return push_hosts(
        one.confirmed.row for one in ledger.deployed.values()
        if one.subject.startswith(f"{environment.name}/") and one.confirmed and isinstance(one.confirmed.row, Row)
    )  # fmt: skip


def _tracked(ledger: Ledger, subject: str, before: Main) -> Tracked:
    known = known_as(ledger, subject) or Known("", None)
    # A file that nobody can read is not the file of an app that was gone before it came.
    unreadable = subject in before.unreadable and was_there(ledger, subject)
    return Tracked(known.issuer, subject in before.apps or unreadable, known.released)


def was_there(ledger: Ledger, subject: str) -> bool:
    """Whether main had the app as far as the ledger knows: in its newest open state, or in a later release."""
    deployed = ledger.deployed.get(subject)
    released = deployed.released if deployed else None
    requests = requests_of(ledger, subject)
    if requests and (released is None or requests[-1].order > released.order):
        return requests[-1].row is not None
    return released is not None and released.path is not None and isinstance(released.row, Row)


def known_as(ledger: Ledger, subject: str) -> Known | None:
    """The issuers by which the ledger knows an app; None where it knows no such app."""
    requests = requests_of(ledger, subject)
    deployed = ledger.deployed.get(subject)
    if not requests and deployed is None:
        return None
    released = deployed.released.row if deployed and deployed.released else None
    issuer = requests[-1].issuer if requests else deployed.issuer if deployed else ""
    rolled_back = deployed is not None and deployed.rollback is not None
    return Known(issuer, released.issuer if isinstance(released, Row) else None, rolled_back)


def _row_before(ledger: Ledger, subject: str, before: Main) -> Row | None:
    """The state that the last merge left: on main, or, where its file can't be read, as the ledger has it."""
    if subject in before.apps:
        return before.apps[subject].row
    if subject not in before.unreadable:
        return None
    row = _newest_row(ledger, subject)
    return row if isinstance(row, Row) else None


def _newest_row(ledger: Ledger, subject: str) -> Row | PartnerRow | None:
    """What the ledger last knew main to say: the newest open state, unless something later was released."""
    requests = requests_of(ledger, subject)
    deployed = ledger.deployed.get(subject)
    released = deployed.released if deployed else None
    if requests and (released is None or requests[-1].order > released.order):
        return requests[-1].row
    return released.row if released else None


def _record_new(
    ledger: Ledger, state: AppState, merge: Merge, environment: Environment, hosts: frozenset[str]
) -> Ledger:
    from launchwindow.merges import Followed

    return _record_app(ledger, Followed(state.subject, state), None, merge, environment, hosts, state.issuer)


def _record_app(
    ledger: Ledger, one: Followed, previous: Row | None, merge: Merge, environment: Environment,
    hosts: frozenset[str], issuer: str,
) -> Ledger:  # fmt: skip
    state = one.state
    if _is_the_revert(ledger, one):
        ledger, _ = end_rollback(ledger, one.subject, "launchwindow", "what ran before is merged", merge.merged_at)
    deployed = ledger.deployed.get(one.subject)
    if state is None and previous is not None:
        # Also where its file said `active: false`: what else that file asked for is gone with it.
        previous = previous._replace(active=True)
    changes = difference(previous, state.row if state else None)
    schedule = _schedule_changes(_schedule_on_main(ledger, one.subject), state.schedule if state else {})
    if not changes and not schedule:
        return ledger
    released = deployed.released.row if deployed and deployed.released else None
    # What comes back after a deletion is new to main, but what it asks for is what differs from what was released.
    back = difference(released, state.row) if state and previous is None and isinstance(released, Row) else ()
    days = {
        change.element: notice_days(change, environment, deployed, hosts, merge.merged_at)
        if environment.windows else 0
        for change in (*changes, *back)
    }  # fmt: skip
    request = _request(ledger, one.subject, merge, environment, state)._replace(
        issuer=state.issuer if state else issuer, days=days, schedule=schedule
    )
    if deployed is not None and deployed.rollback is not None and days:
        request = hold_for_rollback(request, deployed.rollback, merge.merged_at)
    return ledger._replace(requests=put(ledger.requests, {request.id: request}))


def _is_the_revert(ledger: Ledger, one: Followed) -> bool:
    """Whether a merge brought what a rollback of the app prepared.

    The row alone may tell: comments are no content, the app may have moved, and going back to another certificate may
    need a newly agreed time in the file.
    """
    deployed = ledger.deployed.get(one.subject)
    rollback = deployed.rollback if deployed else None
    if rollback is None or one.state is None:
        return False
    return one.state.digest == rollback.digest or not difference(rollback.row, one.state.row)


def hold_for_rollback(request: Request, rollback: Rollback, now: datetime) -> Request:
    """The request, held until what ran before is merged; one that is held already stays as it is."""
    if request.hold is not None:
        return request
    reason = f"rolled back: {rollback.reason}"
    event = Event(now, "held", rollback.by, reason)
    return request._replace(
        hold=Hold(rollback.by, now, reason, rollback=True), history=(*request.history, event)
    )  # fmt: skip


def end_rollback(ledger: Ledger, subject: str, by: str, note: str, now: datetime) -> tuple[Ledger, tuple[Request, ...]]:
    """The ledger without the rollback of an app, and the requests that only that held."""
    event = Event(now, "resumed", by, note)
    freed = tuple(
        one._replace(hold=None, history=(*one.history, event))
        for one in requests_of(ledger, subject) if one.hold is not None and one.hold.rollback
    )  # fmt: skip
    deployed = put(ledger.deployed, {subject: ledger.deployed[subject]._replace(rollback=None)})
    return ledger._replace(requests=put(ledger.requests, {one.id: one for one in freed}), deployed=deployed), freed


def _schedule_on_main(ledger: Ledger, subject: str) -> dict[str, object]:
    """The schedule-only values that main had, approved or not: also of an app whose file was gone, or unreadable."""
    deployed = ledger.deployed.get(subject)
    set_by = {name: (value.order, value.value) for name, value in deployed.schedule.items()} if deployed else {}
    for request in requests_of(ledger, subject):
        for name, value in request.schedule.items():
            if name not in set_by or set_by[name][0] < request.order:
                set_by[name] = (request.order, value)
    return {name: value for name, (_, value) in set_by.items() if value is not None}


def _schedule_changes(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, object]:
    """Each schedule-only value that a merge changed, as it left it; None where it took it away."""
    if same_word(before.get(KEY_IN_USE), after.get(KEY_IN_USE)):
        after = {**after, KEY_IN_USE: before.get(KEY_IN_USE)}
    names = sorted(before.keys() | after.keys())
    return {name: after.get(name) for name in names if before.get(name) != after.get(name)}


def _request(
    ledger: Ledger, subject: str, merge: Merge, environment: Environment, state: AppState | PartnerState | None
) -> Request:
    needed = merge.approvals_needed if environment.review else 0
    reviewed = _reviewed(merge, subject, environment, state)
    starts = reviewed.put_up if len(reviewed.approvals) >= needed else None
    return Request(
        id=f"{subject}@{merge.main.commit[:12]}",
        former_ids=(),
        commit=merge.main.commit,
        order=ledger.merges,
        merged_at=merge.merged_at,
        title=merge.title,
        path=state.path if state else None,
        issuer=state.issuer if isinstance(state, AppState) else "",
        digest=state.digest if state else None,
        row=state.row if state else None,
        authors=merge.authors,
        approvals=reviewed.approvals,
        approvals_needed=needed,
        notice_starts=starts,
        days={},
        schedule={},
        hold=None,
        released=None,
        history=(Event(merge.merged_at, "merged", ", ".join(person.name for person in merge.authors), merge.title),),
        pull=merge.pull,
        requester=merge.requester,
        refused=reviewed.refused,
    )


def _reviewed(merge: Merge, subject: str, environment: Environment, state: AppState | PartnerState | None) -> Reviewed:
    """Where nothing is reviewed nobody is asked, and the day of the merge is the day of its notice."""
    if not environment.review:
        return Reviewed((), (), merge.put_up)
    return merge.reviewed(subject, state.digest if state else None)


def _record_partners(ledger: Ledger, before: Main, merge: Merge, environment: Environment) -> Ledger:
    """A partner's file is a request of its own in each environment in which the partner has an app: no notice."""
    for subject, state in merge.main.partners.items():
        if not subject.startswith(f"{environment.name}/"):
            continue
        changes = difference(_partner_before(ledger, subject, before), state.row)
        if changes:
            days = {change.element: 0 for change in changes}
            request = _request(ledger, subject, merge, environment, state)._replace(days=days)
            ledger = ledger._replace(requests=put(ledger.requests, {request.id: request}))
    return ledger


def _partner_before(ledger: Ledger, subject: str, before: Main) -> PartnerRow | None:
    """Also where the partner had no app for a while: the IdP keeps what it was given."""
    if subject in before.partners:
        return before.partners[subject].row
    row = _newest_row(ledger, subject)
    return None if isinstance(row, Row) else row


def rename(ledger: Ledger, subjects: Mapping[str, str]) -> Ledger:
    """The ledger with moved apps under their new subjects; a request's former ids still name it."""
    moved = {old: new for old, new in subjects.items() if old != new}
    if not moved:
        return ledger
    old = [request for subject in moved for request in requests_of(ledger, subject)]
    requests = [
        request._replace(
            id=f"{moved[request.subject]}@{request.commit[:12]}", former_ids=(*request.former_ids, request.id)
        )
        for request in old
    ]
    deployed = [ledger.deployed[subject] for subject in moved if subject in ledger.deployed]
    return ledger._replace(
        requests=put(without(ledger.requests, {one.id for one in old}), {one.id: one for one in requests}),
        deployed=put(
            without(ledger.deployed, moved.keys()),
            {moved[one.subject]: one._replace(subject=moved[one.subject]) for one in deployed},
        ),
    )
