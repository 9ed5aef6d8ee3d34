"""Somebody steps in: each lever is pulled on both sides, and both must take it or refuse it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from reference import levers, recording
from reference.calendar import ZONE, Policy, local
from reference.edits import Agree, Word, edited
from reference.fleet import app_text, digest, partner_of
from reference.lineage import place
from reference.world import WINDOWS, World

if TYPE_CHECKING:
    from reference.driver import Real
    from reference.edits import Edit
    from reference.fleet import Fleet
    from reference.promises import Audit
    from reference.state import App, Release, Request
    from support.repository import Result

BOTH = ("reviewer@login.gov", "second-reviewer@login.gov")


class Interventions:
    """What `History` is made of, as far as people step in."""

    now: datetime
    real: Real
    world: World
    audit: Audit
    policy: Policy
    fleet: Fleet
    past: list[Fleet]

    def command(self, *arguments: str) -> Result:
        """A command of which the model is told elsewhere."""
        return self.real.run(self.now, *arguments)

    def shown(self) -> list[dict[str, Any]]:
        """What `status` says of open requests."""
        found: list[dict[str, Any]] = self.real.json(self.now, "status")["requests"]
        return found

    def lever(self, index: int, lever: str, by: str = BOTH[0]) -> None:
        """Step in for one of the requests that `status` shows."""
        shown = self.shown()
        if not shown:
            return
        self.pull(shown[index % len(shown)]["id"], lever, by)

    def lever_of(self, back: int, lever: str) -> None:
        """Step in for a request of one of the newest merges."""
        commit = self.world.merges[-min(back, len(self.world.merges))].commit[:12]
        found = [one["id"] for one in self.shown() if one["id"].endswith(commit)]
        if found:
            self.pull(max(found, key=lambda one: (one.startswith("production/"), one.count("/"))), lever)

    def pull(self, identity: str, lever: str, by: str = BOTH[0]) -> None:
        """A lever on a request; the model says whether it may be pulled."""
        world = self.world.copy()
        recording.bring_up(world, self.now)
        second = BOTH[by == BOTH[0]]
        options = {"short-notice": ("--reason", "because"), "off-cycle": ("--second", second, "--reason", "because"),
                   "hold": ("--reason", "because")}.get(lever, ("--note", "because"))  # fmt: skip
        found = [(app, one) for app in world.apps.values() for one in app.states if name(app, one) == plain(identity)]
        assert found, f"status shows {identity}, which the model has not"
        app, request = found[-1]
        result = self.command(lever, identity, "--by", by, *options)
        if "names the one that has it now" in " ".join(result.err.split()):
            assert had_it_before(world, app, request), f"{identity} was nobody else's: {result.text}"
            result = self.command(lever, f"{identity.partition('@')[0]}@{request.commit}", "--by", by, *options)
        else:
            others = had_it_before(world, app, request)
            open_ = [one.commit for other, one in others if one in other.pending or one.order in other.handed]
            assert not open_, f"{lever} {identity} means one of two, and was not refused: {result.text}"
        allowed = {
            "hold": lambda: self._hold(world, app, request),
            "resume": lambda: self._resume(world, app, request),
            "approve": lambda: self._approve(world, app, request, by),
            "short-notice": lambda: levers.short_notice(world, app, request, self.now),
            "off-cycle": lambda: levers.off_cycle(world, app, request, self.now),
        }[lever]()
        assert (result.status == 0) == allowed, f"{lever} {identity}: the model says {allowed}: {result.text}"
        if allowed:
            self.world = world
            recording.settle_sandbox(self.world, self.now)
        self.compare()

    @staticmethod
    def _hold(world: World, app: App, request: Request) -> bool:
        if request.holds or request.order in app.handed:
            return False
        world.put(app.replaced(request._replace(holds=frozenset({"hold"}))))
        return True

    @staticmethod
    def _resume(world: World, app: App, request: Request) -> bool:
        # Under a rollback, a hold of somebody's own goes first.
        left = request.holds & {"rollback"} if request.holds != {"rollback"} else frozenset()
        world.put(app.replaced(request._replace(holds=left)))
        return bool(request.holds)

    def _approve(self, world: World, app: App, request: Request, by: str) -> bool:
        if request.approved or by in request.approvals:
            return False
        new = request._replace(approvals=request.approvals | {by})
        world.put(app.replaced(new._replace(starts=local(self.now)) if new.approved else new))
        return True

    def coordinated(self, index: int, hour: int | None) -> None:
        """`release --coordinated` for an app: at its agreed time, or at any."""
        found = [
            one for one in self.world.apps.values() if one.kind == "app" and one.path and one.environment in WINDOWS
        ]
        if not found:
            return
        found.sort(key=lambda one: (one.value("coordinate_at") is None, one.environment, one.subject))
        app = found[index % len(found)]
        agreed = app.value("coordinate_at")
        if hour is not None and isinstance(agreed, str):
            self.now = max(self.now, datetime.fromisoformat(agreed).astimezone(ZONE) + timedelta(hours=hour))
        world = self.world.copy()
        recording.bring_up(world, self.now)
        subject = f"{app.environment}/{app.subject}"
        result = self.command("release", "--coordinated", subject, "--by", "Ops")
        same = [one for one in world.of(app.environment) if one.kind == "app" and one.subject == app.subject]
        allowed = bool(same) and levers.coordinated(world, same[0], self.now)
        assert (result.status == 0) == allowed, f"{subject}: the model says {allowed}: {result.text}"
        if allowed:
            self.world = world
        self.compare()

    def failed(self, environment: str) -> None:
        """What was handed over last did not come to run."""
        options = ("--environment", environment, "--failed", "--by", "Ops", "--note", "broke", "--format", "json")
        result = self.command("confirm", *options)
        if result.status == 0:
            self.audit.failed(json.loads(result.out)["taken_back"])
        allowed = levers.failed(self.world, environment)
        assert (result.status == 0) == allowed, f"failed: the model says {allowed}: {result.text}"
        self.compare()

    def roll_back(self, index: int) -> None:
        """What was released of an app was wrong."""
        world = self.world.copy()
        recording.bring_up(world, self.now)
        apps = [one for one in world.apps.values() if one.kind == "app" and one.environment in WINDOWS and one.path]
        apps.sort(key=lambda one: (one.last is None or one.last.number == 0, one.environment, one.subject))
        app = apps[index % len(apps)] if apps else None
        target = before(app) if app else None
        if app is None or target is None or target.source is None or app.s0 is None:
            return
        if partner_of(target.source[0]) != partner_of(place(app)):
            # Its file names another partner's agreement: what is merged would be another content.
            return
        if target.row["issuer"] != app.s0["issuer"] or not target.row["active"] or not app.s0["active"]:
            return
        subject, path = f"{app.environment}/{app.subject}", place(app)
        result = self.command("rollback", subject, "--by", "ops@login.gov", "--reason", "wrong")
        if result.status == 0:
            levers.roll_back(world, app, target)
            self.world = world
            branch = f"rollback/{subject.replace('/', '-')}-{target.commit[:12]}"
            text = self.real.repository.git("show", f"{branch}:{path}")
            assert text == app_text(path, target.source[1]).rstrip("\n"), f"{branch} holds something else: {text}"
        self.compare()

    def merge_rollback(self) -> None:
        """What a rollback prepared is merged."""
        for app in self.world.apps.values():
            if app.rolled is None:
                continue
            for release in (*app.earlier, *([app.confirmed] if app.confirmed else [])):
                if release.source and digest(place(app), release.source[1]) == app.rolled[0]:
                    self.now += timedelta(minutes=1)
                    apps = {**self.fleet.apps, place(app): release.source[1]}
                    self._land(self.fleet._replace(apps=apps), BOTH, f"roll {app.environment}/{app.subject} back", 0)
                    return

    def cancel(self, index: int) -> None:
        """The rollback of an app is cancelled, if there is one."""
        world = self.world.copy()
        recording.bring_up(world, self.now)
        apps = [one for one in world.apps.values() if one.kind == "app" and one.environment in WINDOWS and one.path]
        apps.sort(key=lambda one: (one.rolled is None, one.environment, one.subject))
        if not apps:
            return
        app = apps[index % len(apps)]
        subject = f"{app.environment}/{app.subject}"
        result = self.command("rollback", subject, "--cancel", "--by", "ops@login.gov", "--reason", "right after all")
        assert (result.status == 0) == (app.rolled is not None), f"cancel {subject}: {result.text}"
        if result.status == 0:
            levers.cancel(world, app)
            self.world = world
        self.compare()

    def rewrite(
        self, back: int, edits: Sequence[Sequence[Edit]], approvals: Sequence[str], which: int, *, again: bool = False
    ) -> None:
        """Main is rewritten from some merges ago, and the ledger goes on from one of the new commits.

        With `again` its first new commit begins with all that main had.
        """
        self.request()
        merges = self.world.merges
        base = max(0, len(merges) - 1 - back)
        if base == len(merges) - 1:
            return
        # One second later than before, or git may make the very commit again.
        self.now += timedelta(minutes=1)
        self.policy = merges[base].policy
        self.world.merges, self.real.tip = merges[: base + 1], merges[base].commit
        fleet = self.fleet if again else merges[base].fleet
        for number, one in enumerate(edits):
            self.now += timedelta(minutes=1)
            dated = [edit.dated(local(self.now)) if isinstance(edit, Word | Agree) else edit for edit in one]
            fleet = edited(fleet, dated, self.past)
            self._land(fleet, approvals, f"rewritten {number}: {', '.join(map(str, dated))}", 0)
        before_ = self.real.ledger
        assert self.command("request").status == 1
        assert self.real.ledger == before_
        merge = self.world.merges[base + 1 + which % len(edits)]
        assert self.command("adopt", "--rewrite", merge.commit).status == 0
        kept = frozenset(one.commit for one in self.world.merges[: self.world.merges.index(merge) + 1])
        recording.go_on_from(self.world, merge, kept, self.now)
        self.compare()


def name(app: App, request: Request) -> str:
    """A request's id; where its app is gone while another has its path, without the hash."""
    return f"{app.environment}/{app.subject}@{request.commit[:12]}"


def had_it_before(world: World, app: App, request: Request) -> list[tuple[App, Request]]:
    """Requests of other apps that had a request's id before their apps moved."""
    return [
        (other, one)
        for other in world.of(app.environment) if other.uid != app.uid and "~" not in app.subject
        for one in other.states if one.commit == request.commit and app.subject in one.former
    ]  # fmt: skip


def plain(identity: str) -> str:
    """An id without the hash of an app that is gone."""
    return re.sub(r"~[0-9a-f]+@", "~@", identity)


def before(app: App) -> Release | None:
    """What a rollback goes back to: what was confirmed before what was released."""
    if app.unconfirmed:
        return app.confirmed
    return app.earlier[-1] if app.earlier else None
