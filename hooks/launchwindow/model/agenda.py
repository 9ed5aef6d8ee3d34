"""A calendar for other programs as values: what stands in it, and as of which revision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from datetime import date, datetime

Kind = Literal["window", "request", "rotation"]
"""A deploy window, a change request that one takes, or the last day to begin a certificate's rotation."""
Status = Literal["CONFIRMED", "CANCELLED"]
"""As RFC 5545 has them."""


class Entry(NamedTuple):
    """One event. Two are the same event when their keys are the same."""

    kind: Kind
    name: str
    """Which of its kind: a date, a request's id, or an app and a certificate's fingerprint."""
    summary: str
    description: str
    starts: date | datetime
    """A day for an event of whole days, else an aware moment."""
    ends: date | datetime
    """The first day, or moment, after it; of the same type as `starts`."""
    status: Status = "CONFIRMED"
    sequence: int = 0
    """How often it has changed since it was first written."""
    stamp: datetime | None = None
    """When it last changed; None for what is not written yet."""

    @property
    def key(self) -> str:
        """What it is known by."""
        return f"{self.kind} {self.name}"


class Agenda(NamedTuple):
    """All that stands in one calendar file."""

    repository: str
    """The first commit of the ledger: calendars of two repositories never share an event."""
    partner: str | None
    """Whose it is; None for that of all."""
    entries: tuple[Entry, ...]
