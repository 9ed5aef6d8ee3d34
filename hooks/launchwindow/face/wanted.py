"""Change requests and windows -> the issues and milestones that GitHub ought to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.face.labels import of_issue
from launchwindow.face.progress import by_any_id, progress
from launchwindow.model.named import NamedTuple
from launchwindow.model.tracker import WantedIssue, WantedMilestone
from launchwindow.report.request_comments import said
from launchwindow.report.request_issue import page, title
from launchwindow.report.window_page import milestone_title, window_page

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from launchwindow.model.ledger import Request
    from launchwindow.model.tracker import Handed, Reason
    from launchwindow.standing import Standing
    from launchwindow.windows import Calendar

_ENDS: Mapping[str, Reason] = {"deployed": "completed", "closed": "completed", "withdrawn": "not_planned"}
"""How the issue of a request at its end is closed. One that main took back may still wait, and is open until then."""


def wanted_issue(standing: Standing, *, ended: bool) -> WantedIssue:
    """The issue of one request; `ended` where it is open no more."""
    request = standing.request
    return WantedIssue(
        request.id, request.former_ids, request.merged_at, title(request), page(standing),
        of_issue(request.environment, standing.state), standing.window,
        _ENDS[standing.state] if ended else None, said(standing),
    )  # fmt: skip


class _Day(NamedTuple):
    """What there is to tell of one day."""

    day: date
    due: Sequence[Standing]
    waiting: Sequence[Standing]
    handed: Sequence[Handed]


def wanted_milestones(
    standings: Sequence[Standing], handed: Mapping[date, Sequence[Handed]], days: Mapping[date, Collection[str]],
    requests: Mapping[str, Request], calendar: Calendar, today: date,
) -> tuple[WantedMilestone, ...]:  # fmt: skip
    """The milestones of some days, each with the environments whose release failed; `requests` are the open ones."""
    due: dict[date, list[Standing]] = {}
    for one in standings:
        if one.window is not None:
            due.setdefault(one.window, []).append(one)
    coming = min((day for day in due if day >= today), default=None)
    waiting = [one for one in standings if one.state in ("held", "unapproved")]
    known = by_any_id(requests.values())
    return tuple(
        _milestone(
            _Day(day, due.get(day, ()), waiting if day == coming else (), handed.get(day, ())), failed, known, calendar,
            today,
        )
        for day, failed in sorted(days.items(), key=lambda one: one[0])
    )  # fmt: skip


def _milestone(
    about: _Day, failed: Collection[str], known: Mapping[str, Request], calendar: Calendar, today: date
) -> WantedMilestone:
    day, window = about.day, calendar.on(about.day)
    runs = [one for one in about.handed if one.requests]
    return WantedMilestone(
        day, milestone_title(day, window), window_page(window, about.due, about.waiting, about.handed),
        day >= today or bool(about.due),
        tuple((run.environment, progress(day, run, known, failed=run.environment in failed)) for run in runs),
        tuple((run.environment, run.requests) for run in runs),
    )  # fmt: skip
