"""One history: whatever happens, it happens to the real repository and to the model, and both are compared."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from reference import calendar, levers, recording, releasing, runs, standings
from reference.calendar import ZONE, Policy, at, local
from reference.driver import Real
from reference.edits import Agree, Word, edited
from reference.fleet import (
    APP_NAMES,
    CERTIFICATES,
    HIDDEN,
    HOMES,
    PARTNERS,
    Agency,
    Content,
    Fleet,
    blob,
    digest,
    environment_of,
    partner_of,
)
from reference.interventions import BOTH, Interventions, name, plain
from reference.promises import Audit
from reference.world import ENVIRONMENTS, WINDOWS, Merge, World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reference.edits import Edit

START = datetime(2026, 4, 1, 12, tzinfo=ZONE)


class History(Interventions):
    """A repository, the model of it, and the time."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self.now = START
        self.real = Real()
        self.world = World()
        self.ever: list[Merge] = []
        """Every merge that main ever had, also before it was rewritten."""
        self.audit = Audit(self.real.read)
        self.policy = Policy()
        contents = [Content(f"urn:{name}", APP_NAMES[number], kind)
                    for number, (name, kind) in enumerate(zip(("one", "two"), kinds, strict=True))]  # fmt: skip
        apps: dict[str, Content | None] = {f"apps/exa/one/{name}.yaml": contents[0] for name in ENVIRONMENTS}
        apps["apps/exa/two/production.yaml"] = contents[1]
        self.fleet = Fleet(apps, {"exa": Agency(901), "zed": Agency(902)})
        self._land(self.fleet, BOTH, "Begin", 0)
        self.command("adopt", self.real.tip)
        self.world.adopt(self.now)
        self.compare()

    # What happens

    @property
    def past(self) -> list[Fleet]:
        """Main as it could be told, merge by merge."""
        return [one.fleet for one in self.world.merges]

    def wait(self, hours: int) -> None:
        """Time goes by."""
        self.now += timedelta(hours=hours)

    def merge(
        self, edits: Sequence[Edit], approvals: Sequence[str], skew: int = 0, policy: Policy | None = None
    ) -> None:
        """What a pull request brought comes to main, and with it another policy, if there is one."""
        self.now += timedelta(minutes=1)
        edits = [one.dated(local(self.now)) if isinstance(one, Word | Agree) else one for one in edits]
        fleet = edited(self.fleet, edits, self.past)
        self.policy = policy or self.policy
        words = [*map(str, edits), *([str(policy)] if policy else [])]
        self._land(fleet, approvals, ", ".join(words), skew)

    def _land(self, fleet: Fleet, approvals: Sequence[str], words: str, skew: int) -> None:
        said = self.now + timedelta(days=skew)
        commit = self.real.commit(fleet, self.policy.text(), words, said, approvals)
        self.fleet = fleet
        known, unreadable = self._known(fleet)
        digests = {path: digest(path, content) for path, content in known.apps.items() if content}
        merge = Merge(
            commit, said.replace(microsecond=0), frozenset(approvals), known, unreadable, self.policy, digests
        )
        self.world.merges = (*self.world.merges, merge)
        self.ever.append(merge)
        self.real.log.append(f"{self.now.isoformat()[:16]} MERGE {commit[:12]} by {[*approvals]}: {words}")

    def _known(self, fleet: Fleet) -> tuple[Fleet, frozenset[str]]:
        """Main as far as it can be told: what nobody can read stays as it was."""
        before = self.world.merges[-1].fleet if self.world.merges else fleet
        partners = {name: one or before.partners[name] for name, one in fleet.partners.items()}
        unreadable = {f"partners/{name}.yaml" for name, one in fleet.partners.items() if one is None}
        apps: dict[str, Content | None] = {}
        for path, content in fleet.apps.items():
            if content is None or fleet.partners[partner_of(path)] is None:
                unreadable.add(path)
                content = before.apps.get(path)
            if content is not None:
                apps[path] = content
        return Fleet(apps, partners), frozenset(unreadable)

    def _again(self, *arguments: str) -> None:
        """Now and then: what ran is run again, and does nothing."""
        if len(self.real.log) % 4 == 0:
            before = self.real.ledger
            self.command(*arguments)
            assert self.real.ledger == before, f"{arguments} was run again and did something"

    def request(self) -> None:
        """Record what was merged."""
        self.command("request")
        recording.bring_up(self.world, self.now)
        self.compare()
        self._again("request")

    def release(self, environment: str, *, dry: bool = False) -> None:
        """Run `release`, and see that it takes what the model takes."""
        before = self.real.ledger
        document = self.real.json(self.now, "release", "--environment", environment, *(["--dry-run"] if dry else []))
        world = self.world.copy()
        went, _missed = runs.release(world, environment, self.now)
        expected = Counter(name(world.apps[uid], world.apps[uid].request(order)) for uid, order in went)
        found = Counter(plain(one) for one in document["released"])
        assert found == expected, f"{environment} took {sorted(found)}; the model takes {sorted(expected)}"
        if dry:
            assert self.real.ledger == before, "a dry run wrote"
            return
        self.world = world
        self.compare()
        self._again("release", "--environment", environment)

    def window(self, hour: int, minute: int, environments: Sequence[str]) -> None:
        """Go to the next window, and run it at that hour."""
        day = calendar.opening_after(self.policy, self.now)
        self.now = at(day, calendar.OPENS).replace(hour=hour, minute=minute)
        for environment in environments:
            self.release(environment)

    def confirm(self, environment: str, *, by: bool) -> None:
        """Somebody looks at the identity provider, which runs what it was given."""
        waiting = [one for one in self.world.of(environment) if one.unconfirmed]
        if by:
            result = self.command("confirm", "--environment", environment, "--by", "Ops", "--note", "looked")
            newest = max((one.last.number for one in self.world.of(environment) if one.last), default=0)
            waiting = [one for one in waiting if one.last and one.last.number == newest]
            assert (result.status == 0) == bool(waiting), f"confirm: {result.text}"
        else:
            seen = self.real.folder / "seen.yml"
            seen.write_text(
                self.real.repository.git("show", f"launchwindow-ledger:idp/{environment}/service_providers.yml")
            )
            assert self.command("confirm", "--environment", environment, "--seen", str(seen)).status == 0
        for app in waiting:
            releasing.confirm(self.world, app.uid, self.now)
        self.compare()

    def look_only(self) -> None:
        """Commands that only read."""
        before = self.real.ledger
        for environment in WINDOWS:
            self.release(environment, dry=True)
        start = self.world.merges[max(0, len(self.world.merges) - 3)].commit
        self.command("plan", "--base", start, "--head", "main")
        if any(one.subject == "exa/one" for one in self.world.of("production")):
            self.command("explain-date", "production/exa/one")
        assert self.real.ledger == before

    def beside(self, first: Sequence[str], second: Sequence[str]) -> None:
        """Two commands at once: whoever loses computes again on what the winner left."""
        both = self.real.beside(self.now, first, second)
        for one in [second, first] if both else [first]:
            if one[0] == "request":
                recording.bring_up(self.world, self.now)
            else:
                runs.release(self.world, one[-1], self.now)
        self.compare()

    def killed(self, *arguments: str) -> None:
        """A run that is killed before the ledger moves has done nothing."""
        before = self.real.ledger
        self.real.killed(self.now, *arguments)
        assert self.real.ledger == before, f"{arguments} was killed and wrote"

    # The end

    def finish(self) -> None:
        """Everybody does what is due; then all that main holds is deployed, and nothing waits any more."""
        self.now += timedelta(minutes=1)
        self.policy = Policy()
        self.request()
        for environment in WINDOWS:
            if any(app.unconfirmed for app in self.world.of(environment)):
                self.confirm(environment, by=False)
        self._land(self._mended(), BOTH, "mend", 0)
        self.request()
        for app in [one for one in self.world.apps.values() if one.rolled is not None]:
            subject = f"{app.environment}/{app.subject}"
            words = ("--cancel", "--by", "ops@login.gov", "--reason", "enough")
            assert self.command("rollback", subject, *words).status == 0
            levers.cancel(self.world, app)
        for lever, by in (("approve", BOTH[0]), ("approve", BOTH[1]), ("resume", BOTH[0])):
            for one in self.shown():
                held, lacks = one["state"] == "held", one["state"] in ("unapproved", "held")
                # What was done for one may have closed another.
                still = one["id"] in [now["id"] for now in self.shown()]
                if still and (held if lever == "resume" else lacks):
                    self.pull(one["id"], lever, by)
        for days in (0, 1, 22, 1, 1):
            self.now += timedelta(days=days)
            self.window(10, 0, [one for one in WINDOWS if any(app.pending for app in self.world.of(one))])
            for environment in WINDOWS:
                if any(app.unconfirmed for app in self.world.of(environment)):
                    self.confirm(environment, by=False)
        self.compare_status()
        for app in self.world.apps.values():
            there = app.s0 == app.main if app.main else not (app.s0 and app.s0["active"])
            assert there, f"{app.environment}/{app.subject} is not what main has: {app.s0} instead of {app.main}"
        assert not self.shown(), f"these wait for ever: {self.shown()}"

    def _mended(self) -> Fleet:
        """Main without what somebody has to mend: copies, errors, dates, what nobody can read."""
        apps: dict[str, Content | None] = {}
        issuers: set[tuple[str, str]] = set()
        known = self.past[-1].apps
        for path in sorted(self.fleet.apps, key=lambda one: (one not in self._owned(), one)):
            content = self.fleet.apps[path] or known.get(path)
            key = (environment_of(path), content.issuer) if content else None
            if content is None or key is None or key in issuers:
                continue
            issuers.add(key)
            home = HOMES[0] if content.home == HOMES[2] else content.home
            waived = ("saml-encryption",) if content.kind == "plain" else ()
            content = content._replace(certs=self._certificates(key) or content.certs or CERTIFICATES[:1])
            apps[path] = content._replace(home=home, waived=waived, not_before=None, coordinate_at=None)
        partners = {partner: Agency(901 + index) for index, partner in enumerate(PARTNERS)}
        return Fleet(apps, partners)

    def _certificates(self, key: tuple[str, str]) -> tuple[str, ...]:
        """Those that are released: a rotation that is under way is given up."""
        row = self.world.idp(key[0]).get(key[1], {})
        there = [name for name in CERTIFICATES if f"cert {blob(name)}" in row]
        return tuple(sorted(there, key=lambda name: blob(name) != row.get("first")))

    def _owned(self) -> set[str]:
        return {app.path for app in self.world.apps.values() if app.path and app.last}

    # What must hold

    def compare(self) -> None:
        """The identity provider's files and what people are told are what the model has."""
        recording.settle(self.world)
        look = self.real.look()
        self.audit.look(look, self.ever, self.now)
        for environment, rows in look.idp.items():
            expected = {issuer: {key: value for key, value in row.items() if key not in HIDDEN}
                        for issuer, row in self.world.idp(environment).items()}  # fmt: skip
            assert rows == expected, f"{environment}:\n  real  {rows}\n  model {expected}"

    def compare_status(self) -> None:
        world = self.world.copy()
        recording.bring_up(world, self.now)
        real: dict[str, list[tuple[str, str | None]]] = {}
        for one in self.shown():
            real.setdefault(plain(one["id"]), []).append((one["state"], one["window"]))
        for environment in ENVIRONMENTS:
            for app, request, standing in standings.standings(world, environment, self.now):
                found = real.get(name(app, request), [])
                fits = [pair for pair in found if pair[0] in standing.states
                        and (pair[1] == str(standing.window) or standing.window is None)]  # fmt: skip
                if fits:
                    found.remove(fits[0])
                else:
                    gone = "absent" in standing.states and not found
                    words = f"{found}; the model has {set(standing.states)} {standing.window}"
                    assert gone, f"{name(app, request)}: {words}"
        # What was withdrawn may be shown a while after the model has forgotten its app.
        left = {identity: pairs for identity, pairs in real.items() if {state for state, _ in pairs} - {"withdrawn"}}
        assert not left, f"status shows what the model has not: {left}"
