"""policy -> the calendar: on which days deploys happen, and why on those (design §6).

The page says "Regular deployments occur every Monday and Thursday by the close of the business day. If the regular
deployment is scheduled for a holiday, then it will be completed on an alternate day" (Request deployment). Which day
that is, the policy says; here stands only how the policy is read.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from launchwindow.model.window import Skipped, Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from launchwindow.model.policy import Policy

ALTERNATE_DAYS = 60
"""How many days away an alternate day may be; without a free one among them the regular day is skipped."""
HORIZON_DAYS = 400
"""How far ahead a window is looked for: more than a year, so that only a mistaken policy has none."""
BLOCK_DAYS = 28
"""Windows are found and kept this many days at a time: no answer costs a walk over years."""
SATURDAY = 5


class UnknownHolidays(ValueError):
    """The policy names a country or a category that the holidays package does not have."""


class NoWindow(LookupError):
    """The policy leaves no deploy window within `HORIZON_DAYS` of a day."""


class _Placement(NamedTuple):
    """Where the window of a regular day landed, None for nowhere, and why."""

    date: date | None
    because: str


@cache
def holiday_names(country: str, category: str, year: int) -> Mapping[date, str]:
    """The holidays that fall in a year, observed days included: 2027-12-31 is New Year's Day 2028 observed.

    Raises UnknownHolidays.
    """
    # Costs a tenth of a second, more than all else that a commit's check imports.
    from holidays import country_holidays

    try:
        days = country_holidays(country, years=year, categories=category)
    except (NotImplementedError, ValueError) as error:
        raise UnknownHolidays(f"windows.holidays: {error}; see the holidays package for what it has") from error
    return {day: name for day, name in days.items() if day.year == year}


class Calendar:
    """The deploy windows of one policy; a value: it never changes, it only remembers what it has worked out.

    `closures_added` says when a closure (by its date) came into the policy; it matters only to
    `alternate: previous-business-day`. A closure that came in after the window of its alternate day had closed goes
    to the next business day instead. A closure it doesn't name counts as known in good time; holidays always do.
    That moment, not today, is what decides: so an answer stays the same however often it is asked for.

    The policy is taken as it is; `calendar_problems` says what is wrong with it. Every method that looks up
    holidays may raise UnknownHolidays.
    """

    __slots__ = ("_added", "_blocks", "_closures", "_policy", "_windows")

    def __init__(self, policy: Policy, closures_added: Mapping[date, datetime] | None = None) -> None:
        self._policy = policy
        self._windows = policy.windows
        self._closures = {closure.date: closure.reason for closure in policy.windows.closures}
        self._added = closures_added or {}
        self._blocks: dict[int, tuple[Window, ...]] = {}

    # What a day is.

    def local_date(self, moment: datetime) -> date:
        """The day that an aware moment falls on in the policy's time zone. Raises ValueError for a naive one."""
        if moment.tzinfo is None:
            raise ValueError(f"{moment} has no time zone")
        return moment.astimezone(self._policy.timezone).date()

    def is_business_day(self, day: date) -> bool:
        """Whether it is no weekend, holiday or closure; a freeze stops deploys, not business."""
        return self.closed_because(day) is None

    def closed_because(self, day: date) -> str | None:
        """Why it is no business day, as a sentence without a full stop; None when it is one."""
        return self._holiday(day) or (f"{_name(day)} is no business day" if day.weekday() >= SATURDAY else None)

    def frozen_because(self, day: date) -> str | None:
        """Which freeze it is in, as a sentence without a full stop; None when in none."""
        for freeze in self._windows.freezes:
            if freeze.first <= day <= freeze.last:
                return f"{freeze.first} to {freeze.last} is a freeze: {_line(freeze.reason)}"
        return None

    def regular_days(self, first: date, last: date) -> Iterator[date]:
        """The days from `first` to `last`, both included, that the policy's weekdays name."""
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            if (ordinal - 1) % 7 in self._windows.days:
                yield date.fromordinal(ordinal)

    # Which windows there are.

    def windows(self, first: date, last: date) -> tuple[Window, ...]:
        """The windows dated from `first` to `last`, both included, in order, wherever their regular days are."""
        numbers = range(_block_number(first), _block_number(last) + 1)
        windows = chain.from_iterable(map(self._block, numbers))
        return tuple(window for window in windows if first <= window.date <= last)

    def skipped(self, first: date, last: date) -> tuple[Skipped, ...]:
        """The regular days from `first` to `last`, both included, that have no window anywhere."""
        placed = ((day, self._place(day)) for day in self.regular_days(first, last))
        return tuple(Skipped(day, place.because) for day, place in placed if place.date is None)

    def from_date(self, first: date, count: int) -> tuple[tuple[Window, ...], tuple[Skipped, ...]]:
        """The first `count` windows from a day on, and the regular days skipped from it to the last of them.

        There are fewer when `HORIZON_DAYS` go by without one; then the days skipped in those are told as well.
        """
        found: list[Window] = []
        day = first
        while len(found) < count:
            try:
                found.append(self.next_from(day))
            except NoWindow:
                return tuple(found), self.skipped(first, _shift(day, HORIZON_DAYS))
            day = _shift(found[-1].date, 1)
            if day == found[-1].date:  # the last day that a date can be
                break
        return tuple(found), self.skipped(first, found[-1].date) if found else ()

    def on(self, day: date) -> Window | None:
        """The window dated that day."""
        return next(iter(self.windows(day, day)), None)

    def next_from(self, day: date) -> Window:
        """The first window dated that day or later. Raises NoWindow."""
        last = _shift(day, HORIZON_DAYS)
        for number in range(_block_number(day), _block_number(last) + 1):
            for window in self._block(number):
                if day <= window.date <= last:
                    return window
        raise NoWindow(
            f"no deploy window in the {HORIZON_DAYS} days from {_name(day)}; "
            "shorten windows.freezes or windows.closures in policy.yaml"
        )

    def after(self, moment: datetime) -> Window:
        """The first window that opens after an aware moment: the earliest that takes what was merged then.

        Raises NoWindow; ValueError for a naive moment.
        """
        day = self.local_date(moment)
        window = self.next_from(day)
        return window if moment.astimezone(UTC) < window.opens_at else self.next_from(_shift(day, 1))

    def open_at(self, moment: datetime) -> Window | None:
        """The window that is open at an aware moment. Raises ValueError for a naive one."""
        window = self.on(self.local_date(moment))
        return window if window and window.opens_at <= moment.astimezone(UTC) < window.closes_at else None

    # How a regular day finds its window.

    def _block(self, number: int) -> tuple[Window, ...]:
        """The windows of one block of days, worked out once."""
        if number not in self._blocks:
            first = date.fromordinal(max(number * BLOCK_DAYS, 1))
            last = date.fromordinal(min((number + 1) * BLOCK_DAYS - 1, date.max.toordinal()))
            self._blocks[number] = tuple(self._landed(first, last))
        return self._blocks[number]

    def _landed(self, first: date, last: date) -> Iterator[Window]:
        # Alternates come from at most so far away; moved days from anywhere.
        near = self.regular_days(_shift(first, -ALTERNATE_DAYS), _shift(last, ALTERNATE_DAYS))
        moved = (
            day
            for day, to in self._windows.moved.items()
            if first <= to <= last and day.weekday() in self._windows.days
        )
        landed: dict[date, dict[date, str]] = {}
        for regular in sorted({*near, *moved}):
            place = self._place(regular)
            if place.date is not None and first <= place.date <= last:
                landed.setdefault(place.date, {})[regular] = place.because
        for day in sorted(landed):
            yield Window(tuple(landed[day]), day, *self._hours(day), tuple(landed[day].values()))

    def _hours(self, day: date) -> tuple[datetime, datetime]:
        zone = self._policy.timezone
        return datetime.combine(day, self._windows.opens, zone), datetime.combine(day, self._windows.closes, zone)

    def _place(self, regular: date) -> _Placement:
        """Design §6, in its order: moved, then frozen, then closed."""
        to = self._windows.moved.get(regular)
        if to is not None:
            return _Placement(to, f"{_name(regular)} is moved to {_name(to)} by the policy")
        if frozen := self.frozen_because(regular):
            return _Placement(None, f"{_name(regular)} has no deploy window: {frozen}")
        if closed := self._holiday(regular):
            return self._alternate(regular, closed)
        return _Placement(regular, f"{_name(regular)} is a regular day")

    def _alternate(self, regular: date, closed: str) -> _Placement:
        if self._windows.alternate == "next-business-day":
            return self._search(regular, 1, [closed])
        found = self._search(regular, -1, [closed])
        if found.date is None or not self._came_too_late(regular, found.date):
            return found
        past = f"{_name(found.date)} was already past when the closure was added"
        return self._search(regular, 1, [closed, past])

    def _search(self, regular: date, step: int, reasons: list[str]) -> _Placement:
        day = regular
        for _ in range(ALTERNATE_DAYS):
            # At the ends of the calendar the day stays, and is refused until the search gives up.
            day = _shift(day, step)
            reason = self._unfit(day)
            if reason is None:
                which = "next" if step > 0 else "previous"
                return _Placement(day, "; ".join([*reasons, f"{_name(day)} is the {which} business day"]))
            # Everyone knows that a weekend is none; a freeze of many days is told once.
            if day.weekday() < SATURDAY and reason not in reasons:
                reasons.append(reason)
        side = "after" if step > 0 else "before"
        return _Placement(None, f"{reasons[0]}; no business day is free in the {ALTERNATE_DAYS} days {side} it")

    def _unfit(self, day: date) -> str | None:
        """Why a day can't be an alternate day."""
        if reason := self.closed_because(day) or self.frozen_because(day):
            return reason
        if day.weekday() in self._windows.avoid_weekdays:
            return f"{_name(day)} is avoided"
        if self._windows.avoid_day_before_holiday and (reason := self._holiday(_shift(day, 1))):
            return f"{_name(day)} is avoided: {reason}"
        return None

    def _came_too_late(self, regular: date, alternate: date) -> bool:
        """Whether only closures that were added once the alternate's window had closed brought it there."""
        closes_at = self._hours(alternate)[1]
        late = {day for day, added in self._added.items() if day in self._closures and added >= closes_at}
        if not late:
            return False
        kept = tuple(closure for closure in self._windows.closures if closure.date not in late)
        before = Calendar(self._policy._replace(windows=self._windows._replace(closures=kept)))
        return before._place(regular).date != alternate

    def _holiday(self, day: date) -> str | None:
        """The holiday or closure of a day; closures are added to the holidays."""
        names = holiday_names(self._windows.holiday_country, self._windows.holiday_category, day.year)
        if day in names:
            return f"{_name(day)} is {names[day]}"
        return f"{_name(day)} is closed: {_line(self._closures[day])}" if day in self._closures else None


def calendar_problems(policy: Policy) -> tuple[str, ...]:
    """What is wrong with a policy's windows, as sentences that say what to do; empty when nothing is."""
    windows = policy.windows
    if not windows.days:
        return ("windows.days is empty; name at least one weekday",)
    if windows.opens >= windows.closes:
        return (f"windows.opens ({windows.opens:%H:%M}) must be before windows.closes ({windows.closes:%H:%M})",)
    try:
        calendar = Calendar(policy)
        return (*_moved_problems(calendar, policy), *_gap_problems(calendar, policy))
    except UnknownHolidays as error:
        return (str(error),)


def _moved_problems(calendar: Calendar, policy: Policy) -> Iterator[str]:
    for day, to in sorted(policy.windows.moved.items()):
        if day.weekday() not in policy.windows.days:
            yield f"windows.moved: {_name(day)} is no regular day; only a day of windows.days can be moved"
        # A weekend is nobody's mistake here: a deploy may be planned for a Saturday.
        if reason := calendar._holiday(to) or calendar.frozen_because(to):
            yield f"windows.moved: {day} can't move to {_name(to)}: {reason}; choose a day that is open"


def _gap_problems(calendar: Calendar, policy: Policy) -> Iterator[str]:
    freezes, closures = policy.windows.freezes, policy.windows.closures
    seen = date.min
    # A gap begins where a freeze or a closure does; what the last window found lies beyond needs no second look.
    for day in sorted({*(freeze.first for freeze in freezes), *(closure.date for closure in closures)}):
        if day < seen:
            continue
        try:
            seen = calendar.next_from(day).date
        except NoWindow as error:
            yield f"windows: {error}"
            return


def _block_number(day: date) -> int:
    return day.toordinal() // BLOCK_DAYS


def _shift(day: date, days: int) -> date:
    """A day so many days away, held within what a date can be."""
    try:
        return day + timedelta(days)
    except OverflowError:
        return date.max if days > 0 else date.min


def _name(day: date) -> str:
    """`Thursday 2026-11-26`, whatever the process's locale is."""
    return f"{WEEKDAYS[day.weekday()]} {day}"


def _line(reason: str) -> str:
    """A reason from the policy as part of one line."""
    return " ".join(reason.split()).rstrip(".")


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
