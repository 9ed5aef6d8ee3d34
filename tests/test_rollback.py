"""`rollback`: what ran before is prepared on a branch, and nothing else of the app goes until it is merged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from launchwindow.exchange.idp_yaml import providers
from launchwindow.io import branches
from launchwindow.io.git import Git
from launchwindow.model.errors import RepositoryError
from support.repository import APP, FILE, LEDGER, MERGED, REVIEWER, ROOT, SUBJECT, WINDOW, Repository, run

if TYPE_CHECKING:
    from pathlib import Path

RETURN = "return_to_sp_url: https://benefits.exa.gov/"
ISSUER = "urn:gov:gsa:openidconnect.profiles:sp:sso:exa:benefits-finder"
BY = ("--by", "deployer@login.gov", "--reason", "People can't sign in.")


def at(day: str, clock: str = "10:00:00") -> str:
    """A moment of winter in Washington."""
    return f"{day}T{clock}-05:00"


LATER = at("2026-12-11")
"""The day after the first window that takes something here; a Friday."""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """One production app, whose return address was changed, released on 2026-12-10, and confirmed."""
    return Repository.copy_of(
        "released-home", lambda there: released_home(Repository(there).adopted()), tmp_path / "fleet"
    )


def released_home(repository: Repository) -> Repository:
    repository.change(RETURN, f"{RETURN}home")
    take(repository, WINDOW)
    confirm(repository, WINDOW)
    return repository


def take(repository: Repository, now: str, status: int = 0) -> list[str]:
    ids: list[str] = repository.run_json("release", now=now, status=status)["released"]
    return ids


def confirm(repository: Repository, now: str) -> None:
    result = repository.run("confirm", "--by", "Ops", "--note", "seen", now=now)
    assert result.status == 0, result.text


def roll_back(repository: Repository, *more: str, now: str = LATER, status: int = 0) -> dict[str, Any]:
    return repository.run_json("rollback", SUBJECT, *BY, *more, now=now, status=status)


def refused(repository: Repository, *more: str, now: str = LATER, by: tuple[str, ...] = BY) -> str:
    """What a rollback that is refused says; it writes nothing."""
    before = refs(repository)
    result = repository.run("rollback", SUBJECT, *by, *more, now=now)
    assert (result.status, result.out) == (1, ""), result.text
    assert refs(repository) == before
    return result.err


def refs(repository: Repository) -> str:
    return repository.git("for-each-ref")


def states(repository: Repository, now: str, status: int = 0) -> dict[str, str]:
    """Commit (12 digits) of each open request -> its state and window."""
    found = repository.run_json("status", now=now, status=status)["requests"]
    return {one["id"].partition("@")[2]: f"{one['state']} {one['window'] or ''}".strip() for one in found}


def returns_to(repository: Repository) -> object:
    text = repository.git("show", f"{LEDGER}:idp/production/service_providers.yml")
    return dict(providers(text.encode(), None))[ISSUER]["return_to_sp_url"]


def test_what_ran_before_goes_live_without_notice_and_nothing_before_it(repository: Repository) -> None:
    """The branch holds what ran before; it is merged, reviewed and released, and what was held is withdrawn."""
    main = repository.head
    pending = repository.change("default_aal: 2", "default_aal: 3", at=at("2026-12-10", "12:00:00"))
    done = roll_back(repository)
    assert done["branch"] == f"rollback/production-exa-benefits-finder-{repository.base[:12]}"
    assert (done["to"], done["notice_days"], done["also_changed"]) == (repository.base, 0, [])
    assert done["held"] == [f"{SUBJECT}@{pending[:12]}"]
    assert repository.git("rev-parse", f"{done['branch']}^") == pending != main
    assert repository.git("diff", "--name-only", repository.base, done["branch"]) == ""
    assert repository.git("status", "--porcelain") == "", "the work tree is left alone"
    assert states(repository, LATER) == {pending[:12]: "held"}
    late = repository.change("ial: 2", "ial: 1", at=at("2026-12-11", "11:00:00"))
    repository.run("request", now=at("2026-12-11", "11:00:00"))
    assert states(repository, at("2026-12-11", "12:00:00")) == {pending[:12]: "held", late[:12]: "held"}
    repository.git("checkout", "--quiet", done["branch"])
    repository.git("merge", "--quiet", "-s", "ours", "-m", "Keep what ran before", "main")
    merged = repository.merge(done["branch"], at=at("2026-12-11", "13:00:00"))
    now = at("2026-12-11", "14:00:00")
    repository.run("request", now=now)
    assert states(repository, now)[merged[:12]] == "scheduled 2026-12-14"
    assert {pending[:12], late[:12]}.isdisjoint(
        one for one, state in states(repository, now).items() if state == "held"
    )
    assert take(repository, at("2026-12-14")) == [f"{SUBJECT}@{merged[:12]}"]
    assert returns_to(repository) == "https://benefits.exa.gov/"
    confirm(repository, at("2026-12-14"))
    assert states(repository, at("2026-12-14")) == {}
    assert "rollback: null" in repository.ledger_files()[f"deployed/{SUBJECT}.yaml"]


def test_the_text_says_what_comes_next(repository: Repository) -> None:
    """Where it is, who is held, that it needs no notice, and how to end it."""
    pending = repository.change("default_aal: 2", "default_aal: 3", at=at("2026-12-10", "12:00:00"))
    text = repository.run("rollback", SUBJECT, *BY, now=LATER).out
    flat = " ".join(text.split())
    assert f"{SUBJECT}@{pending[:12]}" in text
    assert "open a pull request from rollback/production-exa-benefits-finder-" in flat
    assert "It needs no notice, for all of it ran within the last 30 days" in flat
    assert "--cancel" in text


def test_of_an_unconfirmed_release_the_confirmed_content_is_prepared(tmp_path: Path) -> None:
    """And it is said that a release which never came to run is taken back otherwise."""
    repository = Repository(tmp_path / "fleet").adopted()
    repository.change(RETURN, f"{RETURN}home")
    take(repository, WINDOW)
    result = repository.run("rollback", SUBJECT, *BY, now=at("2026-12-10", "12:00:00"))
    assert result.status == 0, result.text
    assert "confirm --failed" in result.out
    branch = f"rollback/production-exa-benefits-finder-{repository.base[:12]}"
    assert RETURN + "\n" in repository.git("show", f"{branch}:{FILE}") + "\n"


def test_in_the_sandbox_it_takes_effect_when_it_is_merged(tmp_path: Path) -> None:
    """And what is merged before it takes none."""
    repository = Repository(tmp_path / "fleet", whole_fleet=True).adopted()
    path, subject = f"{APP}/sandbox.yaml", "sandbox/exa/benefits-finder"
    repository.change("friendly_name: ", "friendly_name: New ", path=path, reviewed_by=None)
    repository.run("request")
    result = repository.run("rollback", subject, *BY)
    assert result.status == 0, result.text
    assert "it takes effect at once" in " ".join(result.out.split())
    assert "deploy window" not in result.out
    other = repository.change("default_aal: 2", "default_aal: 1", path=path, reviewed_by=None, at=at("2026-11-25"))
    repository.run("request", now=at("2026-11-25"))
    assert states(repository, at("2026-11-25")) == {other[:12]: "held"}
    branch = f"rollback/sandbox-exa-benefits-finder-{repository.base[:12]}"
    mixed = repository.merge(branch, at=at("2026-11-26"), reviewed_by=None)
    repository.run("request", now=at("2026-11-26"))
    assert states(repository, at("2026-11-26")) == {other[:12]: "held", mixed[:12]: "held"}, "not what was prepared"
    assert "New" in {name.split()[0] for name in sandbox_names(repository)}
    repository.git("branch", "--quiet", "-D", branch)
    assert repository.run("rollback", subject, *BY, now=at("2026-11-27")).status == 0
    repository.merge(branch, at=at("2026-11-27"), reviewed_by=None)
    repository.run("request", now=at("2026-11-27"))
    assert states(repository, at("2026-11-27")) == {}
    assert "New" not in {name.split()[0] for name in sandbox_names(repository)}


def sandbox_names(repository: Repository) -> list[str]:
    text = repository.git("show", f"{LEDGER}:idp/sandbox/service_providers.yml")
    return [str(dict(row)["friendly_name"]) for _, row in providers(text.encode(), None).items()]


def test_an_older_content_is_named_by_a_commit(repository: Repository) -> None:
    """`--to` takes what main had there; what ran longer ago has its notice again."""
    repository.change(f"{RETURN}home", f"{RETURN}start", at=at("2026-12-11"))
    for day in ("2026-12-14", "2026-12-17", "2026-12-21", "2026-12-24"):
        take(repository, at(day))
    take(repository, at("2026-12-28"))
    confirm(repository, at("2026-12-28"))
    later = at("2027-01-20")
    repository.change("default_aal: 2", "default_aal: 3", at=at("2026-12-29"))
    done = roll_back(repository, "--to", repository.base, now=later)
    assert done["to"] == repository.base
    assert done["notice_days"] == 14
    text = repository.run("rollback", SUBJECT, *BY, "--to", repository.base, now=later).out
    assert "14 days of notice" in " ".join(text.split())


def test_again_it_finds_what_it_prepared(repository: Repository) -> None:
    """A second run changes nothing, although main moved; another content is refused while one stands."""
    first = roll_back(repository)
    before = refs(repository)
    again = roll_back(repository, now=at("2026-12-11", "11:00:00"))
    assert again == first
    assert refs(repository) == before
    repository.change("default_aal: 2", "default_aal: 3", at=at("2026-12-11", "12:00:00"))
    moved = roll_back(repository, now=at("2026-12-11", "13:00:00"))
    assert moved["commit"] == first["commit"]
    assert len(moved["held"]) == 1


def test_killed_between_ledger_and_branch_it_ends_well(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app is held and there is no branch; the same command again makes it."""
    pending = repository.change("default_aal: 2", "default_aal: 3", at=at("2026-12-10", "12:00:00"))

    def killed(*_: object) -> None:
        raise RepositoryError("killed")

    with monkeypatch.context() as patch:
        patch.setattr("launchwindow.events.on_rollback.new_branch", killed)
        assert repository.run("rollback", SUBJECT, *BY, now=LATER).status == 2
    assert repository.git("branch", "--list", "rollback/*") == ""
    assert states(repository, LATER) == {pending[:12]: "held"}
    done = roll_back(repository)
    assert repository.git("rev-parse", done["branch"]) == done["commit"]
    assert done["held"] == [f"{SUBJECT}@{pending[:12]}"]


def test_a_branch_of_this_name_that_holds_something_else_is_left_alone(repository: Repository) -> None:
    """Nothing is held either: whoever runs it has to look first."""
    branch = f"rollback/production-exa-benefits-finder-{repository.base[:12]}"
    repository.git("branch", branch, "main")
    assert "Delete it" in refused(repository)


def test_a_branch_that_was_merged_long_ago_serves_no_second_time(repository: Repository) -> None:
    """No pull request could be opened from it."""
    done = roll_back(repository)
    repository.merge(done["branch"], at=LATER)
    take(repository, at("2026-12-14"))
    confirm(repository, at("2026-12-14"))
    repository.change(RETURN, f"{RETURN}home", at=at("2026-12-15"))
    take(repository, at("2026-12-17"))
    confirm(repository, at("2026-12-17"))
    by = refused(repository, "--to", repository.base, now=at("2026-12-18"))
    assert "is merged already" in by


def test_cancel_lets_everything_go_on(repository: Repository) -> None:
    """What somebody else held stays held; a second --cancel is refused."""
    asked, held = (
        repository.change(old, new, at=at("2026-12-10", "12:00:00"))
        for old, new in (("default_aal: 2", "default_aal: 3"), ("friendly_name: ", "friendly_name: Our "))
    )
    repository.run(
        "hold", f"{SUBJECT}@{held[:12]}", "--by", "ops", "--reason", "wait", now=at("2026-12-10", "13:00:00")
    )
    assert roll_back(repository)["held"] == [f"{SUBJECT}@{asked[:12]}"]
    done = roll_back(repository, "--cancel")
    assert (done["resumed"], done["branch"], done["to"]) == ([f"{SUBJECT}@{asked[:12]}"], None, None)
    assert states(repository, LATER) == {asked[:12]: "scheduled 2026-12-24", held[:12]: "held"}
    assert "nothing to cancel" in refused(repository, "--cancel")
    later = repository.change("ial: 2", "ial: 1", at=at("2026-12-11", "12:00:00"))
    assert states(repository, at("2026-12-11", "12:00:00"))[later[:12]].startswith("scheduled")


def test_resume_lets_one_request_go(repository: Repository) -> None:
    """The rollback stands for all others; one that was held before needs a second word."""
    first = repository.change("default_aal: 2", "default_aal: 3", at=at("2026-12-10", "12:00:00"))
    second = repository.change("friendly_name: ", "friendly_name: Our ", at=at("2026-12-10", "13:00:00"))
    repository.run(
        "hold", f"{SUBJECT}@{first[:12]}", "--by", "ops", "--reason", "wait", now=at("2026-12-10", "14:00:00")
    )
    roll_back(repository)
    resume = ("resume", f"{SUBJECT}@{first[:12]}", "--by", "ops", "--note", "go")
    once = repository.run_json(*resume, now=LATER)
    assert (once["state"], "rolled back" in once["because"]) == ("held", True)
    twice = repository.run_json(*resume, now=LATER)
    assert twice["state"] == "scheduled"
    assert states(repository, LATER)[second[:12]] == "held"
    assert repository.run(*resume, now=LATER).status == 1


def test_a_row_like_the_prepared_one_ends_it(repository: Repository) -> None:
    """Comments and where the app lies are no content: whoever reverts by hand need not hit every byte."""
    pending = repository.change("default_aal: 2", "default_aal: 3", at=at("2026-12-10", "12:00:00"))
    roll_back(repository)
    repository.branch("by-hand")
    repository.git("checkout", repository.base, "--", APP)
    repository.write(FILE, repository.read(FILE) + "# as it was\n")
    repository.git("mv", APP, "apps/exa/finder")
    repository.commit(at=at("2026-12-11", "12:00:00"))
    merged = repository.merge("by-hand", at=at("2026-12-11", "12:00:00"))
    now = at("2026-12-11", "13:00:00")
    repository.run("request", now=now)
    assert states(repository, now)[merged[:12]] == "scheduled 2026-12-14"
    assert states(repository, now)[pending[:12]] == "withdrawn"
    assert "rollback: null" in repository.ledger_files()["deployed/production/exa/finder.yaml"]


def test_an_app_that_moved_is_prepared_where_it_is_now(repository: Repository) -> None:
    """Its former files go to its new folder."""
    repository.branch("move")
    repository.git("mv", APP, "apps/exa/finder")
    repository.commit(at=LATER)
    repository.merge("move", at=LATER)
    result = repository.run_json("rollback", "production/exa/finder", *BY, now=LATER)
    shown = repository.git("show", f"{result['branch']}:apps/exa/finder/production.yaml")
    assert shown == repository.git("show", f"{repository.base}:{FILE}")
    assert repository.git("diff", "--name-only", "main", result["branch"]) == "apps/exa/finder/production.yaml"
    merged = repository.merge(result["branch"], at=LATER)
    repository.run("request", now=LATER)
    assert states(repository, LATER) == {merged[:12]: "scheduled 2026-12-14"}


def test_where_nothing_ran_before_it_says_what_to_do(tmp_path: Path) -> None:
    """Adopted, or new: --to, or the file's deletion, is the way out."""
    repository = Repository(tmp_path / "fleet").adopted()
    for said in (refused(repository, now=MERGED), refused(repository, "--to", repository.base, now=MERGED)):
        assert "delete its file" in said or "nothing to go back to" in said
    assert "--to COMMIT" in refused(repository, now=MERGED)


def test_refusals(repository: Repository) -> None:
    """A commit that main never had, one without the app, what main has already, and what was never released."""
    repository.git("checkout", "--quiet", "--orphan", "other")
    other = repository.commit("Another history")
    repository.git("checkout", "--quiet", "main")
    assert "no commit of main" in refused(repository, "--to", other)
    assert "what production/exa/benefits-finder was last released with" in refused(repository, "--to", "main")
    repository.change(f"{RETURN}home", RETURN, at=LATER)
    assert "Main has that already" in refused(repository)
    never = repository.run("rollback", "production/exa/nobody", *BY, now=LATER)
    assert (never.status, "was ever released" in never.err) == (1, True)
    partner = repository.run("rollback", "production/exa", *BY, now=LATER)
    assert (partner.status, "by a pull request" in partner.err) == (1, True)
    both = repository.run("rollback", SUBJECT, *BY, "--cancel", "--to", "main", now=LATER)
    assert both.status == 2


def test_a_change_of_issuer_is_not_rolled_back(tmp_path: Path) -> None:
    """To the identity provider they are two providers: that is a pull request of its own."""
    repository = Repository(tmp_path / "fleet").adopted()
    repository.change(f"issuer: {ISSUER}", f"issuer: {ISSUER}-2")
    take(repository, WINDOW)
    assert "another issuer then" in refused(repository)


def test_a_change_of_issuer_that_is_only_merged_is_gone_with_it(repository: Repository) -> None:
    """What runs still has the old issuer, so that going back is no change of it."""
    pending = repository.change(f"issuer: {ISSUER}", f"issuer: {ISSUER}-2", at=at("2026-12-10", "12:00:00"))
    done = roll_back(repository)
    assert done["held"] == [f"{SUBJECT}@{pending[:12]}"]
    merged = repository.merge(done["branch"], at=at("2026-12-11", "12:00:00"))
    now = at("2026-12-11", "13:00:00")
    repository.run("request", now=now)
    assert states(repository, now) == {pending[:12]: "withdrawn", merged[:12]: "scheduled 2026-12-14"}
    assert take(repository, at("2026-12-14")) == [f"{SUBJECT}@{merged[:12]}"]
    assert returns_to(repository) == "https://benefits.exa.gov/"


def test_going_back_to_another_first_certificate_takes_a_newly_agreed_time(tmp_path: Path) -> None:
    """It is prepared, and said; with the time written on the branch it still is what was prepared."""
    repository = Repository(tmp_path / "fleet", whole_fleet=True).adopted()
    folder, subject = "apps/npa/reading-room", "production/npa/reading-room"
    repository.branch("first")
    repository.write(f"{folder}/certs/2027.crt", other_certificate())
    repository.edit(f"{folder}/production.yaml", "certs: [certs/2026.crt]", "certs: [certs/2027.crt, certs/2026.crt]")
    agreed = "release: {coordinate_at: 2026-12-10T10:00:00-05:00, reason: New certificate.}\n"
    repository.write(f"{folder}/production.yaml", repository.read(f"{folder}/production.yaml") + agreed)
    repository.commit()
    repository.merge("first")
    repository.run("request")
    taken = repository.run("release", "--coordinated", subject, "--by", "Ops", now=at("2026-12-10", "11:00:00"))
    assert taken.status == 0, taken.text
    confirm(repository, at("2026-12-10", "11:30:00"))
    told = repository.run("rollback", subject, *BY, now=LATER)
    assert "Before it can go: it changes the first certificate" in " ".join(told.out.split()), told.text
    branch = f"rollback/production-npa-reading-room-{repository.base[:12]}"
    repository.checkout(branch)
    again = agreed.replace("2026-12-10", "2026-12-14")
    repository.write(f"{folder}/production.yaml", repository.read(f"{folder}/production.yaml") + again)
    repository.commit("Agree on a time", at=LATER)
    merged = repository.merge(branch, at=LATER)
    repository.run("request", now=LATER)
    assert "rollback: null" in repository.ledger_files()[f"deployed/{subject}.yaml"]
    taken = repository.run("release", "--coordinated", subject, "--by", "Ops", now=at("2026-12-14", "11:00:00"))
    assert taken.status == 0, taken.text
    assert merged[:12] in taken.out


def test_a_key_that_may_be_in_use_is_not_rolled_back(tmp_path: Path) -> None:
    """Going back would remove the certificate that the partner may have changed to: as `rotation-overlap` says."""
    repository = Repository(tmp_path / "fleet").adopted()
    repository.branch("rotate")
    repository.write(f"{APP}/certs/2027.crt", other_certificate())
    repository.edit(FILE, "certs/2026.crt", "certs/2026.crt, certs/2027.crt")
    repository.commit()
    repository.merge("rotate")
    take(repository, WINDOW)
    confirm(repository, WINDOW)
    said = refused(repository)
    assert "certs/2027.crt" in said
    assert "which key is in use" in said


def other_certificate() -> bytes:
    """Another app's, of another key."""
    return (ROOT / "apps/npa/researcher-card/certs/2027.crt").read_bytes()


def test_a_file_that_others_name_is_told(tmp_path: Path) -> None:
    """The logo lies beside three environments' files: it changes for the other two as well."""
    repository = Repository(tmp_path / "fleet", whole_fleet=True).adopted()
    logo = f"{APP}/logo.svg"
    repository.branch("logo")
    repository.write(logo, repository.read(logo).replace("</svg>", "<g/></svg>"))
    repository.commit()
    repository.merge("logo")
    take(repository, WINDOW)
    done = roll_back(repository)
    assert {one.partition("/")[0] for one in done["also_changed"]} >= {"sandbox"}
    assert "it changes for them as well" in " ".join(repository.run("rollback", SUBJECT, *BY, now=LATER).out.split())


def test_who_asks_for_it_is_its_author(repository: Repository) -> None:
    """So the review is somebody else's; a reason can't pass for a review."""
    reason = f"x\n\nReviewed-by: {REVIEWER}"
    mail = REVIEWER.split("<")[1][:-1]
    done = repository.run_json("rollback", SUBJECT, "--by", mail, "--reason", reason, now=LATER)
    merged = repository.merge(done["branch"], at=LATER)
    repository.run("request", now=LATER)
    assert states(repository, LATER) == {merged[:12]: "unapproved"}
    refusal = repository.run("approve", f"{SUBJECT}@{merged[:12]}", "--by", mail, "--note", "x", now=LATER)
    assert (refusal.status, "wrote a part" in refusal.err) == (1, True)
    assert not repository.git("log", "-1", "--format=%(trailers)", done["branch"])


@pytest.mark.parametrize("by", ["Ops", "Rae Reviewer <reviewer@login.gov>", "rae @login.gov", "@login.gov", "rae@"])
def test_who_asks_for_it_gives_an_address(repository: Repository, by: str) -> None:
    """Whoever is known by no address could review what they had prepared."""
    before = refs(repository)
    for more in ((), ("--cancel",)):
        result = repository.run("rollback", SUBJECT, *more, "--by", by, "--reason", "x", now=LATER)
        assert (result.status, result.out) == (2, ""), result.text
        assert f"“{by}” is no e-mail address, such as deployer@login.gov" in result.err
    assert refs(repository) == before


def test_a_rollback_that_stands_is_told_with_what_ends_it(repository: Repository) -> None:
    """In `status` and `explain-date` alike, also where nothing of the app is open; the command can be run as it is."""
    roll_back(repository)
    ends = f"launchwindow rollback {SUBJECT} --cancel --by EMAIL --reason TEXT"
    for command in ("status", "explain-date"):
        said = " ".join(repository.run(command, SUBJECT, now=LATER).out.split())
        assert f"{SUBJECT}: rolled back since 2026-12-11 10:00 EST by deployer@login.gov: People can't sign in." in said
        assert ends in said, said
    words = ends.replace("EMAIL", "deployer@login.gov").replace("TEXT", "fine").split()[1:]
    assert repository.run(*words, now=LATER).status == 0
    for command in ("status", "explain-date"):
        assert "rolled back" not in repository.run(command, SUBJECT, now=LATER).out


def test_with_a_remote_the_branch_is_pushed(repository: Repository, tmp_path: Path) -> None:
    """And nowhere else: who has only a clone finds it there."""
    bare = tmp_path / "bare.git"
    repository.git("clone", "--quiet", "--bare", str(repository.path), str(bare))
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", str(bare), str(clone))
    result = run("--repo", str(clone), "--now", LATER, "rollback", SUBJECT, *BY, "--remote", "origin")
    assert result.status == 0, result.text
    branch = f"rollback/production-exa-benefits-finder-{repository.base[:12]}"
    listed = repository.git("--git-dir", str(bare), "branch", "--list", "--format=%(refname:short)")
    assert branch in listed.splitlines()
    again = run("--repo", str(clone), "--now", LATER, "rollback", SUBJECT, *BY, "--remote", "origin")
    assert again.out == result.out


def test_a_branch_is_never_moved(repository: Repository) -> None:
    """Somebody made one of this name in the same moment: theirs stays."""
    git = Git(repository.path)
    branches.new_branch(git, "rollback/x", repository.base, None)
    with pytest.raises(RepositoryError, match="can't be created"):
        branches.new_branch(git, "rollback/x", repository.head, None)
    assert repository.git("rev-parse", "rollback/x") == repository.base
