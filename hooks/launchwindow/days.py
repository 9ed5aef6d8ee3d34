"""policy -> what a day is, and on which day the window of a regular day falls (design §6).

The page says "If the regular deployment is scheduled for a holiday, then it will be completed on an alternate day"
(Request deployment). Which day that is, the policy says; here stands only how the policy is read.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache, partial
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import TYPE_CHECKING

from launchwindow.model.errors import PolicyError
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from launchwindow.model.policy import Policy

    Begin = Callable[[Callable[[], list[dict[str, str]]]], Callable[[], list[dict[str, str]]]]

ALTERNATE_DAYS = 60
"""How many days away an alternate day may be; without a free one among them the regular day is skipped."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SATURDAY = 5


class Placement(NamedTuple):
    """Where the window of a regular day falls, None for nowhere, and the sentence that says why."""

    date: date | None
    because: str


_Year = tuple[str, str, int]
_known: dict[_Year, Mapping[date, str]] = {}
_begun: dict[_Year, Callable[[], Mapping[str, str]]] = {}
"""What waits for the holidays of a year."""


def holiday_names(country: str, category: str, year: int) -> Mapping[date, str]:
    """The holidays that fall in a year, observed days included: 2027-12-31 is New Year's Day 2028 observed.

    Raises PolicyError for a country or a category that the holidays package does not have.
    """
    key = country, category, year
    if key not in _known:
        begun = _begun.pop(key, None)
        _known[key] = (_find_holidays(*key) if begun is None
                       else {date.fromisoformat(day): name for day, name in begun().items()})  # fmt: skip
    return _known[key]


def look_up_ahead(country: str, category: str, years: Collection[int], ahead: Begin) -> None:
    """Begin to find out the holidays of some years, which somebody will ask for.

    `ahead` begins some work, whose result is made of texts, numbers, lists and mappings, and gives what waits for it.
    """
    if all((country, category, year) in {**_known, **_begun} for year in years):
        return

    def find() -> list[dict[str, str]]:
        return [{day.isoformat(): name for day, name in _find_holidays(country, category, year).items()}
                for year in years]  # fmt: skip

    answer = cache(ahead(find))
    for number, year in enumerate(years):
        _begun[country, category, year] = partial(_one_of, answer, number)


def _one_of(answer: Callable[[], Sequence[Mapping[str, str]]], number: int) -> Mapping[str, str]:
    return answer()[number]


def _find_holidays(country: str, category: str, year: int) -> Mapping[date, str]:
    # Costs more than all else that a commit's check imports.
    with _without_its_version("holidays"):
        from holidays import country_holidays

    try:
        with _alone("holidays.countries"):
            days = country_holidays(country, years=year, categories=category)
    except (NotImplementedError, ValueError) as error:
        problem = f"windows.holidays: {str(error).rstrip('.')}; name one that the holidays package has"
        raise PolicyError((problem,)) from error
    return {day: name for day, name in days.items() if day.year == year}


@contextmanager
def _without_its_version(package: str) -> Iterator[None]:
    """Let a package be imported that asks for its own version, which nobody needs to know.

    To be told it takes `importlib.metadata`, and with that sockets and electronic mail: two fifths of the whole import.
    """
    name = f"{package}.version"
    if package in sys.modules or name in sys.modules:
        yield
        return
    sys.modules[name] = ModuleType(name)
    vars(sys.modules[name])["__version__"] = ""
    try:
        yield
    finally:
        del sys.modules[name]


@contextmanager
def _alone(package: str) -> Iterator[None]:
    """Let one module of a package be imported without the package's own code.

    That of the countries imports two hundred others, and took as long as all the rest of the holidays package. It is
    there but not run meanwhile, and afterwards as if nobody had asked for it.
    """
    spec = None if package in sys.modules else find_spec(package)
    if spec is None:
        yield
        return
    sys.modules[package] = module_from_spec(spec)
    try:
        yield
    finally:
        del sys.modules[package]


class Days:
    """Every day as one policy sees it. Methods that look up holidays may raise PolicyError.

    `closures_added` says at which aware moment a closure (by its date) came into the policy; it matters only to
    `alternate: previous-business-day`. A closure that came in after the window of its alternate day had closed goes
    to the next business day instead. A closure it doesn't name counts as known in good time; holidays always do.
    That moment, not today, is what decides: so an answer stays the same however often it is asked for.
    """

    __slots__ = ("_added", "_closures", "_policy", "_windows")

    def __init__(self, policy: Policy, closures_added: Mapping[date, datetime] | None = None) -> None:
        self._policy = policy
        self._windows = policy.windows
        self._closures = {closure.date: closure.reason for closure in policy.windows.closures}
        self._added = closures_added or {}

    def holiday_because(self, day: date) -> str | None:
        """Which holiday or closure it is, as a sentence without a full stop: closures are added to the holidays."""
        names = holiday_names(self._windows.holiday_country, self._windows.holiday_category, day.year)
        if day in names:
            return f"{name(day)} is {names[day]}"
        return f"{name(day)} is closed: {_line(self._closures[day])}" if day in self._closures else None

    def closed_because(self, day: date) -> str | None:
        """Why it is no business day, as a sentence without a full stop; a freeze stops deploys, not business."""
        return self.holiday_because(day) or (f"{name(day)} is no business day" if day.weekday() >= SATURDAY else None)

    def frozen_because(self, day: date) -> str | None:
        """Which freeze it is in, as a sentence without a full stop."""
        for freeze in self._windows.freezes:
            if freeze.first <= day <= freeze.last:
                return f"{freeze.first} to {freeze.last} is a freeze: {_line(freeze.reason)}"
        return None

    def unfit_because(self, day: date) -> str | None:
        """Why it can't be an alternate day, as a sentence without a full stop."""
        if reason := self.closed_because(day) or self.frozen_because(day):
            return reason
        if day.weekday() in self._windows.avoid_weekdays:
            return f"{name(day)} is avoided"
        if self._windows.avoid_day_before_holiday and (reason := self.holiday_because(shift(day, 1))):
            return f"{name(day)} is avoided: {reason}"
        return None

    def regular(self, first: date, last: date) -> Iterator[date]:
        """The days from `first` to `last`, both included, that the policy's weekdays name."""
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            if (ordinal - 1) % 7 in self._windows.days:
                yield date.fromordinal(ordinal)

    def hours(self, day: date) -> tuple[datetime, datetime]:
        """When a window on that day opens and closes, aware, in the policy's time zone."""
        zone = self._policy.timezone
        return datetime.combine(day, self._windows.opens, zone), datetime.combine(day, self._windows.closes, zone)

    def place(self, regular: date) -> Placement:
        """Where the window of a regular day falls; the rules in design §6's order: moved, then frozen, then closed."""
        to = self._windows.moved.get(regular)
        if to is not None:
            return Placement(to, f"{name(regular)} is moved to {name(to)} by the policy")
        if frozen := self.frozen_because(regular):
            return Placement(None, f"{name(regular)} has no deploy window: {frozen}")
        if closed := self.holiday_because(regular):
            return self._alternate(regular, closed)
        return Placement(regular, f"{name(regular)} is a regular day")

    def _alternate(self, regular: date, closed: str) -> Placement:
        if self._windows.alternate == "next-business-day":
            return self._search(regular, 1, [closed])
        found = self._search(regular, -1, [closed])
        if found.date is None or not self._came_too_late(regular, found.date):
            return found
        past = f"{name(found.date)} was already past when the closure was added"
        return self._search(regular, 1, [closed, past])

    def _search(self, regular: date, step: int, reasons: list[str]) -> Placement:
        side = "after" if step > 0 else "before"
        nowhere = f"{reasons[0]}; no business day is free in the {ALTERNATE_DAYS} days {side} it"
        for distance in range(1, ALTERNATE_DAYS + 1):
            day = shift(regular, step * distance)
            reason = self.unfit_because(day)
            if reason is None:
                which = "next" if step > 0 else "previous"
                return Placement(day, "; ".join([*reasons, f"{name(day)} is the {which} business day"]))
            # Everyone knows that a weekend is none; a freeze of many days is told once.
            if day.weekday() < SATURDAY and reason not in reasons:
                reasons.append(reason)
        return Placement(None, nowhere)

    def _came_too_late(self, regular: date, alternate: date) -> bool:
        """Whether only closures that were added once the alternate's window had closed brought it there."""
        closes_at = self.hours(alternate)[1]
        late = {day for day in self._closures if day in self._added and self._added[day] >= closes_at}
        if not late:
            return False
        kept = tuple(closure for closure in self._windows.closures if closure.date not in late)
        before = Days(self._policy._replace(windows=self._windows._replace(closures=kept)))
        return before.place(regular).date != alternate


def shift(day: date, days: int) -> date:
    """A day so many days away, held within what a date can be."""
    try:
        return day + timedelta(days)
    except OverflowError:
        return date.max if days > 0 else date.min


def name(day: date) -> str:
    """`Thursday 2026-11-26`, whatever the process's locale is."""
    return f"{WEEKDAYS[day.weekday()]} {day}"


def _line(reason: str) -> str:
    """A reason from the policy as part of one line."""
    return " ".join(reason.split()).rstrip(".")
