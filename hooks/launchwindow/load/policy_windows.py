"""The `windows` of a `policy.yaml` -> on which days deploys happen (design §4 and §6)."""

from __future__ import annotations

import re
from datetime import date, time
from typing import TYPE_CHECKING

from launchwindow.load.plain import Plain, shown
from launchwindow.model.policy import Closure, Freeze, Windows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Literal

_WEEKDAYS = {name: number for number, name in enumerate(
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
)}  # fmt: skip
_ALTERNATES: Mapping[str, Literal["next-business-day", "previous-business-day"]] = {
    "next-business-day": "next-business-day", "previous-business-day": "previous-business-day",
}  # fmt: skip

_DATE = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


def windows_from(node: Plain) -> Windows:
    """The `windows` at `node`; whatever is wrong with them is noted there."""
    parts = node.fields(
        ("days", "opens", "closes", "holidays", "alternate"), ("closures", "moved", "avoid", "freezes")
    )  # fmt: skip
    holidays = parts["holidays"].fields(("country", "category"))
    avoid = parts["avoid"].fields((), ("weekdays", "day_before_holiday"))
    closures = tuple(_closures(parts["closures"]))
    freezes = tuple(_freezes(parts["freezes"]))
    opens, closes = _time(parts["opens"], time.min), _time(parts["closes"], time.max)
    if opens >= closes:
        parts["closes"].refuse(
            f"{closes:%H:%M} is not after {opens:%H:%M}, when the window opens; choose a later time."
        )
    return Windows(
        days=tuple(sorted(_weekdays(parts["days"], least=1))),
        opens=opens,
        closes=closes,
        holiday_country=holidays["country"].text("country", "US"),
        holiday_category=holidays["category"].text("category", "public"),
        closures=closures,
        moved=_moved(parts["moved"], closures, freezes),
        alternate=parts["alternate"].one_of("way to choose an alternate day", _ALTERNATES, "next-business-day"),
        avoid_weekdays=frozenset(_weekdays(avoid["weekdays"])),
        avoid_day_before_holiday=avoid["day_before_holiday"].flag(),
        freezes=freezes,
    )


def _weekdays(node: Plain, *, least: int = 0) -> tuple[int, ...]:
    found: list[int] = []
    for item in node.items("weekdays", least=least):
        day = item.one_of("weekday", _WEEKDAYS, None)
        if day in found:
            item.refuse(f"{shown(item.value)} stands here a second time; keep one of them.")
        elif day is not None:
            found.append(day)
    return tuple(found)


def _time(node: Plain, otherwise: time) -> time:
    text = node.text("time of day", '"09:00"', _TIME)
    return time.fromisoformat(text) if text else otherwise


def _date(node: Plain) -> date | None:
    text = node.text("date", "2026-12-24", _DATE)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        node.refuse(f"{shown(text)} is no day of the calendar; correct it.")
        return None


def _closures(node: Plain) -> Iterator[Closure]:
    seen: set[date] = set()
    for item in node.items("closures, each with a date and a reason"):
        parts = item.fields(("date", "reason"))
        day, reason = _date(parts["date"]), parts["reason"].text("reason", "executive order")
        if day in seen:
            parts["date"].refuse(f"{day} is a closure already; keep one of them.")
        elif day is not None:
            seen.add(day)
            yield Closure(day, reason)


def _freezes(node: Plain) -> Iterator[Freeze]:
    for item in node.items("freezes, each with from, to and a reason"):
        parts = item.fields(("from", "to", "reason"))
        first, last = _date(parts["from"]), _date(parts["to"])
        reason = parts["reason"].text("reason", "year-end freeze")
        if first is not None and last is not None:
            if first > last:
                item.refuse(f"it ends on {last}, before it begins on {first}; exchange them.")
            yield Freeze(first, last, reason)


def _moved(node: Plain, closures: tuple[Closure, ...], freezes: tuple[Freeze, ...]) -> dict[date, date]:
    """Regular day -> new day. Whether the first is regular and the second no holiday, the calendar judges."""
    closed = {closure.date for closure in closures}
    moved: dict[date, date] = {}
    for key, value in node.entries("regular days and the days that they move to"):
        regular, to = _date(key), _date(value)
        if to in closed:
            value.refuse(f"{to} is a closure; move the window to a day that is open.")
        elif to is not None and any(freeze.first <= to <= freeze.last for freeze in freezes):
            value.refuse(f"{to} is in a freeze; move the window to a day outside of it.")
        elif regular is not None and to is not None:
            moved[regular] = to
    return moved
