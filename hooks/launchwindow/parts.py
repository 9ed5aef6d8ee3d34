"""A fleet in parts that can be judged apart: what was found out of a part holds as long as its own files do.

A part is an app's folder, a partner's file, or any other file for itself. What rules say of it follows from its own
files, its partner's file, the policy and the day, and from what it *shares* with other parts: an issuer, a key, an
agency. So a part that shares nothing says alone what it says among thousands, and parts that share something are
always judged together. `Told` is what has to be known of a part to see whether it shares anything, and what was found
in it.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from launchwindow.load.places import home_of
from launchwindow.model.app import ENVIRONMENTS
from launchwindow.model.finding import SEVERITIES, Finding, Span
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from launchwindow.model.day import Within
    from launchwindow.model.deployed_ids import DeployedIds
    from launchwindow.model.snapshot import Entry

    Items = list[tuple[str, Entry]]


NOTHING, ITSELF = "nothing", "itself"
"""What a part is compared with: no revision, or one that has the same files in it."""

_NONE: Mapping[str, Entry | None] = {}


class Told(NamedTuple):
    """One part, as far as all others have to know it; and what the rules found in it alone."""

    apps: tuple[str, ...]
    """Paths of the app files that could be read."""
    partner: bool
    """Whether it is a partner's file that could be read."""
    shares: frozenset[str]
    """What only one part may have: rules look at all parts that have one of it."""
    hosts: frozenset[str]
    """Hosts that may look like another one of the same partner, and of how many labels its domain is: `a.exa.gov 2`."""
    findings: tuple[Finding, ...] | None
    """None where they depend on other parts, so that they have to be found anew."""
    certificates: tuple[Any, ...] = ()
    """What certificates without a fault of form say, as `rules.sound_certificates` takes it."""
    holds: tuple[Within, ...] = ()
    """On which days the same is found; on all of them where no rule asked for the day or a window."""


class Verdict(NamedTuple):
    """What is to be told of a revision."""

    findings: tuple[Finding, ...]
    apps: int
    """How many app files could be read."""
    files: Callable[[], Sequence[str]]
    """Their paths, then those of the partners' files that could be read."""


class Summary(NamedTuple):
    """A bundle none of whose parts has to be judged together with others: what all of them came to."""

    apps: int
    findings: tuple[Finding, ...]
    holds: tuple[Within, ...] = ()


class Shared(NamedTuple):
    """The paths of its files that could be read, and all that only one part may have, of all its parts."""

    apps: tuple[str, ...]
    partners: tuple[str, ...]
    shares: frozenset[str]


def parts_of(entries: Mapping[str, Entry]) -> dict[str, Items]:
    """Name of each part -> its files. The policy is none: it judges all of them."""
    found: dict[str, Items] = {}
    for item in sorted(entries.items()):
        path = item[0]
        if path != "policy.yaml":
            found.setdefault(home_of(path), []).append(item)
    return found


def parts_before(parts: Mapping[str, Items], changes: Mapping[str, Entry | None]) -> dict[str, Items]:
    """The parts with a file that was another one, as they were; `changes` has what was there."""
    were = {home_of(path): dict(parts.get(home_of(path), ())) for path in changes if path != "policy.yaml"}
    for path, entry in changes.items():
        if path != "policy.yaml":
            were[home_of(path)].pop(path, None)
            were[home_of(path)] |= {} if entry is None else {path: entry}
    return {name: sorted(items.items()) for name, items in were.items()}


def parts_with_changes(parts: Iterable[str], were: Iterable[str]) -> set[str]:
    """The parts that are, or whose partner's file is, another one than before."""
    partners = {name[len("partners/") : -len(".yaml")] for name in were if name.startswith("partners/")}
    return {*were, *(name for name in parts if partners and partner_of_part(name) in partners)}


def partner_of_part(name: str) -> str | None:
    """The partner in whose folder a part is; None for a part that is no app's folder."""
    pieces = name.split("/")
    return pieces[1] if len(pieces) == 3 and pieces[0] == "apps" else None


def beside_its_partner(name: str) -> tuple[str, str]:
    """Parts in an order in which a partner's file is read with the apps that are judged by it."""
    partner = partner_of_part(name)
    return (name if partner is None else f"partners/{partner}.yaml", name)


class Keys:
    """A part's key: a digest of all that what is told of it follows from. The same key, the same words."""

    def __init__(
        self, common: Iterable[str], parts: Mapping[str, Items], deployed: DeployedIds | None,
        judges: Mapping[str, Entry | None] = _NONE,
    ) -> None:  # fmt: skip
        """`judges` has the partners' files by which others than the revision's own are judged, by their paths."""
        self._judges = judges
        self._begun = sha256("\0".join((*common, str(deployed is None))).encode("utf-8", "surrogateescape"))
        self._parts = parts
        self._deployed = deployed

    def of(self, name: str, against: str, items: Items | None = None) -> str:
        """The key of a part that is compared with `against`, itself or nothing; or that it had, with other files."""
        items = self._parts[name] if items is None else items
        partner = partner_of_part(name)
        lines = [f"{path}\0{entry.kind}\0{entry.blob}" for path, entry in items]
        if partner is not None:
            home = self._parts.get(f"partners/{partner}.yaml", [])
            lines += [f"{path}\0{entry.kind}\0{entry.blob}" for path, entry in home]
            lines += self._judge_of(partner)
            subject = name.removeprefix("apps/")
            lines += [one for one in ENVIRONMENTS if f"{one}/{subject}" in (self._deployed or ())]
        digest = self._begun.copy()
        digest.update("\n".join((against, *lines)).encode("utf-8", "surrogateescape"))
        return digest.hexdigest()

    def of_bundle(self, name: str, content: str) -> str:
        """The key of a bundle with the content of that digest."""
        digest = self._begun.copy()
        partner = name.rpartition("/")[2]
        digest.update("\n".join(("", name, *self._judge_of(partner), content)).encode("utf-8", "surrogateescape"))
        if self._deployed is not None:
            for environment in ENVIRONMENTS:
                digest.update(b"\n".join((b"", *self._deployed.of_partner(environment, partner))))
        return digest.hexdigest()

    def _judge_of(self, partner: str) -> list[str]:
        """A line that no path begins, where the partner's own file is not that by which its apps are judged."""
        path = f"partners/{partner}.yaml"
        if path not in self._judges:
            return []
        entry = self._judges[path]
        return ["\0judge" if entry is None else f"\0judge\0{entry.kind}\0{entry.blob}"]


def sharing(told: Mapping[str, Iterable[Told]]) -> set[str]:
    """The parts that share something with another one; a part may have been told of twice, before and now."""
    owners: dict[str, str] = {}
    several: set[str] = set()
    for name, states in told.items():
        for state in states:
            for token in state.shares:
                other = owners.setdefault(token, name)
                if other is not name:
                    several |= {other, name}
    return several


def sharing_with(told: Mapping[str, Iterable[Told]], closed: Mapping[str, Shared]) -> list[str]:
    """The bundles that share something with a part outside of them, or with each other."""
    once = shares_of(told.values())
    if len(once.union(*(one.shares for one in closed.values()))) == len(once) + sum(
        len(one.shares) for one in closed.values()
    ):
        return []
    owners: dict[str, str] = dict.fromkeys(once, "")
    found: set[str] = set()
    for name, one in closed.items():
        for token in one.shares:
            if owners.setdefault(token, name) != name:
                found |= {name, owners[token]}
    return sorted(found - {""})


def without_partner(told: Mapping[str, Sequence[Told]], parts: Collection[str]) -> set[str]:
    """The parts whose partner has no file that can be read: what they are told depends on all who have one."""
    there = {name for name, states in told.items() if name in parts and all(state.partner for state in states)}
    homes = {name: f"partners/{partner}.yaml" for name in told if (partner := partner_of_part(name)) is not None}
    return {name for name, home in homes.items() if home not in there}


def shares_of(told: Iterable[Iterable[Told]]) -> set[str]:
    """All that some parts have and only one may have."""
    return {token for states in told for state in states for token in state.shares}


def hosts_of(told: Mapping[str, Iterable[Told]]) -> dict[str, set[str]]:
    """Partner -> the hosts of all its parts, as `Told` has them."""
    hosts: dict[str, set[str]] = {}
    for name, states in told.items():
        partner = partner_of_part(name)
        if partner is not None:
            hosts.setdefault(partner, set()).update(*(state.hosts for state in states))
    return hosts


def summary_of(told: Mapping[str, Told], found: Mapping[str, Sequence[Finding]]) -> tuple[Summary, Shared]:
    """What the parts of a bundle come to, with the findings as they are told."""
    apps = tuple(path for one in told.values() for path in one.apps)
    partners = tuple(name for name, one in told.items() if one.partner)
    findings = tuple(finding for name in told for finding in found.get(name, ()))
    holds = meeting(within for one in told.values() for within in one.holds)
    return Summary(len(apps), findings, holds), Shared(apps, partners, frozenset(shares_of([told.values()])))


def meeting(some: Iterable[Within]) -> tuple[Within, ...]:
    """The days that lie within all of them."""
    found: dict[str | None, tuple[str, str]] = {}
    for which, after, before in some:
        known = found.get(which, (after, before))
        found[which] = max(known[0], after), min(known[1], before)
    return tuple((which, *between) for which, between in found.items())


def hold(some: Iterable[Within], days: Mapping[str | None, str]) -> bool:
    """Whether what was found within some days is found now: by the ISO dates of the day and of each window."""
    # A loop: thousands of bundles are asked in a check that finds nothing new.
    for which, after, before in some:  # noqa: SIM110
        if not after < days.get(which, "") < before:
            return False
    return True


def plain(told: Told) -> list[Any]:
    """As JSON has it."""
    findings = None if told.findings is None else [list(one) for one in told.findings]
    return [list(told.apps), told.partner, sorted(told.shares), sorted(told.hosts), findings, list(told.certificates),
            [*told.holds]]  # fmt: skip


def from_plain(value: Any) -> Told:
    """What `plain` made. Raises ValueError for anything else: a cache's file may hold what anybody wrote."""
    apps, partner, shares, hosts, findings, certificates, holds = value
    if type(partner) is not bool or not all(type(text) is str for some in (apps, shares, hosts) for text in some):
        raise ValueError("nothing that is told of a part")
    found = None if findings is None else tuple(map(_finding, findings))
    return Told(tuple(apps), partner, frozenset(shares), frozenset(hosts), found, tuple(certificates), _holds(holds))


def plain_summary(summary: Summary) -> list[Any]:
    """As JSON has it."""
    return [summary.apps, [list(one) for one in summary.findings], [*summary.holds]]


def summary_from_plain(value: Any) -> Summary:
    """What `plain_summary` made. Raises ValueError for anything else."""
    apps, findings, holds = value
    if type(apps) is not int:
        raise ValueError("no summary")
    return Summary(apps, tuple(map(_finding, findings)), _holds(holds))


def plain_shared(shared: Shared) -> list[Any]:
    """As JSON has it."""
    return [list(shared.apps), list(shared.partners), sorted(shared.shares)]


def shared_from_plain(value: Any) -> Shared:
    """What `plain_shared` made. Raises ValueError for anything else."""
    apps, partners, shares = value
    if not (type(apps) is type(partners) is type(shares) is list):
        raise ValueError("nothing that is shared")
    # Thousands of texts: joined, the first that is none is found faster than by looking at each.
    "".join(apps), "".join(partners), "".join(shares)
    return Shared(tuple(apps), tuple(partners), frozenset(shares))


def _holds(value: Any) -> tuple[Within, ...]:
    holds = tuple((which, after, before) for which, after, before in value)
    if not all(type(after) is type(before) is str and type(which or "") is str for which, after, before in holds):
        raise ValueError("no days")
    return holds


def _finding(value: Any) -> Finding:
    rule, severity, file, path, span, message, fix, source, about, existing, waived = value
    texts = (rule, file, path, message, fix, about, source or "", waived or "")
    place = Span(*span)
    if not (all(type(text) is str for text in texts) and all(type(number) is int for number in place)
            and severity in SEVERITIES and type(existing) is bool):  # fmt: skip
        raise ValueError("no finding")
    return Finding(rule, severity, file, path, place, message, fix, source, about, existing, waived)
