"""Which issue and which milestone on GitHub are those of which request and which day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.face.marks import request_in, window_in
from launchwindow.model.named import NamedTuple
from launchwindow.model.tracker import ACTIONS
from launchwindow.report.window_page import milestone_titles

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from launchwindow.model.tracker import Issue, Milestone, Tracker, WantedIssue, WantedMilestone


class Matched(NamedTuple):
    """Issues by request, and those that are left."""

    issues: Mapping[str, Issue]
    """Request's id -> its issue: the first that the workflow made of it, else the first of whoever asks."""
    again: Sequence[tuple[Issue, Issue]]
    """(another open issue of a request, its issue)."""
    strangers: Sequence[Issue]
    """Open issues of ours about requests that are not wanted."""


def own_issues(tracker: Tracker) -> dict[int, tuple[Issue, str]]:
    """Number -> (issue, the request that it is about) of all that are ours: an issue with a forged mark is not."""
    found = ((one, request_in(one.body)) for one in tracker.issues if tracker.is_own(one))
    return {one.number: (one, request) for one, request in found if request is not None}


def match(tracker: Tracker, wanted: Iterable[WantedIssue]) -> Matched:
    """Issues and requests, each by the hidden mark; ids that a request had before name it as well."""
    names = {name: one.request for one in wanted for name in (*one.former, one.request)}
    issues: dict[str, Issue] = {}
    again: list[tuple[Issue, Issue]] = []
    strangers: list[Issue] = []
    for issue, about in sorted(own_issues(tracker).values(), key=_rank):
        request = names.get(about)
        if request is None:
            strangers += [issue] if issue.end is None else []
        elif request not in issues:
            issues[request] = issue
        elif issue.end is None:
            again.append((issue, issues[request]))
    return Matched(issues, again, strangers)


def _rank(own: tuple[Issue, str]) -> tuple[bool, int]:
    """The workflow's own issues first: it does not know those of a person for ours, and would open its own again."""
    issue, _ = own
    return not (issue.by_program and issue.author == ACTIONS), issue.number


def milestones(tracker: Tracker, wanted: Iterable[WantedMilestone]) -> dict[WantedMilestone, Milestone]:
    """Each wanted milestone that there is: by its title, which GitHub gives only once, else by its hidden mark.

    None is that of two days: somebody may have written the mark of one into the milestone of another.
    """
    days = tuple(wanted)
    titles = {one.title: one for one in tracker.milestones}
    found = {one: titles[one.title] for one in days if one.title in titles}
    taken = {one.number for one in found.values()}
    free = [one for one in tracker.milestones if one.number not in taken]
    marks = {day: one for one in free if (day := window_in(one.description)) is not None}
    return found | {one: marks[one.window] for one in days if one not in found and one.window in marks}


def day_of(milestone: Milestone) -> date | None:
    """The day that a milestone is for, by its mark and its title: a mark alone anybody may have put anywhere."""
    day = window_in(milestone.description)
    return day if day is not None and milestone.title in milestone_titles(day) else None
