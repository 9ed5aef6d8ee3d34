"""What is kept of a repository's parts from run to run, by keys that are digests of what it follows from."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from launchwindow.io.kept import Kept
    from launchwindow.parts import Told

_SPARE = 500
"""What was kept of files that are gone, such as another branch's, and may come back."""


class KeptParts:
    """The parts of one run, and what others before it left; `whole` is what they saved."""

    def __init__(self, whole: Mapping[str, Any], common: Sequence[str]) -> None:
        self._common = list(common)
        # Of another policy, day or version nothing holds any more.
        self._whole = whole if whole.get("common") == self._common else {}
        parts, quiet = self._whole.get("parts"), self._whole.get("quiet")
        self._parts: dict[str, Any] = parts if isinstance(parts, dict) else {}
        self._quiet = {one for one in quiet if type(one) is str} if isinstance(quiet, list) else set()
        self._used: dict[str, Any] = {}
        self._used_quiet: set[str] = set()

    def get(self, key: str) -> Told | None:
        """What is kept by a key."""
        from launchwindow.parts import from_plain

        value = self._parts.get(key)
        if value is None:
            return None
        try:
            told = from_plain(value)
        except (ValueError, TypeError):
            return None
        self._used[key] = value
        return told

    def keep(self, told: Mapping[str, Told]) -> None:
        """Keep what was told of parts."""
        from launchwindow.parts import plain

        self._used |= {key: plain(one) for key, one in told.items()}

    def is_quiet(self, some: Collection[str], ask: Callable[[Collection[str]], bool]) -> bool:
        """What `ask` says of a set of texts, asked once for each set as long as it is true."""
        digest = sha256("\0".join(sorted(some)).encode("utf-8", "surrogateescape")).hexdigest()
        if digest in self._quiet or ask(some):
            self._used_quiet.add(digest)
            return True
        return False

    def save(self, file: Kept, words: Mapping[str, Any]) -> None:
        """Write it where the next run looks, unless nothing is new."""
        if (
            self._whole.get("policy") == words
            and self._parts.items() >= self._used.items()
            and (self._quiet >= self._used_quiet)
        ):
            return
        others = [key for key in self._parts if key not in self._used]
        kept = {key: self._parts[key] for key in others[-len(self._used) - _SPARE :]} | self._used
        file.save({"common": self._common, "policy": words, "parts": kept, "quiet": sorted(self._used_quiet)})
