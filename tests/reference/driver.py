"""The real side: a git repository in a temporary folder, the real commands in this process, and what they left."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch

from launchwindow.exchange.idp_yaml import providers
from launchwindow.io.ledger_store import LedgerStore
from reference.fleet import Flat, flat_seen, named_files
from reference.swift import Memory
from support.repository import DEVELOPER, LEDGER, MERGER, REVIEWER, Repository, run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reference.fleet import Fleet
    from support.repository import Result

SECOND = "Sam Second <second-reviewer@login.gov>"
REVIEWERS = {"reviewer@login.gov": REVIEWER, "second-reviewer@login.gov": SECOND}
_MEMORY = Path("/dev/shm")
_DEBUG = {"LAUNCHWINDOW_DEBUG": "1"}


class Killed(BaseException):
    """What nobody can catch."""


class Look(NamedTuple):
    """The ledger as it is: path -> blob id, and environment -> issuer -> row."""

    tip: str
    blobs: Mapping[str, str]
    idp: Mapping[str, Mapping[str, Flat]]


class Real:
    """A repository whose main is written by `commit`, and on which commands run."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="reference-", dir=_MEMORY if _MEMORY.is_dir() else None))
        self.path = self.folder / "fleet"
        self.repository = Repository.__new__(Repository)
        self.repository.path = self.path
        self.path.mkdir()
        self.repository.git("init", "--quiet", "--template=", "--initial-branch=main")
        self.memory = Memory()
        self.tip = ""
        self.files: dict[str, bytes] = {}
        self.log: list[str] = []
        self.looked = Look("", {}, {})
        self._cat: subprocess.Popen[bytes] | None = None

    def close(self) -> None:
        """Remove all of it."""
        if self._cat is not None:
            self._cat.communicate()
        rmtree(self.folder, ignore_errors=True)

    def commit(self, fleet: Fleet, policy: str, words: str, said: datetime, approvals: Sequence[str],
               parent: str | None = None) -> str:  # fmt: skip
        """One commit on main, by `git fast-import`: one process."""
        files = {**fleet.files(), "policy.yaml": policy.encode()}
        for path in fleet.apps:
            files |= {f"{path.rpartition('/')[0]}/{name}": data for name, data in named_files().items()}
        parent = parent or self.tip
        changes = [b"deleteall\n"]
        changes += [b"M 100644 inline %b\ndata %d\n%b\n" % (path.encode(), len(data), data)
                    for path, data in sorted(files.items())]  # fmt: skip
        trailers = "".join(f"\nReviewed-by: {REVIEWERS[one]}" for one in approvals)
        message = (words + ("\n" + trailers if trailers else "")).encode()
        seconds = int(said.timestamp())
        stream = b"reset refs/heads/main\n" if not parent else b""
        stream += b"commit refs/heads/main\nmark :1\nauthor %b %d +0000\ncommitter %b %d +0000\ndata %d\n%b\n" % (
            DEVELOPER.encode(), seconds, MERGER.encode(), seconds, len(message), message)  # fmt: skip
        stream += (f"from {parent}\n".encode() if parent else b"") + b"".join(changes) + b"\nget-mark :1\ndone\n"
        self.tip = self.repository.git("fast-import", "--quiet", "--force", "--date-format=raw", "--done", data=stream)
        return self.tip

    def run(self, now: datetime, *arguments: str, quiet: bool = False) -> Result:
        """One command line; it must not break."""
        with self.memory.used():
            result = run("--repo", str(self.path), "--now", now.isoformat(), *arguments, env=_DEBUG)
        if not quiet:
            self.log.append(f"{now.isoformat()[:16]} {' '.join(arguments)} -> {result.status}")
        assert result.status in (0, 1), f"{arguments}: {result.status}: {result.text}"
        assert "bug in launchwindow" not in result.text, result.text
        return result

    def json(self, now: datetime, *arguments: str) -> dict[str, Any]:
        """The document that a command prints."""
        result = self.run(now, *arguments, "--format", "json", quiet=arguments[0] == "status")
        assert result.out, result.text
        document: dict[str, Any] = json.loads(result.out)
        return document

    def beside(self, now: datetime, first: Sequence[str], second: Sequence[str]) -> bool:
        """Two commands at once: one writes between the other's reading and writing. False: the first wrote nothing."""
        write, pending = LedgerStore.write, [second]

        def late(store: LedgerStore, *arguments: object) -> str:
            if pending:
                self.run(now, *pending.pop())
            return write(store, *arguments)  # type: ignore[arg-type]

        with patch.object(LedgerStore, "write", late):
            self.run(now, *first)
        return not pending

    def killed(self, now: datetime, *arguments: str) -> None:
        """A run that is killed before the ledger moves."""

        def die(*_arguments: object) -> None:
            raise Killed

        with patch.object(LedgerStore, "_swap", die), suppress(Killed):
            self.run(now, *arguments)

    @property
    def ledger(self) -> str:
        """The ledger's newest commit."""
        place = self.path / ".git/refs/heads" / LEDGER
        return place.read_text().strip() if place.exists() else ""

    def look(self) -> Look:
        """Read what the ledger holds now."""
        tip = self.ledger
        if tip == self.looked.tip:
            return self.looked
        lines = self.repository.git("ls-tree", "-r", tip).splitlines()
        blobs = {line.partition("\t")[2]: line.split(" ")[2].partition("\t")[0] for line in lines}
        idp: dict[str, Mapping[str, Flat]] = {}
        for path in blobs:
            if found := re.fullmatch(r"idp/([a-z]+)/service_providers.yml", path):
                name = found[1]
                prefix = f"idp/{name}/"
                same = all(self.looked.blobs.get(one) == blobs[one] for one in blobs if one.startswith(prefix))
                idp[name] = self.looked.idp[name] if same and name in self.looked.idp else self._rows(blobs, prefix)
        self.looked = Look(tip, blobs, idp)
        return self.looked

    def _rows(self, blobs: Mapping[str, str], prefix: str) -> dict[str, Flat]:
        files = {path.removeprefix(prefix): one for path, one in blobs.items() if path.startswith(prefix)}
        data = self.read(blobs[f"{prefix}service_providers.yml"])
        return {issuer: flat_seen(issuer, row, files) for issuer, row in providers(data, None).items()}

    def read(self, name: str) -> bytes:
        """An object, through one process that stays."""
        if self._cat is None:
            self._cat = subprocess.Popen(
                ["git", "cat-file", "--batch"], cwd=self.path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        assert self._cat.stdin is not None
        assert self._cat.stdout is not None
        self._cat.stdin.write(f"{name}\n".encode())
        self._cat.stdin.flush()
        head = self._cat.stdout.readline().split()
        assert head[1:2] == [b"blob"], head
        data = self._cat.stdout.read(int(head[2]))
        self._cat.stdout.read(1)
        return data
