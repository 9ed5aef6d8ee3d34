"""Any files, whatever is in them and however large they are: for the search for private keys."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from launchwindow.model.errors import RepositoryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from launchwindow.io.git import Git

_PIECE = 4 * 1024 * 1024
_OVERLAP = 64 * 1024
"""Bytes that two pieces have in common: more than any private key has."""


def tracked_files(git: Git) -> list[tuple[str, Path]]:
    """(name, place) of each regular file that git has and that is still there. Raises `RepositoryError` without git."""
    top = git.top()
    if top is None:
        raise RepositoryError(f"{git.directory} is no git repository: name the files that are to be searched.")
    listing = git.run("-C", top, "ls-files", "-z")
    names = dict.fromkeys(os.fsdecode(name) for name in listing.split(b"\0") if name)
    return [(name, Path(top, name)) for name in names if _is_regular(Path(top, name))]


def named_files(names: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """(name, place) of each regular file among `names`, and of those in the folders among them; links lead nowhere.

    Raises `RepositoryError` when nothing is there.
    """
    for name in names:
        if not os.path.lexists(name):
            raise RepositoryError(f"{name}: there is no such file or folder.")
        if os.path.isdir(name) and not os.path.islink(name):
            yield from _below(name)
        elif _is_regular(Path(name)):
            yield name, Path(name)


def pieces(path: Path) -> Iterator[tuple[int, bytes]]:
    """(line that it begins in, bytes) of a file's overlapping pieces; most files are one.

    Raises `RepositoryError` when the file can't be read.
    """
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            line, data = 1, file.read(_PIECE)
            while True:
                yield line, data
                more = file.read(_PIECE)
                if not more:
                    return
                line += data.count(b"\n", 0, len(data) - _OVERLAP)
                data = data[-_OVERLAP:] + more
    except OSError as error:
        raise RepositoryError(f"{path} can't be read: {error.strerror}.") from error


def _below(folder: str) -> Iterator[tuple[str, Path]]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if one != ".git")
        for name in sorted(files):
            path = Path(place, name)
            if _is_regular(path):
                yield os.fspath(path), path


def _is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False
