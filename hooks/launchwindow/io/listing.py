"""The index's files as git lists them: told apart by partner at once, and one by one only where somebody asks."""

from __future__ import annotations

import os
from bisect import bisect_left
from hashlib import sha256
from typing import TYPE_CHECKING

from launchwindow.model.errors import RepositoryError
from launchwindow.model.snapshot import Entry, Since, bundle_of, record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from launchwindow.model.snapshot import Kind

KINDS: dict[str, Kind] = {"100": "file", "120": "symlink", "160": "other"}
"""By how a mode begins."""


class Listing:
    """What `git ls-files --stage -z` printed."""

    def __init__(self, listing: bytes) -> None:
        self._records = listing.split(b"\0")[:-1]
        if any(mark in listing for mark in (b" 1\t", b" 2\t", b" 3\t")):
            # Perhaps a conflict, perhaps an odd name.
            dict(_entries(self._records))
        self._slices = self._sliced()
        self._digests: dict[str, str] = {}
        self._changes: dict[str, dict[str, Entry | None]] = {}

    def note_changes(self, changes: Mapping[str, Entry | None]) -> None:
        """Learn what a commit has otherwise: path -> what is there."""
        for path, entry in changes.items():
            self._changes.setdefault(bundle_of(path), {})[path] = entry

    def entries(self) -> dict[str, Entry]:
        """All files."""
        return dict(_entries(self._records))

    def bundles(self) -> Mapping[str, str]:
        """As of any bundles."""
        if not self._digests:
            self._digests = {name: sha256(b"\0".join(self._of(name))).hexdigest() for name in self._slices}
        return self._digests

    def open(self, name: str) -> Mapping[str, Entry]:
        """As of any bundles."""
        return dict(_entries(self._of(name)))

    def beginning(self, name: str, beginnings: tuple[str, ...]) -> Mapping[str, Entry]:
        """As of any bundles."""
        begin = tuple(map(os.fsencode, beginnings))
        return dict(_entries([one for one in self._of(name) if _path(one).startswith(begin)]))

    def since(self, name: str) -> Since | None:
        """As of any bundles: what the commit has."""
        changes = self._changes.get(name)
        if not changes or name not in self._slices:
            return None
        records = {_path(one): one for one in self._of(name)}
        for path, entry in changes.items():
            records.pop(os.fsencode(path), None)
            if entry is not None:
                records[os.fsencode(path)] = record(path, entry)
        return Since(sha256(b"\0".join(records[path] for path in sorted(records))).hexdigest(), changes)

    def _of(self, name: str) -> list[bytes]:
        return [one for begin, end in self._slices[name] for one in self._records[begin:end]]

    def _sliced(self) -> dict[str, list[tuple[int, int]]]:
        """Name of a bundle -> where its records begin and end; git lists paths in the order of their bytes."""
        found: dict[str, list[tuple[int, int]]] = {}
        at = 0
        while at < len(self._records):
            path, end = _path(self._records[at]), at + 1
            name = bundle_of(os.fsdecode(path))
            if path.startswith(b"apps/") and name.startswith("partner/"):
                # Behind all that begins with `apps/x/` is whatever begins with the next character, `apps/x0`.
                behind = b"apps/" + path.split(b"/", 2)[1] + b"0"
                end = bisect_left(self._records, behind, at, key=_path)
            found.setdefault(name, []).append((at, end))
            at = end
        return found


def _path(one: bytes) -> bytes:
    return one.partition(b"\t")[2]


def _entries(records: Sequence[bytes]) -> Iterator[tuple[str, Entry]]:
    """Each path's entry. Raises `RepositoryError` for one that a merge left in conflict."""
    for one in records:
        about, _, path = one.partition(b"\t")
        mode, blob, stage = about.decode().split(" ")
        if stage != "0":
            raise RepositoryError(f"{os.fsdecode(path)} is in conflict: end the merge first, then `git add` the file.")
        yield os.fsdecode(path), Entry(KINDS.get(mode[:3], "other"), blob)
