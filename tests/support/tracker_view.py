"""What people see of change requests on the double of GitHub, in a form that tests can compare."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any, NamedTuple

from support.github_double import GitHubDouble

NOTHING = dict.fromkeys(("change", "comment", "deployment", "issue", "label", "milestone", "status"), 0)
"""What a run that finds nothing to do has made."""
KEY = re.compile(r"\A<!-- launchwindow:request (\S+) -->\n")
TOLD = re.compile(r"\A<!-- launchwindow:told (\d+) ([a-z]+(?: [\d-]+)?) -->\n")
DEPLOYED = re.compile(r"\A<!-- launchwindow:window (\S+) -->\n")


class Shown(NamedTuple):
    """One issue."""

    number: int
    title: str
    body: str
    labels: tuple[str, ...]
    milestone: str | None
    end: str | None
    """Why it is closed; None while it is open."""
    told: tuple[str, ...]
    """What its comments told, in their order, by the words of their hidden marks."""


def issues(hub: GitHubDouble) -> list[Shown]:
    """Issues of change requests that the workflow made, oldest first; no pull requests, and no forgeries."""
    return [
        Shown(one.number, one.title, one.body or "", tuple(sorted(label.name for label in one.labels)),
              one.milestone.title if one.milestone else None, one.reason if one.closed else None,
              told(hub, one.number))
        for one in hub.world.issues.values()
        if one.pull is None and one.user.type == "Bot" and KEY.match(one.body or "")
    ]  # fmt: skip


def only(hub: GitHubDouble) -> Shown:
    """The one issue that there is."""
    (found,) = issues(hub)
    return found


def told(hub: GitHubDouble, number: int) -> tuple[str, ...]:
    """What the comments of the workflow on an issue told."""
    bodies = (one.body for one in hub.world.comments.values() if one.issue == number and one.user.type == "Bot")
    return tuple(found[2] for body in bodies if (found := TOLD.match(body)))


def comments(hub: GitHubDouble, number: int) -> list[str]:
    """The texts of the workflow's comments on an issue, without their marks."""
    bodies = (one.body for one in hub.world.comments.values() if one.issue == number and one.user.type == "Bot")
    return [TOLD.sub("", body) for body in bodies]


def milestones(hub: GitHubDouble) -> dict[str, tuple[str, str]]:
    """Title -> (`open` or `closed`, the day that it is due)."""
    return {one.title: ("closed" if one.closed else "open", f"{one.due:%Y-%m-%d}" if one.due else "none")
            for one in hub.world.milestones.values()}  # fmt: skip


def deployments(hub: GitHubDouble) -> list[tuple[str, str, list[str]]]:
    """(environment, day, statuses, oldest first) of each."""
    return [(one.environment, one.payload["window"], [status.state for status in one.statuses])
            for one in hub.world.deployments.values()]  # fmt: skip


def state(hub: GitHubDouble) -> dict[str, Any]:
    """All of it, with nothing that tells when, or in how many tries, it came about."""
    return {
        "issues": [one._replace(number=0) for one in issues(hub)],
        "milestones": milestones(hub),
        "pages": sorted(one.description or "" for one in hub.world.milestones.values()),
        "deployments": deployments(hub),
        "labels": sorted(
            # With which commit of the ledger it is in line differs from try to try.
            (one.name, one.color, re.sub(r"[0-9a-f]{40}", "COMMIT", one.description or ""))
            for one in hub.world.labels.values()
        ),
    }


class Snapshot:
    """What the double shows of change requests at a moment, and what time it is there: to go back to it."""

    KEPT = (
        "issues", "comments", "labels", "milestones", "deployments", "environments", "moved",
        "_last_id", "_last_number", "_last_milestone",
    )  # fmt: skip

    def __init__(self, hub: GitHubDouble) -> None:
        """Keep all of it."""
        self._hub, self._now = hub, hub.clock.now()
        self._kept = self._copy({name: getattr(hub.world, name) for name in self.KEPT})

    def restore(self) -> None:
        """Go back. Nothing goes wrong any more, and no limit is used up."""
        self._hub.faults.clear()
        self._hub.forget_lists()
        self._hub.clock.advance((self._now - self._hub.clock.now()).total_seconds())
        for token in self._hub.world.tokens.values():
            token.spent, token.used, token.reset = [], 0, None
        for name, value in self._copy(self._kept).items():
            setattr(self._hub.world, name, value)

    def _copy(self, kept: dict[str, Any]) -> dict[str, Any]:
        # People stay who they are: their tokens know them.
        people = [*self._hub.world.users.values(), *(one.app for one in self._hub.world.users.values() if one.app)]
        copied: dict[str, Any] = deepcopy(kept, {id(one): one for one in people})
        return copied
