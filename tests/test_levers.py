"""`short-notice` and `off-cycle`: what may go sooner, who may say so, and the words that refuse the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from launchwindow.exchange.idp_yaml import providers
from support.repository import APP, FILE, LEDGER, MERGED, REVIEWER, ROOT, SECOND, SUBJECT, WINDOW, Repository

if TYPE_CHECKING:
    from pathlib import Path

RETURN = "return_to_sp_url: https://benefits.exa.gov/"
ISSUER = "urn:gov:gsa:openidconnect.profiles:sp:sso:exa:benefits-finder"
FIRST_REVIEWER, SECOND_REVIEWER = (person.split("<")[1][:-1] for person in (REVIEWER, SECOND))
WHY = ("--reason", "The old page is gone.")
TWO = ("--by", FIRST_REVIEWER, "--second", SECOND_REVIEWER, *WHY)


def at(day: str, clock: str = "10:00:00") -> str:
    """A moment of winter in Washington."""
    return f"{day}T{clock}-05:00"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """One production app, deployed and confirmed."""
    return Repository(tmp_path / "fleet").adopted()


def request_id(commit: str, subject: str = SUBJECT) -> str:
    return f"{subject}@{commit[:12]}"


def short_notice(
    repository: Repository, commit: str, *, now: str = MERGED, status: int = 0, by: str = FIRST_REVIEWER
) -> dict[str, Any]:
    return repository.run_json("short-notice", request_id(commit), "--by", by, *WHY, now=now, status=status)


def refused(repository: Repository, *arguments: str, now: str = MERGED) -> str:
    """What a lever says that refuses; it writes nothing. Sentences are one line."""
    before = repository.ledger
    result = repository.run(*arguments, now=now)
    assert (result.status, result.out) == (1, ""), result.text
    assert repository.ledger == before
    return " ".join(result.err.split())


def refused_short_notice(repository: Repository, commit: str, *, now: str = MERGED, by: str = FIRST_REVIEWER) -> str:
    repository.run("request", now=now)
    return refused(repository, "short-notice", request_id(commit), "--by", by, *WHY, now=now)


def refused_off_cycle(repository: Repository, commit: str, *, now: str = MERGED, by: tuple[str, ...] = TWO) -> str:
    repository.run("request", now=now)
    return refused(repository, "off-cycle", request_id(commit), *by, now=now)


def take(repository: Repository, now: str, status: int = 0) -> list[str]:
    ids: list[str] = repository.run_json("release", now=now, status=status)["released"]
    return ids


def confirm(repository: Repository, now: str) -> None:
    result = repository.run("confirm", "--by", "Ops", "--note", "seen", now=now)
    assert result.status == 0, result.text


def states(repository: Repository, now: str, status: int = 0) -> dict[str, str]:
    """Open request -> its state and window."""
    found = repository.run_json("status", now=now, status=status)["requests"]
    return {one["id"]: f"{one['state']} {one['window'] or ''}".strip() for one in found}


def returns_to(repository: Repository) -> object:
    text = repository.git("show", f"{LEDGER}:idp/production/service_providers.yml")
    return dict(providers(text.encode(), None))[ISSUER]["return_to_sp_url"]


def test_the_worked_example_by_the_real_commands(repository: Repository) -> None:
    """Six merges; M1 has short notice, M6 is refused it, and is granted it once M5's host is released."""
    redirects = "redirect_uris: [https://benefits.exa.gov/auth/result"
    first = repository.change(redirects, f"{redirects}, https://benefits.exa.gov/auth/kiosk")
    repository.run("request")
    assert short_notice(repository, first)["window"] == "2026-11-30"
    repository.change("friendly_name: Benefits Finder", "friendly_name: Benefit Findr", at=at("2026-11-25"))
    assert take(repository, at("2026-11-30")) == [request_id(first)]
    confirm(repository, at("2026-11-30"))
    third = repository.change(redirects, f"{redirects}, https://benefits.exa.gov/auth/phone", at=at("2026-12-02"))
    assert [take(repository, at(day)) for day in ("2026-12-03", "2026-12-07")] == [[], []]
    fourth = repository.change("name: Benefit Findr", "name: Benefit Finder", at=at("2026-12-08"))
    fifth = repository.change("https://benefits.exa.gov/risc", "https://events.exa.gov/risc", at=at("2026-12-10"))
    days = ("2026-12-10", "2026-12-14", "2026-12-17", "2026-12-21")
    assert [take(repository, at(day, "11:00:00")) for day in days] == [[], [], [], []]
    assert take(repository, at("2026-12-24")) == [request_id(third), request_id(fourth)]
    confirm(repository, at("2026-12-24"))
    sixth = repository.change("other-ways", "more-ways", at=at("2026-12-28"))
    said = refused_short_notice(repository, sixth, now=at("2026-12-28", "11:00:00"))
    assert f"{request_id(fifth)}, in notice until 2026-12-31" in said
    assert "Ask again once that is released, ask for short notice of that as well, or take that back on main" in said
    assert take(repository, at("2026-12-28", "12:00:00")) == []
    assert take(repository, at("2026-12-31")) == [request_id(fifth)]
    assert short_notice(repository, sixth, now=at("2026-12-31", "12:00:00"))["window"] == "2027-01-04"
    assert take(repository, at("2027-01-04")) == [request_id(sixth)]


def test_short_notice_waives_nothing_but_notice(repository: Repository) -> None:
    """A review that lacks is still asked for, and an approval that comes later begins no notice."""
    merge = repository.change(RETURN, f"{RETURN}home", reviewed_by=None)
    repository.run("request")
    assert short_notice(repository, merge)["state"] == "unapproved"
    assert take(repository, at("2026-11-30")) == []
    repository.run("approve", request_id(merge), "--by", SECOND_REVIEWER, "--note", "x", now=at("2026-12-01"))
    assert take(repository, at("2026-12-03")) == [request_id(merge)]


def test_short_notice_is_kept_with_who_when_and_why(repository: Repository) -> None:
    """In the request's history, for the partner to be told."""
    merge = repository.change(RETURN, f"{RETURN}home")
    repository.run("request")
    short_notice(repository, merge)
    told = repository.ledger_files()[f"requests/open/{SUBJECT}/{merge[:12]}.yaml"]
    assert "short notice granted" in told
    assert FIRST_REVIEWER in told
    assert "The old page is gone." in told


def test_short_notice_is_refused(repository: Repository) -> None:
    """With the words that name the way out, and nothing written."""
    merge = repository.change(RETURN, f"{RETURN}home")
    assert "is no reviewer by policy.yaml; reviewers are" in refused_short_notice(repository, merge, by="dana@exa.gov")
    short_notice(repository, merge)
    assert "was granted short notice on 2026-11-24 already" in refused_short_notice(repository, merge)
    assert take(repository, at("2026-11-30")) == [request_id(merge)]
    late = at("2026-11-30", "11:00:00")
    assert "was handed over on 2026-11-30: there is no notice left" in refused_short_notice(repository, merge, now=late)
    confirm(repository, late)
    old = repository.change("default_aal: 2", "default_aal: 3", at=at("2026-12-01"))
    assert "has no notice of its own left" in refused_short_notice(repository, old, now=at("2026-12-15"))
    back = repository.change("default_aal: 3", "default_aal: 2", at=at("2026-12-15"))
    repository.run("request", now=at("2026-12-15"))
    gone = repository.run("short-notice", request_id(back), "--by", FIRST_REVIEWER, *WHY, now=at("2026-12-15"))
    assert (gone.status, "no open change request" in gone.err) == (1, True)


def test_short_notice_waits_for_what_is_not_approved(repository: Repository) -> None:
    """A state that holds another merge's unapproved change has no notice that ends; that one has to go first."""
    other = repository.change("default_aal: 2", "default_aal: 3", reviewed_by=None)
    merge = repository.change(RETURN, f"{RETURN}home", at=at("2026-11-25"))
    said = refused_short_notice(repository, merge, now=at("2026-11-25"))
    assert f"{request_id(other)}, which waits for its approval" in said
    assert short_notice(repository, other, now=at("2026-11-25"))["state"] == "unapproved"
    assert short_notice(repository, merge, now=at("2026-11-25"))["state"] == "scheduled"


def test_the_sandbox_has_no_notice_to_waive(tmp_path: Path) -> None:
    """What waits there has an error."""
    repository = Repository(tmp_path / "fleet", whole_fleet=True).adopted()
    merge = repository.change("default_aal: 2", "default_aal: 7", path=f"{APP}/sandbox.yaml")
    repository.run("request")
    name = request_id(merge, "sandbox/exa/benefits-finder")
    assert "asks for no notice" in refused(repository, "short-notice", name, "--by", FIRST_REVIEWER, *WHY)
    assert "has no deploy windows" in refused(repository, "off-cycle", name, *TWO)


def written(author: str, message: str = "Change") -> dict[str, str]:
    return {"author": author, "message": message}


@pytest.mark.parametrize(
    "about",
    [
        written("Rae Reviewer <reviewer@login.gov>"),
        written("Rae at home <Reviewer+home@login.gov>"),
        written("Dana Developer <dana@exa.gov>", "Change\n\nCo-authored-by: Rae Reviewer <reviewer@login.gov>"),
    ],
    ids=["author", "plus-address", "co-author"],
)
def test_who_wrote_a_part_of_it_decides_nothing(repository: Repository, about: dict[str, str]) -> None:
    """Neither short notice nor one half of an off-cycle release."""
    repository.branch("mine")
    repository.edit(FILE, RETURN, f"{RETURN}home")
    repository.commit(**about)
    merge = repository.merge("mine", reviewed_by=SECOND)
    assert "wrote a part of" in refused_short_notice(repository, merge)
    assert "wrote a part of" in refused_off_cycle(repository, merge)
    turned = ("--by", SECOND_REVIEWER, "--second", FIRST_REVIEWER, *WHY)
    assert "wrote a part of" in refused_off_cycle(repository, merge, by=turned)
    assert short_notice(repository, merge, by=SECOND_REVIEWER)["state"] == "scheduled"


def test_two_reviewers_are_two_people(repository: Repository, tmp_path: Path) -> None:
    """Not one by another spelling or a plus-address, and nobody who is none."""
    merge = repository.change(RETURN, f"{RETURN}home")
    for second in (FIRST_REVIEWER, FIRST_REVIEWER.upper()):
        assert "takes two reviewers" in refused_off_cycle(
            repository, merge, by=("--by", FIRST_REVIEWER, "--second", second, *WHY)
        )
    outside = ("--by", FIRST_REVIEWER, "--second", "dana@exa.gov", *WHY)
    assert "dana@exa.gov is no reviewer" in refused_off_cycle(repository, merge, by=outside)
    listed = Repository(tmp_path / "listed")
    listed.edit("policy.yaml", "    - {email: second-reviewer@login.gov", "    - {email: reviewer+2@login.gov")
    listed.commit("List one person twice", at="2026-11-20T11:00:00-05:00")
    assert listed.run("adopt", "main", now="2026-11-20T12:00:00-05:00").status == 0
    merge = listed.change(RETURN, f"{RETURN}home")
    one = ("--by", FIRST_REVIEWER, "--second", "reviewer+2@login.gov", *WHY)
    assert "takes two reviewers" in refused_off_cycle(listed, merge, by=one)


@pytest.mark.parametrize(
    ("now", "window", "closing"),
    [
        (at("2026-11-25", "23:30:00"), "2026-11-25", at("2026-11-26", "17:00:00")),
        (at("2026-12-22", "11:00:00"), "2026-12-22", at("2026-12-22", "17:00:00")),
        (at("2026-11-28", "12:00:00"), "2026-11-28", at("2026-11-28", "17:00:00")),
    ],
    ids=["at night", "in a freeze", "on a Saturday"],
)
def test_off_cycle_goes_at_any_time(tmp_path: Path, now: str, window: str, closing: str) -> None:
    """It is handed over at once, its record is its own, and its day's window still takes what is due."""
    repository = Repository(tmp_path / "fleet")
    repository.edit("policy.yaml", "freezes: []", "freezes: [{from: 2026-12-21, to: 2027-01-01, reason: year end}]")
    repository.commit("Freeze", at="2026-11-20T11:00:00-05:00")
    assert repository.run("adopt", "main", now="2026-11-20T12:00:00-05:00").status == 0
    when = now if now < at("2026-12-01") else at("2026-12-21")
    merge = repository.change(RETURN, f"{RETURN}home", at=when)
    done = repository.run_json("off-cycle", request_id(merge), *TWO, now=now)
    assert (done["state"], done["window"]) == ("deploying", window)
    assert returns_to(repository) == "https://benefits.exa.gov/home"
    record = repository.ledger_files()[f"windows/production/{window}-off-cycle-{merge[:12]}.yaml"]
    assert "exa/benefits-finder" in record
    assert FIRST_REVIEWER in record
    assert SECOND_REVIEWER in record
    before = closing.replace("17:00:00", "16:59:59")
    assert states(repository, before) == {request_id(merge): f"deploying {window}"}
    assert states(repository, closing, status=1) == {request_id(merge): f"overdue {window}"}


def test_off_cycle_takes_no_window(repository: Repository) -> None:
    """What is due on the same day goes in the window, before or after it."""
    due = repository.change("default_aal: 2", "default_aal: 3")
    assert take(repository, WINDOW) == [request_id(due)]
    urgent = repository.change(RETURN, f"{RETURN}home", at=at("2026-12-10", "11:00:00"))
    now = at("2026-12-10", "12:00:00")
    repository.run_json("off-cycle", request_id(urgent), *TWO, now=now)
    files = [path for path in repository.ledger_files() if path.startswith("windows/production/2026-12-10")]
    assert sorted(files) == [
        "windows/production/2026-12-10-off-cycle-" + urgent[:12] + ".yaml",
        "windows/production/2026-12-10.yaml",
    ]
    again = repository.run("off-cycle", request_id(urgent), *TWO, now=now)
    assert (again.status, "not released already" in again.err) == (1, True)


def test_off_cycle_waives_its_own_notice_alone(repository: Repository) -> None:
    """Another merge's notice stands, in the same state."""
    other = repository.change("default_aal: 2", "default_aal: 3")
    merge = repository.change(RETURN, f"{RETURN}home", at=at("2026-11-25"))
    said = refused_off_cycle(repository, merge, now=at("2026-11-25", "12:00:00"))
    assert f"{other[:12]} is in its notice of 14 days until 2026-12-08" in said
    first = repository.run_json("off-cycle", request_id(other), *TWO, now=at("2026-11-25", "13:00:00"))
    assert first["state"] == "deploying"
    assert states(repository, at("2026-11-25", "14:00:00"))[request_id(merge)] == "scheduled 2026-12-10"


def test_off_cycle_names_every_obstacle_at_once(repository: Repository) -> None:
    """Approval, hold and the app's own date, in one refusal."""
    merge = repository.change(RETURN, f"{RETURN}home", reviewed_by=None)
    repository.change(RETURN, f"release:\n  not_before: 2027-02-01\n{RETURN}", at=at("2026-11-24", "11:00:00"))
    repository.run("request", now=at("2026-11-24", "11:00:00"))
    repository.run("hold", request_id(merge), "--by", "ops", "--reason", "the partner asked", now=at("2026-11-25"))
    said = refused_off_cycle(repository, merge, now=at("2026-11-25"))
    assert "has no approval that counts" in said
    assert "is held by ops: the partner asked" in said
    assert "asks not to be released before 2027-02-01" in said


def test_off_cycle_of_what_main_took_back(repository: Repository) -> None:
    """All of it, or a part: neither goes."""
    repository.branch("two")
    repository.edit(FILE, RETURN, f"{RETURN}home")
    repository.edit(FILE, "default_aal: 2", "default_aal: 3")
    repository.commit()
    merge = repository.merge("two")
    repository.change("default_aal: 3", "default_aal: 2", at=at("2026-11-25"))
    now = at("2026-11-25", "12:00:00")
    assert "took back or replaced some" in refused_off_cycle(repository, merge, now=now)
    later = repository.change(f"{RETURN}home", f"{RETURN}start", at=at("2026-11-26"))
    now = at("2026-11-26", "12:00:00")
    assert "main took it back or changed it" in refused_off_cycle(repository, merge, now=now)
    assert repository.run_json("off-cycle", request_id(later), *TWO, now=now)["state"] == "deploying"


def test_off_cycle_lifts_no_error(repository: Repository) -> None:
    """Judged for today."""
    merge = repository.change(RETURN, "return_to_sp_url: http://benefits.exa.gov/")
    assert "url-https" in refused_off_cycle(repository, merge)


def test_off_cycle_lifts_no_guard_of_certificates(repository: Repository) -> None:
    """The only certificate is replaced, and the new one was never confirmed."""
    repository.branch("replace")
    repository.write(f"{APP}/certs/2027.crt", other_certificate())
    repository.edit(FILE, "certs/2026.crt", "certs/2027.crt")
    repository.commit()
    merge = repository.merge("replace")
    assert "no certificate that it keeps is confirmed yet" in refused_off_cycle(repository, merge)


def other_certificate() -> bytes:
    """Another app's."""
    return (ROOT / "apps/npa/researcher-card/certs/2027.crt").read_bytes()


def test_off_cycle_does_not_coordinate(tmp_path: Path) -> None:
    """Responses are encrypted to the first certificate: both sides change at an agreed time, or not."""
    repository = Repository(tmp_path / "fleet", whole_fleet=True).adopted()
    folder = "apps/npa/reading-room"
    repository.branch("first")
    repository.write(f"{folder}/certs/2027.crt", other_certificate())
    repository.edit(f"{folder}/production.yaml", "certs: [certs/2026.crt]", "certs: [certs/2027.crt, certs/2026.crt]")
    repository.commit()
    merge = repository.merge("first")
    repository.run("request")
    name = request_id(merge, "production/npa/reading-room")
    assert "must change at an agreed time" in refused(repository, "off-cycle", name, *TWO)


def test_off_cycle_lifts_no_conflict(repository: Repository) -> None:
    """Another app's issuer stays taken."""
    repository.branch("copy")
    for path in ("production.yaml", "logo.svg", "certs/2026.crt"):
        repository.write(f"apps/exa/second/{path}", (repository.path / APP / path).read_bytes())
    repository.commit()
    merge = repository.merge("copy")
    repository.run("request")
    name = request_id(merge, "production/exa/second")
    assert "is also that of" in refused(repository, "off-cycle", name, *TWO)


def test_off_cycle_lifts_no_difference_of_content(repository: Repository) -> None:
    """What was approved, by its digest, is what goes."""
    merge = repository.change(RETURN, f"{RETURN}home")
    repository.run("request")
    path = f"requests/open/{SUBJECT}/{merge[:12]}.yaml"
    text = repository.ledger_files()[path]
    digest = text.partition('digest: "')[2][:64]
    repository.write_ledger({path: text.replace(digest, "0" * 64).encode() + b"\n"})
    said = refused_off_cycle(repository, merge)
    assert "the content is not what was approved" in said
    assert digest in said
