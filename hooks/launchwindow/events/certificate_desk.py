"""An app's certificates as they stand: in the work tree, on main, released and confirmed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from launchwindow.events.main_files import CorpusFiles, MainFiles
from launchwindow.events.recording import bring_up
from launchwindow.events.records import record_of, subject_of
from launchwindow.io.files import WorkTree
from launchwindow.ledger import read_all
from launchwindow.load.corpus import load_corpus, load_policy
from launchwindow.load.plain import nearest
from launchwindow.model.errors import NotPossible
from launchwindow.model.named import NamedTuple
from launchwindow.model.rotation import Record, Rotation
from launchwindow.model.row import Row
from launchwindow.provider import certificate_fingerprint, row_of
from launchwindow.report.certificates import Certificates, Listed
from launchwindow.report.visible import visible
from launchwindow.rotation import as_said
from launchwindow.rotation_steps import Whereabouts, begin_by, is_coordinated, next_step
from launchwindow.rules.x509_facts import certificate_facts
from launchwindow.timelines import waived_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from launchwindow.events.recording import Recorded
    from launchwindow.events.workspace import Workspace
    from launchwindow.judge import RuleJudge
    from launchwindow.model.app import App, Corpus
    from launchwindow.model.ledger import Release
    from launchwindow.model.row import Certificate
    from launchwindow.rules.x509_facts import CertificateFacts

_NO_WINDOWS = (
    "None that has to wait: here a change takes effect when it is merged. Keep the old certificate until your app uses "
    "the new key."
)
_NO_LEDGER = " There is no ledger here, so nothing is known of what is deployed."


class _Known(NamedTuple):
    """What the ledger and main say of one app."""

    record: Record
    main: App | None
    files: Mapping[str, CertificateFacts]
    """Fingerprint -> facts, of the certificates that the file or main names, or that are released or confirmed."""


class CertificateDesk:
    """The work tree, and the ledger with every merge of main in it."""

    def __init__(self, space: Workspace, *, whole: bool = False, recorded: Recorded | None = None) -> None:
        """`whole` where all apps will be asked about: then main and the ledger are read at once, not app by app.

        With what somebody has `recorded` already, main's policy is in force, not the work tree's.
        """
        self.space = space
        self._whole = whole
        self.policy = load_policy(WorkTree(space.directory)) if recorded is None else space.policy(recorded.tip)
        self.calendar = space.calendar(self.policy)
        self.today = self.calendar.local_date(space.now)
        self._recorded = recorded if recorded is not None else self._looked_at()

    def _looked_at(self) -> Recorded | None:
        """The ledger with every merge of main in it; None where there is none."""
        _, ledger = self.space.read_ledger() if self.space.deployed_ids() is not None else (None, None)
        return None if ledger is None else bring_up(self.space, ledger, only_look=True)

    def tree(self) -> WorkTree:
        """The work tree as it is now."""
        return WorkTree(self.space.directory)

    def corpus(self) -> Corpus:
        """All that the work tree says now."""
        return load_corpus(self.tree(), self.policy, self.space.parse)

    def app(self, corpus: Corpus, app_id: str) -> App:
        """An app of the work tree. Raises `NotPossible` when there is none that can be read."""
        found = corpus.app(app_id)
        if found is not None:
            return found
        near = nearest(app_id, [one.id for one in corpus.apps])
        hint = f"Did you mean “{near}”?" if near else "Write it as environment/partner/app."
        broken = any(f"apps/{'/'.join((*app_id.split('/')[1:], app_id.split('/')[0]))}.yaml" == one.path
                     for one in corpus.refusals)  # fmt: skip
        if broken:
            hint = "Its file can't be read: `launchwindow check` says where."
        raise NotPossible(f"There is no app “{visible(app_id, 100)}” in {self.space.directory}. {hint}")

    def head(self, app: App) -> App | None:
        """The app as HEAD has it."""
        commit = self.space.git.resolve("HEAD")
        if commit is None:
            return None
        corpus = load_corpus(self.space.git.snapshot(commit, app.folder), self.policy, self.space.parse)
        return corpus.app(app.id)

    def has_windows(self, app: App) -> bool:
        """Whether the app's environment has deploy windows."""
        environment = self.policy.environments.get(app.environment)
        return environment is not None and environment.windows

    def record(self, app: App) -> Record | None:
        """What the ledger says of an app, with the values of its file in force; None where there is no ledger."""
        known = self._known(app)
        return None if known is None else known.record._replace(rotation=self._said(app, known))

    def assumed(self, app: App) -> Record | None:
        """Where there is no ledger: what HEAD has, as if it were released and confirmed; None where HEAD has no such
        app."""
        head = self.head(app)
        if head is None:
            return None
        row, signs = row_of(head, None), head.data.get("requests_signed") is True
        rotation = Rotation(self.policy.timezone, row, None, None, signs, -1 if signs else None, None, None)
        return Record(row, self._with_waiver(as_said(rotation, app, head), app))

    def certificates(self, app: App) -> Certificates:
        """The app's certificates at every place."""
        known = self._known(app)
        facts = known.files if known is not None else facts_of(app)
        whereabouts = self._whereabouts(app, known, facts)
        step = self._step(app, known, whereabouts)
        return Certificates(app.id, whereabouts.kind, step, tuple(self._listed(app, whereabouts, facts)))

    def on_main(self, app_id: str) -> App | None:
        """An app as main has it; None where it has none of this name that can be read, or there is no ledger."""
        return None if self._recorded is None else self._main.app(app_id)

    def step(self, app: App) -> str:
        """What has to be done now with the app's certificates, and by whom."""
        known = self._known(app)
        facts = known.files if known is not None else facts_of(app)
        return self._step(app, known, self._whereabouts(app, known, facts))

    def _step(self, app: App, known: _Known | None, whereabouts: Whereabouts) -> str:
        if whereabouts.kind == "pkce":
            return next_step(whereabouts)
        if not self.has_windows(app):
            return _NO_WINDOWS
        return next_step(whereabouts) if known is not None else f"Not known.{_NO_LEDGER}"

    def _whereabouts(self, app: App, known: _Known | None, facts: Mapping[str, CertificateFacts]) -> Whereabouts:
        expires = {fingerprint: one.not_after for fingerprint, one in facts.items()}
        if known is None:
            assumed = Rotation(self.policy.timezone, None, None, None, False, None, None, None)
            rotation = as_said(assumed, app, None)
            return Whereabouts(row_of(app, None), None, None, None, rotation, self.space.now, expires)
        main = row_of(known.main, None) if known.main is not None else None
        rotation = self._said(app, known)
        released, confirmed = known.record.released, known.record.rotation.confirmed
        return Whereabouts(row_of(app, None), main, released, confirmed, rotation, self.space.now, expires)

    def _said(self, app: App, known: _Known) -> Rotation:
        said = self._with_waiver(as_said(known.record.rotation, app, known.main), app)
        agreed = said.coordinate_at
        over = agreed is not None and self.space.now >= self.calendar.hours(self.calendar.local_date(agreed))[1]
        return said._replace(missed=over)

    def _with_waiver(self, rotation: Rotation, app: App) -> Rotation:
        return rotation._replace(overlap_waived_until=waived_until(app.data.get("waivers")))

    def _known(self, app: App) -> _Known | None:
        if self._recorded is None:
            return None
        ledger = self._recorded.ledger
        main = self._main
        subject = subject_of(ledger, app)
        on_main = main.app(subject)
        record = record_of(ledger, subject, self._judge)
        files = {**facts_of(app), **(facts_of(on_main) if on_main is not None else {})}
        deployed = ledger.deployed.get(subject)
        for release in (deployed.confirmed, deployed.released) if deployed is not None else ():
            row = release.row if release is not None else None
            # Git is asked only for what nothing names any more.
            if isinstance(row, Row) and any(one.fingerprint not in files for one in row.certs):
                files |= self._facts_at(release)
        return _Known(record, on_main, files)

    @cached_property
    def _main(self) -> CorpusFiles | MainFiles:
        assert self._recorded is not None
        if not self._whole:
            return MainFiles(self.space, self._recorded.tip)
        read_all(self._recorded.ledger)
        return CorpusFiles(self.space.corpus(self._recorded.tip))

    @cached_property
    def _judge(self) -> RuleJudge:
        assert self._recorded is not None
        return self.space.judge(self._recorded.tip)

    def _facts_at(self, release: Release | None) -> dict[str, CertificateFacts]:
        if release is None or release.path is None:
            return {}
        apps = self.space.content(release.commit, release.path).apps
        return {fingerprint: facts for app in apps for fingerprint, facts in facts_of(app).items()}

    def _listed(self, app: App, whereabouts: Whereabouts, facts: Mapping[str, CertificateFacts]) -> Iterator[Listed]:
        rows = (whereabouts.file, whereabouts.main, whereabouts.released, whereabouts.confirmed)
        every: dict[str, Certificate] = {one.fingerprint: one for row in reversed(rows) if row for one in row.certs}
        order = [one.fingerprint for one in whereabouts.file.certs]
        for fingerprint in (*order, *(one for one in every if one not in order)):
            found = facts.get(fingerprint)
            key = f"{found.key_kind} {found.key_bits or ''}".strip() if found is not None else None
            yield Listed(
                every[fingerprint].name, fingerprint, key or None, found.not_after.date() if found else None,
                _places(fingerprint, whereabouts), self._begin_by(app, fingerprint, whereabouts, facts),
            )  # fmt: skip

    def _begin_by(
        self, app: App, fingerprint: str, whereabouts: Whereabouts, facts: Mapping[str, CertificateFacts]
    ) -> date | None:
        """The last day to begin; None for a certificate that has a successor in the file, or that nothing needs."""
        found = facts.get(fingerprint)
        environment = self.policy.environments.get(app.environment)
        in_file = [one.fingerprint for one in whereabouts.file.certs]
        if found is None or environment is None or whereabouts.kind == "pkce" or fingerprint not in in_file:
            return None
        if any(facts[one].not_after > found.not_after for one in in_file if one in facts):
            return None
        coordinated = is_coordinated(whereabouts.file, signs=whereabouts.rotation.signs)
        return begin_by(self.calendar, environment, found.not_after, coordinated=coordinated)


def _places(fingerprint: str, whereabouts: Whereabouts) -> tuple[str, ...]:
    def has(row: Row | None) -> bool:
        return row is not None and any(one.fingerprint == fingerprint for one in row.certs)

    main, released, confirmed = has(whereabouts.main), has(whereabouts.released), has(whereabouts.confirmed)
    found = {
        "file": has(whereabouts.file), "requested": main and not released, "released": released and not confirmed,
        "confirmed": confirmed,
    }  # fmt: skip
    return tuple(place for place, there in found.items() if there)


def facts_of(app: App) -> dict[str, CertificateFacts]:
    """Fingerprint -> facts of each certificate that an app names and that can be read."""
    found = {}
    for _, name in app.texts("certs"):
        file = app.files.get(name)
        facts = certificate_facts(file.data) if file is not None and file.data is not None else None
        if file is not None and file.data is not None and facts is not None:
            found[certificate_fingerprint(file.data)] = facts
    return found
