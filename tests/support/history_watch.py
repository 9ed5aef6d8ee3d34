"""What must hold of the ledger and of the identity provider's files after every command of a random history."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from launchwindow.exchange.idp_yaml import providers
from support.history_fleet import HOMES, Fleet, environment_of, flat_seen
from support.history_oracle import Levers, Merge, Oracle, Release, Span
from support.repository import LEDGER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from support.repository import Repository

NEW_YORK = ZoneInfo("America/New_York")
WINDOWS = ("production", "staging")
ENVIRONMENTS = (*WINDOWS, "sandbox")
ALTERNATES = {date(2026, 5, 25): date(2026, 5, 26), date(2026, 9, 7): date(2026, 9, 8)}
"""Holidays on a regular day, and where their windows go."""


class Watch:
    """Remembers all that happened, and compares what each command left with it. `fleet` is main as it is now."""

    def __init__(self, repository: Repository, fleet: Callable[[], Fleet]) -> None:
        self.repository, self.fleet = repository, fleet
        self.merges: list[Merge] = []
        self.levers = Levers({}, set())
        self.spans: dict[tuple[str, str], list[Span]] = {}
        self.hosts: dict[str, datetime] = {}
        self.idp: dict[str, dict[str, dict[str, object]]] = {name: {} for name in ENVIRONMENTS}
        self.oracle = Oracle(self.merges, self.levers, self.spans, self.hosts)
        self.blobs: dict[str, str] = {}
        self.final: dict[str, str] = {}
        self.taken: set[str] = set()

    @property
    def opened(self) -> list[str]:
        """The ledger's files of open requests."""
        return [path for path in self.blobs if path.startswith("requests/open/")]

    def look(self, command: str, environment: str, now: datetime) -> None:
        """After a command (`beside` for two at once) that concerned an environment: see that all of it may be."""
        lines = self.repository.git("ls-tree", "-r", LEDGER).splitlines()
        blobs = {line.partition("\t")[2]: line.split(" ")[2].partition("\t")[0] for line in lines}
        if blobs == self.blobs:
            return
        old, self.blobs = self.blobs, blobs
        commits = {merge.commit[:12] for merge in self.merges}
        for path in blobs:
            if path.startswith("requests/open/"):
                assert path.rpartition("/")[2].removesuffix(".yaml") in commits, f"{path} names no merge"
            if path.startswith(("requests/closed/", "windows/")):
                assert self.final.setdefault(path, blobs[path]) == blobs[path], f"{path} was written again"
        gone = [path for path in self.final if path not in blobs]
        assert not gone, f"{gone} went from the ledger"
        new_runs = self._runs(old)
        for name in ENVIRONMENTS:
            parts = (f"idp/{name}/service_providers.yml", f"idp/{name}/certs/")
            if any(blobs.get(one) != old.get(one) for one in {*blobs, *old} if one.startswith(parts)):
                self._released(name, command, now, new_runs)
        if command == "request":
            self._at_once()
        if command == "confirm":
            waiting = [
                path
                for path in blobs
                if path.startswith((f"deployed/{environment}/", f"deactivated/{environment}/"))
                and path.count("/") == 3
                and "confirmed_at: null" in self.repository.git("show", f"{LEDGER}:{path}")
            ]
            if not waiting:
                self.confirmed(environment, set(self.idp[environment]), now)

    def _runs(self, old: Mapping[str, str]) -> set[str]:
        """The window files that are new; what each says it took was never taken before."""
        new = {path for path in self.blobs if path.startswith("windows/") and path not in old}
        for path in new:
            text = self.repository.git("show", f"{LEDGER}:{path}")
            for one in re.findall(r'"([^"]*@[0-9a-f]{12})"', text.partition("released:")[2].partition("withdrawn:")[0]):
                assert one not in self.taken, f"{one} was released twice"
                self.taken.add(one)
        return new

    def _released(self, environment: str, command: str, now: datetime, runs: set[str]) -> None:
        text = self.repository.git("show", f"{LEDGER}:idp/{environment}/service_providers.yml")
        prefix = f"idp/{environment}/"
        blobs = {path.removeprefix(prefix): one for path, one in self.blobs.items() if path.startswith(prefix)}
        rows = {issuer: flat_seen(issuer, row, blobs) for issuer, row in providers(text.encode(), None).items()}
        before, self.idp[environment] = self.idp[environment], rows
        assert before.keys() <= rows.keys(), f"{before.keys() - rows.keys()} went from the IdP's files"
        if command == "adopt":
            return
        day = now.astimezone(NEW_YORK)
        opens = day.replace(hour=9, minute=0, second=0)
        if environment == "sandbox":
            self.confirmed(environment, {issuer for issuer in rows if before.get(issuer) != rows[issuer]}, now)
        else:
            assert command in ("release", "beside"), f"{command} changed {environment}"
            assert f"windows/{environment}/{day.date()}.yaml" in runs, f"{environment} changed without its window"
            assert 9 <= day.hour < 17
            assert day.date() in ALTERNATES.values() or (day.weekday() in (0, 3) and day.date() not in ALTERNATES)
        for issuer, row in rows.items():
            if row != before.get(issuer) and environment != "sandbox":
                new = any(one["active"] and not before.get(other, {}).get("active") for other, one in rows.items())
                release = Release(environment, issuer, before, row, day.date(), opens, new)
                assert not (found := self.oracle.complaints(release)), (
                    f"{issuer} {before.get(issuer)} -> {row}: {found}"
                )
                assert not self.oracle.postponed(release), f"{environment} {issuer} was not to be released before"
            if environment == "production" and row.get("push"):
                self.hosts.setdefault(str(row["push"]).split("/")[2], now)

    def _at_once(self) -> None:
        """What sandbox has is what main holds, where main can be told and nothing is wrong, doubtful or held."""
        if any(key[1] == "sandbox" for key in self.levers.held) or None in self.fleet().partners.values():
            return
        files = [(path, content) for path, content in self.fleet().apps.items() if environment_of(path) == "sandbox"]
        issuers = [content.issuer for _, content in files if content is not None]
        if any(content is None or content.home == HOMES[2] for _, content in files) or len({*issuers}) < len(issuers):
            return
        last = len(self.merges) - 1
        for issuer in issuers:
            (row,) = [row for _, _, row in self.oracle.states("sandbox", issuer, last)]
            assert self.idp["sandbox"].get(issuer) == row, (
                f"sandbox {issuer}: {self.idp['sandbox'].get(issuer)}, not {row}"
            )
        left = [one for one, row in self.idp["sandbox"].items() if row["active"] and one not in issuers]
        assert not left, f"sandbox: {left} should be inactive"

    def confirmed(self, environment: str, issuers: set[str], now: datetime) -> None:
        """The IdP was seen to run what it was given of these."""
        for issuer in issuers:
            spans = self.spans.setdefault((environment, issuer), [])
            row = self.idp[environment][issuer]
            if spans and spans[-1].flat == row:
                continue
            if spans:
                spans[-1] = spans[-1]._replace(last=now)
            spans.append(Span(row, now, None))
