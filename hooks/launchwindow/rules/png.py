"""A PNG's chunks, read without unpacking any pixels. Part of the logo rules; no rule itself."""

from __future__ import annotations

from functools import cache
from zlib import crc32

from launchwindow.model.named import NamedTuple
from launchwindow.rules.logos import PNG_SIGNATURE

_IHDR_BYTES = 13
_CHUNK_FRAME = 12
"""Length, type and checksum around a chunk's data."""


class Png(NamedTuple):
    """What the chunks say (PNG, third edition, sections 5 and 11). `damage` tells why they end early, None if whole."""

    width: int
    height: int
    animated: bool
    after_end: int
    """Bytes behind the last chunk."""
    texts: bytes
    """What stands in chunks other than the image's own: hostile text."""
    damage: str | None


@cache
def read_png(data: bytes) -> Png:
    """The chunks of bytes that begin with the signature. Any bytes are read; nothing is raised."""
    width = height = 0
    animated = pixels = False
    texts: list[bytes] = []
    at = len(PNG_SIGNATURE)
    while at < len(data):
        length = int.from_bytes(data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        end = at + _CHUNK_FRAME + length
        first = at == len(PNG_SIGNATURE)
        problem = _chunk_problem(data, at, end, kind, body) or (
            "it does not begin with its header" if first is not (kind == b"IHDR") else None
        )
        if problem is not None:
            return Png(width, height, animated, 0, b"".join(texts), problem)
        if kind == b"IHDR":
            width, height = int.from_bytes(body[:4]), int.from_bytes(body[4:8])
        elif kind == b"IEND":
            missing = None if pixels and width and height else "it holds no image"
            return Png(width, height, animated, len(data) - end, b"".join(texts), missing)
        pixels = pixels or kind == b"IDAT"
        animated = animated or kind == b"acTL"
        if kind not in (b"IHDR", b"PLTE", b"IDAT", b"fdAT"):
            texts.append(body)
        at = end
    return Png(width, height, animated, 0, b"".join(texts), "it is cut off")


def _chunk_problem(data: bytes, at: int, end: int, kind: bytes, body: bytes) -> str | None:
    if end > len(data):
        return "it is cut off"
    if not kind.isalpha():
        return "a part of it has no valid name"
    if int.from_bytes(data[end - 4 : end]) != crc32(data[at + 4 : end - 4]):
        return "a checksum in it is wrong"
    if kind == b"IHDR" and len(body) != _IHDR_BYTES:
        return "its header has the wrong length"
    return None
