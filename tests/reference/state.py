"""What the model knows of one app or partner in one environment, and brute force over all of its states.

An app keeps every state that main ever gave it. Nothing is pruned, so that what counts from where is read off the
words of the design: a change is an (entry, value after) of `diff`, and `S0` is the row that was last released.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from reference.calendar import local

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reference.fleet import Content, Flat

Change = tuple[str, object]
"""(entry, value after or None where it is absent)."""
Errors = frozenset[tuple[str, str]]
LATELY = timedelta(days=30)


class Facts(NamedTuple):
    """What fixes the days of notice when a request is recorded."""

    days: int
    push: int
    hosts: frozenset[str]
    lately: tuple[Flat | None, ...]
    """Rows that were the confirmed one in the 30 days before the merge; None: the app was not there."""

    def notice(self, change: Change) -> int:
        """Days, by the design's section 7, "Notice"."""
        key, value = change
        if any(row.get(key) == value for row in self.lately if row is not None):
            return 0
        if None in self.lately and change == ("active", False):
            return 0
        if key == "push" and value is not None and str(urlsplit(str(value)).hostname) not in self.hosts:
            return max(self.days, self.push)
        return self.days


class Request(NamedTuple):
    """What one merge made of one app: its state `Sk`, and who may have it released."""

    order: int
    commit: str
    at: datetime
    row: Flat | None
    errors: Errors
    names: Mapping[str, str]
    """Certificate as the file names it -> its entry's name."""
    approvals: frozenset[str]
    needed: int
    starts: date
    facts: Facts
    schedule: Mapping[str, object]
    holds: frozenset[str] = frozenset()
    """Why it is held: `hold`, `failed`, `rollback`, `digest`."""
    short: date | None = None
    digest: str | None = None
    source: tuple[str, Content] | None = None
    """Its file: path and content."""
    only_schedule: bool = False
    """It changed nothing that the identity provider receives: it is approved or not, and no state."""
    vanished: bool = False
    """Withdrawn and closed: only its values that are in force stay."""
    asked: frozenset[Change] = frozenset()
    """What its merge itself changed."""
    issuer: str = ""
    """By which its app was known then."""
    former: frozenset[str] = frozenset()
    """What its app was called before it moved."""

    @property
    def approved(self) -> bool:
        """Whether it has the reviews that it needs."""
        return len(self.approvals) >= self.needed

    def over(self, change: Change) -> date:
        """The day on which a change's notice is over."""
        ends = self.starts + timedelta(days=self.facts.notice(change))
        return min(ends, self.short) if self.short else ends


class Release(NamedTuple):
    """A row that was handed over."""

    number: int
    kind: str
    window: date | None
    at: datetime
    order: int
    commit: str
    row: Flat
    errors: Errors
    handed: tuple[int, ...] = ()
    brought: bool = False
    """Whether the issuer came to the identity provider by it for the first time."""
    source: tuple[str, Content] | None = None
    """The app's file as it was released; None where it was gone."""
    before: Standing | None = None
    """What the app stood at before it; None for what was adopted."""


class Standing(NamedTuple):
    """What an app was released and confirmed with."""

    confirmed: Release | None
    unconfirmed: tuple[Release, ...]
    past: tuple[tuple[Flat | None, datetime], ...]
    certs_since: date | None
    earlier: tuple[Release, ...]


class App(NamedTuple):
    """One app, or one partner's file (`kind`), in one environment."""

    uid: int
    kind: str
    environment: str
    subject: str
    issuer: str
    path: str | None
    """Its file on main now; None: it is gone."""
    main: Flat | None
    values: Mapping[str, object]
    """Schedule values as main's file has them."""
    base: Mapping[str, object]
    """Schedule values that were adopted."""
    states: tuple[Request, ...] = ()
    confirmed: Release | None = None
    unconfirmed: tuple[Release, ...] = ()
    past: tuple[tuple[Flat | None, datetime], ...] = ()
    """(row that was the confirmed one, until when)."""
    certs_since: date | None = None
    """Local day of the last confirmation that changed its certificates."""
    earlier: tuple[Release, ...] = ()
    """What was confirmed before the one that is, oldest first."""
    rolled: tuple[str, Flat] | None = None
    """The digest and the row that end a rollback: whichever comes first."""

    @property
    def last(self) -> Release | None:
        """What was last handed over."""
        return self.unconfirmed[-1] if self.unconfirmed else self.confirmed

    @property
    def standing(self) -> Standing:
        """To go back to, if what is released now fails."""
        return Standing(self.confirmed, self.unconfirmed, self.past, self.certs_since, self.earlier)

    @property
    def freed(self) -> App:
        """After a rollback."""
        freed = [one._replace(holds=one.holds - {"rollback"}) for one in self.states]
        return self.replaced(*freed)._replace(rolled=None)

    @property
    def s0(self) -> Flat | None:
        """The row of it."""
        return self.last.row if self.last else None

    @property
    def handed(self) -> dict[int, Release]:
        """Requests that were handed over and are not seen to run."""
        return {order: one for one in self.unconfirmed for order in one.handed}

    @property
    def pending(self) -> tuple[Request, ...]:
        """`S1` to `Sn`."""
        order = self.last.order if self.last else -1
        return tuple(one for one in self.states if one.order > order and not one.vanished and not one.only_schedule)

    def request(self, order: int) -> Request:
        """The one that this merge made."""
        return next(one for one in self.states if one.order == order)

    def replaced(self, *requests: Request) -> App:
        """With newer values of requests."""
        new = {one.order: one for one in requests}
        return self._replace(states=tuple(new.get(one.order, one) for one in self.states))

    def value(self, name: str) -> object:
        """A schedule value in force: what the newest approved merge that changed it set."""
        source = self.source(name)
        return source.schedule[name] if source else self.base.get(name)

    def source(self, name: str) -> Request | None:
        """The merge that set the value in force; None: it was adopted."""
        return next((one for one in reversed(self.states) if name in one.schedule and one.approved), None)

    def waits(self, request: Request) -> bool:
        """Whether a schedule value of it waits for its approval: main has no newer one."""
        newer = {name for one in self.states if one.order > request.order for name in one.schedule}
        return not request.approved and not request.vanished and bool(request.schedule.keys() - newer)

    def rows_lately(self, moment: datetime) -> tuple[Flat | None, ...]:
        """What was the confirmed row in the 30 days before a moment."""
        past = tuple(row for row, until in self.past if until >= moment - LATELY)
        return (*past, self.confirmed.row if self.confirmed else None)


def diff(before: Flat | None, after: Flat | None) -> frozenset[Change]:
    """The changes between two rows. After None: the app is gone, which asks for its deactivation alone."""
    if after is None:
        return frozenset({("active", False)} if before and before["active"] else ())
    old = before or {}
    return frozenset((key, after.get(key)) for key in {*old, *after} if old.get(key) != after.get(key))


def result(before: Flat | None, after: Flat | None) -> Flat:
    """What the identity provider has once a state is released."""
    return dict(after) if after is not None else {**(before or {}), "active": False}


class Timeline:
    """`S0` and the pending states of an app, with what counts from where."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.states = app.pending
        self.diffs = [diff(app.s0, one.row) for one in self.states]
        self.kept = list(self.diffs)
        """For each state: what of it is in every later one."""
        for index in reversed(range(len(self.kept) - 1)):
            self.kept[index] = self.diffs[index] & self.kept[index + 1]

    def counts_from(self, change: Change) -> Request:
        """The earliest merge since which every state has it. It must be in the last."""
        return self.states[next(index for index, kept in enumerate(self.kept) if change in kept)]

    def changes(self, request: Request) -> frozenset[Change]:
        """The changes of `diff(S0, Sn)` that count from a merge."""
        if not self.states:
            return frozenset()
        return frozenset(one for one in self.kept[-1] if self.counts_from(one) == request)

    def stays(self, index: int) -> bool:
        """Whether main has taken back nothing of a state."""
        return self.kept[index] == self.diffs[index]

    def in_notice(self, request: Request, day: date) -> bool:
        """Whether something of its own is in notice, or will be once it is approved."""
        changes = [one for one in self.changes(request) if request.facts.notice(one)]
        return bool(changes) and (not request.approved or any(request.over(one) > day for one in changes))

    def early(self, index: int, day: date) -> dict[int, date]:
        """Merge -> when its notice is over, for what is still in notice in a state."""
        found: dict[int, date] = {}
        for change in self.kept[index]:
            source = self.counts_from(change)
            if source.over(change) > day:
                found[source.order] = max(source.over(change), found.get(source.order, date.min))
        return found

    def sources(self, index: int) -> set[int]:
        """Merges whose approval and release a state depends on."""
        return {self.states[index].order} | {self.counts_from(change).order for change in self.kept[index]}


def day_of(request: Request) -> date:
    """The local day of its merge."""
    return local(request.at)
