"""A repository of a given size: main by `git fast-import`, the ledger by the commands, its past by copies."""

from __future__ import annotations

import os
import re
import subprocess
from resource import RUSAGE_CHILDREN, getrusage
from sys import executable
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from fleet import LATE_AT, Size, stream

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEDGER = "refs/heads/launchwindow-ledger"
ADOPTED = "2026-11-20T12:00:00-05:00"


class Ran(NamedTuple):
    """One whole process."""

    status: int
    seconds: float
    busy: float
    """Seconds of processor time, its processes of git included: what another load on the machine changes less."""
    out: str


def environment() -> dict[str, str]:
    """This process's, without what would lead git astray or have Python compile its modules in each process anew."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON"))}
    return kept | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def git(folder: Path, *arguments: str, data: bytes = b"") -> str:
    """Standard output of git; raises CalledProcessError."""
    finished = subprocess.run(
        ["git", *arguments], cwd=folder, input=data, stdout=subprocess.PIPE, check=True, env=environment()
    )
    return finished.stdout.decode()


def launchwindow(folder: Path, *arguments: str, now: str) -> Ran:
    """One command as a process of its own, from its start to its end."""
    command = [executable, "-m", "launchwindow", "--repo", str(folder), "--now", now, *arguments]
    begin, busy = perf_counter(), _busy()
    finished = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, env=environment())
    return Ran(finished.returncode, perf_counter() - begin, _busy() - busy, finished.stdout.decode())


def _busy() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def must(ran: Ran) -> Ran:
    """What ran; raises RuntimeError with all that it said when it failed."""
    if ran.status != 0:
        raise RuntimeError(ran.out)
    return ran


def build(folder: Path, size: Size) -> None:
    """A repository in `folder`, which must not exist."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--template=", "--initial-branch=main", "--bare")
    git(folder, "fast-import", "--quiet", data=stream(size))
    must(launchwindow(folder, "adopt", "base", "--main", "main", now=ADOPTED))
    if size.due + size.late:
        must(launchwindow(folder, "request", now=LATE_AT))
    if size.closed:
        git(folder, "fast-import", "--quiet", data=b"".join(closed(folder, size.closed)))
    git(folder, "repack", "-a", "-d", "-q")


def _end(year: int, index: int) -> str:
    """The last event of a closed request."""
    at = f"{year}-06-0{1 + index % 9}T17:00:00Z"
    return f'  - at: "{at}"\n    what: "deployed"\n    by: "launchwindow"\n    note: "Seen."\n'


def closed(folder: Path, number: int) -> Iterator[bytes]:
    """One commit of the ledger with so many closed requests, spread over apps and years, made from the open ones."""
    deployed = [path.removeprefix("deployed/") for path in
                git(folder, "ls-tree", "-r", "--name-only", LEDGER, "deployed/production").split("\n")
                if path.count("/") == 3]  # fmt: skip
    opened = git(folder, "ls-tree", "-r", "--name-only", LEDGER, "requests/open/production").split("\n")[:100]
    texts = [git(folder, "show", f"{LEDGER}:{path}") for path in opened if path]
    tip = git(folder, "rev-parse", LEDGER).strip()
    message = b"Put the past in"
    yield (
        b"commit %b\ncommitter bench <bench@localhost> 1795200000 +0000\ndata %d\n%b\nfrom %b\n"
        % (LEDGER.encode(), len(message), message, tip.encode())
    )  # fmt: skip
    for index in range(number):
        path = deployed[index % len(deployed)]
        commit = f"{index:012x}"
        text = re.sub(r"(?m)^id: .*$", f'id: "{path.removesuffix(".yaml")}@{commit}"', texts[index % len(texts)])
        text = re.sub(r"(?m)^commit: .*$", f'commit: "{commit:0<40}"', text)
        year = 2020 + index % 6
        data = f'{text.replace("row:", f"{_end(year, index)}row:", 1).rstrip()}\nstate: "deployed"\n'.encode()
        to = f"requests/closed/{year}/{path.removesuffix('.yaml')}/{commit}.yaml"
        yield b"M 100644 inline %b\ndata %d\n%b\n" % (to.encode(), len(data), data)
