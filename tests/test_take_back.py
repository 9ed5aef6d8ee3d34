"""What failed is taken back (`confirm --failed`), what is late is told, what changed is held, by the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from launchwindow.exchange.idp_yaml import providers
from support.repository import APP, FILE, LEDGER, MERGED, REVIEWER, SECOND, SUBJECT, WINDOW, Repository

if TYPE_CHECKING:
    from pathlib import Path

RETURN = "return_to_sp_url: https://benefits.exa.gov/"
ISSUER = "urn:gov:gsa:openidconnect.profiles:sp:sso:exa:benefits-finder"
FORMS, FORMS_FILE = "production/exa/forms-library", "apps/exa/forms-library/production.yaml"
FORMS_HOME = "return_to_sp_url: https://forms.exa.gov/"
VOUCH = ("confirm", "--by", "Ops", "--note", "seen")
FAILED = ("confirm", "--failed", "--by", "Ops", "--note", "The seed stopped.")
TWO = tuple(
    part for option, person in (("--by", REVIEWER), ("--second", SECOND))
    for part in (option, person.split("<")[1][:-1])
)  # fmt: skip


def at(day: str, clock: str = "10:00:00") -> str:
    """A moment of winter in Washington."""
    return f"{day}T{clock}-05:00"


AFTER = at("2026-12-10", "12:00:00")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """One production app, deployed and confirmed."""
    return Repository(tmp_path / "fleet").adopted()


@pytest.fixture
def fleet(tmp_path: Path) -> Repository:
    """The example fleet, deployed and confirmed."""
    return Repository(tmp_path / "fleet", whole_fleet=True).adopted()


def request_id(commit: str, subject: str = SUBJECT) -> str:
    return f"{subject}@{commit[:12]}"


def take(repository: Repository, now: str, status: int = 0) -> list[str]:
    ids: list[str] = repository.run_json("release", now=now, status=status)["released"]
    return ids


def failed(repository: Repository, now: str = AFTER, *more: str) -> list[str]:
    ids: list[str] = repository.run_json(*FAILED, *more, now=now)["taken_back"]
    return ids


def resume(repository: Repository, name: str, now: str) -> dict[str, Any]:
    return repository.run_json("resume", name, "--by", "ops@login.gov", "--note", "mended", now=now)


def states(repository: Repository, now: str, status: int = 0) -> dict[str, str]:
    """Open request -> its state and window."""
    found = repository.run_json("status", now=now, status=status)["requests"]
    return {one["id"]: f"{one['state']} {one['window'] or ''}".strip() for one in found}


def idp(repository: Repository) -> dict[str, dict[str, Any]]:
    text = repository.git("show", f"{LEDGER}:idp/production/service_providers.yml")
    return {issuer: dict(row) for issuer, row in providers(text.encode(), None).items()}


def idp_tree(repository: Repository) -> str:
    """One id of all that the identity provider reads."""
    return repository.git("rev-parse", f"{LEDGER}:idp/production")


def test_a_failed_release_leaves_all_as_it_was(repository: Repository) -> None:
    """S0, the IdP's files in the same commit, and the request held by who said so, and why, until `resume`."""
    before = idp_tree(repository)
    merge = repository.change(RETURN, f"{RETURN}home")
    assert take(repository, WINDOW) == [request_id(merge)]
    assert idp_tree(repository) != before
    ledger = repository.ledger
    assert failed(repository) == [request_id(merge)]
    assert repository.git("rev-parse", f"{LEDGER}^") == ledger
    assert idp_tree(repository) == before
    (only,) = repository.run_json("status", now=AFTER)["requests"]
    assert (only["id"], only["state"]) == (request_id(merge), "held")
    assert "held by Ops: the release of 2026-12-10 failed: The seed stopped." in only["because"]
    again = repository.run(*FAILED, now=AFTER)
    assert (again.status, "launchwindow rollback" in again.err) == (1, True)
    assert take(repository, at("2026-12-14")) == []
    assert resume(repository, request_id(merge), at("2026-12-15"))["window"] == "2026-12-17"
    assert take(repository, at("2026-12-17")) == [request_id(merge)]
    assert repository.run(*VOUCH, now=at("2026-12-17")).status == 0
    assert states(repository, at("2026-12-17")) == {}


def test_what_was_confirmed_does_not_fail(fleet: Repository) -> None:
    """Of a partly confirmed release only the rest is taken back."""
    one = fleet.change(RETURN, f"{RETURN}home")
    other = fleet.change(FORMS_HOME, f"{FORMS_HOME}home", path=FORMS_FILE)
    assert len(take(fleet, WINDOW)) == 2
    seen = fleet.path.parent / "seen.yml"
    text = fleet.git("show", f"{LEDGER}:idp/production/service_providers.yml")
    seen.write_text(text.replace("forms.exa.gov/home", "forms.exa.gov/"), encoding="utf-8")
    partly = fleet.run_json("confirm", "--seen", str(seen), now=AFTER, status=1)
    assert partly["confirmed"] == ["exa/benefits-finder"]
    assert failed(fleet) == [request_id(other, FORMS)]
    assert one
    found = {row["return_to_sp_url"] for row in idp(fleet).values()}
    assert {"https://benefits.exa.gov/home", "https://forms.exa.gov/"} <= found
    assert "https://forms.exa.gov/home" not in found


def test_two_windows_of_which_the_first_failed(fleet: Repository) -> None:
    """`--window` names the first; what came later is taken back with it, and each is resumed by itself."""
    before = idp_tree(fleet)
    first = fleet.change(RETURN, f"{RETURN}home")
    second = fleet.change(FORMS_HOME, f"{FORMS_HOME}home", path=FORMS_FILE, at=at("2026-11-27"))
    assert take(fleet, WINDOW) == [request_id(first)]
    assert take(fleet, at("2026-12-14")) == [request_id(second, FORMS)]
    now = at("2026-12-14", "12:00:00")
    assert failed(fleet, now, "--window", "2026-12-10") == [request_id(first), request_id(second, FORMS)]
    assert idp_tree(fleet) == before
    resume(fleet, request_id(second, FORMS), now)
    assert states(fleet, now) == {request_id(first): "held", request_id(second, FORMS): "scheduled 2026-12-17"}
    assert take(fleet, at("2026-12-17")) == [request_id(second, FORMS)]


def test_without_a_window_the_newest_failed(fleet: Repository) -> None:
    """The one before it waits on for its confirmation."""
    first = fleet.change(RETURN, f"{RETURN}home")
    second = fleet.change(FORMS_HOME, f"{FORMS_HOME}home", path=FORMS_FILE, at=at("2026-11-27"))
    take(fleet, WINDOW)
    take(fleet, at("2026-12-14"))
    now = at("2026-12-14", "12:00:00")
    assert failed(fleet, now) == [request_id(second, FORMS)]
    assert states(fleet, now, status=1)[request_id(first)] == "overdue 2026-12-10"
    wrong = fleet.run(*FAILED, "--window", "2026-12-14", now=now)
    assert (wrong.status, "What waits is from 2026-12-10" in wrong.err) == (1, True)


def test_an_app_released_twice_goes_back_to_before_the_one_that_failed(repository: Repository) -> None:
    """Off-cycle on top of an unconfirmed window: the newest goes first, then the window's."""
    before = idp_tree(repository)
    first = repository.change(RETURN, f"{RETURN}home")
    take(repository, WINDOW)
    middle = idp_tree(repository)
    urgent = repository.change("default_aal: 2", "default_aal: 3", at=at("2026-12-10", "11:00:00"))
    repository.run_json("off-cycle", request_id(urgent), *TWO, "--reason", "x", now=AFTER)
    assert failed(repository, AFTER) == [request_id(urgent)]
    assert idp_tree(repository) == middle
    assert failed(repository, AFTER) == [request_id(first)]
    assert idp_tree(repository) == before
    assert set(states(repository, AFTER).values()) == {"held"}


def test_a_new_app_stays_inactive_until_it_is_released_again(repository: Repository) -> None:
    """The identity provider deletes no provider: what the failed release brought must not stay active there."""
    repository.branch("new")
    for path in ("logo.svg", "certs/2026.crt"):
        repository.write(f"apps/exa/second/{path}", (repository.path / APP / path).read_bytes())
    repository.write("apps/exa/second/production.yaml", repository.read(FILE).replace(ISSUER, f"{ISSUER}:second"))
    repository.commit()
    new = request_id(repository.merge("new"), "production/exa/second")
    assert take(repository, WINDOW) == [new]
    there = idp(repository)
    assert failed(repository) == [new]
    assert idp(repository) == {**there, f"{ISSUER}:second": {**there[f"{ISSUER}:second"], "active": False}}
    assert "deactivated/production/exa/second.yaml" in repository.ledger_files()
    resume(repository, new, at("2026-12-11"))
    assert take(repository, at("2026-12-14")) == [new]
    assert idp(repository) == there
    assert "deployed/production/exa/second.yaml" in repository.ledger_files()
    assert repository.run(*VOUCH, now=at("2026-12-14")).status == 0


def test_a_change_of_issuer_that_failed(repository: Repository) -> None:
    """The old provider is active again, the new one inactive; released again, they change places once more."""
    merge = repository.change(f"issuer: {ISSUER}", f"issuer: {ISSUER}-2")
    assert take(repository, WINDOW) == [request_id(merge)]
    assert failed(repository) == [request_id(merge)]
    assert {issuer: row["active"] for issuer, row in idp(repository).items()} == {ISSUER: True, f"{ISSUER}-2": False}
    resume(repository, request_id(merge), at("2026-12-11"))
    assert take(repository, at("2026-12-14")) == [request_id(merge)]
    assert {issuer: row["active"] for issuer, row in idp(repository).items()} == {ISSUER: False, f"{ISSUER}-2": True}
    assert repository.run(*VOUCH, now=at("2026-12-14")).status == 0
    assert states(repository, at("2026-12-14")) == {}


def test_an_app_that_moved_since_its_release(repository: Repository) -> None:
    """The request is held under its new name, and what runs is what ran before."""
    before = idp(repository)
    merge = repository.change(RETURN, f"{RETURN}home")
    take(repository, WINDOW)
    repository.branch("move")
    repository.git("mv", APP, "apps/exa/finder")
    repository.commit(at=at("2026-12-10", "11:00:00"))
    repository.merge("move", at=at("2026-12-10", "11:00:00"))
    repository.run("request", now=AFTER)
    moved = request_id(merge, "production/exa/finder")
    assert failed(repository) == [moved]
    assert idp(repository) == before
    resume(repository, request_id(merge), at("2026-12-11"))
    assert take(repository, at("2026-12-14")) == [moved]
    assert idp(repository)[ISSUER]["return_to_sp_url"] == "https://benefits.exa.gov/home"


def test_what_a_release_took_back_counts_again_when_it_failed(repository: Repository) -> None:
    """Main renamed twice; the second name was released and failed. Until then the first stays, as withdrawn."""
    first = repository.change("friendly_name: Benefits Finder", "friendly_name: Benefit Findr")
    second = repository.change("friendly_name: Benefit Findr", "friendly_name: Benefit Finder", at=at("2026-11-25"))
    assert take(repository, WINDOW) == [request_id(second)]
    assert states(repository, AFTER) == {
        request_id(first): "withdrawn", request_id(second): "deploying 2026-12-10",
    }  # fmt: skip
    assert failed(repository) == [request_id(second)]
    assert states(repository, AFTER) == {request_id(first): "withdrawn", request_id(second): "held"}
    third = repository.change("friendly_name: Benefit Finder", "friendly_name: Benefit Findr", at=AFTER)
    repository.run("request", now=AFTER)
    found = states(repository, AFTER)
    assert found[request_id(third)].startswith("scheduled")
    assert take(repository, at("2026-12-14")) == []
    assert idp(repository)[ISSUER]["friendly_name"] == "Benefits Finder"


def test_after_a_failure_a_revert_on_main_ends_it(repository: Repository) -> None:
    """The held request is withdrawn: nobody has to resume what nobody asks for."""
    merge = repository.change(RETURN, f"{RETURN}home")
    take(repository, WINDOW)
    assert failed(repository) == [request_id(merge)]
    repository.change(f"{RETURN}home", RETURN, at=AFTER)
    repository.run("request", now=AFTER)
    assert states(repository, AFTER) == {}
    assert take(repository, at("2026-12-14")) == []


@pytest.mark.parametrize("late", [at("2026-12-10", "17:00:00"), at("2026-12-14", "09:30:00")])
def test_what_is_overdue_is_told(repository: Repository, late: str) -> None:
    """By `status` with exit 1, by `release` loudly and first; its own exit status is the window's."""
    merge = repository.change(RETURN, f"{RETURN}home")
    take(repository, WINDOW)
    assert "OVERDUE" not in repository.run("release", now=at("2026-12-10", "16:59:59")).out
    assert states(repository, late, status=1) == {request_id(merge): "overdue 2026-12-10"}
    result = repository.run("release", now=late)
    assert result.status == 0
    assert result.out.startswith("OVERDUE: 1 change request waits for a confirmation that was due.")
    assert f"! {request_id(merge)}  since 2026-12-10" in result.out
    assert repository.run(*VOUCH, now=late).status == 0
    assert "OVERDUE" not in repository.run("release", now=late).out


def test_many_overdue_are_counted(fleet: Repository) -> None:
    """Oldest first, a few lines at most."""
    first = fleet.change(RETURN, f"{RETURN}home")
    for path in sorted(fleet.path.glob("apps/*/*/production.yaml")):
        name = str(path.relative_to(fleet.path))
        if name != FILE:
            fleet.change("friendly_name: ", "friendly_name: Our ", path=name, at=at("2026-11-27"))
    assert take(fleet, WINDOW) == [request_id(first)]
    assert len(take(fleet, at("2026-12-14"))) > 3
    text = fleet.run("release", now=at("2026-12-15")).out
    told = [line for line in text.splitlines() if line.startswith("  ! ")]
    assert len(told) == 3
    assert request_id(first) in told[0]
    assert "more: see `launchwindow status`" in text


def test_a_missed_window_and_its_catch_up(repository: Repository) -> None:
    """What was due is not lost: the next window takes it, or a person off-cycle on the day itself."""
    merge = repository.change(RETURN, f"{RETURN}home")
    for day in ("2026-11-30", "2026-12-03", "2026-12-07"):
        assert take(repository, at(day)) == []
    missed = repository.run("release", now=at("2026-12-11"))
    assert (missed.status, "MISSED" in missed.out) == (1, True)
    now = at("2026-12-11", "12:00:00")
    done = repository.run_json("off-cycle", request_id(merge), *TWO, "--reason", "The window was missed.", now=now)
    assert (done["state"], done["window"]) == ("deploying", "2026-12-11")
    assert repository.run("release", now=at("2026-12-14")).status == 0


def test_changed_content_is_held_and_the_others_go_on(fleet: Repository) -> None:
    """With both digests; exit 1 once; `resume` has it checked again."""
    merge = fleet.change(RETURN, f"{RETURN}home")
    other = fleet.change(FORMS_HOME, f"{FORMS_HOME}home", path=FORMS_FILE)
    fleet.run("request")
    path = f"requests/open/{SUBJECT}/{merge[:12]}.yaml"
    whole = fleet.ledger_files()[path]
    digest = whole.partition('digest: "')[2][:64]
    fleet.write_ledger({path: whole.replace(digest, "0" * 64).encode() + b"\n"})
    result = fleet.run_json("release", now=WINDOW, status=1)
    assert result["released"] == [request_id(other, FORMS)]
    (held,) = result["held"]
    assert held["id"] == request_id(merge)
    assert digest in held["because"]
    assert "0" * 64 in held["because"]
    (standing,) = (one for one in fleet.run_json("status", now=WINDOW)["requests"] if one["id"] == request_id(merge))
    assert standing["state"] == "held"
    assert "held by launchwindow" in standing["because"]
    assert fleet.run_json("release", now=at("2026-12-14"))["released"] == [], "a held request fails no window again"
    resume(fleet, request_id(merge), at("2026-12-15"))
    assert fleet.run_json("release", now=at("2026-12-17"), status=1)["released"] == []
    again = fleet.ledger_files()[path]
    fleet.write_ledger({path: again.replace('digest: "' + "0" * 64, f'digest: "{digest}').encode() + b"\n"})
    resume(fleet, request_id(merge), at("2026-12-18"))
    assert take(fleet, at("2026-12-21")) == [request_id(merge)]


def test_history_rewritten_at_a_release_hands_nothing_over(repository: Repository) -> None:
    """What was approved is gone from main: the window stops, and both ways out are named."""
    repository.change(RETURN, f"{RETURN}home")
    repository.run("request")
    repository.git("reset", "--quiet", "--hard", repository.base)
    repository.change("default_aal: 2", "default_aal: 3", at=at("2026-12-01"))
    before = repository.ledger
    result = repository.run("release", now=WINDOW)
    assert (result.status, result.out) == (1, "")
    assert "adopt --rewrite" in result.err
    assert repository.ledger == before
    assert repository.run("adopt", "--rewrite", "main", now=WINDOW).status == 0
    assert take(repository, WINDOW) == []


def test_confirm_failed_asks_for_a_person(repository: Repository) -> None:
    """It is somebody's word: no file says it, and it has to say what failed."""
    assert repository.run("confirm", "--failed", "--seen", "x.yml", now=MERGED).status == 2
    nothing = repository.run("confirm", "--failed", "--by", "Ops", now=MERGED)
    assert (nothing.status, "what went wrong?" in nothing.err) == (2, True)


def test_a_logo_that_a_failed_release_had_replaced_is_there_again(repository: Repository) -> None:
    """The identity provider's files had it no more: it is read from git, although this command judges nothing."""
    logos = [path for path in repository.ledger_files() if "sp-logos" in path]
    before = {path: repository.git("rev-parse", f"{LEDGER}:{path}") for path in logos}
    repository.change("#12395b", "#12395c", path=f"{APP}/logo.svg")
    assert len(take(repository, WINDOW)) == 1
    assert before.keys() - repository.ledger_files().keys()
    assert len(failed(repository)) == 1
    assert {path: repository.git("rev-parse", f"{LEDGER}:{path}") for path in before} == before
