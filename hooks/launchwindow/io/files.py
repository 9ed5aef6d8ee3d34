"""The work tree as a snapshot, read without following links or opening anything but regular files."""

from __future__ import annotations

import os
import stat
from hashlib import sha1
from operator import attrgetter
from time import time_ns
from typing import TYPE_CHECKING, Any

from launchwindow.io.seen import NUMBERS, SETTLED, Detail, Memory, Seen, digest_of
from launchwindow.io.two import can_fork, in_two
from launchwindow.model.errors import RepositoryError
from launchwindow.model.snapshot import Entry, Grouped, Since, bundle_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

_LIMIT = 1024 * 1024 + 1024
"""Bytes kept of any one file: more than any limit of the rules, so that huge files can't fill the memory."""
_SMALL = 16 * 1024
"""Bytes that nearly every file stays below. To ask for a megabyte each time took ten times as long."""
_WORTH_TWO = 40
"""Bundles from which on a second process helps to look at all that is in them."""
_HELD = 16 * 1024 * 1024
"""Bytes kept of all files together, about."""
_LARGEST_NAMED = 64 * 1024 * 1024
"""Bytes of a file that the command line names: as much as any reader of one takes."""


def read_file(path: Path) -> bytes:
    """The bytes of a file that the command line names. Raises `RepositoryError` when it can't be read.

    It may be a pipe, such as a shell's `<(git show …)`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_NAMED + 1)
    except OSError as error:
        raise _unreadable(os.fspath(path), error) from error
    except ValueError as error:
        raise RepositoryError(f"{path} can't be read: {error}.") from error
    if len(data) > _LARGEST_NAMED:
        raise RepositoryError(
            f"{path} has more than {_LARGEST_NAMED // 1024**2} MiB and is not read. Name another file."
        )
    return data


def _read(descriptor: int, size: int) -> bytes:
    """A file's bytes, of at most `_LIMIT`; small ones at once, without the room that the largest would take.

    Where its size was told just now, so many bytes are all of it.
    """
    data = os.read(descriptor, _SMALL)
    if not data or len(data) == size:
        return data
    pieces, left = [data], _LIMIT - len(data)
    while left > 0 and (more := os.read(descriptor, min(left, _LIMIT if len(pieces) > 1 else _SMALL))):
        pieces.append(more)
        left -= len(more)
    return b"".join(pieces)


def _unreadable(path: str, error: OSError) -> RepositoryError:
    return RepositoryError(f"{path} can't be read: {error.strerror}.")


class WorkTree:
    """Files beneath `apps/` and `partners/`, and `policy.yaml`, as they lie on disk.

    `memory` may say what they were when they were looked at last. As git does with its index, a file of which the file
    system still tells the same is not read for its id; a bundle of which it tells the same is not looked at at all.
    """

    def __init__(self, root: str | Path, memory: Memory | None = None) -> None:
        self._root = os.fspath(root)
        self._memory = memory or Memory(self._root)
        self._began = time_ns()
        self._data: dict[str, bytes] = {}
        self._held = 0
        self._groups: dict[str, dict[str, Entry]] = {}
        """Bundle -> its files, of those that were looked at."""
        self._entries: dict[str, Entry] | None = None
        """All of them, once somebody asked."""
        self._digests: dict[str, str] = {}
        self._since: dict[str, Since] = {}
        self._closed: dict[str, Seen] = {}
        """The other ones."""
        self._walk()

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Every path that Launchwindow reads; object ids are git's."""
        if self._entries is None:
            for name in list(self._closed):
                self.open(name)
            # From here on nothing is closed, and no group changes.
            self._entries = dict(sorted(item for group in self._groups.values() for item in group.items()))
        return self._entries

    @property
    def has_folders_for_files(self) -> bool:
        """Whether a folder has a file's name."""
        # A bundle with such a folder is never closed.
        return any(entry.kind == "directory" for group in self._groups.values() for entry in group.values())

    def bundles(self) -> Mapping[str, str]:
        """As of any bundles."""
        if not self._digests:
            self._digests = {**Grouped(self._groups).bundles()} | {
                name: one.content for name, one in self._closed.items()
            }
        return self._digests

    def open(self, name: str) -> Mapping[str, Entry]:
        """As of any bundles."""
        if name in self._closed:
            seen = self._closed.pop(name)
            self._groups[name] = self._as_known(name)
            if not self._groups[name]:
                # What was kept is damaged.
                self._look_at_bundle(name, seen.tops)
        return self._groups[name]

    def beginning(self, name: str, beginnings: tuple[str, ...]) -> Mapping[str, Entry]:
        """As of any bundles."""
        return {path: entry for path, entry in self.open(name).items() if path.startswith(beginnings)}

    def since(self, name: str) -> Since | None:
        """As of any bundles: what was remembered of it."""
        return self._since.get(name)

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The bytes of regular files; anything else is left out. Raises `RepositoryError` where one changed since."""
        found: dict[str, bytes] = {}
        for path in paths:
            entry = self._entry_of(path)
            if entry is not None and entry.kind == "file":
                data = self._data.get(path)
                if data is None:
                    data = self._bytes(path)
                    if _blob_id(data) != entry.blob:
                        raise RepositoryError(f"{path} changed while it was being read. Run the command again.")
                found[path] = data
        return found

    def _bytes(self, path: str, size: int = -1) -> bytes:
        # No link is followed and no pipe waited for, even if one was put here since the walk.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            descriptor = os.open(f"{self._root}/{path}", flags)
            try:
                data = _read(descriptor, size)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise _unreadable(path, error) from error
        if self._held < _HELD:
            # What a large fleet has beyond that is read again by whoever needs it.
            self._held += len(data)
            self._data[path] = data
        return data

    def _entry_of(self, path: str) -> Entry | None:
        name = bundle_of(path)
        if name in self._closed:
            self.open(name)
        return self._groups.get(name, {}).get(path)

    def _walk(self) -> None:
        tops: dict[str, list[str]] = {}
        for path in ("apps", "partners", "policy.yaml"):
            about = _about(f"{self._root}/{path}")
            if about is not None and stat.S_ISDIR(about.st_mode) and path != "policy.yaml":
                for item in self._listed(path):
                    inside = item.is_dir(follow_symlinks=False)
                    if inside and item.name.endswith(".yaml"):
                        # It is told of in another bundle than what lies in it, so that neither is known by itself.
                        self._memory = Memory(self._root)
                    tops.setdefault(bundle_of(f"{path}/{item.name}" + "/" * inside), []).append(f"{path}/{item.name}")
            elif about is not None:
                tops[path] = [path]
        looked = self._memory.look(tops)
        self._closed = dict(looked.same)
        for name, some in tops.items():
            if name in looked.changed:
                self._look_at_files(name, some, looked.changed[name])
        self._look_at_bundles([name for name in tops if name not in looked.changed and name not in self._closed], tops)

    def _look_at_bundles(self, names: Sequence[str], tops: Mapping[str, Sequence[str]]) -> None:
        """Look at all that is in some bundles, in two processes where there are many."""
        before = set(self._groups)

        def work(some: Sequence[str], apart: bool) -> Any:
            for name in some:
                self._look_at_bundle(name, tops[name])
            return [self._new_groups(before), self._memory.told_of(some)] if apart else None

        if len(names) < _WORTH_TWO or not can_fork():
            work(names, False)
            return
        half = len(names) // 2
        _, found = in_two(work, names[:half], names[half:])
        # Nothing, where the second process failed and its work was done here.
        for name, group in found[0].items() if found is not None else ():
            # Of a folder with a file's name it is told in the bundle of that file, which may be one of this half.
            self._groups.setdefault(name, {}).update((path, Entry(*about)) for path, about in group.items())
        if found is not None:
            self._memory.take(found[1])

    def _new_groups(self, before: Collection[str]) -> dict[str, dict[str, Entry]]:
        return {name: group for name, group in self._groups.items() if name not in before}

    def _look_at_files(self, name: str, tops: Sequence[str], paths: Sequence[str]) -> None:
        """Look at those files of a bundle that are not as they were; nothing came or went."""
        seen: dict[str, os.stat_result] = {path: about for path in paths if (about := _about(f"{self._root}/{path}"))}
        group = self._groups[name] = self._as_known(name)
        were = {path: group.pop(path) for path in seen}
        group |= {path: self._entry(path, about, None) for path, about in seen.items()}
        stays = any(_newest(about) < self._began - SETTLED for about in seen.values())
        self._since[name] = Since(self._memory.content(name), were, stays)
        if stays:
            known = self._memory.details(name)
            self._remember(name, tops, {path: one.told for path, one in known.items()} | self._settled(seen))

    def _as_known(self, name: str) -> dict[str, Entry]:
        """The files of a bundle as they were seen; none where nothing is known."""
        known = self._memory.known(name)
        if known is None:
            return {}
        found = {path: Entry("file", blob) for path, blob in zip(known.paths, known.blobs, strict=True) if blob}
        return found | {path: Entry("symlink" if stat.S_ISLNK(mode) else "other", "")
                        for path, mode in known.modes() if not stat.S_ISDIR(mode)}  # fmt: skip

    def _look_at_bundle(self, name: str, tops: Sequence[str]) -> None:
        """Look at all that is in a bundle, and remember it if all of that is in this bundle."""
        seen: dict[str, os.stat_result] = {}
        known = self._memory.details(name)
        for path in tops:
            self._look_at(path, known, seen)
        inside = {path for path, about in seen.items() if not stat.S_ISDIR(about.st_mode)}
        here = os.lstat(self._root).st_dev
        if inside == self._groups.get(name, {}).keys() != set() and all(one.st_dev == here for one in seen.values()):
            self._remember(name, tops, self._settled(seen))

    def _settled(self, seen: Mapping[str, os.stat_result]) -> dict[str, Sequence[int]]:
        """What the file system told of paths; nothing of those that were written just now."""
        return {path: NUMBERS(about) if _newest(about) < self._began - SETTLED else () for path, about in seen.items()}

    def _remember(self, name: str, tops: Sequence[str], told: Mapping[str, Sequence[int]]) -> None:
        group = self._groups[name]
        content = Grouped({name: group}).bundles()[name]
        digest = digest_of([tuple(one) for one in told.values()]) if all(told.values()) else ""
        details = {path: Detail(one, group[path].blob if path in group else "") for path, one in told.items()}
        self._memory.remember(name, Seen(tops, digest, content), details)

    def _look_at(self, path: str, known: Mapping[str, Detail], seen: dict[str, os.stat_result]) -> None:
        """Look at a path and all that is below it; `seen` takes what the file system told."""
        about = _about(f"{self._root}/{path}")
        if about is None:
            return
        # Before anything is listed or read: what is written meanwhile is newer than this.
        seen[path] = about
        inside = stat.S_ISDIR(about.st_mode)
        # A folder that stands where a file is expected is a finding of its own.
        if not inside or path.endswith(".yaml"):
            self._groups.setdefault(bundle_of(path), {})[path] = self._entry(path, about, known.get(path))
        for item in self._listed(path) if inside else ():
            self._look_at(f"{path}/{item.name}", known, seen)

    def _listed(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(f"{self._root}/{folder}") as found:
                return sorted(found, key=_name)
        except OSError as error:
            raise _unreadable(folder, error) from error

    def _entry(self, path: str, about: os.stat_result, known: Detail | None) -> Entry:
        mode = about.st_mode
        if not stat.S_ISREG(mode):
            return Entry("symlink" if stat.S_ISLNK(mode) else "directory" if stat.S_ISDIR(mode) else "other", "")
        if known is not None and [*known.told] == [*NUMBERS(about)]:
            return Entry("file", known.blob)
        return Entry("file", _blob_id(self._bytes(path, about.st_size)))


_name = attrgetter("name")


def _newest(about: os.stat_result) -> int:
    return max(about.st_mtime_ns, about.st_ctime_ns)


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
