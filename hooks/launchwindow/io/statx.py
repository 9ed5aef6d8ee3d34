"""What the file system tells of many paths, asked of the kernel past Python's own `os.lstat`.

Two fifths of what `os.lstat` takes go into an object of twenty numbers, of which six are wanted. `statx` writes what it
finds into memory that is given to it, in one form on every machine (`man 2 statx`), and from there the six are copied
for hundreds of paths at once. It is a fifth faster in a fleet of thousands, which is all there is to be said for it.
"""

from __future__ import annotations

import sys
from itertools import repeat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

_SIZE = 256
"""Bytes of `struct statx`; the kernel's promise to programs that were built long ago keeps it so."""
_WORDS = _SIZE // 8
"""How many words of 8 bytes it has."""
_GROUP_AND_MODE, _INODE, _LENGTH, _CHANGED, _MODIFIED = 3, 4, 5, 12, 14
"""Which word each is. A time is two words, seconds and nanoseconds."""
_AT_ONCE = 512
"""Paths whose answers lie in memory at the same time."""
_AS_LSTAT = 0x900
_AS_STAT = 0x7FF
"""`AT_SYMLINK_NOFOLLOW` and `AT_NO_AUTOMOUNT`, as `lstat` does it; `STATX_BASIC_STATS`."""


def by_statx() -> Callable[[int, Sequence[bytes]], bytes | None] | None:
    """What asks the kernel; None where there is no such call, or Python was built without `ctypes`."""
    if sys.platform != "linux" or sys.byteorder != "little":
        return None
    try:
        import ctypes

        # Any, as it is the same for every function of any library. It keeps Python's lock, which nobody else waits for:
        # to let it go and take it back for each path costs a thirtieth of the time.
        ask: Any = ctypes.PyDLL(None).statx
    except (ImportError, OSError, AttributeError):
        return None
    answers = ctypes.create_string_buffer(_AT_ONCE * _SIZE)
    first = ctypes.addressof(answers)
    places = [ctypes.c_void_p(first + number * _SIZE) for number in range(_AT_ONCE)]
    words = memoryview(answers).cast("B").cast("q")

    def rows(folder: int, paths: Sequence[bytes]) -> bytes | None:
        """Of each path beneath an open folder a row as `stat_rows` has them; None where Python is to be asked."""
        found = []
        for begin in range(0, len(paths), _AT_ONCE):
            some = paths[begin : begin + _AT_ONCE]
            if any(map(ask, repeat(folder), some, repeat(_AS_LSTAT), repeat(_AS_STAT), places)):
                return None
            some_rows = _rows(words[: len(some) * _WORDS])
            if some_rows is None:
                return None
            found.append(some_rows)
        return b"".join(found)

    return rows


def _rows(words: memoryview[int]) -> bytes | None:
    modified, changed = _nanoseconds(words, _MODIFIED), _nanoseconds(words, _CHANGED)
    if modified is None or changed is None:
        return None
    rows = memoryview(bytearray(len(modified) * 5 * 8)).cast("q")
    columns = words[_GROUP_AND_MODE::_WORDS], words[_LENGTH::_WORDS], modified, changed, words[_INODE::_WORDS]
    for number, column in enumerate(columns):
        rows[number::5] = column
    return rows.tobytes()


def _nanoseconds(words: memoryview[int], time: int) -> memoryview[int] | None:
    """The nanoseconds since 1970 of each path; None where one of them is before 1970, or 2**32 seconds after or later.

    They are reckoned all at once, as two very long numbers: none of such times runs over into the next word.
    """
    seconds, rest = words[time::_WORDS].tobytes(), words[time + 1 :: _WORDS].tobytes()
    if any(memoryview(seconds).cast("I")[1::2]):
        return None
    total = int.from_bytes(seconds, "little") * 1_000_000_000 + int.from_bytes(rest, "little")
    return memoryview(total.to_bytes(len(seconds), "little")).cast("q")
