"""What is kept of a repository's parts from run to run, by keys that are digests of what it follows from.

A section of the file for each bundle has what was told of its parts, and one more what it shares with others. One
section for all bundles has what each came to, so that where nothing changed the others need not be read.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from launchwindow.parts import (
    Shared,
    Summary,
    Told,
    from_plain,
    plain,
    plain_shared,
    plain_summary,
    shared_from_plain,
    summary_from_plain,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from launchwindow.io.kept import Found, Kept
    from launchwindow.model.finding import Finding

_SPARE = 200
"""What was kept of files that are gone, such as another branch's, and may come back: of a bundle's parts."""
_FLEET = "= "
"""The section of what each bundle came to."""
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
        self._certificates: set[str] = set()
        """Digests of those that are remembered."""
        self._changed: set[str] = set()
        """Sections with something new in them."""
        apart = self._head.get("apart")
        self._apart: dict[str, str] = apart if isinstance(apart, dict) else {}

    def get(self, section: str, key: str) -> Told | None:
        """What is kept of a part in a section, by its key."""
        found: Told | None = self._value(section, key, from_plain)
        return found

    def remember_certificates(self, section: str) -> None:
        """Let rules know what is kept of certificates in a section, whichever part named them."""
        values = [value for value in self._section(section).values() if type(value) is list and len(value) == 6]
        if values:
            from launchwindow.rules.sound_certificates import remember

            for one in (one for value in values if type(value[5]) is list for one in value[5]):
                if remember(one):
                    self._certificates.add(one[0])

    def has_news(self, told: Told) -> bool:
        """Whether a certificate had to be read for it."""
        return any(one[0] not in self._certificates for one in told.certificates)

    def keep(self, section: str, key: str, told: Told) -> None:
        """Keep what was told of a part."""
        if told.findings is not None and not _is_small(told.findings):
            told = told._replace(findings=None)
        self._put(section, key, plain(told))

    def summary(self, against: str, key: str) -> Summary | None:
        """What all of a bundle's parts came to."""
        found: Summary | None = self._value(_FLEET, f"{against} {key}", summary_from_plain)
        return found

    def shared(self, name: str, key: str) -> Shared | None:
        """What a bundle of that key has that only one may have, and its files."""
        found: Shared | None = self._value(f"= {name}", key, shared_from_plain)
        return found

    def keep_summary(self, against: str, name: str, key: str, summary: Summary, shared: Shared) -> None:
        """Keep both, unless it is large: then its parts are looked at each time."""
        if _is_small(summary.findings):
            self._put(_FLEET, f"{against} {key}", plain_summary(summary))
            self._put(f"= {name}", key, plain_shared(shared))

    def shared_before(self, name: str) -> Shared | None:
        """What a bundle had when it was last known to share nothing with any other one."""
        key = self._apart.get(name)
        return self.shared(name, key) if key is not None else None

    def are_apart(self, keys: Mapping[str, str]) -> bool:
        """Whether no two of these bundles shared anything when they were compared last."""
        return all(self._apart.get(name) == key for name, key in keys.items())

    def keep_apart(
        self, fresh: Mapping[str, str], compared: Mapping[str, str] | None, bundles: Collection[str]
    ) -> None:
        """Keep that no two share anything of the `fresh` ones and of those compared now, or else of those known."""
        if compared is None:
            compared = {name: key for name, key in self._apart.items() if name in bundles}
        if {**compared, **fresh} != self._apart:
            self._apart = {**compared, **fresh}
            self._changed.add("head")

    def _put(self, section: str, key: str, value: object) -> None:
        self._used.setdefault(section, {})[key] = value
        self._changed.add(section)

    def _value(self, section: str, key: str, read: Callable[[Any], Any]) -> Any:
        value = self._used.get(section, {}).get(key) or self._section(section).get(key)
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

    def are_told_apart(self, hosts: Collection[str]) -> bool:
        """Whether no two of a partner's hosts look alike, worked out once for each set of hosts for which it is so."""
        digest = sha256("\0".join(sorted(hosts)).encode("utf-8", "surrogateescape")).hexdigest()
        if digest not in self._quiet:
            from launchwindow.told import not_alike

            if not not_alike(hosts):
                return False
        self._used_quiet.add(digest)
        return True

    def save(self, file: Kept, words: Mapping[str, Any], bundles: Collection[str]) -> None:
        """Write what is new where the next run looks; of bundles that are gone nothing is kept."""
        if not self._changed and self._head.get("policy") == words:
            return
        new: dict[str, Any] = {}
        for section in self._changed - {"head"}:
            used = self._used[section]
            others = [key for key in self._section(section) if key not in used]
            new[section] = {key: self._section(section)[key] for key in others[-len(used) - _SPARE :]} | used
        quiet = [*(self._quiet - self._used_quiet), *self._used_quiet][-2 * len(self._used_quiet) - _SPARE :]
        new["head"] = {"common": self._common, "policy": words, "quiet": quiet, "apart": self._apart}
        known = self._found is not None
        file.save(new, lambda name: known and (name == _FLEET or name.removeprefix("= ") in bundles))


def _is_small(findings: Sequence[Finding]) -> bool:
    return sum(len(one.message) + len(one.fix) + len(one.source or "") for one in findings) < _LARGE
