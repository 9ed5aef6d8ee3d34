"""Deploy windows as people and programs read them."""

from __future__ import annotations

from datetime import date

import pytest
from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from launchwindow.io.resources import schema
from launchwindow.model.policy import Closure, Freeze
from launchwindow.report.windows import windows_json, windows_text
from launchwindow.windows import Calendar
from support.policies import policy_with

FREEZE = Freeze(date(2026, 12, 28), date(2026, 12, 31), "year end")
TEXT = """\
Deploy window      Open             Why
Monday 2026-11-23  09:00–17:00 EST  regular day
Monday 2026-11-30  09:00–17:00 EST  Thursday 2026-11-26 is Thanksgiving Day;
                                    Friday 2026-11-27 is avoided; Monday
                                    2026-11-30 is the next business day. Monday
                                    2026-11-30 is a regular day
"""


def validate(document: object) -> None:
    contract = schema("windows")
    Draft202012Validator.check_schema(contract)
    Draft202012Validator(contract, format_checker=FormatChecker()).validate(document)


def test_text() -> None:
    windows, skipped = Calendar(policy_with()).from_date(date(2026, 11, 20), 2)
    assert windows_text(windows, skipped) == TEXT


def test_skipped_days_stand_in_their_place() -> None:
    text = windows_text(*Calendar(policy_with(freezes=(FREEZE,))).from_date(date(2026, 12, 24), 2))
    assert [line.split("  ")[0] for line in text.splitlines() if not line.startswith(" ")] == [
        "Deploy window",
        "Thursday 2026-12-24",
        "Monday 2026-12-28",
        "Thursday 2026-12-31",
        "Monday 2027-01-04",
    ]
    assert text.count("no deploy  ") == 2


def test_nothing_to_tell() -> None:
    assert windows_text((), ()) == "No deploy windows.\n"


@pytest.mark.parametrize("reason", ["x" * 500, "a\x1b[31mb\x07", "line\nline", "right‮left", ""])
def test_lines_are_short_and_plain_whatever_a_reason_holds(reason: str) -> None:
    policy = policy_with(closures=(Closure(date(2026, 12, 24), reason),), freezes=(FREEZE._replace(reason=reason),))
    text = windows_text(*Calendar(policy).from_date(date(2026, 12, 20), 3))
    assert max(map(len, text.splitlines())) <= 80
    assert text.replace("\n", "").isprintable()


def test_json() -> None:
    windows, skipped = Calendar(policy_with(freezes=(FREEZE,))).from_date(date(2026, 11, 24), 9)
    document = windows_json(windows, skipped)
    validate(document)
    assert document["schema"] == "launchwindow.windows/1"
    assert document["windows"][0] == {  # type: ignore[index]
        "regular": ["2026-11-26", "2026-11-30"],
        "date": "2026-11-30",
        "opens_at": "2026-11-30T09:00:00-05:00",
        "closes_at": "2026-11-30T17:00:00-05:00",
        "because": "Thursday 2026-11-26 is Thanksgiving Day; Friday 2026-11-27 is avoided; "
        "Monday 2026-11-30 is the next business day. Monday 2026-11-30 is a regular day",
    }
    assert document["skipped"] == [
        {
            "date": day,
            "because": f"{name} {day} has no deploy window: 2026-12-28 to 2026-12-31 is a freeze: year end",
        }
        for name, day in (("Monday", "2026-12-28"), ("Thursday", "2026-12-31"))
    ]
    validate(windows_json((), ()))


@pytest.mark.parametrize(
    "change", [{"schema": "launchwindow.windows/2"}, {"skipped": None}, {"extra": 1}, {"windows": [{"date": "today"}]}]
)
def test_the_contract_refuses_what_it_does_not_say(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        validate({**windows_json((), ()), **change})
