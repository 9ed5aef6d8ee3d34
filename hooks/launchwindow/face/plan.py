"""What GitHub shows and what it ought to show -> the steps in between, each as a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.face.labels import EVERY, in_line_with, is_ours, is_same
from launchwindow.face.marks import issue_body, milestone_description, told_in
from launchwindow.face.matching import milestones
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from launchwindow.face.matching import Matched
    from launchwindow.model.tracker import Issue, Label, Milestone, Tracker, Wanted, WantedIssue, WantedMilestone


class MakeLabel(NamedTuple):
    """A label that is missing."""

    label: Label

    @property
    def what(self) -> str:
        """For people."""
        return f"make the label “{self.label.name}”"


class MendLabel(NamedTuple):
    """A label that somebody renamed or changed: each issue that has it keeps it."""

    name: str
    """Its name now."""
    label: Label

    @property
    def what(self) -> str:
        """For people."""
        if (commit := in_line_with((self.label,))) is not None:
            return f"note on the label “{self.label.name}” that all is in line with {commit[:12]} of the ledger"
        return f"give the label “{self.name}” its name, color and description again"


class MakeMilestone(NamedTuple):
    """A milestone that is missing; issues can belong to it only once it is there."""

    wanted: WantedMilestone

    @property
    def what(self) -> str:
        """For people."""
        return f"make the milestone “{self.wanted.title}”"


class MendMilestone(NamedTuple):
    """A milestone whose page, state or deployments are not as wanted."""

    wanted: WantedMilestone
    seen: Milestone | None
    """None for one that is made in the same run."""

    @property
    def what(self) -> str:
        """For people."""
        return f"bring the milestone “{self.wanted.title}” in line"


class MakeIssue(NamedTuple):
    """An issue that is missing, with its first comment."""

    wanted: WantedIssue

    @property
    def what(self) -> str:
        """For people."""
        return f"make the issue of {self.wanted.request}"


class MendIssue(NamedTuple):
    """An issue that is not as wanted, or has not told yet what it has to."""

    wanted: WantedIssue
    seen: Issue

    @property
    def what(self) -> str:
        """For people."""
        return f"bring #{self.seen.number} of {self.wanted.request} in line"


class CloseAgain(NamedTuple):
    """A second issue of one request: the first that was made of it counts."""

    issue: Issue
    first: Issue

    @property
    def what(self) -> str:
        """For people."""
        return f"close #{self.issue.number}, for #{self.first.number} is of the same request"


NOT_MADE_YET = -1
"""For the number of a milestone that an earlier step makes: no issue belongs to it yet."""
Step = MakeLabel | MendLabel | MakeMilestone | MendMilestone | MakeIssue | MendIssue | CloseAgain


def plan(tracker: Tracker, wanted: Wanted, matched: Matched) -> list[Step]:
    """All steps, in an order in which each finds what it needs; none where GitHub shows what it ought to.

    The label of all issues tells with which commit of the ledger they are in line, so it comes last.
    """
    there = milestones(tracker, wanted.milestones)
    numbers = {one.window: seen.number for one, seen in there.items()}
    steps: list[Step] = [*_labels(tracker.labels, [one for one in wanted.labels if one.name != EVERY])]
    every = next(one for one in wanted.labels if one.name == EVERY)
    before, after = _every(tracker.labels, every)
    steps += before
    steps += [MakeMilestone(one) for one in wanted.milestones if one not in there]
    names = {one.name.lower(): one.label.name for one in steps if isinstance(one, MendLabel)}
    for one in wanted.issues:
        issue = _renamed(matched.issues.get(one.request), names)
        if issue is None:
            steps.append(MakeIssue(one))
        elif differs(one, issue, numbers.get(one.window, NOT_MADE_YET) if one.window else None):
            steps.append(MendIssue(one, issue))
    steps += [CloseAgain(*pair) for pair in matched.again]
    steps += _mended(wanted.milestones, there)
    return [*steps, *after]


def _renamed(issue: Issue | None, names: Mapping[str, str]) -> Issue | None:
    """An issue once its labels have their names again: by the old one GitHub would make another label."""
    if issue is None:
        return None
    return issue._replace(labels=tuple(names.get(one.lower(), one) for one in issue.labels))


def differs(wanted: WantedIssue, seen: Issue, milestone: int | None) -> bool:
    """Whether an issue is not as wanted; `milestone` is the number of its window's, None for none yet."""
    told = told_in(seen.body)
    return told.said != wanted.said or bool(
        changes(wanted, seen, milestone, issue_body(wanted.request, wanted.page, told))
    )


def changes(wanted: WantedIssue, seen: Issue, milestone: int | None, body: str) -> dict[str, object]:
    """What of an issue is to be set, as GitHub takes it; nothing where all is well."""
    found: dict[str, object] = {}
    if seen.title != wanted.title.strip():
        found["title"] = wanted.title
    if seen.body.replace("\r\n", "\n").rstrip() != body.rstrip():
        found["body"] = body
    labels = _with_theirs(wanted, seen)
    if {one.lower() for one in labels} != {one.lower() for one in seen.labels}:
        found["labels"] = labels
    # Where a window's milestone could not be made, the issue stays where it is.
    if seen.milestone != milestone and (wanted.window is None or milestone is not None):
        found["milestone"] = milestone
    if seen.end != wanted.end:
        found["state"] = "open" if wanted.end is None else "closed"
        if wanted.end is not None:
            found["state_reason"] = wanted.end
    return found


def _with_theirs(wanted: WantedIssue, seen: Issue) -> list[str]:
    return [*wanted.labels, *(one for one in seen.labels if not is_ours(one))]


def _labels(seen: Sequence[Label], wanted: Sequence[Label]) -> Iterator[MakeLabel | MendLabel]:
    by_name = {one.name.lower(): one for one in seen}
    free = [one for one in seen if one.name.lower() not in {label.name.lower() for label in wanted}]
    for label in wanted:
        there = by_name.get(label.name.lower()) or next((one for one in free if is_same(label, one)), None)
        if there is None:
            yield MakeLabel(label)
        elif there != label:
            yield MendLabel(there.name, label)


def _every(seen: Sequence[Label], wanted: Label) -> tuple[list[Step], list[Step]]:
    """Steps for the label of all issues: that it is there, before the others; that it tells the commit, after them."""
    there = next((one for one in seen if one.name.lower() == EVERY), None)
    renamed = next((one for one in seen if is_same(wanted, one)), None)
    if there is None and renamed is not None:
        return [MendLabel(renamed.name, renamed._replace(name=EVERY))], [MendLabel(EVERY, wanted)]
    if there is None:
        return [MakeLabel(wanted._replace(description=""))], [MendLabel(EVERY, wanted)]
    return [], [MendLabel(EVERY, wanted)] if there != wanted else []


def _mended(wanted: Sequence[WantedMilestone], there: dict[WantedMilestone, Milestone]) -> Iterator[MendMilestone]:
    for one in wanted:
        seen = there.get(one)
        if seen is None:
            # One that is made in this run is open and has its page already.
            if one.progress or not one.is_open:
                yield MendMilestone(one, None)
        elif milestone_changes(one, seen, dict(one.progress)):
            yield MendMilestone(one, seen)


def milestone_changes(wanted: WantedMilestone, seen: Milestone, progress: dict[str, str]) -> dict[str, object]:
    """What of a milestone is to be set, as GitHub takes it, once its deployments were told `progress`."""
    found: dict[str, object] = {}
    description = milestone_description(wanted.window, wanted.page, progress)
    if seen.title != wanted.title:
        found["title"] = wanted.title
    if seen.description.replace("\r\n", "\n").rstrip() != description.rstrip():
        found["description"] = description
    if seen.due != wanted.window:
        found["due_on"] = due_on(wanted)
    if seen.is_open != wanted.is_open:
        found["state"] = "open" if wanted.is_open else "closed"
    return found


def due_on(wanted: WantedMilestone) -> str:
    """The day as GitHub takes it: at noon in UTC it is that day in California too, by whose clock GitHub keeps it."""
    return f"{wanted.window}T12:00:00Z"
