"""A pull request was opened or pushed to: what it would ask for if it were approved and merged now (`plan`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.answer import Answer
from launchwindow.events.on_adoption import adopted
from launchwindow.events.overlay import merged
from launchwindow.events.recording import bring_up, policy_warning
from launchwindow.merges import main_of
from launchwindow.model.ledger import Ledger, Seen
from launchwindow.model.merge import Merge
from launchwindow.record import record
from launchwindow.report.changes import request_document
from launchwindow.report.requests import plan_text
from launchwindow.standing import standings_of

if TYPE_CHECKING:
    from launchwindow.events.workspace import Workspace


def plan(space: Workspace, base: str, head: str) -> Answer:
    """The change requests that merging `head` into `base` would become, with notice, window and why."""
    space.require_history()
    base_commit, head_commit = space.commit(base), space.commit(head)
    ledger, tip = _ledger_at(space, base_commit)
    corpus = merged(space, tip, head_commit)
    space.remember(head_commit, corpus)
    policy = space.policy(tip)
    today = space.now.astimezone(policy.timezone).date()
    merge = Merge(main_of(head_commit, corpus), space.now, "", (), (), 0, today)
    known = set(ledger.requests)
    ledger, warnings = record(ledger, space.main(tip), merge, policy)
    new = [request for key, request in ledger.requests.items() if key not in known]
    calendar, judge = space.calendar(policy), space.judge(tip)
    found = [
        standing
        for request in sorted(new, key=lambda one: one.id)
        for standing in standings_of(
            ledger, request.subject, policy.environments[request.environment], calendar, judge, space.now
        )
        if standing.request.id == request.id
    ]
    document = {
        "schema": "launchwindow.plan/1",
        "base": base_commit,
        "head": head_commit,
        "change_requests": [request_document(one, in_pull_request=True) for one in found],
    }
    warnings = (*warnings, *policy_warning(space, space.git.merge_base(tip, head_commit) or tip, head_commit))
    if space.read_ledger()[1] is None:
        warnings = (*warnings, "there is no ledger yet; all that the base holds counts as deployed.")
    return Answer(plan_text(found, warnings), document)


def _ledger_at(space: Workspace, base: str) -> tuple[Ledger, str]:
    """The ledger with every merge of main in it, and main's tip; without a ledger, the base as if deployed."""
    _, ledger = space.read_ledger()
    if ledger is None:
        empty = Ledger("main", Seen(base, space.now), 0, {}, {}, {}, frozenset())
        return empty._replace(deployed=dict(adopted(space, space.main(base), space.judge(base)))), base
    recorded = bring_up(space, ledger, only_look=True)
    return recorded.ledger, recorded.tip
