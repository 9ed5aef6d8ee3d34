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


RESERVE = 10
"""Requests of the primary limit that are left for whoever else uses the token in the same hour."""


class Pace:
    """Tells how long to wait before the next request.

    It counts this run's own requests, and believes what answers say of the primary limit, which all runs share.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._spent: deque[tuple[datetime, int]] = deque()
        self._made: deque[datetime] = deque()
        self._exhausted_until: datetime | None = None

    def told(self, remaining: int, reset: datetime) -> None:
        """What an answer says of the primary limit: how many requests are left until when."""
        self._exhausted_until = reset if remaining <= RESERVE else None

    def wait(self, method: str) -> float:
        """Seconds until a request of this method stays within the limits."""
        now = self._now()
        until = self._until_points(method, now)
        if method == "POST":
            until = max([until, *self._until_made(now)])
        if self._exhausted_until is not None:
            until = max(until, self._exhausted_until + timedelta(seconds=1))
        return max(0.0, (until - now).total_seconds())

    def took(self, method: str) -> None:
        """A request was sent."""
        now = self._now()
        if self._exhausted_until is not None and now > self._exhausted_until:
            self._exhausted_until = None
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
