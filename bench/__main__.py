"""How long the commands take on a large fleet: whole processes, their medians, and whether cost follows the past.

`make bench`, or `python bench [--apps N] [--runs N] [--closed N] [--keep DIR]`. Nothing is asserted: the numbers are
for people, on a machine that does nothing else. `--keep DIR` builds the repositories there once and finds them again.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from shutil import copytree, rmtree
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from fleet import Size, fleet, one_more
from machine import folder, machine
from repository import LEDGER, build, git, launchwindow

from board import board

if TYPE_CHECKING:
    from repository import Ran

BEFORE = "2026-12-09T10:00:00-05:00"
WINDOW = "2026-12-10T10:00:00-05:00"


class Case(NamedTuple):
    """One thing to measure: what to do before each run, and the command."""

    name: str
    merge: str | None
    """The environment of an app that a merge changes first."""
    now: str
    command: tuple[str, ...]


def cases(held: str) -> tuple[Case, ...]:
    """What is measured; `held` is the id of an open request."""
    by = ("--by", "deployer@login.gov", "--reason", "the partner asked to wait")
    return (
        Case("request: one app of production merged", "production", BEFORE, ("request",)),
        Case("request: one app of the sandbox merged", "sandbox", BEFORE, ("request",)),
        Case("request: nothing new", None, BEFORE, ("request",)),
        Case("hold", None, BEFORE, ("hold", held, *by)),
        Case("status", None, BEFORE, ("status",)),
        Case("release --dry-run at the window", None, WINDOW, ("release", "--dry-run")),
        Case("release at the window", None, WINDOW, ("release",)),
    )


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--apps", type=int, default=10_000)
    parser.add_argument("--due", type=int, default=1_000)
    parser.add_argument("--late", type=int, default=1_000)
    parser.add_argument("--closed", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    print(machine(), flush=True)
    with folder(options.keep) as place:
        found: dict[int, dict[str, list[Ran]]] = {}
        for closed in sorted({0, options.closed}):
            size = Size(options.apps, options.due, options.late, closed)
            built = place / f"{size.apps}-{size.due}-{size.late}-{size.closed}"
            if not built.exists():
                build(built, size)
            found[closed] = measured(built, size, options.runs)
        report(options, found)
        for line in board(built):
            print(line, flush=True)


def measured(built: Path, size: Size, runs: int) -> dict[str, list[Ran]]:
    """Case -> each run, every one on a fresh copy."""
    opened = git(built, "ls-tree", "-r", "--name-only", LEDGER, "requests/open/production").split("\n")[0]
    subject, _, commit = opened.removeprefix("requests/open/").removesuffix(".yaml").rpartition("/")
    found: dict[str, list[Ran]] = {}
    for case in cases(f"{subject}@{commit}"):
        for _ in range(runs):
            copy = built.with_name(f"{built.name}-run")
            copytree(built, copy)
            try:
                if case.merge is not None:
                    last = [app for app in fleet(size) if app.environment == case.merge][-1]
                    git(copy, "fast-import", "--quiet", data=one_more(last, git(copy, "rev-parse", "main").strip()))
                ran = launchwindow(copy, *case.command, now=case.now)
                if ran.status != 0:
                    raise RuntimeError(f"{case.name}: {ran.out}")
                found.setdefault(case.name, []).append(ran)
            finally:
                rmtree(copy)
    return found


def report(options: argparse.Namespace, found: dict[int, dict[str, list[Ran]]]) -> None:
    """A table for people: medians, and what the past costs."""
    print(
        f"{options.apps:,} apps, {options.due + options.late:,} open requests, {options.due:,} of them due; "
        f"medians of {options.runs} whole processes, in seconds; of their processor time in brackets"
    )
    sizes = sorted(found)
    print(f"{'':40} " + " ".join(f"{closed:>9,} closed" for closed in sizes) + "   ratio of processor time")
    for name in found[sizes[0]]:
        times = [found[closed][name] for closed in sizes]
        busy = [median(ran.busy for ran in one) for one in times]
        cells = " ".join(f"{median(ran.seconds for ran in one):8.2f} ({used:5.2f})"
                         for one, used in zip(times, busy, strict=True))  # fmt: skip
        print(f"{name:40} {cells} {busy[-1] / busy[0]:7.2f}")


if __name__ == "__main__":
    main()
