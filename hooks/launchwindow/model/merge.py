"""Main as one merge left it (design §7, "Merges")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple
from launchwindow.model.pull import Reviewed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from launchwindow.model.ledger import Approval, Person
    from launchwindow.model.row import PartnerRow, Row


class AppState(NamedTuple):
    """One app's file on main. `subject` is `environment/partner/app` by its path."""

    subject: str
    path: str
    issuer: str
    row: Row
    schedule: Mapping[str, object]
    """The values that only the schedule reads: `release`'s keys, `requests_signed`, `waivers`."""
    digest: str


class PartnerState(NamedTuple):
    """One partner's file on main; `subject` is `environment/partner`."""

    subject: str
    path: str
    row: PartnerRow
    digest: str


class Main(NamedTuple):
    """Every app and partner on main at one commit."""

    commit: str
    apps: Mapping[str, AppState]
    partners: Mapping[str, PartnerState]
    unreadable: frozenset[str]
    """Subjects whose file is there but whose state is unknown: it can't be read as an app, names no issuer, or its
    partner's file does not say which agency it is."""


class Merge(NamedTuple):
    """What one pull request brought to main."""

    main: Main
    merged_at: datetime
    title: str
    authors: tuple[Person, ...]
    approvals: tuple[Approval, ...]
    approvals_needed: int
    put_up: date
    """The day on which its content was first put up for review."""
    pull: int | None = None
    """The number of its pull request on GitHub."""
    requester: str | None = None
    """Who opened that, by the name on GitHub."""
    review: Callable[[str, str | None], Reviewed] | None = None
    """(subject, digest of what was merged of it, or None where it is gone) -> what the review of that comes to, where
    each content has its own. It is asked of GitHub, which takes time: only what is reviewed at all asks for it."""

    def reviewed(self, subject: str, digest: str | None) -> Reviewed:
        """What the review of one app's, or partner's, content comes to."""
        if self.review is not None:
            return self.review(subject, digest)
        return Reviewed(self.approvals, (), self.put_up)
