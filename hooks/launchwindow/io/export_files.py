"""Writes an export: a folder or a file, as a whole or not at all, and never over anything but an earlier export."""

from __future__ import annotations

import json
import os
import shutil
import stat
from contextlib import suppress
from ctypes import CDLL, c_char_p, c_int, c_uint, get_errno
from hashlib import sha256
from typing import TYPE_CHECKING

from launchwindow.io.nameless import opened_folder, write_whole
from launchwindow.io.replace import read_output, replace_output
from launchwindow.model.errors import LaunchwindowError, NotPossible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

MANIFEST = ".launchwindow-export"
"""In an exported folder: every file with its SHA-256, by which the folder is known again."""
LARGEST_FILE = 1024 * 1024 * 1024
_EXCHANGE = 2
_SHOWN = 3


def write_export_file(target: Path, data: bytes, is_ours: Callable[[bytes], bool]) -> None:
    """Put `data` into the file `target`, which must not be there or hold an earlier export.

    Raises NotPossible, or LaunchwindowError when the system refuses; the file is as it was then.
    """
    before = read_output(target, LARGEST_FILE)
    if before is not None and not is_ours(before):
        raise NotPossible(
            f"{target} is there already: it is no earlier export, or was changed since. Nothing was written; name "
            "another file."
        )
    if before != data:
        replace_output(target, before, data)


def write_export_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Make the folder `target` hold exactly `files`; it must not be there, or be empty, or an earlier export.

    Raises NotPossible, or LaunchwindowError when the system refuses; the folder is as it was then.
    """
    if target.name in ("", "..") or not target.parent.is_dir():
        raise LaunchwindowError(f"{target}: name a folder that is to be made in one that is there.")
    for path in files:
        if any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in path.split("/")):
            raise LaunchwindowError(f"{path!r} is no path of an export; nothing was written.")
    there = _require_ours(target)
    fresh = target.parent / f".{target.name}.launchwindow"
    try:
        # What a killed run left.
        _remove(fresh)
        _fill(fresh, {**files, MANIFEST: _manifest(files)})
        _put(fresh, target, there=there)
    except OSError as error:
        with suppress(OSError):
            _remove(fresh)
        raise LaunchwindowError(f"{target} can't be written: {error.strerror}. It is as it was.") from error


def _require_ours(target: Path) -> bool:
    """Whether there is an earlier export; raises NotPossible where there is anything else."""
    try:
        mode = os.lstat(target).st_mode
    except FileNotFoundError:
        return False
    if not stat.S_ISDIR(mode):
        raise NotPossible(f"{target} is no folder; nothing was written. Name another one.")
    if not os.listdir(target):
        return False
    strange = _strange(target)
    if strange:
        more = f" and {len(strange) - _SHOWN} more" if len(strange) > _SHOWN else ""
        raise NotPossible(
            f"{target} is not empty: it is no earlier export, or was changed since ({', '.join(strange[:_SHOWN])}"
            f"{more}). Nothing was written; name another folder, or empty this one."
        )
    return True


def _strange(target: Path) -> list[str]:
    """What is in a folder and not what an export wrote there, and what it wrote and is not there any more."""
    told = _told(target / MANIFEST)
    if not told:
        # It may be any folder, however large: nothing in it needs to be read.
        return sorted(os.listdir(target))
    found: dict[str, str | None] = {}
    for folder, folders, names in os.walk(target):
        for name in [*names, *(one for one in folders if os.path.islink(os.path.join(folder, one)))]:
            path = os.path.join(folder, name)
            found[os.path.relpath(path, target)] = _digest(path)
        if not folders and not names:
            # An empty folder is nobody's export.
            found[os.path.relpath(folder, target)] = None
    found.pop(MANIFEST, None)
    return sorted({path for path, digest in found.items() if digest is None or told.get(path) != digest}
                  | (told.keys() - found.keys()))  # fmt: skip


def _told(manifest: Path) -> dict[str, object]:
    try:
        descriptor = os.open(manifest, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            document = json.loads(file.read(LARGEST_FILE))
    except (OSError, ValueError, RecursionError):
        return {}
    files = document.get("files") if isinstance(document, dict) else None
    return files if isinstance(files, dict) else {}


def _digest(path: str) -> str | None:
    """Of a regular file; None for anything else."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None
            return sha256(file.read()).hexdigest()
    except OSError:
        return None


def _manifest(files: Mapping[str, bytes]) -> bytes:
    told = {path: sha256(data).hexdigest() for path, data in sorted(files.items())}
    about = "Written by launchwindow export, which replaces this folder only while it is as told here"
    return (json.dumps({"about": about, "files": told}, indent=1) + "\n").encode()


def _fill(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir()
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with opened_folder(place.parent) as opened:
            write_whole(opened, place.name, data)


def _put(fresh: Path, target: Path, *, there: bool) -> None:
    if not there:
        # Over nothing, or over an empty folder; anything else refuses.
        os.rename(fresh, target)
        return
    _exchange(fresh, target)
    if _strange(fresh):
        # Somebody wrote into it meanwhile: theirs comes back, with all that it holds.
        _exchange(fresh, target)
        _remove(fresh)
        raise NotPossible(f"{target} was changed meanwhile and is left as it is. Run the command again.")
    _remove(fresh)


def _exchange(fresh: Path, target: Path) -> None:
    """Give the two each other's name; at once, where the system can."""
    if not _exchanged(fresh, target):
        aside = target.parent / f".{target.name}.launchwindow-old"
        os.rename(target, aside)
        os.rename(fresh, target)
        os.rename(aside, fresh)


def _exchanged(one: Path, other: Path) -> bool:
    """Give two folders each other's name at once; False where the system can't."""
    try:
        function = CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    function.argtypes = (c_int, c_char_p, c_int, c_char_p, c_uint)
    here = -100
    """AT_FDCWD."""
    done: int = function(here, os.fsencode(one), here, os.fsencode(other), _EXCHANGE)
    if done != 0 and get_errno() not in (22, 38, 95):
        raise OSError(get_errno(), os.strerror(get_errno()))
    return done == 0


def _remove(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
