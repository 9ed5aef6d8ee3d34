"""All that the page of a pull request tells, found out from git, the ledger and the rules."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from launchwindow.endpoints import endpoints
from launchwindow.events.certificate_desk import facts_of
from launchwindow.events.idp_diff import app_diffs, partner_diffs
from launchwindow.events.page_fleet import fleet_of
from launchwindow.events.records import record_of, subject_of
from launchwindow.merges import main_of
from launchwindow.model.row import PartnerRow, Row
from launchwindow.provider import row_of
from launchwindow.record import is_app
from launchwindow.report.page.addresses import hosts_in
from launchwindow.report.page.values import Decoded, Page, Picture, Told
from launchwindow.rotation import as_said
from launchwindow.rotation_steps import Whereabouts, next_step
from launchwindow.rules.agreements import day_of
from launchwindow.rules.x509_facts import certificate_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from launchwindow.events.page_fleet import Fleet
    from launchwindow.events.proposal import Planned
    from launchwindow.events.workspace import Workspace
    from launchwindow.judge import RuleJudge
    from launchwindow.model.app import App
    from launchwindow.model.finding import Finding
    from launchwindow.model.ledger import Ledger, Request
    from launchwindow.model.merge import Main
    from launchwindow.model.policy import Policy
    from launchwindow.model.rotation import Record
    from launchwindow.report.page.values import FileDiff
    from launchwindow.reviews import SoFar
    from launchwindow.rules.x509_facts import CertificateFacts
    from launchwindow.standing import Standing


class PageFacts:
    """The facts of one page. Judging a whole fleet takes time: only who shows the page asks."""

    def __init__(self, space: Workspace, planned: Planned, so_far: Callable[[Request], SoFar | None]) -> None:
        self._space, self._planned, self._so_far = space, planned, so_far
        self._policy: Policy = space.policy(planned.overlay.base)
        self._judge: RuleJudge = space.judge(planned.overlay.base)

    @cached_property
    def page(self) -> Page:
        """All of it."""
        told = tuple(self._told(one) for one in self._planned.standings)
        theirs = {id(finding) for one in told for finding in one.findings}
        elsewhere = tuple(one for one in self._fleet.findings if one.blocks and id(one) not in theirs)
        return Page(self._repository, self._planned.overlay.head, told, elsewhere, self._planned.warnings)

    @property
    def _repository(self) -> str | None:
        github = self._space.github
        return None if github is None else f"{github.web}/{github.repository}"

    @cached_property
    def _ledger(self) -> Ledger:
        return self._planned.before()

    @cached_property
    def _fleet(self) -> Fleet:
        requests = [one.request for one in self._planned.standings]
        return fleet_of(self._space, self._planned.overlay, requests, self._record)

    def _record(self, app: App) -> Record:
        ledger = self._ledger
        return record_of(ledger, subject_of(ledger, app), self._judge)

    def _told(self, standing: Standing) -> Told:
        request = standing.request
        environment = self._policy.environments[request.environment]
        if not is_app(request.subject):
            return Told(
                standing, environment, None, None, None, frozenset(), self._partner_diffs(request), (), None, None, (),
                self._about([request.path] if request.path else []), None, False, self._so_far(request), False,
            )  # fmt: skip
        app = self._fleet.after.lookup.by_path.get(request.path or "")
        was = self._was(request)
        before = self._before(request, was)
        after = request.row if isinstance(request.row, Row) else None
        findings = self._about([app.path, *(file.path for file in app.files.values())] if app is not None else [])
        launch = _launch(after) if environment.windows and not self._is_there(request) else None
        window = str(standing.window) if standing.window is not None else None
        return Told(
            standing, environment, before, self._twin(request), _twin_path(request),
            hosts_in(after) - hosts_in(before), self._app_diffs(request, before, after),
            tuple(_decoded(before, after, app, was)), self._step(standing, app, was), self._picture(standing, app),
            self._endpoints(before, after, environment.name), findings, launch,
            launch is not None and (window is None or launch < window), self._so_far(request),
            any(one.rule == "private-key" for one in findings),
        )  # fmt: skip

    def _about(self, files: Sequence[str]) -> tuple[Finding, ...]:
        """What is told of some files: of what was there before, only what would stop a merge."""
        return tuple(one for one in self._fleet.findings
                     if one.file in files and (not one.existing or one.severity == "error"))  # fmt: skip

    def _was(self, request: Request) -> App | None:
        """The app as main has it: the one with its issuer, else the one at its path."""
        base = self._fleet.base
        same = base.lookup.by_issuer.get((request.environment, request.issuer), ())
        return same[0] if same else base.app(request.subject.partition("~")[0])

    def _before(self, request: Request, was: App | None) -> Row | None:
        if was is not None:
            main = self._main.apps.get(was.id)
            if main is not None:
                return main.row
        deployed = self._ledger.deployed.get(request.subject)
        row = deployed.released.row if deployed is not None and deployed.released is not None else None
        return row if isinstance(row, Row) else None

    def _is_there(self, request: Request) -> bool:
        """Whether the identity provider was given the app already."""
        deployed = self._ledger.deployed.get(request.subject)
        row = deployed.released.row if deployed is not None and deployed.released is not None else None
        return isinstance(row, Row) and row.active

    def _twin(self, request: Request) -> Row | None:
        environment, _, app = request.subject.partition("~")[0].partition("/")
        state = self._after.apps.get(f"sandbox/{app}") if environment != "sandbox" else None
        return None if state is None else state.row

    def _app_diffs(self, request: Request, before: Row | None, after: Row | None) -> tuple[FileDiff, ...]:
        environment, name = request.subject.split("/")[:2]
        partner = f"{environment}/{name}"
        state = self._after.partners.get(partner) or self._main.partners.get(partner)
        row = None if state is None else state.row
        return app_diffs(self._ledger, request.subject, before, after, row, self._judge)

    def _partner_diffs(self, request: Request) -> tuple[FileDiff, ...]:
        after = request.row if isinstance(request.row, PartnerRow) else None
        state = self._main.partners.get(request.subject)
        return partner_diffs(request.subject, None if state is None else state.row, after)

    @cached_property
    def _main(self) -> Main:
        return main_of(self._planned.overlay.base, self._fleet.base)

    @cached_property
    def _after(self) -> Main:
        return main_of(self._planned.overlay.head, self._fleet.after)

    def _endpoints(self, before: Row | None, after: Row | None, environment: str) -> tuple[tuple[str, str], ...]:
        if after is None or (before is not None and before.columns["protocol"] == after.columns["protocol"]):
            return ()
        return endpoints(self._policy, environment, after.columns["protocol"])

    def _picture(self, standing: Standing, app: App | None) -> Picture | None:
        file = app.files.get(app.text("logo") or "") if app is not None else None
        if file is None or file.data is None or all(change.field != "logo" for change in standing.changes):
            return None
        blob = f"{self._planned.overlay.head}/{quote(file.path, errors='surrogateescape')}"
        url = f"{self._repository}/blob/{blob}?raw=true"
        return Picture(file.path, len(file.data), None if self._repository is None else url)

    def _step(self, standing: Standing, app: App | None, was: App | None) -> str | None:
        """What comes after the merge, where a deployed app's certificates change."""
        environment = self._policy.environments[standing.request.environment]
        if app is None or not environment.windows or all(change.field != "certs" for change in standing.changes):
            return None
        record = self._record(was or app)
        if record.released is None or not record.released.active:
            return None
        row = row_of(app, None)
        expires = {digest: facts.not_after for digest, facts in _facts(app, was).items()}
        rotation = as_said(record.rotation, app, was)
        at = Whereabouts(row, row, record.released, rotation.confirmed, rotation, self._space.now, expires)
        return next_step(at)


def _twin_path(request: Request) -> str | None:
    environment, partner, *app = request.subject.partition("~")[0].split("/")
    return f"apps/{partner}/{app[0]}/sandbox.yaml" if app and environment != "sandbox" else None


def _launch(row: Row | None) -> str | None:
    """The day that an app asks for; None for what is no day, as the schema tells."""
    return None if row is None else day_of(row.columns.get("launch_date"))


def _facts(*apps: App | None) -> dict[str, CertificateFacts]:
    return {digest: facts for app in apps if app is not None for digest, facts in facts_of(app).items()}


def _decoded(before: Row | None, after: Row | None, app: App | None, was: App | None) -> Iterator[Decoded]:
    """Every certificate that the app has or had, where they change."""
    old, new = ({one.fingerprint: one for one in row.certs} if row is not None else {} for row in (before, after))
    if after is None or list(old) == list(new):
        return
    facts = _facts(app, was)
    for digest, one in {**new, **old}.items():
        found = facts.get(digest)
        fate: Literal["new", "stays", "goes"]
        fate = "stays" if digest in old and digest in new else "new" if digest in new else "goes"
        named = new.get(digest, one).name
        if found is None:
            yield Decoded(fate, named, digest, None, "", None, None)
        else:
            key = f"{found.key_kind} {found.key_bits or ''}".strip()
            days = (found.not_before.date(), found.not_after.date())
            yield Decoded(fate, named, digest, key or None, certificate_names(found.der).subject, *days)
