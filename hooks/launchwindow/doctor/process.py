"""Whether the process runs: the ledger, its windows and confirmations, and what GitHub was told of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from launchwindow.model.doctor import Check, Process, Said, Settings, Unread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from launchwindow.model.doctor import Facts

_SECTION = "The process runs"
BEHIND = timedelta(days=1)
LATE = timedelta(hours=2)
"""The workflow looks every hour; GitHub may start it late."""
UNAPPROVED = timedelta(days=7)
UNDER_WAY = ("queued", "pending", "waiting", "in_progress")
_NAMED = 5


def _of(facts: Facts, examine: Callable[[Facts, Process], Said]) -> Said | None:
    """A check of a ledger that is there; that it is not, another one says."""
    if not isinstance(facts.ledger, Process):
        return None
    return examine(facts, facts.ledger)


def _some(items: Sequence[str]) -> str:
    more = len(items) - _NAMED
    return ", ".join(items[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _readable(facts: Facts) -> Said:
    if isinstance(facts.ledger, Unread):
        return Said("error", f"The ledger can't be used: {facts.ledger.why}")
    if facts.ledger is None:
        return Said("warning", "There is no ledger yet: nothing is recorded or released.",
                    "Begin it: `launchwindow adopt REV`, or `adopt --nothing`.")  # fmt: skip
    return Said("ok", "The ledger can be read.")


def _rewritten(_: Facts, process: Process) -> Said:
    if process.rewritten is not None:
        return Said("error", f"Main was rewritten: {process.rewritten[:12]}, which the ledger recorded last, is not in "
                             "its history.")  # fmt: skip
    return Said("ok", "Main's history is the one that the ledger recorded.")


def _recent(facts: Facts, process: Process) -> Said:
    since = process.unrecorded_since
    if since is not None and facts.now - since > BEHIND:
        days = (facts.now - since).days
        return Said("error", f"The ledger is behind main by {process.unrecorded} merges, for {days} days or more.")
    return Said("ok", f"The ledger is behind main by {process.unrecorded} merges, for less than a day.")


def _windows(facts: Facts, process: Process) -> Said:
    missed = [f"{one.environment} {one.date}" for one in process.missed]
    if missed:
        return Said("error", f"Deploy windows went by and nobody ran `release`: {_some(missed)}.")
    late = [f"{one.environment} {one.date}" for one in process.open_windows if facts.now - one.opens_at > LATE]
    if late:
        return Said("warning", f"Deploy windows are open for over two hours and no run took them: {_some(late)}.")
    if process.never_run:
        return Said("warning", f"Requests wait, and `release` never ran, in {_some(process.never_run)}.")
    return Said("ok", "No deploy window was missed.")


def _confirmations(_: Facts, process: Process) -> Said:
    if process.overdue:
        return Said("error", f"Handed over, and not confirmed in time: {_some(process.overdue)}.")
    return Said("ok", "What was handed over is confirmed, or not due yet.")


def _unapproved(facts: Facts, process: Process) -> Said:
    late = [name for name, merged in process.unapproved if facts.now - merged > UNAPPROVED]
    if late:
        return Said("warning", f"Merged over a week ago without an approval that counts: {_some(late)}.")
    return Said("ok", "Nothing waits for an approval for over a week.")


def _deployments(facts: Facts) -> Said:
    assert isinstance(facts.settings, Settings)
    found = facts.settings.deployments
    if isinstance(found, Unread):
        return Said("unknown", f"The deployments can't be read: {found.why}.",
                    "Use a token with “Deployments: read”.")  # fmt: skip
    late = [f"{name} ({state})" for name, state, since in found if state in UNDER_WAY and facts.now - since > BEHIND]
    if late:
        return Said("warning", f"GitHub shows deployments under way for over a day: {_some(late)}.")
    return Said("ok", "GitHub shows no deployment that is under way for over a day.")


def _workflow(name: str) -> str:
    return f"Look at the runs of the workflow `{name}` in the Actions tab; run it again by hand."


CHECKS = (
    Check("ledger-readable", "Nothing can be recorded or released.",
          "Fetch it anew; if it is damaged, put its last good commit back.", _SECTION, _readable),
    Check("main-rewritten", "What was approved may be gone; nothing is recorded or released until it is settled.",
          "Put the old commits back, or `launchwindow adopt --rewrite main` (docs/operations.md).", _SECTION,
          lambda facts: _of(facts, _rewritten)),
    Check("ledger-recent", "Merged changes are not scheduled, and a merge that nobody reviewed goes unseen.",
          f"{_workflow('merge')} By hand: `launchwindow request`.", _SECTION, lambda facts: _of(facts, _recent)),
    Check("windows-overdue", "What was due stays where it is, and partners wait.",
          f"{_workflow('window')} By hand: `launchwindow release`.", _SECTION, lambda facts: _of(facts, _windows)),
    Check("confirmations-overdue", "Nobody knows whether the identity provider runs what was handed over.",
          "`launchwindow confirm --seen FILE`, or `confirm --failed` (docs/operations.md).", _SECTION,
          lambda facts: _of(facts, _confirmations)),
    Check("unapproved-long", "A merge that went round the review may lie behind it.",
          "Find out why; then `launchwindow approve`, or revert it on main.", _SECTION,
          lambda facts: _of(facts, _unapproved)),
    Check("deployments-overdue", "What people see on GitHub is not what is so: `sync` does not run, or nobody "
          "confirmed.", "`launchwindow sync --github OWNER/NAME`; then see what it says.", _SECTION, _deployments,
          github=True),
)  # fmt: skip
