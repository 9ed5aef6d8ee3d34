"""policy -> the calendar: when deploys happen, and why then (design §6).

The page says "Regular deployments occur every Monday and Thursday by the close of the business day" (Request
deployment). Two windows on one day are one.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import chain
from typing import TYPE_CHECKING

from launchwindow.days import ALTERNATE_DAYS, Days, name, shift
from launchwindow.model.errors import PolicyError
from launchwindow.model.window import Skipped, Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from launchwindow.model.policy import Policy

HORIZON_DAYS = 400
"""How far ahead a window is looked for: more than a year, so that only a mistaken policy has none."""
BLOCK_DAYS = 28
"""Windows are found and kept this many days at a time: no answer costs a walk over years."""


class NoWindowError(PolicyError):
    """The policy leaves no deploy window within `HORIZON_DAYS` of a day."""


class Calendar:
    """The deploy windows of one policy; a value: it never changes, it only remembers what it has worked out.

    `closures_added`: when each closure (by its date) came into the policy, see `days.Days`. The policy is taken as it
    is; `calendar_problems` says what is wrong with it. Every method that looks up a day may raise
    PolicyError, and every method that takes a moment raises ValueError for a naive one.
    """

    __slots__ = ("_blocks", "_days", "_policy")

    def __init__(self, policy: Policy, closures_added: Mapping[date, datetime] | None = None) -> None:
        self._policy = policy
        self._days = Days(policy, closures_added)
        self._blocks: dict[int, tuple[Window, ...]] = {}

    def local_date(self, moment: datetime) -> date:
        """The day that an aware moment falls on in the policy's time zone."""
        if moment.utcoffset() is None:
            raise ValueError(f"{moment} has no time zone")
        return moment.astimezone(self._policy.timezone).date()

    def hours(self, day: date) -> tuple[datetime, datetime]:
        """When a window on that day would open and close, aware, in the policy's time zone."""
        return self._days.hours(day)

    def is_business_day(self, day: date) -> bool:
        """Whether it is no weekend, holiday or closure; a freeze stops deploys, not business."""
        return self._days.closed_because(day) is None

    def closed_because(self, day: date) -> str | None:
        """Why it is no business day, as a sentence without a full stop; None when it is one."""
        return self._days.closed_because(day)

    def frozen_because(self, day: date) -> str | None:
        """Which freeze it is in, as a sentence without a full stop; None when in none."""
        return self._days.frozen_because(day)

    def windows(self, first: date, last: date) -> tuple[Window, ...]:
        """The windows dated from `first` to `last`, both included, in order, wherever their regular days are."""
        windows = chain.from_iterable(self._block(number) for number in _blocks(first, last))
        return tuple(window for window in windows if first <= window.date <= last)

    def skipped(self, first: date, last: date) -> tuple[Skipped, ...]:
        """The regular days from `first` to `last`, both included, that have no window anywhere."""
        placed = ((day, self._days.place(day)) for day in self._days.regular(first, last))
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
            except NoWindowError:
                return tuple(found), self.skipped(first, shift(day, HORIZON_DAYS))
            day = shift(found[-1].date, 1)
            if day == found[-1].date:  # the last day that a date can be
                break
        return tuple(found), self.skipped(first, found[-1].date) if found else ()

    def on(self, day: date) -> Window | None:
        """The window dated that day."""
        return next(iter(self.windows(day, day)), None)

    def next_from(self, day: date) -> Window:
        """The first window dated that day or later. Raises NoWindowError."""
        last = shift(day, HORIZON_DAYS)
        for number in _blocks(day, last):
            for window in self._block(number):
                if day <= window.date <= last:
                    return window
        problem = f"windows: there is no deploy window in the {HORIZON_DAYS} days from {name(day)}"
        raise NoWindowError((f"{problem}; shorten windows.freezes or windows.closures in policy.yaml",))

    def after(self, moment: datetime) -> Window:
        """The first window that opens after an aware moment: the earliest that takes what was merged then.

        Raises NoWindowError.
        """
        day = self.local_date(moment)
        window = self.next_from(day)
        return window if moment.astimezone(UTC) < window.opens_at else self.next_from(shift(day, 1))

    def open_at(self, moment: datetime) -> Window | None:
        """The window that is open at an aware moment: from its opening until just before its closing."""
        window = self.on(self.local_date(moment))
        return window if window and window.opens_at <= moment.astimezone(UTC) < window.closes_at else None

    def _block(self, number: int) -> tuple[Window, ...]:
        """The windows of one block of days, worked out once."""
        if number not in self._blocks:
            first = date.fromordinal(max(number * BLOCK_DAYS, 1))
            last = date.fromordinal(min((number + 1) * BLOCK_DAYS - 1, date.max.toordinal()))
            self._blocks[number] = tuple(self._landed(first, last))
        return self._blocks[number]

    def _landed(self, first: date, last: date) -> Iterator[Window]:
        # An alternate day is near its regular day; a moved one may be anywhere.
        near = self._days.regular(shift(first, -ALTERNATE_DAYS), shift(last, ALTERNATE_DAYS))
        moves = self._policy.windows.moved.items()
        moved = (day for day, to in moves if first <= to <= last and day.weekday() in self._policy.windows.days)
        landed: dict[date, dict[date, str]] = {}
        for regular in sorted({*near, *moved}):
            place = self._days.place(regular)
            if place.date is not None and first <= place.date <= last:
                landed.setdefault(place.date, {})[regular] = place.because
        for day in sorted(landed):
            yield Window(tuple(landed[day]), day, *self._days.hours(day), tuple(landed[day].values()))


def calendar_problems(policy: Policy) -> tuple[str, ...]:
    """What is wrong with a policy's windows, as sentences that say what to do; empty when nothing is.

    Loads the holidays, which is slow at first: ask where the policy changed, or a calendar is needed anyway.
    """
    windows = policy.windows
    if not windows.days:
        return ("windows.days is empty; name at least one weekday",)
    if windows.opens >= windows.closes:
        return (f"windows.opens ({windows.opens:%H:%M}) must be before windows.closes ({windows.closes:%H:%M})",)
    try:
        # Whether the country and the category exist shows on any day.
        Days(policy).holiday_because(date(2026, 1, 1))
        return (*_moved_problems(policy), *_gap_problems(policy))
    except PolicyError as error:
        return error.problems


def _moved_problems(policy: Policy) -> Iterator[str]:
    days = Days(policy)
    for day, to in sorted(policy.windows.moved.items()):
        if day.weekday() not in policy.windows.days:
            yield f"windows.moved: {name(day)} is no regular day; only a day of windows.days can be moved"
        # A weekend is nobody's mistake here: a deploy may be planned for a Saturday.
        if reason := days.holiday_because(to) or days.frozen_because(to):
            yield f"windows.moved: {day} can't move to {name(to)}: {reason}; choose a day that is open"


def _gap_problems(policy: Policy) -> Iterator[str]:
    calendar = Calendar(policy)
    freezes, closures = policy.windows.freezes, policy.windows.closures
    looked_to = date.min
    # A gap begins where a freeze or a closure does; up to the window found last there is none.
    for day in sorted({*(freeze.first for freeze in freezes), *(closure.date for closure in closures)}):
        if day >= looked_to:
            try:
                looked_to = calendar.next_from(day).date
            except NoWindowError as error:
                yield from error.problems
                return


def _blocks(first: date, last: date) -> range:
    """The numbers of the blocks that the days from `first` to `last` are in."""
    return range(first.toordinal() // BLOCK_DAYS, last.toordinal() // BLOCK_DAYS + 1)
