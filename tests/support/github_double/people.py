"""Who there is: users, bots, teams, what they may do in the repository, and the tokens that they call with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

ROLES = ("none", "read", "triage", "write", "maintain", "admin")
"""What somebody may do, least first."""
PRIMARY_OF_A_USER = 5000
PRIMARY_OF_AN_ACTION = 1000
"""Requests an hour: with a user's token, and with the GITHUB_TOKEN of a workflow, for the repository."""


@dataclass
class User:
    """An account. Its commits are known by its e-mail addresses."""

    id: int
    login: str
    type: str = "User"
    emails: tuple[str, ...] = ()
    app: App | None = None
    """The GitHub App behind a bot."""
    gone: bool = False
    """The account was deleted: what it did stays, and names nobody."""


@dataclass(frozen=True)
class App:
    """A GitHub App, as it stands on check runs."""

    id: int
    slug: str
    name: str


@dataclass
class Team:
    """A team of the organisation that owns the repository."""

    id: int
    slug: str
    members: dict[str, str] = field(default_factory=dict)
    """Login in lower case -> `member` or `maintainer`."""


@dataclass
class Token:
    """What a client sends, and what it has used up. `permissions` is None for a person's token."""

    value: str
    user: User
    permissions: dict[str, str] | None = None
    primary: int = PRIMARY_OF_A_USER
    used: int = 0
    reset: datetime | None = None
    spent: list[tuple[datetime, int, bool]] = field(default_factory=list)
    """When, how many points, and whether it made something: what the secondary limits count."""
    under_way: int = 0

    def allows(self, area: str, access: str) -> bool:
        """Whether an app's token has a permission; a user's always does."""
        if self.permissions is None or area == "metadata":
            return True
        held = self.permissions.get(area, "none")
        return held == "write" or (held == "read" and access == "read")


def at_least(role: str, wanted: str) -> bool:
    """Whether a role is that one or more."""
    return ROLES.index(role) >= ROLES.index(wanted)
