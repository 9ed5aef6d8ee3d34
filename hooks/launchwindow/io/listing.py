"""The files of the index or of a commit as git lists them, looked at one by one only where somebody asks."""

from __future__ import annotations

import os
from bisect import bisect_left
from typing import TYPE_CHECKING

from launchwindow.io.stage import KINDS, beginning, content_of, entries_of, with_changes
from launchwindow.model.snapshot import Entry, Since, bundle_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_STEP = 16 * 1024
"""Bytes in which the records of an ordinary bundle are."""


class Listing:
    """What `git ls-files --stage -z` printed; a file that a merge left in conflict shows once its bundle is opened.

    Of such a bundle nothing is ever kept, so that nobody does without that.
    """

    def __init__(self, listing: bytes) -> None:
        self._listing = listing
        self._slices = self._sliced()
        self._digests: dict[str, str] = {}
        self._changes: dict[str, dict[str, Entry | None]] = {}

    def note_changes(self, changes: Mapping[str, Entry | None]) -> None:
        """Learn what a commit has otherwise: path -> what is there."""
        for path, entry in changes.items():
            self._changes.setdefault(bundle_of(path), {})[path] = entry

    def entries(self) -> dict[str, Entry]:
        """All files."""
        return entries_of(self._listing[:-1])

    def bundles(self) -> Mapping[str, str]:
        """As of any bundles."""
        if not self._digests:
            self._digests = {name: content_of(self._joined(name)) for name in self._slices}
        return self._digests

    def open(self, name: str) -> Mapping[str, Entry]:
        """As of any bundles."""
        return entries_of(self._joined(name))

    def beginning(self, name: str, beginnings: tuple[str, ...]) -> Mapping[str, Entry]:
        """As of any bundles."""
        return beginning(self._joined(name), beginnings)

    def since(self, name: str) -> Since | None:
        """As of any bundles: what the commit has."""
        changes = self._changes.get(name)
        if not changes or name not in self._slices:
            return None
        return Since(content_of(with_changes(self._joined(name), changes)), changes, stays=False)

    def _joined(self, name: str) -> bytes:
        """The records of a bundle, with a NUL between each two."""
        return b"\0".join([self._listing[begin : end - 1] for begin, end in self._slices[name]])

    def _sliced(self) -> dict[str, list[tuple[int, int]]]:
        """Name of a bundle -> where its records begin and end; git lists paths in the order of their bytes."""
        found: dict[str, list[tuple[int, int]]] = {}
        begin = 0
        while begin < len(self._listing):
            path, end = self._record(begin)
            name = bundle_of(os.fsdecode(path))
            if path.startswith(b"apps/") and name.startswith("partner/"):
                # Behind all that begins with `apps/x/` is whatever begins with the next character, `apps/x0`.
                end = self._first_from(b"apps/" + path.split(b"/", 2)[1] + b"0", end)
            found.setdefault(name, []).append((begin, end))
            begin = end
        return found

    def _record(self, begin: int) -> tuple[bytes, int]:
        """The path of the record that begins there, and where it ends."""
        end = self._listing.index(b"\0", begin) + 1
        return self._listing[self._listing.index(b"\t", begin) + 1 : end - 1], end

    def _first_from(self, path: bytes, begin: int) -> int:
        """Where the first record of that path or a later one begins, of those from a place on."""
        step = _STEP
        while begin + step < len(self._listing) and self._record(self._beginning(begin + step, begin))[0] < path:
            begin, step = self._beginning(begin + step, begin), 2 * step
        end = min(begin + step, len(self._listing))
        while begin < end:
            middle = self._beginning((begin + end) // 2, begin)
            found, behind = self._record(middle)
            begin, end = (behind, end) if found < path else (begin, middle)
        return begin

    def _beginning(self, place: int, least: int) -> int:
        """Where the record begins that a place is in, which is none before `least`."""
        return max(self._listing.rfind(b"\0", least, place) + 1, least)


class TreeListing:
    """What `git ls-tree -r -z` printed: of thousands of files in it a merge concerns a few."""

    def __init__(self, listing: bytes) -> None:
        self._records = listing.split(b"\0")[:-1]

    def entries(self) -> dict[str, Entry]:
        """All files."""
        return dict(_of_tree(self._records))

    def blobs(self) -> dict[str, str]:
        """Path -> object id of all of them, whatever they are."""
        return {path: about.rpartition(" ")[2] for about, path in _parted(self._records)}

    def documents(self) -> list[tuple[str, Entry]]:
        """The files whose names end as those of apps and partners do."""
        return list(_of_tree([record for record in self._records if record.endswith(b".yaml")]))

    def beneath(self, home: str) -> dict[str, Entry]:
        """The files in a folder, or the one of that path."""
        path = os.fsencode(home)
        # Git lists paths in the order of their bytes; what begins with `home/` ends where `home0` would stand.
        begin, end = (bisect_left(self._records, path + mark, key=_path) for mark in (b"/", b"0"))
        at = bisect_left(self._records, path, key=_path)
        itself = self._records[at : at + 1] if self._records[at : at + 1] and _path(self._records[at]) == path else []
        return dict(_of_tree([*itself, *self._records[begin:end]]))


def _of_tree(records: Sequence[bytes]) -> Iterator[tuple[str, Entry]]:
    for about, path in _parted(records):
        yield path, Entry(KINDS.get(about[:3], "other"), about.rpartition(" ")[2])


def _parted(records: Sequence[bytes]) -> list[list[str]]:
    """(mode, type and object id; path) of each."""
    # Decoded at once: most of the time that a listing takes goes into calls.
    texts = os.fsdecode(b"\0".join(records)).split("\0") if records else []
    return [text.split("\t", 1) for text in texts]


def _path(record: bytes) -> bytes:
    return record.partition(b"\t")[2]
