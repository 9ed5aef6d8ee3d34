"""Somebody steps in (`hold`, `resume`, `approve`): a lever names one request, never its neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.answer import Answer
from launchwindow.events.recording import bring_up
from launchwindow.levers import approve, find, hold, resume, short_notice
from launchwindow.report.requests import block
from launchwindow.standing import ended, standings_of
from launchwindow.timelines import timeline_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from launchwindow.events.workspace import Workspace
    from launchwindow.model.ledger import Ledger, Request
    from launchwindow.model.policy import Policy

    Lever = Callable[[Ledger, Request, Policy], Ledger]


def hold_request(space: Workspace, request_id: str, by: str, reason: str) -> Answer:
    """Keep a request from being released until `resume`."""
    return _pull(space, "hold", request_id, lambda ledger, one, _: hold(ledger, one, by, reason, space.now))


def resume_request(space: Workspace, request_id: str, by: str, note: str) -> Answer:
    """Let a held request go on."""
    return _pull(space, "resume", request_id, lambda ledger, one, _: resume(ledger, one, by, note, space.now))


def approve_request(space: Workspace, request_id: str, by: str, note: str) -> Answer:
    """The review of a merge that had none, given late: its notice starts today."""
    return _pull(
        space, "approve", request_id, lambda ledger, one, policy: approve(ledger, one, by, note, policy, space.now)
    )


def grant_short_notice(space: Workspace, request_id: str, by: str, reason: str) -> Answer:
    """Waive a request's own notice, as a reviewer decided."""

    def lever(ledger: Ledger, one: Request, policy: Policy) -> Ledger:
        environment = policy.environments[one.environment]
        timeline = timeline_of(ledger, one.subject, environment, space.judge(space.main_tip(ledger.main)))
        return short_notice(ledger, one, by, reason, policy, timeline, space.now)

    return _pull(space, "short-notice", request_id, lever)


def _pull(space: Workspace, name: str, request_id: str, lever: Lever) -> Answer:
    pulled: list[tuple[Request, str]] = []

    def step(ledger: Ledger) -> tuple[Ledger, str]:
        recorded = bring_up(space, ledger)
        request = find(recorded.ledger, request_id)
        after = lever(recorded.ledger, request, space.policy(recorded.tip))
        pulled.append((request, recorded.tip))
        return after, f"{name.capitalize()} {request.id}"

    after = space.change_ledger(step)
    # Main as it was recorded: it may have moved since, and the entry is made.
    request, tip = pulled[-1]
    policy = space.policy(tip)
    environment = policy.environments[request.environment]
    calendar, judge = space.calendar(policy), space.judge(tip)
    found = [one for one in standings_of(after, request.subject, environment, calendar, judge, space.now)
             if one.request.id == request.id]  # fmt: skip
    found += [ended(one) for one in after.closed if one.request.id == request.id]
    state, window, because = found[0].state, found[0].window, found[0].because
    document = {
        "schema": f"launchwindow.{name}/1",
        "id": request.id,
        "state": state,
        "window": str(window) if window else None,
        "because": because,
    }
    return Answer(f"{block(request.id, found[0])}\n", document)
