"""Deploy windows for people, and as the document `launchwindow.windows/1` (design §11)."""

from __future__ import annotations

from datetime import date
from textwrap import wrap
from typing import TYPE_CHECKING

from launchwindow.days import name
from launchwindow.model.named import NamedTuple
from launchwindow.report.visible import WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from launchwindow.model.window import Skipped, Window


class _Row(NamedTuple):
    """One line of the table before it is wrapped; the date sorts it."""

    date: date
    day: str
    hours: str
    why: str


def windows_text(windows: Sequence[Window], skipped: Sequence[Skipped]) -> str:
    """A table of the days in order: date, hours with their time zone, and why; skipped days stand among them."""
    rows = [_Row(window.date, name(window.date), _hours(window), _why(window)) for window in windows]
    rows += [_Row(skip.date, name(skip.date), "no deploy", skip.because) for skip in skipped]
    if not rows:
        return "No deploy windows.\n"
    head = _Row(date.min, "Deploy window", "Open", "Why")
    day_width = max(len(row.day) for row in (head, *rows))
    hours_width = max(len(row.hours) for row in (head, *rows))
    lines = [line for row in (head, *sorted(rows)) for line in _lines(row, day_width, hours_width)]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def windows_json(windows: Sequence[Window], skipped: Sequence[Skipped]) -> dict[str, object]:
    """The document `launchwindow.windows/1`: dates as in ISO 8601, times as in RFC 3339."""
    return {
        "schema": "launchwindow.windows/1",
        "windows": [
            {
                "regular": [day.isoformat() for day in window.regular],
                "date": window.date.isoformat(),
                "opens_at": window.opens_at.isoformat(),
                "closes_at": window.closes_at.isoformat(),
                "because": window.why,
            }
            for window in windows
        ],
        "skipped": [{"date": skip.date.isoformat(), "because": skip.because} for skip in skipped],
        "calendar": None,
    }


def _hours(window: Window) -> str:
    return f"{window.opens_at:%H:%M}–{window.closes_at:%H:%M} {window.closes_at:%Z}"


def _why(window: Window) -> str:
    # Its sentence would only repeat the date beside it.
    return "regular day" if window.regular == (window.date,) else window.why


def _lines(row: _Row, day_width: int, hours_width: int) -> list[str]:
    indent = day_width + hours_width + 4
    # A freeze's reason comes from a file: nothing in it may move the cursor.
    why = "".join(character if character.isprintable() else " " for character in row.why)
    first, *rest = wrap(why, WIDTH - indent) or [""]
    return [f"{row.day:{day_width}}  {row.hours:{hours_width}}  {first}", *(" " * indent + line for line in rest)]
