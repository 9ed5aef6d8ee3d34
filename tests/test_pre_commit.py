"""The form of the hooks that this repository runs on itself, and of those that it offers to others."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
OURS = ("launchwindow", "launchwindow-private-keys")


def read(name: str) -> Any:
    return YAML(typ="safe").load((ROOT / name).read_text(encoding="utf-8"))


def own() -> dict[str, dict[str, Any]]:
    (local,) = [repo for repo in read(".pre-commit-config.yaml")["repos"] if repo["repo"] == "local"]
    return {hook["id"]: hook for hook in local["hooks"]}


def offered() -> dict[str, dict[str, Any]]:
    return {hook["id"]: hook for hook in read(".pre-commit-hooks.yaml")}


@pytest.mark.parametrize(
    ("check", "name"), [("validate-config", ".pre-commit-config.yaml"), ("validate-manifest", ".pre-commit-hooks.yaml")]
)
def test_pre_commit_takes_both_files(check: str, name: str) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "pre_commit", check, name], cwd=ROOT, capture_output=True, text=True, check=False
    )
    # A warning would go to standard output.
    assert (finished.returncode, finished.stdout) == (0, "")


def test_own_hooks_install_what_the_project_depends_on() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for hook in own().values():
        assert hook["additional_dependencies"] == project["dependencies"]


def test_the_same_hooks_are_offered_and_run() -> None:
    assert tuple(own()) == OURS
    assert tuple(offered()) == OURS
    for name, hook in offered().items():
        assert own()[name]["entry"] == hook["entry"].replace("launchwindow ", "python hooks ", 1)
        for key in ("name", "language", "args", "pass_filenames", "always_run"):
            assert own()[name].get(key) == hook.get(key), (name, key)


def test_no_hook_of_ours_is_fetched_and_what_is_has_a_fixed_version() -> None:
    others = [repo for repo in read(".pre-commit-config.yaml")["repos"] if repo["repo"] != "local"]
    for repo in others:
        assert repo["repo"].startswith("https://github.com/")
        # A branch would be another version tomorrow.
        assert repo["rev"].removeprefix("v").replace(".", "").isdigit(), repo["rev"]
        assert not any(hook["id"].startswith("launchwindow") for hook in repo["hooks"])
    assert {hook["id"] for repo in others for hook in repo["hooks"]} >= {
        "check-metaschema", "check-yaml", "end-of-file-fixer", "trailing-whitespace",
    }  # fmt: skip


def test_the_check_judges_the_whole_repository_even_when_files_were_only_deleted() -> None:
    for hook in (offered()["launchwindow"], own()["launchwindow"]):
        assert hook["pass_filenames"] is False
        assert hook["always_run"] is True
        assert hook["entry"].endswith(" check --staged")


def test_the_search_for_keys_takes_names_alone_of_text_and_binary_files() -> None:
    hook = offered()["launchwindow-private-keys"]
    assert hook["args"] == ["--"]
    assert not {"types", "types_or", "files", "exclude", "pass_filenames"} & hook.keys()
