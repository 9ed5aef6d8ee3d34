"""The one place that asks what time it is, and that waits."""

from __future__ import annotations

from datetime import UTC, datetime
from time import monotonic, sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def now() -> datetime:
    """The present moment, aware, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def pause(seconds: float) -> None:
    """Wait."""
    sleep(seconds)


def stopwatch() -> Callable[[], float]:
    """Seconds that have gone by since now, whenever it is asked."""
    begun = monotonic()
    return lambda: monotonic() - begun
