"""Repositories that `launchwindow init` began, and older ones as an earlier version left them."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from launchwindow.io import resources
from support.repository import ROOT, Repository, Result, run

COMMIT = "0123456789abcdef0123456789abcdef01234567"
ACTION = ("--action", f"example/launchwindow@{COMMIT}")
REVIEWERS = ("--reviewer", "rae@agency.gov:rae-reviewer", "--reviewer", "sam@agency.gov:sam-second")
UNSTAMPED = pytest.mark.skipif(resources.released() is not None, reason="this version knows where it was released")
MANIFEST = ".launchwindow/init.yaml"
CONTRACT = Draft202012Validator(json.loads((ROOT / "schemas" / "init.schema.json").read_text(encoding="utf-8")))


def init(folder: Path, *further: str, action: tuple[str, ...] = ACTION) -> Result:
    """`launchwindow init FOLDER …`, with what can't be guessed."""
    return run("init", str(folder), *action, *REVIEWERS, *further)


def upgrade(folder: Path, *further: str) -> Result:
    """`launchwindow init FOLDER --upgrade …`."""
    return run("init", str(folder), "--upgrade", *further)


def document(folder: Path, *arguments: str, status: int = 0) -> dict[str, Any]:
    """The document of a run, held to its contract; its exit status must be `status`."""
    result = run("init", str(folder), *arguments, "--format", "json")
    assert result.status == status, result.text
    told: dict[str, Any] = json.loads(result.out)
    CONTRACT.validate(told)
    return told


def states(told: dict[str, Any]) -> dict[str, str]:
    """Path -> state."""
    return {one["path"]: one["state"] for one in told["files"]}


def contents(folder: Path) -> dict[str, bytes]:
    """Path -> bytes of every file but git's own; of a link where it leads."""
    return {
        path.relative_to(folder).as_posix(): bytes(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if (path.is_symlink() or path.is_file()) and ".git" not in path.relative_to(folder).parts
    }


def committed(folder: Path) -> Repository:
    """The repository, with all of the work tree on main."""
    repository = Repository.__new__(Repository)
    repository.path = folder
    repository.base = repository.commit("Begin", at="2026-11-20T10:00:00-05:00")
    return repository


def manifest(folder: Path) -> dict[str, Any]:
    """`.launchwindow/init.yaml` as plain data."""
    data: dict[str, Any] = YAML(typ="safe", pure=True).load((folder / MANIFEST).read_text(encoding="utf-8"))
    return data


def change_manifest(folder: Path, **fields: Any) -> None:
    """Write it as an earlier version, or somebody, might have left it."""
    data = manifest(folder) | fields
    with (folder / MANIFEST).open("w", encoding="utf-8") as file:
        YAML(typ="safe", pure=True).dump(data, file)


def age(folder: Path, older: dict[str, str | None], version: str = "0.0.9") -> None:
    """Make it one that an earlier version wrote, with other texts of these files; None for one that it had not."""
    files = manifest(folder)["files"]
    for path, text in older.items():
        if text is None:
            (folder / path).unlink()
            del files[path]
        else:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
            files[path] = sha256(text.encode()).hexdigest()
    change_manifest(folder, version=version, files=files)
