"""What the file system told of a work tree's bundles when they were looked at last.

Where it tells the same of every folder and file of a bundle, nothing in it is listed, read or even named again: a
folder's own times change when anything in it comes, goes or is renamed. Not every file system keeps that promise (git
asks for leave before it relies on it, as core.untrackedCache), so it is believed of those alone that do.
"""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from launchwindow.io.stage import content_of, entries_of
from launchwindow.io.stat_rows import JUST_WRITTEN, SIZE, differing, is_file, rows_from_kernel, rows_of, split
from launchwindow.io.two import by_turns, can_fork
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from launchwindow.io.kept import Found, Kept

SETTLED = 2_000_000_000
"""Nanoseconds after which another write to a file gets another time, on every file system: a file that was written
just now may be written once more and seem the same, so nothing is remembered of it."""
_WORTH_TWO = 160_000
"""Bytes of paths, some four thousand of them, from which on a second process helps: it costs as much as a thousand."""
_WORTH_ASKING_THE_KERNEL = 360_000
"""Bytes of paths, some nine thousand of them, from which on it is worth to load what `io.statx` needs."""
_PATHS, _FILES = "n ", "f "
"""How the sections of a bundle are named: its paths, which change seldom; and what was told of them, and its files."""
_PIECES = 32
"""Of the work, for either process to take the next one."""
_MANY = 2
"""Bundles with changes in a piece from which on it is likely that many have some, and all of them are to be judged."""
_KEEP_TIMES = frozenset(("ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "bcachefs", "tmpfs", "overlay"))


class Seen(NamedTuple):
    """One bundle as it was seen."""

    tops: Sequence[str]
    """Its paths beneath `apps` and `partners` themselves, which are listed each time."""
    told: str
    """A digest of what the file system told of each; empty where something was written just then."""
    content: str
    """A digest of which files are in it, and of what."""


class Known(NamedTuple):
    """All paths of a bundle as they were seen, in the order in which they are asked for."""

    paths: Sequence[str]
    told: bytes
    """What was told of each, one after the other; zeros of what was written just then."""
    records: bytes
    """Its files, as `io.stage` has them."""

    def blobs(self) -> dict[str, tuple[bytes, str]]:
        """Path -> what was told of each file, and the object id of its bytes."""
        told = dict(zip(self.paths, split(self.told), strict=True))
        return {path: (told[path], entry.blob)
                for path, entry in entries_of(self.records).items() if entry.blob and path in told}  # fmt: skip


class Looked(NamedTuple):
    """What became of bundles that are known."""

    same: Mapping[str, Seen]
    changed: Mapping[str, Sequence[str]]
    """Those in which nothing came or went: the paths of the files that are not as they were."""


class Memory:
    """What was seen of a work tree, and what is to be remembered of it now."""

    def __init__(self, root: str, found: Found | None = None) -> None:
        self._root = root
        self._found = found
        self._believes = found is not None and _keeps_times(root)
        units = found.get("units") if found is not None else None
        self._units: dict[str, Any] = units if isinstance(units, dict) else {}
        self._new: dict[str, bytes] = {}
        self._kept: set[str] = set()
        self._known: dict[str, Known | None] = {}

    def look(self, tops: Mapping[str, Sequence[str]], prepare: Callable[[], object]) -> Looked:
        """Ask the file system about all paths of the bundles that are known; `prepare` once many of them changed."""
        known = {name: seen for name, some in tops.items() if (seen := self._seen(name, some)) is not None}
        if not known or self._found is None or not self._believes:
            # The folder itself may not be there.
            return Looked({}, {})
        names, size = list(known), sum(self._found.length(f"{_PATHS}{name}") for name in known)
        kernel = rows_from_kernel(self._root) if size >= _WORTH_ASKING_THE_KERNEL else None

        def work(some: Sequence[str], apart: bool) -> list[list[str] | None]:
            paths = (self._paths(name, known[name].tops) for name in some)
            groups = rows_of(self._root, (one.split(b"\0") if one else [] for one in paths), kernel)
            found = [self._differs(name, known[name], told) for name, told in zip(some, groups, strict=True)]
            if not apart and sum(1 for paths in found if paths) >= _MANY:
                prepare()
            return found

        if size < _WORTH_TWO or not can_fork():
            found = work(names, False)
        else:
            some = -(-len(names) // _PIECES)
            pieces = [names[at : at + some] for at in range(0, len(names), some)]
            found = [one for some in by_turns(work, pieces) for one in some]
        self._kept = {name for name, paths in zip(names, found, strict=True) if paths is not None}
        changed = {name: paths for name, paths in zip(names, found, strict=True) if paths}
        return Looked({name: known[name] for name in self._kept - changed.keys()}, changed)

    def _differs(self, name: str, seen: Seen, told: bytes | None) -> list[str] | None:
        """The files that are not as they were; None where it has to be listed anew."""
        if told is None:
            return None
        if _digest(told) == seen.told:
            return []
        known = self.known(name)
        if known is None or len(told) != len(known.told):
            return None
        others = list(differing(known.told, told))
        # Where that of a folder differs, something in it may have come or gone.
        return [known.paths[one] for one in others] if all(is_file(told, one) for one in others) else None

    def _seen(self, name: str, tops: Sequence[str] = ()) -> Seen | None:
        match self._units.get(name):
            case [str() as told, str() as content] if (
                self._found is not None and f"{_PATHS}{name}" in self._found.names
            ):
                return Seen(tops, told, content)
        return None

    def content(self, name: str) -> str:
        """A digest of what was in a bundle that is known."""
        return str(self._units[name][1])

    def _paths(self, name: str, tops: Sequence[str] | None = None) -> bytes:
        """All folders and files of a bundle that has those paths alone which are listed; nothing where it had others.

        They are bytes between zeros, and no text as long as nobody has to be told of them.
        """
        before = self._found.data(f"{_PATHS}{name}") if self._found is not None else b""
        first, _, paths = before.partition(b"\0\0")
        return paths if tops is None or first == os.fsencode("\0".join(tops)) else b""

    def known(self, name: str) -> Known | None:
        """What is known of the paths of a bundle; None where nothing is."""
        if name not in self._known:
            self._known[name] = self._read_known(name)
        return self._known[name]

    def _read_known(self, name: str) -> Known | None:
        seen = self._seen(name)
        names = self._paths(name)
        paths = os.fsdecode(names).split("\0") if names else []
        data = self._found.data(f"{_FILES}{name}") if self._found is not None and paths else b""
        known = Known(paths, data[: len(paths) * SIZE], data[len(paths) * SIZE :])
        whole = len(known.told) == len(paths) * SIZE
        return known if whole and seen is not None and content_of(known.records) == seen.content else None

    def remember(self, name: str, tops: Sequence[str], told: Mapping[str, bytes], records: bytes) -> None:
        """What to know of a bundle the next time: what was told of each path, and its files."""
        known = Known(list(told), b"".join(told.values()), records)
        if not self._believes and self.known(name) == known:
            # Where all is listed each time, there is mostly nothing to write.
            self._kept.add(name)
            return
        self._new[f"{_PATHS}{name}"] = os.fsencode("\0".join(tops) + "\0\0" + "\0".join(told))
        self._remember(name, known)

    def remember_changes(self, name: str, told: Mapping[str, bytes], records: bytes) -> None:
        """The same of a bundle that is known, where some paths are not as they were, but none came or went."""
        known = self.known(name)
        if known is not None:
            now = {**dict(zip(known.paths, split(known.told), strict=True)), **told}
            self._remember(name, Known(known.paths, b"".join(now.values()), records))

    def _remember(self, name: str, known: Known) -> None:
        is_settled = JUST_WRITTEN not in split(known.told)
        self._new[f"{_FILES}{name}"] = known.told + known.records
        self._units[name] = [_digest(known.told) if is_settled else "", content_of(known.records)]
        self._kept.add(name)

    def told_of(self, names: Iterable[str]) -> dict[str, Any]:
        """What was remembered of bundles now, as `take` takes it from another process."""
        sections = {name: (f"{_PATHS}{name}", f"{_FILES}{name}") for name in names}
        return {name: [*(self._new[one].decode("latin-1") for one in both), self._units[name]]
                for name, both in sections.items() if both[0] in self._new}  # fmt: skip

    def take(self, told: Mapping[str, Any]) -> None:
        """What another process remembered."""
        for name, (paths, files, unit) in told.items():
            self._new |= {f"{_PATHS}{name}": paths.encode("latin-1"), f"{_FILES}{name}": files.encode("latin-1")}
            self._units[name] = unit
            self._kept.add(name)

    def save(self, file: Kept, bundles: Collection[str]) -> None:
        """Keep what is new, and what is known of other bundles that are still there."""
        if self._new:
            new = {**self._new, "units": {name: one for name, one in self._units.items() if name in self._kept}}
            file.save(new, lambda section: section[:2] in (_PATHS, _FILES) and section[2:] in bundles)


def _digest(told: bytes) -> str:
    return sha256(told).hexdigest()


def _keeps_times(root: str) -> bool:
    """Whether the file system is known to change a folder's times with what is in it."""
    try:
        device = os.stat(root).st_dev
        with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as file:
            lines = [line.split(" ") for line in file if " - " in line]
    except OSError:
        return False
    of_device = f"{os.major(device)}:{os.minor(device)}"
    kinds = {line[line.index("-") + 1] for line in lines if line[2] == of_device}
    return bool(kinds) and kinds <= _KEEP_TIMES
