"""Where every open request stands: its state, its window and why (design §11, `status`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.days import shift
from launchwindow.model.named import NamedTuple
from launchwindow.model.schedule import Obstacle
from launchwindow.record import requests_of, subjects_in
from launchwindow.records import read_ahead
from launchwindow.schedule import HORIZON, choose, forecasts, why_not
from launchwindow.settle import awaits_approval
from launchwindow.timelines import rotation_of, timeline_of
from launchwindow.why import why_not_yet, why_then

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from launchwindow.model.change import Change, Element
    from launchwindow.model.judge import Judge
    from launchwindow.model.ledger import Closed, Ledger, Request, State
    from launchwindow.model.policy import Environment, Policy
    from launchwindow.model.schedule import Forecast, Timeline
    from launchwindow.model.window import Window
    from launchwindow.release import Held
    from launchwindow.windows import Calendar


class Standing(NamedTuple):
    """One request as people ask about it."""

    request: Request
    state: State
    changes: tuple[Change, ...]
    notice: Mapping[Element, int]
    ready: date | None
    window: date | None
    because: str


def standings(
    ledger: Ledger, policy: Policy, calendar: Calendar, judge: Judge, now: datetime,
    subjects: Collection[str] | None = None,
) -> list[Standing]:  # fmt: skip
    """Every open request, or those of some subjects, in the order of environments, apps and merges."""
    found: list[Standing] = []
    for environment in policy.environments.values():
        if subjects is None:
            read_ahead(ledger.requests, environment.name)
            read_ahead(ledger.deployed, environment.name)
        for subject in subjects_in(ledger, environment.name, subjects):
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
    found = forecasts(timeline, windows)
    if not environment.windows:
        found = tuple(_at_once(timeline, forecast, calendar.local_date(now)) for forecast in found)
    elif any(one.kind == "coordination" for forecast in found for one in forecast.obstacles):
        found = _with_agreed_time(ledger, timeline, found, calendar, judge, now)
    known = {state.request.id for state in timeline.states}
    passed = [_passed(ledger, one) for one in requests if one.released is None and one.id not in known]
    today = calendar.local_date(now)
    return handed_over + passed + [_waiting(one, found, timeline, calendar, windows, today) for one in found]


def in_conflict(found: Sequence[Standing], kept_back: Iterable[Held]) -> list[Standing]:
    """The standings, those that an environment without windows could not take with the conflict that says why."""
    # Each stands by its own app alone; what it can't be together with, only the run over all apps tells.
    because = {one.request.id: f"takes no effect: {one.because}" for one in kept_back}
    return [
        one._replace(because=because[one.request.id]) if one.state == "scheduled" and one.request.id in because else one
        for one in found
    ]


def _passed(ledger: Ledger, request: Request) -> Standing:
    """A later state was released: nothing of it is left, or only schedule-only values that wait for an approval."""
    if not awaits_approval(ledger, request):
        because = "a later state was released without it; it ends when that is confirmed"
        return Standing(request, "withdrawn", (), {}, request.notice_starts, None, because)
    because = _unapproved(request, "it changes the schedule, and a reviewer can give it with `approve`")
    if request.hold is not None:
        return Standing(request, "held", (), {}, None, None, f"held by {request.hold.by}: {request.hold.reason}")
    return Standing(request, "unapproved", (), {}, request.notice_starts, None, because)


def _unapproved(request: Request, then: str) -> str:
    """What a missing approval brings, and before it why the reviews that there are do not count."""
    reasons = " ".join(request.refused)
    return (
        f"no approval that counts. {reasons} {then[:1].upper()}{then[1:]}"
        if reasons
        else (f"no approval that counts; {then}")
    )


def _at_once(timeline: Timeline, forecast: Forecast, today: date) -> Forecast:
    """Without windows a change takes effect when it is merged, unless something is wrong with it."""
    index = next(index for index, state in enumerate(timeline.states) if state.request == forecast.request)
    choice = choose(timeline, today, None)
    if choice.state is not None and index <= choice.state:
        return forecast._replace(obstacles=())
    return forecast._replace(obstacles=why_not(choice, index))


def overdue(ledger: Ledger, calendar: Calendar, now: datetime, environment: str) -> list[Standing]:
    """What an environment's releases handed over and nobody has confirmed in time, oldest first."""
    handed_over = (one for one in ledger.requests.values() if one.environment == environment and one.released)
    found = [_handed_over(one, calendar, now) for one in handed_over]
    late = [one for one in found if one.state == "overdue"]
    return sorted(late, key=lambda one: (str(one.window), one.request.order, one.request.id))


def missed(ledger: Ledger, calendar: Calendar, now: datetime, environment: str) -> Window | None:
    """The window that the last run expected, if it went by untaken and the policy still has it."""
    expected = ledger.next_windows.get(environment)
    window = calendar.on(expected) if expected else None
    if window is None or window.closes_at > now or (environment, window.date) in ledger.taken:
        return None
    return window


def ended(closed: Closed) -> Standing:
    """A request at its end, with the last word of its history."""
    request = closed.request
    because = request.history[-1].note
    return Standing(request, closed.state, (), {}, request.notice_starts, request.released, because)


def upcoming(calendar: Calendar, now: datetime, environment: str, ledger: Ledger | None) -> Iterator[Window]:
    """The windows that can still take something, soonest first: not today's once it was taken or is over."""
    windows, _ = calendar.from_date(calendar.local_date(now), HORIZON)
    for window in windows:
        taken = ledger is not None and (environment, window.date) in ledger.taken
        if not taken and window.closes_at > now:
            yield window


def _handed_over(request: Request, calendar: Calendar, now: datetime) -> Standing:
    assert request.released is not None
    told = next(event.note for event in reversed(request.history) if event.what == "released")
    overdue = now >= due_of(request, calendar)
    state: State = "overdue" if overdue else "deploying"
    where = f"handed over {told}"
    closed = "when it closed" if told.startswith("in the deploy window") else "at closing time"
    because = (
        f"{where}, and {closed} nobody had confirmed that the identity provider runs it"
        if overdue
        else f"{where}; waits until the identity provider is seen to run it"
    )
    return Standing(request, state, (), {}, request.notice_starts, request.released, because)


def due_of(request: Request, calendar: Calendar) -> datetime:
    """When a request that was handed over must be confirmed."""
    assert request.released is not None
    return due_by(calendar, request.released, max(one.at for one in request.history if one.what == "released"))


def due_by(calendar: Calendar, day: date, at: datetime) -> datetime:
    """When what was handed over at a moment must be confirmed: at closing time, of the next day once that is past."""
    closes_at = calendar.hours(day)[1]
    return closes_at if at < closes_at else calendar.hours(shift(day, 1))[1]


def _with_agreed_time(
    ledger: Ledger, timeline: Timeline, found: tuple[Forecast, ...], calendar: Calendar, judge: Judge, now: datetime
) -> tuple[Forecast, ...]:
    """Forecasts look at windows alone; an agreed time that is still ahead may come before the next of them."""
    agreed = rotation_of(ledger, timeline.subject, judge).coordinate_at
    day = None if agreed is None else calendar.local_date(agreed)
    if agreed is None or day is None or calendar.hours(day)[1] <= now:
        return found
    opens_at = calendar.hours(day)[0]
    subject, environment = timeline.subject, timeline.environment
    choice = choose(timeline_of(ledger, subject, environment, judge, coordinated=True), day, opens_at)
    when = f"{agreed.astimezone(judge.timezone):%Y-%m-%d %H:%M %Z}"

    def told(index: int, one: Forecast) -> Forecast:
        if not any(obstacle.kind == "coordination" for obstacle in one.obstacles):
            return one
        if choice.state is None or index > choice.state:
            return one._replace(obstacles=(_too_early(one, why_not(choice, index), when),))
        return one._replace(obstacles=timeline.guard(timeline.released, timeline.states[choice.state], day, opens_at))

    return tuple(told(index, one) for index, one in enumerate(found))


def _too_early(forecast: Forecast, obstacles: tuple[Obstacle, ...], when: str) -> Obstacle:
    why = "; ".join(one.text.rstrip(".") for one in obstacles)
    text = f"{forecast.request.commit[:12]}: at the agreed time, {when}, it is not ready: {why}. Agree on a later time"
    return Obstacle("coordination", text)


def _waiting(
    forecast: Forecast, all_of_them: tuple[Forecast, ...], timeline: Timeline, calendar: Calendar,
    windows: tuple[Window, ...], today: date,
) -> Standing:  # fmt: skip
    request, changes, notice, ready, window, obstacles = forecast
    state: State = "scheduled"
    if request.hold is not None:
        state, because = "held", f"held by {request.hold.by}: {request.hold.reason}"
    elif not request.approved:
        waits = any(request.days.values())
        then = "once a reviewer gives it with `approve`, notice starts"
        state = "unapproved"
        because = _unapproved(request, then if waits else "a reviewer can give it with `approve`")
    elif not changes and request.days:
        state, because = "withdrawn", "later merges took back or replaced all of it"
    elif not changes:
        because = "changes only the schedule"
    elif not timeline.environment.windows and not obstacles:
        because = "takes effect at once, when it is merged"
    elif window is not None:
        because = "; ".join(why_then(forecast, all_of_them, timeline, calendar, windows, today))
    else:
        because = why_not_yet(forecast, all_of_them, timeline)
    return Standing(request, state, changes, notice, ready, window, because)
