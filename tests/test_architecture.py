"""Imports go one way, effects live in `io/`, and files stay small (design §3; docs/adr/0002 gives the order)."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import pytest

from support.sources import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "hooks" / "launchwindow"

ORDER = (
    "__init__",
    "model",
    "load",
    "provider",
    "partner_claims",
    "diff",
    "rotation",
    "notice",
    "days",
    "windows",
    "rotation_steps",
    "schedule",
    "rules",
    "validate",
    "parts",
    "told",
    "endpoints",
    "emit",
    "plain_rows",
    "ledger_shapes",
    "records",
    "ledger_values",
    "ledger",
    "ledger_past",
    "merges",
    "scope",
    "index",
    "record",
    "settle",
    "rewritten",
    "judge",
    "timelines",
    "rollback",
    "trailers",
    "reviews",
    "levers",
    "confirmation",
    "idp_checks",
    "idp_agreements",
    "idp_agreement_checks",
    "idp_files",
    "valid_set",
    "take_back",
    "hand_over",
    "release",
    "own_runs",
    "why",
    "standing",
    "what_if",
    "sooner",
    "doctor",
    "exchange",
    "edit",
    "report",
    "face",
    "io",
    "events",
    "arguments",
    "commands",
    "plain_line",
    "command_line",
    "cli",
    "action",
    "__main__",
)
"""Every module and folder of the package; each imports only what stands before it."""

MAY_IMPORT = {"io": {"__init__", "io", "model"}}
"""Where the order alone would allow too much."""
MAY_USE_IO = {"io", "events"}

LINES_OF_A_FILE = 350
LINES_OF_A_FUNCTION = 60

EFFECTS = {
    "subprocess", "socket", "ssl", "http", "urllib.request", "requests", "github", "shutil", "tempfile", "glob",
    "os", "signal", "threading", "multiprocessing", "asyncio", "random", "secrets", "uuid", "time", "ctypes", "logging",
}  # fmt: skip
"""Modules that reach outside the process, or that answer differently when they are asked again."""
EFFECT_CALLS = {"open", "input", "exec", "eval", "print"}
EFFECT_METHODS = {
    "now", "today", "utcnow", "cwd", "home", "read_text", "write_text", "read_bytes", "write_bytes", "is_file",
    "is_dir", "exists", "iterdir", "rglob", "mkdir", "unlink", "rename", "rmdir", "touch", "stat", "lstat", "resolve",
    "absolute", "expanduser", "isatty",
}  # fmt: skip
OF_THE_COMMAND_LINE = {"os", "print", "isatty"}
"""The command line writes to standard output and error, and asks whether a terminal, and which variables, are there."""
OF_A_STEP = {*OF_THE_COMMAND_LINE, "open", "secrets", "resolve"}
"""A workflow's step writes to the runner's files, which are to it what standard output is to a command, between marks
that nobody can guess; and finds its own code."""
EDGES = {"cli": OF_THE_COMMAND_LINE, "commands": OF_THE_COMMAND_LINE, "action": OF_A_STEP}
OUR_OWN = {("events", "resolve")}
"""Names like an effect's that are our own: `Git.resolve` names a commit."""


class Imported(NamedTuple):
    """One import: where it stands, and the dotted name that it brings."""

    file: Path
    line: int
    name: str


def files(package: Path) -> list[Path]:
    return sorted(package.rglob("*.py"))


def unit(package: Path, file: Path) -> str:
    """The module or folder at the package's top that a file belongs to."""
    return file.relative_to(package).parts[0].removesuffix(".py")


def imports(file: Path) -> Iterator[Imported]:
    """Every import, in functions and for type checkers as well."""
    for node in nodes(file.read_text(encoding="utf-8")):
        if isinstance(node, ast.Import):
            yield from (Imported(file, node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: imports are written out from the package's name"
            yield from (Imported(file, node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def modules(package: Path) -> set[str]:
    found = {path.stem for path in package.glob("*.py")}
    return found | {path.name for path in package.iterdir() if path.is_dir() and any(path.glob("*.py"))}


def wrong_ways(package: Path) -> list[str]:
    """Imports that go against the order, or reach an effect from where none may be."""
    found = []
    for file in files(package):
        own = unit(package, file)
        if own not in ORDER:
            continue
        for one in imports(file):
            if not one.name.startswith("launchwindow."):
                continue
            other = one.name.split(".")[1]
            other = other if other in ORDER else "__init__"
            place = f"{file.relative_to(package)}:{one.line}"
            if ORDER.index(other) > ORDER.index(own):
                found.append(f"{place}: {own} imports {other}, which stands after it: move what it needs to the left.")
            elif other not in MAY_IMPORT.get(own, {other}):
                found.append(f"{place}: {own} imports {other}; it may import {', '.join(sorted(MAY_IMPORT[own]))}.")
            elif other == "io" and own not in MAY_USE_IO:
                found.append(f"{place}: {own} imports io; only events may, and hands down what it read.")
    return found


def effects(package: Path) -> list[str]:
    """Effects outside `io/`, but for what the command line needs."""
    found = []
    for file in files(package):
        own = unit(package, file)
        if own == "io":
            continue
        allowed = EDGES.get(own, set())
        for line, name in [*_effect_imports(file), *_effect_calls(file)]:
            if name not in allowed and (own, name) not in OUR_OWN:
                found.append(
                    f"{file.relative_to(package)}:{line}: {name}: effects live in io/; let events pass it down."
                )
    return found


def _effect_imports(file: Path) -> Iterator[tuple[int, str]]:
    for one in imports(file):
        for effect in EFFECTS:
            if one.name == effect or one.name.startswith(f"{effect}."):
                yield one.line, effect


def _effect_calls(file: Path) -> Iterator[tuple[int, str]]:
    for node in nodes(file.read_text(encoding="utf-8")):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id in EFFECT_CALLS:
                yield node.lineno, node.func.id
            elif isinstance(node.func, ast.Attribute) and node.func.attr in EFFECT_METHODS:
                yield node.lineno, node.func.attr


def functions(package: Path) -> Iterator[tuple[int, str]]:
    """(lines, place) of every function."""
    for file in files(package):
        for node in nodes(file.read_text(encoding="utf-8")):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                yield lines, f"{file.relative_to(package)}:{node.lineno}: {node.name}"


def lengths(package: Path) -> dict[str, int]:
    return {
        str(file.relative_to(package)): len(file.read_text(encoding="utf-8").splitlines()) for file in files(package)
    }


def test_the_order_names_every_module_and_no_other() -> None:
    missing, phantom = modules(PACKAGE) - set(ORDER), set(ORDER) - modules(PACKAGE)
    assert not missing, f"not in ORDER: {sorted(missing)}: put each behind all that it imports, and into docs/adr/0002"
    assert not phantom, f"in ORDER and not in the package: {sorted(phantom)}"
    assert len(ORDER) == len(set(ORDER))


def test_the_decision_tells_every_module() -> None:
    text = (ROOT / "docs/adr/0002-modules-beside-the-drawn-ones.md").read_text(encoding="utf-8")
    assert [name for name in ORDER if not name.startswith("__") and f"`{name}`" not in text] == []


def test_imports_go_one_way() -> None:
    assert wrong_ways(PACKAGE) == []


def test_effects_live_in_io() -> None:
    assert effects(PACKAGE) == []


def test_the_exceptions_are_needed() -> None:
    used = {(unit(PACKAGE, file), name) for file in files(PACKAGE) for _, name in _effect_calls(file)}
    assert used >= OUR_OWN


def test_files_and_functions_are_small() -> None:
    long_files = {name: lines for name, lines in lengths(PACKAGE).items() if lines > LINES_OF_A_FILE}
    long_functions = [found for found in functions(PACKAGE) if found[0] > LINES_OF_A_FUNCTION]
    assert (long_files, long_functions) == ({}, [])


def test_the_usual_file_and_function_are_smaller_still(record_property: pytest.RecordProperty) -> None:
    file, function = median(lengths(PACKAGE).values()), median(lines for lines, _ in functions(PACKAGE))
    record_property("median lines of a file", file)
    record_property("median lines of a function", function)
    assert file <= 100, f"the median file has {file} lines"
    assert function <= 12, f"the median function has {function} lines"
    most = sorted(lines for lines, _ in functions(PACKAGE))
    assert most[len(most) * 9 // 10] <= 35


def planted(folder: Path, module: str, text: str) -> Path:
    """A package with one file in it."""
    package = folder / "launchwindow"
    target = package / module
    target.parent.mkdir(parents=True)
    target.write_text(text, encoding="utf-8")
    return package


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("model/app.py", "from launchwindow.load.plain import clean\n"),
        ("diff.py", "def late():\n    from launchwindow.schedule import choose\n"),
        ("schedule.py", "if TYPE_CHECKING:\n    from launchwindow.release import Judge\n"),
        ("load/corpus.py", "import launchwindow.rules.yaml\n"),
        ("report/text.py", "from launchwindow.events import workspace\n"),
        ("report/text.py", "from launchwindow import io\n"),
        ("rules/a.py", "from launchwindow.io.resources import schema\n"),
        ("cli.py", "from launchwindow.io.clock import now\n"),
        ("io/git.py", "from launchwindow.load.digest import content_digest\n"),
        ("diff.py", "from launchwindow import schedule\n"),
    ],
)
def test_a_planted_import_is_caught(tmp_path: Path, module: str, text: str) -> None:
    # `from launchwindow import io` is allowed by the order and refused because of the effect.
    assert len(wrong_ways(planted(tmp_path, module, text))) == 1


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("model/app.py", "from __future__ import annotations\nfrom typing import NamedTuple\n"),
        ("events/on_window.py", "from launchwindow.io.git import Git\nfrom launchwindow.release import release\n"),
        ("cli.py", "from launchwindow import __version__\nimport launchwindowing\n"),
    ],
)
def test_a_right_import_is_not(tmp_path: Path, module: str, text: str) -> None:
    assert wrong_ways(planted(tmp_path, module, text)) == []


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("release.py", "import subprocess\n"),
        ("release.py", "from urllib.request import urlopen\n"),
        ("notice.py", "def f():\n    from time import sleep\n"),
        ("windows.py", "def f(): return datetime.now(UTC)\n"),
        ("windows.py", "def f(): return date.today()\n"),
        ("load/corpus.py", "def f(path): return path.read_text()\n"),
        ("events/on_window.py", "def f(path):\n    with open(path) as file:\n        return file\n"),
        ("report/text.py", "print('done')\n"),
        ("standing.py", "import os\n"),
        ("cli.py", "import subprocess\n"),
    ],
)
def test_a_planted_effect_is_caught(tmp_path: Path, module: str, text: str) -> None:
    assert len(effects(planted(tmp_path, module, text))) == 1


def test_what_the_core_does_is_no_effect(tmp_path: Path) -> None:
    text = "from urllib.parse import urlsplit\nfrom pathlib import PurePosixPath\ndate.fromisoformat('2026-11-24')\n"
    assert effects(planted(tmp_path, "release.py", text)) == []
    assert effects(planted(tmp_path / "io-is-free", "io/git.py", "import subprocess\nopen('x')\n")) == []
