"""Where every open request stands: its state, its window and why (design §11, `status`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from launchwindow.model.schedule import Obstacle
from launchwindow.record import requests_of, subjects_in
from launchwindow.release import timeline_of
from launchwindow.schedule import HORIZON, choose, forecasts, why_not

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from launchwindow.model.change import Change, Element
    from launchwindow.model.ledger import Ledger, Request
    from launchwindow.model.policy import Environment, Policy
    from launchwindow.model.schedule import Forecast, Timeline
    from launchwindow.model.window import Window
    from launchwindow.release import Judge
    from launchwindow.windows import Calendar


class Standing(NamedTuple):
    """One request as people ask about it."""

    request: Request
    state: str
    """`unapproved`, `scheduled`, `held`, `deploying`, `overdue` or `withdrawn`; `deployed` or `closed` at its end."""
    changes: tuple[Change, ...]
    notice: Mapping[Element, int]
    ready: date | None
    window: date | None
    because: str


def standings(ledger: Ledger, policy: Policy, calendar: Calendar, judge: Judge, now: datetime) -> list[Standing]:
    """Every open request, in the order of environments, apps and merges."""
    found: list[Standing] = []
    for environment in policy.environments.values():
        for subject in subjects_in(ledger, environment.name):
            found += standings_of(ledger, subject, environment, calendar, judge, now)
    return found


def standings_of(
    ledger: Ledger, subject: str, environment: Environment, calendar: Calendar, judge: Judge, now: datetime
) -> list[Standing]:
    """The open requests of one app, or one partner's file, oldest first."""
    requests = requests_of(ledger, subject)
    if not requests:
        return []
    handed_over = [_handed_over(one, calendar, now) for one in requests if one.released is not None]
    timeline = timeline_of(ledger, subject, environment, judge)
    windows = tuple(upcoming(calendar, now, environment.name, ledger)) if environment.windows else ()
    waiting = []
    for forecast in forecasts(timeline, windows):
        if not environment.windows:
            forecast = _at_once(timeline, forecast, calendar.local_date(now))
        state, because = _waiting(forecast.request, forecast.changes, forecast.window, forecast.obstacles, environment)
        waiting.append(
            Standing(
                forecast.request, state, forecast.changes, forecast.notice, forecast.ready, forecast.window, because
            )
        )
    return handed_over + waiting


def _at_once(timeline: Timeline, forecast: Forecast, today: date) -> Forecast:
    """Without windows a change takes effect when it is merged, unless something is wrong with it."""
    index = next(index for index, state in enumerate(timeline.states) if state.request == forecast.request)
    choice = choose(timeline, today, None)
    if choice.state is not None and index <= choice.state:
        return forecast._replace(obstacles=(Obstacle("merged-late", "takes effect at once, when it is merged"),))
    return forecast._replace(obstacles=why_not(choice, index))


def upcoming(calendar: Calendar, now: datetime, environment: str, ledger: Ledger | None) -> Iterator[Window]:
    """The windows that can still take something, soonest first: not today's once it was taken or is over."""
    windows, _ = calendar.from_date(calendar.local_date(now), HORIZON)
    for window in windows:
        taken = ledger is not None and (environment, window.date) in ledger.taken
        if not taken and window.closes_at > now:
            yield window


def _handed_over(request: Request, calendar: Calendar, now: datetime) -> Standing:
    assert request.released is not None
    window = calendar.on(request.released)
    overdue = window is not None and now >= window.closes_at
    state = "overdue" if overdue else "deploying"
    because = (
        "handed over, but nobody has confirmed that the identity provider runs it"
        if overdue
        else "handed over; waits to be seen running"
    )
    return Standing(request, state, (), {}, request.notice_starts, request.released, because)


def _waiting(
    request: Request, changes: tuple[Change, ...], window: date | None, obstacles: tuple[Obstacle, ...],
    environment: Environment,
) -> tuple[str, str]:  # fmt: skip
    reasons = "; ".join(one.text for one in obstacles)
    if request.hold is not None:
        return "held", f"held by {request.hold.by}: {request.hold.reason}"
    if environment.review and not request.approved:
        return "unapproved", "merged without an approval that counts; a reviewer can give it with `approve`"
    if not changes and request.days:
        return "withdrawn", "later merges took back or replaced all of it"
    if not changes:
        return "scheduled", "changes only the schedule"
    if window is not None:
        return "scheduled", "its notice is over, or will be, by this window"
    return "scheduled", reasons or "no window within the calendar's horizon takes it"
