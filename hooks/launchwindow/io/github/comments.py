"""The comments of a pull request, as far as they are this action's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from launchwindow.model.github import GitHubError, GitHubRefused

if TYPE_CHECKING:
    from launchwindow.io.github.connection import Connection

ACTIONS = "github-actions[bot]"
"""Who writes with the token of a workflow."""


class Comment(NamedTuple):
    """One comment."""

    id: int
    body: str
    url: str


def own_login(hub: Connection) -> str:
    """The login by which the token writes. A workflow's token belongs to nobody, and is refused the question."""
    try:
        return str(hub.get("//user")["login"])
    except GitHubRefused as refused:
        if refused.code in (403, 404):
            return ACTIONS
        raise


def own_comments(hub: Connection, number: int, mark: str, login: str) -> list[Comment]:
    """Those that begin with `mark` and were written by `login` or by GitHub Actions, oldest first.

    Anybody can write the mark into a comment: by whom it is, GitHub says.
    """
    found = [
        _comment(one) for one in hub.pages(f"/issues/{number}/comments")
        if _is_own(one["user"], login) and (one["body"] or "").startswith(mark)
    ]  # fmt: skip
    return sorted(found)


def make(hub: Connection, number: int, body: str, login: str) -> Comment:
    """A new one. Raises `Unanswered` when it may have been made.

    One that would not be known for ours again is taken away: each run would make another.
    """
    found = hub.post(f"/issues/{number}/comments", {"body": body})
    made = _comment(found)
    if not _is_own(found["user"], login):
        remove(hub, made)
        raise GitHubError(
            f"The token in GITHUB_TOKEN writes as {found['user']['login']}, whose comments can't be told from those of "
            "others: use the token of the workflow's job, or one of your own."
        )
    return made


def edit(hub: Connection, comment: Comment, body: str) -> Comment:
    """Another text for it. Raises `GitHubRefused` with 404 when it is gone."""
    return _comment(hub.patch(f"/issues/comments/{comment.id}", {"body": body}))


def remove(hub: Connection, comment: Comment) -> None:
    """Take it away."""
    hub.delete(f"/issues/comments/{comment.id}")


def head_of(hub: Connection, number: int) -> str:
    """The newest commit of a pull request."""
    return str(hub.get(f"/pulls/{number}")["head"]["sha"])


def _is_own(user: Any, login: str) -> bool:
    if user is None:
        return False
    by_actions = user["type"] == "Bot" and user["login"] == ACTIONS
    return by_actions or str(user["login"]).lower() == login.lower()


def _comment(one: Any) -> Comment:
    return Comment(one["id"], one["body"] or "", one["html_url"])
