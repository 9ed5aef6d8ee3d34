"""What a release may do, by the words of the design alone: brute force over main's history, by issuer.

Nothing here is shared with the schedule. Where the design follows an app by more than its issuer, the oracle takes
what any reading of it allows: it never accuses a release that some reading permits.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from support.history_fleet import Content, Flat, Fleet, environment_of, flat, partner_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DAYS = {"production": 14, "staging": 0}


class Merge(NamedTuple):
    """One merge, with main as it can be told: a file that can't be read stays as it was."""

    commit: str
    at: datetime
    day: date
    approved: bool
    fleet: Fleet


class Levers(NamedTuple):
    """(commit's 12 characters, environment, the file's path or, for an app that is gone, its issuer) -> what."""

    approved: dict[tuple[str, str, str], date]
    held: set[tuple[str, str, str]]


class Span(NamedTuple):
    """What the identity provider was seen to run, from when to when."""

    flat: Flat
    first: datetime
    last: datetime | None


class Release(NamedTuple):
    """One issuer's row, before and after a window took something."""

    environment: str
    issuer: str
    before: Mapping[str, Flat]
    after: Flat
    day: date
    opens_at: datetime
    replaced: bool
    """Whether another issuer became active at the same time: an app may have changed its issuer."""


class Oracle:
    """Judges releases against all that happened until now."""

    def __init__(self, merges: list[Merge], levers: Levers, spans: Mapping[tuple[str, str], list[Span]],
                 hosts: Mapping[str, datetime]) -> None:  # fmt: skip
        self.merges, self.levers, self.spans, self.hosts = merges, levers, spans, hosts
        self.became: dict[tuple[str, str], set[str]] = {}
        """(environment, issuer) -> the issuers that its app had before."""

    def states(self, environment: str, issuer: str, index: int) -> Iterator[tuple[str, Content, Flat]]:
        """(path, content, flat) of each file with the issuer after a merge."""
        fleet = self.merges[index].fleet
        for path, content in fleet.apps.items():
            if content is not None and content.issuer == issuer and environment_of(path) == environment:
                agency = fleet.partners[partner_of(path)]
                if agency is not None:
                    yield path, content, flat(content, agency.agency_id)

    def complaints(self, release: Release) -> list[str]:
        """Why a release breaks a promise by every reading; empty when some reading allows it."""
        reasons: list[str] = []
        there = release.before.get(release.issuer)
        others = [] if there and there["active"] else [one for one in release.before if one != release.issuer]
        for base in [release.issuer, *others]:
            found = self._against(release, base)
            if not found:
                earlier = self.became.get((release.environment, base), set())
                self.became.setdefault((release.environment, release.issuer), set()).update({base}, earlier)
                return []
            reasons += [f"(from {base}) {one}" for one in found]
        return reasons

    def _values(self, release: Release, base: str, index: int) -> list[tuple[str, Flat]]:
        """(path or issuer, flat) that the app may have had after a merge."""
        found = [(path, row) for path, _, row in self.states(release.environment, release.issuer, index)]
        if not found and base != release.issuer:
            found = [(path, row) for path, _, row in self.states(release.environment, base, index)]
        old = release.before.get(base)
        if not found or (release.replaced and not release.after["active"]):
            # It is gone, or its app has another issuer by then.
            row: Flat = {**old, "active": False} if old else {}
            found += [(place, row) for place in (release.issuer, *self._last_paths(release, index))]
        later = self._successors(release.environment, release.issuer, index)
        return found + [(path, row) for one in later for path, _, row in self.states(release.environment, one, index)]

    def _successors(self, environment: str, issuer: str, index: int) -> set[str]:
        """The issuers that its app may have had since: each stands where another one of them stood before."""
        found = {issuer}
        for after in range(1, index + 1):
            then, now = self.merges[after - 1].fleet.apps, self.merges[after].fleet.apps
            for path in (path for path in then.keys() & now.keys() if environment_of(path) == environment):
                before, since = then[path], now[path]
                if before is not None and since is not None and before.issuer in found:
                    found.add(since.issuer)
        return found - {issuer}

    def _last_paths(self, release: Release, index: int) -> Iterator[str]:
        """Where a file of the issuer was last: another issuer's may be there now, by the merge that took it away."""
        for before in reversed(range(index)):
            paths = [path for path, _, _ in self.states(release.environment, release.issuer, before)]
            if paths:
                yield from paths
                return

    def _against(self, release: Release, base: str) -> list[str]:
        old = release.before.get(base, {})
        new = release.after
        changed = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
        last = len(self.merges) - 1
        steps = [self._values(release, base, index) for index in range(last + 1)]
        taken = [key for key in changed if not any(row.get(key) == new.get(key) for _, row in steps[-1])]
        if taken:
            return [f"main has taken back {taken}"]
        problems = []
        for state in reversed(range(last + 1)):
            found = self._state_problems(release, base, steps, changed, state)
            if not found:
                return []
            problems += [
                f"as of {self.merges[state].commit[:12]}: {one}" for one in found[:3] if one != "another state"
            ]
        return problems[:6] or ["no merge left this state"]

    def _state_problems(
        self, release: Release, base: str, steps: list[list[tuple[str, Flat]]], changed: list[str], state: int
    ) -> list[str]:
        fit = [place for place, row in steps[state] if row == release.after]
        if not fit:
            return ["another state"]
        if self.merges[state].at >= release.opens_at:
            return ["merged after the window had opened"]
        own = state
        while own and any(self._same(release, own, place, before) for place in fit for before, _ in steps[own - 1]):
            own -= 1
        # Where the app may have lived on under another issuer, a later merge may be the one that left this state.
        owns = [own, *(index for index in range(own + 1, state + 1) if len(steps[index]) != len(steps[index - 1]))]
        fits = [(index, place) for index in owns for place, row in steps[index] if row == release.after]
        problems = [] if any(self._allowed(release, *one) for one in fits) else ["unapproved or held"]
        for key in changed:
            value = release.after.get(key)
            first = len(steps)
            while first and any(row.get(key) == value for _, row in steps[first - 1]):
                first -= 1
            # Where two files had the issuer, either may have been the app, and the value may count from later.
            firsts = [first, *(index for index in range(first + 1, len(steps)) if _new(steps, index, key, value))]
            waited = any(self._waited(release, base, steps[index], index, key) for index in firsts)
            if not waited:
                commit = self.merges[first].commit[:12]
                problems.append(f"{key} = {value!r} counts from {commit}: too early, unapproved or held")
        return problems

    def postponed(self, release: Release) -> bool:
        """Whether an approved `not_before` forbids the day; False where it is not plain whose it is."""
        value: str | None = None
        approved: str | None = None
        for index, merge in enumerate(self.merges):
            found = list(self.states(release.environment, release.issuer, index))
            if len(found) != (1 if release.after["active"] or index < len(self.merges) - 1 else 0):
                return False
            place, content = (found[0][0], found[0][1]) if found else (release.issuer, None)
            stated = content.not_before if content else None
            key = (merge.commit[:12], release.environment, place)
            if stated != value and (merge.approved or key in self.levers.approved):
                approved = stated
            value = stated
        return approved is not None and date.fromisoformat(approved) > release.day

    def _allowed(self, release: Release, index: int, place: str) -> bool:
        """Approved and not held, by the request that brought this state: the latest merge that touched the file."""
        merge = self.merges[index]
        key = (merge.commit[:12], release.environment, place)
        return key not in self.levers.held and (merge.approved or key in self.levers.approved)

    def _same(self, release: Release, index: int, place: str, before: str) -> bool:
        """Whether a merge left the app's file as it was, wherever it moved to."""
        now, then = self.merges[index].fleet, self.merges[index - 1].fleet
        if place == before == release.issuer:
            return True
        if place not in now.apps or before not in then.apps:
            return False
        agencies = now.partners[partner_of(place)] == then.partners[partner_of(before)]
        return now.apps[place] == then.apps[before] and agencies

    def _waited(self, release: Release, base: str, places: list[tuple[str, Flat]], index: int, key: str) -> bool:
        merge, value = self.merges[index], release.after.get(key)
        for place, row in places:
            if row.get(key) != value or not self._allowed(release, index, place):
                continue
            start = merge.day if merge.approved else self.levers.approved[merge.commit[:12], release.environment, place]
            days = DAYS[release.environment]
            if release.environment == "production" and key == "push" and value is not None:
                host = str(urlsplit(str(value)).hostname)
                if host not in self.hosts or self.hosts[host] > merge.at:
                    days = 21
            if self._ran_lately(release, base, key, merge.at):
                days = 0
            if start + timedelta(days=days) <= release.day:
                return True
        return False

    def _ran_lately(self, release: Release, base: str, key: str, at: datetime) -> bool:
        """Whether the value was seen to run within 30 days before the merge, at this app by whatever issuer."""
        value, since = release.after.get(key), at - timedelta(days=30, hours=1)
        earlier = {release.issuer, base}
        for issuer in (release.issuer, base):
            earlier |= self.became.get((release.environment, issuer), set())
        spans = [span for issuer in earlier for span in self.spans.get((release.environment, issuer), [])]
        recent = [span for span in spans if span.last is None or span.last >= since]
        if any(span.flat.get(key) == value for span in recent):
            return True
        # Not yet being there counts for a deactivation.
        began = min((span.first for span in self.spans.get((release.environment, release.issuer), [])), default=None)
        return key == "active" and value is False and (began is None or began >= since)


def _new(steps: list[list[tuple[str, Flat]]], index: int, key: str, value: object) -> bool:
    """Whether a merge brought the value by the reading of one of several files with the same issuer."""
    before = steps[index - 1]
    places = {place for place, _ in before}
    return any(row.get(key) != value for _, row in before) or any(place not in places for place, _ in steps[index])
