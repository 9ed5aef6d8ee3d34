"""The work tree as a snapshot, read without following links or opening anything but regular files."""

from __future__ import annotations

import os
import stat
from hashlib import sha1
from operator import attrgetter
from time import time_ns
from typing import TYPE_CHECKING, Any

from launchwindow.io.seen import SETTLED, Memory, Seen
from launchwindow.io.stage import beginning, content_of, entries_of, entry_of, records_of, with_changes
from launchwindow.io.stat_rows import JUST_WRITTEN, row_of
from launchwindow.io.two import can_fork, in_two
from launchwindow.model.errors import RepositoryError
from launchwindow.model.snapshot import Entry, Since, bundle_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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
    `prepare` is called where much has changed, while a second process goes on with looking.
    """

    def __init__(
        self, root: str | Path, memory: Memory | None = None, prepare: Callable[[], object] = lambda: None
    ) -> None:
        self._root = os.fspath(root)
        self._memory = memory or Memory(self._root)
        self._began = time_ns()
        self._data: dict[str, bytes] = {}
        self._held = 0
        self._groups: dict[str, dict[str, Entry]] = {}
        """Bundle -> its files, of those that were looked at one by one."""
        self._entries: dict[str, Entry] | None = None
        """All of them, once somebody asked."""
        self._digests: dict[str, str] = {}
        self._since: dict[str, Since] = {}
        self._closed: dict[str, Seen] = {}
        """Those that are as they were."""
        self._changed: dict[str, bytes] = {}
        """The records, as `io.stage` has them, of those in which only some files are other ones."""
        self._found: dict[str, Entry] = {}
        """Entries that were found in records."""
        self._tops: dict[str, list[str]] = {}
        """Bundle -> its paths beneath `apps` and `partners` themselves."""
        self._walk(prepare)

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Every path that Launchwindow reads; object ids are git's."""
        if self._entries is None:
            for name in [*self._closed, *self._changed]:
                self.open(name)
            # From here on nothing is closed, and no group changes.
            self._entries = dict(sorted(item for group in self._groups.values() for item in group.items()))
        return self._entries

    @property
    def has_folders_for_files(self) -> bool:
        """Whether a folder has a file's name."""
        # A bundle with such a folder is never remembered.
        return any(entry.kind == "directory" for group in self._groups.values() for entry in group.values())

    def bundles(self) -> Mapping[str, str]:
        """As of any bundles."""
        if not self._digests:
            self._digests = {
                **{name: content_of(records_of(group)) for name, group in self._groups.items()},
                **{name: content_of(records) for name, records in self._changed.items()},
                **{name: one.content for name, one in self._closed.items()},
            }
        return self._digests

    def open(self, name: str) -> Mapping[str, Entry]:
        """As of any bundles."""
        records = self._records(name)
        if records is not None:
            self._groups[name] = entries_of(records)
            self._closed.pop(name, None)
            self._changed.pop(name, None)
        return self._groups[name]

    def _records(self, name: str) -> bytes | None:
        """The records of a bundle that was not looked at file by file; None where it was."""
        if name in self._changed:
            return self._changed[name]
        if name not in self._closed:
            return None
        known = self._memory.known(name)
        if known is None:
            # What was kept is damaged.
            del self._closed[name]
            self._groups[name] = {}
            self._look_at_bundle(name, self._tops[name])
        return known.records if known is not None else None

    def beginning(self, name: str, beginnings: tuple[str, ...]) -> Mapping[str, Entry]:
        """As of any bundles."""
        records = self._records(name)
        if records is None:
            return {path: entry for path, entry in self._groups[name].items() if path.startswith(beginnings)}
        found = beginning(records, beginnings)
        # They are asked for to be read.
        self._found |= found
        return found

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
        if path in self._found:
            return self._found[path]
        name = bundle_of(path)
        records = self._records(name)
        return entry_of(records, path) if records is not None else self._groups.get(name, {}).get(path)

    def _walk(self, prepare: Callable[[], object]) -> None:
        tops = self._tops
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
        looked = self._memory.look(tops, prepare)
        self._closed = dict(looked.same)
        for name, paths in looked.changed.items():
            self._look_at_files(name, paths)
        self._look_at_bundles([name for name in tops if name not in looked.changed and name not in self._closed])

    def _look_at_bundles(self, names: Sequence[str]) -> None:
        """Look at all that is in some bundles, in two processes where there are many."""
        before = set(self._groups)

        def work(some: Sequence[str], apart: bool) -> Any:
            for name in some:
                self._look_at_bundle(name, self._tops[name])
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

    def _look_at_files(self, name: str, paths: Sequence[str]) -> None:
        """Look at those files of a bundle that are not as they were; nothing came or went."""
        known = self._memory.known(name)
        seen = {path: about for path in paths if (about := _about(f"{self._root}/{path}"))}
        if known is None or len(seen) < len(paths) or not self._is_on_one_device(seen):
            # What was kept is damaged, or a file went just now, or something was mounted in its place.
            self._look_at_bundle(name, self._tops[name])
            return
        now = {path: self._entry(path, about, None) for path, about in seen.items()}
        records = self._changed[name] = with_changes(known.records, now)
        stays = any(self._is_settled(about) for about in seen.values())
        were = {path: entry_of(known.records, path) for path in seen}
        self._since[name] = Since(self._memory.content(name), were, stays)
        if stays:
            self._memory.remember_changes(name, self._told(seen), records)

    def _look_at_bundle(self, name: str, tops: Sequence[str]) -> None:
        """Look at all that is in a bundle, and remember it if all of that is in this bundle."""
        seen: dict[str, os.stat_result] = {}
        known = self._memory.known(name)
        blobs = known.blobs() if known is not None else {}
        for path in tops:
            self._look_at(path, blobs, seen)
        inside = {path for path, about in seen.items() if not stat.S_ISDIR(about.st_mode)}
        if inside == self._groups.get(name, {}).keys() != set() and self._is_on_one_device(seen):
            self._memory.remember(name, tops, self._told(seen), records_of(self._groups[name]))

    def _is_on_one_device(self, seen: Mapping[str, os.stat_result]) -> bool:
        here = os.lstat(self._root).st_dev
        return all(about.st_dev == here for about in seen.values())

    def _told(self, seen: Mapping[str, os.stat_result]) -> dict[str, bytes]:
        """What the file system told of paths; nothing of those that were written just now."""
        return {path: row_of(about) if self._is_settled(about) else JUST_WRITTEN for path, about in seen.items()}

    def _is_settled(self, about: os.stat_result) -> bool:
        return max(about.st_mtime_ns, about.st_ctime_ns) < self._began - SETTLED

    def _look_at(self, path: str, known: Mapping[str, tuple[bytes, str]], seen: dict[str, os.stat_result]) -> None:
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

    def _entry(self, path: str, about: os.stat_result, known: tuple[bytes, str] | None) -> Entry:
        mode = about.st_mode
        if not stat.S_ISREG(mode):
            return Entry("symlink" if stat.S_ISLNK(mode) else "directory" if stat.S_ISDIR(mode) else "other", "")
        if known is not None and known[0] == row_of(about) != JUST_WRITTEN:
            return Entry("file", known[1])
        return Entry("file", _blob_id(self._bytes(path, about.st_size)))


_name = attrgetter("name")


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
