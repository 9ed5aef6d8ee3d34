"""What was asked for: for tests that count calls, and for “a second run writes nothing”."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from threading import Lock
from typing import NamedTuple


class Call(NamedTuple):
    """One request, in the order in which they arrived."""

    method: str
    path: str
    query: dict[str, str]
    template: str
    login: str
    status: int
    """What was answered; 0 when nothing was, as with a dropped connection."""
    fault: str | None
    at: datetime

    @property
    def writes(self) -> bool:
        """Whether it asked for a change."""
        return self.method not in ("GET", "HEAD")


class Log:
    """Every call since the beginning, or since `clear`."""

    def __init__(self) -> None:
        """With no call yet."""
        self._calls: list[Call] = []
        self._lock = Lock()

    def add(self, call: Call) -> None:
        """One more."""
        with self._lock:
            self._calls.append(call)

    def clear(self) -> None:
        """Begin again."""
        with self._lock:
            self._calls.clear()

    @property
    def calls(self) -> list[Call]:
        """All of them."""
        with self._lock:
            return list(self._calls)

    @property
    def writes(self) -> list[Call]:
        """Those that asked for a change."""
        return [call for call in self.calls if call.writes]

    def tally(self) -> dict[str, int]:
        """`METHOD /path/template` -> how many, for a table of what a run costs."""
        return dict(sorted(Counter(f"{call.method} {call.template}" for call in self.calls).items()))

    def __len__(self) -> int:
        """How many."""
        return len(self.calls)
