"""What a calendar file said before + what is so now -> what it says next: an event's number rises when it changes."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import date
    from zoneinfo import ZoneInfo

    from launchwindow.model.agenda import Entry

KEPT = timedelta(days=90)
"""How long after its end an event stays in the file: calendars that follow the file forget what it leaves out."""
_GONE = "This is no longer so."


def revised(
    before: Iterable[Entry], wanted: Iterable[Entry], now: datetime, zone: ZoneInfo, *,
    settled: Collection[str] = (), why_gone: Mapping[str, str] | None = None,
) -> tuple[Entry, ...]:  # fmt: skip
    """The events that the file holds next, in the order of their days.

    An event that is wanted as it was keeps its number and its time; one that is new begins at 0, any other difference
    counts on. What is not wanted any more is cancelled, unless it is over: the past stays as it was told. The keys in
    `settled` are of events that have happened as they were told, and change only when their time does; `why_gone` has
    what to say of events that are cancelled. One that has begun, and of which it says nothing, stays as well.
    """
    earlier = {one.key: one for one in before}
    asked = {one.key: one for one in wanted}
    found = [_next(earlier.get(key), one, now, key in settled) for key, one in asked.items()]
    found += _left(earlier, asked, now, zone, why_gone or {})
    kept = (one for one in found if end_of(one, zone) > now - KEPT)
    return tuple(sorted(kept, key=lambda one: (_start_of(one, zone), one.key)))


def _next(before: Entry | None, one: Entry, now: datetime, settled: bool) -> Entry:
    if before is None:
        return one._replace(sequence=0, stamp=now)
    same_time = (before.starts, before.ends, before.status) == (one.starts, one.ends, one.status)
    if (settled and same_time) or before == one._replace(sequence=before.sequence, stamp=before.stamp):
        return before
    return one._replace(sequence=before.sequence + 1, stamp=now)


def _left(
    earlier: Mapping[str, Entry], asked: Mapping[str, Entry], now: datetime, zone: ZoneInfo, why: Mapping[str, str]
) -> Iterator[Entry]:
    """What the file has and nobody wants any more."""
    for key, one in earlier.items():
        if key in asked:
            continue
        begun = key not in why and _start_of(one, zone) <= now
        if one.status == "CANCELLED" or begun or end_of(one, zone) <= now:
            yield one
        else:
            yield one._replace(
                status="CANCELLED", description=why.get(key, _GONE), sequence=one.sequence + 1, stamp=now
            )


def end_of(one: Entry, zone: ZoneInfo) -> datetime:
    """The moment at which an event is over."""
    return _moment(one.ends, zone)


def _start_of(one: Entry, zone: ZoneInfo) -> datetime:
    return _moment(one.starts, zone)


def _moment(at: date | datetime, zone: ZoneInfo) -> datetime:
    if isinstance(at, datetime):
        return at
    return datetime.combine(at, time.min, zone)
