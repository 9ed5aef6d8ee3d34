"""The rules as the release asks for them: one app's state, by main's policy and partners, for a window's date."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

from launchwindow.model.day import Dates
from launchwindow.model.document import Places
from launchwindow.model.row import Row
from launchwindow.model.rule import Facts
from launchwindow.model.schedule import Obstacle
from launchwindow.provider import certificate_fingerprint
from launchwindow.settle import schedule_values
from launchwindow.validate import Waiver, validate, waivers_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date
    from typing import TypeVar
    from zoneinfo import ZoneInfo

    from launchwindow.model.app import App, Corpus, Partner
    from launchwindow.model.finding import Finding
    from launchwindow.model.ledger import Ledger, Request
    from launchwindow.model.policy import Policy

    AppOrPartner = TypeVar("AppOrPartner", App, Partner)
    Content = Callable[[str, str], Corpus]
    """(commit, path) -> a corpus of the one app, or partner, whose file is at the path in the commit."""


class MainFiles(Protocol):
    """Main, read as far as somebody asks."""

    @property
    def policy(self) -> Policy:
        """The policy in force."""

    def partner(self, partner: str) -> Partner | None:
        """A partner's file."""

    def partners(self) -> Mapping[str, Partner]:
        """All of them."""

    def app(self, subject: str) -> App | None:
        """An app's file, with what it names."""


def active_apps(ledger: Ledger, subjects: Iterable[str]) -> frozenset[str]:
    """Those of some apps that are released and active, as rules need to know them."""
    found = ((subject, ledger.deployed.get(subject)) for subject in subjects)
    return frozenset(
        subject for subject, one in found
        if one and one.released is not None and isinstance(one.released.row, Row) and one.released.row.active
    )  # fmt: skip


class RuleJudge:
    """Judges states of one run; main does not move while it lives, so verdicts are remembered."""

    def __init__(
        self, main: MainFiles, content: Content, schema: Callable[[str], Mapping[str, object]], now: datetime
    ) -> None:
        self._main = main
        self._now = now
        self._content = content
        self._schema = schema
        self._known: dict[tuple[str, date], tuple[Obstacle, ...]] = {}

    def obstacles(self, ledger: Ledger, request: Request, day: date) -> tuple[Obstacle, ...]:
        """Errors of the state that a request left, judged for `day`; and whether its content is as approved."""
        if (request.id, day) not in self._known:
            self._known[request.id, day] = tuple(self._judge(ledger, request, day))
        return self._known[request.id, day]

    def _judge(self, ledger: Ledger, request: Request, day: date) -> list[Obstacle]:
        if request.path is None:
            # The app is gone: there is nothing left to judge.
            return []
        state = self._content(request.commit, request.path)
        digest = _digest(state)
        if digest != request.digest:
            found = f"now {digest}" if digest else "it is no longer in git"
            return [Obstacle("content", f"the content is not what was approved: {request.digest}, {found}")]
        # To tell where something stands takes another look at the file, and the order of errors follows from it: it is
        # asked only where there is an error.
        if not any(one.blocks for one in self._findings(state, ledger, request.subject, day, placed=False)):
            return []
        findings = [one for one in self._findings(state, ledger, request.subject, day) if one.blocks]
        # What was released costs as much again, and is asked only where there is an error that it may have had.
        before = {_identity(finding) for finding in self._released(ledger, request, day)}
        errors = [one for one in findings if _identity(one) not in before]
        return [Obstacle("error", f"{one.rule}: {one.message}") for one in errors]

    def _released(self, ledger: Ledger, request: Request, day: date) -> tuple[Finding, ...]:
        deployed = ledger.deployed.get(request.subject)
        released = deployed.released if deployed else None
        if released is None or released.path is None:
            return ()
        state = self._content(released.commit, released.path)
        return self._findings(state, ledger, request.subject, day) if _digest(state) == released.digest else ()

    def _findings(
        self, state: Corpus, ledger: Ledger, subject: str, day: date, *, placed: bool = True
    ) -> tuple[Finding, ...]:
        names = {app.partner for app in state.apps} | state.partners.keys()
        # Of all partners only its own can tell anything about an app, unless it has none: then the nearest name can.
        known = {name: partner for name in names if (partner := self._main.partner(name)) is not None}
        known = known if known.keys() == names else dict(self._main.partners())
        files = {app.path for app in state.apps} | {partner.path for partner in state.partners.values()}
        files |= {file.path for app in state.apps for file in app.files.values()}
        # Whether the rest of the commit has been read must make no difference.
        state = state._replace(
            entries={path: state.entries[path] for path in files if path in state.entries},
            refusals=tuple(one for one in state.refusals if one.path in files),
        )
        corpus = state._replace(partners=known if state.apps else state.partners, policy=self._main.policy)
        if not placed:
            apps, known = map(_without_place, corpus.apps), {name: _without_place(one) for name, one in known.items()}
            corpus = corpus._replace(apps=tuple(apps), partners=known if state.apps else corpus.partners)
        facts = Facts(
            corpus._replace(partners=known), self._main.policy, Dates(day, lambda _environment: day),
            active_apps(ledger, [app.id for app in state.apps]), self._schema,
        )  # fmt: skip
        in_force = _waivers(ledger, subject)
        findings = validate(corpus, facts, waivers=lambda _app: in_force)
        return tuple(one for one in findings if one.file in files)

    @property
    def timezone(self) -> ZoneInfo:
        """The policy's."""
        return self._main.policy.timezone

    def is_over(self, day: date) -> bool:
        """Whether a day's closing time, by the policy, is past."""
        return self._now >= datetime.combine(day, self._main.policy.windows.closes, self.timezone)

    def imported_names(self, subject: str) -> Mapping[str, str]:
        """Fingerprint or SHA-256 -> the file name at the IdP, of an imported app's certificates and logo."""
        partner = self._main.partner(subject.split("/")[1])
        if partner is None or "imported" not in partner.data:
            return {}
        app = self._main.app(subject)
        return {} if app is None else imported_names(app, partner.data)


def _without_place(one: AppOrPartner) -> AppOrPartner:
    return one._replace(document=one.document._replace(locate=_nowhere))


def _nowhere() -> Places:
    return Places({}, {})


def imported_names(app: App, partner: Mapping[str, object]) -> dict[str, str]:
    """The names that a partner's file says the IdP already knew an app's certificates and logo by."""
    imported = partner.get("imported")
    entry = imported.get(f"{app.environment}/{app.name}") if isinstance(imported, dict) else None
    if not isinstance(entry, dict):
        return {}
    names: dict[str, str] = {}
    certs = entry.get("certs")
    for written, name in (certs if isinstance(certs, dict) else {}).items():
        file = app.files.get(written)
        if file is not None and file.data is not None and isinstance(name, str):
            names[certificate_fingerprint(file.data)] = name
    logo = app.files.get(app.text("logo") or "")
    if logo is not None and logo.data is not None and isinstance(entry.get("logo"), str):
        names[sha256(logo.data).hexdigest()] = str(entry["logo"])
    return names


def _waivers(ledger: Ledger, subject: str) -> tuple[Waiver, ...]:
    value = schedule_values(ledger, subject).get("waivers")
    return waivers_in(value.value if value else None)


def _digest(state: Corpus) -> str | None:
    digests = [app.digest for app in state.apps] + [partner.digest for partner in state.partners.values()]
    return digests[0] if digests else None


def _identity(finding: Finding) -> tuple[str, ...]:
    # Without the file: an app that moved is still the same app.
    return finding.identity("")
