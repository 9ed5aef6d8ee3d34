"""Findings as GitHub's workflow commands, which become annotations beside the lines of a pull request.

The form and its escaping are GitHub's ("Workflow commands for GitHub Actions"; the toolkit's `command.ts`): in a
message `%`, CR and LF, in a property `:` and `,` as well. GitHub shows the first ten of each kind that a step prints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.report.findings import counted
from launchwindow.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from launchwindow.model.finding import Finding

_LONGEST = 1000
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def github_text(findings: Sequence[Finding], apps: int) -> str:
    """One command a finding, then the count. What is waived or was there before is a notice only."""
    return "".join(f"{_command(finding)}\n" for finding in findings) + counted(findings, apps)


def _command(finding: Finding) -> str:
    quiet = finding.existing or finding.waived is not None
    name = "notice" if quiet else _COMMANDS[finding.severity]
    return workflow_command(name, _properties(finding), finding.message, finding.fix)


def workflow_command(name: str, properties: Mapping[str, str], *lines: str) -> str:
    """A command to the runner: `error`, `warning` or `notice`, with a place or a title, and its text."""
    shown = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {shown}::{'%0A'.join(_data(line) for line in lines)}"


def _properties(finding: Finding) -> dict[str, str]:
    span = finding.span
    place = {"file": finding.file, "line": str(span.line), "endLine": str(span.end_line)}
    if span.line == span.end_line:
        # Columns are only taken for a place in one line.
        place |= {"col": str(span.column), "endColumn": str(span.end_column)}
    return {**place, "title": _title(finding)}


def _title(finding: Finding) -> str:
    if finding.waived is not None:
        return f"{finding.rule} (waived by {finding.waived[:100]})"
    return f"{finding.rule} (existing)" if finding.existing else finding.rule


def _data(text: str) -> str:
    """Text that stays within its command: what would end the line, or be taken for an escape, is one itself."""
    return visible(text, _LONGEST).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
