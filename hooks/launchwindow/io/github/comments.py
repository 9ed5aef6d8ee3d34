"""The comments of a pull request, as far as they are this action's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from launchwindow.io.github.authors import wrong_token
from launchwindow.io.github.tracker import author_of
from launchwindow.model.named import NamedTuple
from launchwindow.model.tracker import is_own

if TYPE_CHECKING:
    from launchwindow.io.github.connection import Connection


class Comment(NamedTuple):
    """One comment."""

    id: int
    body: str
    url: str


def own_comments(hub: Connection, number: int, mark: str, login: str) -> list[Comment]:
    """Those that begin with `mark` and were written by `login` or by GitHub Actions, oldest first.

    Anybody can write the mark into a comment: by whom it is, GitHub says.
    """
    found = [
        _comment(one) for one in hub.pages(f"/issues/{number}/comments")
        if _is_own(one, login) and (one["body"] or "").startswith(mark)
    ]  # fmt: skip
    return sorted(found)


def make(hub: Connection, number: int, body: str, login: str) -> Comment:
    """A new one. Raises `Unanswered` when it may have been made.

    One that would not be known for ours again is taken away: each run would make another.
    """
    found = hub.post(f"/issues/{number}/comments", {"body": body})
    made = _comment(found)
    if not _is_own(found, login):
        remove(hub, made)
        raise wrong_token(found["user"]["login"])
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


def _is_own(found: Any, login: str) -> bool:
    author, by_program = author_of(found)
    return is_own(author, login, by_program=by_program)


def _comment(one: Any) -> Comment:
    return Comment(one["id"], one["body"] or "", one["html_url"])
