"""What calendars tell now, of all partners or of one, as the next revision of what they told before."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from launchwindow.events.past import Past
from launchwindow.exchange.ics import from_ics, to_ics
from launchwindow.exchange.revisions import end_of, revised
from launchwindow.model.agenda import Agenda
from launchwindow.model.named import NamedTuple
from launchwindow.report.agenda import (
    request_entry,
    request_name,
    rotation_entries,
    why_no_entry,
    why_no_window,
    window_entry,
)
from launchwindow.standing import ended

if TYPE_CHECKING:
    from collections.abc import Sequence

    from launchwindow.events.recording import Recorded
    from launchwindow.events.workspace import Workspace
    from launchwindow.io.ledger_store import Stored
    from launchwindow.model.agenda import Entry
    from launchwindow.model.window import Window
    from launchwindow.report.certificates import Certificates
    from launchwindow.standing import Standing
    from launchwindow.windows import Calendar


class Revision(NamedTuple):
    """A calendar's next bytes, and what it told before and tells after."""

    data: bytes
    before: Sequence[Entry]
    after: Sequence[Entry]


class Agendas:
    """The calendars of one state of the ledger."""

    def __init__(self, space: Workspace, stored: Stored, recorded: Recorded, windows: Sequence[Window]) -> None:
        self._space, self._stored, self._recorded, self._windows = space, stored, recorded, windows
        policy = space.policy(recorded.tip)
        self._calendar: Calendar = space.calendar(policy)
        self._zone = policy.timezone
        # The ledger's first commit: it stays when main is rewritten.
        self._repository = space.git.run("rev-list", "--max-parents=0", str(stored.tip)).decode().split()[-1]

    def next(
        self, data: bytes | None, name: str, partner: str | None, standings: Sequence[Standing],
        certificates: Sequence[Certificates],
    ) -> Revision:  # fmt: skip
        """What a calendar is after `data`; `standings` and `certificates` are those of its `partner`, or all.

        `name` is what `data` is called where it can't be read: then this raises `NotPossible`.
        """
        before = () if data is None else from_ics(data, name, self._repository, partner, self._zone)
        calendar, now = self._calendar, self._space.now
        known = [calendar.on(date.fromisoformat(one.name)) for one in before
                 if one.kind == "window" and end_of(one, self._zone) > now]  # fmt: skip
        days = {one.date: one for one in (*known, *self._windows) if one is not None}
        entries = [window_entry(one) for one in days.values()]
        settled: set[str] = set()
        why_gone = {one.key: why_no_window(one, calendar) for one in before if one.kind == "window"}
        for one in (*standings, *self._ended(standings, partner, before)):
            entry = request_entry(one, calendar)
            if entry is None:
                why_gone[f"request {request_name(one.request)}"] = why_no_entry(one)
                continue
            entries.append(entry)
            if one.request.released is not None:
                settled.add(entry.key)
        entries.extend(rotation_entries(certificates))
        why_gone.update({one.key: "A successor is on main, or the certificate is not used any more."
                         for one in before if one.kind == "rotation"})  # fmt: skip
        after = revised(before, entries, now, self._zone, settled=settled, why_gone=why_gone)
        if data is not None and after == tuple(before):
            # Many calendars of which few change: to write one out again costs as much as to read it.
            return Revision(data, before, after)
        return Revision(to_ics(Agenda(self._repository, partner, after), self._zone), before, after)

    def _ended(self, standings: Sequence[Standing], partner: str | None, before: Sequence[Entry]) -> list[Standing]:
        """Of the requests that the calendar has, those that came to their end since."""
        there = {request_name(one.request) for one in standings}
        gone = {one.name for one in before if one.kind == "request"} - there
        just_now = [one for one in self._recorded.ledger.closed if request_name(one.request) in gone]
        closed = [*Past(self._space, self._stored).closed_of(gone), *just_now]
        return [ended(one) for one in closed if of_partner(partner, one.request.subject)]


def of_partner(partner: str | None, subject: str) -> bool:
    """Whether it is this partner's; of None all are."""
    return partner in (None, subject.split("/")[1])
