"""GitHub is brought in line with the ledger (`sync`): from any state, and as often as anybody likes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from launchwindow.endpoints import endpoints
from launchwindow.events.answer import Answer
from launchwindow.events.bringing_in_line import Bringing
from launchwindow.events.past import Past
from launchwindow.events.recording import reviewed_where
from launchwindow.events.workspace import no_ledger
from launchwindow.face.labels import EVERY, in_line_with, is_same, labels
from launchwindow.face.marks import window_in
from launchwindow.face.matching import day_of, match, milestones, own_issues
from launchwindow.face.plan import MendLabel, plan
from launchwindow.face.progress import by_any_id, failed
from launchwindow.face.wanted import wanted_issue, wanted_milestones
from launchwindow.io.github import tracker as seen_by
from launchwindow.io.github.authors import own_login
from launchwindow.model.errors import LaunchwindowError
from launchwindow.model.github import GitHubError, GitHubRefused
from launchwindow.model.named import NamedTuple
from launchwindow.model.row import Row
from launchwindow.model.tracker import Tracker, Wanted
from launchwindow.report.request_comments import comment
from launchwindow.report.sync import Outcome, sync_json, sync_text
from launchwindow.standing import ended, standings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from launchwindow.events.certificate_desk import CertificateDesk
    from launchwindow.events.workspace import Workspace
    from launchwindow.face.matching import Matched
    from launchwindow.face.plan import Step
    from launchwindow.io.github.connection import Connection
    from launchwindow.io.ledger_store import Stored
    from launchwindow.model.ledger import Ledger
    from launchwindow.model.tracker import Handed, WantedIssue
    from launchwindow.standing import Standing
    from launchwindow.windows import Calendar

    Tell = Callable[[int, int, str], None]

PATIENCE = 3
"""Steps in a row that got no answer, after which GitHub is left alone until the next run."""
NO_RIGHT = (401, 403)
"""What GitHub refuses to this token, it refuses again."""


class _Found(NamedTuple):
    """What there is, and what there ought to be."""

    tracker: Tracker
    wanted: Wanted
    matched: Matched
    standings: dict[str, Standing]
    """By request."""
    tip: str
    """Main's newest commit."""


def sync(space: Workspace, tell: Tell, *, dry_run: bool, minutes: float | None) -> Answer:
    """Bring issues, labels, milestones and deployments in line; exit status 1 when something is left.

    `tell` hears how many steps of how many are done, and which one comes now. After `minutes` no further
    step is begun: the next run goes on. Raises `GitHubError`, `LedgerError`, `PolicyError`.
    """
    hub = space.hub
    if hub is None:
        raise LaunchwindowError("sync brings a repository on GitHub in line: name it with --github OWNER/NAME.")
    stored, ledger = space.read_ledger()
    if ledger is None:
        raise no_ledger()
    reviewed_where(space, ledger, only_look=False)
    found = _look(space, hub, stored, ledger)
    steps = plan(found.tracker, found.wanted, found.matched)
    strangers = tuple(one.number for one in found.matched.strangers)
    if dry_run:
        outcome = Outcome((), tuple(one.what for one in steps), (), strangers, dict(hub.sent), dry_run=True)
    else:
        outcome = _do_all(space, hub, found, steps, tell, minutes)._replace(strangers=strangers)
    repository = hub.address.repository
    return Answer(
        sync_text(repository, outcome), sync_json(repository, outcome), 0 if dry_run or outcome.in_line else 1
    )


def _look(space: Workspace, hub: Connection, stored: Stored, ledger: Ledger) -> _Found:
    tip = space.main_tip(ledger.main)
    policy = space.policy(tip)
    calendar = space.calendar(policy)
    with_windows = [one.name for one in policy.environments.values() if one.windows]
    past = Past(space, stored)
    found = [one for one in standings(ledger, policy, calendar, space.judge(tip), space.now)
             if one.request.environment in with_windows]  # fmt: skip
    listed = seen_by.labels(hub)
    wanted_labels = labels(with_windows, str(stored.tip))
    # Anybody can describe another label like it: only where it is missing it may have been renamed.
    there = any(one.name.lower() == EVERY for one in listed)
    every = EVERY if there else next((one.name for one in listed if is_same(wanted_labels[0], one)), EVERY)
    tracker = Tracker(own_login(hub), tuple(listed), tuple(seen_by.open_issues(hub, every)),
                      tuple(seen_by.milestones(hub, "open")))  # fmt: skip
    closed = [one for one in past.closed_since(in_line_with(listed)) if one.request.environment in with_windows]
    by_request = {one.request.id: one for one in found}
    by_request = {one.request.id: ended(one) for one in closed} | by_request
    issues = [wanted_issue(one, ended=key not in ledger.requests) for key, one in by_request.items()]
    tracker, matched = _with_lost(hub, tracker, issues)
    late = past.closed_of([request for issue, request in own_issues(tracker).values() if issue in matched.strangers])
    if late:
        by_request |= {one.request.id: ended(one) for one in late}
        issues += [wanted_issue(ended(one), ended=True) for one in late]
        matched = match(tracker, issues)
    days = {one.window for one in (*found, *(ended(one) for one in closed)) if one.window is not None}
    days |= {day for one in tracker.milestones if (day := day_of(one)) is not None}
    tracker = _with_closed(hub, tracker, days)
    handed = past.handed(with_windows, days)
    wanted = wanted_milestones(found, handed, _failed(past, handed, days, ledger, calendar), ledger.requests, calendar,
                               calendar.local_date(space.now))  # fmt: skip
    return _Found(tracker, Wanted(wanted_labels, tuple(issues), wanted), matched, by_request, tip)


def _failed(
    past: Past, handed: Mapping[date, Sequence[Handed]], days: set[date], ledger: Ledger, calendar: Calendar
) -> dict[date, set[str]]:
    """Day -> the environments whose release was taken back. The ledger knows: a milestone anybody may have changed."""
    known = by_any_id(ledger.requests.values())
    over = {request for runs in handed.values() for run in runs for request in run.requests} - known.keys()
    known |= by_any_id(one.request for one in past.closed_of(over))
    return {
        day: {run.environment for run in handed.get(day, ()) if failed(day, run, known, calendar.local_date)}
        for day in days
    }


def _with_closed(hub: Connection, tracker: Tracker, days: set[date]) -> Tracker:
    """The milestones, closed ones too where a day has no open one.

    GitHub gives a title only once, also after somebody closed what has it.
    """
    if days - {window_in(one.description) for one in tracker.milestones}:
        tracker = tracker._replace(milestones=(*tracker.milestones, *seen_by.milestones(hub, "closed")))
    return tracker


def _with_lost(hub: Connection, tracker: Tracker, wanted: Sequence[WantedIssue]) -> tuple[Tracker, Matched]:
    """The issues again where some seem to be missing: they may have lost their label, or be closed by hand."""
    matched = match(tracker, wanted)
    missing = [one for one in wanted if one.request not in matched.issues]
    if not missing:
        return tracker, matched
    known = {one.number: one for one in tracker.issues}
    known = {one.number: one for one in seen_by.issues_since(hub, min(one.merged_at for one in missing))} | known
    tracker = tracker._replace(issues=tuple(known.values()))
    return tracker, match(tracker, wanted)


def _do_all(
    space: Workspace, hub: Connection, found: _Found, steps: Sequence[Step], tell: Tell, minutes: float | None
) -> Outcome:
    there = {one.window: seen for one, seen in milestones(found.tracker, found.wanted.milestones).items()}
    telling = _Telling(space, found.standings, found.tip)
    work = Bringing(hub, found.tracker, there, telling.comment, telling.newest)
    failed: list[tuple[str, str]] = []
    left: list[str] = []
    silent = 0
    for number, step in enumerate(steps):
        tell(number, len(steps), step.what)
        if not hub.has_time(minutes):
            left = [one.what for one in steps[number:]]
            break
        if failed and isinstance(step, MendLabel) and step.label == found.wanted.labels[0]:
            # GitHub is not in line with this commit of the ledger, and must not say that it is.
            left = [step.what]
            break
        try:
            work.do(step)
        except GitHubRefused as refused:
            if refused.code in NO_RIGHT:
                raise
            failed.append((step.what, str(refused)))
            silent = 0
        except GitHubError as error:
            failed.append((step.what, str(error)))
            silent += 1
            if silent == PATIENCE:
                left = [one.what for one in steps[number + 1 :]]
                break
        else:
            silent = 0
    tell(len(steps), len(steps), "")
    return Outcome(tuple(work.made), tuple(left), tuple(failed), (), dict(hub.sent))


class _Telling:
    """The texts of comments, and what they need of main and the ledger."""

    def __init__(self, space: Workspace, standings: dict[str, Standing], tip: str) -> None:
        self._space, self._standings, self._tip = space, standings, tip

    def comment(self, request: str, before: str) -> str:
        """What to tell of a request now, when `before` was told last."""
        one = self._standings[request]
        if one.state != "deployed":
            return comment(one, before)
        row = one.request.row
        addresses: tuple[tuple[str, str], ...] = ()
        if isinstance(row, Row) and row.active:
            addresses = endpoints(self._space.policy(self._tip), one.request.environment, row.columns["protocol"])
        return comment(one, before, endpoints=addresses, rotation=self._rotation(one))

    def _rotation(self, one: Standing) -> str | None:
        """The certificate step that comes now, where the request changed a certificate."""
        from launchwindow.events.main_files import MainFiles

        if not any(element.field == "certs" for element in one.request.days):
            return None
        app = MainFiles(self._space, self._tip).app(one.request.subject)
        return None if app is None else self._desk.certificates(app).step

    @cached_property
    def _desk(self) -> CertificateDesk:
        # Once for all comments: it reads the ledger, from a remote too.
        from launchwindow.events.certificate_desk import CertificateDesk

        return CertificateDesk(self._space)

    def newest(self, requests: Iterable[str]) -> str:
        """The commit of main that has all that some requests brought: a deployment is shown on one."""
        commits = [one.rpartition("@")[2] for one in requests]
        known = [full for one in commits if (full := self._space.git.resolve(one)) is not None]
        for one in known:
            if all(self._space.git.is_ancestor(other, one) for other in known if other != one):
                return one
        return self._tip
