"""How many days a change must be asked for ahead (design §7, "Notice")."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from launchwindow.diff import stood_in
from launchwindow.model.row import Row

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from launchwindow.model.change import Change, Element
    from launchwindow.model.ledger import Deployed
    from launchwindow.model.policy import Environment

GOING_BACK = timedelta(days=30)
"""A value that ran within this time before the merge needs no notice: going back is quick."""


def push_host(url: object) -> str | None:
    """The host of a push notification URL, in lower case; None when it names none."""
    if not isinstance(url, str):
        return None
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def push_hosts(rows: Iterable[Row]) -> frozenset[str]:
    """The hosts that the IdP may already reach, by the active rows that it runs."""
    hosts = (push_host(row.columns.get("push_notification_url")) for row in rows if row.active)
    return frozenset(host for host in hosts if host is not None)


def notice_days(
    change: Change, environment: Environment, deployed: Deployed | None, known_hosts: Collection[str],
    merged_at: datetime,
) -> int:  # fmt: skip
    """The days of notice that a change needs when it is merged at `merged_at`.

    `known_hosts` are those deployed in the environment and the policy's `push_hosts`.
    """
    if ran_recently(change.element, deployed, merged_at):
        return 0
    days = environment.notice_days
    if change.field == "push_notification_url" and change.after is not None:
        host = push_host(change.after)
        return days.default if host in known_hosts else max(days.default, days.push_notification_host)
    return days.default


def ran_recently(element: Element, deployed: Deployed | None, merged_at: datetime) -> bool:
    """Whether the same value, or absence, was confirmed at some time in the 30 days before the merge."""
    if deployed is None:
        return stood_in(element, None)
    if deployed.confirmed is not None and stood_in(element, deployed.confirmed.row):
        return True
    since = merged_at - GOING_BACK
    rows = [past.row for past in deployed.past if past.until >= since]
    if any(isinstance(row, Row) and row.issuer != deployed.issuer for row in rows):
        # The provider of today's issuer was not there yet then.
        rows.append(None)
    if deployed.confirmed is None:
        rows.append(None)
    return any(stood_in(element, row) for row in rows)
