"""The clock that everybody in a test goes by: it moves when it is told to, and nothing sleeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Lock


class Clock:
    """A moment that `advance` moves on. Safe between threads: the server reads it too."""

    def __init__(self, start: str = "2026-11-24T15:00:00+00:00") -> None:
        """At `start`, an RFC 3339 time."""
        self._now = datetime.fromisoformat(start).astimezone(UTC)
        self._lock = Lock()

    def now(self) -> datetime:
        """The moment, in UTC."""
        with self._lock:
            return self._now

    def advance(self, seconds: float) -> None:
        """Let time go by. What is paced gets this for `time.sleep`."""
        with self._lock:
            self._now += timedelta(seconds=seconds)


def written(moment: datetime) -> str:
    """As GitHub writes times: whole seconds, UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
