"""When each closure came into the policy: an alternate day that was over by then becomes the next one (design §6)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from launchwindow.load.corpus import load_policy
from launchwindow.model.errors import PolicyError

if TYPE_CHECKING:
    from datetime import date

    from launchwindow.io.git import Git
    from launchwindow.model.policy import Policy


def closures_added(git: Git, policy: Policy, revision: str) -> dict[date, datetime]:
    """A closure's date -> the commit time from which the policy in `revision`'s history has had it without a break.

    Only asked where the alternate is the *previous* business day: elsewhere no alternate can be over too early.
    """
    added: dict[date, datetime] = {}
    if policy.windows.alternate != "previous-business-day" or git.resolve(revision) is None:
        return added
    wanted = {closure.date for closure in policy.windows.closures}
    for commit in reversed(git.log("--first-parent", revision, paths=["policy.yaml"])):
        try:
            then = load_policy(git.snapshot(commit.id, "policy.yaml"))
        except PolicyError:
            # A policy that nobody could read closed nothing.
            continue
        there = {closure.date for closure in then.windows.closures} & wanted
        committed = datetime.fromtimestamp(commit.committed, UTC)
        added = {day: added.get(day, committed) for day in there}
    return added
