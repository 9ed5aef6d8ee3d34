"""`doctor` without GitHub: what the repository's files and its ledger alone tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from launchwindow.doctor import CHECKS, PAGE, anchor
from launchwindow.doctor.codeowners import lines_of, unowned
from support.repository import FILE, ROOT, SUBJECT, WINDOW, Repository

OWNERS = (ROOT / ".github" / "CODEOWNERS").read_text(encoding="utf-8")


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """With a ledger, whose windows were looked at on Monday, 2026-11-23."""
    return Repository.copy_of("looked-at", _looked_at, tmp_path / "fleet")


def _looked_at(folder: Path) -> None:
    repository = Repository(folder).adopted()
    for environment in ("production", "staging"):
        assert repository.run("release", "--environment", environment, now="2026-11-23T10:00:00-05:00").status == 0


def told(repository: Repository, now: str = "2026-11-24T10:00:00-05:00", *more: str) -> dict[str, dict[str, Any]]:
    """What `doctor` says of the process: id -> diagnosis."""
    document = json.loads(repository.run("doctor", "--format", "json", *more, now=now).out)
    return {one["id"]: one for one in document["diagnoses"]}


def verdicts(repository: Repository, now: str = "2026-11-24T10:00:00-05:00") -> dict[str, str]:
    """What is not well of the process."""
    about = {one.id for one in CHECKS if one.section == "The process runs"}
    found = told(repository, now)
    return {key: found[key]["verdict"] for key in about & found.keys() if found[key]["verdict"] != "ok"}


def test_a_process_that_runs_is_well(repo: Repository) -> None:
    assert verdicts(repo) == {}


def test_without_github_only_what_needs_none_is_looked_at(repo: Repository) -> None:
    assert set(told(repo)) == {one.id for one in CHECKS if not one.github}


def test_there_is_no_ledger_yet(tmp_path: Path) -> None:
    found = told(Repository(tmp_path / "fleet"))["ledger-readable"]
    assert (found["verdict"], "adopt REV" in found["mend"]) == ("warning", True)


def test_a_damaged_ledger_is_told(repo: Repository) -> None:
    repo.write_ledger({"ledger.yaml": b"format: 1\n"})
    found = told(repo)["ledger-readable"]
    assert (found["verdict"], "ledger.yaml" in found["text"]) == ("error", True)


def test_a_damaged_record_is_told(repo: Repository) -> None:
    repo.change("default_aal: 2", "default_aal: 3")
    assert repo.run("request").status == 0
    path = next(one for one in repo.ledger_files() if one.startswith("requests/open/"))
    repo.write_ledger({path: b"id: none\n"})
    assert verdicts(repo) == {"ledger-readable": "error"}


def test_a_broken_policy_stops_the_process(repo: Repository) -> None:
    repo.edit("policy.yaml", "approvals: 1", "approvals: 0")
    repo.commit()
    found = told(repo)
    assert (found["review-asked"]["verdict"], found["ledger-readable"]["verdict"]) == ("error", "error")
    assert "approvals" in found["review-asked"]["text"]


def test_a_ledger_that_falls_behind_main_is_told_after_a_day(repo: Repository) -> None:
    repo.change("default_aal: 2", "default_aal: 3")
    assert verdicts(repo, "2026-11-25T09:00:00-05:00") == {}
    # The window of Thanksgiving's week is on Monday: none is missed yet.
    assert verdicts(repo, "2026-11-25T11:00:00-05:00") == {"ledger-recent": "error"}


def test_a_commit_that_says_an_early_time_is_not_behind_at_once(repo: Repository) -> None:
    repo.change("default_aal: 2", "default_aal: 3", at="2020-01-01T10:00:00-05:00")
    assert verdicts(repo, "2026-11-23T12:00:00-05:00") == {}


def test_a_rewritten_main_is_told(repo: Repository) -> None:
    repo.change("default_aal: 2", "default_aal: 3")
    assert repo.run("request").status == 0
    repo.checkout("main")
    repo.git("reset", "--quiet", "--hard", repo.base)
    found = told(repo)["main-rewritten"]
    assert (found["verdict"], "adopt --rewrite" in found["mend"]) == ("error", True)


def test_a_window_that_waits_and_one_that_was_missed(repo: Repository) -> None:
    assert verdicts(repo, "2026-11-30T10:30:00-05:00") == {}
    assert verdicts(repo, "2026-11-30T11:30:00-05:00") == {"windows-overdue": "warning"}
    assert verdicts(repo, "2026-11-30T17:00:00-05:00") == {"windows-overdue": "error"}
    text = told(repo, "2026-11-30T17:00:00-05:00")["windows-overdue"]["text"]
    assert "staging 2026-11-30, production 2026-11-30" in text


def test_requests_that_no_run_ever_looked_for(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "fleet").adopted()
    repository.change("default_aal: 2", "default_aal: 3")
    assert repository.run("request").status == 0
    assert verdicts(repository) == {"windows-overdue": "warning"}


def test_a_confirmation_that_is_overdue(repo: Repository) -> None:
    repo.change("default_aal: 2", "default_aal: 3")
    for day in ("2026-11-30", "2026-12-03", "2026-12-07"):
        for environment in ("production", "staging"):
            assert repo.run("release", "--environment", environment, now=f"{day}T10:00:00-05:00").status == 0
    assert repo.run("release", "--environment", "staging", now=WINDOW).status == 0
    assert repo.run("release", now=WINDOW).status == 0
    assert verdicts(repo, "2026-12-10T16:59:00-05:00") == {}
    assert verdicts(repo, "2026-12-10T17:00:00-05:00") == {"confirmations-overdue": "error"}
    assert SUBJECT in told(repo, "2026-12-10T17:00:00-05:00")["confirmations-overdue"]["text"]


def test_a_merge_without_an_approval_is_told_after_a_week(repo: Repository) -> None:
    repo.change("default_aal: 2", "default_aal: 3", reviewed_by=None)
    assert repo.run("request").status == 0
    assert verdicts(repo, "2026-11-30T10:00:00-05:00") == {}
    found = verdicts(repo, "2026-12-01T10:00:01-05:00")
    assert found["unapproved-long"] == "warning"


def test_doctor_writes_nothing(repo: Repository) -> None:
    repo.change("default_aal: 2", "default_aal: 3")
    before = repo.git("for-each-ref"), repo.git("status", "--porcelain")
    repo.run("doctor")
    assert (repo.git("for-each-ref"), repo.git("status", "--porcelain")) == before


def test_names_of_files_can_do_nothing_to_a_terminal(repo: Repository) -> None:
    repo.write("partners/\x1b[2Jx.yaml", "name: X\n")
    repo.write(".github/CODEOWNERS", "/policy.yaml @a\n/.github/ @a\n")
    repo.commit()
    text = repo.run("doctor").out
    assert "\x1b" not in text
    assert "\\u001b[2Jx.yaml" in text


def test_a_workflow_that_is_no_plain_yaml_is_unknown(repo: Repository) -> None:
    repo.write(".github/workflows/merge.yml", "on: push\njobs: &jobs {}\nmore: *jobs\n")
    repo.commit()
    found = told(repo)
    names = ("workflow-triggers", "workflow-pinned", "workflow-permissions")
    assert {found[name]["verdict"] for name in names} == {"unknown"}
    assert "merge.yml" in found["workflow-pinned"]["text"]


def test_with_a_remote_its_main_and_its_ledger_are_looked_at(repo: Repository, tmp_path: Path) -> None:
    remote = tmp_path / "remote.git"
    repo.git("clone", "--quiet", "--bare", str(repo.path), str(remote))
    repo.git("remote", "add", "origin", str(remote))
    repo.write(".github/CODEOWNERS", "* @owner\n")
    repo.commit()
    assert told(repo)["codeowners"]["verdict"] == "ok"
    found = told(repo, "2026-11-24T10:00:00-05:00", "--remote", "origin")
    assert (found["codeowners"]["verdict"], found["ledger-readable"]["verdict"]) == ("error", "ok")
    repo.git("push", "--quiet", "origin", "main", ":launchwindow-ledger")
    found = told(repo, "2026-11-24T10:00:00-05:00", "--remote", "origin")
    assert (found["codeowners"]["verdict"], found["ledger-readable"]["verdict"]) == ("ok", "warning")


# CODEOWNERS


@pytest.mark.parametrize(
    ("pattern", "owned", "free"),
    [
        ("*", ["a", "a/b.txt"], []),
        ("*.js", ["a.js", "x/y/a.js"], ["a.jsx", "js"]),
        ("/build/logs/", ["build/logs/x", "build/logs/y/z"], ["x/build/logs/a", "build/logs"]),
        ("docs/*", ["docs/a.md"], ["docs/b/a.md", "x/docs/a.md"]),
        ("apps/", ["apps/x", "y/apps/x/z"], ["apps"]),
        ("/docs/", ["docs/x/y"], ["y/docs/x"]),
        ("/scripts", ["scripts", "scripts/a/b"], ["x/scripts"]),
        ("**/logs", ["logs/a", "build/logs/b", "a/b/logs"], ["logsx"]),
        ("/apps/github", ["apps/github", "apps/github/x"], ["apps/githubs"]),
        ("/apps/*/certs/", ["apps/a/certs/x"], ["apps/a/b/certs/x"]),
        ("/apps/**/certs/", ["apps/a/certs/x", "apps/a/b/certs/x", "apps/certs/x"], ["certs/x"]),
        ("/a?c.txt", ["abc.txt"], ["ac.txt", "a/c.txt"]),
        ("a.b", ["a.b", "x/a.b"], ["aXb"]),
    ],
)
def test_patterns_mean_what_github_takes_them_for(pattern: str, owned: list[str], free: list[str]) -> None:
    lines = lines_of(f"{pattern} @owner\n")
    assert unowned(lines, [*owned, *free]) == free


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("* @a\n", []),
        ("* @a\n/policy.yaml\n", ["policy.yaml"]),
        ("/policy.yaml\n* @a\n", []),
        ("# * @a\n", ["policy.yaml"]),
        ("* @org/team  # who decides\n", []),
        ("* someone@login.gov\n", []),
        ("* nobody\n", ["policy.yaml"]),
        ("!policy.yaml @a\n", ["policy.yaml"]),
        ("/POLICY.yaml @a\n", ["policy.yaml"]),
        ("[p]olicy.yaml @a\n", ["policy.yaml"]),
        ("", ["policy.yaml"]),
    ],
)
def test_the_last_line_that_counts_decides(text: str, expected: list[str]) -> None:
    assert unowned(lines_of(text), ["policy.yaml"]) == expected


def test_this_repositorys_own_files_have_owners(tmp_path: Path) -> None:
    """With all of the fleet, whose sandbox and production share certificates and logos."""
    repository = Repository(tmp_path / "fleet", whole_fleet=True)
    code = ("action.yml", "action-requirements.txt", "hooks/launchwindow/cli.py", "schemas/app.schema.json")
    for path in (*code, ".pre-commit-config.yaml"):
        repository.write(path, "x\n")
    repository.write(".github/CODEOWNERS", OWNERS)
    repository.commit()
    assert told(repository)["codeowners"]["verdict"] == "ok"
    for line in OWNERS.splitlines():
        if line.startswith(("/.pre-commit-c", "/action", "/hooks", "/schemas", "/partners", "/policy", "/.github")):
            repository.write(".github/CODEOWNERS", OWNERS.replace(line, line.split()[0]))
            repository.commit()
            found = told(repository)["codeowners"]
            assert found["verdict"] == "error"
            assert line.split()[0].strip("/") in found["text"]


def test_what_several_apps_share_needs_an_owner(repo: Repository) -> None:
    repo.write(f"{FILE.rpartition('/')[0]}/staging.yaml", repo.read(FILE))
    lines = OWNERS.splitlines()
    repo.write(".github/CODEOWNERS", "\n".join(line for line in lines if not line.startswith("/apps")))
    repo.commit()
    text = told(repo)["codeowners"]["text"]
    assert "apps/exa/benefits-finder/certs/2026.crt, apps/exa/benefits-finder/logo.svg" in text


# The page


def test_every_diagnosis_leads_to_its_section() -> None:
    headings = [line.lstrip("#").strip() for line in (ROOT / PAGE).read_text(encoding="utf-8").splitlines()
                if line.startswith("#")]  # fmt: skip
    assert {one.section for one in CHECKS} <= set(headings)
    assert anchor("The ledger's branch") == "the-ledgers-branch"


def test_every_check_says_what_could_happen_and_how_to_mend_it() -> None:
    assert len({one.id for one in CHECKS}) == len(CHECKS)
    notes = {"main-check-strict", "main-merge-methods"}
    assert {one.id for one in CHECKS if not one.danger} == notes
    assert all(one.mend.endswith(".") for one in CHECKS)
