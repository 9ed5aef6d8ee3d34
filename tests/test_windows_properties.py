"""What holds of the calendar of every policy that has no problem."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from launchwindow.model.policy import Closure, Freeze, Policy
from launchwindow.windows import Calendar, NoWindowError, calendar_problems
from support.policies import NEW_YORK, policy_with

FIRST, LAST = date(2026, 9, 1), date(2028, 3, 1)
DAYS = st.dates(FIRST, LAST)
# Farther than an alternate (60 days) or a move of these policies (45) goes.
REACH = timedelta(61)


class Case(NamedTuple):
    """A policy without problems and when its closures came into it."""

    policy: Policy
    added: dict[date, datetime]

    @property
    def calendar(self) -> Calendar:
        return Calendar(self.policy, self.added)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    days = tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1, max_size=3))))
    freezes = [
        Freeze(first, first + timedelta(length), "freeze")
        for first, length in draw(st.lists(st.tuples(DAYS, st.integers(0, 70)), max_size=3))
    ]
    closures = [
        Closure(first + timedelta(more), "closure")
        for first, length in draw(st.lists(st.tuples(DAYS, st.integers(0, 4)), max_size=6))
        for more in range(length + 1)
    ]
    regular = DAYS.filter(lambda day: day.weekday() in days)
    moves = draw(st.dictionaries(regular, st.integers(-45, 45), max_size=3))
    policy = policy_with(
        days=days,
        freezes=tuple(freezes),
        closures=tuple({closure.date: closure for closure in closures}.values()),
        moved={day: day + timedelta(distance) for day, distance in moves.items()},
        alternate=draw(st.sampled_from(["next-business-day", "previous-business-day"])),
        avoid_weekdays=draw(st.frozensets(st.integers(0, 4), max_size=2)),
        avoid_day_before_holiday=draw(st.booleans()),
    )
    assume(not calendar_problems(policy))
    ahead = st.integers(-5, 30)
    noon = {c.date: datetime(c.date.year, c.date.month, c.date.day, 12, tzinfo=NEW_YORK) for c in closures}
    added = {day: moment - timedelta(draw(ahead)) for day, moment in noon.items() if draw(st.booleans())}
    return Case(policy, added)


@settings(max_examples=80, deadline=None)
@given(cases())
def test_windows_are_in_order_and_on_free_days(case: Case) -> None:
    calendar, policy = case.calendar, case.policy.windows
    found = calendar.windows(FIRST, LAST)
    assert all(one.date < two.date for one, two in pairwise(found))
    for window in found:
        unmoved = [day for day in window.regular if day not in policy.moved]
        assert calendar.frozen_because(window.date) is None
        closed = calendar.closed_because(window.date)
        assert closed is None or closed.endswith(" is no business day")  # a regular or chosen weekend day, no holiday
        for day in unmoved:
            assert day.weekday() in policy.days
            if day != window.date:  # an alternate
                assert calendar.is_business_day(window.date)
                assert window.date.weekday() not in policy.avoid_weekdays
                assert calendar.closed_because(day) is not None
        assert len(window.because) == len(window.regular) == len(set(window.regular))
        assert list(window.regular) == sorted(window.regular)
        assert all(str(day) in because for day, because in zip(window.regular, window.because, strict=True))


@settings(max_examples=80, deadline=None)
@given(cases())
def test_every_regular_day_is_accounted_for_exactly_once(case: Case) -> None:
    calendar = case.calendar
    windows = calendar.windows(FIRST - REACH, LAST + REACH)
    accounted = [day for window in windows for day in window.regular if FIRST <= day <= LAST]
    accounted += [skip.date for skip in calendar.skipped(FIRST, LAST)]
    days = [FIRST + timedelta(number) for number in range((LAST - FIRST).days + 1)]
    assert sorted(accounted) == [day for day in days if day.weekday() in case.policy.windows.days]


@settings(max_examples=80, deadline=None)
@given(cases())
def test_moved_days_are_where_the_policy_says(case: Case) -> None:
    for day, to in case.policy.windows.moved.items():
        window = case.calendar.on(to)
        assert window is not None
        assert day in window.regular


@settings(max_examples=80, deadline=None)
@given(cases(), DAYS, DAYS, DAYS)
def test_a_range_is_the_sum_of_its_parts(case: Case, one: date, two: date, three: date) -> None:
    first, middle, last = sorted((one, two, three))
    # Each asked of a calendar of its own: what was asked before must not matter.
    whole = case.calendar.windows(first, last)
    parts = case.calendar.windows(first, middle) + case.calendar.windows(middle + timedelta(1), last)
    assert whole == parts
    days = [first + timedelta(number) for number in range((last - first).days + 1)]
    asked = case.calendar
    assert whole == tuple(window for window in map(asked.on, reversed(days)) if window)[::-1]


@settings(max_examples=80, deadline=None)
@given(cases(), DAYS, st.integers(0, 8))
def test_the_ways_to_ask_agree(case: Case, day: date, count: int) -> None:
    calendar = case.calendar
    try:
        following = calendar.next_from(day)
    except NoWindowError:
        assert calendar.windows(day, day + timedelta(400)) == ()
        return
    assert calendar.windows(day, following.date) == (following,)
    assert calendar.on(following.date) == following
    windows, skipped = calendar.from_date(day, count)
    assert len(windows) == count
    if windows:
        assert windows == calendar.windows(day, windows[-1].date)
        assert skipped == calendar.skipped(day, windows[-1].date)


@settings(max_examples=80, deadline=None)
@given(cases(), DAYS, st.times(timezones=st.just(UTC)))
def test_a_moment_is_before_one_window_and_in_at_most_one(case: Case, utc_day: date, utc_time: time) -> None:
    calendar, moment = case.calendar, datetime.combine(utc_day, utc_time)
    following = calendar.after(moment)
    assert moment < following.opens_at
    day = calendar.local_date(moment)
    between = [window for window in calendar.windows(day, following.date) if window.opens_at > moment]
    assert between == [following]
    window = calendar.open_at(moment)
    near = calendar.windows(day - timedelta(2), day + timedelta(2))
    assert ([window] if window else []) == [one for one in near if one.opens_at <= moment < one.closes_at]
    assert calendar.open_at(following.opens_at) == following
    assert calendar.open_at(following.closes_at) is None
