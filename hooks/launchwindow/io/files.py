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

_LIMIT = 4 * 1024 * 1024
"""Bytes read of any one file: more than any limit of the rules, so that a huge file can't fill the memory."""


def read_file(path: Path) -> bytes:
    """The bytes of a file that the command line names. Raises `RepositoryError` when it can't be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise RepositoryError(f"{path} can't be read: {error.strerror}.") from error


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
            descriptor = os.open(self._root / path, flags)
            with os.fdopen(descriptor, "rb") as file:
                self._data[path] = file.read(_LIMIT)
        return self._data[path]

    def _walk(self) -> Iterator[tuple[str, Entry]]:
        for top in ("apps", "partners"):
            yield from self._below(top)
        if (self._root / "policy.yaml").is_file():
            yield "policy.yaml", self._entry("policy.yaml")

    def _below(self, folder: str) -> Iterator[tuple[str, Entry]]:
        try:
            found = sorted(os.scandir(self._root / folder), key=lambda item: item.name)
        except (FileNotFoundError, NotADirectoryError):
            return
        for item in found:
            path = f"{folder}/{item.name}"
            if item.is_symlink():
                yield path, Entry("symlink", "")
            elif item.is_dir(follow_symlinks=False):
                # A folder that stands where a file is expected is a finding of its own.
                if item.name.endswith(".yaml"):
                    yield path, Entry("directory", "")
                yield from self._below(path)
            elif stat.S_ISREG(item.stat(follow_symlinks=False).st_mode):
                yield path, self._entry(path)
            else:
                yield path, Entry("other", "")

    def _entry(self, path: str) -> Entry:
        self._entries[path] = Entry("file", "")
        data = self._bytes(path)
        return Entry("file", sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest())
