"""Workflow runs, as far as somebody answers for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from launchwindow.io.github.connection import Connection


def approvers(hub: Connection, run: int) -> tuple[str, ...]:
    """The logins of those who let a run into its protected environment, oldest first."""
    reviews = hub.get(f"/actions/runs/{run}/approvals")
    return tuple(one["user"]["login"] for one in reviews if one["state"] == "approved" and one["user"] is not None)
