"""What a person may do to one request, and the words that refuse it (design §7, "Levers")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.errors import NotPossible
from launchwindow.model.ledger import Approval, Event, Hold, Person
from launchwindow.settle import settle
from launchwindow.trailers import mailbox

if TYPE_CHECKING:
    from datetime import datetime

    from launchwindow.model.ledger import Ledger, Request
    from launchwindow.model.policy import Policy


def find(ledger: Ledger, request_id: str) -> Request:
    """The open request of this id, else that had it before, or whose id begins with it. Raises `NotPossible`."""
    if request_id in ledger.requests:
        # Before any former id: two apps that swapped names had each other's.
        return ledger.requests[request_id]
    former = [one for one in ledger.requests.values() if request_id in one.former_ids]
    near = former or [one for one in ledger.requests.values() if one.id.startswith(request_id)]
    if len(near) == 1:
        return near[0]
    if near:
        raise NotPossible(f"“{request_id}” could be any of {', '.join(sorted(one.id for one in near))}.")
    known = sorted(ledger.requests)
    listed = f"Open are {', '.join(known[:5])}{' …' if len(known) > 5 else ''}." if known else "None is open."
    raise NotPossible(f"There is no open change request “{request_id}”. {listed} See `launchwindow status`.")


def hold(ledger: Ledger, request: Request, by: str, reason: str, now: datetime) -> Ledger:
    """Keep it from being released. Raises `NotPossible` when it is held, or was handed over."""
    if request.released is not None:
        raise NotPossible(f"{request.id} was handed over on {request.released}: a hold can't take it back.")
    if request.hold is not None:
        raise NotPossible(f"{request.id} is held already, by {request.hold.by}: {request.hold.reason.rstrip('.')}.")
    return _with(ledger, request._replace(hold=Hold(by, now, reason)), Event(now, "held", by, reason))


def resume(ledger: Ledger, request: Request, by: str, note: str, now: datetime) -> Ledger:
    """Let it go on. Raises `NotPossible` when it isn't held."""
    if request.hold is None:
        raise NotPossible(f"{request.id} is not held: there is nothing to resume.")
    return settle(_with(ledger, request._replace(hold=None), Event(now, "resumed", by, note)), now)


def approve(ledger: Ledger, request: Request, by: str, note: str, policy: Policy, now: datetime) -> Ledger:
    """A late review. `by` is the reviewer's e-mail address; notice starts when the last needed approval is there.

    Raises `NotPossible` when it needs none, or when `by` is no reviewer or wrote a part of it.
    """
    if request.approved:
        raise NotPossible(f"{request.id} has its approval already.")
    reviewer = next((one for one in policy.review.reviewers if one.email.lower() == by.lower()), None)
    if reviewer is None:
        known = ", ".join(one.email for one in policy.review.reviewers)
        raise NotPossible(f"{by} is no reviewer by policy.yaml; reviewers are {known}.")
    if mailbox(by) in {mailbox(person.email) for person in request.authors}:
        raise NotPossible(f"{by} wrote a part of {request.id} and can't approve it: ask another reviewer.")
    if mailbox(by) in {mailbox(one.by.email) for one in request.approvals}:
        raise NotPossible(f"{by} has approved {request.id} already; it needs another reviewer as well.")
    approved = request._replace(approvals=(*request.approvals, Approval(Person("", reviewer.email), now, "approve")))
    if approved.approved:
        approved = approved._replace(notice_starts=now.astimezone(policy.timezone).date())
    return settle(_with(ledger, approved, Event(now, "approved", reviewer.email, note)), now)


def _with(ledger: Ledger, request: Request, event: Event) -> Ledger:
    told = request._replace(history=(*request.history, event))
    return ledger._replace(requests={**ledger.requests, request.id: told})
