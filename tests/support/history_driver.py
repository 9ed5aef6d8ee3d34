"""Random histories: real merges, real commands, and what must hold after each of them."""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING
from unittest.mock import patch

from launchwindow.io.ledger_store import LedgerStore
from support.history_edits import edited
from support.history_fleet import (
    APP_NAMES,
    HOMES,
    Agency,
    Content,
    Fleet,
    environment_of,
    named_files,
    partner_of,
)
from support.history_oracle import Merge
from support.history_watch import ENVIRONMENTS, NEW_YORK, WINDOWS, Watch
from support.repository import DEVELOPER, LEDGER, MERGER, REVIEWER, ROOT, Repository, Result, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START = datetime(2026, 4, 1, 12, tzinfo=NEW_YORK)


def first_fleet() -> Fleet:
    """What is deployed at first: an app in each environment, and another in production."""
    apps: dict[str, Content | None] = {
        f"apps/exa/one/{name}.yaml": Content("urn:one", APP_NAMES[0]) for name in ENVIRONMENTS
    }
    apps["apps/exa/two/production.yaml"] = Content("urn:two", APP_NAMES[1])
    return Fleet(apps, {"exa": Agency(901), "zed": Agency(902)})


class _Killed(BaseException):
    """What nobody can catch."""


class History:
    """One random history on one repository."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = Random(seed)
        self.log: list[str] = []
        self.now = START
        self.path = folder
        self.repository = Repository.__new__(Repository)
        self.repository.path = folder
        folder.mkdir(parents=True)
        self.repository.git("init", "--quiet", "--template=", "--initial-branch=main")
        self.written: dict[str, bytes] = {}
        self.fleet, self.known = first_fleet(), first_fleet()
        self.watch = Watch(self.repository, lambda: self.fleet)
        self.tip = ""
        self._commit("Begin", True, {"policy.yaml": (ROOT / "policy.yaml").read_bytes()})
        self.command("adopt", self.tip)
        for environment in ENVIRONMENTS:
            self.watch.confirmed(environment, set(self.watch.idp[environment]), self.now)

    # What happens

    def step(self) -> None:
        """Something happens, some time later."""
        self.forward(self.now + timedelta(hours=self.random.choice([0, 1, 5, 20, 30, 70, 110])))
        chosen = self.random.choices(
            [self.merge, self.request, self.lever, self.confirm, self.look, self.beside, self.killed],
            [12, 3, 4, 3, 1, 2, 1],
        )[0]
        chosen()

    def forward(self, moment: datetime) -> None:
        """Time goes by, and with it the windows: most are run in time, some late, some never."""
        day = self.now.date()
        while day <= moment.date():
            hour = self.random.choice([9, 9, 10, 12, 16])
            at = datetime(day.year, day.month, day.day, hour, self.random.randrange(60), tzinfo=NEW_YORK)
            windows = (0, 3) if self.random.random() < 0.8 else (1, 4)
            if day.weekday() in windows and self.now <= at <= moment:
                if self.random.random() < 0.2 and self.now <= at - timedelta(minutes=30):
                    # Often after the window has opened and before it is taken.
                    self.now = at - timedelta(minutes=20)
                    self.merge()
                self.now = at
                for environment in WINDOWS:
                    if self.random.random() < 0.8:
                        self.command("release", "--environment", environment)
            day += timedelta(days=1)
        self.now = max(self.now, moment)

    def merge(self) -> None:
        """One to three edits come to main, reviewed or not."""
        fleet = self.fleet
        words: list[str] = []
        for _ in range(self.random.choice([1, 1, 1, 2, 3])):
            fleet, word = edited(self.random, fleet, [merge.fleet for merge in self.watch.merges[-12:]])
            words.append(word)
        self.land(fleet, self.random.random() < 0.8, ", ".join(words))

    def land(self, fleet: Fleet, approved: bool, words: str) -> None:
        """Merge a fleet."""
        self.fleet = fleet
        self.now += timedelta(minutes=1)
        self._commit(words, approved)

    def request(self) -> None:
        self.command("request")

    def look(self) -> None:
        """Commands that only read."""
        self.command("status")
        self.command("release", "--dry-run", "--environment", "production")
        subject = self.random.choice(list(self.fleet.apps))
        self.command("explain-date", "/".join([environment_of(subject), *subject.split("/")[1:3]]))
        self.command(
            "plan", "--base", self.watch.merges[self.random.randrange(len(self.watch.merges))].commit, "--head", "main"
        )

    def confirm(self) -> None:
        """Somebody looks at the IdP, which runs what it was given."""
        environment = self.random.choice(WINDOWS)
        if self.random.random() < 0.5:
            self.command("confirm", "--environment", environment, "--by", "Ops", "--note", "looked")
            return
        self.see(environment)

    def see(self, environment: str) -> None:
        """Confirm what the IdP has, which is what it was given."""
        seen = self.path.parent / "seen.yml"
        seen.write_text(
            self.repository.git("show", f"{LEDGER}:idp/{environment}/service_providers.yml"), encoding="utf-8"
        )
        self.command("confirm", "--environment", environment, "--seen", str(seen))

    def beside(self) -> None:
        """Two commands at once: one writes between the other's reading and writing."""
        commands = [("request",), ("release", "--environment", "production"), ("release", "--environment", "staging")]
        first, second = self.random.choice(commands), self.random.choice(commands)
        write = LedgerStore.write
        pending = [second]

        def late(store: LedgerStore, *arguments: object) -> str:
            if pending:
                self._run(*pending.pop())
            return write(store, *arguments)  # type: ignore[arg-type]

        with patch.object(LedgerStore, "write", late):
            self._run(*first)
        self.watch.look("beside", "", self.now)

    def killed(self) -> None:
        """A run that is killed before the ledger moves has done nothing."""

        def die(*_arguments: object) -> None:
            raise _Killed

        before = self.repository.ledger
        with patch.object(LedgerStore, "_swap", die), suppress(_Killed):
            self._run("request")
        assert self.repository.ledger == before

    def lever(self) -> None:
        """Hold, resume or approve an open request, whether it may be or not."""
        opened = self.watch.opened
        if opened:
            self.pull(self.random.choice(opened), self.random.choice(["hold", "resume", "approve", "approve"]))

    def pull(self, path: str, name: str) -> None:
        """A lever on the request in a ledger file."""
        text = self.repository.git("show", f"{LEDGER}:{path}")
        field = dict(re.findall(r'^(id|commit|path|issuer): "?([^"\n]*)"?$', text, re.MULTILINE))
        note = "--reason" if name == "hold" else "--note"
        result = self.command(name, field["id"], "--by", "reviewer@login.gov", note, "because")
        if result.status != 0:
            return
        environment = field["id"].partition("/")[0]
        place = field["issuer"] if field["path"] == "null" else field["path"]
        key = (field["commit"][:12], environment, place)
        if name == "approve":
            self.watch.levers.approved[key] = self.now.astimezone(NEW_YORK).date()
        elif name == "hold":
            self.watch.levers.held.add(key)
        else:
            self.watch.levers.held.discard(key)

    # What must hold

    def command(self, *arguments: str) -> Result:
        """Run it, see that nothing broke, and now and then that running it again changes nothing."""
        result = self._run(*arguments)
        environment = arguments[arguments.index("--environment") + 1] if "--environment" in arguments else ""
        self.watch.look(arguments[0], environment, self.now)
        if self.random.random() < 0.25 and arguments[0] in ("request", "release", "confirm"):
            before = self.repository.ledger
            self._run(*arguments)
            assert self.repository.ledger == before, f"{arguments} was run again and did something"
        return result

    def _run(self, *arguments: str) -> Result:
        moment = self.now.isoformat()
        result = run("--repo", str(self.path), "--now", moment, *arguments, env={"LAUNCHWINDOW_DEBUG": "1"})
        self.log.append(f"{moment[:16]} {' '.join(arguments)} -> {result.status}")
        assert result.status in (0, 1), f"{arguments}: {result.status}: {result.text}"
        assert "bug in launchwindow" not in result.text, result.text
        return result

    # The end

    def finish(self) -> None:
        """Everybody does what is due; then all that main holds must be deployed, and nothing wait any more."""
        apps: dict[str, Content | None] = {}
        issuers: set[tuple[str, str]] = set()
        for path, content in sorted(self.fleet.apps.items()):
            content = content or self.known.apps.get(path)
            if content is not None and (environment_of(path), content.issuer) not in issuers:
                issuers.add((environment_of(path), content.issuer))
                home = HOMES[0] if content.home == HOMES[2] else content.home
                apps[path] = content._replace(home=home, not_before=None)
        partners = {name: one or self.known.partners[name] for name, one in self.fleet.partners.items()}
        agencies = {"exa": 901, "zed": 902}
        partners = {name: one._replace(agency_id=agencies[name]) if one else one for name, one in partners.items()}
        self.land(Fleet(apps, partners), True, "mend")
        self.command("request")
        for _ in range(3):
            for path in self.watch.opened:
                for name in ("approve", "resume"):
                    if path in self.watch.blobs:
                        self.pull(path, name)
        for _ in range(45):
            self.now = (self.now + timedelta(days=1)).replace(hour=10)
            if not self.watch.opened:
                break
            if self.now.weekday() not in (0, 3):
                continue
            for environment in WINDOWS:
                self.command("release", "--environment", environment)
                self.see(environment)
        last = len(self.watch.merges) - 1
        for environment in ENVIRONMENTS:
            wanted = {issuer: [row for _, _, row in self.watch.oracle.states(environment, issuer, last)]
                      for place, issuer in issuers if place == environment}  # fmt: skip
            for issuer, rows in wanted.items():
                there = self.watch.idp[environment].get(issuer)
                never = rows[0]["active"] is False and there is None
                assert never or there == rows[0], f"{environment} {issuer}: {there} instead of {rows[0]}"
            left = [one for one, row in self.watch.idp[environment].items() if row["active"] and one not in wanted]
            assert not left, f"{environment}: {left} should be inactive"
        opened = self.watch.opened
        assert not opened, f"{opened} wait for ever: {self._run('status').out}"

    def _commit(self, words: str, approved: bool, more: dict[str, bytes] | None = None) -> None:
        files = {**self.fleet.files(), **(more or {})}
        for path in self.fleet.apps:
            files |= {f"{path.rpartition('/')[0]}/{name}": data for name, data in named_files().items()}
        if "policy.yaml" not in files:
            files["policy.yaml"] = self.written["policy.yaml"]
        changes = [f"D {path}\n".encode() for path in self.written.keys() - files.keys()]
        changes += [b"M 100644 inline %b\ndata %d\n%b\n" % (path.encode(), len(data), data)
                    for path, data in files.items() if self.written.get(path) != data]  # fmt: skip
        self.written = files
        seconds = int(self.now.timestamp())
        said = seconds
        if self.tip and self.random.random() < 0.1:
            # Commits say any time; the ledger believes none from before it saw main without them, or after now.
            said += self.random.choice([-10, -3, -1, 2]) * 86400
            head = self.repository.git("show", f"{LEDGER}:ledger.yaml")
            seen = datetime.fromisoformat(re.findall(r'at: "([^"]*)"', head)[0]).timestamp()
            seconds = min(max(int(seen), said), seconds)
        trailer = f"\n\nReviewed-by: {REVIEWER}" if approved else ""
        message = f"{words}{trailer}".encode()
        stream = b"commit refs/heads/main\nmark :1\nauthor %b %d +0000\ncommitter %b %d +0000\ndata %d\n%b\n" % (
            DEVELOPER.encode(), said, MERGER.encode(), said, len(message), message)  # fmt: skip
        stream += (f"from {self.tip}\n".encode() if self.tip else b"") + b"".join(changes) + b"\nget-mark :1\ndone\n"
        self.tip = self.repository.git("fast-import", "--quiet", "--date-format=raw", "--done", data=stream)
        self.log.append(
            f"{self.now.isoformat()[:16]} MERGE {self.tip[:12]} {'approved' if approved else 'UNREVIEWED'}: {words}"
        )
        self._remember()
        at = datetime.fromtimestamp(seconds, NEW_YORK)
        self.watch.merges.append(Merge(self.tip, at, at.date(), approved, self.known))

    def _remember(self) -> None:
        """Main as far as it can be told: what nobody can read stays as it was."""
        partners = {name: one or self.known.partners[name] for name, one in self.fleet.partners.items()}
        apps: dict[str, Content | None] = {}
        for path, content in self.fleet.apps.items():
            readable = content is not None and self.fleet.partners[partner_of(path)] is not None
            apps[path] = content if readable else self.known.apps.get(path)
        self.known = Fleet({path: one for path, one in apps.items() if one is not None}, partners)


@contextmanager
def told(history: History) -> Iterator[None]:
    """With what happened, where something fails."""
    try:
        yield
    except AssertionError as error:
        lines = [line for line in history.log if "release" not in line and "confirm" not in line]
        raise AssertionError("\n".join([*lines, *history.log[-6:], str(error)])) from None
