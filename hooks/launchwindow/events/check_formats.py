"""What the further formats of `check` print: made only when one is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from launchwindow.model.finding import Finding


class Checked(NamedTuple):
    """A check's outcome, as its reports need it."""

    root: str
    findings: Sequence[Finding]
    files: Callable[[], Sequence[str]]
    """The app and partner files that were judged and asked for."""
    apps: int
    compared: bool
    """Whether there was a revision to compare with."""


def renderings(checked: Checked) -> Mapping[str, Callable[[], str]]:
    """Format -> what makes its text."""
    return {"sarif": lambda: _sarif(checked), "junit": lambda: _junit(checked), "github": lambda: _github(checked)}


def _sarif(checked: Checked) -> str:
    from pathlib import Path

    from launchwindow import __version__
    from launchwindow.io.place import address_of
    from launchwindow.report.rule_pages import PAGE
    from launchwindow.report.sarif import SarifRun, sarif_text
    from launchwindow.rules import RULES

    run = SarifRun(__version__, RULES, address_of(Path(checked.root), PAGE), checked.compared)
    return sarif_text(checked.findings, run)


def _junit(checked: Checked) -> str:
    from launchwindow.report.junit import junit_text

    return junit_text(checked.findings, checked.files())


def _github(checked: Checked) -> str:
    from launchwindow.report.github import github_text

    return github_text(checked.findings, checked.apps)
