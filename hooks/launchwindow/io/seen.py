"""What the file system told of a work tree's bundles when they were looked at last.

Where it tells the same of every folder and file of a bundle, nothing in it is listed, read or even named again: a
folder's own times change when anything in it comes, goes or is renamed. Not every file system keeps that promise (git
asks for leave before it relies on it, as core.untrackedCache), so it is believed of those alone that do.
"""

from __future__ import annotations

import marshal
import os
import stat
import sys
from functools import partial
from hashlib import sha256
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from launchwindow.io.two import can_fork, in_two
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from launchwindow.io.kept import Found, Kept

SETTLED = 2_000_000_000
"""Nanoseconds after which another write to a file gets another time, on every file system: a file that was written
just now may be written once more and seem the same, so nothing is remembered of it."""
_WORTH_TWO = 160_000
"""Bytes of paths, some four thousand of them, from which on a second process helps: it costs as much as a thousand."""
_KEEP_TIMES = frozenset(("ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "bcachefs", "tmpfs", "overlay"))
NUMBERS: Callable[[os.stat_result], tuple[int, ...]] = attrgetter(
    "st_mode", "st_size", "st_mtime_ns", "st_ctime_ns", "st_ino", "st_dev"
)
"""All by which it is told whether a path is as it was."""


_JUST_WRITTEN = (0, 0, 0, 0, 0, 0)
"""Stands for numbers that are not remembered. No path has the mode 0."""
_SIZE = 8 * len(_JUST_WRITTEN)
"""Bytes of what was told of a path."""


class Seen(NamedTuple):
    """One bundle as it was seen."""

    tops: Sequence[str]
    """Its paths beneath `apps` and `partners` themselves, which are listed each time."""
    told: str
    """A digest of what the file system told of each; empty where something was written just then."""
    content: str
    """A digest of which files are in it, and of what."""


class Detail(NamedTuple):
    """One path of a bundle as it was seen."""

    told: Sequence[int]
    """Empty where it was written just then."""
    blob: str
    """The object id of a file's bytes; empty for anything else."""


class Known(NamedTuple):
    """All paths of a bundle as they were seen."""

    paths: Sequence[str]
    blobs: Sequence[str]
    """The object ids of their bytes, as `Detail` has them."""
    told: bytes
    """What was told of each, one after the other."""

    def modes(self) -> Iterator[tuple[str, int]]:
        """(path, mode) of each that is no file; the mode is 0 where it was written just then."""
        for place, (path, blob) in enumerate(zip(self.paths, self.blobs, strict=True)):
            if not blob:
                yield path, int.from_bytes(self.told[place * _SIZE :][:8], sys.byteorder)


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
        units = found.get("units") if found is not None and self._believes else None
        self._units: dict[str, Any] = units if isinstance(units, dict) else {}
        self._new: dict[str, Any] = {}
        self._kept: set[str] = set()
        self._known: dict[str, Known | None] = {}

    def look(self, tops: Mapping[str, Sequence[str]]) -> Looked:
        """Ask the file system about all paths of the bundles that are known."""
        known = {name: seen for name, some in tops.items() if (seen := self._seen(name, some)) is not None}
        if not known or self._found is None:
            # The folder itself may not be there.
            return Looked({}, {})
        names = list(known)

        def work(some: Sequence[str], _apart: bool) -> list[list[str] | None]:
            groups = told_of(self._root, (self._paths(name, known[name].tops) for name in some))
            return [self._differs(name, known[name], told) for name, told in zip(some, groups, strict=True)]

        if sum(self._found.length(f"p {name}") for name in names) < _WORTH_TWO or not can_fork():
            found = work(names, False)
        else:
            half = len(names) // 2
            mine, others = in_two(work, names[:half], names[half:])
            found = [*mine, *others]
        self._kept = {name for name, paths in zip(names, found, strict=True) if paths is not None}
        changed = {name: paths for name, paths in zip(names, found, strict=True) if paths}
        return Looked({name: known[name] for name in self._kept - changed.keys()}, changed)

    def _differs(self, name: str, seen: Seen, told: list[tuple[int, ...]] | None) -> list[str] | None:
        """The files that are not as they were; None where it has to be listed anew."""
        if told is None:
            return None
        if digest_of(told) == seen.told:
            return []
        known, now = self.known(name), _packed(told)
        if known is None or now is None or len(now) != len(known.told):
            return None
        places = range(0, len(now), _SIZE)
        others = [at // _SIZE for at in places if now[at : at + _SIZE] != known.told[at : at + _SIZE]]
        if not all(stat.S_ISREG(told[one][0]) and known.blobs[one] for one in others):
            return None
        return [known.paths[one] for one in others]

    def _seen(self, name: str, tops: Sequence[str]) -> Seen | None:
        match self._units.get(name):
            case [str() as told, str() as content] if self._found is not None and f"p {name}" in self._found.names:
                return Seen(tops, told, content)
        return None

    def content(self, name: str) -> str:
        """A digest of what was in a bundle that is known."""
        return str(self._units[name][1])

    def _paths(self, name: str, tops: Sequence[str] | None = None) -> list[str]:
        """All folders and files of a bundle that has those paths alone which are listed; none where it had others."""
        before = self._found.get(f"p {name}") if self._found is not None else None
        if not isinstance(before, str):
            return []
        first, _, paths = before.partition("\0\0")
        return paths.split("\0") if tops is None or first.split("\0") == [*tops] else []

    def known(self, name: str) -> Known | None:
        """What is known of the paths of a bundle; None where nothing is."""
        if name not in self._known:
            self._known[name] = self._read_known(name)
        return self._known[name]

    def _read_known(self, name: str) -> Known | None:
        match self._found.get(f"d {name}") if self._found is not None else None:
            case [str() as packed, str() as blobs]:
                from binascii import a2b_base64

                try:
                    known = Known(self._paths(name), blobs.split(" "), a2b_base64(packed))
                except ValueError:
                    return None
                if len(known.paths) == len(known.blobs) and len(known.told) == len(known.paths) * _SIZE:
                    return known
        return None

    def details(self, name: str) -> dict[str, Detail]:
        """Path -> what is known of it, in the order in which it is asked for; empty where nothing is."""
        known = self.known(name)
        if known is None:
            return {}
        return dict(zip(known.paths, map(Detail, _unpacked(known.told), known.blobs), strict=True))

    def remember(self, name: str, seen: Seen, details: Mapping[str, Detail]) -> None:
        """What to know of a bundle the next time."""
        if not self._believes and _alike(self.details(name), details):
            # Where all is listed each time, there is mostly nothing to write.
            return
        packed = _packed([one.told for one in details.values()])
        if packed is None:
            return
        from binascii import b2a_base64

        self._new[f"p {name}"] = "\0".join(seen.tops) + "\0\0" + "\0".join(details)
        self._new[f"d {name}"] = [b2a_base64(packed, newline=False).decode(),
                                  " ".join(one.blob for one in details.values())]  # fmt: skip
        self._units[name] = [seen.told, seen.content]
        self._kept.add(name)

    def told_of(self, names: Iterable[str]) -> dict[str, Any]:
        """What was remembered of bundles now, as `take` takes it from another process."""
        return {name: [self._new[f"p {name}"], self._new[f"d {name}"], self._units[name]]
                for name in names if f"p {name}" in self._new}  # fmt: skip

    def take(self, told: Mapping[str, Any]) -> None:
        """What another process remembered."""
        for name, (paths, details, unit) in told.items():
            self._new |= {f"p {name}": paths, f"d {name}": details}
            self._units[name] = unit
            self._kept.add(name)

    def save(self, file: Kept, bundles: Collection[str]) -> None:
        """Keep what is new, and what is known of other bundles that are still there."""
        if self._new:
            new = {**self._new, "units": {name: one for name, one in self._units.items() if name in self._kept}}
            file.save(new, lambda section: section[2:] in bundles)


def _alike(some: Mapping[str, Detail], others: Mapping[str, Detail]) -> bool:
    return some.keys() == others.keys() and all(
        [*one.told] == [*others[path].told] and one.blob == others[path].blob for path, one in some.items()
    )


def _packed(told: Sequence[Sequence[int]]) -> bytes | None:
    """What was told of each path, so many bytes for each: JSON's numbers take longer to read than to be asked for."""
    from array import array

    try:
        return array("q", chain.from_iterable([one or _JUST_WRITTEN for one in told])).tobytes()
    except OverflowError:
        # An inode of more than 63 bits.
        return None


def _unpacked(packed: bytes) -> list[tuple[int, ...]]:
    from array import array

    numbers = iter(array("q", packed).tolist())
    return [one if one[0] else () for one in zip(*[numbers] * len(_JUST_WRITTEN), strict=True)]


def told_of(root: str, groups: Iterable[Sequence[str]]) -> Iterator[list[tuple[int, ...]] | None]:
    """What the file system tells of each group of paths; None where there is none, or one is not there any more.

    A large fleet has tens of thousands of paths, so that all of the work is done by loops in C.
    """
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        look = _look_in(folder)
        for paths in groups:
            try:
                yield list(map(NUMBERS, map(look, paths))) or None
            except (OSError, ValueError):
                # Whoever walks there finds out what is wrong.
                yield None
    finally:
        os.close(folder)


def _look_in(folder: int) -> Callable[[str], os.stat_result]:
    try:
        if os.path.samestat(os.stat("."), os.fstat(folder)):
            # An eighth faster than to begin in another folder each time.
            return os.lstat
    except OSError:
        # The folder that this process is in is gone.
        pass
    return partial(os.stat, dir_fd=folder, follow_symlinks=False)


def digest_of(told: list[tuple[int, ...]]) -> str:
    """A digest of what the file system told of some paths."""
    # In this version `marshal` writes equal numbers as equal bytes, and there is no faster way to bytes.
    return sha256(marshal.dumps(told, 2)).hexdigest()


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
