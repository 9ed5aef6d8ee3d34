"""Somebody wants deploy windows, change requests and rotations in a calendar program (`windows --ics`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.agendas import Agendas, of_partner
from launchwindow.events.answer import Answer
from launchwindow.events.certificate_desk import CertificateDesk
from launchwindow.events.recording import bring_up
from launchwindow.events.workspace import no_ledger
from launchwindow.exchange.ics import LARGEST
from launchwindow.io.place import keep_out_of_git
from launchwindow.io.replace import read_output, replace_output
from launchwindow.load.plain import nearest
from launchwindow.model.errors import NotPossible
from launchwindow.report.agenda import differences, written_text
from launchwindow.report.visible import visible
from launchwindow.report.windows import windows_json
from launchwindow.standing import in_conflict, standings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from launchwindow.events.recording import Recorded
    from launchwindow.events.workspace import Workspace
    from launchwindow.model.agenda import Entry
    from launchwindow.model.window import Skipped, Window
    from launchwindow.report.certificates import Certificates


def calendar_file(space: Workspace, file: Path, partner: str | None, first: date | None, number: int) -> Answer:
    """Write the calendar to `file`, as the next revision of what is there.

    Raises `NotPossible`, with the file as it was, when that is not such a calendar, or no partner is called so.
    """
    keep_out_of_git(file)
    stored, ledger = space.read_ledger()
    if ledger is None:
        raise no_ledger()
    recorded = bring_up(space, ledger, only_look=True)
    policy = space.policy(recorded.tip)
    calendar = space.calendar(policy)
    _require_partner(space, recorded, partner)
    found, skipped = calendar.from_date(first or calendar.local_date(space.now), number)
    data = read_output(file, LARGEST)
    agendas = Agendas(space, stored, recorded, found)
    judge = space.judge(recorded.tip)
    requests = in_conflict(standings(recorded.ledger, policy, calendar, judge, space.now), recorded.kept_back)
    requests = [one for one in requests if of_partner(partner, one.request.subject)]
    certificates = _certificates(space, recorded, partner)
    revision = agendas.next(data, visible(str(file)), partner, requests, certificates)
    if revision.data != data:
        replace_output(file, data, revision.data)
    text = written_text(str(file), revision.before, revision.after)
    return Answer(text, _document(found, skipped, file, revision.before, revision.after))


def _document(
    found: Sequence[Window], skipped: Sequence[Skipped], file: Path, before: Sequence[Entry], after: Sequence[Entry]
) -> dict[str, object]:
    new, changed, cancelled = differences(before, after)
    calendar = {"file": str(file), "events": len(after), "new": new, "changed": changed, "cancelled": cancelled}
    return {**windows_json(found, skipped), "calendar": calendar}


def _require_partner(space: Workspace, recorded: Recorded, partner: str | None) -> None:
    if partner is None:
        return
    known = set(space.corpus(recorded.tip).partners)
    known |= {subject.split("/")[1] for subject in (*recorded.ledger.deployed, *_subjects(recorded))}
    if partner not in known:
        near = nearest(partner, sorted(known))
        hint = f"Did you mean “{visible(near)}”?" if near else "Partners are the folders of apps/."
        raise NotPossible(f"There is no partner “{visible(partner, 100)}” on {visible(recorded.ledger.main)}. {hint}")


def _subjects(recorded: Recorded) -> list[str]:
    return [one.partition("@")[0] for one in recorded.ledger.requests]


def _certificates(space: Workspace, recorded: Recorded, partner: str | None) -> list[Certificates]:
    desk = CertificateDesk(space, whole=partner is None, recorded=recorded)
    apps = [one for one in space.corpus(recorded.tip).apps if of_partner(partner, one.id)]
    return [desk.certificates(one) for one in apps]
