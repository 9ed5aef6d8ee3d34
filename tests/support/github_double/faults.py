"""What goes wrong between a client and GitHub, scripted: which requests it meets, how often, and what then happens."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock

from .web import Answer


class Kind(StrEnum):
    """How a request fares."""

    STATUS = "status"
    """Answered with an error; nothing was done."""
    STALL = "stall"
    """Nothing is done and no answer comes, until the client hangs up."""
    DROPPED_BEFORE = "dropped-before"
    """The connection ends; nothing was done."""
    DROPPED_AFTER = "dropped-after"
    """It was done, then the connection ends: the answer is lost."""
    ERROR_AFTER = "error-after"
    """It was done, and the answer says 502 all the same."""
    BEHIND = "behind"
    """A list that comes from a copy which lags: as the same question was answered last, or empty."""
    MALFORMED = "malformed"
    """It was done, and the answer is no JSON."""
    TRUNCATED = "truncated"
    """It was done, and the answer ends half way, with fewer bytes than it says."""

    @property
    def done(self) -> bool:
        """Whether the request takes effect."""
        return self not in (Kind.STATUS, Kind.STALL, Kind.DROPPED_BEFORE)


@dataclass
class Fault:
    """`kind` for the next `times` requests whose `METHOD /path` the pattern matches, after `skip` that go well."""

    kind: Kind
    pattern: str = ""
    times: int = 1
    skip: int = 0
    answer: Answer | None = None
    met: int = field(default=0, init=False)
    """How many requests it has met: a test asserts that its fault took place."""


class Faults:
    """All that is still to come, oldest first."""

    def __init__(self) -> None:
        """With nothing going wrong."""
        self._faults: list[Fault] = []
        self._lock = Lock()

    def add(self, fault: Fault) -> Fault:
        """One more; itself, so that a test can ask how often it was met."""
        with self._lock:
            self._faults.append(fault)
        return fault

    def status(self, status: int, pattern: str = "", *, times: int = 1, skip: int = 0,
               message: str = "Server Error", headers: dict[str, str] | None = None) -> Fault:  # fmt: skip
        """An answer with that status and those headers."""
        answer = Answer(
            status, {"message": message, "documentation_url": "https://docs.github.com/rest"}, headers or {}
        )
        return self.add(Fault(Kind.STATUS, pattern, times, skip, answer))

    def secondary_limit(self, pattern: str = "", *, retry_after: int = 60, times: int = 1) -> Fault:
        """The 403 of a secondary rate limit, out of the blue: GitHub keeps some of them to itself."""
        message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
        return self.status(403, pattern, times=times, message=message, headers={"Retry-After": str(retry_after)})

    def stall(self, pattern: str = "", *, times: int = 1) -> Fault:
        """No answer, until the client hangs up."""
        return self.add(Fault(Kind.STALL, pattern, times))

    def drop_before(self, pattern: str = "", *, times: int = 1) -> Fault:
        """The connection ends, and nothing was done."""
        return self.add(Fault(Kind.DROPPED_BEFORE, pattern, times))

    def after(self, kind: Kind, pattern: str = "", *, times: int = 1) -> Fault:
        """It was done, and the answer is lost or spoiled in that way."""
        assert kind.done
        return self.add(Fault(kind, pattern, times))

    def behind(self, pattern: str = "", *, times: int = 1) -> Fault:
        """A list that does not show what was done since the same question was last asked."""
        return self.add(Fault(Kind.BEHIND, pattern, times))

    def clear(self) -> None:
        """From now on all goes well."""
        with self._lock:
            self._faults.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that meets this request."""
        with self._lock:
            for fault in self._faults:
                if re.search(fault.pattern, f"{method} {path}") is None:
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                if fault.met < fault.times:
                    fault.met += 1
                    return fault
        return None


MALFORMED = b'{"id": 1, "title": "half of'
