"""Folders that many tests begin with: made once in each process, by real git and the real commands, and then copied.

A copy is byte for byte what making it anew would give, since every commit in it says who made it and when; it takes a
tenth of the time.
"""

from __future__ import annotations

import atexit
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
        unfinished.rename(folder)
    return folder


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
