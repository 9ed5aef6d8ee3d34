"""What is kept of a repository's parts from run to run, by keys that are digests of what it follows from.

A section of the file for each bundle has what was told of its parts, and one more what it shares with others. One
section for all bundles has what each came to, so that where nothing changed the others need not be read.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from launchwindow.events.kept_sections import KeptSections
from launchwindow.parts import (
    Shared,
    Summary,
    Told,
    from_plain,
    hold,
    plain,
    plain_shared,
    plain_summary,
    shared_from_plain,
    summary_from_plain,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from launchwindow.io.kept import Found, Kept
    from launchwindow.model.finding import Finding

_FLEET = "="
"""The section of what each bundle came to. Of each bundle there is one more of each kind, named by the kind's sign."""
_PARTS, _SHARED, _CERTIFICATES = "p", "=", "c"
_SPARE = 200
_LARGE = 100_000
"""Characters of findings: a file of one line of hundreds of thousands has them in each of its findings."""


class KeptParts:
    """The parts of one run, and what others before it left."""

    def __init__(self, found: Found, common: Sequence[str], days: Mapping[str | None, str]) -> None:
        self._common = list(common)
        self._days = days
        head = found.get("head")
        # Of another policy or version nothing holds any more.
        self._is_known = isinstance(head, dict) and head.get("common") == self._common
        self._head: dict[str, Any] = head if self._is_known else {}
        self._sections = KeptSections(found if self._is_known else None)
        quiet = self._head.get("quiet")
        self._quiet = {one for one in quiet if type(one) is str} if isinstance(quiet, list) else set()
        self._used_quiet: set[str] = set()
        apart = self._head.get("apart")
        self._apart: dict[str, str] = apart if isinstance(apart, dict) else {}
        self._shared: dict[tuple[str, str], Shared | None] = {}
        self._is_new = False
        """Whether something of the head is."""

    def get(self, bundle: str, key: str) -> Told | None:
        """What is kept of a part in a bundle, but for its certificates; None where it holds on other days."""
        found: Told | None = self._sections.value(_PARTS + bundle, key, from_plain)
        return found if found is not None and hold(found.holds, self._days) else None

    def remember_certificates(self, bundle: str) -> None:
        """Let rules know what is kept of certificates in a bundle, whichever part named them."""
        certificates = self._sections.items(_CERTIFICATES + bundle)
        if certificates:
            from launchwindow.rules.sound_certificates import remember_text

            for digests, text in certificates.items():
                remember_text(digests, text)

    def keep(self, bundle: str, key: str, told: Told) -> None:
        """Keep what was told of a part."""
        if told.findings is not None and not _is_small(told.findings):
            told = told._replace(findings=None)
        self.keep_certificates(bundle, told)
        self._sections.put(_PARTS + bundle, key, plain(told._replace(certificates=())))

    def keep_certificates(self, bundle: str, told: Told) -> None:
        """Keep those of a part that had to be read for it."""
        if told.certificates:
            from launchwindow.rules.sound_certificates import as_text

            known = self._sections.items(_CERTIFICATES + bundle)
            for digests, text in map(as_text, told.certificates):
                if digests not in known:
                    self._sections.put(_CERTIFICATES + bundle, digests, text)

    def summary(self, against: str, key: str) -> Summary | None:
        """What all of a bundle's parts came to; None where it did so on other days."""
        found: Summary | None = self._sections.value(_FLEET, f"{against} {key}", summary_from_plain)
        return found if found is not None and hold(found.holds, self._days) else None

    def shared(self, name: str, key: str) -> Shared | None:
        """What a bundle of that key has that only one may have, and its files."""
        if (name, key) not in self._shared:
            self._shared[name, key] = self._sections.value(_SHARED + name, key, shared_from_plain)
        return self._shared[name, key]

    def keep_summary(self, against: str, name: str, key: str, summary: Summary, shared: Shared) -> None:
        """Keep both, unless it is large: then its parts are looked at each time."""
        if _is_small(summary.findings):
            self._sections.put(_FLEET, f"{against} {key}", plain_summary(summary))
            self._sections.put(_SHARED + name, key, plain_shared(shared))
            self._shared[name, key] = shared

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
            self._is_new = True

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
        if not (self._sections.has_news or self._is_new) and self._head.get("policy") == words:
            return
        quiet = [*(self._quiet - self._used_quiet), *self._used_quiet][-2 * len(self._used_quiet) - _SPARE :]
        head = {"common": self._common, "policy": words, "quiet": quiet, "apart": self._apart}
        wanted = {kind + name for name in bundles for kind in (_PARTS, _SHARED, _CERTIFICATES)} | {_FLEET}
        file.save({**self._sections.to_save(), "head": head},
                  lambda name: self._is_known and name.removeprefix("+") in wanted)  # fmt: skip


def _is_small(findings: Sequence[Finding]) -> bool:
    return sum(len(one.message) + len(one.fix) + len(one.source or "") for one in findings) < _LARGE
