"""The notice of a request's changes in words: how long and why, from which day and why that one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple
from launchwindow.notice import push_host
from launchwindow.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from launchwindow.model.ledger import Request
    from launchwindow.model.policy import Environment
    from launchwindow.standing import Standing


class Notice(NamedTuple):
    """Changes of one request that need the same notice."""

    fields: tuple[str, ...]
    days: int
    starts: date | None
    """None while its merge waits for an approval."""
    ends: date | None
    because: str


def notices_of(one: Standing, environment: Environment, zone: ZoneInfo) -> Iterator[Notice]:
    """The notice of a request's changes, the shortest first."""
    request = one.request
    for days in sorted(set(one.notice.values())):
        fields = tuple(sorted({element.field for element, length in one.notice.items() if length == days}))
        starts = request.notice_starts
        ends = starts + timedelta(days=days) if starts else None
        if request.notice_waived is not None:
            ends = min(ends or request.notice_waived, request.notice_waived)
        because = _because(one, days, ends, environment, zone)
        yield Notice(fields, days, starts, ends, because)


def _because(one: Standing, days: int, ends: date | None, environment: Environment, zone: ZoneInfo) -> str:
    if not days:
        return _none(one, environment)
    request = one.request
    length = f"notice of {days} days, {_length(one, days, environment)}"
    if request.notice_starts is None:
        until = ", once it is approved"
    else:
        until = f", from {request.notice_starts}, {_which_day(request, zone)}, to {ends}"
    if request.notice_waived is None:
        return length + until
    was = request.notice_starts + timedelta(days=days) if request.notice_starts else None
    if was is not None and was <= request.notice_waived:
        return length + until
    return f"{length}; waived on {request.notice_waived}, when short notice was granted"


def _none(one: Standing, environment: Environment) -> str:
    if not environment.notice_days.default:
        return f"no notice, as {environment.name} asks for none"
    if one.request.id.partition("@")[0].count("/") == 1:
        return "no notice, for it is a partner's record"
    return f"no notice, for it goes back to what ran in {environment.name} within the 30 days before its merge"


def _length(one: Standing, days: int, environment: Environment) -> str:
    if days == environment.notice_days.default:
        return f"as {environment.name} asks"
    pushed = (change.after for change in one.changes if change.field == "push_notification_url")
    host = next((push_host(after) for after in pushed), None)
    if host is not None and days > environment.notice_days.default:
        return f"for {visible(host, 100)} is new to {environment.name} and has to be allowed first"
    return f"as {environment.name} asked when it was merged"


def _which_day(request: Request, zone: ZoneInfo) -> str:
    starts = request.notice_starts
    approved = [event.at.astimezone(zone).date() for event in request.history if event.what == "approved"]
    if starts in approved:
        return "the day of its approval"
    if starts == request.merged_at.astimezone(zone).date():
        return "the day of its merge"
    return "the day it was put up for review"
