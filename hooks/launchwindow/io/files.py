"""The work tree as a snapshot, read without following links or opening anything but regular files."""

from __future__ import annotations

import os
import stat
from hashlib import sha1
from typing import TYPE_CHECKING

from launchwindow.model.errors import RepositoryError
from launchwindow.model.snapshot import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from launchwindow.model.snapshot import Kind

_LIMIT = 1024 * 1024 + 1024
"""Bytes kept of any one file: more than any limit of the rules, so that huge files can't fill the memory."""


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


def _kind(path: Path | str) -> Kind | None:
    """What stands at a path, links not followed; None when nothing does."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(os.fspath(path), error) from error
    if stat.S_ISDIR(mode):
        return "directory"
    return "symlink" if stat.S_ISLNK(mode) else "file" if stat.S_ISREG(mode) else "other"


def _unreadable(path: str, error: OSError) -> RepositoryError:
    return RepositoryError(f"{path} can't be read: {error.strerror}.")


class WorkTree:
    """Files beneath `apps/` and `partners/`, and `policy.yaml`, as they lie on disk."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._data: dict[str, bytes] = {}
        self._entries: dict[str, Entry] = {}
        for path, kind in self._walk():
            self._entries[path] = kind

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Every path that Launchwindow reads; object ids are git's."""
        return self._entries

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The bytes of regular files; anything else is left out."""
        wanted = (path for path in paths if path in self._entries and self._entries[path].kind == "file")
        return {path: self._bytes(path) for path in wanted}

    def _bytes(self, path: str) -> bytes:
        if path not in self._data:
            # No link is followed and no pipe waited for, even if one was put here since the walk.
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            try:
                descriptor = os.open(self._root / path, flags)
                with os.fdopen(descriptor, "rb") as file:
                    self._data[path] = file.read(_LIMIT)
            except OSError as error:
                raise _unreadable(path, error) from error
        return self._data[path]

    def _walk(self) -> Iterator[tuple[str, Entry]]:
        for path in ("apps", "partners", "policy.yaml"):
            kind = _kind(self._root / path)
            if kind == "directory" and path != "policy.yaml":
                yield from self._below(path)
            elif kind is not None:
                yield path, self._entry(path, kind)

    def _below(self, folder: str) -> Iterator[tuple[str, Entry]]:
        try:
            found = sorted(os.scandir(self._root / folder), key=lambda item: item.name)
        except OSError as error:
            raise _unreadable(folder, error) from error
        for item in found:
            path = f"{folder}/{item.name}"
            kind = _kind(item.path)
            # A folder that stands where a file is expected is a finding of its own.
            if kind is not None and (kind != "directory" or item.name.endswith(".yaml")):
                yield path, self._entry(path, kind)
            if kind == "directory":
                yield from self._below(path)

    def _entry(self, path: str, kind: Kind) -> Entry:
        if kind != "file":
            return Entry(kind, "")
        self._entries[path] = Entry("file", "")
        data = self._bytes(path)
        return Entry("file", sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest())
