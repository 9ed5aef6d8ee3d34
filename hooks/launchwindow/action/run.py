"""One step of a workflow: inputs -> command -> log, annotations, summary, outputs, exit status."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from launchwindow.action.inputs import LEVERS, People, command_line, inputs_in
from launchwindow.action.outputs import annotations_of, append, as_outputs, log_of, result_of, summary_of
from launchwindow.action.verdicts import verdict_of
from launchwindow.cli import Outcome, outcome
from launchwindow.model.errors import LaunchwindowError

if TYPE_CHECKING:
    from launchwindow.action.inputs import Inputs

NOW = "LAUNCHWINDOW_NOW"
"""A variable for rehearsals: a run acts as if it were that time. No workflow sets it."""


def main() -> int:
    """Do what the step's inputs ask for; the exit status of the command."""
    given = inputs_in(os.environ)
    found = _outcome(given)
    verdict = verdict_of(given.command, found)
    _tell(log_of(found) + annotations_of(given.command, found, verdict))
    append(_file("GITHUB_STEP_SUMMARY"), summary_of(given.command, found, verdict))
    outputs = {"decision": verdict.decision, "reason-code": verdict.reason}
    append(_file("GITHUB_OUTPUT"), as_outputs({**outputs, "result": result_of(given.command, found, verdict)}))
    return found.status


def _outcome(given: Inputs) -> Outcome:
    repository = os.environ.get("GITHUB_REPOSITORY", "")
    folder = given.working_directory or "."
    try:
        people = _people(given, folder) if given.command in LEVERS else None
        words = [*command_line(given, people, repository), *_summary(given, repository)]
    except LaunchwindowError as error:
        return Outcome(error.status, None, error)
    now = [f"--now={os.environ[NOW]}"] if os.environ.get(NOW) else []
    return outcome([f"--repo={folder}", *now, *words])


def _summary(given: Inputs, repository: str) -> list[str]:
    """Where the summary of this run is: a comment that has to be cut points there."""
    run = os.environ.get("GITHUB_RUN_ID", "")
    if given.command != "plan" or not given.pull_request or not run:
        return []
    return [f"--summary={os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{repository}/actions/runs/{run}"]


def _people(given: Inputs, folder: str) -> People:
    """Who dispatched the run, and who else approved it, as GitHub knows them."""
    from launchwindow.commands.options import address_of
    from launchwindow.events.actors import actor_address, second_address
    from launchwindow.events.opening import open_workspace

    # Of a run that somebody started again, that somebody.
    login = os.environ.get("GITHUB_TRIGGERING_ACTOR") or os.environ.get("GITHUB_ACTOR", "")
    space = open_workspace(Path(folder), None, "origin", address_of(os.environ.get("GITHUB_REPOSITORY", "")))
    by = actor_address(space, login)
    if given.command != "off-cycle":
        return People(by)
    return People(by, second_address(space, login, os.environ.get("GITHUB_RUN_ID", "")))


def _file(variable: str) -> Path | None:
    path = os.environ.get(variable)
    return Path(path) if path else None


def _tell(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.flush()
