"""Main from merge to merge, read as far as each merge can concern it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.io.git import READ_PATHS, GitSnapshot
from launchwindow.load.corpus import load_corpus, partner_place
from launchwindow.load.homes import touched_apps
from launchwindow.merges import main_of
from launchwindow.model.named import NamedTuple
from launchwindow.record import Part, known_as
from launchwindow.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from launchwindow.events.overlay import Overlay
    from launchwindow.events.workspace import Workspace
    from launchwindow.load.homes import Homes
    from launchwindow.model.ledger import Ledger
    from launchwindow.model.merge import Main
    from launchwindow.model.policy import Policy
    from launchwindow.model.snapshot import Entry
    from launchwindow.scope import Known


class Step(NamedTuple):
    """One merge: main before and after it, and what of them it can concern."""

    before: Main
    after: Main
    part: Part
    changes_policy: bool


class Course:
    """Begins at the commit that the ledger last saw; each merge is taken, then recorded, in the order of history."""

    def __init__(self, space: Workspace, ledger: Ledger, known: Mapping[str, Known] | None = None) -> None:
        """`known` are the apps that can be concerned, as the ledger knows them, where that was found out already."""
        self._space = space
        self._before = space.homes(ledger.seen.commit).copy()
        self._after = self._before.copy()
        self._facts = space.facts
        self._main = self._facts.issuers(self._before, known)
        self._hosts: Mapping[str, frozenset[str]] = {}
        if known is None:
            known, self._hosts = self._facts.known(ledger)
        self._scope = Scope(known, self._main)

    def take(self, since: str, last: str, policy: Policy) -> Step:
        """The merge that brought main from one commit to another."""
        return self._take(since, last, self._space.git.changes(since, last, *READ_PATHS), policy)

    def propose(self, overlay: Overlay, policy: Policy) -> Step:
        """The merge that there would be now; whoever asks for its content later finds that of the merge."""
        step = self._take(overlay.base, overlay.head, overlay.changes, policy)
        self._space.remember(overlay.head, self._after)
        return step

    def _take(self, since: str, last: str, changes: Mapping[str, Entry | None], policy: Policy) -> Step:
        self._after.change(changes)
        touched = {one for path in changes for one in touched_apps(path, (self._before, self._after))}
        now = self._facts.issuers(self._after, touched)
        concerned = {one for one in self._scope.concerned({one: now.get(one) for one in touched})
                     if one.partition("/")[0] in policy.environments}  # fmt: skip
        partners = {one for path in changes if (one := partner_place(path))}
        partners |= {one.split("/")[1] for one in concerned}
        before = self._main_of(since, self._before, concerned, partners, policy)
        for one in touched:
            self._main.pop(one, None)
        self._main |= now
        after = self._main_of(last, self._after, concerned, partners, policy)
        self._before.change(changes)
        return Step(before, after, Part(frozenset(concerned), self._hosts), "policy.yaml" in changes)

    def recorded(self, step: Step, ledger: Ledger) -> None:
        """The merge is in the ledger now."""
        subjects = step.part.subjects
        main = {one: self._main[one] for one in subjects if one in self._main}
        self._scope.recorded(subjects, lambda subject: known_as(ledger, subject), main)

    def ends(self, tip: str) -> None:
        """Main is at its tip: what was found out of it holds from here on."""
        self._space.homes_are(tip, self._after)
        self._facts.main_is(self._after)

    def _main_of(
        self, commit: str, homes: Homes, subjects: Collection[str], partners: Collection[str], policy: Policy
    ) -> Main:
        entries = homes.part(subjects, partners)
        corpus = load_corpus(GitSnapshot(self._space.git, entries), policy, self._space.parse)
        return main_of(commit, corpus, self._readable(homes, partners))

    def _readable(self, homes: Homes, partners: Collection[str]) -> Iterator[str]:
        """The apps of some partners that can be read, also those that the merge does not concern."""
        for partner in partners:
            yield from (one for one in homes.apps(partner) if self._main.get(one) is not None)
