"""Judge a revision part by part: what was told of a part before and still holds is not found out again.

The findings are those of judging everything at once, byte for byte: `parts` says why, and tests hold the two against
each other.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from launchwindow.events.apart import Apart
from launchwindow.events.narrowed import Narrowing
from launchwindow.events.sides import Sides
from launchwindow.io.two import can_fork, in_two
from launchwindow.load.places import home_of
from launchwindow.model.snapshot import bundle_of
from launchwindow.parts import (
    ITSELF,
    NOTHING,
    Keys,
    Summary,
    Told,
    Verdict,
    beside_its_partner,
    from_plain,
    hosts_of,
    meeting,
    partner_of_part,
    parts_before,
    parts_of,
    parts_with_changes,
    plain,
    sharing,
    summary_of,
    without_partner,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from launchwindow.events.kept_parts import KeptParts
    from launchwindow.events.sides import Revision, Setting
    from launchwindow.model.app import Corpus
    from launchwindow.model.finding import Finding
    from launchwindow.parts import Items, Shared

_T = TypeVar("_T")
AT_ONCE = 100
"""Parts that are read and judged together: enough that what each rule prepares costs little, few enough to hold."""
WORTH_TWO = 30
"""Parts from which on a second process helps."""


class InParts:
    """One revision, perhaps compared with another one.

    Parts that are together in a bundle are only looked at when something is new in it: else its summary, by its own
    key, says what they came to and what they could share with others.
    """

    def __init__(self, setting: Setting, revision: Revision, kept: KeptParts, tell: Callable[[int, int], None]) -> None:
        self._setting = setting
        self._revision = revision
        self._kept = kept
        self._tell = tell
        self._bundles = {name: one for name, one in revision.files.bundles().items() if name != "policy.yaml"}
        self._parts: dict[str, Items] = {}
        """Those of the bundles that were opened, and the few that are looked at of others."""
        self._items: dict[str, Items] = {}
        """These, and the partners' files that they are judged by."""
        self._sides = Sides(revision, self._items, setting)
        self._in: dict[str, str] = {}
        """Part -> the bundle that it is in."""
        self._were: dict[str, Items] = {}
        self._changed: set[str] = set()
        self._of_both: dict[str, tuple[Told, ...]] = {}
        """Of each part that changed: as it is, and as it was."""
        self._keys = Keys(setting.common, self._items, setting.deployed, setting.judges)
        self._new: dict[tuple[str, str], Told] = {}
        """(part, what it was compared with) -> what was found out now."""
        self._against = NOTHING if revision.read_before is None else ITSELF
        self._processes = 1
        self._keys_of = {name: self._keys.of_bundle(name, content) for name, content in self._bundles.items()}
        """Bundle -> its key."""
        self._found_alone: set[str] = set()
        """Parts in which something is found as long as they are compared with nothing, whatever is found then."""
        self._unread: list[str] = []
        """Bundles that were opened, of whose certificates the rules have not been told what is kept."""
        self._narrowed = Narrowing(revision.files, self._keys, kept, self._summary, partial(kept.summary, NOTHING))
        self._apart = Apart(kept, self._keys_of, self._in, self._narrowed)
        self._states: Mapping[str, tuple[Told, ...]] = {}

    @property
    def bundles(self) -> Collection[str]:
        """The names of all bundles."""
        return self._bundles.keys()

    def judge(self) -> Verdict:
        """All findings, in their order; marked as existing where they were there before."""
        changed = {bundle_of(path) for path in self._revision.changes}
        closed = {name: one for name, key in self._keys_of.items()
                  if name not in changed and (one := self._summary(key)) is not None}  # fmt: skip
        new = [name for name in {**self._bundles, **dict.fromkeys(changed)} if name not in closed]
        closed |= {name: summary for name in new if (summary := self._narrow(name)) is not None}
        self._open(name for name in new if name not in closed)
        told, states = self._known(closed)
        self._states = states
        together = sharing(states) | self._alike(states) | self._without_partner(states)
        self._forget_findings(together, told, states)
        same = [name for name in told if name not in together and told[name].findings is None]
        again = self._told(same, anew=True)
        told |= again
        states |= {name: (one,) for name, one in again.items()}
        apart = {name: one for name, one in told.items() if name not in together}
        self._keep()
        found = self._found_apart(apart)
        self._keep_summaries(states, together, found)
        alone = (self._of_both[name][0] for name in self._changed - together)
        findings = [*(finding for some in found.values() for finding in some),
                    *(finding for one in alone for finding in one.findings or ()),
                    *(finding for one in closed.values() for finding in one.findings),
                    *self._found_together(together, states)]  # fmt: skip
        findings.sort(key=lambda finding: (finding.file, finding.span, finding.rule, finding.message))
        left = [states[name][0] for name in states if name in self._parts]
        apps = sum(len(one.apps) for one in left) + sum(one.apps for one in closed.values())
        apps -= self._narrowed.apps_before(states)
        return Verdict(tuple(findings), apps, lambda: self._files(states, closed))

    def that_had(self, shared: str) -> list[str]:
        """The parts, of those that were looked at, that had one of what only one may have, as they were before."""
        return [name for name, some in self._states.items() if shared in some[-1].shares]

    def _files(self, states: Mapping[str, tuple[Told, ...]], closed: Collection[str]) -> Sequence[str]:
        left = {name: states[name][0] for name in states if name in self._parts}
        apps = [path for one in left.values() for path in one.apps]
        partners = [name for name, one in left.items() if one.partner]
        for name in closed:
            shared = (self._narrowed.shared(name, states)
                      or self._kept.shared(name, self._keys_of[name]) or self._shared_anew(name))  # fmt: skip
            apps += shared.apps
            partners += shared.partners
        return (*sorted(apps), *sorted(partners))

    def _shared_anew(self, name: str) -> Shared:
        """What was kept of a bundle, where that was damaged."""
        self._open([name])
        return summary_of(self._told([part for part in self._parts if self._in[part] == name]), {})[1]

    def _summary(self, key: str) -> Summary | None:
        summary = self._kept.summary(NOTHING, key)
        if self._against == ITSELF and (summary is None or summary.findings):
            # As with parts: it makes a difference only where something was found.
            return self._kept.summary(ITSELF, key)
        return summary

    def _narrow(self, name: str) -> Summary | None:
        """What all parts of a bundle come to but the few that are other ones now, which are looked at."""
        one = self._narrowed.narrow(name)
        if one is None:
            return None
        self._items |= {**one.items, f"partners/{name.rpartition('/')[2]}.yaml": one.home}
        if self._against == NOTHING and not self._narrowed.remember(name, NOTHING):
            return None
        self._take(name, one.items)
        return one.summary

    def _take(self, name: str, parts: Mapping[str, Items]) -> None:
        self._parts |= parts
        self._items |= parts
        self._in |= dict.fromkeys(parts, name)
        self._unread.append(name)

    def _open(self, names: Iterable[str]) -> None:
        """Look at the parts of bundles one by one."""
        for name in names:
            self._narrowed.drop(name)
            if name in self._bundles:
                self._take(name, parts_of(self._revision.files.open(name)))
        self._were = parts_before(self._parts, self._revision.changes)
        self._in |= {home_of(path): bundle_of(path) for path in self._revision.changes}
        self._changed = parts_with_changes(self._parts, self._were)

    def _known(self, closed: dict[str, Summary]) -> tuple[dict[str, Told], dict[str, tuple[Told, ...]]]:
        """What there is to know of the parts of open bundles; those that share something with them are opened too."""
        while True:
            told = self._told([name for name in self._parts if name not in self._changed])
            states: dict[str, tuple[Told, ...]] = {name: (one,) for name, one in told.items()}
            states |= self._of_changed()
            opened = self._narrowed.grown(states) or self._apart.sharing_with(states, closed)
            opened = opened or (list(closed) if self._without_partner(states) else [])
            if not opened:
                return told, states
            self._open(opened)
            for name in list(opened):
                del closed[name]

    def _without_partner(self, states: Mapping[str, tuple[Told, ...]]) -> set[str]:
        # Of a bundle that is narrowed the partner's file is known to be readable.
        return {name for name in without_partner(states, self._parts) if self._in[name] not in self._narrowed}

    def _forget_findings(self, together: set[str], told: dict[str, Told], states: dict[str, tuple[Told, ...]]) -> None:
        """Of parts that are judged together with others: what was found in them alone is not to be told."""
        for name in together & told.keys():
            told[name] = told[name]._replace(findings=None)
            states[name] = (told[name],)
        self._new |= {(name, against): told[name] for name, against in self._new if name in together}

    def _keep(self) -> None:
        for (name, against), one in self._new.items():
            self._kept.keep(self._in[name], self._keys.of(name, against), one)

    def _keep_summaries(
        self, states: Mapping[str, tuple[Told, ...]], together: set[str], found: Mapping[str, Sequence[Finding]]
    ) -> None:
        busy, fresh = {self._in[name] for name in together | self._changed}, dict[str, str]()
        names: dict[str, list[str]] = {}
        for part in self._parts:
            names.setdefault(self._in[part], []).append(part)
        for name, parts in names.items():
            if name not in busy and not self._narrowed.is_passing(name):
                whole = self._narrowed.whole(name, states, found)
                summary, shared = whole or summary_of({part: states[part][0] for part in parts}, found)
                against = self._against if not self._found_alone.isdisjoint(parts) else NOTHING
                fresh[name] = self._keys_of[name]
                self._kept.keep_summary(against, name, fresh[name], summary, shared)
        self._apart.keep(fresh, together, self._bundles)

    def _told(self, names: Collection[str], *, anew: bool = False) -> dict[str, Told]:
        """What there is to know of parts that are as they were before.

        Where nothing is found in a part alone, nothing is found when it is compared with itself: a rule about changes
        says nothing of what did not change. So only parts with findings are looked at in that way too.
        """
        told = self._told_against(names, NOTHING, anew=anew)
        if self._against == ITSELF:
            alone = {name for name, one in told.items() if one.findings}
            self._found_alone |= alone
            itself = self._told_against(alone, ITSELF, anew=anew)
            told |= {name: one._replace(holds=meeting((*told[name].holds, *one.holds))) for name, one in itself.items()}
        return told

    def _told_against(self, names: Collection[str], against: str, *, anew: bool = False) -> dict[str, Told]:
        """What was kept, else what is found out now, in two processes if it pays."""
        known: dict[str, Told] = {}
        for name in names if not anew else ():
            kept = self._new.get((name, against)) or self._kept.get(self._in[name], self._keys.of(name, against))
            if kept is not None:
                known[name] = kept
        missing = sorted((name for name in names if name not in known), key=beside_its_partner)

        def work(some: Sequence[str], apart: bool) -> list[tuple[str, object]]:
            return [(name, plain(one)) for name, one in self._find_out(some, against, apart=apart).items()]

        found = {name: from_plain(one) for name, one in self._shared_out(missing, work)}
        self._new |= {(name, against): one for name, one in found.items()}
        return known | found

    def _shared_out(self, names: Sequence[str], work: Callable[[Sequence[str], bool], list[_T]]) -> list[_T]:
        """What `work` comes to, in two processes if that pays."""
        if len(names) < WORTH_TWO or not can_fork():
            return work(names, False) if names else []
        # All that both need is there before they part.
        import launchwindow.told
        import launchwindow.validate  # noqa: F401

        self._setting.policy()
        self._remember()
        middle = len(names) // 2
        self._processes = 2
        mine, others = in_two(work, names[:middle], names[middle:])
        self._processes = 1
        return [*mine, *others]

    def _find_out(self, names: Sequence[str], against: str, *, apart: bool) -> dict[str, Told]:
        from launchwindow.told import told_of
        from launchwindow.validate import validate

        found: dict[str, Told] = {}
        for some in self._batches(names, apart=apart):
            corpus = self._sides.as_they_are(some, apart=apart)
            facts = self._setting.facts(corpus, corpus if against == ITSELF else None)
            findings = validate(corpus, facts)
            found |= told_of(corpus, findings, some, facts.dates.asked())
        return found

    def _batches(self, names: Sequence[str], *, apart: bool) -> Iterator[Sequence[str]]:
        self._remember()
        for begin in range(0, len(names), AT_ONCE):
            if not apart and len(names) > AT_ONCE:
                # The second process is about as far.
                self._tell(begin * self._processes, len(names) * self._processes)
            yield names[begin : begin + AT_ONCE]

    def _remember(self) -> None:
        """Let the rules know of certificates that were read before; here, for it takes the rules to be imported."""
        while self._unread:
            self._kept.remember_certificates(self._unread.pop())

    def _of_changed(self) -> dict[str, tuple[Told, ...]]:
        """What there is to know of the parts that changed, as they are, with what is to be told of them, and were."""

        def work(some: Sequence[str], apart: bool) -> list[tuple[str, list[object]]]:
            return [(name, [plain(one) for one in both])
                    for batch in self._batches(some, apart=apart)
                    for name, both in self._compare(batch, apart=apart).items()]  # fmt: skip

        missing = sorted(self._changed - self._of_both.keys(), key=beside_its_partner)
        found = {name: tuple(from_plain(one) for one in both) for name, both in self._shared_out(missing, work)}
        for name, (now, *_) in found.items():
            # What was found is told beside what was there before; the certificates are the same the next time.
            self._kept.keep_certificates(self._in[name], now)
        self._of_both |= found
        return self._of_both

    def _compare(self, names: Sequence[str], *, apart: bool) -> dict[str, tuple[Told, ...]]:
        from launchwindow.told import told_of

        corpora = self._sides.both(names, self._were, apart=apart)
        now = told_of(corpora[0], self._judged(corpora), names)
        return {name: (now[name], before) for name, before in told_of(corpora[1], (), names).items()}

    def _judged(self, corpora: Sequence[Corpus]) -> Iterable[Finding]:
        """What is found in the first corpus, compared with the second one if there is one."""
        from launchwindow.validate import compared

        return compared(corpora[0], self._setting.facts(corpora[0], corpora[1] if corpora[1:] else None))

    def _alike(self, states: Mapping[str, tuple[Told, ...]]) -> set[str]:
        """The parts of partners with hosts that look alike."""
        # Of a bundle that is narrowed no part has a host that it did not have.
        others = {name: some for name, some in states.items() if self._in[name] not in self._narrowed}
        alike = {one for one, some in hosts_of(others).items() if not self._kept.are_told_apart(some)}
        return {name for name in states if partner_of_part(name) in alike} if alike else set()

    def _found_apart(self, told: Mapping[str, Told]) -> dict[str, Sequence[Finding]]:
        found: dict[str, Sequence[Finding]] = {name: one.findings for name, one in told.items() if one.findings}
        if self._against == NOTHING or not found:
            return found
        from launchwindow.validate import mark_existing

        alone = self._told_against(list(found), NOTHING)
        return {name: mark_existing(some, alone[name].findings or ()) for name, some in found.items()}

    def _found_together(self, names: Collection[str], states: Mapping[str, tuple[Told, ...]]) -> Iterator[Finding]:
        if not names:
            return
        self._remember()
        corpora = self._sides.both(names, self._were, every_partner=bool(self._without_partner(states)))
        yield from (finding for finding in self._judged(corpora) if home_of(finding.file) in names)
