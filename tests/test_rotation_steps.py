"""The last day to begin a rotation, counted back from an expiry through windows and notice; and what comes too late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.model.day import Day
from launchwindow.model.policy import Freeze
from launchwindow.rotation_steps import agreed_from, begin_by, when_to_begin
from launchwindow.windows import Calendar
from support.policies import policy_with
from support.repository import Repository
from support.rotations import A, Life, at, laid
from support.timelines import shipped_policy

POLICY = shipped_policy()
CALENDAR = Calendar(POLICY)
PRODUCTION, STAGING, SANDBOX = (POLICY.environments[name] for name in ("production", "staging", "sandbox"))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("not_after", "signed", "coordinated"),
    [
        # A Friday; the last window is that of Thursday 2027-01-28.
        ("2027-01-29T23:59:59", "2027-01-14", "2027-01-15"),
        # That window is over at 22:00 UTC, and business opens at 14:00 UTC.
        ("2027-01-28T22:00:00", "2027-01-14", "2027-01-14"),
        ("2027-01-28T21:59:59", "2027-01-11", "2027-01-14"),
        ("2027-01-28T14:00:00", "2027-01-11", "2027-01-13"),
        ("2027-01-28T04:00:00", "2027-01-11", "2027-01-13"),
        # Monday 2027-01-18 is a holiday: its window is on Tuesday, and the business day before it is Friday.
        ("2027-01-18T23:59:59", "2026-12-31", "2027-01-01"),
        ("2027-01-19T23:59:59", "2027-01-05", "2027-01-05"),
    ],
)
def test_counted_back_through_windows_and_notice(not_after: str, signed: str, coordinated: str) -> None:
    found = [begin_by(CALENDAR, PRODUCTION, moment(not_after), coordinated=way) for way in (False, True)]
    assert [str(one) for one in found] == [signed, coordinated]


def test_other_environments_have_other_notice() -> None:
    end = moment("2027-01-29T23:59:59")
    assert str(begin_by(CALENDAR, STAGING, end, coordinated=False)) == "2027-01-28"
    assert str(begin_by(CALENDAR, SANDBOX, end, coordinated=False)) == "2027-01-29"


def test_who_writes_9999_means_never() -> None:
    assert begin_by(CALENDAR, PRODUCTION, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), coordinated=False) is None
    assert begin_by(CALENDAR, PRODUCTION, datetime(1, 1, 1, tzinfo=UTC), coordinated=True) is None


def test_where_a_freeze_leaves_no_window_before() -> None:
    freeze = Freeze(date(2024, 1, 1), date(2027, 1, 29), "Frozen.")
    calendar = Calendar(policy_with(freezes=(freeze,)))
    assert begin_by(calendar, PRODUCTION, moment("2027-01-29T23:59:59"), coordinated=False) is None
    assert str(begin_by(calendar, PRODUCTION, moment("2027-01-29T23:59:59"), coordinated=True)) == "2027-01-15"


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 1500), st.integers(0, 86_399), st.booleans())
def test_who_begins_by_then_is_in_time_and_who_begins_later_is_not(day: int, second: int, coordinated: bool) -> None:
    not_after = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(day, second)
    last = begin_by(CALENDAR, PRODUCTION, not_after, coordinated=coordinated)
    assert last is not None

    def in_time(begun: date) -> bool:
        noticed = begun + timedelta(PRODUCTION.notice_days.default)
        first = agreed_from(CALENDAR, PRODUCTION, begun) if coordinated else CALENDAR.next_from(noticed).date
        opens_at, closes_at = CALENDAR.hours(first)
        return opens_at < not_after if coordinated else closes_at <= not_after

    assert in_time(last)
    assert not any(in_time(last + timedelta(later)) for later in range(1, 8))


@cache
def certificate(not_after: datetime) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "finder")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(2**63 + 7).not_valid_before(datetime(2025, 1, 1, tzinfo=UTC))
    return builder.not_valid_after(not_after).sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.mark.parametrize(
    ("kind", "now", "words"),
    [
        ("oidc", "2026-12-01", "Open the rotation pull request by 2027-01-14."),
        ("oidc", "2027-01-14", "Open the rotation pull request by 2027-01-14."),
        ("oidc", "2027-01-15", "opened today, the first deploy window for it is Monday 2027-02-01."),
        ("encrypted", "2026-12-01", "Open the rotation pull request by 2027-01-15."),
        ("encrypted", "2027-01-16", "opened today, the first business day for it is Monday 2027-02-01."),
        ("signed", "2026-12-01", "Open the rotation pull request by 2027-01-14."),
        ("oidc", "2027-02-01", "opened today, the first deploy window for it is Tuesday 2027-02-16."),
    ],
)
def test_check_and_cert_list_name_the_same_day(tmp_path: Path, kind: str, now: str, words: str) -> None:
    life = Life(kind, "add use remove")
    repository = laid(tmp_path / "fleet", [life])
    repository.write(f"apps/exa/{life.name}/{A}", certificate(moment("2027-01-29T23:59:59")))
    findings = repository.run_json("check", now=at(now))["findings"]
    [fix] = [one["fix"] for one in findings if one["rule"] == "certificate-expiry"]
    assert words in fix
    document = repository.run_json("cert", "list", now=at(now))
    begin = document["apps"][0]["certificates"][0]["begin_by"]
    assert begin == ("2027-01-15" if kind == "encrypted" else "2027-01-14")


def test_a_successor_that_is_listed_needs_no_day(tmp_path: Path) -> None:
    life = Life("oidc", "add use remove")
    life.certs = [A, "certs/2027.crt"]
    repository = laid(tmp_path / "fleet", [life])
    repository.write(f"apps/exa/{life.name}/{A}", certificate(moment("2027-01-29T23:59:59")))
    findings = repository.run_json("check", now=at("2026-12-01"))["findings"]
    [fix] = [one["fix"] for one in findings if one["rule"] == "certificate-expiry"]
    assert fix.startswith("A later certificate is listed beside it")
    certificates = repository.run_json("cert", "list", now=at("2026-12-01"))["apps"][0]["certificates"]
    assert [one["begin_by"] is None for one in certificates] == [True, False, True]


def test_the_environment_that_needs_most_decides_for_a_file_that_two_name(tmp_path: Path) -> None:
    life = Life("oidc", "add use remove")
    repository = laid(tmp_path / "fleet", [life])
    text = repository.read(life.path)
    repository.write(f"apps/exa/{life.name}/staging.yaml", text.replace("team:", "description: Staging\nteam:"))
    repository.write(f"apps/exa/{life.name}/{A}", certificate(moment("2027-01-29T23:59:59")))
    findings = repository.run_json("check", now=at("2026-12-01"))["findings"]
    assert ["by 2027-01-14" in one["fix"] for one in findings if one["rule"] == "certificate-expiry"] == [True]


def test_the_words() -> None:
    end, in_time, late = moment("2027-01-29T23:59:59"), Day(date(2027, 1, 29)), Day(date(2027, 2, 1))
    assert when_to_begin(CALENDAR, SANDBOX, end, late, lambda: late, coordinated=False) == (
        "Open the rotation pull request now: it takes effect when it is merged."
    )
    assert when_to_begin(CALENDAR, SANDBOX, end, in_time, lambda: late, coordinated=False).endswith("by 2027-01-29.")


def test_that_it_is_too_late_is_told_alike_until_there_is_another_window() -> None:
    end, today, window = moment("2027-01-29T23:59:59"), Day(date(2027, 2, 2)), Day(date(2027, 2, 18))
    told = when_to_begin(CALENDAR, PRODUCTION, end, today, lambda: window, coordinated=False)
    assert told.endswith("the first deploy window for it is Thursday 2027-02-18.")
    assert (today.between, window.between) == (("2027-01-14", "~"), ("2027-02-17", "2027-02-19"))
    told = when_to_begin(CALENDAR, PRODUCTION, end, today, lambda: window, coordinated=True)
    assert told.endswith("the first business day for it is Tuesday 2027-02-16.")
    assert today.between == ("2027-02-01", "2027-02-03")


def test_nothing_is_written(tmp_path: Path) -> None:
    life = Life("oidc", "add use remove")
    repository: Repository = laid(tmp_path / "fleet", [life])
    before = repository.ledger
    repository.run_json("cert", "list", now=at("2026-12-01"))
    assert (repository.ledger, repository.git("status", "--porcelain")) == (before, "")
