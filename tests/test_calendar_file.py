"""`windows --ics FILE`: what calendar programs get, and how it changes from run to run."""

from __future__ import annotations

import os
import stat
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from jsonschema import Draft202012Validator

from launchwindow.exchange.ics_zone import time_zone
from launchwindow.io.replace import read_output
from launchwindow.io.resources import schema
from launchwindow.model.errors import RepositoryError
from support.repository import ADOPTED, FILE, MERGED, SUBJECT, WINDOW, Repository, Result

LATER = "2026-11-25T12:00:00-05:00"
URIS = "redirect_uris: [https://benefits.exa.gov/auth/result"
KIOSK = f"{URIS}, https://benefits.exa.gov/auth/kiosk"
FREEZE = "freezes:\n    - {from: 2026-12-10, to: 2026-12-11, reason: 'the data center moves'}"
NEW_YORK = ZoneInfo("America/New_York")
HOSTILE = "Come back; now, \\n or\x07 \u202e\u2028BEGIN:VEVENT <b>é" + "ü" * 40


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "fleet").adopted()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deploys.ics"


def write(repo: Repository, file: Path, *more: str, now: str = LATER) -> str:
    result = repo.run("windows", "--ics", str(file), *more, now=now)
    assert result.status == 0, result.text
    return result.out


def events(file: Path) -> dict[str, Any]:
    """Kind and name -> event, as the library reads the file."""
    found = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    named = {f"{one['x-launchwindow-kind']} {one['x-launchwindow-name']}": one for one in found}
    assert len(named) == len(found) == len({str(one["uid"]) for one in found})
    assert [one.errors for one in found if one.errors] == []
    return named


def of_kind(file: Path, kind: str) -> list[Any]:
    return [one for key, one in events(file).items() if key.startswith(f"{kind} ")]


def the(file: Path, kind: str) -> Any:
    (found,) = of_kind(file, kind)
    return found


def told(event: Any) -> tuple[str, int, str]:
    return str(event["status"]), int(event["sequence"]), str(event["dtstamp"].dt.astimezone(UTC))


def refused(repo: Repository, file: Path, *more: str, now: str = LATER) -> Result:
    """The run ends with 1, and the file is as it was."""
    before = file.read_bytes()
    result = repo.run("windows", "--ics", str(file), *more, now=now)
    assert result.status == 1, result.text
    assert "name another file" in result.err
    assert file.read_bytes() == before
    return result


def test_windows_requests_and_rotations_are_events(repo: Repository, file: Path) -> None:
    repo.change(URIS, KIOSK, message="Let people come back to the kiosk page")
    assert write(repo, file) == (
        f"{file}: 26 deploy windows, 1 change request, 1 rotation deadline.\n28 events new, 0 changed, 0 cancelled.\n"
    )
    window = events(file)["window 2026-11-30"]
    assert window["dtstart"].dt == datetime(2026, 11, 30, 9, tzinfo=NEW_YORK)
    assert window["dtend"].dt == datetime(2026, 11, 30, 17, tzinfo=NEW_YORK)
    assert "Thursday 2026-11-26 is Thanksgiving Day; Friday" in str(window["description"])
    request = the(file, "request")
    assert request["dtstart"].dt == datetime(2026, 12, 10, 9, tzinfo=NEW_YORK)
    assert str(request["summary"]) == f"Deploy of {SUBJECT}: Let people come back to the kiosk page"
    assert "+ redirect_uris: https://benefits.exa.gov/auth/kiosk" in str(request["description"])
    assert "notice of 14 days from 2026-11-24 ends 2026-12-08" in str(request["description"])
    rotation = the(file, "rotation")
    listed = repo.run_json("cert", "list", SUBJECT, now=LATER)["apps"][0]["certificates"][0]
    assert rotation["dtstart"].dt == date.fromisoformat(listed["begin_by"])
    assert rotation["dtend"].dt.toordinal() == rotation["dtstart"].dt.toordinal() + 1
    assert listed["expires"] in str(rotation["description"])
    assert {told(one) for one in events(file).values()} == {("CONFIRMED", 0, "2026-11-25 17:00:00+00:00")}


def test_the_time_zone_is_told_by_its_rule(repo: Repository, file: Path) -> None:
    write(repo, file)
    text = file.read_bytes().decode()
    (zone,) = Calendar.from_ical(text).walk("VTIMEZONE")
    assert zone["tzid"] == "America/New_York"
    assert "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3\r\n" in text
    assert "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11\r\n" in text
    assert "DTSTART;TZID=America/New_York:20261130T090000\r\n" in text
    assert "\r\nMETHOD:PUBLISH\r\n" in text


def test_the_same_again_is_the_same_bytes_at_any_time_of_day(repo: Repository, file: Path) -> None:
    repo.change(URIS, KIOSK, message=HOSTILE)
    write(repo, file, now=MERGED)
    first, inode = file.read_bytes(), file.stat().st_ino
    assert "Nothing changed." in write(repo, file, now=LATER)
    assert (file.read_bytes(), file.stat().st_ino) == (first, inode)
    other = file.with_name("other.ics")
    write(repo, other, now=MERGED)
    assert other.read_bytes() == first


def test_lines_are_as_the_standard_has_them_whatever_a_partner_writes(repo: Repository, file: Path) -> None:
    repo.change(URIS, KIOSK, message=HOSTILE)
    repo.edit("policy.yaml", "freezes: []", FREEZE.replace("the data", "a\\, b; c the data"))
    repo.commit("Freeze", at=MERGED)
    write(repo, file, now=MERGED)
    data = file.read_bytes()
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")
    lines = data.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    for line in lines:
        line.decode()
    unfolded = data.replace(b"\r\n ", b"").decode().split("\r\n")
    names = {line.partition(":")[0].partition(";")[0] for line in unfolded if line}
    assert names == {
        "BEGIN", "END", "VERSION", "PRODID", "METHOD", "NAME", "X-WR-CALNAME", "X-WR-TIMEZONE", "TZID", "DTSTART",
        "DTEND", "RRULE", "TZNAME", "TZOFFSETFROM", "TZOFFSETTO", "SUMMARY", "DESCRIPTION", "DTSTAMP", "UID",
        "SEQUENCE", "CATEGORIES", "LAST-MODIFIED",
        "STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS", "X-LAUNCHWINDOW-KIND",
        "X-LAUNCHWINDOW-NAME", "X-LAUNCHWINDOW-FORMAT", "X-LAUNCHWINDOW-REPOSITORY", "X-LAUNCHWINDOW-OF",
        "X-LAUNCHWINDOW-DIGEST",
    }  # fmt: skip
    assert unfolded.count("BEGIN:VEVENT") == len(events(file))
    (summary,) = (line for line in unfolded if line.startswith("SUMMARY:Deploy of "))
    assert summary.startswith(f"SUMMARY:Deploy of {SUBJECT}: Come back\\; now\\, \\\\n or\\\\u0007 \\\\u202e\\\\u2028")
    assert "Come back; now, \\n or\\u0007 \\u202e\\u2028BEGIN:VEVENT <b>é" in str(the(file, "request")["summary"])


def test_a_request_that_goes_at_another_window_is_moved(repo: Repository, file: Path) -> None:
    repo.change(URIS, KIOSK)
    write(repo, file, now=MERGED)
    before = the(file, "request")
    repo.edit("policy.yaml", "freezes: []", FREEZE)
    repo.commit("Freeze", at=MERGED)
    assert "1 changed, 1 cancelled" in write(repo, file)
    after, gone = the(file, "request"), events(file)["window 2026-12-10"]
    assert after["uid"] == before["uid"]
    assert after["dtstart"].dt == datetime(2026, 12, 14, 9, tzinfo=NEW_YORK)
    assert told(after) == ("CONFIRMED", 1, "2026-11-25 17:00:00+00:00")
    assert told(gone) == ("CANCELLED", 1, "2026-11-25 17:00:00+00:00")
    assert "the data center moves" in str(gone["description"])
    assert told(events(file)["window 2026-12-07"]) == ("CONFIRMED", 0, "2026-11-24 15:00:00+00:00")


def test_a_window_that_comes_back_is_the_same_event(repo: Repository, file: Path) -> None:
    write(repo, file, now=MERGED)
    repo.edit("policy.yaml", "freezes: []", FREEZE)
    repo.commit("Freeze", at=MERGED)
    write(repo, file, now=LATER)
    repo.edit("policy.yaml", FREEZE, "freezes: []")
    repo.commit("Thaw", at=LATER)
    write(repo, file, now="2026-11-26T12:00:00-05:00")
    assert told(events(file)["window 2026-12-10"]) == ("CONFIRMED", 2, "2026-11-26 17:00:00+00:00")


def test_what_a_later_merge_takes_back_is_cancelled(repo: Repository, file: Path) -> None:
    repo.change(URIS, KIOSK)
    assert repo.run("request").status == 0
    write(repo, file, now=MERGED)
    repo.change(KIOSK, URIS, at=LATER)
    assert repo.run("request", now=LATER).status == 0
    write(repo, file, now=LATER)
    assert told(the(file, "request"))[:2] == ("CANCELLED", 1)
    assert "Nothing changed." in write(repo, file, now="2026-11-25T13:00:00-05:00")


def test_a_held_request_is_cancelled_and_comes_back_when_it_is_resumed(repo: Repository, file: Path) -> None:
    repo.change(URIS, KIOSK)
    assert repo.run("request").status == 0
    write(repo, file, now=MERGED)
    request = repo.run_json("status")["requests"][0]["id"]
    by = ("--by", "deployer@login.gov")
    assert repo.run("hold", request, *by, "--reason", "the partner asked", now=LATER).status == 0
    write(repo, file)
    assert told(the(file, "request"))[:2] == ("CANCELLED", 1)
    assert "held by deployer@login.gov: the partner asked" in str(the(file, "request")["description"])
    assert repo.run("resume", request, *by, "--note", "ready", now=LATER).status == 0
    write(repo, file)
    assert told(the(file, "request"))[:2] == ("CONFIRMED", 2)


def test_what_was_deployed_stays_as_it_was_told(repo: Repository, file: Path) -> None:
    repo.change(URIS, KIOSK)
    assert repo.run("request").status == 0
    write(repo, file, now=MERGED)
    before = told(the(file, "request"))
    for day in ("2026-11-30", "2026-12-03", "2026-12-07"):
        assert repo.run("release", now=f"{day}T10:00:00-05:00").status == 0
    assert repo.run("release", now=WINDOW).status == 0
    write(repo, file, now="2026-12-10T10:30:00-05:00")
    assert told(the(file, "request")) == before
    repo.write("seen.yml", repo.git("show", "launchwindow-ledger:idp/production/service_providers.yml"))
    seen = ("confirm", "--seen", str(repo.path / "seen.yml"))
    confirmed = repo.run(*seen, now="2026-12-10T11:00:00-05:00")
    assert confirmed.status == 0, confirmed.text
    write(repo, file, now="2026-12-10T11:30:00-05:00")
    assert told(the(file, "request")) == before
    write(repo, file, now="2026-12-20T11:30:00-05:00")
    assert told(the(file, "request")) == before
    assert told(events(file)["window 2026-11-30"])[:2] == ("CONFIRMED", 0)


def test_what_was_deployed_after_its_app_moved_is_not_cancelled(repo: Repository, file: Path) -> None:
    repo.change(URIS, KIOSK)
    assert repo.run("request").status == 0
    write(repo, file, now=MERGED)
    before = the(file, "request")
    repo.branch("move")
    repo.git("mv", "apps/exa/benefits-finder", "apps/exa/benefits")
    repo.commit("Move it", at=MERGED)
    repo.merge("move")
    assert repo.run("request", now=LATER).status == 0
    write(repo, file)
    assert the(file, "request")["uid"] == before["uid"]
    assert "production/exa/benefits: " in str(the(file, "request")["summary"])
    for day in ("2026-11-30", "2026-12-03", "2026-12-07", "2026-12-10"):
        assert repo.run("release", now=f"{day}T10:00:00-05:00").status == 0
    repo.write("seen.yml", repo.git("show", "launchwindow-ledger:idp/production/service_providers.yml"))
    seen = ("confirm", "--seen", str(repo.path / "seen.yml"))
    assert repo.run(*seen, now="2026-12-10T11:00:00-05:00").status == 0
    write(repo, file, now="2026-12-10T11:30:00-05:00")
    assert told(the(file, "request"))[:2] == ("CONFIRMED", 1)


def test_main_and_the_ledger_may_be_on_a_remote(repo: Repository, tmp_path: Path, file: Path) -> None:
    repo.change(URIS, KIOSK)
    clone = tmp_path / "clone"
    repo.git("clone", "--quiet", str(repo.path), str(clone))
    write(Repository.at(clone), file, "--remote", "origin")
    here = file.with_name("here.ics")
    write(repo, here)
    assert file.read_bytes() == here.read_bytes()


def test_the_past_is_left_out_after_90_days(repo: Repository, file: Path) -> None:
    write(repo, file, now=MERGED)
    write(repo, file, now="2027-02-28T16:00:00-05:00")
    assert "window 2026-11-30" in events(file)
    write(repo, file, now="2027-03-01T16:00:00-05:00")
    found = events(file)
    assert "window 2026-11-30" not in found
    assert told(found["window 2026-12-03"])[:2] == ("CONFIRMED", 0)


def test_fewer_windows_cancel_none_that_the_file_has(repo: Repository, file: Path) -> None:
    write(repo, file, now=MERGED)
    before = file.read_bytes()
    write(repo, file, "--count", "2")
    write(repo, file, "--count", "2", "--from", "2026-12-07")
    assert file.read_bytes() == before


def test_a_certificate_that_is_not_used_any_more_has_no_deadline(tmp_path: Path, file: Path) -> None:
    repo = Repository(tmp_path / "whole", whole_fleet=True).adopted()
    write(repo, file, now=MERGED)
    old = [one for key, one in events(file).items() if key.startswith(f"rotation {SUBJECT} ")]
    assert len(old) == 1
    repo.branch("rotate")
    repo.edit(FILE, "certs: [certs/2026.crt]", "certs: []")
    repo.commit("Remove it", at=MERGED)
    repo.merge("rotate")
    write(repo, file)
    key = next(key for key in events(file) if key.startswith(f"rotation {SUBJECT} "))
    assert told(events(file)[key])[:2] == ("CANCELLED", 1)


def test_a_partner_gets_its_own_requests_and_deadlines_beside_the_windows(tmp_path: Path, file: Path) -> None:
    repo = Repository(tmp_path / "whole", whole_fleet=True).adopted()
    repo.change(URIS, KIOSK)
    repo.change("friendly_name: Trail Pass", "friendly_name: Trails", path="apps/hld/trail-pass/production.yaml")
    write(repo, file, "--partner", "exa")
    assert "/hld/" not in file.read_text(encoding="utf-8").replace("\n ", "")
    assert len(of_kind(file, "request")) == 1
    assert {str(one["x-launchwindow-name"]).split("/")[1] for one in of_kind(file, "rotation")} == {"exa"}
    assert len(of_kind(file, "window")) == 26
    everything = file.with_name("all.ics")
    write(repo, everything)
    assert len(of_kind(everything, "request")) == 2
    assert the(file, "request")["uid"] in {one["uid"] for one in of_kind(everything, "request")}
    assert "is not the calendar of all partners" in refused(repo, file).err
    assert "is not the calendar of the partner exa" in refused(repo, everything, "--partner", "exa").err


def test_a_partner_that_nobody_knows_is_refused(repo: Repository, file: Path) -> None:
    result = repo.run("windows", "--ics", str(file), "--partner", "exaa\x1b[2J")
    assert result.status == 1
    assert "There is no partner “exaa\\u001b[2J” on main." in result.err
    assert "Did you mean “exa”?" in repo.run("windows", "--ics", str(file), "--partner", "exaa").err
    assert not file.exists()


def damages(data: bytes) -> dict[str, bytes]:
    """What may have become of a file, by what it is called here."""
    window = data.index(b"BEGIN:VEVENT")
    end = data.index(b"END:VEVENT") + len(b"END:VEVENT\r\n")
    return {
        "empty": b"",
        "cut off": data[: len(data) // 2],
        "not UTF-8": data.replace(b"regular", b"\xff\xfeular", 1),
        "an event less": data[:window] + data[end:],
        "an event twice": data[:end] + data[window:],
        "a number less": data.replace(b"SEQUENCE:0", b"SEQUENCE:7", 1),
        "another word": data.replace(b"regular day", b"special day", 1),
        "another time": data.replace(b"T090000", b"T080000", 1),
        "no number": data.replace(b"SEQUENCE:0", b"SEQUENCE:many", 1),
        "no date": data.replace(b"DTSTAMP:2026", b"DTSTAMP:soon", 1),
        "another program's": data.replace(b"Launchwindow//", b"Google Inc//", 1),
        "a later format": data.replace(b"FORMAT:1", b"FORMAT:2", 1),
        "another event": data.replace(b"X-LAUNCHWINDOW-KIND:window", b"X-LAUNCHWINDOW-KIND:dance", 1),
        "two calendars": data + data,
        "no calendar": b"name: value\n",
    }


@pytest.mark.parametrize("what", damages(b"BEGIN:VEVENT END:VEVENT"))
def test_a_damaged_or_foreign_file_is_refused_and_left(repo: Repository, file: Path, what: str) -> None:
    write(repo, file, now=MERGED)
    good = file.read_bytes()
    damaged = damages(good)[what]
    assert damaged != good
    file.write_bytes(damaged)
    refused(repo, file)
    file.write_bytes(good)
    write(repo, file)


def test_the_calendar_of_another_repository_is_refused(repo: Repository, tmp_path: Path, file: Path) -> None:
    other = Repository(tmp_path / "other")
    other.write("README", "Another.")
    other.commit("Be another", at="2026-11-20T10:30:00-05:00")
    assert other.run("adopt", "HEAD", now=ADOPTED).status == 0
    write(other, file)
    assert "another repository" in refused(repo, file).err


def test_nothing_but_a_regular_file_is_replaced(repo: Repository, tmp_path: Path) -> None:
    target, link = tmp_path / "target.ics", tmp_path / "link.ics"
    write(repo, target)
    link.symlink_to(target)
    os.mkfifo(tmp_path / "pipe")
    for odd in (link, tmp_path / "pipe", tmp_path, tmp_path / "nowhere" / "a.ics"):
        result = repo.run("windows", "--ics", str(odd), now=LATER)
        assert result.status == 2, result.text
        assert str(odd) in result.err
    assert link.is_symlink()
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fleet", "link.ics", "pipe", "target.ics"]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    large = tmp_path / "large.ics"
    large.write_bytes(b"four")
    assert read_output(large, 4) == b"four"
    with pytest.raises(RepositoryError, match="more than 3 bytes and is not read"):
        read_output(large, 3)


def test_permissions_stay(repo: Repository, file: Path) -> None:
    write(repo, file, now=MERGED)
    file.chmod(0o640)
    repo.change(URIS, KIOSK)
    write(repo, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_without_a_ledger_nothing_is_written(tmp_path: Path, file: Path) -> None:
    repo = Repository(tmp_path / "fleet")
    result = repo.run("windows", "--ics", str(file))
    assert result.status == 2
    assert "launchwindow adopt" in result.err
    assert not file.exists()


def test_options_of_the_calendar_need_it(repo: Repository) -> None:
    for option in (("--partner", "exa"), ("--remote", "origin")):
        result = repo.run("windows", *option)
        assert result.status == 2
        assert "--ics FILE" in result.err


def test_programs_are_told_what_was_written(repo: Repository, file: Path) -> None:
    document = repo.run_json("windows", "--ics", str(file))
    assert document["calendar"] == {"file": str(file), "events": 27, "new": 27, "changed": 0, "cancelled": 0}
    assert len(document["windows"]) == 26
    Draft202012Validator(schema("windows")).validate(document)


@pytest.mark.parametrize(
    ("zone", "rules"),
    [
        ("America/New_York", ["BYDAY=2SU;BYMONTH=3", "BYDAY=1SU;BYMONTH=11"]),
        ("Europe/Berlin", ["BYDAY=-1SU;BYMONTH=3", "BYDAY=-1SU;BYMONTH=10"]),
        ("UTC", []),
        ("America/Phoenix", []), ("Africa/Casablanca", []),
    ],
)  # fmt: skip
def test_a_zone_says_when_its_clocks_change(zone: str, rules: list[str]) -> None:
    found = time_zone(ZoneInfo(zone), 2026)
    lines = found.to_ical().decode().splitlines()
    assert [line.removeprefix("RRULE:FREQ=YEARLY;") for line in lines if line.startswith("RRULE")] == rules
    read = found.to_tz() if zone != "UTC" else UTC
    for month in range(1, 13):
        day = datetime(2027, month, 20, 12, tzinfo=read)
        assert day.utcoffset() == day.replace(tzinfo=ZoneInfo(zone)).utcoffset(), day
