"""Files as one compressed archive: the same files give the same bytes, and an archive of ours is known again."""

from __future__ import annotations

import tarfile
import zlib
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ENDINGS = (".tgz", ".tar.gz")
LARGEST = 1024 * 1024 * 1024
"""Bytes of an earlier archive that are unpacked to see whether it is one of ours."""
_HEAD = b"\x1f\x8b\x08\x10\0\0\0\0\x02\xff"
"""Gzip with a comment, of no time and no system."""
_COMMENT = "launchwindow export "


def tarball(files: Mapping[str, bytes]) -> bytes:
    """The archive, its members in the mapping's order; readable by every tar."""
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, BytesIO(data))
    return _compressed(out.getvalue())


def _compressed(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    comment = f"{_COMMENT}{sha256(data).hexdigest()}\0".encode()
    ends = (zlib.crc32(data), len(data) % 2**32)
    return b"".join((_HEAD, comment, packer.compress(data), packer.flush(),
                     *(number.to_bytes(4, "little") for number in ends)))  # fmt: skip


def is_ours(data: bytes) -> bool:
    """Whether `tarball` made exactly these bytes' content, and nobody changed it since."""
    comment, end, packed = data.removeprefix(_HEAD).partition(b"\0")
    if not data.startswith(_HEAD) or not end or not comment.startswith(_COMMENT.encode()):
        return False
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    digest = sha256()
    given = 0
    try:
        while packed and not unpacker.eof and given <= LARGEST:
            piece = unpacker.decompress(packed, 1024 * 1024)
            digest.update(piece)
            given += len(piece)
            packed = unpacker.unconsumed_tail
    except zlib.error:
        return False
    return unpacker.eof and comment.decode("latin-1") == f"{_COMMENT}{digest.hexdigest()}"
