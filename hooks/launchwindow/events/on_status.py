"""Somebody asks where things stand (`status`, `windows`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.endpoints import endpoints
from launchwindow.events.answer import Answer
from launchwindow.events.recording import bring_up
from launchwindow.model.errors import NotPossible
from launchwindow.model.row import Row
from launchwindow.record import is_app
from launchwindow.records import under
from launchwindow.report.rollbacks import standing_text
from launchwindow.report.status import Screen, screen_text, status_json, status_text, unreadable_text
from launchwindow.report.visible import visible
from launchwindow.report.windows import windows_json, windows_text
from launchwindow.standing import in_conflict, standings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from launchwindow.events.recording import Recorded
    from launchwindow.events.workspace import Workspace
    from launchwindow.model.ledger import Deployed


def status(space: Workspace, app: str | None) -> Answer:
    """Open requests and what is deployed; merges that `request` has not recorded yet are counted in."""
    recorded = bring_up(space, space.ledger(), only_look=True)
    policy = space.policy(recorded.tip)
    judge = space.judge(recorded.tip)
    # Of one app, nothing else in the ledger is read.
    subjects = None if app is None else [app]
    found = standings(recorded.ledger, policy, space.calendar(policy), judge, space.now, subjects)
    found = in_conflict(found, recorded.kept_back)
    if app is not None and not found and app not in recorded.ledger.deployed:
        raise NotPossible(f"The ledger knows no app “{visible(app, 100)}”. See `launchwindow status` for all.")
    records = recorded.ledger.deployed.values() if app is None else under(recorded.ledger.deployed, app)
    deployed = [one for one in records if one.released is not None]
    deployed.sort(key=lambda one: one.subject)
    overdue = any(one.state == "overdue" for one in found)
    issuers = space.facts.issuers(space.homes(recorded.tip), subjects)
    unreadable = sorted(one for one, issuer in issuers.items() if issuer is None)
    main, zone = recorded.ledger.main, policy.timezone
    screen = None if app is None else _screen(space, recorded, app, deployed)
    text = (
        status_text(found, deployed, main, zone) if screen is None else screen_text(screen, found, deployed, main, zone)
    )
    notes = unreadable_text(unreadable, main) + standing_text(deployed, zone)
    return Answer(notes + text, status_json(found, deployed, screen, space.now), 1 if overdue else 0)


def _screen(space: Workspace, recorded: Recorded, app: str, deployed: Sequence[Deployed]) -> Screen:
    """What main says of an app, the next step of its certificates, and where it reaches the identity provider."""
    # Judging certificates costs as much as all the rest, and is for one app alone.
    from launchwindow.events.certificate_desk import CertificateDesk

    desk = CertificateDesk(space, recorded=recorded)
    found = desk.on_main(app) if is_app(app) else None
    rows = [one.released.row for one in deployed if one.released is not None]
    live = next((one for one in rows if isinstance(one, Row) and one.active), None)
    protocol = found.protocol if found is not None else str(live.columns["protocol"]) if live is not None else None
    reached = endpoints(desk.policy, app.partition("/")[0], protocol) if protocol is not None else ()
    name = found.data.get("friendly_name") if found is not None else None
    step = desk.step(found) if found is not None else None
    return Screen(app, name if isinstance(name, str) and name else None, protocol or None, step, reached)


def windows(space: Workspace, first: date | None, number: int) -> Answer:
    """The next deploy windows by the work tree's policy, and why each is on its day."""
    calendar = space.calendar(space.own_policy())
    found, skipped = calendar.from_date(first or calendar.local_date(space.now), number)
    return Answer(windows_text(found, skipped), windows_json(found, skipped))
