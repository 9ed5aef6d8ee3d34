"""The one place that asks what time it is, and that waits."""

from __future__ import annotations

from datetime import UTC, datetime
from time import sleep


def now() -> datetime:
    """The present moment, aware, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def pause(seconds: float) -> None:
    """Wait."""
    sleep(seconds)
