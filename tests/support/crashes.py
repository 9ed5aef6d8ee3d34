"""Runs a command, kills it at a point, runs it again, and compares what is there with a run that nobody killed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from support.crash_cases import Case
from support.repository import LEDGER, Repository, only_ours

_WASTE = ("tmp_", "incoming-", "fast_import_crash_")
"""What a git that was stopped leaves behind, and what git itself clears away."""


class Ran(NamedTuple):
    """One run of a command line; a negative status is the signal that ended it."""

    status: int
    out: str
    err: str
    points: tuple[str, ...]
    """The effects' points that it came to, in order."""


class Runner(AbstractContextManager["Runner"]):
    """Command lines in processes of their own, at the price of a fork each."""

    def __init__(self) -> None:
        tests, further = str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH")
        environment = {**only_ours(), "PYTHONPATH": os.pathsep.join(filter(None, (tests, further)))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.crash_server"], env=environment, text=True, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def __exit__(self, *_: object) -> None:
        self._process.communicate()
        assert self._process.returncode == 0

    def run(
        self, *argv: str, kill_at: int | None = None, whole_group: bool = False, limit: int | None = None,
        user: int | None = None, watched: bool = False,
    ) -> Ran:  # fmt: skip
        """One run, killed at a point if there is one; by a `user` if not ours.

        With a `limit`, no file may grow beyond so many bytes. Its points are told when it is killed or `watched`: to
        look out for them takes longer than what most commands do.
        """
        watched = watched or kill_at is not None
        how = {"kill_at": kill_at, "whole_group": whole_group, "limit": limit, "user": user, "watched": watched}
        return self._ask([_asked(argv) | how])[0]

    def together(self, *command_lines: Sequence[str]) -> list[Ran]:
        """Many runs at the same time."""
        return self._ask([_asked(argv) for argv in command_lines])

    def _ask(self, asked: Sequence[Mapping[str, object]]) -> list[Ran]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answers = json.loads(self._process.stdout.readline())
        return [Ran(one["status"], one["out"], one["err"], tuple(one["points"])) for one in answers]


def _asked(argv: Sequence[str]) -> dict[str, object]:
    plain = {"kill_at": None, "whole_group": False, "limit": None, "user": None, "watched": False}
    return {"argv": argv, "env": only_ours(), **plain}


class Scene:
    """A folder as a command finds it, kept beside the place where the command runs, which is always the same."""

    def __init__(self, folder: Path) -> None:
        self.place = folder / "place"
        self.place.mkdir(parents=True)
        self._kept = folder / "kept"
        self._begun: str | None = None

    def keep(self) -> None:
        """This is how it begins."""
        _copy(self.place, self._kept)
        self._begun = digest(self.place)

    def begin(self) -> None:
        """As it was kept, whatever happened since."""
        if digest(self.place) != self._begun:
            shutil.rmtree(self.place)
            _copy(self._kept, self.place)

    def untouched(self) -> bool:
        """Whether it is as it was kept, but for what git collects as waste."""
        return digest(self.place) == self._begun


def _copy(source: Path, target: Path) -> None:
    """All of a folder; objects, which git never writes to again, as further names of the same files."""

    def copied(one: str, other: str) -> None:
        if "/objects/" in one:
            os.link(one, other)
        else:
            shutil.copy2(one, other)

    shutil.copytree(source, target, symlinks=True, copy_function=copied)


def digest(folder: Path) -> str:
    """Of every file's path and bytes; objects, which never change, by their names alone, and no waste of git's."""
    lines = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if one != "logs" or not (Path(place) / "HEAD").exists())
        within = os.path.relpath(place, folder)
        objects = "/objects/" in f"/{within}/"
        for name in sorted(files):
            if name == "FETCH_HEAD" or name.startswith(_WASTE):
                continue
            if objects:
                lines += [f"{within}/{name}"]
            else:
                path = Path(place) / name
                lines.append(f"{within}/{name} {sha256(path.read_bytes()).hexdigest()} {path.stat().st_mode:o}")
        # Git makes and forgets folders of objects and refs as it likes.
        lines += [f"{within}/{one}/" for one in folders if ".git" not in f"{within}/{one}"]
    return sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def state(folder: Path) -> dict[str, object]:
    """All that a command may have left: each repository's refs, the ledger as history of trees, and all other files.

    The ledger's commits have ids of their own each time; they are compared by what they hold and say.
    """
    found: dict[str, object] = {}
    for repository in sorted(one.parent for one in folder.glob("*/HEAD")) + sorted(folder.glob("*/.git")):
        found |= _refs(repository, repository.relative_to(folder))
    for place, folders, files in os.walk(folder):
        within = Path(place).relative_to(folder)
        if (Path(place) / "HEAD").exists():
            # What git keeps for itself, and nothing else may be there: no leaving of a dead process.
            found |= {f"{within}/{name}/": "" for name in folders if name != "logs"}
            folders[:] = []
        for name in files:
            if name == "FETCH_HEAD" or name.startswith(_WASTE):
                continue
            path = Path(place) / name
            found[f"{within}/{name}"] = (sha256(path.read_bytes()).hexdigest(), path.stat().st_mode)
        found |= {f"{within}/{name}/": "" for name in folders}
    return found


def _refs(repository: Path, name: Path) -> dict[str, object]:
    found: dict[str, object] = {}
    for line in _git(repository, "for-each-ref", "--format=%(refname) %(objectname)").splitlines():
        ref, commit = line.split(" ")
        if ref.endswith(f"/{LEDGER}"):
            found[f"{name} {ref}"] = _git(repository, "log", "--format=%T %ct %an %cn %s", commit)
        else:
            found[f"{name} {ref}"] = commit
    # Of a name that nobody else has: nobody ever waits for its lock.
    locks = [path for path in sorted(repository.glob("**/*.lock")) if path.parent.name != "launchwindow"]
    return found | {f"{name} lock {path}": "" for path in locks}


def _git(repository: Path, *arguments: str) -> str:
    finished = subprocess.run(
        ["git", "--git-dir", str(repository), *arguments], env=only_ours(), capture_output=True, check=True, text=True
    )
    return finished.stdout


class Play:
    """One case on its scene, run as often as need be."""

    def __init__(self, case: Case, runner: Runner, folder: Path, *, remote: bool) -> None:
        self.scene = Scene(folder)
        self._runner = runner
        repo = self.scene.place / "repo"
        words = {**case.stage(repo), "place": str(self.scene.place)}
        if remote:
            move_to_a_remote(self.scene.place)
        self._argv = ("--repo", str(repo), "--now", case.now, *(word.format_map(words) for word in case.argv))
        self._argv += ("--remote", "origin") if remote else ()
        self.scene.keep()

    def run(self, **how: Any) -> Ran:
        """The command, as it is."""
        return self._runner.run(*self._argv, **how)

    @property
    def state(self) -> dict[str, object]:
        """What is there now."""
        return state(self.scene.place)


def move_to_a_remote(place: Path) -> None:
    """The repository gets a bare twin that has its ledger from now on, and is its remote."""
    repository = Repository.at(place / "repo")
    repository.git("clone", "--quiet", "--bare", "--template=", str(place / "repo"), str(place / "origin.git"))
    if repository.ledger:
        repository.git("branch", "--quiet", "-D", LEDGER)
    repository.git("remote", "add", "origin", f"file://{place}/origin.git")
    repository.git("fetch", "--quiet", "origin")
