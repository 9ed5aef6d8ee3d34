"""Something was merged to main: record it as change requests (`request`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.answer import Answer
from launchwindow.events.recording import bring_up
from launchwindow.report.changes import count, request_document
from launchwindow.report.requests import request_text
from launchwindow.standing import ended, in_conflict, standings

if TYPE_CHECKING:
    from launchwindow.events.recording import Recorded
    from launchwindow.events.workspace import Workspace
    from launchwindow.model.ledger import Ledger


def request(space: Workspace) -> Answer:
    """Record every merge that the ledger does not know yet, oldest first."""
    recorded: list[Recorded] = []

    def step(ledger: Ledger) -> tuple[Ledger, str]:
        recorded.append(bring_up(space, ledger))
        what = f"Record {count(recorded[-1].merges, 'merge')}" if recorded[-1].merges else "Look for merges"
        return recorded[-1].ledger, f"{what} of {ledger.main}"

    space.change_ledger(step)
    last = recorded[-1]
    policy = space.policy(last.tip)
    subjects = {one.subject for one in last.new}
    found = standings(last.ledger, policy, space.calendar(policy), space.judge(last.tip), space.now, subjects)
    now_standing = {one.request.id: one for one in in_conflict(found, last.kept_back)}
    closed = {one.request.id: one for one in last.ledger.closed}
    shown = [now_standing.get(one.id) or ended(closed[one.id]) for one in last.new]
    document = {
        "schema": "launchwindow.request/1",
        "main": last.ledger.main,
        "commit": last.tip,
        "merges": last.merges,
        "change_requests": [{**request_document(one), "state": one.state} for one in shown],
        "warnings": list(last.warnings),
    }
    return Answer(request_text(last.merges, shown, last.warnings), document)
