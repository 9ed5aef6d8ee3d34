"""Where there is no ledger yet: what main holds as if all of it were deployed, read as far as a merge concerns it."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from launchwindow.events.on_adoption import adopted
from launchwindow.io.asking import GitFailed
from launchwindow.io.git import GitSnapshot
from launchwindow.io.searching import holding
from launchwindow.load.corpus import load_corpus
from launchwindow.load.homes import touched_apps
from launchwindow.load.places import app_place
from launchwindow.merges import main_of
from launchwindow.model.ledger import Ledger, Seen
from launchwindow.notice import push_host, push_hosts
from launchwindow.record import is_app
from launchwindow.records import records
from launchwindow.scope import Known

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from launchwindow.events.course import Step
    from launchwindow.events.overlay import Overlay
    from launchwindow.events.workspace import Workspace
    from launchwindow.model.ledger import Deployed
    from launchwindow.model.merge import AppState, Main

_MOST = 50
"""Issuers that are looked for as text, at most."""
_AS_WRITTEN = re.compile(r"[!-&(-\[\]-~]{1,1000}")
"""What YAML writes as it is, in each way of writing a text, unless it writes it with a backslash: ASCII without spaces,
which may become ends of lines, and without `'`, which may be doubled. Tens of thousands of characters are too many for
git to look for."""


class AsDeployed:
    """The commit that a branch would be merged into: its apps and partners as if they were deployed and confirmed.

    What the ledger that `adopt` would begin with says of an app follows from its files alone, and a merge concerns only
    the apps whose files it touches and those that have an issuer of theirs.
    """

    def __init__(self, space: Workspace, overlay: Overlay) -> None:
        self._space, self._commit = space, overlay.base
        self._homes = space.homes(overlay.base)
        self._issuers = space.facts.issuers(self._homes, self._near(overlay))

    @cached_property
    def part(self) -> Ledger:
        """The ledger, with what a merge can concern."""
        return self._begun(self._issuers)

    def whole(self) -> Ledger:
        """All of the ledger."""
        return self._begun(self._space.facts.issuers(self._homes))

    def known(self) -> dict[str, Known]:
        """Each of the apps as the ledger knows it."""
        return {subject: Known(issuer, issuer) for subject, issuer in self._issuers.items() if issuer}

    def hosts(self, step: Step) -> dict[str, frozenset[str]]:
        """Environment -> the hosts that the IdP there may already reach, as far as a merge asks about them.

        The rows of all apps are read only where the merge names a host that none of those has which it concerns.
        """
        there = _by_environment(step.before)
        named = {(subject.partition("/")[0], push_host(state.row.columns.get("push_notification_url")))
                 for subject, state in step.after.apps.items()}  # fmt: skip
        if all(host is None or host in there.get(environment, ()) for environment, host in named):
            return there
        return _by_environment(self._space.main(self._commit))

    def _near(self, overlay: Overlay) -> set[str]:
        """The apps that the merge touches, those that have an issuer of theirs, and all of the same partners."""
        after = self._homes.copy()
        after.change(overlay.changes)
        touched = {one for path in overlay.changes for one in touched_apps(path, (self._homes, after))}
        facts = self._space.facts
        issuers = {*facts.issuers(self._homes, touched).values(), *facts.issuers(after, touched).values()} - {None}
        found = touched | self._that_may_have({str(one) for one in issuers})
        partners = {subject.split("/")[1] for subject in found}
        return found.union(*map(self._homes.apps, partners))

    def _that_may_have(self, issuers: Collection[str]) -> set[str]:
        """The apps that may have one of these issuers: in the others, none of them is written."""
        if len(issuers) > _MOST or not all(map(_AS_WRITTEN.fullmatch, issuers)):
            return set(self._homes.apps())
        try:
            paths = holding(self._space.git, self._commit, [*issuers, "\\"], "apps/*.yaml") if issuers else ()
        except GitFailed:
            # Whoever reads them all says which is lost, and what to do.
            return set(self._homes.apps())
        return {"/".join(place) for path in paths if (place := app_place(path))}

    def _begun(self, issuers: Mapping[str, str | None]) -> Ledger:
        apps = [subject for subject, issuer in issuers.items() if issuer]
        partners = sorted({"/".join(subject.split("/")[:2]) for subject in apps})

        def read(keys: Collection[str]) -> Mapping[str, Deployed]:
            names = {key.split("/")[1] for key in keys}
            entries = self._homes.part([key for key in keys if is_app(key)], names)
            files = GitSnapshot(self._space.git, entries)
            corpus = load_corpus(files, self._space.policy(self._commit), self._space.parse)
            readable = (one for name in names for one in self._homes.apps(name) if issuers.get(one))
            states = adopted(self._space, main_of(self._commit, corpus, readable), self._space.judge(self._commit))
            return {subject: one for subject, one in states if subject in keys}

        ledger = Ledger("main", Seen(self._commit, self._space.now), 0, {}, {}, {}, frozenset())
        return ledger._replace(deployed=records([*partners, *apps], read))


def _by_environment(main: Main) -> dict[str, frozenset[str]]:
    found: dict[str, list[AppState]] = {}
    for subject, state in main.apps.items():
        found.setdefault(subject.partition("/")[0], []).append(state)
    return {name: push_hosts(state.row for state in states) for name, states in found.items()}
