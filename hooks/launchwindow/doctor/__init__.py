"""What in a repository's settings and state would let a change go round the review: facts in, diagnoses out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.doctor import actions, files, ledger_branch, main_branch, people, process
from launchwindow.model.doctor import VERDICTS, Diagnosis

if TYPE_CHECKING:
    from launchwindow.model.doctor import Check, Facts, Said

CHECKS: tuple[Check, ...] = (
    *main_branch.CHECKS,
    *ledger_branch.CHECKS,
    *actions.CHECKS,
    *people.CHECKS,
    *files.CHECKS,
    *process.CHECKS,
)
PAGE = "docs/security.md"


def examine(facts: Facts) -> list[Diagnosis]:
    """Every check that these facts allow, worst first."""
    asked = [one for one in CHECKS if facts.settings is not None or not one.github]
    found = [_diagnosis(check, said) for check in asked if (said := check.examine(facts)) is not None]
    return sorted(found, key=lambda one: VERDICTS.index(one.verdict))


def _diagnosis(check: Check, said: Said) -> Diagnosis:
    url = f"{PAGE}#{anchor(check.section)}"
    if said.verdict == "ok":
        # Where nothing can go wrong, it is a note: how it is set, and where that is changed.
        return Diagnosis(check.id, said.verdict, said.text, None, None if check.danger else check.mend, url)
    return Diagnosis(check.id, said.verdict, said.text, check.danger, said.mend or check.mend, url)


def anchor(heading: str) -> str:
    """What GitHub names a heading in a link."""
    return heading.lower().replace("'", "").replace(" ", "-")
