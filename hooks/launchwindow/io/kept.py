"""What is kept between runs, in the user's own cache folder: JSON behind digests of itself (docs/adr/0015).

Nothing here is needed: whatever is missing, damaged, somebody else's or not writable is as if it had never been kept.
"""

from __future__ import annotations

import json
import os
import stat
from hashlib import sha256
from typing import TYPE_CHECKING, Any, BinaryIO

from launchwindow.model.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_LARGEST = 64 * 1024 * 1024
"""Bytes of one file: a fleet of 50,000 apps takes a third of it."""
_MOST_FILES = 48
"""Two for each clone that something is kept of; the one that was written longest ago goes first."""


def cache_folder() -> str | None:
    """`$XDG_CACHE_HOME/launchwindow`, else `~/.cache/launchwindow`; None where neither says a place."""
    base = os.environ.get("XDG_CACHE_HOME") or ""
    if not os.path.isabs(base):
        # What is relative is to be ignored, as the XDG Base Directory Specification has it.
        base = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "launchwindow") if os.path.isabs(base) else None


class Raw(NamedTuple):
    """A section that goes back as it came: thousands of them are neither hashed nor read for one that is new."""

    digest: str
    data: bytes


class Found:
    """What was saved: named sections, of which each is read, and held to its digest, when somebody asks for it."""

    def __init__(self, index: Sequence[tuple[str, str, int, int]] = (), file: BinaryIO | None = None) -> None:
        self._index = {name: (digest, begin, length) for name, digest, begin, length in index}
        self._file = file

    @property
    def names(self) -> Collection[str]:
        """The names of all sections."""
        return self._index.keys()

    def data(self, name: str) -> bytes:
        """A section's bytes; none where there is none, or it is damaged."""
        if name not in self._index or self._file is None:
            return b""
        digest, begin, length = self._index[name]
        try:
            self._file.seek(begin)
            data = self._file.read(min(length, _LARGEST))
        except (OSError, ValueError, OverflowError):
            return b""
        return data if sha256(data).hexdigest() == digest else b""

    def as_it_is(self, name: str) -> Raw | None:
        """A section to be saved again: its digest, and the bytes that it may be of; whoever reads it will see."""
        if name not in self._index or self._file is None:
            return None
        digest, begin, length = self._index[name]
        try:
            self._file.seek(begin)
            return Raw(digest, self._file.read(min(length, _LARGEST)))
        except (OSError, ValueError, OverflowError):
            return None

    def get(self, name: str) -> Any:
        """A section's value; None where there is none."""
        try:
            return json.loads(self.data(name))
        except (OSError, ValueError, RecursionError, MemoryError):
            return None


class Kept:
    """One repository's file in the cache folder. Its name only says where to look, never what holds."""

    def __init__(self, folder: str | None, repository: str) -> None:
        name = sha256(repository.encode("utf-8", "surrogateescape")).hexdigest()[:32]
        self._folder = folder
        self._path = os.path.join(folder, f"{name}.json") if folder is not None else None

    def load(self) -> Found:
        """What was saved last; empty where there is nothing that can be trusted to be just that."""
        try:
            file = _opened(self._path) if self._path is not None else None
            if file is None:
                return Found()
            digest, index = file.read(64), file.readline(_LARGEST)
            if sha256(index).hexdigest().encode() != digest:
                return Found()
            begin = file.tell()
            sections = [(str(name), str(one), begin + int(offset), int(length))
                        for name, one, offset, length in json.loads(index)]  # fmt: skip
            return Found(sections, file)
        except (OSError, ValueError, TypeError, RecursionError, MemoryError):
            return Found()

    def save(self, sections: Mapping[str, Any]) -> None:
        """Put it in the place of what was there, in one step; of two who do it at once the later one stays.

        A section is a value, or what it was before.
        """
        if self._folder is None or self._path is None:
            return
        texts = {name: value if isinstance(value, Raw) else _raw(value) for name, value in sections.items()}
        index, begin = [], 0
        for name, text in texts.items():
            index.append((name, text.digest, begin, len(text.data)))
            begin += len(text.data)
        if begin > _LARGEST:
            return
        line = json.dumps(index, separators=(",", ":")).encode() + b"\n"
        written = f"{self._path}.{os.getpid()}"
        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(b"%b%b" % (sha256(line).hexdigest().encode(), line))
                file.writelines(text.data for text in texts.values())
            os.replace(written, self._path)
            _forget_the_oldest(self._folder)
        except OSError:
            # A full disk, a folder of somebody else, none at all: the next run finds it out again.
            _remove(written)


def _raw(value: Any) -> Raw:
    data = json.dumps(value, separators=(",", ":")).encode()
    return Raw(sha256(data).hexdigest(), data)


def _opened(path: str) -> BinaryIO | None:
    # No link is followed and no pipe waited for; another user's file could say that all is well.
    file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    found = os.fstat(file.fileno())
    if stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid():
        return file
    file.close()
    return None


def _forget_the_oldest(folder: str) -> None:
    files = [(entry.stat(follow_symlinks=False).st_mtime_ns, entry.path) for entry in os.scandir(folder)]
    for _, path in sorted(files, reverse=True)[_MOST_FILES:]:
        _remove(path)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
