"""What the file system tells of paths, in rows of bytes: whether a path is as it was is told by comparing two of them.

A large fleet has tens of thousands of paths, so that all of the work is done by loops in C.
"""

from __future__ import annotations

import os
import stat
from functools import partial
from itertools import starmap
from operator import attrgetter
from struct import Struct, error
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Rows = Callable[[int, Sequence[bytes]], bytes | None]
    """(open folder, paths beneath it) -> a row of each path; None where somebody else is to be asked."""

_NUMBERS: Callable[[os.stat_result], tuple[int, ...]] = attrgetter(
    "st_gid", "st_mode", "st_size", "st_mtime_ns", "st_ctime_ns", "st_ino"
)
"""All by which it is told whether a path is as it was. That it lies on the same device is seen to where it is kept."""
_FORM = Struct("IHxxQqqQ")
SIZE = _FORM.size
"""Bytes of a row."""
JUST_WRITTEN = bytes(SIZE)
"""Stands for what is not remembered. No path has the mode 0."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


def row_of(about: os.stat_result) -> bytes:
    """What the file system told of a path, as it is kept."""
    try:
        return _FORM.pack(*_NUMBERS(about))
    except error:
        # A time before 1677 or behind 2262: such a file is looked at each time.
        return JUST_WRITTEN


def split(rows: bytes) -> list[bytes]:
    """Rows that lie one after the other, one by one."""
    return [rows[at : at + SIZE] for at in range(0, len(rows), SIZE)]


def is_file(rows: bytes, number: int) -> bool:
    """Whether a row, counted from 0, is of a regular file."""
    return stat.S_ISREG(_FORM.unpack_from(rows, number * SIZE)[1])


def differing(before: bytes, now: bytes) -> Iterator[int]:
    """The numbers of the rows that are not alike; most of them are, and are not looked at."""
    spans = [(0, len(now) // SIZE)]
    while spans:
        begin, end = spans.pop()
        if before[begin * SIZE : end * SIZE] == now[begin * SIZE : end * SIZE]:
            continue
        if end - begin == 1:
            yield begin
        else:
            middle = (begin + end) // 2
            spans += [(middle, end), (begin, middle)]


def rows_of(root: str, groups: Iterable[Sequence[bytes]], rows: Rows | None = None) -> Iterator[bytes | None]:
    """What the file system tells of each group of paths; None where there is none, or it does not tell of all.

    `rows` asks for them; `os.lstat` does where there is none.
    """
    try:
        folder = os.open(root, _FOLDER)
    except OSError:
        # It may be one that nobody may list, and all that is asked about may be looked at all the same.
        yield from (None for _ in groups)
        return
    try:
        one_by_one = _by_lstat(folder)
        for paths in groups:
            try:
                yield (rows(folder, paths) if rows is not None else None) or one_by_one(folder, paths) or None
            except (OSError, ValueError, error):
                # Whoever walks there finds out what is wrong.
                yield None
    finally:
        os.close(folder)


def rows_from_kernel(root: str) -> Rows | None:
    """What tells of thousands of paths faster; None where it can't, or tells something else than Python of `root`."""
    from launchwindow.io import statx

    rows = statx.by_statx()
    try:
        folder = os.open(root, _FOLDER)
    except OSError:
        return None
    try:
        return rows if rows is not None and rows(folder, [b"."]) == row_of(os.fstat(folder)) else None
    finally:
        os.close(folder)


def _by_lstat(folder: int) -> Rows:
    look = _look_in(folder)
    return lambda _, paths: b"".join(starmap(_FORM.pack, map(_NUMBERS, map(look, paths))))


def _look_in(folder: int) -> Callable[[bytes], os.stat_result]:
    try:
        if os.path.samestat(os.stat("."), os.fstat(folder)):
            # An eighth faster than to begin in another folder each time.
            return os.lstat
    except OSError:
        # The folder that this process is in is gone.
        pass
    return partial(os.stat, dir_fd=folder, follow_symlinks=False)
