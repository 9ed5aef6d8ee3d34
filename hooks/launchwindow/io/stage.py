"""A bundle's files as git's index lists them: one text, of which mostly one record is looked for.

The records of `git ls-files --stage`, in the order of their paths' bytes, with a NUL between each two. So what was
found out of a work tree is known of the same index. To take a hundred bundles of some hundred files apart takes longer
than to judge the few that changed.
"""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING

from launchwindow.model.errors import RepositoryError
from launchwindow.model.snapshot import Entry, Since, bundle_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Self

    from launchwindow.model.snapshot import Kind

KINDS: dict[str, Kind] = {"100": "file", "120": "symlink", "160": "other"}
"""By how a mode begins."""
_KINDS: dict[str, Kind] = {**KINDS, "040": "directory"}
"""In an index there is no directory; in a work tree one may have a file's name."""
_MODES = {"file": "100644", "symlink": "120000", "directory": "040000", "other": "160000"}


def records_of(group: Mapping[str, Entry]) -> bytes:
    """The records of files that were looked at one by one."""
    # Of plain paths the texts have the same order as the bytes.
    paths = sorted(group, key=None if "".join(group).isascii() else os.fsencode)
    return os.fsencode("\0".join([_record(path, group[path]) for path in paths]))


def content_of(records: bytes) -> str:
    """A digest of which files there are, and of what."""
    return sha256(records).hexdigest()


def entries_of(records: bytes) -> dict[str, Entry]:
    """Path -> entry of all. Raises `RepositoryError` for a file that a merge left in conflict."""
    return dict(_parted(records.split(b"\0")))


def entry_of(records: bytes, path: str) -> Entry | None:
    """One file's entry; None where there is none of that path."""
    for begin, end in _found(records, os.fsencode(path), whole=True):
        return dict(_parted([records[begin:end]]))[path]
    return None


def beginning(records: bytes, beginnings: tuple[str, ...]) -> dict[str, Entry]:
    """Path -> entry of those whose paths begin with one of these."""
    found = {place for one in beginnings for place in _found(records, os.fsencode(one))}
    return dict(_parted([records[begin:end] for begin, end in sorted(found)]))


def with_changes(records: bytes, changes: Mapping[str, Entry | None]) -> bytes:
    """The records where some files are other ones; None stands for no file."""
    came: dict[str, Entry] = {}
    for path, entry in changes.items():
        place = next(_found(records, os.fsencode(path), whole=True), None)
        if place is not None and entry is not None:
            records = records[: place[0]] + os.fsencode(_record(path, entry)) + records[place[1] :]
        elif place is not None:
            records = (records[: place[0]] + records[place[1] + 1 :]).removesuffix(b"\0" * (place[1] == len(records)))
        elif entry is not None:
            came[path] = entry
    if not came:
        return records
    both = [one for some in (records, records_of(came)) for one in some.split(b"\0") if one]
    both.sort(key=_path)
    return b"\0".join(both)


class Grouped:
    """The bundles of files that were listed one by one."""

    def __init__(self, groups: Mapping[str, Mapping[str, Entry]]) -> None:
        self._groups = groups

    @classmethod
    def of(cls, entries: Mapping[str, Entry]) -> Self:
        """Those of some files."""
        groups: dict[str, dict[str, Entry]] = {}
        for path, entry in entries.items():
            groups.setdefault(bundle_of(path), {})[path] = entry
        return cls(groups)

    def bundles(self) -> Mapping[str, str]:
        """As of any bundles."""
        return {name: content_of(records_of(group)) for name, group in self._groups.items()}

    def open(self, name: str) -> Mapping[str, Entry]:
        """As of any bundles."""
        return self._groups[name]

    def beginning(self, name: str, beginnings: tuple[str, ...]) -> Mapping[str, Entry]:
        """As of any bundles."""
        return {path: entry for path, entry in self._groups[name].items() if path.startswith(beginnings)}

    def since(self, _name: str) -> Since | None:
        """As of any bundles: they may be of any revision."""
        return None


def _found(records: bytes, path: bytes, *, whole: bool = False) -> Iterator[tuple[int, int]]:
    """Where each record of a path that begins so, or is no other, begins and ends."""
    at = records.find(b"\t" + path)
    while at >= 0:
        begin = records.rfind(b"\0", 0, at) + 1
        end = records.find(b"\0", at)
        end = len(records) if end < 0 else end
        # A path may have a tab in it, behind which another one seems to begin.
        if records.find(b"\t", begin) == at and not (whole and end != at + 1 + len(path)):
            yield begin, end
        at = records.find(b"\t" + path, at + 1)


def _record(path: str, entry: Entry) -> str:
    return f"{_MODES[entry.kind]} {entry.blob} 0\t{path}"


def _path(record: bytes) -> bytes:
    return record.partition(b"\t")[2]


def _parted(records: list[bytes]) -> Iterator[tuple[str, Entry]]:
    for one in filter(None, records):
        about, _, path = one.partition(b"\t")
        mode, blob, stage = about.decode().split(" ")
        if stage != "0":
            raise RepositoryError(f"{os.fsdecode(path)} is in conflict: end the merge first, then `git add` the file.")
        yield os.fsdecode(path), Entry(_KINDS.get(mode[:3], "other"), blob)
