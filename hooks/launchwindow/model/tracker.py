"""What GitHub shows of change requests: issues, comments, labels, milestones and deployments, as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from datetime import date, datetime

Reason = Literal["completed", "not_planned"]
"""Why an issue is closed, in GitHub's words."""
Progress = Literal["in_progress", "success", "failure"]
"""How a release fares, as a deployment's status."""


ACTIONS = "github-actions[bot]"
"""Who writes with the token of a workflow."""


def is_own(author: str, login: str, *, by_program: bool) -> bool:
    """Whether a text is ours: by a workflow, or by whoever asks, who is `login`."""
    return (by_program and author == ACTIONS) or author.lower() == login.lower()


class Label(NamedTuple):
    """A label of the repository."""

    name: str
    color: str
    """Six hexadecimal digits."""
    description: str


class Issue(NamedTuple):
    """An issue as GitHub has it; never a pull request."""

    number: int
    title: str
    body: str
    author: str
    by_program: bool
    """Whether an app made it, such as GitHub Actions."""
    labels: tuple[str, ...]
    milestone: int | None
    end: Reason | None
    """None while it is open."""


class Comment(NamedTuple):
    """A comment on an issue."""

    id: int
    body: str
    author: str
    by_program: bool


class Milestone(NamedTuple):
    """A milestone as GitHub has it."""

    number: int
    title: str
    description: str
    due: date | None
    is_open: bool
    url: str
    """Its page."""


class Tracker(NamedTuple):
    """All that GitHub shows of open change requests."""

    login: str
    """Who asks."""
    labels: tuple[Label, ...]
    issues: tuple[Issue, ...]
    milestones: tuple[Milestone, ...]

    def is_own(self, one: Issue | Comment) -> bool:
        """Whether a workflow, or whoever asks, made it: what others wrote with a mark of ours is none of ours."""
        return is_own(one.author, self.login, by_program=one.by_program)


class Handed(NamedTuple):
    """What the runs of one day handed over in one environment."""

    environment: str
    requests: tuple[str, ...]
    held: tuple[tuple[str, str], ...]
    """(request, why) of what was due and stayed."""


class WantedIssue(NamedTuple):
    """The issue of one change request as it ought to be."""

    request: str
    """The request's id."""
    former: tuple[str, ...]
    """Ids by which its issue may still be known."""
    merged_at: datetime
    """There is no issue of it from before."""
    title: str
    page: str
    """The body, in Markdown, but for the hidden marks."""
    labels: tuple[str, ...]
    """Those that we give; others, which people gave, stay."""
    window: date | None
    """Whose milestone it belongs to."""
    end: Reason | None
    said: str
    """The state that its last comment has to tell, in a few words: another one needs another comment."""


class WantedMilestone(NamedTuple):
    """The milestone of one day with releases as it ought to be."""

    window: date
    title: str
    page: str
    """The description, in Markdown, but for the hidden marks."""
    is_open: bool
    progress: tuple[tuple[str, Progress], ...]
    """Environment -> how its release fares, where something was released."""
    requests: tuple[tuple[str, tuple[str, ...]], ...]
    """Environment -> what was released."""


class Wanted(NamedTuple):
    """All that GitHub ought to show."""

    labels: tuple[Label, ...]
    issues: tuple[WantedIssue, ...]
    milestones: tuple[WantedMilestone, ...]
