"""The demo tells its whole story, and leaves the repository that it was started in as it was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

import launchwindow as package
from launchwindow.io.demo_shell import clone

ROOT = Path(__file__).resolve().parents[1]
AUTHOR = {f"GIT_{role}_{what}": "somebody" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def git(folder: Path, *arguments: str) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")} | AUTHOR
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def launchwindow(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "launchwindow", "--repo", str(folder), *arguments]
    # Without git's variables: the tests may themselves run in a hook.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment["PYTHONPATH"] = str(Path(package.__file__).resolve().parents[1])
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def fleet(folder: Path) -> Path:
    """A repository with one commit: the example fleet."""
    for name in ("apps", "partners"):
        copytree(ROOT / name, folder / name)
    (folder / "policy.yaml").write_bytes((ROOT / "policy.yaml").read_bytes())
    git(folder, "init", "--quiet", "--initial-branch", "trunk")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "The fleet")
    return folder


def state(folder: Path) -> tuple[str, ...]:
    """All that a command could leave behind: refs, HEAD, what is changed, the configuration, the hooks."""
    hooks = sorted(path.name for path in (folder / ".git/hooks").iterdir())
    return (
        git(folder, "for-each-ref"), git(folder, "rev-parse", "--symbolic-full-name", "HEAD"),
        git(folder, "status", "--porcelain", "--ignored"), git(folder, "config", "--local", "--list"), *hooks,
    )  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One run for all tests: the story, its document, and the source before and after."""
    source = fleet(tmp_path_factory.mktemp("source"))
    kept = tmp_path_factory.mktemp("kept") / "clone"
    # What is not committed is no part of the clone.
    (source / "policy.yaml").write_text("nonsense", encoding="utf-8")
    before = state(source)
    finished = launchwindow(source, "demo", "--format", "json", "--keep", str(kept))
    assert finished.returncode == 0, finished.stderr
    return {
        "before": before, "after": state(source), "story": finished.stderr,
        "document": json.loads(finished.stdout), "kept": kept,
    }  # fmt: skip


def outputs(told: dict[str, Any], word: str) -> list[str]:
    """The outputs of the steps whose command line holds `word`."""
    return [step["output"] for step in told["document"]["steps"] if word in step["command"]]


def test_it_leaves_the_source_alone(told: dict[str, Any]) -> None:
    assert told["before"] == told["after"]


def test_its_document_keeps_the_contract(told: dict[str, Any]) -> None:
    from jsonschema import Draft202012Validator

    schema = json.loads((ROOT / "schemas/demo.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(told["document"])


def test_the_hook_refuses_the_first_commit_and_takes_the_fix(told: dict[str, Any]) -> None:
    refused, taken = (step for step in told["document"]["steps"] if "git commit" in step["command"])
    assert refused["status"] == 1
    assert "url-https" in refused["output"]
    assert taken["status"] == 0
    assert "Passed" in taken["output"]


def test_every_command_ended_as_the_story_needs(told: dict[str, Any]) -> None:
    assert [step["status"] for step in told["document"]["steps"]].count(0) == len(told["document"]["steps"]) - 1


def test_the_plan_names_the_window_that_takes_it(told: dict[str, Any]) -> None:
    (plan,) = outputs(told, " plan")
    assert "redirect_uris: https://benefits.exa.gov/auth/kiosk" in plan
    assert "Thursday 2026-12-10" in plan


def test_early_windows_take_nothing_and_none_is_missed(told: dict[str, Any]) -> None:
    early = [step for step in told["document"]["steps"] if step["command"].endswith(" release")]
    days = [step["command"].partition("--now ")[2][:10] for step in early]
    assert days == ["2026-11-30", "2026-12-03", "2026-12-07", "2026-12-10"]
    assert all("production/exa/benefits-finder@" not in step["output"] for step in early[:-1])
    assert "production/exa/benefits-finder@" in early[-1]["output"]
    assert "MISSED" not in told["story"]


def test_the_release_changes_one_line_of_the_providers_file(told: dict[str, Any]) -> None:
    (diff,) = outputs(told, "git diff refs/heads/launchwindow-ledger~1")
    changed = [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert changed == ['+      - "https://benefits.exa.gov/auth/kiosk"']


def test_it_ends_confirmed(told: dict[str, Any]) -> None:
    (confirmation,) = outputs(told, " confirm ")
    assert "production/exa/benefits-finder" in confirmation
    (row,) = [
        one for one in outputs(told, " status ")[-1].splitlines() if one.startswith("production/exa/benefits-finder  ")
    ]
    assert row.endswith("2026-12-10")


def test_the_kept_clone_is_whole_and_pushes_nowhere(told: dict[str, Any]) -> None:
    kept = told["kept"]
    assert git(kept, "remote") == ""
    assert git(kept, "branch", "--format", "%(refname:short)").split() == [
        "benefits/kiosk", "launchwindow-ledger", "main", "trunk",
    ]  # fmt: skip
    again = launchwindow(kept.parent, "demo", "--keep", str(kept))
    assert again.returncode == 1
    assert "is there already" in again.stderr


def test_without_the_example_fleet_it_says_so(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "Nothing")
    finished = launchwindow(tmp_path, "demo")
    assert finished.returncode == 1
    assert "no policy.yaml and no apps/exa/benefits-finder/production.yaml" in finished.stderr


@pytest.mark.parametrize("where", ["no repository", "no commit"])
def test_where_nothing_can_be_cloned_it_says_so(tmp_path: Path, where: str) -> None:
    if where == "no commit":
        git(tmp_path, "init", "--quiet")
    finished = launchwindow(tmp_path, "demo")
    assert finished.returncode == 2
    assert "git" in finished.stderr
    assert "bug" not in finished.stderr


@pytest.mark.parametrize("head", ["branch", "detached", "shallow"])
def test_a_clone_is_on_main_with_a_history(tmp_path: Path, head: str) -> None:
    source = tmp_path / "source"
    source.mkdir()
    git(source, "init", "--quiet", "--initial-branch", "feature")
    for message in ("One", "Two"):
        git(source, "commit", "--quiet", "--allow-empty", "--message", message)
    if head == "detached":
        git(source, "checkout", "--quiet", "--detach")
    if head == "shallow":
        git(tmp_path, "clone", "--quiet", "--depth", "1", source.as_uri(), "shallow")
        source = tmp_path / "shallow"
    made = tmp_path / "made"
    commit = clone(source, made)
    assert git(made, "rev-parse", "refs/heads/main").strip() == commit
    assert git(made, "symbolic-ref", "HEAD").strip() == "refs/heads/main"
    assert git(made, "rev-parse", "--is-shallow-repository").strip() == "false"
    assert git(made, "rev-list", "--count", "HEAD").strip() == ("1" if head == "shallow" else "2")
    assert git(made, "remote") == ""
