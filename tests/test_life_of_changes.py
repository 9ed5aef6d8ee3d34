"""Changes from the merge to the confirmation, by the command line, on real repositories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from launchwindow.exchange.idp_yaml import providers
from support.repository import ADOPTED, APP, FILE, LEDGER, MERGED, SUBJECT, WINDOW, Repository

RETURN = "return_to_sp_url: https://benefits.exa.gov/"
ISSUER = "urn:gov:gsa:openidconnect.profiles:sp:sso:exa:benefits-finder"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """One production app, deployed and confirmed."""
    return Repository(tmp_path / "fleet").adopted()


def idp(repository: Repository, environment: str = "production") -> dict[str, dict[str, Any]]:
    """Issuer -> what the identity provider's file says of it."""
    text = repository.git("show", f"{LEDGER}:idp/{environment}/service_providers.yml")
    return {issuer: dict(row) for issuer, row in providers(text.encode(), None).items()}


def at(day: str, clock: str = "10:00:00") -> str:
    """A moment of winter in Washington."""
    return f"{day}T{clock}-05:00"


def states(repository: Repository, now: str, status: int = 0) -> dict[str, str]:
    """Open request -> its state and window."""
    found = repository.run_json("status", now=now, status=status)["requests"]
    return {one["id"]: f"{one['state']} {one['window'] or ''}".strip() for one in found}


def released(repository: Repository, now: str, status: int = 0) -> list[str]:
    """What a window takes. Every window before it that the ledger expects is run as well, and takes nothing."""
    expected = repository.git("show", f"{LEDGER}:ledger.yaml").partition("next_windows:")[2].split('"')
    if len(expected) > 1:
        found = repository.run_json("windows", "--from", expected[1], "--count", "30", now=now)["windows"]
        for window in found:
            if window["date"] < now[:10]:
                assert repository.run_json("release", now=at(window["date"]))["released"] == [], window["date"]
    ids: list[str] = repository.run_json("release", now=now, status=status)["released"]
    return ids


def request_id(commit: str, subject: str = SUBJECT) -> str:
    """The id of what a merge made of an app."""
    return f"{subject}@{commit[:12]}"


def through(repository: Repository, *days: str) -> list[list[str]]:
    """Run these windows; what each released."""
    return [released(repository, at(day)) for day in days]


def test_a_change_from_merge_to_confirmation(repository: Repository) -> None:
    """Recorded once, too early nothing, released in its window and only there, confirmed by what the IdP has."""
    before = idp(repository)
    merge = repository.change(RETURN, f"{RETURN}home")
    name = request_id(merge)
    plan = repository.run_json("request")
    assert [one["id"] for one in plan["change_requests"]] == [name]
    assert plan["change_requests"][0]["window"] == "2026-12-10"
    assert states(repository, MERGED) == {name: "scheduled 2026-12-10"}
    assert through(repository, "2026-11-30", "2026-12-03", "2026-12-07") == [[], [], []]
    assert idp(repository) == before
    assert released(repository, WINDOW) == [name]
    after = idp(repository)
    assert after[ISSUER].pop("return_to_sp_url") == "https://benefits.exa.gov/home"
    before[ISSUER].pop("return_to_sp_url")
    assert after == before
    assert states(repository, at("2026-12-10", "16:00:00")) == {name: "deploying 2026-12-10"}
    assert states(repository, at("2026-12-10", "17:00:00"), status=1) == {name: "overdue 2026-12-10"}
    seen = repository.path.parent / "seen.yml"
    seen.write_text(repository.git("show", f"{LEDGER}:idp/production/service_providers.yml"), encoding="utf-8")
    document = repository.run_json("confirm", "--seen", str(seen), now=at("2026-12-10", "18:00:00"))
    assert document["confirmed"] == ["exa/benefits-finder"]
    assert states(repository, at("2026-12-10", "18:00:00")) == {}
    closed = [path for path in repository.ledger_files() if path.startswith("requests/closed/2026/")]
    assert closed == [f"requests/closed/2026/{SUBJECT}/{merge[:12]}.yaml"]
    assert 'state: "deployed"' in repository.ledger_files()[closed[0]]


def test_nothing_is_done_twice(repository: Repository) -> None:
    """Every command that writes leaves the ledger alone when it is run again."""
    repository.change(RETURN, f"{RETURN}home")
    for command in (("request",), ("release",), ("release",)):
        now = MERGED if command == ("request",) else WINDOW
        repository.run(*command, now=now)
        once = repository.ledger
        again = repository.run(*command, now=now)
        assert repository.ledger == once
        assert again.status == 0
    assert "was taken already" in repository.run("release", now=WINDOW).out


def test_a_merge_without_review_is_never_scheduled(repository: Repository) -> None:
    """It waits as unapproved; its notice starts on the day of the late approval."""
    merge = repository.change(RETURN, f"{RETURN}home", reviewed_by=None)
    name = request_id(merge)
    repository.run("request")
    assert states(repository, MERGED) == {name: "unapproved"}
    assert through(repository, "2026-12-10", "2026-12-14") == [[], []]
    late = at("2026-12-15")
    refused = repository.run("approve", name, "--by", "dana@exa.gov", "--note", "fine", now=late)
    assert refused.status == 1
    assert "is no reviewer" in refused.err
    approved = repository.run_json("approve", name, "--by", "reviewer@login.gov", "--note", "ticket 12", now=late)
    assert (approved["state"], approved["window"]) == ("scheduled", "2026-12-31")
    assert through(repository, "2026-12-17", "2026-12-21", "2026-12-24", "2026-12-28") == [[], [], [], []]
    assert released(repository, at("2026-12-31")) == [name]


def test_what_main_takes_back_never_goes_live(repository: Repository) -> None:
    """A revert withdraws the request; the window releases nothing and the ledger keeps both in its closed folder."""
    first = repository.change(RETURN, f"{RETURN}typo")
    repository.run("request")
    second = repository.change(f"{RETURN}typo", RETURN, at=at("2026-12-01"))
    repository.run("request", now=at("2026-12-01"))
    assert states(repository, at("2026-12-01")) == {}
    assert through(repository, "2026-12-10", "2026-12-17") == [[], []]
    closed = repository.ledger_files()
    for merge in (first, second):
        assert 'state: "withdrawn"' in closed[f"requests/closed/2026/{SUBJECT}/{merge[:12]}.yaml"]


def test_a_half_revert_releases_what_is_left(repository: Repository) -> None:
    """Of two changes of one merge one is taken back: the state of the second merge goes, with the notice of each."""
    repository.branch("two")
    repository.edit(FILE, RETURN, f"{RETURN}home")
    repository.edit(FILE, "friendly_name: Benefits Finder", "friendly_name: Benefit Findr")
    repository.commit()
    first = repository.merge("two")
    second = repository.change("friendly_name: Benefit Findr", "friendly_name: Benefits Finder", at=at("2026-12-02"))
    assert through(repository, "2026-12-03", "2026-12-07") == [[], []]
    assert released(repository, WINDOW) == [request_id(first)]
    assert idp(repository)[ISSUER]["friendly_name"] == "Benefits Finder"
    assert idp(repository)[ISSUER]["return_to_sp_url"] == "https://benefits.exa.gov/home"
    assert states(repository, WINDOW) == {request_id(first): "deploying 2026-12-10", request_id(second): "withdrawn"}
    repository.run("confirm", "--by", "Ops", "--note", "seen", now=WINDOW)
    assert states(repository, WINDOW) == {}
    assert f"requests/closed/2026/{SUBJECT}/{second[:12]}.yaml" in repository.ledger_files()


def test_a_move_is_no_change(repository: Repository) -> None:
    """The ledger follows the app to its new path; a pending request keeps its notice and answers to its old id."""
    merge = repository.change(RETURN, f"{RETURN}home")
    repository.run("request")
    repository.branch("move")
    repository.git("mv", APP, "apps/exa/finder")
    repository.commit(at=at("2026-12-01"))
    repository.merge("move", at=at("2026-12-01"))
    assert repository.run_json("request", now=at("2026-12-01"))["change_requests"] == []
    moved = request_id(merge, "production/exa/finder")
    assert states(repository, at("2026-12-01")) == {moved: "scheduled 2026-12-10"}
    held = repository.run_json(
        "hold", request_id(merge), "--by", "ops@login.gov", "--reason", "x", now=at("2026-12-01")
    )
    assert (held["id"], held["state"]) == (moved, "held")
    repository.run("resume", moved, "--by", "ops@login.gov", "--note", "y", now=at("2026-12-01"))
    certificates = idp(repository)[ISSUER]["certs"]
    assert released(repository, WINDOW) == [moved]
    assert idp(repository)[ISSUER]["certs"] == certificates, "released file names stay"
    assert not [path for path in repository.ledger_files() if "benefits-finder" in path and "/closed/" not in path
                and "idp/" not in path]  # fmt: skip


def test_a_new_issuer_replaces_the_old_provider(repository: Repository) -> None:
    """The old provider stays at the IdP, inactive, and the new one comes in the same release."""
    merge = repository.change(f"issuer: {ISSUER}", f"issuer: {ISSUER}-2")
    assert released(repository, WINDOW) == [request_id(merge)]
    found = idp(repository)
    assert (found[ISSUER]["active"], found[f"{ISSUER}-2"]["active"]) == (False, True)
    assert found[ISSUER]["certs"] == found[f"{ISSUER}-2"]["certs"]
    files = repository.ledger_files()
    assert f"deployed/{SUBJECT}.yaml" in files
    assert len([path for path in files if path.startswith(f"deactivated/{SUBJECT}~")]) == 1
    repository.run("confirm", "--by", "Ops", "--note", "looked", now=at("2026-12-11"))
    back = repository.change(f"issuer: {ISSUER}-2", f"issuer: {ISSUER}", at=at("2026-12-11"))
    assert released(repository, at("2026-12-14")), "going back within 30 days needs no notice"
    found = idp(repository)
    assert (found[ISSUER]["active"], found[f"{ISSUER}-2"]["active"]) == (True, False)
    assert back


def test_a_deleted_app_is_deactivated_and_can_return(repository: Repository) -> None:
    """Deleting the file asks for active: false, with notice; nothing at the IdP is ever deleted."""
    before = idp(repository)[ISSUER]
    repository.branch("away")
    repository.git("rm", "-r", "--quiet", "apps")
    repository.commit()
    merge = repository.merge("away")
    (change,) = repository.run_json("request")["change_requests"]
    assert [one["kind"] for one in change["changes"]] == ["app-deactivated"]
    assert through(repository, "2026-12-07") == [[]]
    assert released(repository, WINDOW) == [request_id(merge)]
    assert idp(repository)[ISSUER] == {**before, "active": False}
    assert f"deactivated/{SUBJECT}.yaml" in repository.ledger_files()
    repository.run("confirm", "--by", "Ops", "--note", "looked", now=WINDOW)
    repository.branch("back")
    repository.git("checkout", repository.base, "--", "apps")
    repository.commit(at=at("2026-12-14"))
    again = repository.merge("back", at=at("2026-12-14"))
    assert released(repository, at("2026-12-17")) == [request_id(again)]
    assert idp(repository)[ISSUER] == before
    assert f"deployed/{SUBJECT}.yaml" in repository.ledger_files()


def test_two_apps_that_swap_issuers_are_two_moves(tmp_path: Path) -> None:
    """Each app is its issuer: after the swap nothing changes but what the files say otherwise."""
    repository = Repository(tmp_path / "fleet", whole_fleet=True).adopted()
    other = "apps/exa/forms-library/production.yaml"
    repository.branch("swap")
    one, two = repository.read(FILE), repository.read(other)
    theirs = next(line for line in two.splitlines() if line.startswith("issuer:")).partition(" ")[2]
    repository.write(FILE, one.replace(f"issuer: {ISSUER}", f"issuer: {theirs}"))
    repository.write(other, two.replace(f"issuer: {theirs}", f"issuer: {ISSUER}"))
    repository.commit()
    repository.merge("swap")
    asked = repository.run_json("request")["change_requests"]
    kinds = {change["kind"] for one in asked for change in one["changes"]}
    assert {one["app"] for one in asked} == {"exa/benefits-finder", "exa/forms-library"}
    assert "issuer-changed" not in kinds
    assert "app-deactivated" not in kinds


def test_copying_first_and_deleting_later_is_a_move(repository: Repository) -> None:
    """The copy's issuer is taken and it is not released; once the original is gone the copy is the app."""
    repository.branch("copy")
    for path in ("production.yaml", "logo.svg", "certs/2026.crt"):
        repository.write(f"apps/exa/finder/{path}", (repository.path / APP / path).read_bytes())
    repository.commit()
    repository.merge("copy")
    repository.run("request")
    result = repository.run("release", now=WINDOW)
    assert result.status == 1
    assert "issuer" in result.out
    assert list(idp(repository)) == [ISSUER]
    repository.branch("delete")
    repository.git("rm", "-r", "--quiet", APP)
    repository.commit(at=at("2026-12-11"))
    repository.merge("delete", at=at("2026-12-11"))
    repository.run("request", now=at("2026-12-11"))
    assert through(repository, "2026-12-14", "2026-12-31") == [[], []]
    assert [(issuer, row["active"]) for issuer, row in idp(repository).items()] == [(ISSUER, True)]
    assert "deployed/production/exa/finder.yaml" in repository.ledger_files()


def test_not_before_postpones_and_is_recorded_without_notice(repository: Repository) -> None:
    """A change to `release` alone closes when approved, and every pending state waits for its day."""
    merge = repository.change(RETURN, f"{RETURN}home")
    repository.run("request")
    later = repository.change(RETURN, f"release:\n  not_before: 2026-12-20\n{RETURN}", at=at("2026-12-01"))
    (only,) = repository.run_json("request", now=at("2026-12-01"))["change_requests"]
    assert (only["id"], only["state"]) == (request_id(later), "closed")
    assert states(repository, at("2026-12-01")) == {request_id(merge): "scheduled 2026-12-21"}
    assert through(repository, "2026-12-10", "2026-12-17") == [[], []]
    assert released(repository, at("2026-12-21")) == [request_id(merge)]


def test_an_unapproved_not_before_changes_nothing(repository: Repository) -> None:
    """Only an approved merge sets a schedule value; a later approval of something else does not approve it."""
    merge = repository.change(RETURN, f"{RETURN}home")
    repository.change(RETURN, f"release:\n  not_before: 2027-06-01\n{RETURN}", at=at("2026-11-30"), reviewed_by=None)
    repository.change("default_aal: 2", "default_aal: 3", at=at("2026-12-01"))
    repository.run("request", now=at("2026-12-01"))
    found = states(repository, at("2026-12-01"))
    assert found[request_id(merge)] == "scheduled 2026-12-10"
    assert sorted(found.values())[-1] == "unapproved"


def test_sandbox_takes_effect_at_once_unless_something_is_wrong(tmp_path: Path) -> None:
    """No review, no window, no confirmation; a state with an error waits until it is mended."""
    repository = Repository(tmp_path / "fleet", whole_fleet=True).adopted()
    path, subject = f"{APP}/sandbox.yaml", "sandbox/exa/benefits-finder"
    merge = repository.change("friendly_name: ", "friendly_name: New ", path=path, reviewed_by=None)
    (asked,) = repository.run_json("request")["change_requests"]
    assert (asked["id"], asked["state"]) == (request_id(merge, subject), "deployed")
    (name,) = {row["friendly_name"] for row in idp(repository, "sandbox").values() if "New" in row["friendly_name"]}
    broken = repository.change("default_aal: 2", "default_aal: 7", path=path, reviewed_by=None)
    (asked,) = repository.run_json("request")["change_requests"]
    assert (asked["id"], asked["state"], asked["window"]) == (request_id(broken, subject), "scheduled", None)
    assert "schema" in asked["why"]
    assert 7 not in {row["default_aal"] for row in idp(repository, "sandbox").values()}
    repository.change("default_aal: 7", "default_aal: 2", path=path, reviewed_by=None)
    repository.run("request")
    assert name in {row["friendly_name"] for row in idp(repository, "sandbox").values()}
    assert states(repository, MERGED) == {}


def test_a_partners_file_is_a_request_of_its_own(repository: Repository) -> None:
    """Approved and without notice it goes at the next window; its teams are nobody's business but ours."""
    name = repository.read("partners/exa.yaml").splitlines()[1].partition(": ")[2]
    merge = repository.change(f"name: {name}", f"name: {name} Renamed", path="partners/exa.yaml")
    (asked,) = repository.run_json("request")["change_requests"]
    assert (asked["id"], asked["window"]) == (request_id(merge, "production/exa"), "2026-11-30")
    assert released(repository, at("2026-11-30")) == [request_id(merge, "production/exa")]
    assert f"{name} Renamed" in repository.git("show", f"{LEDGER}:idp/production/agencies.yml")
    repository.change("  - id: benefits\n    name: ", "  - id: benefits\n    name: The ", path="partners/exa.yaml")
    assert repository.run_json("request", now=at("2026-12-01"))["change_requests"] == []


def test_a_new_agency_number_is_a_change_of_each_app(repository: Repository) -> None:
    """Every user gets a new UUID: the app waits for its notice although the partner's own request does not."""
    merge = repository.change("agency_id: 901", "agency_id: 999", path="partners/exa.yaml")
    asked = {one["id"]: one["window"] for one in repository.run_json("request")["change_requests"]}
    assert asked == {request_id(merge, "production/exa"): "2026-11-30", request_id(merge): "2026-12-10"}


def test_a_new_push_host_waits_three_weeks(repository: Repository) -> None:
    """21 days for a host that nobody reaches yet, 14 for a new path on one that is deployed."""
    repository.change("https://benefits.exa.gov/risc", "https://benefits.exa.gov/risc2")
    (asked,) = repository.run_json("request")["change_requests"]
    assert [one["notice_days"] for one in asked["changes"]] == [14]
    repository.change("https://benefits.exa.gov/risc2", "https://events.exa.gov/risc", at=at("2026-11-25"))
    (asked,) = repository.run_json("request", now=at("2026-11-25"))["change_requests"]
    assert [(one["kind"], one["notice_days"]) for one in asked["changes"]] == [("push-notification-url-changed", 21)]
    assert (asked["ready"], asked["window"]) == ("2026-12-16", "2026-12-17")


def test_going_back_is_quick(repository: Repository) -> None:
    """What ran within 30 days before the merge needs no notice; later it does."""
    repository.change(RETURN, f"{RETURN}home")
    assert released(repository, WINDOW)
    repository.run("confirm", "--by", "Ops", "--note", "looked", now=WINDOW)
    back = repository.change(f"{RETURN}home", RETURN, at=at("2026-12-11"))
    assert released(repository, at("2026-12-14")) == [request_id(back)]
    repository.run("confirm", "--by", "Ops", "--note", "looked", now=at("2026-12-14"))
    repository.change(RETURN, f"{RETURN}home", at=at("2027-01-20"))
    (asked,) = repository.run_json("request", now=at("2027-01-20"))["change_requests"]
    assert [one["notice_days"] for one in asked["changes"]] == [14]


def test_a_hold_keeps_one_request_and_names_who_and_why(repository: Repository) -> None:
    """Due and held is said, not failed; what was handed over can't be held."""
    merge = repository.change(RETURN, f"{RETURN}home")
    name = request_id(merge)
    assert repository.run("hold", name, "--by", "ops@login.gov", "--reason", "partner asked").status == 0
    assert states(repository, MERGED) == {name: "held"}
    document = repository.run_json("release", now=WINDOW)
    assert document["released"] == []
    assert [one["id"] for one in document["held"]] == [name]
    assert "ops@login.gov" in document["held"][0]["because"]
    assert "partner asked" in document["held"][0]["because"]
    assert repository.run("hold", name, "--by", "a", "--reason", "b", now=WINDOW).status == 1
    assert repository.run("resume", name, "--by", "ops@login.gov", "--note", "go", now=WINDOW).status == 0
    assert released(repository, at("2026-12-14")) == [name]
    refused = repository.run("hold", name, "--by", "a", "--reason", "b", now=at("2026-12-14"))
    assert (refused.status, "can't take it back" in refused.err) == (1, True)


def test_who_steps_in_reads_what_they_decide_about(repository: Repository) -> None:
    """Each lever prints the request's changes between its id and where it stands now."""
    merge = repository.change(RETURN, f"{RETURN}home", reviewed_by=None)
    name, by = request_id(merge), ("--by", "reviewer@login.gov")
    for lever, word in (("hold", "reason"), ("resume", "note"), ("approve", "note"), ("short-notice", "reason")):
        first, change, arrow, *_ = repository.run(lever, name, *by, f"--{word}", "x").out.splitlines()
        assert first == name
        assert change.startswith("  ~ return_to_sp_url: “https://benefits.exa.gov/”"), lever
        assert arrow.startswith("  → "), lever


@pytest.mark.parametrize("command", ["status", "explain-date"])
def test_a_request_asks_about_its_app(repository: Repository, command: str) -> None:
    """An id is what other commands print."""
    merge = repository.change(RETURN, f"{RETURN}home")
    asked = repository.run(command, request_id(merge))
    assert (asked.status, asked.out) == (0, repository.run(command, SUBJECT).out)
    assert merge[:12] in asked.out
    unknown = repository.run(command, f"production/exa/nobody@{merge[:12]}")
    assert (unknown.status, "knows no app “production/exa/nobody”" in unknown.err) == (1, True)


def test_a_missed_window_is_said_once_and_its_changes_go_at_the_next(repository: Repository) -> None:
    """Only a window that the last run expected can be missed."""
    merge = repository.change(RETURN, f"{RETURN}home")
    through(repository, "2026-11-30", "2026-12-03", "2026-12-07")
    late = repository.run("release", now=at("2026-12-11"))
    assert late.status == 1
    assert "MISSED" in late.out
    assert "2026-12-10" in late.out
    assert "missed: true" in repository.ledger_files()["windows/production/2026-12-10.yaml"]
    assert released(repository, at("2026-12-14")) == [request_id(merge)]


def test_of_two_apps_with_one_issuer_the_later_stays(repository: Repository) -> None:
    """The whole set is judged together: the app whose merge came later falls back, the other goes on."""
    repository.branch("new")
    for path in ("logo.svg", "certs/2026.crt"):
        repository.write(f"apps/exa/second/{path}", (repository.path / APP / path).read_bytes())
    repository.write("apps/exa/second/production.yaml", repository.read(FILE))
    repository.commit()
    second = repository.merge("new", at=at("2026-11-25"))
    first = repository.change(RETURN, f"{RETURN}home", at=at("2026-11-26"))
    document = repository.run_json("release", now=WINDOW, status=1)
    assert document["released"] == [request_id(first)]
    assert [one["id"] for one in document["held"]] == [request_id(second, "production/exa/second")]
    assert list(idp(repository)) == [ISSUER]


def test_only_approved_content_is_released(repository: Repository) -> None:
    """If git's content is not what was recorded, the request is held with both digests."""
    merge = repository.change(RETURN, f"{RETURN}home")
    repository.run("request")
    path = f"requests/open/{SUBJECT}/{merge[:12]}.yaml"
    text = repository.ledger_files()[path]
    digest = next(line for line in text.splitlines() if line.startswith("digest:")).split('"')[1]
    repository.write_ledger({path: text.replace(digest, "0" * 64).encode()})
    document = repository.run_json("release", now=WINDOW, status=1)
    assert document["released"] == []
    assert digest in document["held"][0]["because"]
    assert "0" * 64 in document["held"][0]["because"]


def test_a_commit_date_in_the_past_gains_nothing(repository: Repository) -> None:
    """Notice counts from when the ledger last saw main without the merge; a date in the future is not believed."""
    repository.change(RETURN, f"{RETURN}home", at="2026-01-05T10:00:00-05:00")
    (asked,) = repository.run_json("request")["change_requests"]
    assert asked["notice_starts"] == ADOPTED[:10]
    repository.change(f"{RETURN}home", f"{RETURN}start", at="2030-01-05T10:00:00-05:00")
    (asked,) = repository.run_json("request", now=at("2026-11-25"))["change_requests"]
    assert asked["notice_starts"] == "2026-11-25"


def test_a_day_on_which_nothing_was_new_is_one_that_no_later_merge_can_claim(repository: Repository) -> None:
    """`request` saw main without the merge on 2026-11-30, so its notice can't have begun before."""
    assert repository.run("request", now=at("2026-11-30")).status == 0
    ledger = repository.ledger
    assert repository.run("request", now=at("2026-11-30", "17:00")).status == 0
    assert repository.ledger == ledger, "once a day is enough"
    merge = repository.change(RETURN, f"{RETURN}home", at=at("2026-11-24"))
    assert released(repository, WINDOW) == []
    assert released(repository, at("2026-12-14")) == [request_id(merge)]


def test_a_rewritten_main_is_refused_and_named(repository: Repository) -> None:
    """Nothing is recorded when the last recorded commit is no ancestor of main's tip."""
    merge = repository.change(RETURN, f"{RETURN}home")
    repository.run("request")
    before = repository.ledger
    repository.checkout("main")
    repository.git("reset", "--quiet", "--hard", repository.base)
    other = repository.change(RETURN, f"{RETURN}start", at=at("2026-11-25"))
    result = repository.run("request", now=at("2026-11-25"))
    assert result.status == 1
    assert merge[:12] in result.err
    assert other[:12] in result.err
    assert repository.ledger == before


def test_what_came_in_by_the_side_is_one_merge(repository: Repository) -> None:
    """Where the last recorded commit is on main's history but not on its first-parent line, all since is one merge."""
    repository.change(RETURN, f"{RETURN}home")
    repository.run("request")
    seen = repository.head
    repository.git("checkout", "--quiet", "-b", "other", repository.base)
    repository.edit(FILE, "default_aal: 2", "default_aal: 3")
    repository.commit(at=at("2026-11-25"))
    repository.git("merge", "--quiet", "--no-ff", "-m", "Take main in", "main")
    repository.git("branch", "--force", "main", "other")
    repository.checkout("main")
    document = repository.run_json("request", now=at("2026-11-26"))
    assert seen != repository.head
    assert document["merges"] == 1
    assert [one["id"] for one in document["change_requests"]] == [request_id(repository.head)]


def test_the_identity_provider_has_something_else(repository: Repository) -> None:
    """The app whose row differs is named with the difference and stays unconfirmed; exit status 1."""
    repository.change(RETURN, f"{RETURN}home")
    assert released(repository, WINDOW)
    seen = repository.path.parent / "seen.yml"
    text = repository.git("show", f"{LEDGER}:idp/production/service_providers.yml")
    seen.write_text(text.replace("benefits.exa.gov/home", "benefits.exa.gov/other"), encoding="utf-8")
    result = repository.run("confirm", "--seen", str(seen), now=WINDOW)
    assert result.status == 1
    assert "return_to_sp_url" in result.out
    assert "https://benefits.exa.gov/other" in result.out
    assert list(states(repository, WINDOW).values()) == ["deploying 2026-12-10"]


def test_errors_at_the_windows_date_keep_a_state_back(repository: Repository) -> None:
    """An agreement that main's partner file has ended by then stops a new app, until a ticket waives it."""
    repository.branch("new")
    for path in ("logo.svg", "certs/2026.crt"):
        repository.write(f"apps/exa/second/{path}", (repository.path / APP / path).read_bytes())
    text = repository.read(FILE).replace(f"issuer: {ISSUER}", f"issuer: {ISSUER}:second")
    repository.write(
        "apps/exa/second/production.yaml", text.replace("iaa: LGEXAFY260001-0001", "iaa: LGEXAFY260001-0009")
    )
    repository.commit()
    new = repository.merge("new")
    document = repository.run_json("release", now=WINDOW, status=1)
    assert document["released"] == []
    assert "iaa-unknown" in document["held"][0]["because"]
    waiver = "waivers:\n  - {rule: iaa-unknown, ticket: LG-1, reason: signed on paper, expires: 2027-06-01}\n"
    path = "apps/exa/second/production.yaml"
    later = repository.change(RETURN, f"{waiver}{RETURN}", path=path, at=at("2026-12-11"))
    assert released(repository, at("2026-12-14")) == [request_id(new, "production/exa/second")]
    assert later


def test_a_fleet_that_is_new_as_a_whole(tmp_path: Path) -> None:
    """`adopt --nothing`: main as it is becomes change requests; staging and production wait, sandbox goes at once."""
    repository = Repository(tmp_path / "fleet", whole_fleet=True)
    assert repository.run("adopt", "--nothing", now=ADOPTED).status == 0
    assert repository.run("request", now=ADOPTED).status == 0
    found = states(repository, ADOPTED)
    assert found
    assert set(found.values()) == {"unapproved"}
    assert {name.partition("/")[0] for name in found} == {"staging", "production"}
    assert len(idp(repository, "sandbox")) == 6


def test_an_error_is_old_only_as_long_as_its_value_is(tmp_path: Path) -> None:
    """What was deployed with an error may stay; a new wrong value in its place is a new error."""
    repository = Repository(tmp_path / "fleet")
    repository.edit(FILE, RETURN, "return_to_sp_url: http://benefits.exa.gov/")
    repository.commit("Deployed as it is", at="2026-11-20T11:00:00-05:00")
    assert repository.run("adopt", "HEAD", now=ADOPTED).status == 0
    fine = repository.change("default_aal: 2", "default_aal: 3")
    assert released(repository, WINDOW) == [request_id(fine)]
    worse = repository.change(
        "return_to_sp_url: http://benefits.exa.gov/",
        "return_to_sp_url: http://other.exa.gov/",
        at=at("2026-12-10", "11:00:00"),
    )
    found = repository.run_json("release", now=at("2026-12-14"), status=0)
    assert found["released"] == []
    for day in ("2026-12-17", "2026-12-21"):
        repository.run("release", now=at(day))
    held = repository.run_json("release", now=at("2026-12-24"), status=1)
    assert held["released"] == []
    assert [one["id"] for one in held["held"]] == [request_id(worse)]
    assert "url-https" in held["held"][0]["because"]


def delete(repository: Repository, path: str, when: str) -> str:
    """Merge a branch that deletes a file; the merge."""
    repository.branch(f"delete-{when[:10]}")
    repository.git("rm", "-r", "--quiet", path)
    repository.commit(at=when)
    return repository.merge(f"delete-{when[:10]}", at=when)


def put_back(repository: Repository, when: str, path: str = FILE, **changed: str) -> str:
    """Merge a branch that has the app's file of the base again, at a path, with texts replaced; the merge."""
    repository.branch(f"back-{when[:10]}")
    repository.git("checkout", repository.base, "--", APP)
    text = repository.read(FILE)
    if path != FILE:
        repository.git("checkout", "main", "--", APP)
        for name in ("logo.svg", "certs/2026.crt"):
            repository.write(f"{path.rpartition('/')[0]}/{name}", (repository.path / APP / name).read_bytes())
    for old, new in changed.items():
        text = text.replace(old, new)
    repository.write(path, text)
    repository.commit(at=when)
    return repository.merge(f"back-{when[:10]}", at=when)


def test_an_inactive_app_that_is_deleted_asks_for_nothing_more(repository: Repository) -> None:
    """What an earlier merge asked for went with the file, although deactivating it twice is no change."""
    repository.change(RETURN, f"{RETURN}typo")
    repository.change(RETURN, f"active: false\n{RETURN}", at=at("2026-12-01"))
    delete(repository, APP, at("2026-12-02"))
    through(repository, "2026-12-03", "2026-12-07")
    repository.run("release", now=WINDOW)
    assert idp(repository)[ISSUER]["return_to_sp_url"] == "https://benefits.exa.gov/"


def test_deleting_a_file_takes_its_not_before_away(repository: Repository) -> None:
    """Nothing says the date any more: neither the deactivation waits for it nor the app that comes back without it."""
    repository.change(RETURN, f"release:\n  not_before: 2027-06-01\n{RETURN}")
    repository.run("request")
    gone = delete(repository, APP, at("2026-11-25"))
    assert released(repository, WINDOW) == [request_id(gone)]


def test_a_date_that_went_while_nobody_could_read_the_file_holds_nothing_up(repository: Repository) -> None:
    """The file is compared with what the ledger knew of it, not with the broken one."""
    repository.change(RETURN, f"release:\n  not_before: 2027-06-01\n{RETURN}")
    repository.change("app_name: ", "app_name: [", at=at("2026-11-25"))
    repository.run("request", now=at("2026-11-25"))
    repository.branch("mend")
    repository.git("checkout", repository.base, "--", APP)
    repository.edit(FILE, RETURN, f"{RETURN}home")
    repository.commit(at=at("2026-11-26"))
    mended = repository.merge("mend", at=at("2026-11-26"))
    assert released(repository, WINDOW) == [request_id(mended)]


def test_a_late_approval_brings_back_nothing_that_main_took_back(repository: Repository) -> None:
    """A request that waits only for the approval of its date does not ask for its other changes again."""
    repository.branch("both")
    repository.edit(FILE, RETURN, f"release:\n  not_before: 2026-12-01\n{RETURN}typo")
    repository.commit()
    first = repository.merge("both", reviewed_by=None)
    repository.change(f"{RETURN}typo", RETURN, at=at("2026-11-25"))
    repository.run("request", now=at("2026-11-25"))
    late = repository.run(
        "approve", request_id(first), "--by", "reviewer@login.gov", "--note", "x", now=at("2026-11-26")
    )
    assert late.status == 0, late.text
    assert through(repository, "2026-12-10", "2026-12-14") == [[], []]
    assert idp(repository)[ISSUER]["return_to_sp_url"] == "https://benefits.exa.gov/"
    assert states(repository, at("2026-12-14", "12:00:00")) == {}


def test_a_deleted_app_returns_although_its_last_file_had_another_issuer(repository: Repository) -> None:
    """What was released is found by its issuer again; else that would stay taken for ever."""
    repository.change(f"issuer: {ISSUER}", f"issuer: {ISSUER}-2")
    delete(repository, APP, at("2026-11-25"))
    assert released(repository, WINDOW)
    assert idp(repository)[ISSUER]["active"] is False
    repository.run("confirm", "--by", "Ops", "--note", "looked", now=WINDOW)
    back = put_back(repository, at("2026-12-11"))
    assert released(repository, at("2026-12-14")) == [request_id(back)]
    assert idp(repository)[ISSUER]["active"] is True


def test_an_issuer_that_is_given_up_goes_to_the_app_that_waits_for_it(repository: Repository) -> None:
    """A second app took the old issuer while its change was in notice: it gets the provider that is left behind."""
    first = repository.change(f"issuer: {ISSUER}", f"issuer: {ISSUER}-2")
    second = put_back(repository, at("2026-11-25"), "apps/exa/finder/production.yaml")
    repository.run("request", now=at("2026-11-25"))
    assert repository.run_json("release", now=WINDOW, status=1)["released"] == [request_id(first)]
    assert released(repository, at("2026-12-14")) == [request_id(second, "production/exa/finder")]
    assert {issuer: row["active"] for issuer, row in idp(repository).items()} == {ISSUER: True, f"{ISSUER}-2": True}


def test_vouching_twice_does_not_vouch_for_an_older_release(tmp_path: Path) -> None:
    """`confirm --by` means the newest release, confirmed already or not; an older one has to be named."""
    repository = Repository(tmp_path / "fleet", whole_fleet=True).adopted()
    repository.change(RETURN, f"{RETURN}home")
    other = "apps/exa/forms-library/production.yaml"
    home = "return_to_sp_url: https://forms.exa.gov/"
    repository.change(home, f"{home}home", path=other, at=at("2026-12-01"))
    for day in ("2026-12-10", "2026-12-17"):
        assert len(released(repository, at(day))) == 1
    vouch = ("confirm", "--by", "Ops", "--note", "looked")
    first = repository.run_json(*vouch, now=at("2026-12-18"))
    assert first["confirmed"] == ["exa/forms-library"]
    again = repository.run(*vouch, now=at("2026-12-18"))
    assert (again.status, "2026-12-10" in again.err) == (1, True)
    older = repository.run_json(*vouch, "--window", "2026-12-10", now=at("2026-12-18"))
    assert older["confirmed"] == ["exa/benefits-finder"]


def test_a_provider_left_behind_is_confirmed_by_its_own_row(repository: Repository) -> None:
    """The new issuer is seen to run; the old one is still active there and waits."""
    repository.change(f"issuer: {ISSUER}", f"issuer: {ISSUER}-2")
    assert released(repository, WINDOW)
    text = repository.git("show", f"{LEDGER}:idp/production/service_providers.yml")
    seen = repository.path.parent / "seen.yml"
    seen.write_text(text.replace("active: false", "active: true"), encoding="utf-8")
    document = repository.run_json("confirm", "--seen", str(seen), now=WINDOW, status=1)
    assert document["confirmed"] == ["exa/benefits-finder"]
    left = next(path for path in repository.ledger_files() if path.startswith("deactivated/production/exa/"))
    assert "confirmed_at: null" in repository.ledger_files()[left]


def test_no_closed_request_is_written_over(repository: Repository) -> None:
    """Two apps that had one name after each other may have had a request of the same merge."""
    merge = repository.change(RETURN, f"{RETURN}home")
    assert released(repository, WINDOW)
    path = f"requests/closed/2026/{SUBJECT}/{merge[:12]}.yaml"
    repository.write_ledger({path: b"another app's\n"})
    repository.run("confirm", "--by", "Ops", "--note", "looked", now=WINDOW)
    files = repository.ledger_files()
    assert files[path] == "another app's"
    assert 'state: "deployed"' in files[path.replace(".yaml", "-2.yaml")]


def test_a_copy_takes_no_place_of_an_app_whose_file_is_broken(repository: Repository) -> None:
    """The app stays as it was until its file is mended; the copy's issuer stays taken."""
    put_back(repository, MERGED, "apps/exa/finder/production.yaml", **{RETURN: f"{RETURN}copy"})
    repository.run("request")
    repository.change("app_name: ", "app_name: [", at=at("2026-11-25"))
    repository.run("request", now=at("2026-11-25"))
    repository.run("release", now=WINDOW)
    assert idp(repository)[ISSUER]["return_to_sp_url"] == "https://benefits.exa.gov/"
    assert "is also that of" in repository.run("release", now=at("2026-12-14")).out


def test_an_app_that_nobody_knows_is_no_clean_bill(repository: Repository) -> None:
    """A misspelled app, and an environment that is none, are refused with the way out."""
    result = repository.run("status", "production/exa/benefit-finder")
    assert (result.status, result.out) == (1, "")
    assert "launchwindow status" in result.err
    result = repository.run("release", "--environment", "prod")
    assert (result.status, result.out) == (2, "")
    assert "staging, production" in result.err


def test_a_conflict_in_the_sandbox_is_told(tmp_path: Path) -> None:
    """Nothing waits for a window there, so the merge itself must say that it took no effect."""
    repository = Repository(tmp_path / "fleet", whole_fleet=True).adopted()
    repository.branch("copy")
    for path in ("sandbox.yaml", "logo.svg", "certs/sandbox-2026.crt"):
        repository.write(f"apps/exa/finder/{path}", (repository.path / APP / path).read_bytes())
    repository.commit()
    repository.merge("copy", reviewed_by=None)
    result = repository.run("request")
    assert "sandbox/exa/finder@" in result.out
    assert "takes no effect" in result.out
    assert "takes effect at once" not in result.out
    for asked in (repository.run("status"), repository.run("explain-date", "sandbox/exa/finder")):
        assert "takes no effect: The issuer" in " ".join(asked.out.split())
        assert "takes effect at once" not in asked.out


def test_an_app_does_not_go_live_under_another_agencys_number(tmp_path: Path) -> None:
    """Where the partner's record is refused, its apps fall back with it, at once in the sandbox and at a window."""
    repository = Repository(tmp_path / "fleet", whole_fleet=True).adopted()
    repository.change("agency_id: 903", "agency_id: 901", path="partners/hld.yaml")
    told = " ".join(repository.run("request").out.split())
    assert "sandbox/hld/trail-pass@" in told
    assert "takes effect at once" not in told
    assert "Its agency_id is 901, but the record of its partner “hld” brings 903" in told
    for environment in ("sandbox", "production"):
        if environment == "production":
            assert "is 901, but the record" in " ".join(repository.run("release", now=WINDOW).out.split())
        rows = idp(repository, environment).values()
        assert [row["agency_id"] for row in rows if row["friendly_name"] in ("Trail Pass", "Permit Desk")] == [
            903 for row in rows if row["friendly_name"] in ("Trail Pass", "Permit Desk")
        ]


def test_an_app_that_moved_to_a_new_partner_keeps_its_agency_until_it_goes(repository: Repository) -> None:
    """Its new partner's record is not deployed yet, and is no obstacle to what else is released."""
    repository.branch("move")
    repository.git("mv", APP.rpartition("/")[0], "apps/zed")
    text = repository.read("partners/exa.yaml").replace("901", "902").replace("EXA", "ZED")
    repository.write("partners/zed.yaml", text.replace("Example Agency", "Zed Agency"))
    repository.commit()
    repository.merge("move")
    repository.run("request")
    assert "are not valid as a set" not in repository.run("release", now=at("2026-11-30")).text
    repository.run("release", now=WINDOW)
    assert idp(repository)[ISSUER]["agency_id"] == 902


def test_a_new_agency_number_goes_live_with_the_record_and_all_its_apps(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "fleet", whole_fleet=True).adopted()
    repository.change("agency_id: 903", "agency_id: 999", path="partners/hld.yaml")
    assert "takes no effect" not in repository.run("request").out
    assert [row["agency_id"] for row in idp(repository, "sandbox").values()].count(999) == 2
    assert repository.run("release", now=at("2026-11-30")).status == 1
    repository.run("release", now=WINDOW)
    numbers = [row["agency_id"] for row in idp(repository, "production").values()]
    assert 999 in numbers
    assert 903 not in numbers
    assert "999:" in repository.ledger_files()["idp/production/agencies.yml"]


def test_an_id_that_another_request_had_before_is_refused(tmp_path: Path) -> None:
    """Two apps swapped their folders: who read an id before must not approve what it is now. All digits tell."""
    repository = Repository(tmp_path / "fleet", whole_fleet=True).adopted()
    other = "apps/exa/forms-library"
    repository.branch("both")
    for path in (FILE, f"{other}/production.yaml"):
        repository.edit(path, "friendly_name: ", "friendly_name: New ")
    repository.commit()
    merge = repository.merge("both")
    repository.run("request")
    repository.branch("swap")
    for old, new in ((APP, "apps/exa/between"), (other, APP), ("apps/exa/between", other)):
        repository.git("mv", old, new)
    repository.commit(at=at("2026-11-25"))
    repository.merge("swap", at=at("2026-11-25"))
    words, now = ("--by", "ops@login.gov", "--reason", "x"), at("2026-11-25")
    refused = repository.run("hold", request_id(merge), *words, now=now)
    assert refused.status == 1, refused.text
    said = " ".join(refused.err.split())
    assert said.count("“Merge both”") == 2
    assert "of production/exa/forms-library before: which of them is meant? See both" in said
    assert f"{SUBJECT}@{merge} names the one that has it now" in said
    document = repository.run_json("hold", f"{SUBJECT}@{merge}", *words, now=now)
    assert document["id"] == request_id(merge)
    (held,) = (one for one in repository.run_json("status", now=now)["requests"] if one["state"] == "held")
    assert held["id"] == request_id(merge)


def test_a_date_that_waits_for_approval_is_shown_after_a_release(repository: Repository) -> None:
    """It can be approved or held as long as it is open, and is withdrawn once a newer value is in force."""
    date = repository.change(
        RETURN, f"release:\n  not_before: 2026-12-01\n{RETURN}", at=at("2026-11-24"), reviewed_by=None
    )
    merge = repository.change(RETURN, f"{RETURN}home", at=at("2026-11-25"))
    assert released(repository, WINDOW) == [request_id(merge)]
    assert states(repository, WINDOW)[request_id(date)] == "unapproved"
    held = repository.run_json("hold", request_id(date), "--by", "ops@login.gov", "--reason", "x", now=WINDOW)
    assert held["state"] == "held"
    repository.change("not_before: 2026-12-01", "not_before: 2026-12-02", at=at("2026-12-11"))
    repository.run("request", now=at("2026-12-11"))
    found = states(repository, at("2026-12-11"), status=1)
    assert found.pop(request_id(merge)) == "overdue 2026-12-10"
    # Until the release is confirmed it may fail: then all that was merged counts again.
    assert found == {request_id(date): "withdrawn"}
    repository.run("confirm", "--by", "Ops", "--note", "seen", now=at("2026-12-11"))
    assert states(repository, at("2026-12-11")) == {}


def test_a_broken_file_in_the_place_of_a_deleted_app_deactivates_nothing(repository: Repository) -> None:
    """Mended, it is another app: the deletion that nobody approved is not approved with it."""
    repository.branch("away")
    repository.git("rm", "-r", "--quiet", APP)
    repository.commit()
    repository.merge("away", reviewed_by=None)
    other = {"app_name: ": "app_name: [", f"issuer: {ISSUER}": f"issuer: {ISSUER}-2"}
    put_back(repository, at("2026-11-25"), **other)
    repository.run("request", now=at("2026-11-25"))
    mended = repository.change("app_name: [", "app_name: ", at=at("2026-11-26"))
    repository.run("request", now=at("2026-11-26"))
    found = states(repository, at("2026-11-26"))
    assert found.pop(request_id(mended)) == "scheduled 2026-12-10"
    assert list(found.values()) == ["unapproved"]
    assert released(repository, WINDOW) == [request_id(mended)]
    assert {issuer: row["active"] for issuer, row in idp(repository).items()} == {ISSUER: True, f"{ISSUER}-2": True}


def test_an_app_that_loses_its_file_is_found_by_the_issuer_that_is_released(repository: Repository) -> None:
    """Its change of issuer was still in notice, and a new app has the old issuer: that is the app, not one for ever."""
    repository.change(f"issuer: {ISSUER}", f"issuer: {ISSUER}-2")
    put_back(repository, at("2026-11-25"), "apps/exa/finder/production.yaml")
    repository.run("request", now=at("2026-11-25"))
    repository.branch("away")
    repository.git("rm", "-r", "--quiet", APP)
    repository.commit(at=at("2026-11-26"))
    repository.merge("away", at=at("2026-11-26"))
    repository.run("request", now=at("2026-11-26"))
    assert states(repository, at("2026-11-26")) == {}
    assert through(repository, "2026-12-10", "2026-12-14") == [[], []]
    assert {issuer: row["active"] for issuer, row in idp(repository).items()} == {ISSUER: True}
    assert "deployed/production/exa/finder.yaml" in repository.ledger_files()


def test_what_is_left_out_when_an_app_comes_back_has_the_notice_of_its_merge(repository: Repository) -> None:
    """Days are fixed when a request is recorded, of what is absent as well: a later policy changes none of them."""
    delete(repository, APP, MERGED)
    pushed = next(line for line in repository.git("show", f"main~1:{FILE}").splitlines() if line.startswith("push_"))
    put_back(repository, at("2026-11-25"), **{f"{pushed}\n": ""})
    repository.run("request", now=at("2026-11-25"))
    repository.edit("policy.yaml", "notice_days: {default: 14,", "notice_days: {default: 3,")
    repository.commit(at=at("2026-11-26"))
    repository.run("request", now=at("2026-11-26"))
    (asked,) = [one for one in repository.run_json("status", now=at("2026-11-26"))["requests"] if one["changes"]]
    assert {one["field"]: one["notice_days"] for one in asked["changes"]} == {"push_notification_url": 14}
