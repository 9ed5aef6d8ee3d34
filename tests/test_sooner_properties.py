"""What `explain-date` names as sooner is true: random timelines, and each lever pulled by hand on what is recorded.

The windows that follow are played one by one here, not forecast.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.diff import difference
from launchwindow.levers import approve, resume, short_notice
from launchwindow.model.errors import NotPossible
from launchwindow.model.ledger import Deployed, Ledger, Release, Request, Rollback, ScheduleValue, Seen
from launchwindow.model.row import Row
from launchwindow.own_runs import off_cycle
from launchwindow.record import requests_of
from launchwindow.schedule import Differences, after_release, choose
from launchwindow.sooner import Place, Way, ways
from launchwindow.standing import upcoming
from launchwindow.timelines import timeline_of
from launchwindow.what_if import undone
from launchwindow.windows import Calendar
from support.timelines import NEW_YORK, SUBJECT, row, shipped_policy
from support.timelines import request as recorded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from zoneinfo import ZoneInfo

    from launchwindow.model.schedule import Obstacle

HISTORIES = int(os.environ.get("LAUNCHWINDOW_HISTORIES", "100"))
POLICY = shipped_policy()
PRODUCTION = POLICY.environments["production"]
CALENDAR = Calendar(POLICY)
START = datetime(2026, 11, 2, 8, tzinfo=NEW_YORK)
FIRST, OTHER = (one.email for one in POLICY.review.reviewers)
PUSH = (None, "https://new.exa.gov/risc")


class NothingWrong:
    """A judge who finds no fault."""

    def obstacles(self, _ledger: Ledger, _request: Request, _day: date) -> tuple[Obstacle, ...]:
        return ()

    @property
    def timezone(self) -> ZoneInfo:
        return NEW_YORK

    def imported_names(self, _subject: str) -> Mapping[str, str]:
        return {}


JUDGE = NothingWrong()
rows = st.builds(
    lambda uris, name, push, certs: row(*uris, name=name, certs=certs, push_notification_url=push, pkce=True),
    st.lists(st.sampled_from(["https://a.gov/", "https://b.gov/", "https://c.gov/"]), unique=True, max_size=3),
    st.sampled_from(["one", "two", "three"]),
    st.sampled_from(PUSH),
    st.lists(st.sampled_from(["k1", "k2"]), unique=True, max_size=2).map(tuple),
)
merges = st.tuples(st.integers(0, 40), st.sampled_from([8, 10]), rows, st.booleans(), st.booleans(), st.booleans())
"""(day, hour, what it leaves, whether approved, held, and whether with it comes a date not to be released before)"""


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Ledger, datetime]:
    """One app with open requests, and a moment at which somebody asks."""
    base = draw(rows)
    found = sorted(draw(st.lists(merges, min_size=1, max_size=4)), key=lambda one: one[:2])
    release = Release("b" * 40, 0, "apps/exa/…", "digest", None, START, (), base, START, "adopted")
    deployed = Deployed(SUBJECT, "urn:exa", release, release, (), (), {}, {})
    requests: dict[str, Request] = {}
    before: Row = base
    for number, (day, hour, after, approved, held, dated) in enumerate(found, 1):
        merged = (START + timedelta(days=day)).replace(hour=hour)
        one = recorded(number, before, after, merged, PRODUCTION, released=base, deployed=deployed,
                       approved=approved or hour == 8, held=held and day % 2 == 0)  # fmt: skip
        if dated and day % 3 == 0:
            one = one._replace(schedule={"release.not_before": "2027-01-10"})
        if one.days or one.schedule:
            requests[one.id] = one
            before = after
    now = START + timedelta(days=found[-1][0] + draw(st.integers(0, 12)), hours=4)
    ledger = Ledger("main", Seen("c" * 40, now), len(found), {}, requests, {SUBJECT: deployed}, frozenset())
    return ledger, now


def played(ledger: Ledger, now: datetime) -> dict[str, date]:
    """Request -> the window that takes it, window after window, if nothing else happens; or the day that took it."""
    line = timeline_of(ledger, SUBJECT, PRODUCTION, JUDGE)
    found = {one.id: one.released for one in requests_of(ledger, SUBJECT) if one.released is not None}
    for window in upcoming(CALENDAR, now, "production", ledger):
        choice = choose(line, window.date, window.opens_at)
        if choice.state is not None:
            differences = Differences(line)
            found |= {
                state.request.id: window.date for index, state in enumerate(line.states[: choice.state + 1])
                if differences.of_request(index)
            }  # fmt: skip
            line = after_release(line, choice.state)
    return found


def merged_today(ledger: Ledger, state: Row, now: datetime) -> Ledger:
    """One more merge, approved, that leaves this state."""
    last = requests_of(ledger, SUBJECT)[-1]
    assert isinstance(last.row, Row)
    released = ledger.deployed[SUBJECT].released
    assert released is not None
    assert isinstance(released.row, Row)
    one = recorded(ledger.merges + 1, last.row, state, now, PRODUCTION, released=released.row,
                   deployed=ledger.deployed[SUBJECT])  # fmt: skip
    return ledger._replace(merges=one.order, requests={**ledger.requests, one.id: one})


def done(ledger: Ledger, way: Way, now: datetime) -> Ledger:
    """The ledger after the way's steps, each taken by hand."""
    for how, on, _ in way.steps:
        if how == "not-before":
            said = {"release.not_before": ScheduleValue(None, ledger.merges + 1)}
            deployed = ledger.deployed[SUBJECT]._replace(schedule=said)
            ledger = ledger._replace(deployed={SUBJECT: deployed})
            continue
        assert on is not None
        request = ledger.requests[on]
        if how == "approve":
            ledger = approve(ledger, request, FIRST, "Fine.", POLICY, now)
        elif how == "resume":
            ledger = resume(ledger, request, "ops@login.gov", "Ready.", now)
        elif how == "short-notice":
            line = timeline_of(ledger, SUBJECT, PRODUCTION, JUDGE)
            ledger = short_notice(ledger, request, OTHER, "Urgent.", POLICY, line, now)
        elif how == "off-cycle":
            ledger = off_cycle(ledger, request, PRODUCTION, CALENDAR, JUDGE, f"{FIRST} and {OTHER}", "", now).ledger
        else:
            assert how == "take-back"
            line = timeline_of(ledger, SUBJECT, PRODUCTION, JUDGE)
            index = next(at for at, state in enumerate(line.states) if state.request.id == on)
            state = undone(line.released, line.states[-1].row, Differences(line).of_request(index))
            assert state is not None
            ledger = merged_today(ledger, state, now)
    return ledger


@settings(max_examples=HISTORIES, deadline=None)
@given(ledgers())
def test_what_is_named_as_sooner_is_sooner(given_ledger: tuple[Ledger, datetime]) -> None:
    """Each way, taken, brings its request to the window that it names, and that is sooner than without it."""
    ledger, now = given_ledger
    before = played(ledger, now)
    place = Place(SUBJECT, PRODUCTION, POLICY, CALENDAR, JUDGE, now)
    found = ways(ledger, place)
    assert len({(way.request.id, way.steps) for way in found}) == len(found)
    for way in found:
        after = played(done(ledger, way, now), now)
        key = way.request.id
        assert after.get(key) == way.window, way.steps
        assert key not in before or way.window < before[key], way.steps


@settings(max_examples=HISTORIES, deadline=None)
@given(ledgers())
def test_no_single_lever_that_helps_is_left_out(given_ledger: tuple[Ledger, datetime]) -> None:
    """Whatever one person can do to one request, and that brings it sooner, is named."""
    ledger, now = given_ledger
    before = played(ledger, now)
    place = Place(SUBJECT, PRODUCTION, POLICY, CALENDAR, JUDGE, now)
    named = {(way.request.id, way.steps[0].how, way.steps[0].on) for way in ways(ledger, place) if len(way.steps) == 1}
    line = timeline_of(ledger, SUBJECT, PRODUCTION, JUDGE)
    for request in requests_of(ledger, SUBJECT):
        pulls = {
            "approve": lambda one=request: approve(ledger, one, FIRST, "", POLICY, now),
            "resume": lambda one=request: resume(ledger, one, "ops@login.gov", "", now),
            "short-notice": lambda one=request: short_notice(ledger, one, FIRST, "", POLICY, line, now),
        }
        for how, pull in pulls.items():
            try:
                after = played(pull(), now)
            except NotPossible:
                continue
            gained = {key for key, day in after.items() if key not in before or day < before[key]}
            assert {(key, how, request.id) for key in gained} <= named


def test_no_merge_is_named_while_the_app_is_rolled_back() -> None:
    """What is merged during a rollback is held, so taking a change back would free nothing."""
    base = row("https://a.gov/", name="one", push_notification_url=None, pkce=True)
    push = row("https://a.gov/", name="one", push_notification_url=PUSH[1], pkce=True)
    named = row("https://a.gov/", name="two", push_notification_url=PUSH[1], pkce=True)
    release = Release("b" * 40, 0, "apps/exa/…", "digest", None, START, (), base, START, "adopted")
    deployed = Deployed(SUBJECT, "urn:exa", release, release, (), (), {}, {})
    first, second = (
        recorded(number, before, after, START, PRODUCTION, released=base, deployed=deployed)
        for number, before, after in ((1, base, push), (2, push, named))
    )
    ledger = Ledger("main", Seen("c" * 40, START), 2, {}, {first.id: first, second.id: second}, {SUBJECT: deployed},
                    frozenset())  # fmt: skip
    place = Place(SUBJECT, PRODUCTION, POLICY, CALENDAR, JUDGE, START)
    assert ("take-back", first.id) in {way.steps[0][:2] for way in ways(ledger, place)}
    # Only that there is one matters here.
    rolled_back = deployed._replace(rollback=Rollback._make(["ops"] * len(Rollback._fields)))
    found = ways(ledger._replace(deployed={SUBJECT: rolled_back}), place)
    assert found
    assert "take-back" not in {step.how for way in found for step in way.steps}


@given(rows, rows)
def test_undoing_all_that_differs_gives_what_was_before(before: Row, after: Row) -> None:
    """Nothing differs any more from what was released."""
    changes = difference(before, after)
    left = undone(before, after, changes)
    assert (left is None) == (not changes)
    assert left is None or difference(before, left) == ()
