"""`policy.yaml` as a value: every number and date that the process may change (design §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, time
    from zoneinfo import ZoneInfo


class Closure(NamedTuple):
    """A day on which there is no deploy, beside the statutory holidays."""

    date: date
    reason: str


class Freeze(NamedTuple):
    """Days without deploys; `first` and `last` are both included."""

    first: date
    last: date
    reason: str


class Windows(NamedTuple):
    """On which days deploys happen, and what happens to a regular day that is not free."""

    days: tuple[int, ...]
    """Weekdays as `date.weekday()` counts them: Monday is 0."""
    opens: time
    closes: time
    holiday_country: str
    holiday_category: str
    closures: tuple[Closure, ...]
    moved: Mapping[date, date]
    alternate: Literal["next-business-day", "previous-business-day"]
    avoid_weekdays: frozenset[int]
    avoid_day_before_holiday: bool
    freezes: tuple[Freeze, ...]


class NoticeDays(NamedTuple):
    """Days between asking and the earliest window."""

    default: int
    push_notification_host: int


class Environment(NamedTuple):
    """What an environment demands of a change."""

    name: str
    review: bool
    windows: bool
    agreement: bool
    notice_days: NoticeDays


class Reviewer(NamedTuple):
    """A person whose approval counts."""

    email: str
    github: str | None


class Review(NamedTuple):
    """How many approvals a change needs, and from whom."""

    approvals: int
    reviewers: tuple[Reviewer, ...]
    permission: str | None


class Policy(NamedTuple):
    """The whole of `policy.yaml`."""

    timezone: ZoneInfo
    windows: Windows
    notice_from: Literal["pull-request", "merge"]
    push_hosts: frozenset[str]
    environments: Mapping[str, Environment]
    review: Review
    key_bits: int
    lifetime_days: tuple[int, int]
    serial_digits: tuple[int, int]
    """(fewest digits, base in which they are counted)."""
    warn_days: int
    logo_max_bytes: int
    url_suffixes: tuple[str, ...]
    saml_year: int
    endpoints: Mapping[str, str]
    """Environment -> base address of its identity provider."""
    severities: Mapping[str, str]
    """Rule id -> the severity that this repository gives it."""
