"""What is known of a repository's own settings, and what is wrong with them (`doctor`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from launchwindow.model.policy import Policy

Verdict = Literal["error", "warning", "unknown", "ok"]
"""Worst first. `unknown` is what could not be read: never taken for well."""
VERDICTS: tuple[Verdict, ...] = ("error", "warning", "unknown", "ok")


class Unread(NamedTuple):
    """In the place of something that could not be read."""

    why: str


class Person(NamedTuple):
    """A name on GitHub that a file of the repository holds."""

    login: str
    role: str | None
    """What it may do in the repository: `none`, `read`, `triage`, `write`, `maintain`, `admin`. None: no such name."""


class Settings(NamedTuple):
    """What GitHub says of a repository, in the form of its own answers. Each part may be `Unread` instead."""

    repository: str
    """`owner/name`."""
    rules: Mapping[str, Sequence[Mapping[str, Any]] | Unread]
    """Branch -> the rules of active rulesets that hold for it, the organisation's among them."""
    protection: Mapping[str, Mapping[str, Any] | Unread | None]
    """Branch -> its classic protection; None where it has none."""
    rulesets: Mapping[int, Mapping[str, Any] | Unread]
    """Id -> the whole ruleset, of those that `rules` name and of all about pushes."""
    listed: Sequence[Mapping[str, Any]] | Unread
    """All rulesets in short."""
    tags: Sequence[str] | Unread
    """Tags whose name a branch of ours has too."""
    keys: Sequence[str] | Unread
    """Titles of the deploy keys that may write."""
    actions: Mapping[str, Any] | Unread
    token: Mapping[str, Any] | Unread
    """What a GITHUB_TOKEN may do unless its workflow says otherwise."""
    forks: Mapping[str, Any] | Unread
    environment: Mapping[str, Any] | Unread | None
    """The one that levers run in; None where there is none."""
    environment_branches: Sequence[str] | Unread
    """Names and patterns of the branches that may use it, where it has a list of them."""
    codeowners_errors: Sequence[Mapping[str, Any]] | Unread
    reviewers: Sequence[Person] | Unread
    partners: Sequence[str] | Unread
    """Partners' names that GitHub does not know, of those that were looked at."""
    partners_asked: int
    admins: Sequence[str] | Unread
    deployments: Sequence[tuple[str, str, datetime]] | Unread
    """(environment, state, since when) of each environment's newest deployment."""


class Window(NamedTuple):
    """Where an environment's expected window stands."""

    environment: str
    date: date
    opens_at: datetime
    closes_at: datetime


class Process(NamedTuple):
    """What the ledger alone tells of how the process runs."""

    unrecorded: int
    """Merges on main that it does not know yet."""
    unrecorded_since: datetime | None
    rewritten: str | None
    """The last commit that it recorded, where main does not have it any more."""
    open_windows: Sequence[Window]
    """Expected, open now, and taken by no run."""
    missed: Sequence[Window]
    """Expected, over, and taken by no run."""
    never_run: Sequence[str]
    """Environments with windows whose requests wait, and in which no run ever looked."""
    overdue: Sequence[str]
    """Requests that were handed over and that nobody confirmed in time."""
    unapproved: Sequence[tuple[str, datetime]]
    """Requests without an approval that counts, and when they were merged."""
    github: str | None = None
    """Where reviews are read; None while commits tell them."""


class Facts(NamedTuple):
    """All that a diagnosis may look at. `policy`, `ledger` and `settings` are None where there is none to be read."""

    now: datetime
    main: str
    """The branch that is merged to."""
    ledger_branch: str
    paths: Sequence[str]
    """Every file of main."""
    codeowners: tuple[str, str] | None
    """Path and text of the CODEOWNERS file that GitHub takes."""
    workflows: Mapping[str, object | Unread]
    """Path -> plain data of each workflow."""
    policy: Policy | Unread
    shared: Sequence[str]
    """Certificates and logos that several apps' files name."""
    ledger: Process | Unread | None
    settings: Settings | None


class Said(NamedTuple):
    """What a check found. Where `mend` is None, the check's own way to mend it holds."""

    verdict: Verdict
    text: str
    mend: str | None = None


class Check(NamedTuple):
    """One thing that `doctor` looks at."""

    id: str
    danger: str
    """What somebody could do, or what goes wrong, while it is not well; empty where either way is well."""
    mend: str
    """Where to click, or which file or command."""
    section: str
    """The heading in docs/security.md that says more."""
    examine: Callable[[Facts], Said | None]
    """What it found; None where there is nothing to look at, which another check tells of."""
    github: bool = False
    """Whether it needs GitHub's answers."""


class Diagnosis(NamedTuple):
    """A check and what it found; `danger` and `mend` are None for what is well, but a note says where to change it."""

    id: str
    verdict: Verdict
    text: str
    danger: str | None
    mend: str | None
    url: str
