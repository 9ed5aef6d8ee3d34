"""Somebody wants to see it: one change's whole life, in a throw-away clone with a simulated clock (`demo`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.answer import Answer
from launchwindow.events.demo_story import APP_FILE, Story, tell
from launchwindow.events.workspace import Workspace
from launchwindow.io.clock import now
from launchwindow.io.demo_shell import DemoShell, clone, stage
from launchwindow.model.errors import NotPossible
from launchwindow.report.visible import visible

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TextIO

    from launchwindow.model.policy import Policy


def demo(repository: Path, keep: Path | None, out: TextIO) -> Answer:
    """Tell the story to `out` as it happens; the answer's document holds each command with its output.

    `repository` is only read, and only what it has committed. With `keep` the clone is made there and stays. Raises
    `NotPossible` when HEAD has not the example app, or a command ends otherwise than the story needs; `PolicyError`
    when HEAD's policy is wrong; `RepositoryError` where git can't clone.
    """
    with stage(keep) as folder:
        commit = clone(repository, folder)
        space = Workspace(folder, now())
        policy = _policy(space, commit)
        shell = DemoShell(folder, out, lambda line: visible(line, 400))
        shell.launchers()
        people = tuple(reviewer.email for reviewer in policy.review.reviewers[: max(1, policy.review.approvals)])
        tell(
            Story(shell, policy.timezone, people, space.calendar(policy)), f"{visible(repository.name)}, {commit[:12]}"
        )
        kept = str(folder) if keep is not None else None
        if kept is not None:
            shell.say(f"The clone is yours to look at: cd {visible(kept)}")
    steps = [{"command": one.command, "status": one.status, "output": one.output} for one in shell.played]
    return Answer("", {"schema": "launchwindow.demo/1", "commit": commit, "kept": kept, "steps": steps})


def _policy(space: Workspace, commit: str) -> Policy:
    committed = space.git.snapshot(commit).entries
    missing = [path for path in ("policy.yaml", APP_FILE) if path not in committed]
    if missing:
        raise NotPossible(
            f"The demo tells its story with the example fleet, and the commit {commit[:12]} has no "
            f"{' and no '.join(missing)}. Only what is committed counts. Run it in a clone of launchwindow's own "
            "repository: --repo DIR names it."
        )
    policy = space.policy(commit)
    if not policy.review.reviewers:
        raise NotPossible("The demo's change needs a reviewer, and policy.yaml names none under review.reviewers.")
    return policy
