"""The calendar by the words of the design's section 6, and the few numbers of a policy that histories change."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from support.repository import ROOT

ZONE = ZoneInfo("America/New_York")
OPENS, CLOSES = time(9), time(17)
DAY = timedelta(days=1)
HOLIDAYS = frozenset(
    date(*day) for day in (
        (2026, 1, 1), (2026, 1, 19), (2026, 2, 16), (2026, 5, 25), (2026, 6, 19), (2026, 7, 3), (2026, 9, 7),
        (2026, 10, 12), (2026, 11, 11), (2026, 11, 26), (2026, 12, 25), (2027, 1, 1), (2027, 1, 18), (2027, 2, 15),
        (2027, 5, 31), (2027, 6, 18), (2027, 7, 5), (2027, 9, 6), (2027, 10, 11), (2027, 11, 11), (2027, 11, 25),
        (2027, 12, 24), (2027, 12, 31),
    )
)  # fmt: skip
"""5 U.S.C. 6103, as observed."""


class Policy(NamedTuple):
    """What a history changes of `policy.yaml`; the rest stays as it is shipped."""

    days: tuple[int, ...] = (0, 3)
    freeze: tuple[date, date] | None = None
    closure: date | None = None
    notice: int = 14
    push: int = 21
    push_hosts: tuple[str, ...] = ()
    approvals: int = 1

    def text(self) -> str:
        """`policy.yaml`."""
        text = (ROOT / "policy.yaml").read_text(encoding="utf-8")
        names = ("monday", "tuesday", "wednesday", "thursday", "friday")
        values = {"days": f"[{', '.join(names[one] for one in self.days)}]", "approvals": str(self.approvals),
                  "push_hosts": f"[{', '.join(self.push_hosts)}]"}  # fmt: skip
        if self.freeze:
            values["freezes"] = f"[{{from: {self.freeze[0]}, to: {self.freeze[1]}, reason: quiet}}]"
        if self.closure:
            values["closures"] = f"[{{date: {self.closure}, reason: storm}}]"
        for name, value in values.items():
            text, count = re.subn(rf"^(  {name}: ).*$", rf"\g<1>{value}", text, flags=re.MULTILINE)
            assert count == 1, name
        old = "notice_days: {default: 14, push_notification_host: 21}"
        assert text.count(old) == 1
        return text.replace(old, f"notice_days: {{default: {self.notice}, push_notification_host: {self.push}}}")


def business(policy: Policy, day: date) -> bool:
    """No weekend, holiday or closure."""
    return day.weekday() < 5 and day not in HOLIDAYS and day != policy.closure


def frozen(policy: Policy, day: date) -> bool:
    """Within the policy's freeze."""
    return policy.freeze is not None and policy.freeze[0] <= day <= policy.freeze[1]


@lru_cache(maxsize=256)
def windows(policy: Policy) -> tuple[date, ...]:
    """Every deploy window of two years, in order."""
    found = set()
    for number in range(730):
        day = date(2026, 1, 1) + number * DAY
        if day.weekday() not in policy.days or frozen(policy, day):
            continue
        if not business(policy, day):
            later = (day + step * DAY for step in range(1, 60))
            free = (one for one in later if business(policy, one) and not frozen(policy, one) and one.weekday() != 4)
            day = next(free, date.max)
        found.add(day)
    return tuple(sorted(found - {date.max}))


def at(day: date, clock: time) -> datetime:
    """A moment in Washington."""
    return datetime.combine(day, clock, ZONE)


def local(moment: datetime) -> date:
    """The day in Washington."""
    return moment.astimezone(ZONE).date()


def open_at(policy: Policy, now: datetime) -> date | None:
    """The window that is open."""
    day = local(now)
    return day if day in windows(policy) and at(day, OPENS) <= now < at(day, CLOSES) else None


def following(policy: Policy, day: date) -> date:
    """The first window on or after a day."""
    return next(one for one in windows(policy) if one >= day)


def opening_after(policy: Policy, now: datetime) -> date:
    """The first window that opens after a moment."""
    return next(one for one in windows(policy) if at(one, OPENS) > now)
