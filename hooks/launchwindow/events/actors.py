"""Who acts in a workflow: an account as GitHub knows it -> the address by which the policy knows people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.io.github.runs import approvers
from launchwindow.model.errors import LaunchwindowError

if TYPE_CHECKING:
    from launchwindow.events.workspace import Workspace


def actor_address(space: Workspace, login: str) -> str:
    """A reviewer's address by main's policy; of anybody else the one that GitHub has for an account that hides it."""
    if not re.fullmatch(r"[A-Za-z0-9-]+(\[bot\])?", login):
        raise LaunchwindowError(f"GitHub names no account that dispatched this run: “{login}” is none.")
    policy = space.policy(space.main_tip(space.ledger().main))
    listed = (one.email for one in policy.review.reviewers if (one.github or "").lower() == login.lower())
    return next(listed, f"{login}@users.noreply.github.com")


def second_address(space: Workspace, login: str, run: str) -> str:
    """The address of somebody else who approved a run in its protected environment; empty where nobody did."""
    hub = space.hub
    if hub is None or not run.isdecimal():
        return ""
    others = [one for one in approvers(hub, int(run)) if one.lower() != login.lower()]
    return actor_address(space, others[0]) if others else ""
