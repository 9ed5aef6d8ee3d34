"""Folders that many tests begin with: made once in each process, by real git and the real commands, and then copied.

A copy holds what making it anew would give, since every commit in it says who made it and when; it takes a tenth of the
time. Git's objects are in packs there: a file for each, in a folder for nearly each, was most of what is copied.
"""

from __future__ import annotations

import atexit
import os
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp


@cache
def _shelf() -> Path:
    folder = Path(mkdtemp(prefix="launchwindow-prepared-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    return folder


def prepared(name: str, make: Callable[[Path], object]) -> Path:
    """The folder that `make` filled when this name was first asked for. Nobody may write into it."""
    folder = _shelf() / name
    if not folder.exists():
        unfinished = _shelf() / f"{name}.unfinished"
        unfinished.mkdir()
        make(unfinished)
        for objects in sorted(unfinished.rglob("objects/pack")):
            _packed(objects.parents[1])
        unfinished.rename(folder)
    return folder


def _packed(repository: Path) -> None:
    """What is not in a pack yet, in one more."""
    nothing = {"HOME": os.devnull, "XDG_CONFIG_HOME": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "--git-dir", str(repository), "repack", "-d", "-q"]
    subprocess.run(command, env={**os.environ, **nothing}, check=True)
    for empty in repository.glob("objects/??"):
        empty.rmdir()


def copied(source: Path, target: Path) -> None:
    """All of a folder into another, which may exist."""
    copytree(source, target, symlinks=True, dirs_exist_ok=True)


def added(newer: Path, older: Path, target: Path) -> None:
    """The files beneath `newer` that `older` has not, into `target`."""
    for path in newer.rglob("*"):
        place = path.relative_to(newer)
        if path.is_file() and not (older / place).exists():
            (target / place).parent.mkdir(parents=True, exist_ok=True)
            (target / place).write_bytes(path.read_bytes())
            (target / place).chmod(path.stat().st_mode)
