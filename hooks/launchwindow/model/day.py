"""The days that rules judge by, which note on which other days the same would have come of it.

What is kept of a judgement holds as long as every comparison with them comes out alike (docs/adr/0015). They are
compared as ISO dates: what rules compare with is mostly a text, and may be one that no calendar has: 2026-02-30.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Within = tuple[str | None, str, str]
"""Between which two ISO dates, neither included, a day may be so that the same is told: the environment whose next
deploy window it is, None for the day that is judged; then the two dates."""
_LAST = "~"
"""Comes after every date."""


class Day:
    """A day that others, texts or dates, are compared with.

    Nothing else can be done with it, but to ask for it as it is: then what is told holds for that one day.
    """

    __slots__ = ("_after", "_before", "_day", "_text")

    def __init__(self, day: date) -> None:
        self._day, self._text = day, day.isoformat()
        self._after, self._before = "", _LAST

    @property
    def exact(self) -> date:
        """The day itself."""
        self._only_this()
        return self._day

    def _only_this(self) -> None:
        ordinal = self._day.toordinal()
        self._after = date.fromordinal(max(ordinal - 1, date.min.toordinal())).isoformat()
        self._before = date.fromordinal(min(ordinal + 1, date.max.toordinal())).isoformat()

    @property
    def between(self) -> tuple[str, str]:
        """The two days, neither included, between which all that was asked so far has the same answers."""
        return self._after, self._before

    def __str__(self) -> str:
        return self.exact.isoformat()

    __repr__ = __str__

    def __lt__(self, other: str | date) -> bool:
        return self._less(other) > 0

    def __le__(self, other: str | date) -> bool:
        return self._less(other) >= 0

    def __gt__(self, other: str | date) -> bool:
        return self._less(other) < 0

    def __ge__(self, other: str | date) -> bool:
        return self._less(other) <= 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (str, date)) and self._less(other) == 0

    def _less(self, other: str | date) -> int:
        """More than 0 where it is before the other day, less where it is after it."""
        text = str(other)
        if text > self._text:
            self._before = min(self._before, text)
            return 1
        if text < self._text:
            self._after = max(self._after, text)
            return -1
        # A comparison may come out in three ways, and this one does on one day alone.
        self._only_this()
        return 0


class Dates:
    """The day that is judged, and the earliest window of each environment for a change that is made on it.

    Each file has days of its own, so that it is known of each what it was compared with.
    """

    def __init__(self, today: date, window_date: Callable[[str], date]) -> None:
        self._today = today
        self._window_date = window_date
        self._asked: dict[tuple[str, str | None], Day] = {}

    def day(self, path: str) -> Day:
        """The day, for what is to be told of an app's or partner's file."""
        found = self._asked.get((path, None))
        if found is None:
            found = self._asked[path, None] = Day(self._today)
        return found

    def window(self, path: str, environment: str) -> Day:
        """The date of an environment's window, for what is to be told of a file. Whatever finds it may raise."""
        found = self._asked.get((path, environment))
        if found is None:
            found = self._asked[path, environment] = Day(self._window_date(environment))
        return found

    def asked(self) -> Iterator[tuple[str, Within]]:
        """Each file of which a day was asked, and within which days the same would have been told of it."""
        return ((path, (which, *day.between)) for (path, which), day in self._asked.items())
