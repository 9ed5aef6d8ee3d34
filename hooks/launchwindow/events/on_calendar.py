"""Somebody wants deploy windows, change requests and rotations in a calendar program (`windows --ics`)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from launchwindow.events.answer import Answer
from launchwindow.events.certificate_desk import CertificateDesk
from launchwindow.events.past import Past
from launchwindow.events.recording import bring_up
from launchwindow.events.workspace import no_ledger
from launchwindow.exchange.ics import LARGEST, from_ics, to_ics
from launchwindow.exchange.revisions import end_of, revised
from launchwindow.io.replace import read_output, replace_output
from launchwindow.load.plain import nearest
from launchwindow.model.agenda import Agenda
from launchwindow.model.errors import NotPossible
from launchwindow.report.agenda import (
    differences,
    request_entry,
    request_name,
    rotation_entries,
    why_no_entry,
    why_no_window,
    window_entry,
    written_text,
)
from launchwindow.report.visible import visible
from launchwindow.report.windows import windows_json
from launchwindow.standing import ended, in_conflict, standings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from launchwindow.events.recording import Recorded
    from launchwindow.events.workspace import Workspace
    from launchwindow.io.ledger_store import Stored
    from launchwindow.model.agenda import Entry
    from launchwindow.model.window import Skipped, Window
    from launchwindow.report.certificates import Certificates
    from launchwindow.standing import Standing
    from launchwindow.windows import Calendar


class _Told(NamedTuple):
    """What the calendar tells now."""

    entries: list[Entry]
    settled: set[str]
    """Keys of what was handed over: it happened as it was told."""
    why_gone: dict[str, str]


def calendar_file(space: Workspace, file: Path, partner: str | None, first: date | None, number: int) -> Answer:
    """Write the calendar to `file`, as the next revision of what is there.

    Raises `NotPossible`, with the file as it was, when that is not such a calendar, or no partner is called so.
    """
    stored, ledger = space.read_ledger()
    if ledger is None:
        raise no_ledger()
    recorded = bring_up(space, ledger, only_look=True)
    policy = space.policy(recorded.tip)
    calendar, zone = space.calendar(policy), policy.timezone
    _require_partner(space, recorded, partner)
    repository = _repository(space, stored)
    data = read_output(file, LARGEST)
    before = () if data is None else from_ics(data, visible(str(file)), repository, partner, zone)
    found, skipped = calendar.from_date(first or calendar.local_date(space.now), number)
    known = [calendar.on(date.fromisoformat(one.name)) for one in before
             if one.kind == "window" and end_of(one, zone) > space.now]  # fmt: skip
    days = {one.date: one for one in (*known, *found) if one is not None}
    told = _Told([window_entry(one) for one in days.values()], set(), {})
    told.why_gone.update({one.key: why_no_window(one, calendar) for one in before if one.kind == "window"})
    _tell_requests(told, _requests(space, recorded, stored, partner, before), calendar)
    told.entries.extend(rotation_entries(_certificates(space, recorded, partner)))
    told.why_gone.update({one.key: "A successor is on main, or the certificate is not used any more."
                          for one in before if one.kind == "rotation"})  # fmt: skip
    after = revised(before, told.entries, space.now, zone, settled=told.settled, why_gone=told.why_gone)
    written = to_ics(Agenda(repository, partner, after), zone)
    if written != data:
        replace_output(file, data, written)
    return Answer(written_text(str(file), before, after), _document(found, skipped, file, before, after))


def _document(
    found: Sequence[Window], skipped: Sequence[Skipped], file: Path, before: Sequence[Entry], after: Sequence[Entry]
) -> dict[str, object]:
    new, changed, cancelled = differences(before, after)
    calendar = {"file": str(file), "events": len(after), "new": new, "changed": changed, "cancelled": cancelled}
    return {**windows_json(found, skipped), "calendar": calendar}


def _repository(space: Workspace, stored: Stored) -> str:
    """The ledger's first commit: it stays when main is rewritten."""
    return space.git.run("rev-list", "--max-parents=0", str(stored.tip)).decode().split()[-1]


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


def _requests(
    space: Workspace, recorded: Recorded, stored: Stored, partner: str | None, before: Sequence[Entry]
) -> list[Standing]:
    """Every open request, and of those that the file has the ones that came to their end since."""
    policy = space.policy(recorded.tip)
    found = standings(recorded.ledger, policy, space.calendar(policy), space.judge(recorded.tip), space.now)
    found = in_conflict(found, recorded.kept_back)
    there = {request_name(one.request) for one in found}
    gone = {one.name for one in before if one.kind == "request"} - there
    just_now = [one for one in recorded.ledger.closed if request_name(one.request) in gone]
    closed = [*Past(space, stored).closed_of(gone), *just_now]
    found += [ended(one) for one in closed]
    return [one for one in found if partner in (None, one.request.subject.split("/")[1])]


def _tell_requests(told: _Told, requests: Sequence[Standing], calendar: Calendar) -> None:
    for one in requests:
        entry = request_entry(one, calendar)
        if entry is None:
            told.why_gone[f"request {request_name(one.request)}"] = why_no_entry(one)
            continue
        told.entries.append(entry)
        if one.request.released is not None:
            told.settled.add(entry.key)


def _certificates(space: Workspace, recorded: Recorded, partner: str | None) -> list[Certificates]:
    desk = CertificateDesk(space, whole=partner is None, recorded=recorded)
    apps = [one for one in space.corpus(recorded.tip).apps if partner in (None, one.id.split("/")[1])]
    return [desk.certificates(one) for one in apps]
