"""Days, times and sentences as the U.S. Web Design System has them written, each day as a `time` element."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from launchwindow.days import WEEKDAYS
from launchwindow.report.board.html import Html, el, join

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from launchwindow.model.window import Window

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAY = re.compile(rf"((?:{'|'.join(WEEKDAYS)}) )?\b([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})\b")
_CODE = re.compile(r"`([^`]{1,200})`")


def day_words(day: date, *, weekday: bool = False) -> str:
    """`December 10, 2026`, or `Thursday, December 10, 2026`, whatever the process's locale is."""
    said = f"{MONTHS[day.month - 1]} {day.day}, {day.year}"
    return f"{WEEKDAYS[day.weekday()]}, {said}" if weekday else said


def on(day: date, *, weekday: bool = False) -> Html:
    """A day."""
    return el("time", day_words(day, weekday=weekday), datetime=day.isoformat())


def at(moment: datetime, zone: ZoneInfo) -> Html:
    """A moment, in the policy's time zone."""
    local = moment.astimezone(zone)
    words = f"{day_words(local.date())}, {clock(local)} {local:%Z}"
    return el("time", words, datetime=local.isoformat(timespec="seconds"))


def hours(window: Window) -> Html:
    """`9 a.m. to 5 p.m. EST`, on one line."""
    words = f"{clock(window.opens_at)} to {clock(window.closes_at)} {window.opens_at:%Z}"
    return el("span", words, class_="id")


def is_special(window: Window) -> bool:
    """Whether it is anything but the window of its own regular day."""
    return window.regular != (window.date,)


def why_then(window: Window) -> Html:
    """Why it is on its day."""
    if not is_special(window):
        return join(["Regular day"])
    return join(join([prose(one), " "]) for one in window.because)


def clock(moment: datetime) -> str:
    """`9 a.m.`"""
    minutes = f":{moment:%M}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes} {'a.m.' if moment.hour < 12 else 'p.m.'}"


def prose(sentence: str) -> Html:
    """A sentence: days in it as days, commands in it as code, its first letter large and a full stop at its end."""
    sentence = sentence[:1].upper() + sentence[1:]
    if sentence and sentence[-1] not in ".!?:…":
        sentence += "."
    parts = _CODE.split(sentence)
    # Every other part stood between backticks.
    return join(el("code", one) if index % 2 else join(_with_days(one)) for index, one in enumerate(parts))


def _with_days(sentence: str) -> Iterator[str]:
    before = 0
    for found in _DAY.finditer(sentence):
        day = _real(found[2])
        if day is None:
            continue
        yield sentence[before : found.start()]
        # Whoever wrote another weekday than the day has meant something by it: it stays.
        fits = found[1] is not None and found[1].strip() == WEEKDAYS[day.weekday()]
        yield found[1] if found[1] is not None and not fits else ""
        yield on(day, weekday=fits)
        before = found.end()
    yield sentence[before:]


def _real(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        # Such as the 31st of February, which somebody wrote and which stays as it is.
        return None
