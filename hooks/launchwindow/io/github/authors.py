"""Whose a text on GitHub is: what anybody may write into one, who wrote it GitHub says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.github import GitHubRefused
from launchwindow.model.tracker import ACTIONS

if TYPE_CHECKING:
    from launchwindow.io.github.connection import Connection


def own_login(hub: Connection) -> str:
    """The login by which the token writes. A workflow's token belongs to nobody, and is refused the question."""
    try:
        return str(hub.get("//user")["login"])
    except GitHubRefused as refused:
        if refused.code in (403, 404):
            return ACTIONS
        raise


def wrong_token(author: str) -> GitHubRefused:
    """What to say of a token whose texts would not be known for ours again: each run would make them once more."""
    return GitHubRefused(
        403,
        f"The token in GITHUB_TOKEN writes as {author}, whose texts can't be told from those of others: use the token "
        "of the workflow's job, or one of your own.",
    )
