"""A time zone as the VTIMEZONE of a calendar file.

Not every calendar program is known to read lists of single days there, so a zone that changes its clocks by one rule
every year is told by that rule; for any other the library's list is better than nothing.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from zoneinfo import ZoneInfo

    from icalendar import Timezone

_YEARS = 10
"""How many years ahead a rule must hold."""
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class _Change(NamedTuple):
    """One change of the clocks."""

    at: datetime
    """By the clock as it was until then, naive."""
    before: timedelta
    after: timedelta
    name: str
    summer: bool


def time_zone(zone: ZoneInfo, first: int) -> Timezone:
    """The zone from the year before `first` on."""
    from icalendar import Timezone

    changes = list(_changes(zone, first - 1, first + _YEARS))
    rules = _rules(changes)
    if rules is None:
        return Timezone.from_tzid(zone.key, first_date=date(first - 1, 1, 1), last_date=date(first + _YEARS, 1, 1))
    found = Timezone()
    found.add("tzid", zone.key)
    if not changes:
        start = datetime(first - 1, 1, 1, tzinfo=zone)
        offset = start.utcoffset() or timedelta()
        still = _Change(start.replace(tzinfo=None), offset, offset, start.tzname() or zone.key, summer=False)
        _add(found, still, None)
    for change, rule in rules:
        _add(found, change, rule)
    return found


def _add(zone: Timezone, change: _Change, rule: dict[str, object] | None) -> None:
    from icalendar import TimezoneDaylight, TimezoneStandard

    part = TimezoneDaylight() if change.summer else TimezoneStandard()
    part.add("dtstart", change.at)
    part.add("tzoffsetfrom", change.before)
    part.add("tzoffsetto", change.after)
    part.add("tzname", change.name)
    if rule is not None:
        part.add("rrule", rule)
    zone.add_component(part)


def _changes(zone: ZoneInfo, first: int, last: int) -> Iterator[_Change]:
    """Every change of the clocks from the first year's beginning to the last one's."""
    low, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last, 1, 1, tzinfo=UTC)
    while low < end:
        high = low + timedelta(days=1)
        if _offset(zone, low) != _offset(zone, high):
            yield _change(zone, low, high)
        low = high


def _change(zone: ZoneInfo, low: datetime, high: datetime) -> _Change:
    before, after = _offset(zone, low), _offset(zone, high)
    while high - low > timedelta(minutes=1):
        middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
        low, high = (low, middle) if _offset(zone, middle) != before else (middle, high)
    local = high.astimezone(zone)
    return _Change((high + before).replace(tzinfo=None), before, after, local.tzname() or "", bool(local.dst()))


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _rules(changes: Sequence[_Change]) -> list[tuple[_Change, dict[str, object]]] | None:
    """The first change of each kind with the rule that all of its kind follow, one a year; None where one does not."""
    kinds: dict[tuple[object, ...], list[_Change]] = {}
    for one in changes:
        kinds.setdefault((one.summer, one.before, one.after, one.at.month, one.at.weekday(), one.at.time()), []).append(
            one
        )
    found = []
    for members in kinds.values():
        years = [one.at.year for one in members]
        which = _which([one.at for one in members])
        if which is None or years != list(range(years[0], years[0] + _YEARS + 1)):
            return None
        first = members[0]
        day = f"{which}{_DAYS[first.at.weekday()]}"
        found.append((first, {"freq": "yearly", "bymonth": first.at.month, "byday": day}))
    return found


def _which(days: Sequence[datetime]) -> int | None:
    """Which of its weekday in the month each day is: the first, second, … or, -1, the last."""
    numbers = {(day.day - 1) // 7 + 1 for day in days}
    if len(numbers) == 1 and numbers < {1, 2, 3, 4}:
        return numbers.pop()
    return -1 if all(day.day + 7 > monthrange(day.year, day.month)[1] for day in days) else None
