"""A new app before it is written: what its partner and twin say, and what the rules would say about its files."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from hashlib import sha1
from typing import TYPE_CHECKING

from launchwindow.edit.answers import Answers, from_partner, from_twin, likely_issuer, with_defaults
from launchwindow.edit.scaffold import Setting, scaffold
from launchwindow.events.setting import window_dates
from launchwindow.io.files import WorkTree
from launchwindow.io.resources import schema
from launchwindow.load.corpus import load_corpus, load_policy
from launchwindow.model.day import Dates
from launchwindow.model.rule import Facts
from launchwindow.model.snapshot import Entry
from launchwindow.notice import push_host
from launchwindow.validate import validate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from launchwindow.events.workspace import Workspace
    from launchwindow.model.app import App, Corpus, Partner
    from launchwindow.model.finding import Finding


class Desk:
    """The work tree as a new app's author finds it; nothing is written from here."""

    def __init__(self, space: Workspace) -> None:
        self.space = space
        self.tree = WorkTree(space.directory)
        self.policy = load_policy(self.tree)
        self.today = space.now.astimezone(self.policy.timezone).date()

    @cached_property
    def partners(self) -> Mapping[str, Partner]:
        """Every partner whose file can be read."""
        return self._corpus([path for path in self.tree.entries if path.startswith("partners/")], {}).partners

    def needs_agreement(self, environment: str | None) -> bool:
        """Whether the environment asks for a signed agreement."""
        return environment is not None and self.policy.environments[environment].agreement

    def defaults(self, answers: Answers) -> Answers:
        """What the twin and the partner's file give for an app whose place is known."""
        twin = self.twin(answers)
        found = with_defaults(answers, from_twin(twin))
        partner = self.partners.get(answers.partner or "")
        if partner is not None:
            agreement = self.needs_agreement(answers.environment)
            own = from_partner(found, partner, self.today.isoformat(), agreement=agreement)
            found = with_defaults(found, own)
        return found

    def suggested(self, answers: Answers) -> Answers:
        """The defaults, and what is only likely: to be offered to somebody who can say no."""
        likely = Answers(
            issuer=likely_issuer(answers, self.twin(answers)), ial=1, default_aal=2 if answers.ial == 2 else 1
        )
        return with_defaults(self.defaults(answers), likely)

    def twin(self, answers: Answers) -> App | None:
        """The app's sandbox configuration, when this is another environment's."""
        if answers.environment in (None, "sandbox") or answers.app is None:
            return None
        return self._corpus(self._beside(answers), {}).app(f"sandbox/{answers.partner}/{answers.app}")

    def setting(self, answers: Answers) -> Setting:
        """What the files depend on beside the answers."""
        twin = self.twin(answers)
        logo = twin.text("logo") if twin is not None else None
        there = twin is not None and logo in twin.files and twin.files[logo].data is not None if logo else False
        taken = self.tree.read(self._beside(answers))
        return Setting(self.today.year, self.needs_agreement(answers.environment), taken, logo if there else None)

    def files(self, answers: Answers) -> dict[str, bytes]:
        """Every file that the answers come to."""
        return scaffold(answers, self.setting(answers))

    def issuer_taken_by(self, answers: Answers) -> str | None:
        """The file that has the issuer in this environment already."""
        apps = self._fleet.apps
        return next((app.path for app in apps
                     if app.issuer == answers.issuer and app.environment == answers.environment), None)  # fmt: skip

    def findings(self, answers: Answers) -> tuple[Finding, ...]:
        """What the rules say about the app's files, were they written now."""
        files = self.files(answers)
        partner = [path for path in self.tree.entries if path == f"partners/{answers.partner}.yaml"]
        corpus = self._corpus([*partner, *self._beside(answers)], files)
        facts = Facts(corpus, self.policy, Dates(self.today, window_dates(self.space, self.policy, self.today)),
                      self.space.deployed_ids(), schema)  # fmt: skip
        return tuple(one for one in validate(corpus, facts) if one.file in files)

    def notice_days(self, answers: Answers) -> int:
        """The days of notice that the new app needs."""
        days = self.policy.environments[answers.environment or ""].notice_days
        host = push_host(answers.push_notification_url)
        known = host is None or host in self.policy.push_hosts
        return days.default if known else max(days.default, days.push_notification_host)

    def window(self, answers: Answers) -> date | None:
        """The earliest deploy window for what is put up for review today; None where there are no windows."""
        if not self.policy.environments[answers.environment or ""].windows:
            return None
        first = self.today + timedelta(days=self.notice_days(answers))
        return self.space.calendar(self.policy).next_from(first).date

    @cached_property
    def _fleet(self) -> Corpus:
        return load_corpus(self.tree, self.policy, self.space.parse)

    def _beside(self, answers: Answers) -> list[str]:
        return [path for path in self.tree.entries if path.startswith(f"{answers.folder}/")]

    def _corpus(self, paths: Iterable[str], files: Mapping[str, bytes]) -> Corpus:
        return load_corpus(_Draft(self.tree, paths, files), self.policy, self.space.parse)


class _Draft:
    """Some files of the work tree, and some that are not written yet, as a snapshot."""

    def __init__(self, tree: WorkTree, paths: Iterable[str], files: Mapping[str, bytes]) -> None:
        self._tree = tree
        self._files = files
        self.entries: Mapping[str, Entry] = {path: tree.entries[path] for path in paths} | {
            path: Entry("file", sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest())
            for path, data in files.items()
        }

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The bytes of regular files."""
        wanted = [path for path in paths if path in self.entries]
        own = {path: self._files[path] for path in wanted if path in self._files}
        return {**self._tree.read([path for path in wanted if path not in own]), **own}
