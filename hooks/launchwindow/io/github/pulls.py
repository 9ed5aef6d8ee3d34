"""Pull requests, their reviews and checks, as GitHub's answers tell them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from launchwindow.model.github import GitHubRefused
from launchwindow.model.ledger import Person
from launchwindow.model.pull import Account, Pull, PullCommit, Review

if TYPE_CHECKING:
    from launchwindow.io.github.connection import Connection

CHECK = "launchwindow"
"""The name of the check run that the action's workflow makes for a pull request."""
BY = "github-actions"
"""The app whose check runs count: another app could claim any time."""


def brought_by(hub: Connection, commit: str, base: str) -> int | None:
    """The number of the merged pull request that brought a commit of `base` to it; None for a direct push."""
    repository = hub.address.repository.lower()
    merged = [
        one for one in hub.pages(f"/commits/{commit}/pulls")
        if one["merged_at"] is not None and one["base"]["ref"] == base
        and one["base"]["repo"]["full_name"].lower() == repository
    ]  # fmt: skip
    return min((one["number"] for one in merged), default=None)


def pull_of(hub: Connection, number: int) -> Pull:
    """A pull request with its commits and reviews."""
    found = hub.get(f"/pulls/{number}")
    commits = tuple(_commit(one) for one in hub.pages(f"/pulls/{number}/commits"))
    reviews = tuple(_review(one) for one in hub.pages(f"/pulls/{number}/reviews"))
    all_listed = len(commits) >= found["commits"]
    opened_at = _moment(found["created_at"])
    merged_at = None if found["merged_at"] is None else _moment(found["merged_at"])
    return Pull(
        number, found["title"], _account(found["user"]), opened_at, merged_at, commits, all_listed, reviews
    )  # fmt: skip


def checked_at(hub: Connection, commit: str) -> datetime | None:
    """When this action first looked at a commit; None where it did not.

    Whoever may write checks can give a check run any time: GitHub's own is the one of the suite that it is in.
    """
    times = [
        max(_moment(one["started_at"]), _suite_made(hub, one["check_suite"]["id"]))
        for one in hub.pages(f"/commits/{commit}/check-runs", check_name=CHECK, filter="all")
        if one["started_at"] is not None and (one["app"] or {}).get("slug") == BY and one["check_suite"] is not None
    ]
    return min(times, default=None)


def _suite_made(hub: Connection, suite: int) -> datetime:
    return _moment(hub.get(f"/check-suites/{suite}")["created_at"])


def role_of(hub: Connection, login: str) -> str:
    """What an account may do in the repository: one of `reviews.ROLES`; an organisation's own role by its base."""
    try:
        found = hub.get(f"/collaborators/{login}/permission")
    except GitHubRefused as refused:
        if refused.code == 404:
            return "none"
        raise
    role = str(found.get("role_name", ""))
    return role if role in ("read", "triage", "write", "maintain", "admin") else str(found["permission"])


def _commit(one: Any) -> PullCommit:
    logins = [who["login"] for who in (one["author"], one["committer"]) if who and who["login"] != "web-flow"]
    written = one["commit"]["author"] or {}
    author = Person(written.get("name") or "", written.get("email") or "")
    parents = tuple(parent["sha"] for parent in one["parents"])
    return PullCommit(one["sha"], tuple(dict.fromkeys(logins)), author, one["commit"]["message"], parents)


def _review(one: Any) -> Review:
    return Review(
        _account(one["user"]), one["state"], one["commit_id"], _moment(one["submitted_at"]), one["body"] or ""
    )


def _account(user: Any) -> Account | None:
    return None if user is None else Account(user["login"], user["type"] == "Bot")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
