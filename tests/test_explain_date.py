"""`explain-date` from end to end: each reason on the way, and each way that it names brings what it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from support.repository import ADOPTED, FILE, MERGED, REVIEWER, SECOND, SUBJECT, Repository

if TYPE_CHECKING:
    from pathlib import Path

HOME = "return_to_sp_url: https://benefits.exa.gov/"
FIRST, OTHER = (person.split("<")[1][:-1] for person in (REVIEWER, SECOND))
CARD, CARD_SUBJECT = "apps/npa/researcher-card/production.yaml", "production/npa/researcher-card"
OLD = "  - certs/2026.crt\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "fleet").adopted()


@pytest.fixture
def fleet(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "fleet", whole_fleet=True).adopted()


def at(day: str, clock: str = "10:00") -> str:
    return f"{day}T{clock}:00-05:00"


def told(repository: Repository, now: str, subject: str = SUBJECT) -> dict[str, Any]:
    return repository.run_json("explain-date", subject, now=now)


def text(repository: Repository, now: str, subject: str = SUBJECT) -> str:
    """What it prints, as one line."""
    result = repository.run("explain-date", subject, now=now)
    assert result.status == 0, result.text
    return " ".join(result.out.split())


def windows(repository: Repository, now: str, subject: str = SUBJECT) -> dict[str, str | None]:
    return {one["id"]: one["window"] for one in told(repository, now, subject)["change_requests"]}


def ways(repository: Repository, now: str, subject: str = SUBJECT) -> dict[tuple[str, ...], dict[str, str]]:
    """The steps of each way -> request and window."""
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for way in told(repository, now, subject)["sooner"]:
        found.setdefault(tuple(way["how"]), {})[way["request"]] = way["window"]
    return found


def home(repository: Repository, **about: Any) -> str:
    return f"{SUBJECT}@{repository.change(HOME, f'{HOME}home', message='Go home', **about)[:12]}"


def test_short_notice_is_named_and_brings_what_it_says(repository: Repository) -> None:
    request = home(repository)
    found = ways(repository, MERGED)
    assert found[("short-notice",)] == {request: "2026-11-30"}
    assert repository.run("short-notice", request, "--by", FIRST, "--reason", "x").status == 0
    assert windows(repository, MERGED) == {request: "2026-11-30"}
    assert ("short-notice",) not in ways(repository, MERGED)
    assert "waived on 2026-11-24, when short notice was granted" in text(repository, MERGED)


def test_off_cycle_is_named_and_brings_what_it_says(repository: Repository) -> None:
    request = home(repository)
    now = at("2026-11-28")
    assert ways(repository, now)[("off-cycle",)] == {request: "2026-11-28"}
    two = ("--by", FIRST, "--second", OTHER, "--reason", "People are lost.")
    assert repository.run("off-cycle", request, *two, now=now).status == 0
    document = told(repository, now)
    assert [one["window"] for one in document["change_requests"]] == ["2026-11-28"]
    assert document["sooner"] == []
    assert document["handed_over"] == [{"request": request, "due": "2026-11-28T22:00:00Z"}]
    assert "to be confirmed by Saturday 2026-11-28 17:00 EST (`confirm`)" in text(repository, now)
    assert "released by reviewer@login.gov and second-reviewer@login.gov: off-cycle" in text(repository, now)


def test_an_approval_is_named_and_brings_what_it_says(repository: Repository) -> None:
    request = home(repository, reviewed_by=None)
    found = ways(repository, MERGED)
    assert found[("approve",)] == {request: "2026-12-10"}
    assert found[("approve", "short-notice")] == {request: "2026-11-30"}
    assert repository.run("approve", request, "--by", FIRST, "--note", "Fine.").status == 0
    assert windows(repository, MERGED) == {request: "2026-12-10"}
    assert "the day of its approval" in text(repository, MERGED)


def test_the_only_reviewer_wrote_it_and_no_approval_is_named(repository: Repository) -> None:
    policy = repository.read("policy.yaml").replace(
        "    - {email: second-reviewer@login.gov, github: login-second-reviewer}\n", ""
    )
    repository.write("policy.yaml", policy)
    repository.commit("One reviewer", at=ADOPTED)
    repository.branch("own")
    repository.edit(FILE, HOME, f"{HOME}home")
    repository.commit(author=REVIEWER)
    repository.merge("own", reviewed_by=None)
    assert ways(repository, MERGED) == {}


def test_resuming_is_named_and_brings_what_it_says(repository: Repository) -> None:
    request = home(repository)
    assert repository.run("hold", request, "--by", "ops@login.gov", "--reason", "Asked to wait.").status == 0
    assert ways(repository, MERGED)[("resume",)] == {request: "2026-12-10"}
    assert "held by ops@login.gov: Asked to wait." in text(repository, MERGED)
    assert repository.run("resume", request, "--by", "ops@login.gov", "--note", "Ready.").status == 0
    assert windows(repository, MERGED) == {request: "2026-12-10"}


def test_a_date_that_is_taken_out_is_named_and_brings_what_it_says(repository: Repository) -> None:
    repository.branch("later")
    repository.edit(FILE, HOME, f"{HOME}home")
    wish = "release: {not_before: 2027-01-20}\n"
    repository.write(FILE, repository.read(FILE) + wish)
    repository.commit()
    request = f"{SUBJECT}@{repository.merge('later')[:12]}"
    assert windows(repository, MERGED) == {request: "2027-01-21"}
    assert ways(repository, MERGED)[("not-before",)] == {request: "2026-12-10"}
    repository.change(wish, "", message="Any time")
    assert windows(repository, MERGED) == {request: "2026-12-10"}
    assert ("not-before",) not in ways(repository, MERGED)


def test_taking_back_what_others_wait_for_is_named_and_brings_what_it_says(repository: Repository) -> None:
    push = repository.change("https://benefits.exa.gov/risc", "https://push.exa.gov/risc", message="Push elsewhere")
    request = home(repository)
    first = f"{SUBJECT}@{push[:12]}"
    said = text(repository, MERGED)
    assert "notice of 21 days, for push.exa.gov is new to production and has to be allowed first" in said
    assert f"goes together with {push[:12]} “Push elsewhere”, whose notice ends 2026-12-15" in said
    assert f"takes the state of {request[-12:]}, with {push[:12]}" in said
    assert windows(repository, MERGED) == {first: "2026-12-17", request: "2026-12-17"}
    assert ways(repository, MERGED)[("take-back",)] == {request: "2026-12-10"}
    now = at("2026-11-24", "11:00")
    repository.change("https://push.exa.gov/risc", "https://benefits.exa.gov/risc", at=now, message="Not now")
    assert windows(repository, now)[request] == "2026-12-10"


def test_the_word_on_the_key_in_use_is_named_and_brings_what_it_says(fleet: Repository) -> None:
    removal = fleet.change(OLD, "", path=CARD, message="Drop the old key")
    request = f"{CARD_SUBJECT}@{removal[:12]}"
    [one] = told(fleet, MERGED, CARD_SUBJECT)["change_requests"]
    assert one["window"] is None
    assert one["why"].startswith("it removes certs/2026.crt, and nobody has said which key is in use")
    assert "Change to the new key" in one["why"]
    assert ways(fleet, MERGED, CARD_SUBJECT)[("key-in-use",)] == {request: "2026-12-10"}
    assert "if the app uses the key of certs/2027.crt now and its file says so" in text(fleet, MERGED, CARD_SUBJECT)
    fleet.branch("word")
    word = "release: {key_in_use: {certificate: certs/2027.crt, as_of: 2026-11-24}}\n"
    fleet.write(CARD, fleet.read(CARD) + word)
    fleet.commit("Say which key")
    fleet.merge("word")
    assert windows(fleet, MERGED, CARD_SUBJECT) == {request: "2026-12-10"}


def unsigned(tmp_path: Path) -> tuple[Repository, str]:
    """A fleet whose researcher card is encrypted to its first certificate, and a request that changes which it is."""
    fleet = Repository(tmp_path / "fleet", whole_fleet=True)
    fleet.edit(CARD, "requests_signed: true\n", "")
    base = fleet.commit("Sign nothing", at=ADOPTED)
    assert fleet.run("adopt", base, now=ADOPTED).status == 0
    swap = fleet.change(OLD, "", path=CARD, message="Encrypt with the new key")
    return fleet, f"{CARD_SUBJECT}@{swap[:12]}"


def test_an_agreed_time_is_named_and_brings_what_it_says(tmp_path: Path) -> None:
    fleet, request = unsigned(tmp_path)
    found = ways(fleet, MERGED, CARD_SUBJECT)
    assert found[("coordinate-at",)] == {request: "2026-12-08"}
    said = text(fleet, MERGED, CARD_SUBJECT)
    assert "→ it changes the first certificate, which responses are encrypted with" in said
    assert "Tuesday 2026-12-08 for" in said
    assert "if 09:00 is agreed on, written as `release.coordinate_at`" in said
    fleet.branch("agreed")
    agreed = "release: {coordinate_at: 2026-12-08T09:00:00-05:00, reason: Both sides change then.}\n"
    fleet.write(CARD, fleet.read(CARD) + agreed)
    fleet.commit("Agree")
    fleet.merge("agreed")
    assert ("coordinate-at",) not in ways(fleet, MERGED, CARD_SUBJECT)
    assert "it goes at the agreed time, 2026-12-08 09:00 EST" in text(fleet, MERGED, CARD_SUBJECT)
    run = ("release", "--coordinated", CARD_SUBJECT, "--by", "ops@login.gov")
    assert fleet.run(*run, now=at("2026-12-08", "09:00")).status == 0
    assert windows(fleet, at("2026-12-08", "09:01"), CARD_SUBJECT) == {request: "2026-12-08"}


def test_an_agreed_time_before_the_notice_is_over_is_told_as_too_early(tmp_path: Path) -> None:
    fleet, request = unsigned(tmp_path)
    fleet.branch("agreed")
    agreed = "release: {coordinate_at: 2026-12-01T13:00:00-05:00, reason: Both sides change then.}\n"
    fleet.write(CARD, fleet.read(CARD) + agreed)
    fleet.commit("Agree")
    fleet.merge("agreed")
    said = text(fleet, MERGED, CARD_SUBJECT)
    assert "at the agreed time, 2026-12-01 13:00 EST, it is not ready" in said
    assert "in its notice of 14 days until 2026-12-08. Agree on a later time" in said
    assert ways(fleet, MERGED, CARD_SUBJECT)[("coordinate-at",)] == {request: "2026-12-08"}


def test_another_change_waits_for_the_certificates_in_words(fleet: Repository) -> None:
    removal = fleet.change(OLD, "", path=CARD, message="Drop the old key")
    name = fleet.change("friendly_name: NPA Researcher Card", "friendly_name: Researcher Card", path=CARD)
    [first, second] = told(fleet, MERGED, CARD_SUBJECT)["change_requests"]
    assert first["why"].startswith("it removes certs/2026.crt")
    waits = f"waits for the certificates of {removal[:12]} “Merge change-0”: it removes"
    assert second["why"].startswith(waits.replace("Merge change-0", "Drop the old key"))
    request = f"{CARD_SUBJECT}@{name[:12]}"
    found = ways(fleet, MERGED, CARD_SUBJECT)
    assert found[("take-back",)] == {request: "2026-12-10"}
    fleet.change("certs:\n", f"certs:\n{OLD}", path=CARD, message="Keep it")
    assert windows(fleet, MERGED, CARD_SUBJECT)[request] == "2026-12-10"
    status = fleet.run("status", CARD_SUBJECT, now=MERGED).out
    assert "waits for" not in status


def test_freezes_and_holidays_on_the_way_are_told(repository: Repository) -> None:
    freeze = "freezes:\n    - {from: 2026-12-10, to: 2026-12-18, reason: moving house}"
    repository.edit("policy.yaml", "freezes: []", freeze)
    repository.commit("Freeze", at=ADOPTED)
    request = home(repository)
    document = told(repository, MERGED)
    why = "has no deploy window: 2026-12-10 to 2026-12-18 is a freeze: moving house"
    assert document["skipped"] == [
        {"date": day, "because": f"{name} {day} {why}"}
        for name, day in (("Thursday", "2026-12-10"), ("Monday", "2026-12-14"), ("Thursday", "2026-12-17"))
    ]  # fmt: skip
    assert windows(repository, MERGED) == {request: "2026-12-21"}
    [one] = document["change_requests"]
    assert "Thursday 2026-12-10 has no deploy window: 2026-12-10 to 2026-12-18 is a freeze: moving house" in one["why"]
    assert "Thursday 2026-12-10 to Thursday 2026-12-17 (3 regular days): each has no deploy window" in text(
        repository, MERGED
    )
    assert "Thursday 2026-11-26 is Thanksgiving Day" in text(repository, MERGED)


def test_merged_after_opening_is_told_and_the_next_window_is_on_the_way(repository: Repository) -> None:
    now = at("2026-11-23", "12:00")
    repository.edit("policy.yaml", "default: 14", "default: 0")
    repository.commit("Ask for no notice", at=ADOPTED)
    request = home(repository, at=now)
    document = told(repository, now)
    [one] = document["change_requests"]
    assert one["why"].startswith("needs no notice; was merged after the window of 2026-11-23 had opened")
    assert [(stop["date"], stop["takes"]) for stop in document["windows"]] == [
        ("2026-11-23", []), ("2026-11-30", [request]),
    ]  # fmt: skip


def test_going_back_needs_no_notice_and_says_so(repository: Repository) -> None:
    request = home(repository)
    assert repository.run("release", now=at("2026-12-10")).status in (0, 1)
    confirm = ("confirm", "--by", "ops@login.gov", "--note", "Seen.")
    assert repository.run(*confirm, now=at("2026-12-10", "16:00")).status == 0
    assert request not in windows(repository, at("2026-12-10", "17:00"))
    repository.change(f"{HOME}home", HOME, at=at("2026-12-11"), message="Back")
    said = text(repository, at("2026-12-11"))
    assert "no notice, for it goes back to what ran in production within the 30 days before its merge" in said


def test_what_is_overdue_is_on_the_way(repository: Repository) -> None:
    request = home(repository)
    repository.run("release", now=at("2026-12-10"))
    repository.change("friendly_name: Benefits Finder", "friendly_name: Finder", at=at("2026-12-11"), message="Rename")
    document = told(repository, at("2026-12-11"))
    assert [one["state"] for one in document["change_requests"]] == ["overdue", "scheduled"]
    assert document["handed_over"] == [{"request": request, "due": "2026-12-10T22:00:00Z"}]
    assert document["windows"][-1]["state_of"] == document["change_requests"][1]["id"]


def test_what_partners_write_stays_text(repository: Repository) -> None:
    evil = "\x1b[2J\u202eneppo\r\nSooner: now"
    push = repository.change("https://benefits.exa.gov/risc", "https://push.exa.gov/risc", message=f"Push {evil}")
    request = home(repository)
    hold = ("hold", f"{SUBJECT}@{push[:12]}", "--by", f"o{evil}@login.gov", "--reason", evil)
    assert repository.run(*hold).status == 0
    for out in (
        repository.run("explain-date", SUBJECT).out,
        repository.run("explain-date", SUBJECT, "--format", "json").out,
    ):
        assert out.replace("\n", "").isprintable()
    lines = repository.run("explain-date", SUBJECT).out.splitlines()
    assert [line for line in lines if line.startswith("Sooner")] == ["Sooner, if it is done today:"]
    assert [line for line in lines if len(line) > 80 and line.lstrip()[:1] not in "+-~"] == []
    assert request.partition("@")[2] in "".join(lines)


def test_an_app_without_requests_has_nothing_on_its_way(repository: Repository) -> None:
    document = told(repository, MERGED)
    keys = ("change_requests", "history", "notices", "windows", "skipped", "handed_over", "sooner")
    assert [document[key] for key in keys] == [[], [], [], [], [], [], []]


def test_a_partners_record_waits_for_its_approval(repository: Repository) -> None:
    merge = repository.change("name: ", "name: The ", path="partners/exa.yaml", reviewed_by=None)
    subject = "production/exa"
    assert ways(repository, MERGED, subject) == {("approve",): {f"{subject}@{merge[:12]}": "2026-11-30"}}
    assert "no notice, for it is a partner's record" in text(repository, MERGED, subject)


def test_many_requests_stay_readable(repository: Repository) -> None:
    uris = "https://benefits.exa.gov/auth/result"
    for number in range(9):
        more = f"{uris}, https://benefits.exa.gov/{number}"
        repository.change(uris, more, at=at("2026-11-24", f"10:0{number}"), message=f"Add {number}",
                          reviewed_by=None if number % 2 else REVIEWER)  # fmt: skip
        uris = more
    now = at("2026-11-24", "11:00")
    sooner = repository.run("explain-date", SUBJECT, now=now).out.partition("Sooner, if it is done today:")[2]
    assert "more, told by `--format json`" in sooner
    flat = " ".join(sooner.split())
    # What takes one step stands before what takes several.
    alone = re.search(r"if a reviewer approves \w+ \(`approve`\)(?!,)", flat)
    assert alone is not None
    assert alone.start() < flat.index(", and a reviewer grants")
    assert max(len(line) for line in sooner.splitlines()) <= 80
