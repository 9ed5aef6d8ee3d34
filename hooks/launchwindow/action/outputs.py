"""What a step leaves behind: its log, annotations, the job's summary and its outputs.

All that a step prints may hold text that a partner wrote, and a line that begins with `::` is a command to the runner:
the command's own text is printed where commands are not read, and everything else is escaped.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

from launchwindow.action.verdicts import DECISIONS, REASONS
from launchwindow.cli import bug_text
from launchwindow.report.github import workflow_command
from launchwindow.report.markdown import fenced
from launchwindow.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from launchwindow.action.verdicts import Verdict
    from launchwindow.cli import Outcome

LARGEST_SUMMARY = 1_000_000
"""Bytes of one step's summary: GitHub takes a mebibyte, and nothing of a larger one."""
LARGEST_RESULT = 256_000
"""Bytes of the output `result`: GitHub hands on a mebibyte of outputs of a job."""
REFERENCE = "docs/action.md"


def error_lines(outcome: Outcome) -> list[str]:
    """What ended a command, a line each, with nothing in them that a runner or terminal would act on."""
    if outcome.error is None:
        return []
    text = bug_text(outcome.error) if outcome.status == 3 else str(outcome.error)
    return [visible(line, 2000) for line in text.split("\n") if line]


def log_of(outcome: Outcome) -> str:
    """The command's own text, between two marks within which the runner reads no commands."""
    mark = f"launchwindow-{secrets.token_hex(16)}"
    text = outcome.answer.text if outcome.answer is not None else "\n".join(error_lines(outcome)) + "\n"
    return f"::stop-commands::{mark}\n{text.rstrip()}\n::{mark}::\n"


def annotations_of(command: str, outcome: Outcome, verdict: Verdict) -> str:
    """Workflow commands: each finding beside its line, and what blocks or is wrong."""
    if outcome.answer is not None and "github" in outcome.answer.renderings:
        found = outcome.answer.renderings["github"]()
        # Its last line is a count for people, and no command.
        return "".join(f"{line}\n" for line in found.split("\n") if line.startswith("::"))
    if verdict.decision in ("pass", "nothing"):
        return ""
    cause = " ".join(error_lines(outcome)) or REASONS[verdict.reason][1].replace("`", "")
    title = f"launchwindow {command}: {verdict.reason}"
    return workflow_command("error", {"title": title}, cause, f"{REFERENCE} says more of {verdict.reason}.") + "\n"


def summary_of(command: str, outcome: Outcome, verdict: Verdict) -> str:
    """What the job's page shows, in Markdown."""
    head = f"### launchwindow {command}\n\n{DECISIONS[verdict.decision]} {REASONS[verdict.reason][1]}\n"
    answer = outcome.answer
    if answer is not None and "markdown" in answer.renderings:
        body = answer.renderings["markdown"]()
    else:
        body = fenced("\n".join(error_lines(outcome)) if answer is None else answer.text.rstrip(), "text")
    whole = f"{head}\n{body}\n\n"
    if len(whole.encode()) <= LARGEST_SUMMARY:
        return whole
    return f"{head}\nThe rest is too long for a summary: it is in the log of this step.\n\n"


def result_of(command: str, outcome: Outcome, verdict: Verdict) -> str:
    """The output `result`: a document `launchwindow.action/1`, on one line."""
    document = {
        "schema": "launchwindow.action/1",
        "command": command,
        "decision": verdict.decision,
        "reason_code": verdict.reason,
        "exit_status": outcome.status,
        "errors": error_lines(outcome),
        "document": outcome.answer.document if outcome.answer is not None else None,
    }
    text = json.dumps(document)
    return text if len(text) <= LARGEST_RESULT else json.dumps({**document, "document": None})


def append(path: Path | None, text: str) -> None:
    """To one of the files that the runner reads; where there is none, as outside of a workflow, nothing is kept."""
    if path is not None:
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)


def as_outputs(values: Mapping[str, str]) -> str:
    """Outputs in the runner's form; the end of each is a mark that no value can hold."""
    parts = []
    for name, value in values.items():
        mark = f"end-{secrets.token_hex(16)}"
        parts.append(f"{name}<<{mark}\n{value}\n{mark}\n")
    return "".join(parts)
