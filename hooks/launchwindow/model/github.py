"""A repository on GitHub as a value, and how a conversation with it can fail."""

from __future__ import annotations

from launchwindow.model.errors import LaunchwindowError
from launchwindow.model.named import NamedTuple


class Address(NamedTuple):
    """Where a repository is on GitHub, and with which right to ask."""

    repository: str
    """`owner/name`."""
    api: str
    """Such as https://api.github.com, without a slash at its end."""
    token: str
    web: str = "https://github.com"
    """Where people look at it, without a slash at its end."""


class GitHubError(LaunchwindowError):
    """GitHub can't be asked, or says no. What was to be done on GitHub was not done, or may not have been."""

    status = 1


class Unanswered(GitHubError):
    """No usable answer came: GitHub may have done what it was asked for."""


class GitHubRefused(GitHubError):
    """GitHub answered that it won't; `code` is its HTTP status."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
