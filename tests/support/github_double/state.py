"""What GitHub holds of one repository, as plain values that the handlers change."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .people import App, User


@dataclass
class Label:
    """A label of the repository."""

    id: int
    name: str
    color: str = "ededed"
    description: str | None = None


@dataclass
class Milestone:
    """A milestone; `due` is midnight in California, whatever time was asked for."""

    id: int
    number: int
    title: str
    creator: User
    created: datetime
    updated: datetime
    description: str | None = None
    due: datetime | None = None
    closed: datetime | None = None


@dataclass
class Comment:
    """A comment on an issue or a pull request."""

    id: int
    issue: int
    user: User
    body: str
    created: datetime
    updated: datetime


@dataclass
class Event:
    """One line of a timeline. `about` is what this kind of event has besides what all have."""

    id: int
    kind: str
    actor: User
    at: datetime
    about: dict[str, Any]


@dataclass
class Review:
    """A submitted review. A dismissed one keeps all but its state."""

    id: int
    user: User
    state: str
    body: str
    commit: str
    at: datetime


@dataclass
class Pull:
    """What a pull request has beside its issue. Its commits and base are fixed when it is merged."""

    head: str
    base: str
    head_sha: str
    base_sha: str
    draft: bool = False
    commits: list[str] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    merged: datetime | None = None
    merged_by: User | None = None
    merge_commit: str | None = None


@dataclass
class Issue:
    """An issue; with `pull`, a pull request, which is an issue too."""

    id: int
    number: int
    title: str
    user: User
    created: datetime
    updated: datetime
    body: str | None = None
    labels: list[Label] = field(default_factory=list)
    milestone: Milestone | None = None
    assignees: list[User] = field(default_factory=list)
    closed: datetime | None = None
    closed_by: User | None = None
    reason: str | None = None
    locked: bool = False
    pull: Pull | None = None
    events: list[Event] = field(default_factory=list)


@dataclass
class CheckRun:
    """A check run. `started` and `completed` are what its app says; a suite is an app's runs on one commit."""

    id: int
    name: str
    sha: str
    app: App
    suite: int
    status: str
    conclusion: str | None
    started: datetime
    completed: datetime | None
    external_id: str = ""
    details_url: str | None = None
    output: dict[str, Any] = field(default_factory=dict)
    annotations: int = 0


@dataclass
class Status:
    """A status of a deployment."""

    id: int
    state: str
    creator: User
    description: str
    environment: str
    log_url: str
    environment_url: str
    at: datetime


@dataclass
class Deployment:
    """A deployment, statuses oldest first."""

    id: int
    sha: str
    ref: str
    environment: str
    creator: User
    at: datetime
    updated: datetime
    task: str = "deploy"
    description: str | None = None
    payload: Any = field(default_factory=dict)
    transient: bool = False
    production: bool = False
    statuses: list[Status] = field(default_factory=list)

    @property
    def active(self) -> bool:
        """Whether it was not set inactive."""
        return not self.statuses or self.statuses[-1].state != "inactive"

    @property
    def succeeded(self) -> bool:
        """Whether its newest status is a success."""
        return bool(self.statuses) and self.statuses[-1].state == "success"


@dataclass
class Environment:
    """An environment; `rules` and `branches` as the description has protection_rules and deployment_branch_policy."""

    id: int
    name: str
    created: datetime
    rules: list[dict[str, Any]] = field(default_factory=list)
    branches: dict[str, bool] | None = None
    only: tuple[str, ...] = ()
    """The branches that may use it, where `branches` says that there is a list."""
    admins_bypass: bool = True


@dataclass
class Ruleset:
    """A ruleset of the repository: `rules`, `conditions` and `bypass` in the description's form."""

    id: int
    name: str
    rules: list[dict[str, Any]]
    conditions: dict[str, Any]
    created: datetime
    enforcement: str = "active"
    target: str = "branch"
    bypass: list[dict[str, Any]] = field(default_factory=list)
