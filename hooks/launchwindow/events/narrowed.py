"""Bundles of which a few parts are other ones than when all was judged last: only those few are looked at.

Of a bundle as a whole only that is kept whose parts share nothing. So as long as the few have nothing that they did not
have then, all others still share nothing and say what they said; where they have, the bundle is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.places import home_of
from launchwindow.model.named import NamedTuple
from launchwindow.parts import NOTHING, Shared, Summary, meeting, parts_of, shares_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from launchwindow.events.kept_parts import KeptParts
    from launchwindow.model.finding import Finding
    from launchwindow.model.snapshot import Bundles
    from launchwindow.parts import Items, Keys, Told

    States = Mapping[str, Sequence[Told]]


class Narrowed(NamedTuple):
    """One such bundle."""

    key: str
    """That it had."""
    items: Mapping[str, Items]
    """Those of the few parts that are still there, and those whose findings are not known as they are to be told."""
    home: Items
    """The partner's file, by which they are judged."""
    before: Mapping[str, Items]
    """All of the few that are other ones, as they were."""
    summary: Summary
    """What all others come to, but for the number of their apps: that is what all had, the few as well."""
    stays: bool
    """Whether to keep what it comes to."""


class Narrowing:
    """The bundles of one revision that are narrowed."""

    def __init__(
        self, files: Bundles, keys: Keys, kept: KeptParts, summary: Callable[[str], Summary | None],
        alone: Callable[[str], Summary | None],
    ) -> None:  # fmt: skip
        """`summary` gives what is kept of a bundle as it is to be told; `alone`, as it is compared with nothing."""
        self._files, self._keys, self._kept = files, keys, kept
        self._summary, self._alone = summary, alone
        self._all: dict[str, Narrowed] = {}
        self._told: dict[str, Told] = {}
        """What was kept of the few as they were."""

    def __contains__(self, name: str) -> bool:
        return name in self._all

    def narrow(self, name: str) -> Narrowed | None:
        """A partner's bundle seen from what it was; None where it has to be looked at as a whole.

        Where the partner's own file is another one, all of its apps are to be judged anew.
        """
        since = self._files.since(name) if name.startswith("partner/") else None
        if since is None:
            return None
        own_file = f"partners/{name.removeprefix('partner/')}.yaml"
        homes = {home_of(path) for path in since.changes}
        key = self._keys.of_bundle(name, since.content)
        summary = self._summary(key) if own_file not in homes else None
        looked_at = homes
        if summary is None and own_file not in homes and (summary := self._alone(key)) is not None:
            # What was found is told otherwise where it is compared with a revision, so that it is looked at again.
            looked_at = homes.union(home_of(finding.file) for finding in summary.findings)
        parts = parts_of(self._files.beginning(name, (*looked_at, own_file))) if summary is not None else {}
        if summary is None or own_file not in parts or not self._can_be_read(name, own_file, parts[own_file]):
            return None
        before = {one: dict(parts.get(one, ())) for one in homes}
        for path, entry in since.changes.items():
            before[home_of(path)].pop(path, None)
            before[home_of(path)] |= {} if entry is None else {path: entry}
        one = Narrowed(
            key, {home: parts[home] for home in looked_at if home in parts}, parts[own_file],
            {home: sorted(some.items()) for home, some in before.items()},
            summary._replace(
                findings=tuple(finding for finding in summary.findings if home_of(finding.file) not in looked_at),
            ),
            since.stays,
        )  # fmt: skip
        self._all[name] = one
        return one

    def _can_be_read(self, name: str, own_file: str, items: Items) -> bool:
        """Whether it is kept of a partner's file that it could be read."""
        told = self._kept.get(name, self._keys.of(own_file, NOTHING, items))
        return told is not None and told.partner

    def remember(self, name: str, against: str) -> bool:
        """Whether all of the few are still there, and it is kept what they were: that can't be read any more."""
        for part, items in self._all[name].before.items():
            told = self._kept.get(name, self._keys.of(part, against, items)) if part in self._all[name].items else None
            if told is None:
                self.drop(name)
                return False
            self._told[part] = told
        return True

    def drop(self, name: str) -> None:
        """Leave it to be opened."""
        self._all.pop(name, None)

    def grown(self, states: States) -> list[str]:
        """The bundles of which a part has something now that it did not have."""
        return [name for name, one in self._all.items()
                if any(not _is_within(states[part][0], self._before(part, states)) for part in one.before)]  # fmt: skip

    def shared(self, name: str, states: States) -> Shared | None:
        """What all parts of a bundle have but the few; None where it is not narrowed, or that is not kept."""
        one = self._all.get(name)
        shared = self._kept.shared(name, one.key) if one is not None else None
        if one is None or shared is None:
            return None
        few = {*one.before, *one.items}
        partners = tuple(path for path in shared.partners if path not in few)
        had = shares_of([[told] for told in self._few_before(one, states)])
        return Shared(_not_in(few, shared.apps), partners, shared.shares - had)

    def apps_before(self, states: States) -> int:
        """How many apps the few had, in all bundles."""
        return sum(len(told.apps) for one in self._all.values() for told in self._few_before(one, states))

    def _few_before(self, one: Narrowed, states: States) -> Iterator[Told]:
        for part in {*one.before, *one.items}:
            yield self._before(part, states) if part in one.before else states[part][0]

    def key(self, name: str) -> str:
        """The key that a bundle had."""
        return self._all[name].key

    def is_passing(self, name: str) -> bool:
        """Whether it is not worth keeping what a bundle comes to, or not all is kept of which that is made."""
        one = self._all.get(name)
        return one is not None and not (one.stays and self._kept.shared(name, one.key) is not None)

    def whole(self, name: str, states: States, found: Mapping[str, Sequence[Finding]]) -> tuple[Summary, Shared] | None:
        """What a bundle comes to with the few as they are; None where it is not narrowed."""
        others = self.shared(name, states)
        if others is None:
            return None
        one = self._all[name]
        now = [states[part][0] for part in one.items]
        apps = (*others.apps, *(path for told in now for path in told.apps))
        findings = (*one.summary.findings, *(finding for part in one.items for finding in found.get(part, ())))
        holds = meeting((*one.summary.holds, *(within for told in now for within in told.holds)))
        return (Summary(len(apps), findings, holds),
                Shared(apps, others.partners, others.shares | shares_of([now])))  # fmt: skip

    def _before(self, part: str, states: States) -> Told:
        return self._told[part] if part in self._told else states[part][1]


def _is_within(now: Told, before: Told) -> bool:
    return now.shares <= before.shares and now.hosts <= before.hosts


def _not_in(homes: Iterable[str], apps: Iterable[str]) -> tuple[str, ...]:
    folders = tuple(f"{home}/" for home in homes)
    return tuple(path for path in apps if not path.startswith(folders))
