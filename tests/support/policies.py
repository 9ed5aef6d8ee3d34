"""A policy as a value, with the shipped calendar; tests name only what they change."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

from launchwindow.model.policy import Policy, Review, Windows

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
NEW_YORK = ZoneInfo("America/New_York")

_WINDOWS = Windows(
    days=(MONDAY, THURSDAY),
    opens=time(9),
    closes=time(17),
    holiday_country="US",
    holiday_category="public",
    closures=(),
    moved={},
    alternate="next-business-day",
    avoid_weekdays=frozenset({FRIDAY}),
    avoid_day_before_holiday=False,
    freezes=(),
)
_POLICY = Policy(
    timezone=NEW_YORK,
    windows=_WINDOWS,
    notice_from="pull-request",
    push_hosts=frozenset(),
    environments={},
    review=Review(1, (), None),
    key_bits=2048,
    lifetime_days=(365, 1096),
    serial_digits=(16, 16),
    warn_days=60,
    logo_max_bytes=51200,
    url_suffixes=("gov", "mil"),
    saml_year=2026,
    endpoints={},
    severities={},
)


def policy_with(**windows: object) -> Policy:
    """The shipped policy with some of its `windows` changed: `policy_with(moved={...})`."""
    return _POLICY._replace(windows=_WINDOWS._replace(**windows))  # type: ignore[arg-type]
