"""Releases outside the windows, for one app: off-cycle, and at a time that was agreed (design §7, §8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.days import name
from launchwindow.hand_over import Handing
from launchwindow.levers import index_of
from launchwindow.model.errors import NotPossible
from launchwindow.model.schedule import Choice
from launchwindow.release import take
from launchwindow.schedule import Differences, obstacles_off_cycle
from launchwindow.settle import schedule_values
from launchwindow.timelines import rotation_of, timeline_of
from launchwindow.valid_set import consistent, problems_with

if TYPE_CHECKING:
    from datetime import datetime

    from launchwindow.model.judge import Judge
    from launchwindow.model.ledger import Ledger, Request
    from launchwindow.model.policy import Environment
    from launchwindow.model.schedule import Timeline
    from launchwindow.release import Outcome
    from launchwindow.windows import Calendar


def off_cycle(
    ledger: Ledger, request: Request, environment: Environment, calendar: Calendar, judge: Judge, by: str, why: str,
    now: datetime,
) -> Outcome:  # fmt: skip
    """Release the state of one request now. Raises `NotPossible` with all that stands in the way beside its notice."""
    timeline = timeline_of(ledger, request.subject, environment, judge)
    index = index_of(timeline, request)
    if index is None or not Differences(timeline).of_request(index):
        raise NotPossible(
            f"{request.id} asks for nothing that is not released already: main took it back or changed it."
        )
    day = calendar.local_date(now)
    found = [one.text for one in obstacles_off_cycle(timeline, index, day, now)]
    choices = {request.subject: Choice(index, {})}
    if not found:
        problems = problems_with(ledger, environment, {request.subject: timeline}, choices, judge)
        found = [f"{one.subject}: {one.message}" for one in problems]
    if found:
        lines = "".join(f"\n  {text}" for text in found)
        raise NotPossible(f"{request.id} can't go now; only its own notice is waived off-cycle:{lines}")
    run = Handing("off-cycle", day, now, ledger.releases + 1, by, why)
    return take(ledger, {request.subject: timeline}, choices, run, judge)


def coordinated(
    ledger: Ledger, subject: str, environment: Environment, calendar: Calendar, judge: Judge, by: str, now: datetime
) -> Outcome:
    """Release what a window today would take of one app, at its agreed time. Raises `NotPossible` outside of it."""
    _refuse_other_times(ledger, subject, calendar, judge, now)
    timeline = timeline_of(ledger, subject, environment, judge, coordinated=True)
    day = calendar.local_date(now)
    opens_at, _ = calendar.hours(day)
    choices = consistent(ledger, environment, {subject: timeline}, day, opens_at, judge)
    choice = choices[subject]
    if choice.state is None:
        raise NotPossible(f"Nothing of {subject} is ready for its agreed time:{_lines(timeline, choice)}")
    ordinary = timeline_of(ledger, subject, environment, judge)
    guarded = ordinary.guard(ordinary.released, ordinary.states[choice.state], day, opens_at)
    if not any(one.kind == "coordination" for one in guarded):
        raise NotPossible(
            f"Nothing of {subject} needs a coordinated release: what is ready goes at the next deploy window by itself."
        )
    run = Handing("coordinated", day, now, ledger.releases + 1, by)
    return take(ledger, {subject: timeline}, choices, run, judge)


def _refuse_other_times(ledger: Ledger, subject: str, calendar: Calendar, judge: Judge, now: datetime) -> None:
    agreed = rotation_of(ledger, subject, judge).coordinate_at
    if agreed is None:
        unread = schedule_values(ledger, subject).get("release.coordinate_at")
        what = (
            "its `release.coordinate_at` is no time with an offset" if unread and unread.value else "no time is agreed"
        )
        raise NotPossible(
            f"{subject}: {what}. Agree on one in business hours, write it in the app's file as `release.coordinate_at` "
            "with the `reason`, and merge that with an approval."
        )
    day = calendar.local_date(agreed)
    closes_at = calendar.hours(day)[1]
    when = f"{agreed.astimezone(judge.timezone):%H:%M %Z} on {name(day)}"
    if reason := calendar.closed_because(day):
        raise NotPossible(f"{subject} was to go at {when}, but {reason}. Agree on a business day.")
    if now >= closes_at:
        raise NotPossible(f"{subject} was to go at {when}; that time went by. Agree on a new one and merge it.")
    if now < agreed:
        raise NotPossible(f"{subject} goes at {when}, until {closes_at:%H:%M}: run this again then.")


def _lines(timeline: Timeline, choice: Choice) -> str:
    texts = {one.text: None for index in sorted(choice.obstacles) for one in choice.obstacles[index]}
    if not timeline.states:
        return " it has no open change request."
    return "".join(f"\n  {text}" for text in texts)
