"""One step of `sync` after the other: each is done on GitHub, and none is done twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from launchwindow.face.marks import (
    MOST,
    NOTHING,
    Told,
    comment_body,
    issue_body,
    milestone_description,
    progress_in,
    request_in,
    told_by,
    told_in,
)
from launchwindow.face.plan import (
    CloseAgain,
    MakeIssue,
    MakeLabel,
    MakeMilestone,
    MendIssue,
    MendLabel,
    MendMilestone,
    changes,
    due_on,
    milestone_changes,
)
from launchwindow.io.github import tracker as seen_by
from launchwindow.io.github.authors import wrong_token
from launchwindow.io.github.making import make
from launchwindow.io.github.releases import show_release
from launchwindow.model.github import GitHubRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from launchwindow.face.plan import Step
    from launchwindow.io.github.connection import Connection
    from launchwindow.model.tracker import Issue, Label, Milestone, Tracker, WantedIssue, WantedMilestone


GONE = 50
"""How many comments of ours somebody may have deleted: a body that knows of more was written by somebody."""
LOCKED = 423
"""HTTP's own word for what is locked; GitHub says 403, as where a token lacks a permission."""


class Bringing:
    """Does steps, and remembers what they need of each other."""

    def __init__(
        self, hub: Connection, tracker: Tracker, milestones: Mapping[date, Milestone],
        comment: Callable[[str, str], str], commit: Callable[[tuple[str, ...]], str],
    ) -> None:  # fmt: skip
        """`milestones` are those that there are; `comment` gives the text for (request, what was told before);
        `commit` the newest of what some requests brought."""
        self._hub, self._tracker = hub, tracker
        self._milestones = dict(milestones)
        self._comment, self._commit = comment, commit
        self.made: list[str] = []
        """What was made or changed: `label`, `issue`, `comment`, `milestone`, `deployment`, `status`, or `change`."""

    def do(self, step: Step) -> None:
        """Do one. Raises `GitHubError`: whatever of it was done is found again by the next run."""
        match step:
            case MakeLabel(label):
                self._make_label(label)
            case MendLabel(name, label):
                body = {"new_name": label.name, "color": label.color, "description": label.description}
                self._hub.patch(f"/labels/{quote(name, safe='')}", body)
                self.made.append("change")
            case MakeMilestone(wanted):
                self._make_milestone(wanted)
            case MendMilestone(wanted, _):
                self._mend_milestone(wanted)
            case MakeIssue(wanted):
                self._make_issue(wanted)
            case MendIssue(wanted, seen):
                self._mend_issue(wanted, seen, told_in(seen.body), new=False)
            case CloseAgain(issue, _):
                self._patch_issue(issue.number, {"state": "closed", "state_reason": "not_planned"})

    def _make_label(self, label: Label) -> None:
        def look() -> Label | None:
            return next((one for one in seen_by.labels(self._hub) if one.name.lower() == label.name.lower()), None)

        body = {"name": label.name, "color": label.color, "description": label.description}
        make(self._hub, "/labels", body, look, lambda _: label)
        self.made.append("label")

    def _make_milestone(self, wanted: WantedMilestone) -> None:
        def look() -> Milestone | None:
            listed = [*seen_by.milestones(self._hub, "open"), *seen_by.milestones(self._hub, "closed")]
            return next((one for one in listed if one.title == wanted.title), None)

        body = {
            "title": wanted.title,
            "description": milestone_description(wanted.window, wanted.page, {}),
            "due_on": due_on(wanted),
        }
        self._milestones[wanted.window] = make(self._hub, "/milestones", body, look, seen_by.milestone)
        self.made.append("milestone")

    def _mend_milestone(self, wanted: WantedMilestone) -> None:
        seen = self._milestones.get(wanted.window)
        if seen is None:
            # It could not be made, which was told; the next run makes it, and tells its deployments.
            return
        told = progress_in(seen.description)
        requests = dict(wanted.requests)
        for environment, state in wanted.progress:
            # A milestone may claim what nobody was told. What is over is left: GitHub itself sets it inactive later.
            if told.get(environment) != state or state == "in_progress":
                commit = self._commit(requests[environment])
                self.made += show_release(
                    self._hub, self._tracker.login, environment, wanted.window, state, commit, seen.url
                )
                told[environment] = state
        body = milestone_changes(wanted, seen, {name: told[name] for name, _ in wanted.progress})
        if body:
            self._milestones[wanted.window] = seen_by.milestone(self._hub.patch(f"/milestones/{seen.number}", body))
            self.made.append("change")

    def _make_issue(self, wanted: WantedIssue) -> None:
        def look() -> Issue | None:
            listed = seen_by.issues_since(self._hub, wanted.merged_at)
            return next((one for one in listed
                         if self._tracker.is_own(one) and request_in(one.body) == wanted.request), None)  # fmt: skip

        body: dict[str, Any] = {
            "title": wanted.title,
            "body": issue_body(wanted.request, wanted.page, NOTHING),
            "labels": list(wanted.labels),
        }
        milestone = self._milestone_of(wanted)
        if milestone is not None:
            body["milestone"] = milestone
        made = make(self._hub, "/issues", body, look, seen_by.issue)
        if not self._tracker.is_own(made):
            self._patch_issue(made.number, {"state": "closed", "state_reason": "not_planned"})
            raise wrong_token(made.author)
        self.made.append("issue")
        self._mend_issue(wanted, made, NOTHING, new=True)

    def _milestone_of(self, wanted: WantedIssue) -> int | None:
        there = None if wanted.window is None else self._milestones.get(wanted.window)
        return None if there is None else there.number

    def _mend_issue(self, wanted: WantedIssue, seen: Issue, told: Told, *, new: bool) -> None:
        """Comment first: an issue that says what was told, and is closed where nothing more will be, comes last."""
        if told.said != wanted.said:
            # An issue that was made a moment ago has no comment; on any other the last run may have told it already.
            told = told if new else self._told_last(seen.number, told)
        untold: GitHubRefused | None = None
        if told.said != wanted.said:
            try:
                told = self._tell(wanted, seen.number, told)
            except GitHubRefused as refused:
                if not self._is_locked(seen.number, refused):
                    raise
                untold = GitHubRefused(
                    LOCKED, f"#{seen.number} is locked, so a workflow can't comment there: unlock the conversation."
                )
        self._patch_issue(
            seen.number,
            changes(wanted, seen, self._milestone_of(wanted), issue_body(wanted.request, wanted.page, told)),
        )
        if untold is not None:
            # Its page is true all the same; the next run tries to tell it again.
            raise untold

    def _is_locked(self, number: int, refused: GitHubRefused) -> bool:
        """Whether a refusal is about one issue alone, which somebody locked, and not about what the token may do."""
        return refused.code == 403 and bool(self._hub.get(f"/issues/{number}")["locked"])

    def _told_last(self, number: int, body: Told) -> Told:
        """What was told last by the comments that there are, or by the body, which knows of those that are gone."""
        comments = self._told(number)
        return max(comments, body) if body.number <= comments.number + GONE else comments

    def _told(self, number: int) -> Told:
        own = [told_by(one.body) for one in seen_by.comments(self._hub, number) if self._tracker.is_own(one)]
        return max(own, default=NOTHING)

    def _tell(self, wanted: WantedIssue, number: int, before: Told) -> Told:
        told = Told(min(before.number + 1, MOST), wanted.said)

        def look() -> Told | None:
            return told if self._told(number).number >= told.number else None

        body = {"body": comment_body(told, self._comment(wanted.request, before.said))}
        make(self._hub, f"/issues/{number}/comments", body, look, lambda _: told)
        self.made.append("comment")
        return told

    def _patch_issue(self, number: int, body: dict[str, Any]) -> None:
        if body:
            self._hub.patch(f"/issues/{number}", body)
            self.made.append("change")
