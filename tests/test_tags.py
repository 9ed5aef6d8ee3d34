"""Git prefers a tag to a branch of the same name; whoever may push a tag must not lead a command astray with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.repository import ADOPTED, FILE, LEDGER, MERGED, SUBJECT, WINDOW, Repository, run

if TYPE_CHECKING:
    from pathlib import Path

OLD = "friendly_name: "
RETURN = "return_to_sp_url: https://benefits.exa.gov/"


@pytest.fixture
def tagged(tmp_path: Path) -> Repository:
    """A repository with a ledger; the tag `main` has a name and an address that nobody merged."""
    repository = Repository(tmp_path / "fleet").adopted()
    repository.branch("evil")
    repository.edit(FILE, OLD, f"{OLD}Evil ")
    repository.edit(FILE, "https://benefits.exa.gov/auth/result", "http://evil.com/auth")
    repository.commit()
    repository.git("tag", "main")
    repository.git("symbolic-ref", "HEAD", "refs/heads/main")
    repository.git("reset", "--quiet", "--hard", "refs/heads/main")
    return repository


def archived(repository: Repository, out: str, folder: Path | None = None) -> str:
    """The providers' file that the printed command line gets."""
    tree = out.partition("git archive ")[2].partition(" |")[0]
    return repository.git("-C", str(folder or repository.path), "show", f"{tree}/service_providers.yml")


def test_check_since_main_means_the_branch(tagged: Repository) -> None:
    """By the tag, an error of this branch would be one that main has already."""
    tagged.git("checkout", "--quiet", "evil")
    for base in ("main", "main~0"):
        result = tagged.run("check", "--since", base)
        assert result.status == 1, base
        assert "url-https" in result.out, base


def test_plan_means_the_branches(tagged: Repository) -> None:
    tagged.git("tag", "evil", "refs/heads/main")
    assert "Evil" in tagged.run("plan", "--base", "main", "--head", "evil").out
    assert tagged.run("plan", "--base", "main", "--head", "refs/tags/evil").out.startswith("Nothing changes")


def test_adopt_means_the_branch_and_finds_it(tmp_path: Path, tagged: Repository) -> None:
    tagged.git("update-ref", "-d", f"refs/heads/{LEDGER}")
    tagged.run_json("adopt", "main", now=ADOPTED)
    # A branch of another name, beside a tag of it: git calls it heads/trunk then.
    trunk = Repository(tmp_path / "trunk")
    trunk.git("branch", "--move", "main", "trunk")
    trunk.git("tag", "trunk")
    assert trunk.run_json("adopt", "trunk", now=ADOPTED)["main"] == "trunk"


def test_adopt_rewrite_means_the_branch(tagged: Repository) -> None:
    tagged.git("reset", "--quiet", "--hard", tagged.git("commit-tree", "HEAD^{tree}", "-m", "Begin anew"))
    assert tagged.run("adopt", "--rewrite", "main").status == 0
    assert tagged.run_json("status")["requests"] == []


def test_rollback_to_means_the_branch(tagged: Repository) -> None:
    """The branch `back` is what ran; the tag `back` is on main as well."""
    tagged.git("update-ref", "refs/heads/back", "refs/heads/main")
    tagged.change(RETURN, f"{RETURN}home", at=MERGED)
    tagged.git("tag", "back", "refs/heads/main")
    tagged.run("request")
    tagged.run("release", now=WINDOW)
    tagged.run("confirm", now=WINDOW)
    about = ("--by", "deployer@login.gov", "--reason", "a blank page")
    assert tagged.run("rollback", SUBJECT, "--to", "back", *about, now=WINDOW).status == 0


def test_a_full_object_id_stays_one(tagged: Repository) -> None:
    """Although there is a branch of that name."""
    evil = tagged.git("rev-parse", "refs/heads/evil")
    tagged.git("update-ref", f"refs/heads/{evil}", "refs/heads/main")
    assert "Evil" in tagged.run("plan", "--base", "main", "--head", evil).out


def test_the_printed_command_gets_the_ledgers_branch(tagged: Repository) -> None:
    """The tag is yesterday's ledger: its files would take back what was released since."""
    tagged.git("tag", LEDGER, f"refs/heads/{LEDGER}")
    tagged.change(OLD, f"{OLD}New ")
    tagged.run("request")
    released = tagged.run("release", now=WINDOW)
    assert "New " in archived(tagged, released.out)
    failed = tagged.run("confirm", "--failed", "--by", "deployer@login.gov", "--note", "line 7", now=WINDOW)
    assert "New " not in archived(tagged, failed.out)


def test_with_a_remote_the_printed_command_gets_the_remotes_branch(tagged: Repository, tmp_path: Path) -> None:
    tagged.git("tag", f"origin/{LEDGER}", f"refs/heads/{LEDGER}")
    tagged.change(OLD, f"{OLD}New ")
    tagged.run("request")
    work = tmp_path / "work"
    tagged.git("clone", "--quiet", str(tagged.path), str(work))
    released = run("--repo", str(work), "--now", WINDOW, "release", "--remote", "origin")
    assert released.status == 0, released.text
    assert "New " in archived(tagged, released.out, work)
