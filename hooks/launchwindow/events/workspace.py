"""A repository as events see it: main's commits as corpora, and the ledger as a value that is read and replaced."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from launchwindow.events.opened import Opened
from launchwindow.io.git import READ_PATHS, GitSnapshot
from launchwindow.model.branches import LEDGER as BRANCH
from launchwindow.model.branches import LEDGER_FOLDERS
from launchwindow.model.errors import LedgerError, NotPossible, PolicyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from launchwindow.events.facts import FactBook
    from launchwindow.io.git import Git
    from launchwindow.io.ledger_store import Stored
    from launchwindow.judge import RuleJudge
    from launchwindow.load.homes import Homes
    from launchwindow.model.app import App, Corpus
    from launchwindow.model.document import Document
    from launchwindow.model.github import Address
    from launchwindow.model.ledger import Deployed, Ledger
    from launchwindow.model.merge import Main
    from launchwindow.model.policy import Policy
    from launchwindow.model.snapshot import Entry
    from launchwindow.windows import Calendar

ATTEMPTS = 50
"""How often a lost race is run again: each loss means that somebody else got on."""
CLOCKS_DIFFER = timedelta(minutes=5)
"""How far the clocks of two machines that write the ledger may be apart."""


class Workspace(Opened):
    """One repository at one moment. Commits do not change, so what was read of them is kept."""

    def __init__(
        self, place: Path | Git, now: datetime, remote: str | None = None, github: Address | None = None
    ) -> None:
        super().__init__(place, now, remote, github)
        self._documents: dict[tuple[str, bytes], Document] = {}
        self._corpora: dict[str, Corpus] = {}
        self._contents: dict[tuple[str, str], Corpus] = {}
        self._overlays: dict[str, Homes] = {}
        self._apps_by_path: dict[str, dict[str, App]] = {}
        self._policies: dict[str, Policy] = {}
        self._calendars: list[tuple[Policy, Calendar]] = []
        self._homes: dict[str, Homes] = {}
        self._rendered: tuple[Mapping[str, Deployed], str, dict[str, bytes]] | None = None

    @cached_property
    def facts(self) -> FactBook:
        """The facts that the ledger keeps, and those that had to be found out."""
        from launchwindow.events.facts import FactBook

        return FactBook(self)

    def parse(self, path: str, data: bytes) -> Document:
        """`load.parse`, remembered: most files are the same in most commits."""
        from launchwindow.load.yaml_source import parse

        key = (path, sha256(data).digest())
        if key not in self._documents:
            self._documents[key] = parse(path, data)
        return self._documents[key]

    def policy(self, commit: str) -> Policy:
        """The policy as it was in a commit. Raises `PolicyError`, which names the commit, when it was wrong."""
        from launchwindow.load.corpus import load_policy

        if commit not in self._policies:
            try:
                file = GitSnapshot(self.git, self.git.beneath(commit, "policy.yaml") or {})
                self._policies[commit] = load_policy(file, self.parse)
            except PolicyError as error:
                raise PolicyError(tuple(f"{commit[:12]}:{problem}" for problem in error.problems)) from error
        return self._policies[commit]

    def policy_is(self, commit: str, policy: Policy) -> None:
        """What `policy` would have to read."""
        self._policies[commit] = policy

    def corpus(self, commit: str, otherwise: Policy | None = None) -> Corpus:
        """Everything that a commit says; with the policy `otherwise`, if there is one, where its own is wrong."""
        from launchwindow.load.corpus import load_corpus

        if commit not in self._corpora:
            try:
                policy = self.policy(commit)
            except PolicyError:
                if otherwise is None:
                    raise
                policy = otherwise
            self._corpora[commit] = load_corpus(self.git.snapshot(commit), policy, self.parse)
        return self._corpora[commit]

    def homes(self, commit: str) -> Homes:
        """A commit's files by app and partner; none of them is read for it."""
        from launchwindow.load.homes import Homes

        if commit not in self._homes:
            self._homes[commit] = Homes(self.git.tree(commit, *READ_PATHS))
        return self._homes[commit]

    def homes_are(self, commit: str, homes: Homes) -> None:
        """What `homes` would have to find out again."""
        self._homes[commit] = homes

    def part(self, entries: Mapping[str, Entry]) -> Corpus:
        """A corpus of some files alone."""
        from launchwindow.load.corpus import load_corpus

        return load_corpus(GitSnapshot(self.git, entries), next(iter(self._policies.values())), self.parse)

    def main(self, commit: str) -> Main:
        """A commit as the schedule sees it."""
        from launchwindow.merges import main_of

        return main_of(commit, self.corpus(commit))

    def content(self, commit: str, path: str) -> Corpus:
        """A corpus of the one app, or partner, whose file is at `path` in `commit`; empty when it is not there."""
        key = (commit, path)
        if key not in self._contents:
            self._contents[key] = self._content(commit, path)
        return self._contents[key]

    def remember(self, commit: str, homes: Homes) -> None:
        """Let these files stand for a commit's content: what a branch would be once it is merged."""
        self._overlays[commit] = homes

    def _content(self, commit: str, path: str) -> Corpus:
        from launchwindow.load.corpus import load_corpus
        from launchwindow.load.places import partner_place

        # Whoever judges the content puts main's policy in its place; where nobody has read one, the commit's own does.
        policy = next(iter(self._policies.values()), None) or self.policy(commit)
        corpus = None if commit in self._overlays else self._corpora.get(commit)
        whole = corpus is not None
        if corpus is None:
            entries = self._beside(commit, path)
            corpus = load_corpus(GitSnapshot(self.git, entries), policy, self.parse)
        if whole and commit not in self._apps_by_path:
            # Asked for once for each app: looking through all of them each time would take long in a large fleet.
            self._apps_by_path[commit] = {app.path: app for app in corpus.apps}
        app = (self._apps_by_path[commit] if whole else {app.path: app for app in corpus.apps}).get(path)
        partner = corpus.partners.get(partner_place(path) or "")
        return corpus._replace(apps=(app,) if app else (), partners={partner.id: partner} if partner else {})

    def _beside(self, commit: str, path: str) -> Mapping[str, Entry]:
        """The files of the app's folder that a path is in; of a partner's path, its file."""
        if commit in self._overlays:
            return self._overlays[commit].beside(path)
        folder = path.rpartition("/")[0] if path.startswith("apps/") else path
        entries = self.git.beneath(commit, folder)
        if entries is None:
            # There is nothing, unless git lost a part of what it should have: it says so here.
            entries = self.git.listing(commit, folder) if self.git.resolve(commit) else {}
        return entries

    def own_policy(self) -> Policy:
        """The policy as it lies in the work tree."""
        from launchwindow.io.files import WorkTree
        from launchwindow.load.corpus import load_policy

        return load_policy(WorkTree(self.directory), self.parse)

    def calendar(self, policy: Policy) -> Calendar:
        """The policy's windows."""
        from launchwindow.events.closures import closures_added
        from launchwindow.windows import Calendar

        # By identity: a policy holds mappings, so it can't be hashed.
        for known, calendar in self._calendars:
            if known is policy:
                return calendar
        read_in = next((commit for commit, one in self._policies.items() if one is policy), "HEAD")
        self._calendars.append((policy, Calendar(policy, closures_added(self.git, policy, read_in))))
        return self._calendars[-1][1]

    def judge(self, main_tip: str) -> RuleJudge:
        """The rules by main's policy and partners."""
        from launchwindow.events.main_files import MainFiles
        from launchwindow.io.resources import schema
        from launchwindow.judge import RuleJudge

        return RuleJudge(MainFiles(self, main_tip), self.content, schema, self.now)

    def read_ledger(self) -> tuple[Stored, Ledger | None]:
        """The ledger as it is stored, and as a value; None when there is none yet."""
        from launchwindow.ledger import read_ledger

        stored = self.store.read(*LEDGER_FOLDERS)
        if stored.tip is None:
            self.require_history()
            return stored, None
        ledger = read_ledger(lambda paths: self.store.files(stored, paths), stored.blobs.keys())
        self.facts.begin(stored, ledger)
        return stored, ledger

    def ledger(self) -> Ledger:
        """The ledger as a value. Raises `LedgerError` when there is none."""
        _, ledger = self.read_ledger()
        if ledger is None:
            raise no_ledger()
        return ledger

    def change_ledger(self, step: Callable[[Ledger], tuple[Ledger, str]]) -> Ledger:
        """Read, compute, write; again from the start when somebody else was faster. The ledger afterwards.

        `step` gives the new ledger and the commit's message; an unchanged ledger is not written.
        """
        from launchwindow.io.ledger_store import Lost
        from launchwindow.ledger import read_all

        for _ in range(ATTEMPTS):
            stored, before = self.read_ledger()
            if before is None:
                raise no_ledger()
            written = self.store.written_at(stored)
            refuse_an_earlier_clock(self.now, written)
            # Of two clocks that differ a little the later one counts: the ledger's time never runs backwards.
            self.now = max(self.now, written)
            try:
                after, message = step(before)
            except NotPossible:
                read_all(before)
                raise
            if after == before:
                return after
            self.facts.require_sound(before)
            try:
                self.write(stored, before, after, message)
            except Lost:
                continue
            return after
        raise NotPossible(f"The ledger moved {ATTEMPTS} times while it was being written. Try again.")

    def write(self, stored: Stored, before: Ledger | None, after: Ledger, message: str) -> None:
        """Write a new state of the ledger, with the IdP's files. Raises `Lost` when somebody else was faster."""
        from launchwindow.ledger import changed_files, closed_path
        from launchwindow.valid_set import changed_environments

        there = self.store.with_folders(stored, sorted({closed_path(one).rpartition("/")[0] for one in after.closed}))
        changes = changed_files(before, after, there.blobs)
        for environment in sorted(changed_environments(before, after)):
            changes |= self._idp_changes(stored, after, environment)
        changes |= self.facts.changes(stored, before, after, changes)
        self.store.write(stored, changes, message, self.now)

    def _idp_changes(self, stored: Stored, ledger: Ledger, environment: str) -> dict[str, bytes | None]:
        """What changes of an environment's IdP files: only bytes that differ, and files that nothing names go."""
        from launchwindow.events.idp_blobs import blobs
        from launchwindow.idp_files import wanted_blobs
        from launchwindow.valid_set import providers

        prefix = f"idp/{environment}/"
        stored = self.store.with_folders(stored, [f"idp/{environment}"])
        rendered = self.idp_files(ledger, environment)
        needed = wanted_blobs(providers(ledger, environment))
        changes: dict[str, bytes | None] = {prefix + path: data for path, data in rendered.items()}
        missing = {path: identity for path, identity in needed.items() if prefix + path not in stored.blobs}
        changes |= {prefix + path: data for path, data in blobs(ledger, environment, missing, self.content).items()}
        keep = {prefix + path for path in (*rendered, *needed)}
        return changes | {path: None for path in stored.blobs if path.startswith(prefix) and path not in keep}

    def idp_files(self, ledger: Ledger, environment: str) -> dict[str, bytes]:
        """The YAML files that the IdP reads."""
        from launchwindow.idp_files import render
        from launchwindow.valid_set import partner_rows, providers

        # By identity: a command asks for those of one state several times, to write and to tell them.
        if self._rendered is None or self._rendered[0] is not ledger.deployed or self._rendered[1] != environment:
            files = render(environment, providers(ledger, environment), partner_rows(ledger, environment))
            self._rendered = (ledger.deployed, environment, files)
        return self._rendered[2]

    def idp_digest(self, ledger: Ledger, environment: str) -> str:
        """One digest of all that the IdP reads: the same digest, the same files."""
        from launchwindow.idp_files import wanted_blobs
        from launchwindow.load.digest import content_digest
        from launchwindow.valid_set import providers

        lines = {path: sha256(data).hexdigest() for path, data in self.idp_files(ledger, environment).items()}
        return content_digest(lines | dict(wanted_blobs(providers(ledger, environment))))


def refuse_an_earlier_clock(now: datetime, written: datetime) -> None:
    """A clock that is behind would have notice begin before anybody had asked, and old word count as new.

    Raises `LedgerError`.
    """
    from launchwindow.ledger_values import rfc3339

    if now < written - CLOCKS_DIFFER:
        raise LedgerError(
            f"It is {rfc3339(now)} by this clock, but the ledger was written at {rfc3339(written)}. "
            "Set the clock, or give a later --now. Nothing was changed."
        )


def no_ledger() -> LedgerError:
    """What to say where there is no ledger yet."""
    return LedgerError(
        f"There is no ledger yet (no branch {BRANCH}). Begin it with `launchwindow adopt REV` when what REV holds is "
        "already deployed, or with `launchwindow adopt --nothing` when nothing is."
    )
