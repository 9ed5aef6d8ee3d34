"""Reads the IdP's configuration from a folder, and writes an imported fleet into another: all of it or nothing."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from launchwindow.io.nameless import opened_folder, write_whole
from launchwindow.model.errors import LaunchwindowError, NotPossible
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

MAX_YAML_BYTES = 64 * 1024 * 1024
MAX_FILE_BYTES = 4 * 1024 * 1024
"""Of a certificate or logo: what the work tree is read with, too."""
MAX_ALL_BYTES = 1024 * 1024 * 1024

_FOLDERS = ("certs/sp", "public/assets/images/sp-logos")
_SHOWN = 5
_ADVICE = "Import into an empty folder, or move these away."


class IdpFolder(NamedTuple):
    """What lies beside `service_providers.yml`."""

    files: Mapping[str, bytes]
    """By path relative to its folder; the YAML files under the names that the IdP's configuration gives them."""
    unread: Mapping[str, str]
    """Path -> why it is not among `files`: a sentence without its subject."""


def read_idp_folder(source: Path, others: tuple[str, ...]) -> IdpFolder:
    """`source` as `service_providers.yml`, with the `others` beside it, certificates and logos.

    Only regular files are opened and no link beneath the folder is followed. Where `source` has a longer name, such as
    `service_providers.localdev.yml`, so have the others. Raises LaunchwindowError when `source` can't be read.
    """
    folder = source.parent
    files: dict[str, bytes] = {}
    unread: dict[str, str] = {}
    files["service_providers.yml"] = read_source(source)
    ending = source.name.removeprefix("service_providers") if source.name.startswith("service_providers") else ".yml"
    for name in others:
        path = folder / (name.removesuffix(".yml") + ending)
        if path.is_symlink() or path.exists():
            _take(path, name, MAX_YAML_BYTES, files, unread)
            if name in unread:
                # Going on without it would lose every agreement in silence.
                raise LaunchwindowError(f"{path}: {unread[name]}.")
    total = 0
    for path, name in _listing(folder):
        total += _take(path, name, MAX_FILE_BYTES, files, unread)
        if total > MAX_ALL_BYTES:
            raise LaunchwindowError(f"{folder}: certificates and logos have more than {MAX_ALL_BYTES // 1024**3} GiB.")
    return IdpFolder(files, unread)


def read_source(source: Path) -> bytes:
    """The file that an import is told. Raises LaunchwindowError when it can't be read."""
    data = _opened(source, MAX_YAML_BYTES)
    if isinstance(data, str):
        raise LaunchwindowError(
            f"{source}: {data}; name the service_providers.yml that the IdP seeds from, or what the dashboard gave out."
        )
    return data


def read_beside(source: Path, names: Iterable[str], limit: int = MAX_FILE_BYTES) -> IdpFolder:
    """The files of these names, none of which is a path, in the folder of `source`; no link is followed."""
    files: dict[str, bytes] = {}
    unread: dict[str, str] = {}
    for name in names:
        path = source.parent / name
        if os.path.lexists(path):
            _take(path, name, limit, files, unread)
    return IdpFolder(files, unread)


def certificates_beside(source: Path) -> Mapping[str, bytes] | None:
    """Name -> bytes of the certificates in the IdP's folder beside `source`; None where there is no such folder."""
    if not (source.parent / _FOLDERS[0]).is_dir():
        return None
    files: dict[str, bytes] = {}
    for path, name in _listing(source.parent, _FOLDERS[:1]):
        if name.endswith(".crt"):
            _take(path, name.rpartition("/")[2].removesuffix(".crt"), MAX_FILE_BYTES, files, {})
    return files


def _take(path: Path, name: str, limit: int, files: dict[str, bytes], unread: dict[str, str]) -> int:
    data = _opened(path, limit)
    if isinstance(data, str):
        unread[name] = data
        return 0
    files[name] = data
    return len(data)


def _opened(path: Path, limit: int) -> bytes | str:
    """The file's bytes, or why there are none."""
    try:
        if not stat.S_ISREG(path.stat(follow_symlinks=False).st_mode) and not path.is_symlink():
            return "is no regular file"
        # Opened so that nothing that is put there meanwhile is followed or waited for.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        return "is a symbolic link" if path.is_symlink() else f"can't be read ({error.strerror})"
    return data if len(data) <= limit else f"has more than {limit // 1024**2} MiB"


def _listing(folder: Path, folders: tuple[str, ...] = _FOLDERS) -> Iterator[tuple[Path, str]]:
    for below in folders:
        place = folder
        for part in below.split("/"):
            place = place / part
            if place.is_symlink():
                raise LaunchwindowError(f"{place}: is a symbolic link; links are not followed: put the folder there.")
        if place.is_dir():
            for name in sorted(os.listdir(place)):
                yield place / name, f"{below}/{name}"


def write_new_files(root: Path, files: Mapping[str, bytes], advice: str = _ADVICE) -> None:
    """Write files by path beneath `root`, which is made if need be. Nothing that exists is replaced.

    Files that are there with these very bytes are what a killed run got done, unless all are. Raises NotPossible, with
    nothing written and `advice` what to do instead, when any other path is taken; what was written is taken back when
    one fails.
    """
    missing = _missing(root, files, advice)
    written: list[Path] = []
    folders: list[Path] = []
    path = ""
    try:
        # YAML files name the others: they come last, so that none names what is not there yet.
        for path in sorted(missing, key=lambda path: path.endswith((".yaml", ".yml"))):
            _make_folders((root / path).parent, folders)
            with opened_folder((root / path).parent) as folder:
                write_whole(folder, path.rpartition("/")[2], files[path])
            written.append(root / path)
    except OSError as error:
        _take_back(written, folders)
        raise LaunchwindowError(f"{root / path}: {error.strerror}; nothing was written.") from error
    except BaseException:
        _take_back(written, folders)
        raise


def _missing(root: Path, files: Mapping[str, bytes], advice: str) -> list[str]:
    """The paths that are still to be written. Raises NotPossible when anything else is in the way."""
    there = [path for path in files if os.path.lexists(root / path)]
    taken = [
        path for path in there if len(there) == len(files) or _opened(root / path, len(files[path])) != files[path]
    ]
    blocked = {part for path in files for part in _parents(path) if _is_no_folder(root / part)}
    if _is_no_folder(root):
        raise NotPossible(f"{root} is no folder; name the one to import into.")
    found = sorted({*taken, *blocked})
    if found:
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise NotPossible(
            f"Nothing was written: in {root} there already is {', '.join(found[:_SHOWN])}{more}. {advice}"
        )
    return [path for path in files if path not in there]


def _parents(path: str) -> Iterator[str]:
    parts = path.split("/")
    return ("/".join(parts[:length]) for length in range(1, len(parts)))


def _is_no_folder(path: Path) -> bool:
    """Whether something other than a folder stands there; a link is none, even one that leads to a folder."""
    return path.is_symlink() or (path.exists() and not path.is_dir())


def _make_folders(folder: Path, made: list[Path]) -> None:
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        one.mkdir()
        made.append(one)


def _take_back(written: list[Path], folders: list[Path]) -> None:
    for path in written:
        path.unlink(missing_ok=True)
    for folder in reversed(folders):
        try:
            folder.rmdir()
        except OSError:
            # Somebody else put something there meanwhile; it is not ours to remove.
            continue
