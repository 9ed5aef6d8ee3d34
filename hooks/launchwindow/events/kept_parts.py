"""What is kept of a repository's parts from run to run, by keys that are digests of what it follows from.

A section of the file for each bundle has what was told of its parts; one more for each thing that bundles are compared
with has what all of a bundle's parts came to, so that where nothing changed the others need not be read.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from launchwindow.parts import Summary, Told, from_plain, plain, plain_summary, summary_from_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from launchwindow.io.kept import Found, Kept
    from launchwindow.model.finding import Finding

_SPARE = 200
"""What was kept of files that are gone, such as another branch's, and may come back: of a bundle's parts."""
_LARGE = 100_000
"""Characters of findings: a file of one line of hundreds of thousands has them in each of its findings."""


class KeptParts:
    """The parts of one run, and what others before it left."""

    def __init__(self, found: Found, common: Sequence[str]) -> None:
        self._common = list(common)
        head = found.get("head")
        # Of another policy, day or version nothing holds any more.
        self._found = found if isinstance(head, dict) and head.get("common") == self._common else None
        self._head: dict[str, Any] = head if self._found is not None else {}
        quiet = self._head.get("quiet")
        self._quiet = {one for one in quiet if type(one) is str} if isinstance(quiet, list) else set()
        self._used_quiet: set[str] = set()
        self._sections: dict[str, dict[str, Any]] = {}
        self._used: dict[str, dict[str, Any]] = {}
        self._new = False

    def get(self, section: str, key: str) -> Told | None:
        """What is kept of a part in a section, by its key."""
        found: Told | None = self._value(section, key, from_plain)
        return found

    def keep(self, section: str, key: str, told: Told) -> None:
        """Keep what was told of a part."""
        if told.findings is not None and not _is_small(told.findings):
            told = told._replace(findings=None)
        self._used.setdefault(section, {})[key] = plain(told)
        self._new = True

    def summary(self, against: str, key: str) -> Summary | None:
        """What all of a bundle's parts came to."""
        found: Summary | None = self._value(f"= {against}", key, summary_from_plain)
        return found

    def keep_summary(self, against: str, key: str, summary: Summary) -> None:
        """Keep it, unless it is large: then its parts are looked at each time."""
        if not _is_small(summary.findings):
            return
        self._used.setdefault(f"= {against}", {})[key] = plain_summary(summary)
        self._new = True

    def _value(self, section: str, key: str, read: Callable[[Any], Any]) -> Any:
        value = self._section(section).get(key)
        if value is None:
            return None
        try:
            found = read(value)
        except (ValueError, TypeError):
            return None
        self._used.setdefault(section, {})[key] = value
        return found

    def _section(self, section: str) -> dict[str, Any]:
        if section not in self._sections:
            value = self._found.get(section) if self._found is not None else None
            self._sections[section] = value if isinstance(value, dict) else {}
        return self._sections[section]

    def is_quiet(self, some: Collection[str], ask: Callable[[Collection[str]], bool]) -> bool:
        """What `ask` says of a set of texts, asked once for each set as long as it is true."""
        digest = sha256("\0".join(sorted(some)).encode("utf-8", "surrogateescape")).hexdigest()
        if digest in self._quiet or ask(some):
            self._used_quiet.add(digest)
            return True
        return False

    def save(self, file: Kept, words: Mapping[str, Any], bundles: Collection[str]) -> None:
        """Write it where the next run looks, unless nothing is new; of bundles that are gone nothing is kept."""
        if not self._new and self._head.get("policy") == words:
            return
        kept: dict[str, Any] = {}
        if self._found is not None:
            names = [name for name in self._found.names if name in bundles or name[:2] == "= "]
            kept = {name: data for name in names if name not in self._used and (data := self._found.data(name))}
        for section, used in self._used.items():
            others = [key for key in self._section(section) if key not in used]
            kept[section] = {key: self._section(section)[key] for key in others[-len(used) - _SPARE :]} | used
        quiet = [*(self._quiet - self._used_quiet), *self._used_quiet][-2 * len(self._used_quiet) - _SPARE :]
        kept["head"] = {"common": self._common, "policy": words, "quiet": quiet}
        file.save(kept)


def _is_small(findings: Sequence[Finding]) -> bool:
    return sum(len(one.message) + len(one.fix) + len(one.source or "") for one in findings) < _LARGE
