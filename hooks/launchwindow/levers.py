"""What a person may do to one request, and the words that refuse it (design §7, "Levers")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.errors import NotPossible
from launchwindow.model.ledger import Approval, Event, Hold, Person
from launchwindow.record import hold_for_rollback
from launchwindow.records import put
from launchwindow.schedule import Differences
from launchwindow.settle import settle
from launchwindow.trailers import mailbox

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from launchwindow.model.change import Element
    from launchwindow.model.ledger import Ledger, Request
    from launchwindow.model.policy import Policy
    from launchwindow.model.schedule import Timeline


def find(ledger: Ledger, request_id: str) -> Request:
    """The open request that this id, an id that it had before, or the beginning of its id can only mean.

    An id whose commit has all 40 digits means the one that has it now. Raises `NotPossible`.
    """
    commit = request_id.partition("@")[2][:12]
    # A request keeps its commit when its app moves: of a ledger of thousands, only these are read.
    same = [ledger.requests[key] for key in ledger.requests if commit and key.partition("@")[2].startswith(commit)]
    near = [one for one in same if request_id == f"{one.subject}@{one.commit}"]
    near = near or [one for one in same if any(key.startswith(request_id) for key in (one.id, *one.former_ids))]
    now = [key for key in ledger.requests if key.startswith(request_id)]
    if len(near) > 1 and len(now) == 1:
        raise NotPossible(_another_had_it(ledger.requests[now[0]], near))
    near = near or [ledger.requests[key] for key in now]
    if len(near) == 1:
        return near[0]
    if near:
        raise NotPossible(f"“{request_id}” could be any of {', '.join(sorted(one.id for one in near))}.")
    known = sorted(ledger.requests)
    listed = f"Open are {', '.join(known[:5])}{' …' if len(known) > 5 else ''}." if known else "None is open."
    raise NotPossible(f"There is no open change request “{request_id}”. {listed} See `launchwindow status`.")


def _another_had_it(owner: Request, near: Sequence[Request]) -> str:
    """Why an id is refused that changed its owner, as when two apps swap folders: who read it may mean the other."""
    others = " and ".join(f"“{one.title}” of {one.subject}" for one in near if one is not owner)
    return (
        f"{owner.id} is “{owner.title}” now, and was {others} before: which of them is meant? See both in "
        f"`launchwindow status`. {owner.subject}@{owner.commit} names the one that has it now."
    )


def hold(ledger: Ledger, request: Request, by: str, reason: str, now: datetime) -> Ledger:
    """Keep it from being released. Raises `NotPossible` when it is held, or was handed over."""
    if request.released is not None:
        raise NotPossible(f"{request.id} was handed over on {request.released}: a hold can't take it back.")
    if request.hold is not None:
        raise NotPossible(f"{request.id} is held already, by {request.hold.by}: {request.hold.reason.rstrip('.')}.")
    return _with(ledger, request._replace(hold=Hold(by, now, reason)), Event(now, "held", by, reason))


def resume(ledger: Ledger, request: Request, by: str, note: str, now: datetime) -> Ledger:
    """Let it go on. Raises `NotPossible` when it isn't held.

    Where its app is being rolled back, the rollback still holds it: to let it go all the same takes another word.
    """
    if request.hold is None:
        raise NotPossible(f"{request.id} is not held: there is nothing to resume.")
    after = _with(ledger, request._replace(hold=None), Event(now, "resumed", by, note))
    deployed = ledger.deployed.get(request.subject)
    if deployed is not None and deployed.rollback is not None and not request.hold.rollback:
        again = hold_for_rollback(after.requests[request.id], deployed.rollback, now)
        after = after._replace(requests=put(after.requests, {request.id: again}))
    return settle(after, now)


def approve(ledger: Ledger, request: Request, by: str, note: str, policy: Policy, now: datetime) -> Ledger:
    """A late review. `by` is the reviewer's e-mail address; notice starts when the last needed approval is there.

    Raises `NotPossible` when it needs none, or when `by` is no reviewer or wrote a part of it.
    """
    if request.approved:
        raise NotPossible(f"{request.id} has its approval already.")
    reviewer = _reviewer(request, by, policy, "approve it")
    if mailbox(by) in {mailbox(one.by.email) for one in request.approvals}:
        raise NotPossible(f"{by} has approved {request.id} already; it needs another reviewer as well.")
    approved = request._replace(approvals=(*request.approvals, Approval(Person("", reviewer), now, "approve")))
    if approved.approved:
        approved = approved._replace(notice_starts=now.astimezone(policy.timezone).date())
    return settle(_with(ledger, approved, Event(now, "approved", reviewer, note)), now)


def short_notice(
    ledger: Ledger, request: Request, by: str, reason: str, policy: Policy, timeline: Timeline, now: datetime
) -> Ledger:
    """Waive a request's own notice; `by` is a reviewer's e-mail address. `timeline` is its app's.

    Raises `NotPossible` when there is nothing of its own to waive, when its state holds other changes that are still
    in notice, or when `by` is no reviewer or wrote a part of it.
    """
    reviewer = _reviewer(request, by, policy, "grant it short notice")
    today = now.astimezone(policy.timezone).date()
    _refuse_without_notice(request, timeline, today)
    others = _others_in_notice(request, timeline, today)
    if others:
        lines = "".join(f"\n  {one}" for one in others)
        raise NotPossible(
            f"{request.id} can't go sooner by itself, for its state also holds what is still in notice:{lines}\n"
            "Ask again once that is released, ask for short notice of that as well, or take that back on main."
        )
    waived = request._replace(notice_waived=today)
    return _with(ledger, waived, Event(now, "short notice granted", reviewer, reason))


def _refuse_without_notice(request: Request, timeline: Timeline, today: date) -> None:
    if request.released is not None:
        raise NotPossible(f"{request.id} was handed over on {request.released}: there is no notice left to waive.")
    if not timeline.environment.windows:
        raise NotPossible(f"{request.environment} asks for no notice: {request.id} takes effect when it is merged.")
    if request.notice_waived is not None:
        raise NotPossible(f"{request.id} was granted short notice on {request.notice_waived} already.")
    differences, index = Differences(timeline), index_of(timeline, request)
    own = () if index is None else differences.of_request(index)
    if not any(in_notice(differences, change.element, today) for change in own):
        raise NotPossible(f"{request.id} has no notice of its own left: there is nothing to waive.")


def in_notice(differences: Differences, element: Element, today: date) -> bool:
    """Whether a change's notice is not over today, or has not even begun."""
    ends = differences.notice_ends(element)
    if ends is None:
        return differences.days(differences.timeline.states[differences.counts_from(element)].request, element) > 0
    return ends > today


def index_of(timeline: Timeline, request: Request) -> int | None:
    """Which state of its app's timeline a request left; None when a later one was released already."""
    return next((at for at, state in enumerate(timeline.states) if state.request.id == request.id), None)


def _others_in_notice(request: Request, timeline: Timeline, today: date) -> list[str]:
    """Each other request whose changes this one's state holds, and when its notice ends."""
    differences, index = Differences(timeline), index_of(timeline, request)
    assert index is not None
    found: dict[str, list[date]] = {}
    for element in differences.each[index]:
        start = differences.counts_from(element)
        if start not in (index, len(timeline.states)) and in_notice(differences, element, today):
            ends = differences.notice_ends(element)
            found.setdefault(timeline.states[start].request.id, []).extend([ends] if ends else [])
    return [
        f"{one}, in notice until {max(ends)}" if ends else f"{one}, which waits for its approval"
        for one, ends in found.items()
    ]


def two_reviewers(request: Request, by: str, second: str, policy: Policy) -> tuple[str, str]:
    """The two reviewers of an off-cycle release. Raises `NotPossible` when one of them can't be, or both are one."""
    first, other = (_reviewer(request, one, policy, "release it off-cycle") for one in (by, second))
    if mailbox(first) == mailbox(other):
        raise NotPossible(f"An off-cycle release takes two reviewers; {by} and {second} are one.")
    return first, other


def _reviewer(request: Request, by: str, policy: Policy, to_do: str) -> str:
    reviewer = next((one for one in policy.review.reviewers if one.email.lower() == by.lower()), None)
    if reviewer is None:
        known = ", ".join(one.email for one in policy.review.reviewers)
        raise NotPossible(f"{by} is no reviewer by policy.yaml; reviewers are {known}.")
    if mailbox(by) in {mailbox(person.email) for person in request.authors}:
        raise NotPossible(f"{by} wrote a part of {request.id} and can't {to_do}: ask another reviewer.")
    return reviewer.email


def _with(ledger: Ledger, request: Request, event: Event) -> Ledger:
    told = request._replace(history=(*request.history, event))
    return ledger._replace(requests=put(ledger.requests, {request.id: told}))
