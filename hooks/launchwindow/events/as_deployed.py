"""Where there is no ledger yet: what a commit holds as if all of it were deployed, read as far as somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.on_adoption import adopted
from launchwindow.io.git import GitSnapshot
from launchwindow.load.corpus import load_corpus
from launchwindow.merges import main_of
from launchwindow.model.ledger import Ledger, Seen
from launchwindow.notice import push_host, push_hosts
from launchwindow.record import is_app
from launchwindow.records import records
from launchwindow.scope import Known

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from launchwindow.events.course import Step
    from launchwindow.events.workspace import Workspace
    from launchwindow.model.ledger import Deployed
    from launchwindow.model.merge import AppState, Main


class AsDeployed:
    """One commit, each of its apps and partners as if it were deployed and confirmed."""

    def __init__(self, space: Workspace, commit: str) -> None:
        self._space, self._commit = space, commit
        self._homes = space.homes(commit)
        self._issuers = space.facts.issuers(self._homes)

    @property
    def ledger(self) -> Ledger:
        """The ledger that `adopt` would begin with."""
        seen = Seen(self._commit, self._space.now)
        deployed = records(self._subjects(), self._read)
        return Ledger("main", seen, 0, {}, {}, {}, frozenset())._replace(deployed=deployed)

    def known(self) -> dict[str, Known]:
        """Each app as that ledger knows it."""
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

    def _subjects(self) -> list[str]:
        apps = [subject for subject, issuer in self._issuers.items() if issuer]
        return sorted({"/".join(subject.split("/")[:2]) for subject in apps}) + apps

    def _read(self, keys: Collection[str]) -> Mapping[str, Deployed]:
        apps = [key for key in keys if is_app(key)]
        partners = {key.split("/")[1] for key in keys}
        files = GitSnapshot(self._space.git, self._homes.part(apps, partners))
        corpus = load_corpus(files, self._space.policy(self._commit), self._space.parse)
        readable = (one for partner in partners for one in self._homes.apps(partner) if self._issuers.get(one))
        main = main_of(self._commit, corpus, readable)
        found = dict(adopted(self._space, main, self._space.judge(self._commit)))
        return {key: found[key] for key in keys}


def _by_environment(main: Main) -> dict[str, frozenset[str]]:
    found: dict[str, list[AppState]] = {}
    for subject, state in main.apps.items():
        found.setdefault(subject.partition("/")[0], []).append(state)
    return {name: push_hosts(state.row for state in states) for name, states in found.items()}
