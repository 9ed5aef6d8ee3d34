"""Writes a folder of files that are ours, beside whatever else is in it: it is told which by a list that lies there.

Each file is put in its place whole, and never through a link. A run that is killed leaves old and new files side by
side; the list, which is written before the first and after the last of them, has both, so the next run goes on.
"""

from __future__ import annotations

import json
import os
import re
import stat
from contextlib import suppress
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING

from launchwindow.io.nameless import opened_folder
from launchwindow.io.replace import folder_beneath, put
from launchwindow.model.errors import NotPossible, RepositoryError
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

LIST = "board.json"
"""The file that names all others."""
_SCHEMA = "launchwindow.board-files/1"
_PATH = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._-]*/){0,8}[A-Za-z0-9][A-Za-z0-9._-]*")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LARGEST = 256 * 1024 * 1024

Known = dict[str, list[str]]
"""Path -> the digests of what we wrote there: one, or two while a run is under way."""


class Written(NamedTuple):
    """What a run did to the folder."""

    written: int
    same: int
    removed: int
    left: tuple[str, ...]
    """Paths of files that are not needed any more, and that stay because somebody changed them."""


class Site:
    """One folder. Raises `NotPossible` where it holds anything that is not ours and would be in the way."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            self._known = self._opened()
        except OSError as error:
            raise RepositoryError(f"{folder} can't be written: {error.strerror}.") from error

    def read(self, path: str) -> bytes | None:
        """A file that we wrote earlier, as we left it; None where there is none of that path.

        Raises `NotPossible` when somebody else wrote or changed it.
        """
        parent, _, name = path.rpartition("/")
        try:
            with folder_beneath(self._folder, parent.split("/") if parent else (), make=False) as folder:
                data = _read(folder, name, f"{self._folder}/{path}")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise RepositoryError(f"{self._folder}/{path} can't be read: {error.strerror}.") from error
        if data is not None and _digest(data) not in self._known.get(path, ()):
            raise self._others(path)
        return data

    def replace(self, files: Mapping[str, bytes]) -> Written:
        """Make the folder hold these of our files and no others. Nothing is written before all that is in the way is
        known."""
        try:
            return self._replace(files)
        except OSError as error:
            told = f"{self._folder} can't be written: {error.strerror}. What is there stays; run the command again."
            raise RepositoryError(told) from error

    def _replace(self, files: Mapping[str, bytes]) -> Written:
        digests = {path: _digest(data) for path, data in files.items()}
        with suppress(FileExistsError):
            self._folder.mkdir()
        there = self._digests(sorted({*files, *self._known}))
        for path, digest in digests.items():
            if path in there and there[path] not in (digest, *self._known.get(path, ())):
                raise self._others(path)
        stale = [path for path in self._known if path not in files and path in there]
        ours = [path for path in stale if there[path] in self._known[path]]
        changed = [path for path, digest in digests.items() if there.get(path) != digest]
        final: Known = {path: [digest] for path, digest in digests.items()}
        if changed or ours or final != self._known:
            both = {path: sorted({*self._known.get(path, ()), *final.get(path, ())}) for path in {*self._known, *final}}
            self._write_list(both)
            for parts, paths in _by_folder(changed):
                with folder_beneath(self._folder, parts, make=True) as folder:
                    for path in paths:
                        put(folder, path.rpartition("/")[2], files[path], None, sync=False)
            self._remove(ours, [path for path in self._known if path not in files])
            self._write_list(final)
        left = tuple(path for path in stale if path not in ours)
        return Written(len(changed), len(files) - len(changed), len(ours), left)

    def _opened(self) -> Known:
        """What is ours in the folder, which may have to be made."""
        if self._folder.is_symlink():
            raise NotPossible(f"{self._folder} is a link. Name the folder itself.")
        if not self._folder.exists():
            return {}
        with opened_folder(self._folder) as folder:
            data = _read(folder, LIST, f"{self._folder}/{LIST}")
        if data is not None:
            return self._listed(data)
        # What a run leaves that was killed before it had written anything.
        if [name for name in os.listdir(self._folder) if name != f".{LIST}.launchwindow"]:
            raise NotPossible(
                f"{self._folder} is not empty, and no board: it has no {LIST}. Name an empty folder, or one to be."
            )
        return {}

    def _listed(self, data: bytes) -> Known:
        try:
            found = json.loads(data)
            known = {str(path): [str(one) for one in digests] for path, digests in found["files"].items()}
            sound = found["schema"] == _SCHEMA and all(
                _PATH.fullmatch(path) and all(_DIGEST.fullmatch(one) for one in digests)
                for path, digests in known.items()
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            sound, known = False, {}
        if not sound:
            raise NotPossible(
                f"{self._folder}/{LIST} is not as a board's: nobody knows which files are the board's. Name another "
                "folder, or empty this one."
            )
        return known

    def _others(self, path: str) -> NotPossible:
        return NotPossible(
            f"{self._folder}/{path} was written or changed by somebody else, and is left as it is; nothing was "
            "written. Move it away, or name another folder."
        )

    def _digests(self, paths: Iterable[str]) -> dict[str, str]:
        """Path -> digest of each of them that is there."""
        found: dict[str, str] = {}
        for parts, members in _by_folder(paths):
            try:
                with folder_beneath(self._folder, parts, make=False) as folder:
                    for path in members:
                        data = _read(folder, path.rpartition("/")[2], f"{self._folder}/{path}")
                        if data is not None:
                            found[path] = _digest(data)
            except FileNotFoundError:
                continue
        return found

    def _remove(self, ours: Iterable[str], gone: Iterable[str]) -> None:
        """Take files away; and the folders of all that is `gone`, which a killed run may have emptied, unless they hold
        anything else."""
        for parts, members in _by_folder(ours):
            with folder_beneath(self._folder, parts, make=False) as folder:
                for path in members:
                    os.unlink(path.rpartition("/")[2], dir_fd=folder)
        for parts, _ in _by_folder(gone):
            for depth in range(len(parts), 0, -1):
                with suppress(OSError), folder_beneath(self._folder, parts[: depth - 1], make=False) as above:
                    os.rmdir(parts[depth - 1], dir_fd=above)

    def _write_list(self, known: Known) -> None:
        lines = ",\n".join(f"{json.dumps(path)}: {json.dumps(known[path])}" for path in sorted(known))
        with opened_folder(self._folder) as folder:
            put(folder, LIST, f'{{"schema": "{_SCHEMA}", "files": {{\n{lines}\n}}}}\n'.encode(), None, sync=False)


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def _by_folder(paths: Iterable[str]) -> Iterator[tuple[list[str], list[str]]]:
    """(folder's parts, paths) of each folder."""
    for parent, members in groupby(sorted(paths, key=_parent_first), key=lambda path: path.rpartition("/")[0]):
        yield parent.split("/") if parent else [], list(members)


def _parent_first(path: str) -> tuple[str, str]:
    parent, _, name = path.rpartition("/")
    return parent, name


def _read(folder: int, name: str, shown: str) -> bytes | None:
    """A regular file; None where there is none. Raises `NotPossible` for anything else of that name."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NotPossible(f"{shown} can't be read as a file: {error.strerror}. Move it away.") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotPossible(f"{shown} is no regular file. Move it away, or name another folder.")
    with os.fdopen(descriptor, "rb") as file:
        return file.read(_LARGEST)
