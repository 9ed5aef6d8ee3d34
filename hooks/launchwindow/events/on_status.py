"""Somebody asks where things stand (`status`, `windows`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.answer import Answer
from launchwindow.events.recording import bring_up
from launchwindow.ledger_values import rfc3339
from launchwindow.model.errors import NotPossible
from launchwindow.report.changes import app_name, change_documents
from launchwindow.report.requests import status_text, unreadable_text
from launchwindow.report.rollbacks import standing_text
from launchwindow.report.visible import visible
from launchwindow.report.windows import windows_json, windows_text
from launchwindow.standing import in_conflict, standings

if TYPE_CHECKING:
    from datetime import date

    from launchwindow.events.workspace import Workspace
    from launchwindow.model.ledger import Deployed
    from launchwindow.standing import Standing


def status(space: Workspace, app: str | None) -> Answer:
    """Open requests and what is deployed; merges that `request` has not recorded yet are counted in."""
    recorded = bring_up(space, space.ledger(), only_look=True)
    policy = space.policy(recorded.tip)
    judge = space.judge(recorded.tip)
    found = standings(recorded.ledger, policy, space.calendar(policy), judge, space.now)
    found = in_conflict(found, recorded.kept_back)
    deployed = [one for one in recorded.ledger.deployed.values() if one.released is not None]
    if app is not None:
        found = [one for one in found if one.request.subject == app]
        deployed = [one for one in deployed if one.subject == app]
        if not found and app not in recorded.ledger.deployed:
            raise NotPossible(f"The ledger knows no app “{visible(app, 100)}”. See `launchwindow status` for all.")
    deployed.sort(key=lambda one: one.subject)
    document = {
        "schema": "launchwindow.status/1",
        "now": rfc3339(space.now),
        "requests": [_request(one) for one in found],
        "deployed": [_deployed(one) for one in deployed],
    }
    overdue = any(one.state == "overdue" for one in found)
    issuers = space.facts.issuers(space.homes(recorded.tip))
    unreadable = sorted(one for one, issuer in issuers.items() if issuer is None and app in (None, one))
    text = status_text(found, deployed, recorded.ledger.main, policy.timezone)
    notes = unreadable_text(unreadable, recorded.ledger.main) + standing_text(deployed, policy.timezone)
    return Answer(notes + text, document, 1 if overdue else 0)


def _request(standing: Standing) -> dict[str, object]:
    request = standing.request
    return {
        "id": request.id,
        "app": app_name(request.subject),
        "environment": request.environment,
        "state": standing.state,
        "window": str(standing.window) if standing.window else None,
        "ready": str(standing.ready) if standing.ready else None,
        "changes": change_documents(standing),
        "because": standing.because,
    }


def _deployed(one: Deployed) -> dict[str, object]:
    assert one.released is not None
    return {
        "app": app_name(one.subject),
        "environment": one.subject.partition("/")[0],
        "commit": one.released.commit,
        "window": str(one.released.window) if one.released.window else None,
        "confirmed": one.released.confirmed_at is not None,
    }


def windows(space: Workspace, first: date | None, number: int) -> Answer:
    """The next deploy windows by the work tree's policy, and why each is on its day."""
    calendar = space.calendar(space.own_policy())
    found, skipped = calendar.from_date(first or calendar.local_date(space.now), number)
    return Answer(windows_text(found, skipped), windows_json(found, skipped))
