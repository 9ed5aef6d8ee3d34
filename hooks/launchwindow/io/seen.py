"""What the file system told of a work tree's bundles when they were looked at last.

Where it tells the same of every folder and file of a bundle, nothing in it is listed, read or even named again: a
folder's own times change when anything in it comes, goes or is renamed. Not every file system keeps that promise (git
asks for leave before it relies on it, as core.untrackedCache), so it is believed of those alone that do.
"""

from __future__ import annotations

import os
from array import array
from functools import partial
from hashlib import sha256
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from launchwindow.io.two import can_fork, in_two

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from launchwindow.io.kept import Found, Kept

SETTLED = 2_000_000_000
"""Nanoseconds after which another write to a file gets another time, on every file system: a file that was written
just now may be written once more and seem the same, so nothing is remembered of it."""
_WORTH_TWO = 4000
"""Paths from which on a second process helps: it costs about as much as asking for a thousand."""
_KEEP_TIMES = frozenset(("ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "bcachefs", "tmpfs", "overlay"))
_ABOUT = attrgetter("st_mode", "st_size", "st_mtime_ns", "st_ctime_ns", "st_ino", "st_dev")


class Seen(NamedTuple):
    """One bundle as it was seen."""

    tops: Sequence[str]
    """Its paths beneath `apps` and `partners` themselves, which are listed each time."""
    paths: Sequence[str]
    """All its folders and files."""
    told: str
    """A digest of what the file system told of each."""
    content: str
    """A digest of which files are in it, and of what."""


class Memory:
    """What was seen of a work tree, and what is to be remembered of it now."""

    def __init__(self, root: str, found: Found | None = None) -> None:
        self._root = root
        self._found = found
        units = found.get("units") if found is not None and _keeps_times(root) else None
        self._units: dict[str, Any] = units if isinstance(units, dict) else {}
        self._new: dict[str, Any] = {}
        self._kept: set[str] = set()

    def unchanged(self, tops: Mapping[str, Sequence[str]]) -> dict[str, Seen]:
        """Those bundles of which the file system tells what it told before."""
        known = {name: seen for name, some in tops.items() if (seen := self._seen(name, some)) is not None}
        if not known:
            # The folder itself may not be there.
            return {}
        names = list(known)
        number = sum(len(seen.paths) for seen in known.values())

        def work(some: Sequence[str], _apart: bool) -> list[str]:
            return list(told_of(self._root, [known[name].paths for name in some]))

        if number < _WORTH_TWO or not can_fork():
            told = work(names, False)
        else:
            half = len(names) // 2
            mine, others = in_two(work, names[:half], names[half:])
            told = [*mine, *others]
        self._kept = {name for name, now in zip(names, told, strict=True) if now == known[name].told}
        return {name: known[name] for name in names if name in self._kept}

    def _seen(self, name: str, tops: Sequence[str]) -> Seen | None:
        match self._units.get(name):
            case [str() as told, str() as content] if told and self._found is not None:
                before = self._found.get(f"p {name}")
                if isinstance(before, str):
                    first, _, paths = before.partition("\0\0")
                    if first.split("\0") == [*tops]:
                        return Seen(tops, paths.split("\0"), told, content)
        return None

    def details(self, name: str) -> dict[str, Any]:
        """Path -> [what was told, object id] of a bundle's files; empty where nothing is known."""
        found = self._found.get(f"d {name}") if self._found is not None else None
        return found if isinstance(found, dict) else {}

    def remember(self, name: str, seen: Seen | None, details: Mapping[str, Any]) -> None:
        """What to know of a bundle the next time; without `seen`, of its files alone."""
        self._new[f"d {name}"] = details
        if seen is not None:
            self._new[f"p {name}"] = "\0".join(seen.tops) + "\0\0" + "\0".join(seen.paths)
            self._units[name] = [seen.told, seen.content]
            self._kept.add(name)

    def save(self, file: Kept, bundles: Collection[str]) -> None:
        """Keep what is new, and what is known of other bundles that are still there."""
        if self._new:
            new = {**self._new, "units": {name: one for name, one in self._units.items() if name in self._kept}}
            file.save(new, lambda section: section[2:] in bundles)


def told_of(root: str, groups: Iterable[Sequence[str]]) -> Iterator[str]:
    """A digest for each group of paths; an empty text where one of them is not there any more.

    A large fleet has tens of thousands of paths, so that all of the work is done by loops in C.
    """
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        look = partial(os.stat, dir_fd=folder, follow_symlinks=False)
        for paths in groups:
            try:
                yield digest_of(map(look, paths))
            except (OSError, ValueError):
                # Whoever walks there finds out what is wrong.
                yield ""
    finally:
        os.close(folder)


def digest_of(told: Iterable[os.stat_result]) -> str:
    """A digest of what the file system told of some paths."""
    numbers = list(chain.from_iterable(map(_ABOUT, told)))
    try:
        data = array("q", numbers).tobytes()
    except OverflowError:
        # An inode of more than 63 bits.
        data = repr(numbers).encode()
    return sha256(data).hexdigest()


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
