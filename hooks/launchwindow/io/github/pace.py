"""Staying below the limits that GitHub publishes, rather than running into them.

Source: “Rate limits for the REST API”, section “About secondary rate limits”.
"""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
POINTS_A_MINUTE = 900
MADE_A_MINUTE = 80
MADE_AN_HOUR = 500
SPARE = 0.9
"""The part of each limit that one run uses: others use the same token, and clocks differ."""


class Pace:
    """Tells how long to wait before the next request. It knows only of this run's own requests."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._spent: deque[tuple[datetime, int]] = deque()
        self._made: deque[datetime] = deque()

    def wait(self, method: str) -> float:
        """Seconds until a request of this method stays within the limits."""
        now = self._now()
        until = self._until_points(method, now)
        if method == "POST":
            until = max([until, *self._until_made(now)])
        return max(0.0, (until - now).total_seconds())

    def took(self, method: str) -> None:
        """A request was sent."""
        now = self._now()
        self._spent.append((now, points(method)))
        while self._spent[0][0] <= now - MINUTE:
            self._spent.popleft()
        if method == "POST":
            self._made.append(now)
            while self._made[0] <= now - HOUR:
                self._made.popleft()

    def _until_points(self, method: str, now: datetime) -> datetime:
        lately = [entry for entry in self._spent if entry[0] > now - MINUTE]
        over = sum(cost for _, cost in lately) + points(method) - POINTS_A_MINUTE * SPARE
        for at, cost in lately:
            if over <= 0:
                break
            over -= cost
            now = at + MINUTE
        return now

    def _until_made(self, now: datetime) -> list[datetime]:
        spans = ((MINUTE, int(MADE_A_MINUTE * SPARE)), (HOUR, int(MADE_AN_HOUR * SPARE)))
        return [self._made[-most] + span for span, most in spans
                if len(self._made) >= most and self._made[-most] + span > now]  # fmt: skip


def points(method: str) -> int:
    """What GitHub counts a request as."""
    return 1 if method == "GET" else 5
