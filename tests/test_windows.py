"""The calendar: each rule of design §6 by example. What holds for every policy is in test_windows_properties.py."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from launchwindow.days import holiday_names, look_up_ahead, name
from launchwindow.io.two import ahead
from launchwindow.model.errors import PolicyError
from launchwindow.model.policy import Closure, Freeze
from launchwindow.windows import Calendar, NoWindowError, calendar_problems
from support.policies import FRIDAY, MONDAY, NEW_YORK, SATURDAY, THURSDAY, policy_with

if TYPE_CHECKING:
    from collections.abc import Callable

# 5 U.S.C. 6103, with the observed days as OPM publishes them (opm.gov, Federal Holidays); by the year of the day.
FEDERAL_HOLIDAYS = {
    2025: "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25",
    2026: "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
    2028: "01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
}
THANKSGIVING = date(2026, 11, 26)
CHRISTMAS_EVE = date(2026, 12, 24)
ORDER = Closure(CHRISTMAS_EVE, "executive order")


def calendar(**windows: object) -> Calendar:
    return Calendar(policy_with(**windows))


def dates(of: Calendar, first: date, last: date) -> str:
    return " ".join(f"{window.date:%m-%d}" for window in of.windows(first, last))


def december(of: Calendar) -> str:
    return dates(of, date(2026, 12, 14), date(2027, 1, 15))


@pytest.mark.parametrize("year", FEDERAL_HOLIDAYS)
def test_weekday_holidays_are_the_statutory_ones(year: int) -> None:
    names = holiday_names("US", "public", year)
    weekdays = sorted(f"{day:%m-%d}" for day in names if day.weekday() < SATURDAY)
    assert weekdays == FEDERAL_HOLIDAYS[year].split()
    assert all(day.year == year for day in names)


def test_holidays_carry_their_statutory_names() -> None:
    named = {f"{day:%m-%d}": title for day, title in holiday_names("US", "public", 2026).items()}
    assert named["02-16"] == "Washington's Birthday"
    assert named["10-12"] == "Columbus Day"
    assert named["07-03"] == "Independence Day (observed)"


@pytest.fixture
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that has just begun."""
    for one in ("_known", "_begun"):
        monkeypatch.setattr(f"launchwindow.days.{one}", {})


@pytest.mark.parametrize("can_fork", [False, True], ids=["here", "in-a-second-process"])
@pytest.mark.usefixtures("nothing_known")
def test_holidays_that_are_looked_up_ahead_are_those_holidays(can_fork: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launchwindow.io.two.can_fork", lambda: can_fork)
    begun: list[object] = []

    def noted(work: Callable[[], list[dict[str, str]]]) -> Callable[[], list[dict[str, str]]]:
        begun.append(work)
        return ahead(work)

    for _ in range(2):
        # Once is enough, asked for or not.
        look_up_ahead("US", "public", (2026, 2027), noted)
    found = [holiday_names("US", "public", year) for year in (2027, 2026, 2028)]
    look_up_ahead("US", "public", (2027, 2026), noted)
    assert len(begun) == 1
    monkeypatch.setattr("launchwindow.days._known", {})
    assert found == [holiday_names("US", "public", year) for year in (2027, 2026, 2028)]
    assert all(found)


@pytest.mark.parametrize("can_fork", [False, True], ids=["here", "in-a-second-process"])
@pytest.mark.usefixtures("nothing_known")
def test_a_country_that_is_not_there_is_told_where_it_was_looked_up_ahead(
    can_fork: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("launchwindow.io.two.can_fork", lambda: can_fork)
    look_up_ahead("ZZ", "public", (2026, 2027), ahead)
    for year in (2026, 2026, 2027):
        with pytest.raises(PolicyError, match=r"windows\.holidays"):
            holiday_names("ZZ", "public", year)


def test_a_holiday_nobody_asked_about_costs_no_import() -> None:
    program = "import sys, launchwindow.windows, launchwindow.report.windows; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], env=dict(os.environ), check=False).returncode == 0


def test_thanksgiving_of_the_worked_example() -> None:
    shipped = calendar()
    assert shipped.on(THANKSGIVING) is None
    window = shipped.next_from(date(2026, 11, 24))
    assert window.date == date(2026, 11, 30)
    assert window.regular == (THANKSGIVING, date(2026, 11, 30))
    assert window.because == (
        "Thursday 2026-11-26 is Thanksgiving Day; Friday 2026-11-27 is avoided; "
        "Monday 2026-11-30 is the next business day",
        "Monday 2026-11-30 is a regular day",
    )


def test_the_windows_of_the_worked_example() -> None:
    assert dates(calendar(), date(2026, 11, 24), date(2027, 1, 11)) == (
        "11-30 12-03 12-07 12-10 12-14 12-17 12-21 12-24 12-28 12-31 01-04 01-07 01-11"
    )


@pytest.mark.parametrize(
    ("regular", "alternate"),
    [
        (date(2026, 1, 19), date(2026, 1, 20)),  # a Monday holiday: Tuesday
        (date(2026, 1, 1), date(2026, 1, 5)),  # a Thursday: past the avoided Friday and the weekend
        (date(2025, 12, 25), date(2025, 12, 29)),
        (date(2027, 11, 11), date(2027, 11, 15)),
    ],
)
def test_next_business_day(regular: date, alternate: date) -> None:
    window = calendar().on(alternate)
    assert window is not None
    assert regular in window.regular
    assert calendar().on(regular) is None


def test_previous_business_day() -> None:
    previous = calendar(alternate="previous-business-day")
    wednesday = previous.on(date(2026, 11, 25))
    assert wednesday is not None
    assert wednesday.because == (
        "Thursday 2026-11-26 is Thanksgiving Day; Wednesday 2026-11-25 is the previous business day",
    )
    # Columbus Day: Friday is avoided, Thursday is regular already, so one window stands for both.
    thursday = previous.on(date(2026, 10, 8))
    assert thursday is not None
    assert thursday.regular == (date(2026, 10, 8), date(2026, 10, 12))


def test_nothing_is_avoided_unless_the_policy_says_so() -> None:
    window = calendar(avoid_weekdays=frozenset()).on(date(2026, 11, 27))
    assert window is not None
    assert window.regular == (THANKSGIVING,)


def test_an_avoided_weekday_may_still_be_a_regular_day() -> None:
    assert dates(calendar(days=(FRIDAY,)), date(2026, 12, 1), date(2026, 12, 12)) == "12-04 12-11"


def test_the_day_before_a_holiday_is_avoided_only_on_request() -> None:
    # Columbus Day moves to Tuesday; with a closure on Wednesday, Tuesday is the day before one.
    closures = (Closure(date(2026, 10, 14), "storm"),)
    plain = calendar(closures=closures, days=(MONDAY,))
    careful = calendar(closures=closures, days=(MONDAY,), avoid_day_before_holiday=True)
    week = date(2026, 10, 12), date(2026, 10, 16)
    assert dates(plain, *week) == "10-13"
    assert dates(careful, *week) == "10-15"
    because = careful.windows(*week)[0].why
    assert "Tuesday 2026-10-13 is avoided: Wednesday 2026-10-14 is closed: storm" in because


def test_a_closure_moves_a_regular_day_like_a_holiday() -> None:
    closed = calendar(closures=(ORDER,))
    window = closed.on(date(2026, 12, 28))
    assert window is not None
    assert window.regular == (CHRISTMAS_EVE, date(2026, 12, 28))
    assert window.because[0].startswith("Thursday 2026-12-24 is closed: executive order; Friday 2026-12-25 is Chris")
    assert december(closed) == "12-14 12-17 12-21 12-28 12-31 01-04 01-07 01-11 01-14"


def test_a_closure_is_no_alternate_day() -> None:
    closed = calendar(closures=(Closure(date(2026, 1, 20), "storm"),))
    assert closed.on(date(2026, 1, 20)) is None
    assert closed.next_from(date(2026, 1, 19)).date == date(2026, 1, 21)


def test_a_closure_is_read_as_one_line() -> None:
    because = calendar(closures=(Closure(CHRISTMAS_EVE, "executive\norder. "),)).next_from(CHRISTMAS_EVE).why
    assert "is closed: executive order; Friday" in because


def test_a_freeze_has_no_windows_on_either_of_its_edges() -> None:
    frozen = calendar(freezes=(Freeze(date(2026, 12, 21), date(2026, 12, 31), "year end"),))
    assert december(frozen) == "12-14 12-17 01-04 01-07 01-11 01-14"
    skipped = frozen.skipped(date(2026, 12, 14), date(2027, 1, 15))
    assert [f"{skip.date:%m-%d}" for skip in skipped] == ["12-21", "12-24", "12-28", "12-31"]
    assert skipped[0].because == (
        "Monday 2026-12-21 has no deploy window: 2026-12-21 to 2026-12-31 is a freeze: year end"
    )


def test_a_frozen_holiday_has_no_alternate() -> None:
    frozen = calendar(freezes=(Freeze(THANKSGIVING, THANKSGIVING, "retail season"),))
    window = frozen.on(date(2026, 11, 30))
    assert window is not None
    assert window.regular == (date(2026, 11, 30),)
    assert [skip.date for skip in frozen.skipped(THANKSGIVING, THANKSGIVING)] == [THANKSGIVING]


def test_an_alternate_passes_over_a_freeze_and_names_it_once() -> None:
    frozen = calendar(freezes=(Freeze(date(2026, 11, 27), date(2026, 12, 4), "audit"),))
    window = frozen.on(date(2026, 12, 7))
    assert window is not None
    assert window.because[0] == (
        "Thursday 2026-11-26 is Thanksgiving Day; 2026-11-27 to 2026-12-04 is a freeze: audit; "
        "Monday 2026-12-07 is the next business day"
    )


def test_a_regular_day_without_a_free_alternate_is_skipped() -> None:
    frozen = calendar(freezes=(Freeze(date(2026, 11, 27), date(2027, 2, 28), "migration"),))
    assert frozen.skipped(THANKSGIVING, THANKSGIVING)[0].because == (
        "Thursday 2026-11-26 is Thanksgiving Day; no business day is free in the 60 days after it"
    )
    assert frozen.next_from(THANKSGIVING).date == date(2027, 3, 1)


def test_moved_wins_over_holiday_freeze_and_distance() -> None:
    tuesday = date(2026, 11, 24)
    frozen = calendar(moved={THANKSGIVING: tuesday}, freezes=(Freeze(THANKSGIVING, THANKSGIVING, "retail"),))
    window = frozen.on(tuesday)
    assert window is not None
    assert window.because == ("Thursday 2026-11-26 is moved to Tuesday 2026-11-24 by the policy",)
    assert frozen.skipped(THANKSGIVING, THANKSGIVING) == ()

    far = calendar(moved={date(2026, 3, 5): date(2026, 12, 9)})
    window = far.on(date(2026, 12, 9))
    assert window is not None
    assert window.regular == (date(2026, 3, 5),)
    assert far.on(date(2026, 3, 5)) is None


def test_a_day_moved_onto_a_regular_day_shares_its_window() -> None:
    window = calendar(moved={date(2026, 12, 3): date(2026, 12, 7)}).on(date(2026, 12, 7))
    assert window is not None
    assert window.regular == (date(2026, 12, 3), date(2026, 12, 7))
    assert len(window.because) == 2


def test_moves_do_not_chain() -> None:
    moved = {date(2026, 12, 3): date(2026, 12, 7), date(2026, 12, 7): date(2026, 12, 8)}
    both = calendar(moved=moved)
    assert [window.regular for window in both.windows(date(2026, 12, 1), date(2026, 12, 9))] == [
        (date(2026, 12, 3),),
        (date(2026, 12, 7),),
    ]


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), NEW_YORK)


class TestClosureAddedLate:
    """With the previous business day as alternate: Wednesday 2026-12-23 for a closure on Thursday the 24th."""

    POLICY = policy_with(closures=(ORDER,), alternate="previous-business-day")
    WEDNESDAY = date(2026, 12, 23)

    def test_known_in_good_time(self) -> None:
        for added in ({}, {CHRISTMAS_EVE: noon(date(2026, 12, 22))}, {CHRISTMAS_EVE: noon(self.WEDNESDAY)}):
            assert Calendar(self.POLICY, added).on(self.WEDNESDAY) is not None

    @pytest.mark.parametrize("added", [datetime(2026, 12, 23, 17, tzinfo=NEW_YORK), noon(CHRISTMAS_EVE)])
    def test_after_the_alternate_window_closed(self, added: datetime) -> None:
        late = Calendar(self.POLICY, {CHRISTMAS_EVE: added})
        assert late.on(self.WEDNESDAY) is None
        window = late.on(date(2026, 12, 28))
        assert window is not None
        assert window.regular == (CHRISTMAS_EVE, date(2026, 12, 28))
        assert "Wednesday 2026-12-23 was already past when the closure was added; " in window.why

    def test_a_holiday_is_always_known(self) -> None:
        # A closure of the avoided Friday, added late, changes nothing for Columbus Day, which went to Thursday.
        friday = date(2026, 10, 9)
        policy = policy_with(closures=(Closure(friday, "storm"),), alternate="previous-business-day")
        late = Calendar(policy, {friday: noon(friday)})
        assert late.on(date(2026, 10, 13)) is None
        assert late.on(date(2026, 10, 8)) is not None

    def test_a_closure_of_the_alternate_itself(self) -> None:
        # Thanksgiving was to be taken on Wednesday; a storm closes Wednesday when Tuesday is over.
        wednesday = date(2026, 11, 25)
        policy = policy_with(closures=(Closure(wednesday, "storm"),), alternate="previous-business-day")
        late = Calendar(policy, {wednesday: noon(wednesday)})
        assert late.on(date(2026, 11, 24)) is None
        assert late.next_from(date(2026, 11, 24)).regular == (THANKSGIVING, date(2026, 11, 30))


def test_observed_holidays_at_the_edge_of_a_year() -> None:
    # New Year's Day 2028 is a Saturday, so Friday 2027-12-31 is closed; Thursday the 30th is not.
    fridays = calendar(days=(FRIDAY,), avoid_weekdays=frozenset())
    assert fridays.on(date(2027, 12, 31)) is None
    window = fridays.on(date(2028, 1, 3))
    assert window is not None
    assert window.regular == (date(2027, 12, 31),)
    assert window.why.startswith("Friday 2027-12-31 is New Year's Day (observed); ")
    # 2026-01-01 is a Thursday: its previous business day is in the year before.
    assert calendar(alternate="previous-business-day").on(date(2025, 12, 31)) is not None


def test_windows_open_at_the_same_local_hour_on_both_sides_of_a_clock_change() -> None:
    shipped = calendar()
    for day, offset in [((2026, 3, 5), -5), ((2026, 3, 9), -4), ((2026, 10, 29), -4), ((2026, 11, 2), -5)]:
        window = shipped.on(date(*day))
        assert window is not None
        assert window.opens_at.utcoffset() == timedelta(hours=offset)
        assert window.opens_at.isoformat() == f"{date(*day)}T09:00:00{offset:+03d}:00"
        assert window.opens_at.astimezone(UTC).hour == 9 - offset
        assert window.closes_at - window.opens_at == timedelta(hours=8)


def test_a_moment_is_read_in_the_policys_time_zone() -> None:
    shipped = calendar()
    assert shipped.local_date(datetime(2026, 12, 1, 3, tzinfo=UTC)) == date(2026, 11, 30)
    assert shipped.local_date(datetime(2026, 12, 1, 8, tzinfo=ZoneInfo("Asia/Tokyo"))) == date(2026, 11, 30)


@pytest.mark.parametrize("method", ["local_date", "open_at", "after"])
def test_a_moment_without_a_time_zone_is_refused(method: str) -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        getattr(calendar(), method)(datetime(2026, 12, 1))  # noqa: DTZ001 -- the mistake that is refused


@pytest.mark.parametrize(
    ("moment", "opened", "following"),
    [
        ("2026-11-30T13:59:59Z", None, "11-30"),
        ("2026-11-30T14:00:00Z", "11-30", "12-03"),
        ("2026-11-30T21:59:59Z", "11-30", "12-03"),
        ("2026-11-30T22:00:00Z", None, "12-03"),
        ("2026-12-01T15:00:00Z", None, "12-03"),
    ],
)
def test_open_at_and_after(moment: str, opened: str | None, following: str) -> None:
    shipped = calendar()
    now = datetime.fromisoformat(moment)
    window = shipped.open_at(now)
    assert (f"{window.date:%m-%d}" if window else None) == opened
    assert f"{shipped.after(now).date:%m-%d}" == following


def test_from_date() -> None:
    frozen = calendar(freezes=(Freeze(date(2026, 12, 21), date(2026, 12, 31), "year end"),))
    windows, skipped = frozen.from_date(date(2026, 12, 15), 2)
    assert [window.date for window in windows] == [date(2026, 12, 17), date(2027, 1, 4)]
    assert [skip.date.day for skip in skipped] == [21, 24, 28, 31]
    assert frozen.from_date(date(2026, 12, 15), 1)[1] == ()
    assert frozen.from_date(date(2026, 12, 15), 0) == ((), ())


def test_from_date_tells_what_was_skipped_when_windows_run_out() -> None:
    frozen = calendar(freezes=(Freeze(date(2026, 12, 21), date(2030, 1, 1), "migration"),))
    windows, skipped = frozen.from_date(date(2026, 12, 15), 3)
    assert [window.date for window in windows] == [date(2026, 12, 17)]
    assert skipped[0].date == date(2026, 12, 21)
    with pytest.raises(NoWindowError, match=r"400 days from Monday 2026-12-21; shorten windows\.freezes"):
        frozen.next_from(date(2026, 12, 21))


def test_a_window_is_looked_for_400_days_ahead_and_no_further() -> None:
    opening = date(2028, 2, 7)
    frozen = calendar(freezes=(Freeze(date(2026, 1, 1), opening - timedelta(1), "migration"),))
    assert frozen.next_from(opening - timedelta(400)).date == opening
    with pytest.raises(NoWindowError):
        frozen.next_from(opening - timedelta(401))


def test_the_first_and_last_days_that_a_date_can_be() -> None:
    shipped = calendar(days=(MONDAY, FRIDAY))
    assert shipped.next_from(date.min).date == date.min
    windows, skipped = shipped.from_date(date.max, 5)
    assert [window.date for window in windows] == [date.max]
    assert skipped == ()


def test_business_days() -> None:
    shipped = calendar(closures=(ORDER,), freezes=(Freeze(date(2026, 12, 21), date(2026, 12, 31), "year end"),))
    assert shipped.closed_because(THANKSGIVING) == "Thursday 2026-11-26 is Thanksgiving Day"
    assert shipped.closed_because(CHRISTMAS_EVE) == "Thursday 2026-12-24 is closed: executive order"
    assert shipped.closed_because(date(2026, 11, 28)) == "Saturday 2026-11-28 is no business day"
    # A freeze stops deploys, not business: a coordinated rotation may happen in one.
    assert shipped.is_business_day(date(2026, 12, 21))
    assert shipped.frozen_because(date(2026, 12, 21)) == "2026-12-21 to 2026-12-31 is a freeze: year end"
    assert shipped.frozen_because(date(2027, 1, 1)) is None


def test_the_shipped_calendar_has_no_problem() -> None:
    assert calendar_problems(policy_with()) == ()


@pytest.mark.parametrize(
    ("windows", "problem"),
    [
        (
            {"moved": {date(2026, 11, 30): THANKSGIVING}},
            "2026-11-30 can't move to Thursday 2026-11-26: Thursday 2026-11-26 is Thanksgiving Day",
        ),
        ({"moved": {THANKSGIVING: CHRISTMAS_EVE}, "closures": (ORDER,)}, "is closed: executive order"),
        (
            {"moved": {THANKSGIVING: CHRISTMAS_EVE}, "freezes": (Freeze(CHRISTMAS_EVE, CHRISTMAS_EVE, "rest"),)},
            "is a freeze: rest",
        ),
        ({"moved": {date(2026, 11, 25): date(2026, 11, 24)}}, "Wednesday 2026-11-25 is no regular day"),
        ({"freezes": (Freeze(date(2026, 1, 1), date(9999, 12, 31), "for ever"),)}, "no deploy window in the 400 days"),
        (
            {
                "days": (MONDAY,),
                "freezes": (
                    Freeze(date(2026, 1, 1), date(2026, 9, 1), "one"),
                    Freeze(date(2026, 9, 2), date(2027, 4, 1), "two"),
                ),
            },
            "400 days from Thursday 2026-01-01",
        ),
        ({"days": ()}, "windows.days is empty"),
        ({"opens": time(17), "closes": time(9)}, "windows.opens (17:00) must be before windows.closes (09:00)"),
        ({"holiday_country": "ZZ"}, "windows.holidays: Country ZZ not available"),
        ({"holiday_category": "secret"}, "windows.holidays: Category is not supported: secret"),
    ],
)
def test_problems(windows: dict[str, object], problem: str) -> None:
    found = calendar_problems(policy_with(**windows))
    assert len(found) == 1
    assert problem in found[0]


def test_what_is_unusual_but_fine_is_no_problem() -> None:
    fine = policy_with(
        days=(MONDAY, THURSDAY),
        moved={THANKSGIVING: date(2026, 11, 28)},  # a Saturday, on purpose
        freezes=(Freeze(date(2026, 12, 21), date(2027, 12, 1), "a long one"),),
    )
    assert calendar_problems(fine) == ()


def test_an_unknown_country_is_told_by_whatever_asks_first() -> None:
    with pytest.raises(PolicyError, match=r"windows\.holidays"):
        calendar(holiday_country="ZZ").next_from(THANKSGIVING)


def test_the_worked_calendar_of_the_documentation() -> None:
    text = (Path(__file__).parent.parent / "docs" / "scheduling.md").read_text(encoding="utf-8")
    table = [line for line in text.splitlines() if line.startswith("| ") and "regular day" in line]
    windows = calendar().windows(date(2026, 11, 16), date(2027, 1, 15))
    assert len(table) == len(windows)
    for line, window in zip(table, windows, strict=True):
        why = window.why if len(window.regular) > 1 else "regular day"
        assert line == f"| {name(window.date)} | {', '.join(map(str, window.regular))} | {why} |"
