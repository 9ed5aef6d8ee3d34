"""Names of files and folders, made from text that anybody may have written."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

IDP_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\Z")
"""A certificate's or logo's name that may go on standing in the IdP's files."""

_LONGEST = 60


def kebab(text: str) -> str:
    """ASCII letters and digits in lower case with single hyphens between words; may be empty."""
    plain = unicodedata.normalize("NFKD", text[:1000]).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].rstrip("-")


def first_kebab(candidates: Iterable[str | None], otherwise: str) -> str:
    """The first candidate of which something is left."""
    return next((name for text in candidates if text and (name := kebab(text))), otherwise)


def unique(name: str, taken: Collection[str]) -> str:
    """`name`, or with the number from 2 on that makes it new; the first one where numbers were given in their order.

    Sought by halves: of thousands with the same name each would else try all numbers before it.
    """
    if name not in taken:
        return name
    last, free = 1, 2
    while f"{name}-{free}" in taken:
        last, free = free, free * 2
    while free - last > 1:
        middle = (last + free) // 2
        if f"{name}-{middle}" in taken:
            last = middle
        else:
            free = middle
    return f"{name}-{free}"


def issuer_tail(issuer: str) -> str:
    """The last part of an issuer that has letters: `sinatra` of `urn:gov:gsa:openidconnect:sp:sinatra`."""
    parts = [part for part in re.split(r"[:/]+", issuer[:1000]) if kebab(part)]
    return parts[-1] if parts else ""
