"""Main moved on since the branch began: what is planned is what git makes of both, as the merge will be recorded."""

from __future__ import annotations

import json
import os
from shutil import which
from typing import TYPE_CHECKING, Any

import pytest

from support.repository import FILE, MERGED, REVIEWER, Repository

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

AS_THE_BRANCH = "it is shown as the branch has it"
HOME = FILE.rpartition("/")[0]


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """A ledger, and a branch that changes one line of an app."""
    repo = Repository(tmp_path / "repository", whole_fleet=True)
    repo.adopted()
    repo.branch("proposed")
    repo.edit(FILE, "ial: 2", "ial: 1")
    repo.commit("Ask for less")
    repo.checkout("main")
    return repo


def told(document: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    """(app, digest of what it comes to, fields that change) of each request."""
    return [(one["app"], one["digest"], [change["field"] for change in one["changes"]])
            for one in document["change_requests"]]  # fmt: skip


def planned(repo: Repository, env: Mapping[str, str] | None = None) -> list[tuple[str, str, list[str]]]:
    """What the branch would come to."""
    return told(json.loads(repo.run("plan", "--head", "proposed", "--format", "json", env=env).out))


def recorded(repo: Repository) -> list[tuple[str, str, list[str]]]:
    """What the merge itself is recorded as."""
    repo.run("request")
    repo.git("merge", "--no-ff", "--no-edit", "proposed")
    return told(repo.run_json("request"))


def test_lines_that_main_changed_in_the_same_file_are_mains(repo: Repository) -> None:
    repo.edit(FILE, "friendly_name: ", "friendly_name: My ")
    repo.commit("Call it mine", at=MERGED, reviewed_by=REVIEWER)
    found = planned(repo)
    assert [fields for _, _, fields in found] == [["ial"]]
    assert found == recorded(repo)
    assert "warning" not in repo.run("plan", "--head", "proposed").text


def test_a_branch_follows_an_app_that_main_moved(repo: Repository) -> None:
    repo.git("mv", HOME, "apps/exa/finder")
    repo.commit("Move it", at=MERGED, reviewed_by=REVIEWER)
    found = planned(repo)
    assert [(app, fields) for app, _, fields in found] == [("exa/finder", ["ial"])]
    assert found == recorded(repo)


def test_a_file_that_main_moved_and_the_branch_took_away_stays_as_main_has_it(tmp_path: Path) -> None:
    repo = Repository(tmp_path / "repository", whole_fleet=True).adopted()
    repo.branch("proposed")
    repo.git("rm", "-q", FILE)
    repo.commit("Take it away")
    repo.checkout("main")
    repo.git("mv", HOME, "apps/exa/finder")
    repo.commit("Move it", at=MERGED, reviewed_by=REVIEWER)
    repo.run("request")
    text = " ".join(repo.run("plan", "--head", "proposed").text.split())
    assert "“apps/exa/finder/production.yaml” was changed on main and on the branch" in text
    assert "it is shown as main has it" in text
    assert planned(repo) == []


@pytest.mark.parametrize("adopted", [True, False])
def test_what_git_can_not_join_is_said_and_shown_as_the_branch_has_it(tmp_path: Path, adopted: bool) -> None:
    repo = Repository(tmp_path / "repository", whole_fleet=True)
    if adopted:
        repo.adopted()
    repo.branch("proposed")
    repo.edit(FILE, "ial: 2", "ial: 1")
    repo.commit("Ask for less")
    repo.checkout("main")
    repo.edit(FILE, "ial: 2", "ial: 1 # Or none.")
    repo.commit("Ask for less, too", at=MERGED, reviewed_by=REVIEWER)
    result = repo.run("plan", "--head", "proposed")
    text = " ".join(result.text.split())
    assert (
        f"“{FILE}” was changed on main and on the branch, and git can't join both: it is shown as the branch has it"
        in text
    )
    assert "Merge main into the branch" in text


def test_a_branch_without_anything_new_plans_nothing(repo: Repository) -> None:
    repo.git("merge", "--no-ff", "--no-edit", "proposed")
    repo.edit(FILE, "friendly_name: ", "friendly_name: My ")
    repo.commit("Call it mine", at=MERGED, reviewed_by=REVIEWER)
    assert planned(repo) == []


def test_an_older_git_shows_the_file_as_the_branch_has_it(repo: Repository, tmp_path: Path) -> None:
    """One before 2.38, which takes other arguments; so does one that may not write."""
    repo.edit(FILE, "friendly_name: ", "friendly_name: My ")
    repo.commit("Call it mine", at=MERGED, reviewed_by=REVIEWER)
    older = tmp_path / "bin" / "git"
    older.parent.mkdir()
    older.write_text(f'#!/bin/sh\ncase " $* " in *" merge-tree "*) exit 129;; esac\nexec {which("git")} "$@"\n')
    older.chmod(0o700)
    env = {"PATH": f"{older.parent}:{os.environ['PATH']}"}
    text = " ".join(repo.run("plan", "--head", "proposed", env=env).text.split())
    assert (
        f"“{FILE}” was changed on main and on the branch, and git can't join both: it is shown as the branch has it"
        in text
    )
    ((app, digest, fields),) = planned(repo, env)
    ((_, joined, _),) = planned(repo)
    assert (app, fields) == ("exa/benefits-finder", ["ial"])
    assert digest != joined


@pytest.mark.parametrize("attribute", ["merge=union", "merge=binary"])
def test_a_branch_does_not_say_how_it_is_joined(attribute: str, repo: Repository) -> None:
    """Whatever attributes it brings, also where it is checked out."""
    repo.checkout("proposed")
    repo.write(".gitattributes", f"apps/** {attribute}\n")
    repo.commit("Say how")
    repo.checkout("main")
    # Such as is in conflict with the branch, and such as is not.
    conflict = attribute == "merge=union"
    old, new = ("ial: 2", "ial: 1 # Or none.") if conflict else ("friendly_name: ", "friendly_name: My ")
    repo.edit(FILE, old, new)
    repo.commit("Change it, too", at=MERGED, reviewed_by=REVIEWER)
    repo.checkout("proposed")
    text = " ".join(repo.run("plan", "--head", "proposed").text.split())
    assert ("git can't join both" in text) == conflict


def test_of_many_files_that_can_not_be_joined_some_are_named(tmp_path: Path) -> None:
    """A page has room for so much, and a branch may have thousands."""
    repo = Repository(tmp_path / "repository", whole_fleet=True).adopted()
    for branch in ("proposed", "main"):
        if branch == "proposed":
            repo.branch(branch)
        repo.checkout(branch)
        for number in range(30):
            repo.write(f"{HOME}/certs/{number}.txt", branch)
        repo.commit("Write", at=MERGED, reviewed_by=REVIEWER)
    text = " ".join(repo.run("plan", "--head", "proposed").text.split())
    assert text.count("git can't join both") == 10
    assert "20 more files" in text
