"""The promises of the scheduling rules, hunted with random histories against a naive reading of the design.

What is released is checked here without the code under test: states are compared as flat mappings, element by element.
"""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.diff import canonical, diff, stood_in
from launchwindow.model.ledger import Approval, Person
from launchwindow.model.row import Row
from launchwindow.model.schedule import State
from launchwindow.schedule import after_release, choose, forecasts
from launchwindow.windows import Calendar
from support.timelines import NEW_YORK, row, shipped_policy, timeline
from support.timelines import request as recorded

HISTORIES = int(os.environ.get("LAUNCHWINDOW_HISTORIES", "100"))
"""Random histories hunted; for a longer hunt set LAUNCHWINDOW_HISTORIES, and ask for all with `-m hypothesis`."""
POLICY = shipped_policy()
PRODUCTION = POLICY.environments["production"]
CALENDAR = Calendar(POLICY)
START = date(2026, 2, 2)
WINDOWS = CALENDAR.windows(START, START + timedelta(days=150))
PUSH = ("https://known.exa.gov/risc", "https://new.exa.gov/risc")

rows = st.one_of(
    st.none(),
    st.builds(
        lambda uris, name, push, certs: row(*uris, name=name, certs=certs, push_notification_url=push),
        st.lists(st.sampled_from(["https://a.gov/", "https://b.gov/", "https://c.gov/"]), unique=True, max_size=3),
        st.sampled_from(["one", "two", "three"]),
        st.sampled_from([None, *PUSH]),
        st.lists(st.sampled_from(["k1", "k2"]), unique=True, max_size=2).map(tuple),
    ),
)


class Step(NamedTuple):
    """One merge: when, what it leaves, and what people do with it."""

    day: int
    hour: int
    row: Row | None
    approved_after: int | None
    """Days until its approval; 0: merged with it; None: never."""
    held: tuple[int, int] | None
    """(first day, days) of a hold, counted from the merge."""


steps = st.builds(
    Step,
    st.integers(0, 60),
    st.sampled_from([8, 10]),
    rows,
    st.sampled_from([0, 0, 0, 0, 3, 20, None]),
    st.one_of(st.none(), st.none(), st.tuples(st.integers(0, 20), st.integers(1, 30))),
)
histories = st.lists(steps, min_size=1, max_size=7).map(
    lambda found: sorted(found, key=lambda one: (one.day, one.hour))
)


def flat(state: Row | None) -> dict[str, object]:
    """A state as one flat mapping: what is there, and what it is."""
    if state is None:
        return {"active": False}
    found: dict[str, object] = {"active": state.active}
    if state.certs:
        found["first"] = state.certs[0].fingerprint
    found |= {f"column {name}": value for name, value in state.columns.items() if value is not None}
    found |= {f"uri {uri}": True for uri in state.redirect_uris}
    return found | {f"cert {one.fingerprint}": True for one in state.certs}


def seen_from(base: Row | None, state: Row | None) -> dict[str, object]:
    """A state as compared with what was released: an app that is gone keeps its fields and is inactive."""
    if state is not None:
        return flat(state)
    return flat(base._replace(active=False)) if base is not None else flat(None)


def moment(step: Step) -> datetime:
    """When a step was merged."""
    day = START + timedelta(days=step.day)
    return datetime(day.year, day.month, day.day, step.hour, tzinfo=NEW_YORK)


class World(NamedTuple):
    """What is known at one window."""

    states: tuple[State, ...]
    approved_on: tuple[date | None, ...]
    held: tuple[bool, ...]


def world(history: list[Step], now: datetime) -> World:
    """Every merge until `now`, as recorded, with the approvals and holds of that moment."""
    states: list[State] = []
    approvals: list[date | None] = []
    holds: list[bool] = []
    for number, step in enumerate(history, 1):
        if moment(step) > now:
            break
        before = history[number - 2].row if number > 1 else None
        merged = moment(step)
        approval = None if step.approved_after is None else merged.date() + timedelta(days=step.approved_after)
        approved = approval is not None and approval <= now.date()
        held = step.held is not None and (
            merged.date() + timedelta(days=step.held[0]) <= now.date() < merged.date() + timedelta(days=sum(step.held))
        )
        request = recorded(
            number, before, step.row, merged, PRODUCTION, approved=approved, held=held, hosts=("known.exa.gov",)
        )  # fmt: skip
        if approved:
            by = Approval(Person("Reviewer", "reviewer@login.gov"), now, "approve")
            request = request._replace(approvals=(by,), notice_starts=approval)
        states.append(State(request, step.row))
        approvals.append(approval if approved else None)
        holds.append(held)
    return World(tuple(states), tuple(approvals), tuple(holds))


def assert_allowed(
    base: Row | None, known: World, first: int, index: int, window: date, opens_at: datetime, history: list[Step]
) -> None:
    """The release of the state at `index` (`first` being the first state since the base) breaks no promise."""
    states = [state.row for state in known.states]
    target, tip = seen_from(base, states[index]), seen_from(base, states[-1])
    start = seen_from(base, base) if base is not None else flat(None)
    assert moment(history[index]) < opens_at, "merged after the window had opened"
    assert known.approved_on[index] is not None, "released a state whose own merge nobody approved"
    assert not known.held[index]
    for key in {*start, *target}:
        value = target.get(key)
        if value == start.get(key):
            continue
        assert tip.get(key) == value, f"{key} was taken back by main and went live"
        since = len(states)
        while since > first and seen_from(base, states[since - 1]).get(key) == value:
            since -= 1
        approved_on = known.approved_on[since]
        assert approved_on is not None, f"{key} counts from an unapproved merge"
        assert not known.held[since], f"{key} counts from a held merge"
        days = 21 if key == "column push_notification_url" and value == PUSH[1] else 14
        if key == "active" and value is False:
            # The timelines here have no confirmed past, and not yet having been there lets an app go without notice.
            days = 0
        assert approved_on + timedelta(days=days) <= window, f"{key} was released before its notice was over"


@settings(max_examples=HISTORIES, deadline=None)
@given(histories)
def test_no_window_breaks_a_promise(history: list[Step]) -> None:
    """Every window of five months, over random merges, late approvals and holds; and in the end all is deployed."""
    base: Row | None = None
    done = 0
    for window in WINDOWS:
        known = world(history, window.opens_at + timedelta(hours=2))
        line = timeline(PRODUCTION, base, known.states[done:])
        choice = choose(line, window.date, window.opens_at)
        if choice.state is None:
            continue
        index = done + choice.state
        assert_allowed(base, known, done, index, window.date, window.opens_at, history)
        base = after_release(line, choice.state).released  # type: ignore[assignment]
        done = index + 1
    if all(step.approved_after is not None for step in history):
        assert seen_from(base, history[-1].row) == (flat(base)), "what nobody keeps back was not deployed in time"


@settings(max_examples=HISTORIES // 2, deadline=None)
@given(histories)
def test_a_forecast_comes_true(history: list[Step]) -> None:
    """If nothing else happens, each window takes just what was forecast after the last merge."""
    known = world(history, moment(history[-1]) + timedelta(hours=1))
    later = [window for window in WINDOWS if window.closes_at > moment(history[-1])]
    line = timeline(PRODUCTION, None, known.states)
    forecast = {one.request.order: one.window for one in forecasts(line, later) if one.changes}
    released: dict[int, date] = {}
    offset = 0
    for window in later:
        choice = choose(line, window.date, window.opens_at)
        if choice.state is not None:
            released |= {offset + number + 1: window.date for number in range(choice.state + 1)}
            offset += choice.state + 1
            line = after_release(line, choice.state)
    assert forecast == {order: released.get(order) for order in forecast}


@given(rows, rows)
def test_a_difference_is_what_differs(before: Row | None, after: Row | None) -> None:
    """Nothing differs from itself; and after a change its element stands in the row, before it does not."""
    assert diff(after, after) == ()
    for change in diff(before, after):
        if after is not None:
            assert stood_in(change.element, after)
        if before is not None:
            assert not stood_in(change.element, before)
        assert canonical(change.before) != canonical(change.after)


@given(rows.filter(lambda one: one is not None), st.randoms())
def test_order_is_no_change(state: Row, random: object) -> None:
    """The order of redirect URIs, and of certificates after the first, is none."""
    uris, certs = list(state.redirect_uris), list(state.certs)
    random.shuffle(uris)  # type: ignore[attr-defined]
    rest = certs[1:]
    random.shuffle(rest)  # type: ignore[attr-defined]
    assert diff(state, state._replace(redirect_uris=tuple(uris), certs=(*certs[:1], *rest))) == ()
