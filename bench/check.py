"""How long `check` takes beside check-jsonschema and yamllint on the same files, as ratios of one run on one machine.

`python bench/check.py [--sizes 10,1000,10000,50000] [--runs N] [--keep DIR] [--write]`. Each row's commands run in
turn, so that what else the machine does meets all of them; a number is the median of whole processes. check-jsonschema
only holds the app files to the schema, and yamllint only looks at their form; `check` judges them by every rule, with
their certificates and logos and against each other. `--write` puts the table into docs/performance.md.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from functools import partial
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from shutil import rmtree
from statistics import median
from time import perf_counter, sleep
from typing import TYPE_CHECKING, NamedTuple

from fleet import ROOT
from machine import folder, machine
from repository import environment, git
from tree import NEXT_DAY, NOW, grow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- table: python bench/check.py --write -->", "<!-- end of the table -->"
FAULTY = 50
"""One app of so many has a fault, in the fleet that has faults: 2 %."""
SETTLED = 2.5
"""Seconds after which `check` remembers a file that was written."""
OURS = str(Path(sys.executable).with_name("launchwindow"))
LEDGER = "launchwindow-ledger"
CHANGED = "apps/a000/service-00000/production.yaml"


class Ran(NamedTuple):
    """One whole process."""

    seconds: float
    kib: int
    """The largest of its processes."""


class Contender(NamedTuple):
    """One command of a row."""

    name: str
    command: Sequence[str]
    before: Callable[[], object] = lambda: None
    """What is done, unmeasured, before each run."""
    fails: bool | None = False
    """Whether it is to find something; None where it may."""
    folder: Path | None = None
    """Where it runs, if not where its row does."""


class Row(NamedTuple):
    """Commands that are measured in turn; all others are held against the first."""

    name: str
    contenders: Sequence[Contender]
    folder: Path
    prepare: Callable[[], object] = lambda: None
    """What is done, unmeasured, before the first run."""
    more: int = 0
    """Apps that the second contender has more than the first, where it is told how its time grows with them."""


def ran(contender: Contender, place: Path, cache: Path) -> Ran:
    """Run it; raises RuntimeError when it ends otherwise than it should."""
    contender.before()
    variables = environment() | {"XDG_CACHE_HOME": str(cache), "PRE_COMMIT_HOME": str(cache / "pre-commit")}
    with open(os.devnull, "wb") as nowhere:
        begin = perf_counter()
        process = subprocess.Popen(
            contender.command, cwd=contender.folder or place, stdout=nowhere, stderr=nowhere, env=variables
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in ((0, 1) if contender.fails is None else (int(contender.fails),)):
        raise RuntimeError(f"{contender.name} in {place}: status {process.returncode}: {contender.command[:8]}")
    return Ran(seconds, used.ru_maxrss)


class Fleet:
    """One repository, and the commands on it."""

    def __init__(self, built: Path, apps: int, faulty: int, cache: Path) -> None:
        self.place, self.apps, self.faulty, self.cache = built, apps, faulty, cache
        self._round = 0
        if not built.exists():
            grow(built, apps, faulty=faulty)

    def ours(self, name: str, *arguments: str, now: str = NOW, **more: object) -> Contender:
        """A `check` of it."""
        command = [OURS, "--now", now, "check", *arguments]
        return Contender(name, command, **more)  # type: ignore[arg-type]

    def schema_alone(self, files: Sequence[str]) -> Contender:
        """check-jsonschema on some of the files."""
        tool = str(Path(sys.executable).with_name("check-jsonschema"))
        schema = str(ROOT / "schemas" / "app.schema.json")
        return Contender("check-jsonschema", [tool, "--schemafile", schema, *files], fails=self.faulty > 0)

    def form_alone(self, files: Sequence[str]) -> Contender:
        """yamllint on some of the files."""
        tool = str(Path(sys.executable).with_name("yamllint"))
        return Contender("yamllint", [tool, "-d", "{extends: relaxed, rules: {line-length: disable}}", *files])

    def files(self) -> list[str]:
        """Every app's file, as the shell would name them."""
        return [str(path.relative_to(self.place)) for path in sorted(self.place.glob("apps/*/*/*.yaml"))]

    def change(self, number: int) -> None:
        """Other bytes in some apps, spread over the fleet; the same length of file again and again, never the same."""
        self._round += 1
        folders = range(0, self.apps // 2, max(self.apps // 2 // number, 1))
        for folder_number in list(folders)[:number]:
            path = self.place / f"apps/a{folder_number // 50:03d}/service-{folder_number:05d}/production.yaml"
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            lines[2] = f"friendly_name: Service {folder_number} {self._round:04d}\n"
            path.write_text("".join(lines), encoding="utf-8")

    def stage(self, number: int) -> None:
        """The same, staged."""
        self.change(number)
        git(self.place, "add", "--update")

    def restore(self) -> None:
        """As committed."""
        git(self.place, "reset", "--hard", "--quiet")

    def warm(self) -> None:
        """As committed, written long enough ago to be remembered, and looked at in both ways."""
        self.restore()
        sleep(SETTLED)
        for arguments in ((), (), ("--staged",)):
            ran(self.ours("check", *arguments, fails=None), self.place, self.cache)

    def the_day_before(self) -> None:
        """A check on the day before that, whatever was kept of others."""
        ran(self.ours("check", fails=None), self.place, self.cache)

    def cold(self) -> None:
        """Forget what was kept."""
        rmtree(self.cache / "launchwindow", ignore_errors=True)


def rows(fleets: Sequence[Fleet], slow: int) -> Iterator[Row]:
    """What is measured; from `slow` apps on, yamllint is spared."""
    for fleet in fleets:
        named = f"{fleet.apps:,} apps" + (f", {100 / fleet.faulty:.0f} % faulty" if fleet.faulty else "")
        bad = fleet.faulty > 0
        files = fleet.files()
        whole = [fleet.schema_alone(files)] if len(files) <= 20_000 else []
        whole += [fleet.form_alone(files)] if len(files) < slow else []
        yield Row(f"{named}, cold", [fleet.ours("check", before=fleet.cold, fails=bad), *whole], fleet.place,
                  fleet.restore)  # fmt: skip
        # What was there before blocks no commit, so that a check of what is staged may pass.
        may = None if bad else False
        staged, tree = partial(fleet.ours, "check --staged", "--staged", fails=may), fleet.ours
        yield Row(f"{named}, warm, nothing changed", [tree("check", fails=bad)], fleet.place, fleet.warm)
        yield Row(f"{named}, warm, nothing changed, staged", [staged()], fleet.place, fleet.warm)
        next_day = tree("check", now=NEXT_DAY, before=fleet.the_day_before, fails=bad)
        yield Row(f"{named}, warm, the first check of the next day", [next_day], fleet.place, fleet.warm)
        one = [fleet.schema_alone([CHANGED])._replace(fails=None), fleet.form_alone([CHANGED])]
        yield Row(f"one changed app of {named}, staged", [staged(before=partial(fleet.stage, 1)), *one], fleet.place,
                  fleet.warm)  # fmt: skip
        yield Row(f"one changed app of {named}, in the work tree",
                  [tree("check", CHANGED, before=partial(fleet.change, 1), fails=may), *one],
                  fleet.place, fleet.warm)  # fmt: skip
        if not bad:
            since = partial(fleet.ours, before=partial(fleet.change, 1), fails=False)
            # On a runner nothing was kept, and nothing that was is believed.
            cold = since("check --since main --no-cache", "--since", "main", "--no-cache")
            yield Row(f"{named}, as a pull request that changes one app is checked", [cold], fleet.place,
                      fleet.restore)  # fmt: skip
            warm = since("check --since main", "--since", "main")
            yield Row(f"{named}, warm, a branch that changes one app", [warm], fleet.place, fleet.warm)
        if fleet.apps >= 1000:
            changed = tree("check", before=partial(fleet.change, 100), fails=bad)
            yield Row(f"{named}, warm, 100 changed", [changed], fleet.place, fleet.warm)
            changed = staged(before=partial(fleet.stage, 100))
            yield Row(f"{named}, warm, 100 changed, staged", [changed], fleet.place, fleet.warm)


def growth(fleet: Fleet, larger: Fleet) -> Iterator[Row]:
    """The same in a fleet and in a larger one, in turn: what they differ by is less than what an hour does to both."""

    def warm() -> None:
        for one in (fleet, larger):
            one.warm()

    for name, options, changed in (("nothing changed", (), 0), ("nothing changed, staged", ("--staged",), 0),
                                   ("one changed, staged", ("--staged",), 1)):  # fmt: skip
        both = [
            one.ours(f"check in {one.apps:,}", *options, folder=one.place, fails=one.faulty > 0,
                     before=partial(one.stage, changed) if changed else lambda: None)
            for one in (fleet, larger)
        ]  # fmt: skip
        yield Row(f"{fleet.apps:,} and {larger.apps:,} apps, warm, {name}", both, fleet.place, warm,
                  larger.apps - fleet.apps)  # fmt: skip


def hooks(fleet: Fleet) -> Row:
    """`pre-commit run` with our hook, and with one that does nothing."""
    tool = str(Path(sys.executable).with_name("pre-commit"))
    contenders = []
    for name, entry in (("our hook", f"{OURS} --now {NOW} check --staged"),
                        ("a hook that is `true`", "true")):  # fmt: skip
        config = fleet.place.with_name(f"{fleet.place.name}-{'ours' if 'our' in name else 'true'}.yaml")
        config.write_text(
            "repos:\n- repo: local\n  hooks:\n  - id: one\n    name: one\n    language: system\n    always_run: true\n"
            f'    pass_filenames: false\n    entry: "{entry}"\n', encoding="utf-8",
        )  # fmt: skip
        contenders.append(Contender(f"pre-commit run, {name}", [tool, "run", "--config", str(config)],
                                    partial(fleet.stage, 1)))  # fmt: skip
    return Row("pre-commit run on one file", contenders, fleet.place, fleet.warm)


def plans(fleet: Fleet) -> Iterator[Row]:
    """`plan` of a branch that changes one app, beside the `check` of it: without a ledger, and with all deployed."""
    base = [OURS, "--now", NOW]
    plan = Contender("plan", [*base, "plan", "--base", "main", "--head", "proposed"])
    page = plan._replace(name="plan --format markdown", command=[*plan.command, "--format", "markdown"])
    staged = fleet.ours("check --staged", "--staged", before=partial(fleet.stage, 1))
    for name, ledger in ((", no ledger yet", False), ("", True)):
        yield Row(f"plan of one app, {fleet.apps:,} apps{name}", [staged, plan, page], fleet.place,
                  partial(propose, fleet, ledger=ledger))  # fmt: skip


def propose(fleet: Fleet, *, ledger: bool) -> None:
    """A branch that changes one app, of which all else was adopted, where there is to be a ledger."""
    if LEDGER in git(fleet.place, "branch", "--list", LEDGER):
        git(fleet.place, "branch", "--quiet", "--delete", "--force", LEDGER)
    if ledger:
        git(fleet.place, "checkout", "--quiet", "main")
        subprocess.run([OURS, "--now", NOW, "adopt", "main"], cwd=fleet.place, env=environment(), check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
    if "proposed" not in git(fleet.place, "branch", "--list", "proposed"):
        fleet.restore()
        fleet.stage(1)
        person = ("-c", "user.name=bench", "-c", "user.email=bench@localhost")
        git(fleet.place, *person, "commit", "--quiet", "--message", "Change one app")
        git(fleet.place, "branch", "proposed")
        git(fleet.place, "reset", "--quiet", "--hard", "HEAD~1")
    fleet.warm()


def measured(row: Row, runs: int, cache: Path) -> dict[str, list[Ran]]:
    """Name -> its runs; the contenders take turns, after one round that does not count."""
    row.prepare()
    trial = {contender.name: ran(contender, row.folder, cache) for contender in row.contenders}
    # What takes long is known well enough from one run.
    found = {name: [one] if one.seconds > 10 else [] for name, one in trial.items()}
    # A difference is told by more runs than a ratio.
    for _ in range(runs * 3 if row.more else runs):
        for contender in row.contenders:
            if trial[contender.name].seconds <= 10:
                found[contender.name].append(ran(contender, row.folder, cache))
    return found


def table(all_rows: Iterator[Row], runs: int, cache: Path) -> Iterator[str]:
    """The lines of a table, each as soon as it is known."""
    yield "| | median | peak memory | against `check` |"
    yield "|---|---|---|---|"
    whole: dict[str, float] = {}
    for row in all_rows:
        found = measured(row, runs, cache)
        first = next(iter(found))
        ours = median(one.seconds for one in found[first])
        for name, times in found.items():
            seconds, kib = median(one.seconds for one in times), max(one.kib for one in times)
            ratio = "" if name == first else f"{seconds / ours:.1f} ×"
            yield f"| {row.name}: {name} | {seconds:.3f} s | {kib // 1024} MiB | {ratio} |"
            if name == "check-jsonschema" and "cold" in row.name:
                whole[row.name.partition(", cold")[0]] = seconds
        kind = row.name.partition(", warm")[0]
        if "warm" in row.name and kind in whole:
            yield f"| {row.name}: check-jsonschema on all of them, as above | | | {whole[kind] / ours:.0f} × |"
        if row.more:
            _, larger = (median(one.seconds for one in times) for times in found.values())
            each = (larger - ours) * 1000 / (row.more / 1000)
            yield f"| {row.name}: in the larger one | {each:.1f} ms for each 1,000 | | |"


def main() -> None:
    """Build, measure, print, and write when asked to."""
    parser = argparse.ArgumentParser(prog="bench/check.py", description=__doc__)
    parser.add_argument("--sizes", default="10,1000,10000,50000")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--slow", type=int, default=5000, help="from so many files on yamllint is spared")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    sizes = [int(one) for one in options.sizes.split(",")]
    tools = ", ".join(
        f"{name} {version(name)}" for name in ("check-jsonschema", "jsonschema", "yamllint", "ruamel.yaml")
    )
    lines = [f"{machine()}; {tools}. Medians of {options.runs} whole processes.", ""]
    print("\n".join(lines), flush=True)
    with folder(options.keep) as place:
        cache = place / "cache"
        fleets = [Fleet(place / f"tree-{size}-{faulty}", size, faulty, cache) for size in sizes
                  for faulty in ((0, FAULTY) if size >= 1000 else (0,))]  # fmt: skip
        sound = [fleet for fleet in fleets if not fleet.faulty]
        found = [
            *rows(fleets, options.slow),
            *(row for pair in pairwise([one for one in sound if one.apps >= 1000]) for row in growth(*pair)),
            hooks(sound[0]),
            *plans(max((one for one in sound if one.apps <= 10_000), key=lambda one: one.apps)),
        ]
        for line in table(iter(found), options.runs, cache):
            print(line, flush=True)
            lines.append(line)
        for fleet in sound:
            fleet.restore()
    if options.write:
        page = PAGE.read_text(encoding="utf-8")
        head, _, tail = page.partition(BEGIN)
        PAGE.write_text(f"{head}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{tail.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
