"""The hook that this repository runs on itself, and the one that it offers to others."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]


def read(name: str) -> Any:
    return YAML(typ="safe").load((ROOT / name).read_text(encoding="utf-8"))


def own_hook() -> dict[str, Any]:
    (hook,) = [one for repo in read(".pre-commit-config.yaml")["repos"] for one in repo["hooks"]
               if one["id"] == "launchwindow"]  # fmt: skip
    return dict(hook)


@pytest.mark.parametrize(
    ("check", "name"), [("validate-config", ".pre-commit-config.yaml"), ("validate-manifest", ".pre-commit-hooks.yaml")]
)
def test_pre_commit_takes_both_files(check: str, name: str) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "pre_commit", check, name], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (finished.returncode, finished.stdout) == (0, "")


def test_the_own_hook_installs_what_the_project_depends_on() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert own_hook()["additional_dependencies"] == project["dependencies"]


def test_no_hook_of_ours_is_fetched_from_elsewhere() -> None:
    assert {repo["repo"] for repo in read(".pre-commit-config.yaml")["repos"]} == {"local"}


def test_both_judge_the_whole_repository_even_when_files_were_only_deleted() -> None:
    (offered,) = read(".pre-commit-hooks.yaml")
    assert offered["id"] == "launchwindow"
    for hook in (offered, own_hook()):
        assert hook["pass_filenames"] is False
        assert hook["always_run"] is True
        assert hook["entry"].endswith(" check --staged")
