"""Files that have no name until they are whole: a process that is killed while it writes one leaves nothing behind."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NEW_MODE = 0o666
"""Before the process's umask."""


@contextmanager
def opened_folder(path: str | os.PathLike[str]) -> Iterator[int]:
    """A descriptor of a folder."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def write_whole(folder: int, name: str, data: bytes, mode: int | None = None, *, sync: bool = False) -> None:
    """Make the file `name`, which must not be there, with all of `data` at once.

    Raises OSError, and nothing is made. Where the file system knows no nameless files, a kill may leave a part of it.
    """
    descriptor = _nameless(folder)
    named = descriptor is None
    if descriptor is None:
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _NEW_MODE, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if mode is not None:
                os.fchmod(descriptor, mode)
            file.flush()
            if sync:
                os.fsync(descriptor)
            if not named:
                # The way that open(2) gives for it; a name that is taken is refused.
                os.link(f"/proc/self/fd/{descriptor}", name, dst_dir_fd=folder, follow_symlinks=True)
    except BaseException:
        if named:
            os.unlink(name, dir_fd=folder)
        raise


def _nameless(folder: int) -> int | None:
    flag = getattr(os, "O_TMPFILE", None)
    if flag is None or not os.path.isdir("/proc/self/fd"):
        return None
    try:
        return os.open(".", os.O_WRONLY | flag, _NEW_MODE, dir_fd=folder)
    except OSError:
        # This file system has none, or the folder can't be written to, which the other way will tell.
        return None
