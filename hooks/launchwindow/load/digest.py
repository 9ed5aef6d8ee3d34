"""The digest that says whether two contents are the same (design §2)."""

from __future__ import annotations

from hashlib import sha1, sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def blob_id(data: bytes, like: str = "") -> str:
    """The object id that git gives these bytes in a SHA-1 repository; in the one that gave an id like `like`."""
    whole = b"blob %d\0" % len(data) + data
    return sha256(whole).hexdigest() if len(like) == 64 else sha1(whole, usedforsecurity=False).hexdigest()


def content_digest(blobs: Mapping[str, str]) -> str:
    """SHA-256, in hex, of the sorted lines `path NUL blob-id LF`."""
    lines = sorted(f"{path}\0{blob}\n" for path, blob in blobs.items())
    return sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()
