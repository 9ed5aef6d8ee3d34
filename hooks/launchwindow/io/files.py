"""The work tree as a snapshot, read without following links or opening anything but regular files."""

from __future__ import annotations

import os
import stat
from hashlib import sha1
from operator import attrgetter
from time import time_ns
from typing import TYPE_CHECKING

from launchwindow.model.errors import RepositoryError
from launchwindow.model.snapshot import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

_LIMIT = 1024 * 1024 + 1024
"""Bytes kept of any one file: more than any limit of the rules, so that huge files can't fill the memory."""
_HELD = 16 * 1024 * 1024
"""Bytes kept of all files together, about."""
_SETTLED = 2_000_000_000
"""Nanoseconds after which another write to a file gets another time, on every file system: a file that was written
just now may be written once more and seem the same, so nothing is remembered of it."""


def read_file(path: Path) -> bytes:
    """The bytes of a file that the command line names. Raises `RepositoryError` when it can't be read.

    It may be a pipe, such as a shell's `<(git show …)`.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(os.fspath(path), error) from error
    except ValueError as error:
        raise RepositoryError(f"{path} can't be read: {error}.") from error


def _unreadable(path: str, error: OSError) -> RepositoryError:
    return RepositoryError(f"{path} can't be read: {error.strerror}.")


class WorkTree:
    """Files beneath `apps/` and `partners/`, and `policy.yaml`, as they lie on disk.

    `known` may say what files were when they were read last: path -> what the file system told of one, and its object
    id. As git does with its index, a file of which the file system still tells the same is not read for its id.
    """

    def __init__(self, root: str | Path, known: Mapping[str, object] | None = None) -> None:
        self._root = root
        self._known = known or {}
        self._began = time_ns()
        self._data: dict[str, bytes] = {}
        self._held = 0
        self._entries: dict[str, Entry] = {}
        self.seen: dict[str, Sequence[str]] = {}
        """What to know the next time."""
        self.read_anew = 0
        """Files that had to be read for their ids although nothing was written to them just now."""
        self._walk()

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Every path that Launchwindow reads; object ids are git's."""
        return self._entries

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The bytes of regular files; anything else is left out. Raises `RepositoryError` where one changed since."""
        found: dict[str, bytes] = {}
        for path in paths:
            entry = self._entries.get(path)
            if entry is not None and entry.kind == "file":
                data = self._data.get(path)
                if data is None:
                    data = self._bytes(path)
                    if _blob_id(data) != entry.blob:
                        raise RepositoryError(f"{path} changed while it was being read. Run the command again.")
                found[path] = data
        return found

    def _bytes(self, path: str) -> bytes:
        # No link is followed and no pipe waited for, even if one was put here since the walk.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            descriptor = os.open(f"{self._root}/{path}", flags)
            with open(descriptor, "rb", buffering=0) as file:
                data = file.read(_LIMIT)
        except OSError as error:
            raise _unreadable(path, error) from error
        if self._held < _HELD:
            # What a large fleet has beyond that is read again by whoever needs it.
            self._held += len(data)
            self._data[path] = data
        return data

    def _walk(self) -> None:
        for path in ("apps", "partners", "policy.yaml"):
            about = _about(f"{self._root}/{path}")
            if about is not None and stat.S_ISDIR(about.st_mode) and path != "policy.yaml":
                self._below(path)
            elif about is not None:
                self._entries[path] = self._entry(path, about)

    def _below(self, folder: str) -> None:
        try:
            found = sorted(os.scandir(f"{self._root}/{folder}"), key=_name)
        except OSError as error:
            raise _unreadable(folder, error) from error
        for item in found:
            path = f"{folder}/{item.name}"
            if not item.is_dir(follow_symlinks=False):
                about = _about(item.path)
                if about is not None:
                    self._entries[path] = self._entry(path, about)
                continue
            # A folder that stands where a file is expected is a finding of its own.
            if item.name.endswith(".yaml"):
                self._entries[path] = Entry("directory", "")
            self._below(path)

    def _entry(self, path: str, about: os.stat_result) -> Entry:
        mode = about.st_mode
        if not stat.S_ISREG(mode):
            return Entry("symlink" if stat.S_ISLNK(mode) else "directory" if stat.S_ISDIR(mode) else "other", "")
        told = f"{about.st_size} {about.st_mtime_ns} {about.st_ctime_ns} {about.st_ino} {about.st_dev}"
        remembered = _remembered(self._known.get(path), told)
        blob = remembered or _blob_id(self._bytes(path))
        if max(about.st_mtime_ns, about.st_ctime_ns) < self._began - _SETTLED:
            self.seen[path] = [told, blob]
            self.read_anew += remembered is None
        return Entry("file", blob)


_name = attrgetter("name")


def _remembered(known: object, told: str) -> str | None:
    """The object id of a file of which the same was told before."""
    match known:
        case [str() as before, str() as blob] if before == told:
            return blob
    return None


def _blob_id(data: bytes) -> str:
    return sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _about(path: str) -> os.stat_result | None:
    """What the file system tells of a path, links not followed; None when nothing is there."""
    try:
        return os.lstat(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error
