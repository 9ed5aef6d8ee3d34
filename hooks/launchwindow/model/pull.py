"""A pull request, as far as its review is concerned, and what that review comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from datetime import date, datetime

    from launchwindow.model.ledger import Approval, Person


ReviewState = Literal["APPROVED", "CHANGES_REQUESTED", "DISMISSED", "COMMENTED", "PENDING"]


class Account(NamedTuple):
    """Somebody on GitHub."""

    login: str
    bot: bool


class Review(NamedTuple):
    """One review that was submitted."""

    by: Account | None
    """None for an account that is gone."""
    state: ReviewState
    commit: str | None
    """What the reviewer looked at; None where GitHub no longer knows."""
    at: datetime
    body: str


class PullCommit(NamedTuple):
    """One commit that a pull request brought."""

    id: str
    logins: tuple[str, ...]
    """Of the author's and the committer's accounts, where GitHub knows them."""
    author: Person
    message: str
    parents: tuple[str, ...]


class Pull(NamedTuple):
    """A pull request."""

    number: int
    title: str
    opener: Account | None
    opened_at: datetime
    merged_at: datetime | None
    """None while it is open."""
    commits: tuple[PullCommit, ...]
    """Oldest first."""
    all_listed: bool
    """Whether `commits` are all: GitHub lists 250 of one pull request at most."""
    reviews: tuple[Review, ...]
    """In the order in which they were submitted."""


class Reviewed(NamedTuple):
    """What the review of one app's, or one partner's, content comes to."""

    approvals: tuple[Approval, ...]
    refused: tuple[str, ...]
    """Why it does not count, a sentence each with the way to mend it; empty when it does."""
    put_up: date
    """The day on which that content was first put up for review."""
