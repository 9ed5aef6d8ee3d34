"""What is kept between runs, in the user's own cache folder: sections behind digests of themselves (docs/adr/0015).

Nothing here is needed: whatever is missing, damaged, somebody else's or not writable is as if it had never been kept.
"""

from __future__ import annotations

import json
import os
import stat
from hashlib import sha256
from typing import TYPE_CHECKING, Any, BinaryIO

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

_LARGEST = 64 * 1024 * 1024
"""Bytes of one file: a fleet of 50,000 apps takes a third of it."""
_FEW = 4
"""What changed is written apart as long as all else is so many times as much."""
_MOST_FILES = 48
"""Four at most for each clone that something is kept of; the one that was written longest ago goes first."""
_NONE: Mapping[str, Place] = {}


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


class Place(NamedTuple):
    """Where a section is."""

    read: Callable[[int, int], bytes]
    """(length, begin) -> bytes. It moves no position: a second process has the same one."""
    begin: int
    length: int
    digest: str


class Found:
    """What was saved: named sections, of which each is read, and held to its digest, when somebody asks for it."""

    def __init__(self, places: Mapping[str, Place] = _NONE, newer: Mapping[str, Place] = _NONE, of: str = "") -> None:
        self._places = {**places, **newer}
        self.newer = newer.keys()
        """The names of those that were saved apart, as the few that changed."""
        self.of = of
        """The digest of the index of all others."""

    @property
    def names(self) -> Collection[str]:
        """The names of all sections."""
        return self._places.keys()

    def length(self, name: str) -> int:
        """How many bytes a section has."""
        return self._places[name].length

    def data(self, name: str) -> bytes:
        """A section's bytes; none where there is none, or it is damaged."""
        raw = self.as_it_is(name)
        return raw.data if raw is not None and sha256(raw.data).hexdigest() == raw.digest else b""

    def as_it_is(self, name: str) -> Raw | None:
        """A section to be saved again: its digest, and the bytes that it may be of; whoever reads it will see."""
        place = self._places.get(name)
        if place is None:
            return None
        try:
            return Raw(place.digest, place.read(min(place.length, _LARGEST), place.begin))
        except (OSError, ValueError, OverflowError):
            return None

    def get(self, name: str) -> Any:
        """A section's value; None where there is none."""
        try:
            return json.loads(self.data(name))
        except (OSError, ValueError, RecursionError, MemoryError):
            return None


class Kept:
    """One repository's files in the cache folder. Their name only says where to look, never what holds.

    One file has all sections, and a small one beside it those few that changed since: to write thousands of sections
    for one would take longer than to find out what is in it.
    """

    def __init__(self, folder: str | None, repository: str) -> None:
        name = sha256(repository.encode("utf-8", "surrogateescape")).hexdigest()[:32]
        self._folder = folder
        self._path = os.path.join(folder, f"{name}.json") if folder is not None else None
        self._newer = os.path.join(folder, f"{name}.new.json") if folder is not None else None
        self._found = Found()

    def load(self) -> Found:
        """What was saved last; empty where there is nothing that can be trusted to be just that."""
        digest, all_of_them = _sections(self._path)
        newer = _sections(self._newer)[1] if digest else {}
        # What changed since another file than this was written may lack what changed before.
        belongs = newer.pop("", None)
        self._found = Found(all_of_them, newer if belongs is not None and belongs.digest == digest else {}, digest)
        return self._found

    def save(self, new: Mapping[str, Any], keep: Callable[[str], bool]) -> None:
        """Put new sections in the place of what was there, in one step, and keep those others whose names are wanted.

        Bytes are kept as they are, for `Found.data`; anything else as JSON, for `Found.get`.
        Of two who do it at once the later one's stay.
        """
        if self._folder is None or self._path is None or self._newer is None:
            return
        found, texts = self._found, {name: _raw(value) for name, value in new.items()}
        others = [name for name in found.names if name not in texts and keep(name)]
        few = [name for name in others if name in found.newer]
        size = sum(len(text.data) for text in texts.values()) + sum(found.length(name) for name in few)
        if found.of and size * _FEW < sum(found.length(name) for name in others):
            self._write(self._newer, {"": Raw(found.of, b""), **texts, **_as_they_are(found, few)})
        else:
            self._write(self._path, {**texts, **_as_they_are(found, others)})
            _remove(self._newer)

    def _write(self, path: str, texts: Mapping[str, Raw]) -> None:
        index, begin = [], 0
        for name, text in texts.items():
            index.append((name, text.digest, begin, len(text.data)))
            begin += len(text.data)
        if begin > _LARGEST:
            return
        line = json.dumps(index, separators=(",", ":")).encode() + b"\n"
        written = f"{path}.{os.getpid()}"
        folder = os.path.dirname(path)
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(b"%b%b" % (sha256(line).hexdigest().encode(), line))
                file.writelines(text.data for text in texts.values())
            os.replace(written, path)
            _forget_the_oldest(folder)
        except OSError:
            # A full disk, a folder of somebody else, none at all: the next run finds it out again.
            _remove(written)


def _as_they_are(found: Found, names: Iterable[str]) -> dict[str, Raw]:
    return {name: raw for name in names if (raw := found.as_it_is(name)) is not None}


def _sections(path: str | None) -> tuple[str, dict[str, Place]]:
    """The digest of a file's index, and where its sections are; nothing where it can't be trusted."""
    try:
        file = _opened(path) if path is not None else None
        if file is None:
            return "", {}
        digest, index = file.read(64), file.readline(_LARGEST)
        if sha256(index).hexdigest().encode() != digest:
            return "", {}
        begin, read = file.tell(), _reader(file)
        return digest.decode(), {str(name): Place(read, begin + int(offset), int(length), str(one))
                                 for name, one, offset, length in json.loads(index)}  # fmt: skip
    except (OSError, ValueError, TypeError, RecursionError, MemoryError, OverflowError):
        return "", {}


def _reader(file: BinaryIO) -> Callable[[int, int], bytes]:
    def read(length: int, begin: int) -> bytes:
        if hasattr(os, "pread"):
            return os.pread(file.fileno(), length, begin)
        file.seek(begin)
        return file.read(length)

    return read


def _raw(value: Any) -> Raw:
    data = value if type(value) is bytes else json.dumps(value, separators=(",", ":")).encode()
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
