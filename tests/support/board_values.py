"""A board as values, with a text wherever anybody writes one, and as many apps and requests as a test wants."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from launchwindow.model.board import App, Board, Day, Ended, Held, Live, Pending
from launchwindow.model.tracker import Handed
from launchwindow.model.window import Skipped, Window

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 12, 8, 10, tzinfo=ZONE)


def window(day: date) -> Window:
    opens, closes = (datetime(day.year, day.month, day.day, hour, tzinfo=ZONE) for hour in (9, 17))
    return Window((day,), day, opens, closes, (f"{day} is a regular day",))


def pending(said: str, number: int = 0, **more: Any) -> Pending:
    subject = more.pop("subject", "production/exa/app")
    plain = Pending(f"{subject}@{number:012x}", subject, said, "scheduled", date(2026, 12, 10), said, (said, said), NOW,
                    True, 7)  # fmt: skip
    return plain._replace(**more)


def board(said: str, apps: int = 1, requests: int = 1) -> Board:
    """A board with a text wherever anybody writes one."""
    states: tuple[dict[str, Any], ...] = (
        {}, {"state": "overdue"}, {"state": "deploying"}, {"state": "held", "window": None}, {"window": None},
        {"state": "unapproved", "window": None}, {"state": "withdrawn", "window": None},
    )  # fmt: skip
    found = tuple(pending(said, number * 10 + kind, **state)
                  for kind, state in enumerate(states) for number in range(requests))  # fmt: skip
    live = Live(
        "a" * 40,
        date(2026, 12, 7),
        "window",
        NOW,
        None,
        True,
        (("Name", (said,)), ("Where", (said, f"https://{said}"))),
    )
    held = Held(said, "ab" * 32, said, date(2027, 1, 5), (said,), date(2026, 12, 20))
    ended = Ended(f"production/exa/app@{1:012x}", said, "deployed", NOW, said)
    first = App("production/exa/app", said, said, said, (held,), ((said, said),), live, found, (ended,), 3, (said,))
    others = tuple(first._replace(subject=f"production/exa/app-{one}", pending=(), ended=()) for one in range(1, apps))
    record = App("production/exa", None, None, None, (), (), live, (), (), 0, (said,))
    day = date(2026, 12, 7)
    off = Day(date(2026, 12, 25), "holiday", said), Day(date(2026, 12, 28), "freeze", said)
    return Board(
        main=said or "main", commit="c" * 40, ledger="d" * 40, now=NOW, zone=ZONE, windowed=("production",),
        first=date(2026, 12, 1), last=date(2027, 1, 15),
        windows=(window(day), window(date(2026, 12, 10)), window(date(2026, 12, 14))),
        taken=frozenset(), skipped=(Skipped(date(2026, 12, 28), said),),
        days={one.date: one for one in off},
        handed={day: (Handed("production", (f"production/exa/app@{1:012x}",), (("production/exa/app@0", said),)),)},
        pending=found, apps=(first, *others, record), partners={"exa": said},
    )  # fmt: skip
