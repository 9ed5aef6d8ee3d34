"""(merges, calendar, deployed, verdicts) -> when, and why (design §7).

The wording that this follows was hunted with random histories; read the design's section beside it. Indices count
the states `S1 … Sn` of a timeline from 0, so `n - 1` is the state at main's tip.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from launchwindow.diff import difference
from launchwindow.model.row import Row
from launchwindow.model.schedule import Choice, Forecast, Obstacle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime

    from launchwindow.model.change import Change, Element
    from launchwindow.model.ledger import Request
    from launchwindow.model.row import PartnerRow
    from launchwindow.model.schedule import Timeline
    from launchwindow.model.window import Window

HORIZON = 80
"""Windows that a forecast looks ahead at most: well over half a year."""


class Differences:
    """`diff(S0, Si)` of every state of a timeline, and what follows from them alone."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.each: tuple[Mapping[Element, Change], ...] = tuple(
            {change.element: change for change in difference(timeline.released, state.row)} for state in timeline.states
        )

    @property
    def last(self) -> Mapping[Element, Change]:
        """`diff(S0, Sn)`: what main asks for beyond what was released."""
        return self.each[-1] if self.each else {}

    def counts_from(self, element: Element) -> int:
        """The earliest `j` such that the change is in every `diff(S0, Si)`, `j ≤ i ≤ n`."""
        earliest = len(self.each)
        while earliest and element in self.each[earliest - 1]:
            earliest -= 1
        return earliest

    def stands(self, index: int) -> bool:
        """Whether main still holds every change of the state: none was taken back by a later merge."""
        return all(element in later for later in self.each[index:] for element in self.each[index])

    def of_request(self, index: int) -> tuple[Change, ...]:
        """The changes of a request: those of `diff(S0, Sn)` that count from its merge."""
        return tuple(change for element, change in self.last.items() if self.counts_from(element) == index)

    def notice_ends(self, element: Element) -> date | None:
        """The day on which the change's notice is over; None while its merge waits for a review."""
        request = self.timeline.states[self.counts_from(element)].request
        if request.notice_starts is None:
            return request.notice_waived
        ends = request.notice_starts + timedelta(days=self.days(request, element))
        return min(ends, request.notice_waived or ends)

    def days(self, request: Request, element: Element) -> int:
        """The days fixed when the request was recorded; an element that it did not know yet takes the default."""
        environment = self.timeline.environment
        return request.days.get(element, environment.notice_days.default if environment.windows else 0)


def choose(timeline: Timeline, window_date: date, opens_at: datetime | None, below: int | None = None) -> Choice:
    """What a window on `window_date` takes: the ready state with the largest index that main still holds whole.

    `opens_at` is None for an environment without windows: then neither notice nor dates stand in the way. `below`
    leaves out the states from that index on: they conflict with another app's.
    """
    differences = Differences(timeline)
    obstacles: dict[int, tuple[Obstacle, ...]] = {}
    for index in reversed(range(len(timeline.states) if below is None else below)):
        if not differences.each[index]:
            continue
        found = tuple(_obstacles(differences, index, window_date, opens_at))
        if not found:
            return Choice(index, obstacles)
        obstacles[index] = found
    return Choice(None, obstacles)


def obstacles_off_cycle(timeline: Timeline, index: int, day: date, now: datetime) -> tuple[Obstacle, ...]:
    """What keeps one state from being released on `day` outside of the windows: all but its own notice."""
    state = timeline.states[index]
    waived = state._replace(request=state.request._replace(notice_waived=day))
    states = (*timeline.states[:index], waived, *timeline.states[index + 1 :])
    # No window opens, so nothing was merged too late for one: what is merged by now counts.
    return tuple(_obstacles(Differences(timeline._replace(states=states)), index, day, now + timedelta(seconds=1)))


def _obstacles(
    differences: Differences, index: int, window_date: date, opens_at: datetime | None
) -> Iterator[Obstacle]:
    if not differences.stands(index):
        commit = differences.timeline.states[index].request.commit[:12]
        yield Obstacle("taken-back", f"a later merge took back or replaced some of what {commit} asks for")
        return
    found = False
    for obstacle in _waiting(differences, index, window_date, opens_at):
        found = True
        yield obstacle
    if found:
        return
    if opens_at is not None:
        yield from differences.timeline.guard(
            differences.timeline.released, differences.timeline.states[index], window_date, opens_at
        )
    # Rules cost most, so they are asked last.
    yield from differences.timeline.errors(index, window_date)


def _waiting(differences: Differences, index: int, window_date: date, opens_at: datetime | None) -> Iterator[Obstacle]:
    """Reviews, holds, notice, dates: what time or a person has still to do."""
    timeline = differences.timeline
    state = timeline.states[index]
    merges = {differences.counts_from(element) for element in differences.each[index]} | {index}
    for request in (timeline.states[merge].request for merge in sorted(merges)):
        # By what was asked for at its merge: a policy that asks for no review any more approves nothing in hindsight.
        if not request.approved:
            yield Obstacle("unapproved", f"{request.commit[:12]} has no approval that counts")
        if request.hold is not None:
            yield Obstacle("held", f"{request.commit[:12]} is held by {request.hold.by}: {request.hold.reason}")
    if opens_at is None:
        return
    yield from _notice(differences, index, window_date)
    if timeline.not_before is not None and timeline.not_before > window_date:
        text = f"the app asks not to be released before {timeline.not_before}"
        yield Obstacle("not-before", text, timeline.not_before)
    if state.request.merged_at >= opens_at:
        yield Obstacle("merged-late", f"{state.request.commit[:12]} was merged after the window had opened")


def _notice(differences: Differences, index: int, window_date: date) -> Iterator[Obstacle]:
    latest: dict[str, tuple[date, int]] = {}
    for element in differences.each[index]:
        request = differences.timeline.states[differences.counts_from(element)].request
        ends = differences.notice_ends(element)
        if ends is not None and ends > window_date:
            known = latest.get(request.commit, (ends, 0))
            latest[request.commit] = max(known, (ends, differences.days(request, element)))
    for commit, (ends, days) in latest.items():
        yield Obstacle("notice", f"{commit[:12]} is in its notice of {days} days until {ends}", ends)


def forecasts(timeline: Timeline, windows: Iterable[Window]) -> tuple[Forecast, ...]:
    """For each state's request, its changes and the first of `windows` that takes them, if nothing else happens."""
    differences = Differences(timeline)
    takes, last, offset = _simulate(timeline, windows)
    found = []
    for index, state in enumerate(timeline.states):
        changes = differences.of_request(index)
        notice = {change.element: differences.days(state.request, change.element) for change in changes}
        window = takes.get(index) if changes else None
        obstacles = () if not changes or window is not None else why_not(last, index - offset)
        ready = _ready(differences, changes)
        found.append(Forecast(state.request, changes, notice, ready, window, obstacles))
    return tuple(found)


def _ready(differences: Differences, changes: tuple[Change, ...]) -> date | None:
    ends = [differences.notice_ends(change.element) for change in changes]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


def _simulate(timeline: Timeline, windows: Iterable[Window]) -> tuple[dict[int, date], Choice | None, int]:
    """(index of each state -> the window that takes it, what the last window looked at said, its states' offset)."""
    takes: dict[int, date] = {}
    rest, offset, last = timeline, 0, None
    for window in windows:
        if not Differences(rest).last:
            break
        last = choose(rest, window.date, window.opens_at)
        if last.state is not None:
            takes |= dict.fromkeys(range(offset, offset + last.state + 1), window.date)
            rest, offset = after_release(rest, last.state), offset + last.state + 1
        elif not only_time_helps(last):
            break
    return takes, last, offset


def after_release(timeline: Timeline, index: int) -> Timeline:
    """The timeline once the state at `index` was released: it is `S0` now, and what came before is past."""
    released = released_row(timeline, index)
    states = timeline.states[index + 1 :]

    def errors(later: int, day: date) -> tuple[Obstacle, ...]:
        return timeline.errors(index + 1 + later, day)

    return timeline._replace(released=released, states=states, errors=errors)


def released_row(timeline: Timeline, index: int) -> Row | PartnerRow | None:
    """The row that the IdP has once the state at `index` is released: an app that is gone stays, inactive."""
    row = timeline.states[index].row
    if row is None and isinstance(timeline.released, Row):
        return timeline.released._replace(active=False)
    return row


def only_time_helps(choice: Choice) -> bool:
    """Whether some state waits for nothing but the calendar."""
    calendar = {"notice", "not-before", "merged-late"}
    return any(all(one.kind in calendar for one in obstacles) for obstacles in choice.obstacles.values())


def why_not(choice: Choice | None, index: int) -> tuple[Obstacle, ...]:
    """The obstacles of the states that would take the changes of the state at `index`, without repeats."""
    if choice is None:
        return ()
    found: dict[Obstacle, None] = {}
    for state in sorted(choice.obstacles):
        if state >= index:
            found |= dict.fromkeys(one for one in choice.obstacles[state] if one.kind != "taken-back")
    return tuple(found)
