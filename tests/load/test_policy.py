"""`policy.yaml`: what is shipped, every way in which it can be wrong, and that the schema says the same."""

from __future__ import annotations

import copy
import json
from datetime import date, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from launchwindow.load.policy import policy_from
from launchwindow.load.yaml_source import parse
from launchwindow.model.errors import LaunchwindowError, PolicyError
from launchwindow.model.policy import Closure, Environment, Freeze, NoticeDays, Policy, Review, Reviewer, Windows

ROOT = Path(__file__).parents[2]
SHIPPED: dict[str, Any] = parse("policy.yaml", (ROOT / "policy.yaml").read_bytes()).data  # type: ignore[assignment]
SCHEMA = json.loads((ROOT / "schemas" / "policy.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker(["date"]))
GONE = object()


def changed(place: str, value: object) -> dict[str, Any]:
    """The shipped policy with another value at `place` (parts joined by dots), or without it for `GONE`."""
    data = copy.deepcopy(SHIPPED)
    *parents, last = place.split(".")
    parent: Any = data
    for part in parents:
        parent = parent[int(part)] if isinstance(parent, list) else parent[part]
    if value is GONE:
        del parent[last]
    elif isinstance(parent, list):
        parent[int(last)] = value
    else:
        parent[last] = value
    return data


def problems(data: object) -> tuple[str, ...]:
    try:
        policy_from(data)
    except PolicyError as error:
        return error.problems
    return ()


def test_the_shipped_policy_is_the_process_pages() -> None:
    assert policy_from(SHIPPED) == Policy(
        timezone=ZoneInfo("America/New_York"),
        windows=Windows(
            days=(0, 3),
            opens=time(9),
            closes=time(17),
            holiday_country="US",
            holiday_category="public",
            closures=(),
            moved={},
            alternate="next-business-day",
            avoid_weekdays=frozenset({4}),
            avoid_day_before_holiday=False,
            freezes=(),
        ),
        notice_from="pull-request",
        push_hosts=frozenset(),
        environments={
            "sandbox": Environment("sandbox", False, False, False, NoticeDays(0, 0)),
            "staging": Environment("staging", True, True, True, NoticeDays(0, 0)),
            "production": Environment("production", True, True, True, NoticeDays(14, 21)),
        },
        review=Review(
            1,
            (
                Reviewer("reviewer@login.gov", "login-reviewer"),
                Reviewer("second-reviewer@login.gov", "login-second-reviewer"),
            ),
            None,
        ),
        key_bits=2048,
        lifetime_days=(365, 1096),
        serial_digits=(16, 16),
        warn_days=60,
        logo_max_bytes=51200,
        url_suffixes=("gov", "mil"),
        saml_year=2026,
        endpoints={"sandbox": "https://idp.int.identitysandbox.gov", "production": "https://secure.login.gov"},
        severities={},
    )


def test_what_is_shipped_empty_can_be_filled() -> None:
    windows = SHIPPED["windows"] | {
        "days": ["thursday", "tuesday"],
        "closures": [{"date": "2026-12-24", "reason": "executive order"}],
        "moved": {"2026-11-26": "2026-11-24"},
        "alternate": "previous-business-day",
        "freezes": [{"from": "2026-12-28", "to": "2027-01-01", "reason": "year's end"}],
    }
    policy = policy_from(
        SHIPPED
        | {
            "windows": windows,
            "notice": {"from": "merge", "push_hosts": ["Benefits.EXA.gov"]},
            "rules": {"certificate-lifetime": "error"},
            "endpoints": SHIPPED["endpoints"] | {"staging": "https://idp.staging.login.gov/"},
        }
    )
    assert policy.windows.days == (1, 3)
    assert policy.windows.closures == (Closure(date(2026, 12, 24), "executive order"),)
    assert policy.windows.moved == {date(2026, 11, 26): date(2026, 11, 24)}
    assert policy.windows.alternate == "previous-business-day"
    assert policy.windows.freezes == (Freeze(date(2026, 12, 28), date(2027, 1, 1), "year's end"),)
    assert policy.notice_from == "merge"
    assert policy.push_hosts == {"benefits.exa.gov"}
    assert policy.severities == {"certificate-lifetime": "error"}
    assert policy.endpoints["staging"] == "https://idp.staging.login.gov"


GOOD = [
    ("windows.closures", GONE),
    ("windows.moved", GONE),
    ("windows.avoid", GONE),
    ("windows.avoid", {}),
    ("windows.freezes", GONE),
    ("notice.push_hosts", GONE),
    ("rules", GONE),
    ("review.permission", GONE),
    ("review.permission", "maintain"),
    ("review.reviewers.0.github", GONE),
    ("review.reviewers.0.github", None),
    ("environments.sandbox.notice_days", {"default": 3, "push_notification_host": 5}),
    ("environments.production.windows", False),
    ("certificates.key_bits", 3072.0),
    ("certificates.serial_digits.base", 10),
    ("windows.days", ["sunday"]),
    ("windows.opens", "00:00"),
    ("windows.closes", "23:59"),
    ("timezone", "UTC"),
    ("urls.suffixes", ["gov", "mil", "fed.us"]),
]


@pytest.mark.parametrize(("place", "value"), GOOD)
def test_schema_and_loader_accept(place: str, value: object) -> None:
    data = changed(place, value)
    assert VALIDATOR.is_valid(data)
    assert problems(data) == ()


BAD = [
    ("windws", {}, "“windws” is no known key; did you mean “windows”?"),
    ("windows", [], "windows: must be a mapping with the keys days, opens, closes, holidays, alternate, "
     "but is a list."),
    ("windows", None, "windows: must be a mapping with the keys days, opens, closes, holidays, alternate, "
     "but is nothing."),
    ("windows", GONE, "the key “windows” is missing."),
    ("windows.days", GONE, "windows: the key “days” is missing."),
    ("windows.day", ["monday"], "windows: “day” is no known key; did you mean “days”?"),
    ("windows.xxxxxx", 1, "windows: “xxxxxx” is no known key; write one of days, opens, closes, holidays, alternate, "
     "closures, moved, avoid, freezes."),
    ("windows.days", [], "windows.days: is empty; name at least 1 of its weekdays."),
    ("windows.days", "monday", "windows.days: must be a list of weekdays, but is “monday”; write [] for none."),
    ("windows.days.1", "thurday", "windows.days[1]: “thurday” is no weekday; did you mean “thursday”?"),
    ("windows.days.1", "Thursday", "windows.days[1]: “Thursday” is no weekday; did you mean “thursday”?"),
    ("windows.days.1", "tue", "windows.days[1]: “tue” is no weekday; did you mean “tuesday”?"),
    ("windows.days.1", 4, "windows.days[1]: 4 is no weekday; write one of monday, tuesday, wednesday, thursday, "
     "friday, saturday, sunday."),
    ("windows.days.1", "monday", "windows.days[1]: “monday” stands here a second time; keep one of them."),
    ("windows.opens", "9:00", "windows.opens: “9:00” is no time of day; write it like \"09:00\"."),
    ("windows.opens", "09:00\n", "windows.opens: “09:00\ufffd” is no time of day; write it like \"09:00\"."),
    ("windows.opens", 540, "windows.opens: 540 is no time of day; write it like \"09:00\"."),
    ("windows.closes", "24:00", "windows.closes: “24:00” is no time of day; write it like \"09:00\"."),
    ("windows.holidays.country", None, "windows.holidays.country: nothing is no country; write it like US."),
    ("windows.closures", None, "windows.closures: must be a list of closures, each with a date and a reason, "
     "but is nothing; write [] for none."),
    ("windows.closures", ["2026-12-24"], "windows.closures[0]: must be a mapping with the keys date, reason, "
     "but is “2026-12-24”."),
    ("windows.closures", [{"date": "24.12.2026", "reason": "x"}],
     "windows.closures[0].date: “24.12.2026” is no date; write it like 2026-12-24."),
    ("windows.closures", [{"date": "2027-02-29", "reason": "x"}],
     "windows.closures[0].date: “2027-02-29” is no day of the calendar; correct it."),
    ("windows.closures", [{"date": "2026-12-24", "reason": ""}],
     "windows.closures[0].reason: an empty text is no reason; write it like executive order."),
    ("windows.moved", [], "windows.moved: must be a mapping of regular days and the days that they move to, "
     "but is a list; write {} for none."),
    ("windows.moved", {"thanksgiving": "2026-11-24"},
     "windows.moved.thanksgiving: “thanksgiving” is no date; write it like 2026-12-24."),
    ("windows.moved", {"2026-11-26": "tuesday"},
     "windows.moved.2026-11-26: “tuesday” is no date; write it like 2026-12-24."),
    ("windows.alternate", "next-bussiness-day", "windows.alternate: “next-bussiness-day” is no way to choose an "
     "alternate day; did you mean “next-business-day”?"),
    ("windows.avoid.weekdays", ["fri"], "windows.avoid.weekdays[0]: “fri” is no weekday; did you mean “friday”?"),
    ("windows.avoid.day_before_holiday", "no", "windows.avoid.day_before_holiday: “no” is neither true nor false; "
     "write one of them without quotes."),
    ("windows.freezes", [{"from": "2026-12-21", "reason": "x"}], "windows.freezes[0]: the key “to” is missing."),
    ("notice.from", "pull request", "notice.from: “pull request” is no day to count notice from; "
     "did you mean “pull-request”?"),
    ("notice.push_hosts", ["https://benefits.exa.gov"], "notice.push_hosts[0]: “https://benefits.exa.gov” is no host; "
     "write it like benefits.exa.gov."),
    ("environments.staging", GONE, "environments: the key “staging” is missing."),
    ("environments.prod", {}, "environments: “prod” is no known key; did you mean “production”?"),
    ("environments.production.notice_days", GONE, "environments.production: the key “notice_days” is missing; "
     "where windows is true it is needed."),
    ("environments.production.notice_days.default", "14 days",
     "environments.production.notice_days.default: “14 days” is no whole number from 0 to 365."),
    ("environments.production.notice_days.default", -1,
     "environments.production.notice_days.default: -1 is no whole number from 0 to 365."),
    ("environments.production.notice_days.default", 14.5,
     "environments.production.notice_days.default: 14.5 is no whole number from 0 to 365."),
    ("environments.production.notice_days.default", True,
     "environments.production.notice_days.default: true is no whole number from 0 to 365."),
    ("environments.production.notice_days.default", 10**20,
     "environments.production.notice_days.default: so large a number is no whole number from 0 to 365."),
    ("environments.sandbox.notice_days", 0, "environments.sandbox.notice_days: must be a mapping with the keys "
     "default, push_notification_host, but is 0."),
    ("environments.sandbox.review", "yes", "environments.sandbox.review: “yes” is neither true nor false; "
     "write one of them without quotes."),
    ("review.approvals", 0, "review.approvals: 0 is no whole number from 1 to 20."),
    ("review.reviewers", None, "review.reviewers: must be a list of reviewers, each with an email, but is nothing; "
     "write [] for none."),
    ("review.reviewers.0.email", "reviewer", "review.reviewers[0].email: “reviewer” is no e-mail address; "
     "write it like reviewer@login.gov."),
    ("review.reviewers.0.github", "@login", "review.reviewers[0].github: “@login” is no GitHub account; "
     "write it like login-reviewer."),
    ("review.permission", "admins", "review.permission: “admins” is no permission; did you mean “admin”?"),
    ("certificates.key_bits", 512, "certificates.key_bits: 512 is no whole number from 1024 to 16384."),
    ("certificates.serial_digits.base", 12, "certificates.serial_digits.base: 12 is neither 10 nor 16; "
     "write one of them."),
    ("logo.max_bytes", "50 KiB", "logo.max_bytes: “50 KiB” is no whole number from 1 to 10485760."),
    ("urls.suffixes", [], "urls.suffixes: is empty; name at least 1 of its suffixes."),
    ("urls.suffixes", [".gov"], "urls.suffixes[0]: “.gov” is no suffix; write it like gov."),
    ("endpoints.production", "secure.login.gov", "endpoints.production: “secure.login.gov” is no base address; "
     "write it like https://secure.login.gov."),
    ("endpoints.sandbox", GONE, "endpoints: the key “sandbox” is missing."),
    ("rules", {"certificate-lifetime": "err"}, "rules.certificate-lifetime: “err” is no severity; "
     "did you mean “error”?"),
    ("rules", {"certificate-lifetime": "off"}, "rules.certificate-lifetime: “off” is no severity; "
     "write one of error, warning, note."),
    ("rules", {"Certificate lifetime": "error"}, "rules.Certificate lifetime: “Certificate lifetime” is no rule's id; "
     "write it like certificate-lifetime."),
    ("timezone", "", "timezone: an empty text is no time zone; write it like America/New_York."),
    ("timezone", "America/\u202eNew_York", "timezone: “America/\ufffdNew_York” is no time zone; "
     "write it like America/New_York."),
]  # fmt: skip


@pytest.mark.parametrize(("place", "value", "problem"), BAD)
def test_schema_and_loader_refuse(place: str, value: object, problem: str) -> None:
    data = changed(place, value)
    assert not VALIDATOR.is_valid(data)
    assert problems(data) == (f"policy.yaml: {problem}",)


FREEZE = {"from": "2026-12-21", "to": "2027-01-01", "reason": "year's end"}
CLOSURE = {"date": "2026-12-24", "reason": "executive order"}
ONLY_THE_LOADER = [
    ("timezone", "America/New_Yrok", "timezone: “America/New_Yrok” is no time zone; did you mean “America/New_York”?"),
    ("timezone", "america/chicago ", "timezone: “america/chicago ” is no time zone; did you mean “America/Chicago”?"),
    ("timezone", "New_York", "timezone: “New_York” is no time zone; did you mean “America/New_York”?"),
    ("timezone", "../../etc/passwd", "timezone: “../../etc/passwd” is no time zone; "
     "write one of the IANA database, such as America/New_York."),
    ("timezone", "z" * 5000, f"timezone: “{'z' * 59}…” is no time zone; "
     "write one of the IANA database, such as America/New_York."),
    ("windows.opens", "17:00", "windows.closes: 17:00 is not after 17:00, when the window opens; choose a later time."),
    ("windows.closures", [CLOSURE, CLOSURE],
     "windows.closures[1].date: 2026-12-24 is a closure already; keep one of them."),
    ("windows.freezes", [FREEZE | {"to": "2026-12-20"}],
     "windows.freezes[0]: it ends on 2026-12-20, before it begins on 2026-12-21; exchange them."),
    ("review.approvals", 3, "review.approvals: asks for 3, but only 2 can approve; add reviewers, "
     "or set a permission."),
    ("review.reviewers.1.email", "Reviewer@login.gov",
     "review.reviewers[1]: “Reviewer@login.gov” is a reviewer already; keep one of them."),
    ("certificates.lifetime_days.min", 2000, "certificates.lifetime_days: min (2000) is more than max (1096); "
     "exchange them."),
]  # fmt: skip


@pytest.mark.parametrize(("place", "value", "problem"), ONLY_THE_LOADER)
def test_what_no_schema_can_say(place: str, value: object, problem: str) -> None:
    data = changed(place, value)
    assert VALIDATOR.is_valid(data)
    assert problems(data) == (f"policy.yaml: {problem}",)


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("2026-12-24", "2026-12-24 is a closure; move the window to a day that is open."),
        ("2027-01-01", "2027-01-01 is in a freeze; move the window to a day outside of it."),
        ("2026-12-28", "2026-12-28 is in a freeze; move the window to a day outside of it."),
    ],
)
def test_no_window_moves_onto_a_closed_or_frozen_day(to: str, why: str) -> None:
    windows = SHIPPED["windows"] | {
        "closures": [CLOSURE],
        "freezes": [FREEZE | {"from": "2026-12-28"}],
        "moved": {"2026-12-21": to},
    }
    assert problems(SHIPPED | {"windows": windows}) == (f"policy.yaml: windows.moved.2026-12-21: {why}",)


def test_every_problem_is_told_at_once() -> None:
    data = changed("windows.days.1", "thurday") | {"logo": {"max_bytes": None}, "timezone": "Mars"}
    assert sorted(problems(data)) == [
        "policy.yaml: logo.max_bytes: nothing is no whole number from 1 to 10485760.",
        "policy.yaml: timezone: “Mars” is no time zone; write one of the IANA database, such as America/New_York.",
        "policy.yaml: windows.days[1]: “thurday” is no weekday; did you mean “thursday”?",
    ]


@pytest.mark.parametrize(("data", "shown"), [(None, "nothing"), ([], "a list"), ("x\x1b[2J", "“x\ufffd[2J”")])
def test_a_policy_is_a_mapping(data: object, shown: str) -> None:
    [problem] = problems(data)
    assert problem.startswith("policy.yaml: must be a mapping with the keys timezone, windows, ")
    assert problem.endswith(f"but is {shown}.")


@pytest.mark.parametrize("name", ["America", "/etc/passwd", "tzdata.zi", "../UTC", "é", "\ud800"])
def test_a_time_zone_is_no_other_file_or_folder(name: str) -> None:
    [problem] = problems(SHIPPED | {"timezone": name})
    assert problem.isprintable()
    assert " is no time zone; " in problem


def test_a_number_too_long_to_write_out_is_refused_like_any_other() -> None:
    [problem] = problems(changed("logo.max_bytes", 10**5000))
    assert problem == "policy.yaml: logo.max_bytes: so large a number is no whole number from 1 to 10485760."


def test_the_error_says_everything_and_ends_with_status_2() -> None:
    with pytest.raises(LaunchwindowError, match="did you mean “thursday”") as caught:
        policy_from(changed("windows.days.1", "thurday"))
    assert caught.value.status == 2


def places(value: object, place: str = "") -> list[str]:
    """Every place in plain data, its parts joined by dots."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = []
    for key, child in children:
        found += [f"{place}{key}", *places(child, f"{place}{key}.")]
    return found


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    | st.sampled_from(["", "monday", "2026-12-24", "2027-02-30", "09:00", "US", "error", "a\n", "a\x00", "../..", "é"])
)  # fmt: skip
KEYS = st.text() | st.sampled_from(["date", "reason", "from", "to", "min", "default", "email", "2026-12-24", "a-b"])
PLAIN = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=8
)
FILLED = SHIPPED | {"windows": SHIPPED["windows"] | {"closures": [CLOSURE], "moved": {"2026-11-26": "2026-11-24"}},
                    "rules": {"url-https": "warning"}}  # fmt: skip
PLACES = places(FILLED)


@given(PLAIN)
def test_nothing_but_a_policy_error_comes_of_any_data(data: object) -> None:
    assert problems(data)
    assert all(problem.isprintable() for problem in problems(data))


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(PLACES), PLAIN), min_size=1, max_size=3))
def test_the_loader_is_never_looser_than_the_schema(changes: list[tuple[str, object]]) -> None:
    data = copy.deepcopy(FILLED)
    for place, value in changes:
        *parents, last = place.split(".")
        parent: Any = data
        for part in parents:
            if isinstance(parent, list):
                # An earlier change may have put a list where the place has a mapping.
                parent = parent[int(part)] if part.isdecimal() and int(part) < len(parent) else None
            else:
                parent = parent.get(part) if isinstance(parent, dict) else None
        if isinstance(parent, dict):
            parent[last] = value
    found = problems(data)
    assert all(problem.isprintable() for problem in found)
    assert found or VALIDATOR.is_valid(data)
