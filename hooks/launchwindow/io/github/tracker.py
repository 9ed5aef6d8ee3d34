"""Issues, comments, labels and milestones, as GitHub's answers tell them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from launchwindow.model.github import GitHubError, GitHubRefused
from launchwindow.model.tracker import Comment, Issue, Label, Milestone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from launchwindow.io.github.connection import Connection
    from launchwindow.model.tracker import Reason

AHEAD = 100
"""How many numbers beyond the newest known issue are asked for: as many as can have been made in a moment."""


def labels(hub: Connection) -> list[Label]:
    """All labels of the repository."""
    return [Label(one["name"], one["color"].lower(), one["description"] or "") for one in hub.pages("/labels")]


def open_issues(hub: Connection, label: str) -> list[Issue]:
    """Open issues that have a label."""
    try:
        return [issue(one) for one in hub.pages("/issues", state="open", labels=label) if _is_issue(one)]
    except GitHubRefused as refused:
        if refused.code == 410:
            raise GitHubError(
                f"Issues are turned off in {hub.address.repository}, so no change request can be shown: turn them on "
                "under Settings → General → Features."
            ) from refused
        raise


def issues_since(hub: Connection, moment: datetime) -> list[Issue]:
    """Issues of any state, whatever their labels, that changed since then; the newest ones however a list lags."""
    listed = list(hub.pages("/issues", state="all", sort="created", direction="desc",
                            since=f"{moment:%Y-%m-%dT%H:%M:%SZ}"))  # fmt: skip
    newest = max((one["number"] for one in listed or _newest(hub)), default=0)
    return [issue(one) for one in [*listed, *_beyond(hub, newest)] if _is_issue(one)]


def _newest(hub: Connection) -> Iterator[Any]:
    found = hub.get("/issues", state="all", sort="created", direction="desc", per_page=1)
    yield from found


def _beyond(hub: Connection, newest: int) -> Iterator[Any]:
    """Issues with higher numbers: a list may come from a copy that lags, an issue by its number does not."""
    for number in range(newest + 1, newest + 1 + AHEAD):
        try:
            found = hub.get(f"/issues/{number}")
            if _is_asked_for(hub, found, number):
                yield found
        except GitHubRefused as refused:
            if refused.code == 404:
                return
            if refused.code not in (301, 410):
                raise


def _is_asked_for(hub: Connection, found: Any, number: int) -> bool:
    """Whether it is here: one that went to another repository is answered for from there, by its number there."""
    where = str(found["repository_url"]).lower()
    return found["number"] == number and where.endswith(f"/{hub.address.repository}".lower())


def comments(hub: Connection, number: int) -> list[Comment]:
    """All comments on an issue, oldest first."""
    return [
        Comment(one["id"], one["body"] or "", *author_of(one)) for one in hub.pages(f"/issues/{number}/comments")
    ]  # fmt: skip


def milestones(hub: Connection, state: str) -> list[Milestone]:
    """Milestones that are `open` or `closed`, those due last first."""
    return [milestone(one) for one in hub.pages("/milestones", state=state, sort="due_on", direction="desc")]


def milestone(found: Any) -> Milestone:
    """One, as an answer tells it."""
    due = found["due_on"]
    # GitHub keeps a day, as its midnight in California: 07:00 or 08:00 in UTC, of the same day.
    day = date.fromisoformat(due[:10]) if due else None
    return Milestone(
        found["number"], found["title"], found["description"] or "", day, found["state"] == "open", found["html_url"]
    )  # fmt: skip


def _is_issue(found: Any) -> bool:
    """GitHub lists pull requests among issues."""
    return "pull_request" not in found


def issue(found: Any) -> Issue:
    """One, as an answer tells it."""
    end: Reason | None = None
    if found["state"] == "closed":
        end = "not_planned" if found.get("state_reason") in ("not_planned", "duplicate") else "completed"
    names = tuple(one if isinstance(one, str) else one["name"] or "" for one in found["labels"])
    where = None if found["milestone"] is None else found["milestone"]["number"]
    author, by_program = author_of(found)
    return Issue(found["number"], found["title"], found["body"] or "", author, by_program, names, where, end)


def author_of(found: Any) -> tuple[str, bool]:
    """(login, whether it is a program) of who made something; an account that was deleted has no name any more."""
    user = found["user"]
    return ("", False) if user is None else (user["login"], user["type"] == "Bot")
