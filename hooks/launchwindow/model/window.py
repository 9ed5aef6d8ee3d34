"""Deploy windows as values: when a deploy may happen, and why on that day (design §6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    import datetime


class Window(NamedTuple):
    """One day on which deploys happen.

    `regular` are the regular days that it stands for, sorted: usually its own date, several when two windows met
    on one day. `because` has one sentence for each of them, in the same order, without a full stop.
    `opens_at` and `closes_at` are aware, in the policy's time zone; the window is open from the first until just
    before the second.
    """

    regular: tuple[datetime.date, ...]
    date: datetime.date
    opens_at: datetime.datetime
    closes_at: datetime.datetime
    because: tuple[str, ...]

    @property
    def why(self) -> str:
        """All its reasons as one text."""
        return ". ".join(self.because)


class Skipped(NamedTuple):
    """A regular day that has no deploy window, and the sentence that says why."""

    date: datetime.date
    because: str
