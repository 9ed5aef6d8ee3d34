"""Writes single files, of the work tree or where somebody asks: each whole or not at all, and never through a link."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from launchwindow.io.nameless import opened_folder, write_whole
from launchwindow.model.errors import RepositoryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FOLDERS = ("apps", "partners")
"""Nothing is written anywhere else."""


def replace_file(root: Path, path: str, before: bytes | None, after: bytes) -> None:
    """Put `after` in the place of the regular file at `path`, which must still hold `before`; None: none is there.

    The file keeps its permissions. Folders are made for a new file. Raises `RepositoryError`, with the file as it was,
    when it has changed meanwhile, when a link or anything else stands in the way, or when the system refuses.
    """
    parts = path.split("/")
    if parts[0] not in FOLDERS or len(parts) < 2 or any(part in ("", ".", "..") for part in parts):
        raise RepositoryError(f"{path} is not beneath {' or '.join(FOLDERS)}; nothing is written there.")
    try:
        with folder_beneath(root, parts[:-1], make=before is None) as folder:
            mode = expect(folder, parts[-1], path, before)
            put(folder, parts[-1], after, mode)
    except OSError as error:
        raise RepositoryError(f"{path} can't be written: {error.strerror}.") from error


def read_output(path: Path, largest: int) -> bytes | None:
    """The regular file that a command is to write anew; None where there is none.

    Raises `RepositoryError` when a link or anything else stands there, when it is larger than `largest`, or when the
    system refuses.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RepositoryError(f"{path} can't be read: {error.strerror}. Name a regular file, or one to be.") from error
    # A folder can be opened as well, but not as a file.
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise RepositoryError(f"{path} is no regular file. Name a regular file, or one to be.")
    with os.fdopen(descriptor, "rb") as file:
        found = file.read(largest + 1)
    if len(found) > largest:
        raise RepositoryError(f"{path} has more than {largest} bytes and is not read. Name another file.")
    return found


def replace_output(path: Path, before: bytes | None, after: bytes) -> None:
    """Put `after` in the place of a file anywhere, which must still hold `before`; as `replace_file` does.

    The folder must be there.
    """
    if not path.name:
        raise RepositoryError(f"{path} is no name of a file.")
    try:
        with opened_folder(path.parent) as folder:
            mode = expect(folder, path.name, str(path), before)
            put(folder, path.name, after, mode)
    except OSError as error:
        raise RepositoryError(f"{path} can't be written: {error.strerror}.") from error


@contextmanager
def folder_beneath(root: Path, parts: Sequence[str], *, make: bool) -> Iterator[int]:
    """A descriptor of the folder, opened step by step: no link on the way is followed, even one put there just now."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(part, dir_fd=descriptor)
            inner = os.open(part, flags, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


def expect(folder: int, name: str, path: str, before: bytes | None) -> int | None:
    """The file's permissions, None for a new one. Raises `RepositoryError` when it does not hold `before`."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except FileNotFoundError:
        found, mode = None, None
    else:
        with os.fdopen(descriptor, "rb") as file:
            mode = os.fstat(descriptor).st_mode
            found = file.read() if stat.S_ISREG(mode) else None
    if found != before or (before is None and mode is not None):
        raise RepositoryError(f"{path} was changed meanwhile and is left as it is now. Run the command again.")
    return None if mode is None else stat.S_IMODE(mode)


def put(folder: int, name: str, data: bytes, mode: int | None, *, sync: bool = True) -> None:
    """Put a file in the place of another, or where none is; what else stands there by that name is gone."""
    stage(folder, name, data, mode, sync=sync)
    try:
        put_staged(folder, name)
    except BaseException:
        with suppress(OSError):
            unstage(folder, name)
        raise


def stage(folder: int, name: str, data: bytes, mode: int | None, *, sync: bool = True) -> None:
    """Write what is to be in the file's place beside it: from then on there is room for it."""
    # Always the same name: what a killed run left of it, the next one takes away.
    unstage(folder, name)
    write_whole(folder, _beside(name), data, mode, sync=sync)


def unstage(folder: int, name: str) -> None:
    """Take away what was written beside the file, if it is there."""
    with suppress(FileNotFoundError):
        os.unlink(_beside(name), dir_fd=folder)


def put_staged(folder: int, name: str) -> None:
    """Put what was written beside the file in its place."""
    os.rename(_beside(name), name, src_dir_fd=folder, dst_dir_fd=folder)


def _beside(name: str) -> str:
    return f".{name}.launchwindow"
