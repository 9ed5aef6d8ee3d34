"""`adopt --rewrite`: main was rewritten, and it was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from launchwindow.exchange.idp_yaml import providers
from support.repository import ADOPTED, APP, FILE, LEDGER, MERGED, SUBJECT, WINDOW, Repository

if TYPE_CHECKING:
    from pathlib import Path

RETURN = "return_to_sp_url: https://benefits.exa.gov/"
ISSUER = "urn:gov:gsa:openidconnect.profiles:sp:sso:exa:benefits-finder"


def at(day: str, clock: str = "10:00:00") -> str:
    """A moment of winter in Washington."""
    return f"{day}T{clock}-05:00"


REWRITTEN = at("2026-12-01")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """One production app, deployed and confirmed."""
    return Repository(tmp_path / "fleet").adopted()


def states(repository: Repository, now: str, status: int = 0) -> dict[str, str]:
    """Open request -> its state and window."""
    found = repository.run_json("status", now=now, status=status)["requests"]
    return {one["id"]: f"{one['state']} {one['window'] or ''}".strip() for one in found}


def rewritten(repository: Repository, revision: str = "main", now: str = REWRITTEN) -> dict[str, Any]:
    return repository.run_json("adopt", "--rewrite", revision, now=now)


def refused(repository: Repository, *arguments: str, now: str = REWRITTEN, status: int = 1) -> str:
    before = repository.ledger
    result = repository.run(*arguments, now=now)
    assert (result.status, result.out) == (status, ""), result.text
    assert repository.ledger == before
    return result.err


def idp(repository: Repository, environment: str = "production") -> dict[str, dict[str, Any]]:
    text = repository.git("show", f"{LEDGER}:idp/{environment}/service_providers.yml")
    return {issuer: dict(row) for issuer, row in providers(text.encode(), None).items()}


def forget(repository: Repository) -> None:
    """Nothing but branches keeps a commit any more."""
    for branch in repository.git("branch", "--format=%(refname:short)").splitlines():
        if branch.startswith("change-"):
            repository.git("branch", "--quiet", "-D", branch)
    repository.git("reflog", "expire", "--expire=now", "--all")
    repository.git("gc", "--quiet", "--prune=now")


def back_to(repository: Repository, commit: str) -> None:
    """Main as if nothing after `commit` had ever been."""
    repository.checkout("main")
    repository.git("reset", "--quiet", "--hard", commit)


def request_id(commit: str, subject: str = SUBJECT) -> str:
    return f"{subject}@{commit[:12]}"


def test_request_names_the_way_out(repository: Repository) -> None:
    """A rewritten main is never recorded by itself."""
    repository.change(RETURN, f"{RETURN}home")
    repository.run("request")
    back_to(repository, repository.base)
    repository.change(RETURN, f"{RETURN}start", at=REWRITTEN)
    said = refused(repository, "request")
    assert "was rewritten" in said
    assert "adopt --rewrite REV" in said


@pytest.mark.parametrize("gone", [False, True], ids=["kept", "gone"])
def test_what_vanished_is_withdrawn_and_the_rest_is_one_merge(repository: Repository, *, gone: bool) -> None:
    """Also where git has none of the old commits any more."""
    kept = repository.change(RETURN, f"{RETURN}home")
    lost = repository.change("default_aal: 2", "default_aal: 3", at=at("2026-11-25"))
    repository.run("request", now=at("2026-11-25"))
    back_to(repository, kept)
    repository.change("friendly_name: ", "friendly_name: Our ", at=REWRITTEN)
    repository.change("ial: 2", "ial: 1", at=REWRITTEN)
    if gone:
        forget(repository)
        assert not repository.git("cat-file", "--batch-check", data=f"{lost}\n".encode()).endswith("commit")
    done = rewritten(repository)
    new = request_id(repository.head)
    assert (done["withdrawn"], done["requests"], done["commit"]) == ([request_id(lost)], [new], repository.head)
    assert states(repository, REWRITTEN) == {
        request_id(kept): "scheduled 2026-12-10",
        new: "scheduled 2026-12-17",
    }
    changed = next(one for one in repository.run_json("status", now=REWRITTEN)["requests"] if one["id"] == new)
    assert {one["field"] for one in changed["changes"]} == {"friendly_name", "ial"}
    assert repository.run_json("request", now=REWRITTEN)["merges"] == 0
    assert repository.run_json("release", now=WINDOW)["released"] == [request_id(kept)]
    assert repository.run_json("release", now=at("2026-12-17"), status=1)["released"] == [new]
    assert idp(repository)[ISSUER]["default_aal"] == 2


def test_the_same_content_in_a_new_commit_begins_anew(repository: Repository) -> None:
    """Nobody says that it was reviewed: what was rewritten asks again, by the new commit's own message."""
    old = repository.change(RETURN, f"{RETURN}home")
    repository.run("request")
    back_to(repository, repository.base)
    repository.change(RETURN, f"{RETURN}home", at=REWRITTEN, reviewed_by=None)
    forget(repository)
    done = rewritten(repository)
    assert done["withdrawn"] == [request_id(old)]
    assert states(repository, REWRITTEN) == {request_id(repository.head): "unapproved"}


def test_authors_of_all_that_is_new_can_not_approve_it(repository: Repository) -> None:
    """Where git lost what was last recorded, all since the newest commit that it has is new."""
    repository.change("default_aal: 2", "default_aal: 3")
    repository.run("request")
    back_to(repository, repository.base)
    repository.branch("mine")
    repository.edit(FILE, RETURN, f"{RETURN}home")
    repository.commit(author="Rae Reviewer <reviewer+work@login.gov>", at=REWRITTEN)
    repository.merge("mine", at=REWRITTEN)
    forget(repository)
    rewritten(repository)
    assert states(repository, REWRITTEN) == {request_id(repository.head): "unapproved"}


@pytest.mark.parametrize("gone", [False, True], ids=["kept", "gone"])
def test_what_was_handed_over_waits_for_its_confirmation(repository: Repository, *, gone: bool) -> None:
    """The new main lacks it: that is asked for as a change of its own, whether the release is confirmed or fails."""
    old = repository.change(RETURN, f"{RETURN}home")
    assert repository.run_json("release", now=WINDOW)["released"] == [request_id(old)]
    back_to(repository, repository.base)
    repository.git("commit", "--quiet", "--allow-empty", "-m", "Begin again")
    if gone:
        forget(repository)
    now = at("2026-12-10", "12:00:00")
    done = rewritten(repository, now=now)
    new = request_id(repository.head)
    assert (done["withdrawn"], done["requests"]) == ([], [new])
    found = states(repository, now)
    assert found[request_id(old)] == "deploying 2026-12-10"
    assert repository.run("confirm", "--by", "Ops", "--note", "seen", now=now).status == 0
    assert list(states(repository, now)) == [new]
    assert idp(repository)[ISSUER]["return_to_sp_url"] == "https://benefits.exa.gov/home"


def test_a_release_that_fails_after_the_rewrite_is_taken_back(repository: Repository) -> None:
    """What vanished comes back as nothing that main asks for."""
    old = repository.change(RETURN, f"{RETURN}home")
    repository.run("release", now=WINDOW)
    back_to(repository, repository.base)
    repository.git("commit", "--quiet", "--allow-empty", "-m", "Begin again")
    forget(repository)
    now = at("2026-12-10", "12:00:00")
    rewritten(repository, now=now)
    failed = repository.run_json("confirm", "--failed", "--by", "Ops", "--note", "no", now=now)
    assert failed["taken_back"] == [request_id(old)]
    assert states(repository, now) == {}
    assert idp(repository)[ISSUER]["return_to_sp_url"] == "https://benefits.exa.gov/"


def hold(repository: Repository, request: str, now: str, reason: str = "Never this") -> None:
    result = repository.run("hold", request, "--by", "Ops", "--reason", reason, now=now)
    assert result.status == 0, result.text


def test_a_hold_outlives_the_commit_that_was_held(repository: Repository) -> None:
    """A better title is no `resume`: what asks for the same again is held by the same person, and is named."""
    old = repository.change(RETURN, f"{RETURN}home")
    other = repository.change("default_aal: 2", "default_aal: 3", at=at("2026-11-25"))
    hold(repository, request_id(old), at("2026-11-25"))
    hold(repository, request_id(other), at("2026-11-25"), "Ask Dana")
    back_to(repository, repository.base)
    repository.branch("both")
    repository.edit(FILE, RETURN, f"{RETURN}home")
    repository.edit(FILE, "default_aal: 2", "default_aal: 3")
    repository.commit(at=REWRITTEN)
    new = request_id(repository.merge("both", at=REWRITTEN))
    told = repository.run("adopt", "--rewrite", "main", now=REWRITTEN)
    assert f"! {new}, as {request_id(old)} and" in " ".join(told.out.split())
    (shown,) = repository.run_json("status", now=REWRITTEN)["requests"]
    assert shown["because"] == "held by Ops: held before main was rewritten, by Ops: Never this"
    history = repository.run_json("explain-date", SUBJECT, now=REWRITTEN)["history"]
    assert [one["note"].rpartition(": ")[2] for one in history if one["what"] == "held"] == ["Never this", "Ask Dana"]
    assert repository.run_json("release", now=at("2026-12-17"))["released"] == []


def test_a_hold_outlives_two_rewrites_and_a_move(repository: Repository) -> None:
    """The app is known by its issuer in its new folder; the words are not said twice."""
    old = repository.change(RETURN, f"{RETURN}home")
    hold(repository, request_id(old), MERGED)
    for name, moment in (("moved", REWRITTEN), ("elsewhere", at("2026-12-02"))):
        back_to(repository, repository.base)
        repository.branch(name)
        repository.edit(FILE, RETURN, f"{RETURN}home")
        repository.git("mv", APP, f"apps/exa/{name}")
        repository.commit(at=moment)
        new = request_id(repository.merge(name, at=moment), f"production/exa/{name}")
        assert new in rewritten(repository, now=moment)["requests"]
        (shown,) = (one for one in repository.run_json("status", now=moment)["requests"] if one["id"] == new)
        assert shown["because"] == "held by Ops: held before main was rewritten, by Ops: Never this"


def test_what_a_failed_release_held_is_held_after_a_rewrite(repository: Repository) -> None:
    """Nobody said that the cause is mended."""
    repository.change(RETURN, f"{RETURN}home")
    repository.run("release", now=WINDOW)
    now = at("2026-12-10", "12:00:00")
    repository.run("confirm", "--failed", "--by", "Ops", "--note", "blank page", now=now)
    back_to(repository, repository.base)
    new = request_id(repository.change(RETURN, f"{RETURN}home", at=now))
    rewritten(repository, now=now)
    assert states(repository, now) == {new: "held"}
    assert repository.run("resume", new, "--by", "Ops", "--note", "mended", now=now).status == 0
    assert states(repository, now)[new].startswith("scheduled")


def test_what_main_no_longer_asks_for_holds_nothing(repository: Repository) -> None:
    """Another change of the app, or the same one of another app, is nobody's to wait for."""
    old = repository.change(RETURN, f"{RETURN}home")
    hold(repository, request_id(old), MERGED)
    back_to(repository, repository.base)
    new = request_id(repository.change("default_aal: 2", "default_aal: 3", at=REWRITTEN))
    told = repository.run("adopt", "--rewrite", "main", now=REWRITTEN)
    assert "Held" not in told.out
    assert states(repository, REWRITTEN)[new].startswith("scheduled")


def test_a_hold_under_a_rollback_outlives_both(repository: Repository) -> None:
    """The rollback is cancelled, and what somebody held before main was rewritten is still held."""
    repository.change(RETURN, f"{RETURN}home")
    repository.run("release", now=WINDOW)
    now = at("2026-12-10", "12:00:00")
    repository.run("confirm", "--by", "Ops", "--note", "seen", now=now)
    base = repository.head
    held = repository.change("default_aal: 2", "default_aal: 3", at=now)
    hold(repository, request_id(held), now)
    words = ("--by", "ops@login.gov", "--reason", "blank page")
    assert repository.run("rollback", SUBJECT, *words, now=now).status == 0
    back_to(repository, base)
    new = request_id(repository.change("default_aal: 2", "default_aal: 3", at=at("2026-12-11")))
    rewritten(repository, now=at("2026-12-11"))
    assert repository.run("rollback", SUBJECT, "--cancel", *words, now=at("2026-12-11")).status == 0
    (shown,) = repository.run_json("status", now=at("2026-12-11"))["requests"]
    assert (shown["id"], shown["state"]) == (new, "held")


def test_a_commit_that_has_a_request_already_is_refused(repository: Repository) -> None:
    """Main was set back to a merge whose request is open, while a later state is released: its id would be two."""
    first = repository.change(RETURN, f"{RETURN}home")
    repository.change("default_aal: 2", "default_aal: 3")
    assert len(repository.run_json("release", now=WINDOW)["released"]) == 2
    back_to(repository, first)
    now = at("2026-12-10", "12:00:00")
    assert "an empty one will do" in refused(repository, "adopt", "--rewrite", "main", now=now)
    repository.git("commit", "--quiet", "--allow-empty", "-m", "Begin again")
    assert rewritten(repository, now=now)["requests"] == [request_id(repository.head)]


def test_an_app_that_vanished_from_main(repository: Repository) -> None:
    """One that was never released is forgotten; a deployed one asks for its deactivation."""
    repository.branch("new")
    for path in ("logo.svg", "certs/2026.crt"):
        repository.write(f"apps/exa/second/{path}", (repository.path / APP / path).read_bytes())
    repository.write("apps/exa/second/production.yaml", repository.read(FILE).replace(ISSUER, f"{ISSUER}:second"))
    repository.commit()
    second = repository.merge("new")
    repository.run("request")
    back_to(repository, repository.base)
    repository.git("rm", "-r", "--quiet", APP)
    repository.commit("Take it away", at=REWRITTEN)
    forget(repository)
    done = rewritten(repository)
    assert done["withdrawn"] == [request_id(second, "production/exa/second")]
    (asked,) = repository.run_json("status", now=REWRITTEN)["requests"]
    assert [one["kind"] for one in asked["changes"]] == ["app-deactivated"]
    assert "production/exa/second" not in "".join(
        path for path in repository.ledger_files() if not path.startswith("requests/closed/")
    )


def test_schedule_only_values_are_those_of_the_ledger(repository: Repository) -> None:
    """A date that was approved, and that the new main lacks, is taken away by the new merge."""
    repository.change(RETURN, f"release:\n  not_before: 2027-06-01\n{RETURN}")
    repository.run("request")
    back_to(repository, repository.base)
    merged = repository.change(RETURN, f"{RETURN}home", at=REWRITTEN)
    forget(repository)
    rewritten(repository)
    assert states(repository, REWRITTEN) == {request_id(merged): "scheduled 2026-12-17"}


def test_the_sandbox_takes_effect_at_once(tmp_path: Path) -> None:
    """As after `request`."""
    repository = Repository(tmp_path / "fleet", whole_fleet=True).adopted()
    path = f"{APP}/sandbox.yaml"
    repository.change("friendly_name: ", "friendly_name: Old ", path=path)
    repository.run("request")
    back_to(repository, repository.base)
    repository.change("friendly_name: ", "friendly_name: New ", path=path, at=REWRITTEN, reviewed_by=None)
    forget(repository)
    result = repository.run("adopt", "--rewrite", "main", now=REWRITTEN)
    assert result.status == 0, result.text
    assert states(repository, REWRITTEN) == {}
    names = [row["friendly_name"] for row in idp(repository, "sandbox").values()]
    assert [name.split()[0] for name in names if name.split()[0] in ("Old", "New")] == ["New"]


def test_what_came_after_rev_is_for_request(repository: Repository) -> None:
    """REV need not be the newest commit."""
    repository.change(RETURN, f"{RETURN}home")
    repository.run("request")
    back_to(repository, repository.base)
    first = repository.change("default_aal: 2", "default_aal: 3", at=REWRITTEN)
    second = repository.change("ial: 2", "ial: 1", at=REWRITTEN)
    assert rewritten(repository, first)["requests"] == [request_id(first)]
    recorded = repository.run_json("request", now=REWRITTEN)
    assert [one["id"] for one in recorded["change_requests"]] == [request_id(second)]


def test_refusals(repository: Repository, tmp_path: Path) -> None:
    """A main that was not rewritten, a commit that is not on it or older than what is common, and no ledger."""
    merged = repository.change(RETURN, f"{RETURN}home")
    lost = repository.change("default_aal: 2", "default_aal: 3", at=at("2026-11-25"))
    repository.run("request", now=at("2026-11-25"))
    assert "was not rewritten" in refused(repository, "adopt", "--rewrite", "main")
    back_to(repository, merged)
    repository.change("ial: 2", "ial: 1", at=REWRITTEN)
    assert "is not on main" in refused(repository, "adopt", "--rewrite", lost)
    assert "is older than" in refused(repository, "adopt", "--rewrite", repository.base)
    assert "no other REV" in refused(repository, "adopt", "main", "--rewrite", "main", status=2)
    assert "clock" in refused(repository, "adopt", "--rewrite", "main", now=ADOPTED, status=2)
    rewritten(repository)
    assert "was not rewritten" in refused(repository, "adopt", "--rewrite", "main")
    fresh = Repository(tmp_path / "fresh")
    without = fresh.run("adopt", "--rewrite", "main", now=MERGED)
    assert (without.status, "There is no ledger yet" in without.err) == (2, True)
