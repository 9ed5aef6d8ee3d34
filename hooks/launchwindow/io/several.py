"""Writes several files of a folder: all of them, or, where one can't be written, none. No link is followed."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from launchwindow.io.nameless import write_whole
from launchwindow.io.replace import expect, folder_beneath, put, put_staged, stage, unstage
from launchwindow.model.errors import RepositoryError
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

LARGEST = 1024 * 1024
"""Bytes of a file that are read: more than any text that is written has."""


class Change(NamedTuple):
    """One file: what it must still hold, None for nothing, and what it is to hold."""

    path: str
    before: bytes | None
    after: bytes


class Other(NamedTuple):
    """What is no regular file, or lies beneath one: a phrase such as `is a symbolic link`."""

    what: str


def read_several(root: Path, paths: Iterable[str]) -> dict[str, bytes | Other | None]:
    """What is at each path beneath the folder: None for nothing. Nothing is followed, or waited for."""
    return {path: _read(root, path) for path in paths}


def _read(root: Path, path: str) -> bytes | Other | None:
    *above, name = path.split("/")
    place = root
    for part in above:
        place = place / part
        try:
            mode = os.lstat(place).st_mode
        except FileNotFoundError:
            return None
        except OSError as error:
            return Other(f"can't be read ({error.strerror})")
        if not stat.S_ISDIR(mode):
            what = "a symbolic link" if stat.S_ISLNK(mode) else "no folder"
            return Other(f"lies behind {place.relative_to(root).as_posix()}, which is {what}")
    return _read_file(place / name)


def _read_file(path: Path) -> bytes | Other | None:
    try:
        if stat.S_ISLNK(os.lstat(path).st_mode):
            return Other("is a symbolic link")
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        return Other(f"can't be read ({error.strerror})")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return Other("is no regular file")
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(LARGEST + 1)
    return data if len(data) <= LARGEST else Other(f"has more than {LARGEST // 1024} KiB")


def write_several(root: Path, changes: Sequence[Change]) -> None:
    """Write them; the folder itself is made where it is missing. The last new, and the last replaced file come last.

    A file that is replaced keeps its permissions. Room is made for all of them before any is changed. Raises
    `RepositoryError`, with every file as it was, when one has changed meanwhile or the system refuses.
    """
    new = [one for one in changes if one.before is None]
    old = [one for one in changes if one.before is not None]
    folders = _missing_folders(root, new)
    done: list[Change] = []
    path = "."
    try:
        root.mkdir(parents=True, exist_ok=True)
        for path, before, after in old:
            with _folder_of(root, path) as (folder, name):
                stage(folder, name, after, expect(folder, name, path, before))
        for path, _, after in new:
            with _folder_of(root, path, make=True) as (folder, name):
                write_whole(folder, name, after, sync=True)
            done.append(Change(path, None, after))
        for path, before, after in old:
            with _folder_of(root, path) as (folder, name):
                expect(folder, name, path, before)
                put_staged(folder, name)
            done.append(Change(path, before, after))
    except BaseException as error:
        _take_back(root, old, done, folders)
        if isinstance(error, OSError):
            raise RepositoryError(f"{root / path} can't be written: {error.strerror}. Nothing was changed.") from error
        raise


@contextmanager
def _folder_of(root: Path, path: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
    """A descriptor of the folder that a path lies in, and its last part."""
    *above, name = path.split("/")
    with folder_beneath(root, above, make=make) as folder:
        yield folder, name


def _missing_folders(root: Path, new: Iterable[Change]) -> list[Path]:
    """Folders that have to be made, the outermost first."""
    places = {root, *root.parents}
    for one in new:
        parts = one.path.split("/")[:-1]
        places |= {root.joinpath(*parts[:length]) for length in range(1, len(parts) + 1)}
    return sorted((one for one in places if not os.path.lexists(one)), key=lambda one: len(one.parts))


def _take_back(root: Path, old: Iterable[Change], done: Sequence[Change], folders: Sequence[Path]) -> None:
    for path, before, after in reversed(done):
        with suppress(OSError, RepositoryError), _folder_of(root, path) as (folder, name):
            mode = expect(folder, name, path, after)
            if before is None:
                os.unlink(name, dir_fd=folder)
            else:
                put(folder, name, before, mode)
    for one in old:
        with suppress(OSError), _folder_of(root, one.path) as (folder, name):
            unstage(folder, name)
    for place in reversed(folders):
        # Where somebody else put something there meanwhile, it is not ours to remove.
        with suppress(OSError):
            place.rmdir()
