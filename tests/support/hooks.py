"""The real pre-commit on real repositories, installing this checkout without asking any index or host."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path
from shutil import copyfile, copytree, ignore_patterns
from typing import TYPE_CHECKING

import pytest

from support.prepared import copied, prepared
from support.repository import MERGED, ROOT, Repository, Result

if TYPE_CHECKING:
    from collections.abc import Mapping

WHEELHOUSE = Path(sys.prefix) / "wheelhouse"
"""Wheels of all that pip needs to install this project; `make test` fills it."""
TAG = "v0"
_NEEDED = ("hooks", "schemas", ".github", "apps", "partners", "policy.yaml", "pyproject.toml", "README.md", "LICENSE",
           ".pre-commit-hooks.yaml")  # fmt: skip
_CONFIG = """\
repos:
  - repo: {source}
    rev: {tag}
    hooks:
      - id: launchwindow
        args: [--now, "{now}"]
      - id: launchwindow-private-keys
"""
_ONLY_KEYS = """\
repos:
  - repo: {source}
    rev: {tag}
    hooks:
      - id: launchwindow-private-keys
"""


class Machine:
    """Where pre-commit keeps what it installs, and the repository that it installs from: once for all workers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source = folder / "source"
        folder.mkdir(exist_ok=True)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "ready").exists():
                self._make_source()
                (folder / "ready").touch()

    def _make_source(self) -> None:
        self.source.mkdir(exist_ok=True)
        for name in _NEEDED:
            if (ROOT / name).is_dir():
                copytree(ROOT / name, self.source / name, ignore=ignore_patterns("__pycache__"), dirs_exist_ok=True)
            else:
                copyfile(ROOT / name, self.source / name)
        for command in (("init", "--quiet", "--template="), ("add", "--all"), ("commit", "-qm", "All"), ("tag", TAG)):
            subprocess.run(["git", *command], cwd=self.source, env=self.environment, check=True)

    @property
    def environment(self) -> dict[str, str]:
        """The variables of this process without git's, Python's and pre-commit's own; no index, no user's settings."""
        dropped = ("GIT_", "PRE_COMMIT", "PYTHON", "PIP_", "VIRTUALENV", "SKIP", "XDG_", "CI", "GITHUB_")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
        person = {f"GIT_{role}_{part}": text for role in ("AUTHOR", "COMMITTER")
                  for part, text in (("NAME", "Dana"), ("EMAIL", "dana@exa.gov"))}  # fmt: skip
        return kept | person | {
            "HOME": str(self.folder / "home"),
            "PRE_COMMIT_HOME": str(self.folder / "pre-commit"),
            "PRE_COMMIT_COLOR": "never",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(WHEELHOUSE),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            # Python compiles what is imported; most of it never is.
            "PIP_COMPILE": "0",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
        }  # fmt: skip

    def config(self, *, only_keys: bool = False) -> str:
        """A `.pre-commit-config.yaml` with both hooks, the check at a fixed time; or with the search for keys alone."""
        return (_ONLY_KEYS if only_keys else _CONFIG).format(source=self.source, tag=TAG, now=MERGED)

    def pre_commit(self, repository: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Result:
        """`pre-commit …` in a repository, by default with the machine's own environment."""
        return _run([sys.executable, "-m", "pre_commit", *arguments], repository, environment or self.environment)

    def install(self, repository: Path) -> None:
        """Let git run the hooks of the repository's configuration."""
        result = self.pre_commit(repository, "install")
        assert result.status == 0, result.text

    def commit(self, repository: Path) -> Result:
        """`git commit` of what is staged, through the hooks."""
        return _run(["git", "commit", "-m", "Change"], repository, self.environment)


class Consumer(Repository):
    """A fleet whose commits go through the hooks."""

    def __init__(self, folder: Path, machine: Machine, *, whole_fleet: bool = False) -> None:
        self.path, self.machine = folder, machine
        copied(prepared(f"consumer-{whole_fleet}", lambda there: self._take(there, whole_fleet)), folder)
        self.base = self.head

    def _take(self, folder: Path, whole_fleet: bool) -> None:
        """A fleet takes the hooks. What pre-commit installs there does not name the folder."""
        repository = Repository(folder, whole_fleet=whole_fleet)
        repository.write(".pre-commit-config.yaml", self.machine.config())
        repository.commit("Take the hooks")
        self.machine.install(folder)

    def attempt(self, *paths: str) -> Result:
        """Stage the paths, by default everything, and commit."""
        self.git("add", "--all", *paths)
        return self.attempt_staged()

    def attempt_staged(self) -> Result:
        """Commit what is staged; the commit must be there afterwards just when the command says so."""
        before = self.head
        result = self.machine.commit(self.path)
        assert (self.head != before) == (result.status == 0), result.text
        return result


def machine_of(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """The session's machine. Skips where there are no wheels to install from, and fails there in CI."""
    if not list(WHEELHOUSE.glob(".complete-*")):
        reason = f"there is no {WHEELHOUSE}: `make test` fetches the wheels that the hooks' environment is made of"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    base = tmp_path_factory.getbasetemp()
    return Machine((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "machine")


def _run(command: list[str], folder: Path, environment: Mapping[str, str]) -> Result:
    finished = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return Result(finished.returncode, finished.stdout, finished.stderr)
