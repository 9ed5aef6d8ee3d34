"""The dashboard's extract archive, read into memory: by our own limits, and nothing of it is ever unpacked to disk.

Anybody may have made it. Its members lie at its top and are regular files; whatever else stands in it ends the reading.
"""

from __future__ import annotations

import tarfile
import zlib
from gzip import GzipFile
from io import BytesIO, RawIOBase
from typing import TYPE_CHECKING, Self

from launchwindow.exchange.strict_json import MAX_BYTES as LARGEST_JSON
from launchwindow.load.plain import clean
from launchwindow.model.errors import LaunchwindowError

if TYPE_CHECKING:
    from collections.abc import Callable

GZIP, TAR = b"\x1f\x8b", b"ustar"
EXTRACT = "extract.json"
MAX_UNPACKED = 256 * 1024 * 1024
"""Bytes of all that the compression unfolds into."""
MAX_MEMBERS = 20_000
LARGEST_LOGO = 4 * 1024 * 1024
"""As of any certificate or logo that is read from a folder."""
_LARGEST_NAME = 64 * 1024
"""Bytes of a header that only says how the next member is called."""
_MOST_NAMES = 4
"""Such headers before one member: the dialects of tar need two."""
_NAMES = (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)
_KINDS = {
    tarfile.SYMTYPE: "a symbolic link", tarfile.LNKTYPE: "a hard link", tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device", tarfile.FIFOTYPE: "a pipe", tarfile.GNUTYPE_SPARSE: "a sparse file",
    tarfile.DIRTYPE: "a folder",
}  # fmt: skip


def is_archive(data: bytes) -> bool:
    """Whether the bytes begin as a compressed file or an archive does."""
    return data.startswith(GZIP) or data[257:262] == TAR


def read_archive(path: str, data: bytes) -> dict[str, bytes]:
    """Name -> bytes of each member; `path` is only for messages.

    Raises LaunchwindowError for an archive that is damaged, cut off or larger than the limits, and for members that are
    no regular files at its top, that stand twice, or whose name is not UTF-8.
    """
    plain = BytesIO(data)
    stream = _Limited(path, GzipFile(fileobj=plain).read if data.startswith(GZIP) else plain.read)
    try:
        return _members(path, stream)
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError) as error:
        raise LaunchwindowError(
            f"{path}: the archive is damaged or cut off ({clean(str(error), 120)}). Fetch it again."
        ) from error
    except OverflowError as error:
        raise LaunchwindowError(f"{path}: a member has a size that no file has.") from error


class _Limited(RawIOBase):
    """A stream that ends the reading once it has given more than it may, and remembers where its last content was."""

    def __init__(self, path: str, inner: Callable[[int], bytes]) -> None:
        self._path = path
        self._inner = inner
        self.given = 0
        self.last_content = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """As of any file, but never more than is left of what may be read."""
        left = MAX_UNPACKED + 1 - self.given
        data = self._inner(left if size < 0 else min(size, left))
        content = len(data.rstrip(b"\0"))
        if content:
            self.last_content = self.given + content
        self.given += len(data)
        if self.given > MAX_UNPACKED:
            raise LaunchwindowError(f"{self._path}: unfolds into more than {MAX_UNPACKED // 1024**2} MiB.")
        return data


def _members(path: str, stream: _Limited) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with tarfile.open(
        fileobj=stream, mode="r|", tarinfo=_header_of(path), encoding="utf-8", errors="surrogateescape"
    ) as tar:
        for member in tar:
            if member.isdir() and member.name in (".", ""):
                # What `tar -c .` begins with.
                continue
            name = _name(path, member)
            if name in found:
                raise LaunchwindowError(
                    f"{path}: the member “{clean(name)}” stands twice; nothing says which is meant."
                )
            if len(found) == MAX_MEMBERS:
                raise _too_many(path)
            found[name] = _content(path, name, tar, member)
        end = tar.offset
    while stream.read(1024 * 1024):
        # To the end: there the compression says whether its content came whole.
        continue
    if stream.last_content > end or stream.given < end + tarfile.BLOCKSIZE:
        raise LaunchwindowError(f"{path}: the archive is cut off, or a header in it is damaged. Fetch it again.")
    return found


def _header_of(path: str) -> type[tarfile.TarInfo]:
    """Headers that are looked at before anything is read for them."""

    class Header(tarfile.TarInfo):
        """One header of this archive."""

        count = 0
        names = 0

        @classmethod
        def frombuf(cls, buf: bytes | bytearray, encoding: str | None, errors: str) -> Self:
            """As the library does, within the limits."""
            header = super().frombuf(buf, encoding or "utf-8", errors)
            Header.count += 1
            Header.names = Header.names + 1 if header.type in _NAMES else 0
            if Header.count > _MOST_NAMES * MAX_MEMBERS:
                raise _too_many(path)
            if Header.names > _MOST_NAMES or (Header.names and not 0 <= header.size <= _LARGEST_NAME):
                raise LaunchwindowError(f"{path}: a member's name is longer than any that is meant.")
            if header.size < 0:
                raise LaunchwindowError(f"{path}: a member has a negative size.")
            if header.type == tarfile.GNUTYPE_SPARSE:
                raise LaunchwindowError(f"{path}: “{_shown(header.name)}” is a sparse file; an extract has none.")
            return header

    return Header


def _too_many(path: str) -> LaunchwindowError:
    return LaunchwindowError(f"{path}: has more than {MAX_MEMBERS:,} members.")


def _shown(name: str) -> str:
    return clean(name.encode("utf-8", "replace").decode())


def _name(path: str, member: tarfile.TarInfo) -> str:
    """The member's name, which is a key here and never a path."""
    name = member.name.removeprefix("./")
    shown = _shown(name)
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise LaunchwindowError(f"{path}: the name “{shown}” of a member is not UTF-8.") from error
    if member.isreg() and member.sparse is None:
        if "/" in name or "\\" in name or "\0" in name or name in ("", ".", ".."):
            raise LaunchwindowError(f"{path}: the member “{shown}” has a path; an extract's lie at its top.")
        return name
    kind = _KINDS.get(member.type, "a sparse file" if member.isreg() else "of a kind that is not known")
    raise LaunchwindowError(f"{path}: the member “{shown}” is {kind}; an extract has regular files alone.")


def _content(path: str, name: str, tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    limit = LARGEST_JSON if name == EXTRACT else LARGEST_LOGO
    if not 0 <= member.size <= limit:
        raise LaunchwindowError(f"{path}: “{_shown(name)}” has more than {limit // 1024**2} MiB.")
    file = tar.extractfile(member)
    assert file is not None
    data = file.read(limit + 1)
    if len(data) != member.size:
        raise EOFError(f"“{_shown(name)}” ends early")
    return data
