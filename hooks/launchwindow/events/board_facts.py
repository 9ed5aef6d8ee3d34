"""Main, the ledger and its past -> what the board shows. Git is read in bulk, and each app is looked at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from launchwindow.days import SATURDAY, shift
from launchwindow.endpoints import endpoints
from launchwindow.events.certificate_desk import CertificateDesk
from launchwindow.events.past import Past
from launchwindow.load.places import app_place, partner_place
from launchwindow.model.board import App, Board, Day, Pending
from launchwindow.model.named import NamedTuple
from launchwindow.model.row import Row
from launchwindow.record import is_app
from launchwindow.report.board import told
from launchwindow.report.status import PROTOCOLS
from launchwindow.standing import in_conflict, standings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from launchwindow.events.recording import Recorded
    from launchwindow.events.workspace import Workspace
    from launchwindow.io.ledger_store import Stored
    from launchwindow.model.app import App as AppFile
    from launchwindow.model.ledger import Closed, Deployed
    from launchwindow.model.window import Window
    from launchwindow.report.certificates import Certificates
    from launchwindow.standing import Standing
    from launchwindow.windows import Calendar

WINDOWS = 26
"""Windows ahead, as `windows --ics` has them."""
BACK = timedelta(weeks=8)
"""How far back the calendar goes."""
HISTORY = 10
"""Ended requests that an app's page has, of the newest years that have so many."""
_OFF_MAIN = "Main has it no more; what was deployed stays until a deploy window takes it away or switches it off"
_UNREADABLE = "Its file on main can't be read. It stays as it was until that is mended: `launchwindow check` says where"


class Facts(NamedTuple):
    """What the board shows, and what its calendars tell."""

    board: Board
    windows: tuple[Window, ...]
    """Those ahead."""
    standings: list[Standing]
    certificates: list[Certificates]
    partners: tuple[str, ...]


class Looking:
    """One state of the ledger with all of main's merges in it."""

    def __init__(self, space: Workspace, stored: Stored, recorded: Recorded) -> None:
        self._space, self._stored, self._recorded = space, stored, recorded
        self._corpus = space.corpus(recorded.tip)
        self._policy = space.policy(recorded.tip)
        self._calendar: Calendar = space.calendar(self._policy)
        self._today = self._calendar.local_date(space.now)

    def facts(self) -> Facts:
        """All of it."""
        space, recorded, policy, calendar = self._space, self._recorded, self._policy, self._calendar
        desk = CertificateDesk(space, whole=True, recorded=recorded)
        certificates = [desk.certificates(one) for one in self._corpus.apps]
        found = standings(recorded.ledger, policy, calendar, space.judge(recorded.tip), space.now)
        found = in_conflict(found, recorded.kept_back)
        pending = tuple(told.pending(one) for one in found)
        ahead, _ = calendar.from_date(self._today, WINDOWS)
        apps = tuple(self._apps(certificates, pending))
        partners = {one.partner: None for one in apps} | {
            name: _name(partner.data.get("name")) for name, partner in self._corpus.partners.items()
        }
        board = self._board(ahead, pending, apps, dict(sorted(partners.items())))
        return Facts(board, ahead, found, certificates, tuple(board.partners))

    def _board(
        self, ahead: Sequence[Window], pending: tuple[Pending, ...], apps: tuple[App, ...],
        partners: Mapping[str, str | None],
    ) -> Board:  # fmt: skip
        calendar, ledger = self._calendar, self._recorded.ledger
        first = (self._today - BACK).replace(day=1)
        last = ahead[-1].date if ahead else shift(self._today, 90)
        environments = self._policy.environments
        windowed = tuple(name for name, one in environments.items() if one.windows)
        past = Past(self._space, self._stored)
        handed = past.handed(tuple(environments), [shift(first, one) for one in range((self._today - first).days + 1)])
        return Board(
            main=ledger.main,
            commit=self._recorded.tip,
            ledger=str(self._stored.tip),
            now=self._space.now,
            zone=self._policy.timezone,
            windowed=windowed,
            first=first,
            last=last,
            windows=calendar.windows(first, last),
            taken=frozenset(day for _, day in ledger.taken if all((name, day) in ledger.taken for name in windowed)),
            skipped=calendar.skipped(first, last),
            days={one.date: one for one in self._closed_days(first, last)},
            handed={day: runs for day, runs in sorted(handed.items()) if runs},
            pending=pending,
            apps=apps,
            partners=partners,
        )

    def _closed_days(self, first: date, last: date) -> Iterator[Day]:
        for distance in range((last - first).days + 1):
            day = shift(first, distance)
            frozen = self._calendar.frozen_because(day)
            closed = self._calendar.closed_because(day) if day.weekday() < SATURDAY else None
            if frozen is not None:
                yield Day(day, "freeze", told.said(frozen, 300))
            elif closed is not None:
                yield Day(day, "holiday", told.said(closed, 300))

    def _apps(self, certificates: Iterable[Certificates], pending: Iterable[Pending]) -> Iterator[App]:
        """Every app and partner's record that main or the ledger knows."""
        ledger = self._recorded.ledger
        on_main = {one.id: one for one in self._corpus.apps}
        held = {one.app_id: one for one in certificates}
        unreadable = set(self._unreadable())
        waiting: dict[str, list[Pending]] = {}
        for one in pending:
            waiting.setdefault(one.subject, []).append(one)
        subjects = {*on_main, *ledger.deployed, *waiting, *(one for one in unreadable if is_app(one))}
        ended, older = self._ended(subjects)
        for subject in sorted(subjects, key=lambda one: (*one.split("/")[1:], one)):
            deployed = ledger.deployed.get(subject)
            app = on_main.get(subject)
            live = told.live(deployed.released) if deployed is not None and deployed.released is not None else None
            protocol = self._protocol(app, deployed)
            certs = held.get(subject)
            name = _name(app.data.get("friendly_name")) if app is not None else None
            yield App(
                subject=subject,
                name=name,
                protocol=None if protocol is None else PROTOCOLS.get(protocol, told.said(protocol, 60)),
                step=certs.step if certs is not None else None,
                certificates=told.certificates(certs) if certs is not None else (),
                endpoints=endpoints(self._policy, subject.partition("/")[0], protocol) if protocol else (),
                live=live,
                pending=tuple(waiting.get(subject, ())),
                ended=tuple(told.ended(one) for one in ended.get(subject, ())),
                older=older.get(subject, 0),
                notes=told.notes(self._notes(subject, deployed, on_main=app is not None, unreadable=unreadable)),
            )

    def _unreadable(self) -> Iterator[str]:
        for one in self._corpus.refusals:
            app, partner = app_place(one.path), partner_place(one.path)
            if app is not None:
                yield "/".join(app)
            elif partner is not None:
                yield from (f"{name}/{partner}" for name in self._policy.environments)

    def _protocol(self, app: AppFile | None, deployed: Deployed | None) -> str | None:
        if app is not None:
            return app.protocol
        row = deployed.released.row if deployed is not None and deployed.released is not None else None
        return str(row.columns["protocol"]) if isinstance(row, Row) and row.active else None

    def _notes(self, subject: str, deployed: Deployed | None, *, on_main: bool, unreadable: set[str]) -> Iterator[str]:
        if subject in unreadable:
            yield _UNREADABLE
        elif is_app(subject) and not on_main:
            row = deployed.released.row if deployed is not None and deployed.released is not None else None
            yield _OFF_MAIN if isinstance(row, Row) and row.active else ""
        back = deployed.rollback if deployed is not None else None
        if back is not None:
            yield (
                f"Rolled back since {back.at.astimezone(self._policy.timezone).date()} by {back.by}: "
                f"{back.reason.rstrip('.')}. Nothing else of it goes live until {back.branch} is merged, or "
                f"`launchwindow rollback {subject} --cancel --by EMAIL --reason TEXT`"
            )

    def _ended(self, subjects: set[str]) -> tuple[dict[str, list[Closed]], dict[str, int]]:
        """The newest requests of each that came to their end, and how many more there are."""
        past = Past(self._space, self._stored)
        found = past.newest(HISTORY)
        ended: dict[str, list[Closed]] = {}
        for one in (*self._recorded.ledger.closed, *found.closed):
            if one.request.subject in subjects:
                ended.setdefault(one.request.subject, []).append(one)
        older = {one: found.total.get(one, 0) - HISTORY for one in ended if found.total.get(one, 0) > HISTORY}
        newest = {one: sorted(of, key=lambda each: (each.at, each.request.order), reverse=True)[:HISTORY]
                  for one, of in ended.items()}  # fmt: skip
        return newest, older


def _name(value: object) -> str | None:
    return told.said(value, 80) if isinstance(value, str) and value else None
