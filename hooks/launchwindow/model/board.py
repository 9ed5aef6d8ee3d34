"""What the board shows, as values: nothing of them is markup, and none is worked out anew while pages are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from launchwindow.model.ledger import State
    from launchwindow.model.tracker import Handed
    from launchwindow.model.window import Skipped, Window


class Pending(NamedTuple):
    """An open change request."""

    id: str
    subject: str
    """environment/partner/app, or environment/partner for a partner's record."""
    title: str
    state: State
    window: date | None
    """The window that takes it, or the day on which it was handed over."""
    because: str
    changes: tuple[str, ...]
    """A line for each change, its sign first; of a request that was handed over there are none any more."""
    merged_at: datetime
    logo: bool
    """Whether a logo file has to go along, which the IdP's deployers handle by themselves."""
    pull: int | None

    @property
    def environment(self) -> str:
        """The environment that it changes."""
        return self.subject.partition("/")[0]

    @property
    def partner(self) -> str:
        """Whose it is."""
        return self.subject.split("/")[1]

    @property
    def stands(self) -> str:
        """Its state; `waiting` for what would be scheduled if any window took it."""
        return "waiting" if self.state == "scheduled" and self.window is None else self.state

    @property
    def commit(self) -> str:
        """The merge, as its id has it."""
        return self.id.rpartition("@")[2]


class Ended(NamedTuple):
    """A change request that came to its end."""

    id: str
    title: str
    state: State
    at: datetime
    note: str


class Live(NamedTuple):
    """What was last handed over of an app, or of a partner's record."""

    commit: str
    window: date | None
    kind: str
    at: datetime
    confirmed_at: datetime | None
    active: bool
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    """(what it is, its values) of what the IdP received."""


class Held(NamedTuple):
    """A certificate of an app."""

    name: str
    fingerprint: str
    key: str | None
    expires: date | None
    places: tuple[str, ...]
    """Where it is: in the file, requested, released, confirmed."""
    begin_by: date | None
    """The last day to begin its rotation; None where it has a successor, or that is not known."""


class App(NamedTuple):
    """One app, or with its `subject` of two parts one partner's record, in one environment."""

    subject: str
    name: str | None
    """What people see while they sign in, as main has it; None where main has none that can be read."""
    protocol: str | None
    step: str | None
    """What has to be done now with its certificates; None where main has no such app that can be read."""
    certificates: tuple[Held, ...]
    endpoints: tuple[tuple[str, str], ...]
    """(what it is for, address)."""
    live: Live | None
    pending: tuple[Pending, ...]
    ended: tuple[Ended, ...]
    """The newest first."""
    older: int
    """How many more came to their end before those."""
    notes: tuple[str, ...]
    """What is wrong or unusual with it, as sentences."""

    @property
    def environment(self) -> str:
        """Where it is."""
        return self.subject.partition("/")[0]

    @property
    def partner(self) -> str:
        """Whose it is."""
        return self.subject.split("/")[1]

    @property
    def id(self) -> str | None:
        """The app's own name among its partner's; None for a partner's record."""
        return self.subject.split("/")[2] if self.subject.count("/") > 1 else None


class Day(NamedTuple):
    """A weekday on which nothing is deployed, and the sentence that says why."""

    date: date
    kind: str
    """`holiday`, also for a closure, or `freeze`."""
    because: str


class Board(NamedTuple):
    """All of it."""

    main: str
    commit: str
    """Main's newest."""
    ledger: str
    """The ledger's newest commit."""
    now: datetime
    zone: ZoneInfo
    windowed: tuple[str, ...]
    """Environments that have deploy windows, in the policy's order."""
    first: date
    last: date
    """The days that the calendar shows."""
    windows: tuple[Window, ...]
    """Those days' deploy windows, in order."""
    taken: frozenset[date]
    """Days whose window each environment with windows has taken already."""
    skipped: tuple[Skipped, ...]
    days: Mapping[date, Day]
    handed: Mapping[date, tuple[Handed, ...]]
    """What was handed over on which of those days."""
    pending: tuple[Pending, ...]
    apps: tuple[App, ...]
    """In the order of partners, apps and environments; partners' records among them."""
    partners: Mapping[str, str | None]
    """Partner -> its name, as main has it."""
