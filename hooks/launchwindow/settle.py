"""Which requests have come to their end without a release, and which schedule-only values are in force (design §7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.diff import difference
from launchwindow.model.ledger import Closed, Deployed, Event, ScheduleValue
from launchwindow.record import requests_of
from launchwindow.records import put, touched, without

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from launchwindow.model.ledger import End, Ledger, Request


def schedule_values(ledger: Ledger, subject: str) -> Mapping[str, ScheduleValue]:
    """Each schedule-only value as the newest approved merge that changed it set it."""
    deployed = ledger.deployed.get(subject)
    values = dict(deployed.schedule) if deployed else {}
    for request in requests_of(ledger, subject):
        _fold(values, request)
    return values


def _fold(values: dict[str, ScheduleValue], request: Request) -> None:
    if request.approved:
        for name, value in request.schedule.items():
            if name not in values or values[name].order < request.order:
                values[name] = ScheduleValue(value, request.order, request.merged_at)


def settle(ledger: Ledger, now: datetime) -> Ledger:
    """The ledger with every request closed that has nothing left to do.

    Withdrawn is what main no longer asks for: all of it was taken back, or a later state was released without it. A
    request whose changes were only replaced so far stays open: its state still decides from when others count.
    """
    # What was not touched since the ledger was read was settled before it was written.
    subjects = {key.partition("@")[0] for key in touched(ledger.requests)} | touched(ledger.deployed)
    for subject in sorted(subjects):
        ledger = _settle_subject(ledger, subject, now)
    return ledger._replace(deployed=without(ledger.deployed, {one for one in subjects if _is_unused(ledger, one)}))


def _is_unused(ledger: Ledger, subject: str) -> bool:
    one = ledger.deployed.get(subject)
    used = one is None or one.released is not None or one.confirmed is not None or one.taken_back
    return not used and not requests_of(ledger, subject)


def _settle_subject(ledger: Ledger, subject: str, now: datetime) -> Ledger:
    requests = requests_of(ledger, subject)
    deployed = ledger.deployed.get(subject)
    released = deployed.released if deployed else None
    pending = [one for one in requests if one.released is None and one.order > (released.order if released else -1)]
    # Until it is confirmed, a release may be reported failed: then all that was merged since the one before counts.
    uncertain = released is not None and released.confirmed_at is None
    nothing_left = bool(pending) and not difference(released.row if released else None, pending[-1].row)
    for request in requests:
        if request.released is not None:
            continue
        if not request.days and request.approved:
            ledger = close(ledger, request, "closed", now, "approved; it changes only the schedule")
        elif uncertain or (request in pending and not nothing_left):
            continue
        elif not awaits_approval(ledger, request):
            ledger = close(ledger, request, "withdrawn", now, "main no longer asks for any of it")
        elif request in pending:
            # It stays, and so must all that came later: else what main took back would seem to be main's last word.
            nothing_left = False
    return ledger


def awaits_approval(ledger: Ledger, request: Request) -> bool:
    """Whether the request holds a schedule-only value that its approval would still put in force."""
    later = [one for one in requests_of(ledger, request.subject) if one.order > request.order]
    values = schedule_values(ledger, request.subject)
    return not request.approved and any(
        not any(name in one.schedule for one in later) and (name not in values or values[name].order < request.order)
        for name in request.schedule
    )


def close(ledger: Ledger, request: Request, state: End, now: datetime, note: str) -> Ledger:
    """The ledger with a request closed; its schedule-only values, if approved, stay in force."""
    event = Event(now, state, "launchwindow", note)
    closed = Closed(request._replace(history=(*request.history, event)), state, now)
    ledger = ledger._replace(requests=without(ledger.requests, {request.id}))
    if state == "closed":
        ledger = _repeat(ledger, request)
    if request.schedule and request.approved:
        nothing = Deployed(request.subject, request.issuer, None, None, (), (), {}, {})
        one = ledger.deployed.get(request.subject, nothing)
        values = dict(one.schedule)
        _fold(values, request)
        ledger = ledger._replace(deployed=put(ledger.deployed, {request.subject: one._replace(schedule=values)}))
    return ledger._replace(closed=(*ledger.closed, closed))


def _repeat(ledger: Ledger, closed: Request) -> Ledger:
    """The state that a closed schedule-only merge left is the one before it, said again at its own time."""
    before = [one for one in requests_of(ledger, closed.subject) if one.order < closed.order]
    last = max(before, key=lambda one: one.order, default=None)
    if (
        last is None
        or last.released is not None
        or difference(last.row, closed.row)
        or difference(closed.row, last.row)
    ):
        return ledger
    again = last._replace(repeated=(*last.repeated, (closed.order, closed.merged_at)))
    return ledger._replace(requests=put(ledger.requests, {last.id: again}))
