"""What a lever or a merge of today would leave of the ledger, to ask what it would be good for (design §7, §8).

Nothing here is written anywhere. Levers are the real ones, with a reviewer who may pull them; a merge is one that
somebody could open, have approved and merge today.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.diff import difference
from launchwindow.levers import approve, short_notice
from launchwindow.model.errors import NotPossible
from launchwindow.model.ledger import Approval, Person
from launchwindow.model.row import Row
from launchwindow.notice import notice_days
from launchwindow.record import requests_of
from launchwindow.records import put
from launchwindow.schedule import Differences
from launchwindow.settle import settle
from launchwindow.timelines import timeline_of
from launchwindow.trailers import mailbox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from launchwindow.model.change import Change, Element
    from launchwindow.model.judge import Judge
    from launchwindow.model.ledger import Ledger, Request
    from launchwindow.model.policy import Environment, Policy
    from launchwindow.model.schedule import Obstacle

NO_COMMIT = "0" * 40
"""The commit of a merge that nobody has made."""


class WhatIfJudge:
    """A judge that also knows the merge that nobody has made: its content is judged as that of the one before it."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def obstacles(self, ledger: Ledger, request: Request, day: date) -> tuple[Obstacle, ...]:
        """As the judge has it."""
        if request.commit == NO_COMMIT:
            before = [one for one in requests_of(ledger, request.subject) if one.order < request.order]
            return self._judge.obstacles(ledger, before[-1], day) if before else ()
        return self._judge.obstacles(ledger, request, day)

    @property
    def timezone(self) -> ZoneInfo:
        """The policy's."""
        return self._judge.timezone

    def is_over(self, day: date) -> bool:
        """As the judge has it."""
        return self._judge.is_over(day)

    def imported_names(self, subject: str) -> Mapping[str, str]:
        """As the judge has it."""
        return self._judge.imported_names(subject)


def reviewers(policy: Policy, request: Request) -> tuple[str, ...]:
    """The addresses of those who may decide about a request: by policy reviewers, and authors of none of it."""
    authors = {mailbox(person.email) for person in request.authors}
    return tuple(one.email for one in policy.review.reviewers if mailbox(one.email) not in authors)


def approved_today(ledger: Ledger, request: Request, policy: Policy, now: datetime) -> Ledger:
    """Approved by as many as it needs. Raises `NotPossible` when there are not so many."""
    given = {mailbox(one.by.email) for one in request.approvals}
    able = [one for one in reviewers(policy, request) if mailbox(one) not in given]
    missing = request.approvals_needed - len(request.approvals)
    if len(able) < missing:
        raise NotPossible(f"{request.id} needs another reviewer than policy.yaml names.")
    for by in able[:missing]:
        ledger = approve(ledger, ledger.requests[request.id], by, "", policy, now)
    return ledger


def short_notice_today(
    ledger: Ledger, request: Request, environment: Environment, policy: Policy, judge: Judge, now: datetime
) -> Ledger:
    """Short notice granted. Raises `NotPossible` where it would be refused."""
    by = next(iter(reviewers(policy, request)), None)
    if by is None:
        raise NotPossible(f"{request.id} needs another reviewer than policy.yaml names.")
    timeline = timeline_of(ledger, request.subject, environment, judge)
    return short_notice(ledger, request, by, "", policy, timeline, now)


def said_today(ledger: Ledger, subject: str, values: Mapping[str, object], now: datetime) -> Ledger:
    """An approved merge that changes only these schedule-only values of an app. It must have an open request."""
    last = requests_of(ledger, subject)[-1]
    said = _merge(ledger, last, now)._replace(days={}, schedule=dict(values))
    return settle(_with(ledger, said), now)


def taken_back_today(ledger: Ledger, request: Request, environment: Environment, judge: Judge, now: datetime) -> Ledger:
    """An approved merge that takes back all that a request still asks for. Raises `NotPossible` where none can."""
    timeline = timeline_of(ledger, request.subject, environment, judge)
    differences = Differences(timeline)
    index = next(at for at, state in enumerate(timeline.states) if state.request.id == request.id)
    mine, last = differences.of_request(index), timeline.states[-1]
    left = undone(timeline.released, last.row, mine)
    kept = differences.last.keys() - {change.element for change in mine}
    if left is None or {change.element for change in difference(timeline.released, left)} != kept:
        raise NotPossible(f"{request.id} can't be taken back without the rest.")
    deployed = ledger.deployed.get(request.subject)
    if deployed is not None and deployed.rollback is not None:
        raise NotPossible(f"{request.subject} is being rolled back: what is merged now is held as well.")
    days = {one.element: notice_days(one, environment, deployed, (), now) for one in difference(last.row, left)}
    merge = _merge(ledger, last.request, now)._replace(
        row=left, days=days, schedule={}, notice_starts=now.astimezone(judge.timezone).date()
    )
    return settle(_with(ledger, merge), now)


def undone(before: object, row: object, changes: Sequence[Change]) -> Row | None:
    """A row without some of its changes from `before`; None where that is no row: an app that is new, moved or gone."""
    if not isinstance(before, Row) or not isinstance(row, Row) or not changes:
        return None
    for change in changes:
        if change.field in ("active", "issuer"):
            return None
        row = _without(before, row, change.element)
    return row


def _without(before: Row, row: Row, element: Element) -> Row:
    if element.field == "app_name":
        return row._replace(app_name=before.app_name)
    if element.field == "logo":
        return row._replace(logo=before.logo)
    if element.field == "redirect_uris":
        kept = tuple(uri for uri in row.redirect_uris if uri != element.member)
        return row._replace(redirect_uris=kept if len(kept) < len(row.redirect_uris) else (*kept, element.member))
    if element.field == "certs":
        if element.member == "first":
            first = {one.fingerprint for one in before.certs[:1]}
            return row._replace(certs=tuple(sorted(row.certs, key=lambda one: one.fingerprint not in first)))
        rest = tuple(one for one in row.certs if one.fingerprint != element.member)
        gone = tuple(one for one in before.certs if one.fingerprint == element.member)
        return row._replace(certs=rest if len(rest) < len(row.certs) else (*rest, *gone))
    columns = {name: value for name, value in row.columns.items() if name != element.field}
    if element.field in before.columns:
        columns[element.field] = before.columns[element.field]
    return row._replace(columns=columns)


def _merge(ledger: Ledger, last: Request, now: datetime) -> Request:
    """A merge of today, approved, that leaves the app as the last one did."""
    approvals = tuple(Approval(Person("", f"{number}"), now, "trailer") for number in range(last.approvals_needed))
    return last._replace(
        id=f"{last.subject}@{NO_COMMIT[:12]}", former_ids=(), commit=NO_COMMIT, order=ledger.merges + 1, merged_at=now,
        title="", authors=(), approvals=approvals, hold=None, released=None, history=(), notice_waived=None,
        repeated=(),
    )  # fmt: skip


def _with(ledger: Ledger, merge: Request) -> Ledger:
    return ledger._replace(merges=merge.order, requests=put(ledger.requests, {merge.id: merge}))
