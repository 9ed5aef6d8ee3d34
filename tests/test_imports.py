"""A command imports only what it needs: `check` runs on every commit (design §12).

Each command runs in an interpreter of its own, on the smallest fleet: one production app with a certificate.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from shutil import copytree

import pytest

from support.repository import MERGED, Repository

SOURCE = Path(__file__).resolve().parents[1] / "hooks"
NEVER = {
    "github", "requests", "urllib3", "hypothesis", "pytest", "pre_commit", "yaml", "http.client", "urllib.request",
    "ssl", "asyncio", "multiprocessing", "unittest", "pydoc", "setuptools", "pkg_resources",
}  # fmt: skip
"""What no command may import: no network from here, and nothing that only tests need."""
SCHEMAS = {"jsonschema", "jsonschema_rs", "referencing", "attr"}
PARSER = {"ruamel.yaml", "_ruamel_yaml"}
RULES = {"cryptography", "publicsuffixlist", "validators", *SCHEMAS}
SLOW = {"holidays", "dataclasses", "inspect", "typing_extensions", "subprocess", "importlib.metadata", "tempfile",
        "logging", "email", "socket", *PARSER, *RULES}  # fmt: skip
"""Each of them costs as much as all of the command line itself, or more."""


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    repository = Repository(tmp_path_factory.mktemp("fleet") / "repository").adopted()
    return repository.path


@cache
def imported(fleet: Path, *command: str, fails: bool = False) -> frozenset[str]:
    """The modules that a command line has imported when it ends."""
    program = (
        "import sys\n"
        "from launchwindow.cli import main\n"
        "try:\n    status = main(sys.argv[1:])\n"
        "except SystemExit as stop:\n    status = stop.code\n"
        "print('\\n'.join(['imported:', *sys.modules]))\n"
        "raise SystemExit(status)\n"
    )
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PYTHON"))}
    finished = subprocess.run(
        [sys.executable, "-S", "-c", _with_site(program), *command], cwd=fleet, capture_output=True, text=True,
        check=False, env=environment,
    )  # fmt: skip
    assert (finished.returncode != 0) == fails, finished.stdout + finished.stderr
    return frozenset(finished.stdout.rpartition("imported:\n")[2].split())


def _with_site(program: str) -> str:
    """With the packages of this interpreter, but none of its start-up hooks, which import what they like."""
    return f"import sys\nsys.path[:] = {[str(SOURCE), *sys.path]!r}\n{program}"


COMMANDS = [
    ("--version",),
    ("--help",),
    ("explain",),
    ("windows", "--from", "2026-11-20", "--now", MERGED),
    ("check", "--now", MERGED),
    ("plan", "--now", MERGED),
    ("request", "--now", MERGED),
    ("status", "--now", MERGED),
    ("explain-date", "production/exa/benefits-finder", "--now", MERGED),
    ("release", "--now", MERGED),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_no_command_imports_what_none_needs(fleet: Path, command: tuple[str, ...]) -> None:
    assert imported(fleet, *command) & NEVER == set()


@pytest.mark.parametrize("command", ["--version", "--help"])
def test_the_command_line_itself_imports_nothing_slow(fleet: Path, command: str) -> None:
    modules = imported(fleet, command)
    assert modules & SLOW == set()
    assert len(modules) < 138


@pytest.mark.parametrize("command", [one for one in COMMANDS if one[0] != "check"], ids=lambda command: command[0])
def test_only_what_judges_files_imports_what_rules_need(fleet: Path, command: tuple[str, ...]) -> None:
    # Nothing is due and nothing was merged: no state is judged.
    assert imported(fleet, *command) & RULES == set()


def test_a_plain_plan_has_no_parser_of_command_lines(fleet: Path) -> None:
    plan = ("plan", "--now", MERGED)
    assert imported(fleet, *plan) & {"argparse", "pathlib"} == set()
    assert "argparse" in imported(fleet, *plan, "--remote", "origin", fails=True)


@pytest.mark.parametrize("command", ["plan", "request", "status", "explain-date"])
def test_holidays_are_looked_up_only_for_days(fleet: Path, command: str) -> None:
    arguments = next(one for one in COMMANDS if one[0] == command)
    assert "holidays" not in imported(fleet, *arguments)


def test_calendars_are_read_and_written_only_for_files_of_them(fleet: Path, tmp_path: Path) -> None:
    assert "icalendar" not in imported(fleet, "windows", "--from", "2026-11-20", "--now", MERGED)
    assert "icalendar" in imported(fleet, "windows", "--ics", str(tmp_path / "a.ics"), "--now", MERGED)


def test_the_board_is_drawn_with_what_is_installed_anyway(fleet: Path, tmp_path: Path) -> None:
    modules = imported(fleet, "board", "--output", str(tmp_path / "board"), "--now", MERGED)
    assert modules & (NEVER | {"selenium", "html5lib", "jinja2"}) == set()


def test_files_are_read_by_the_parser_in_c(fleet: Path) -> None:
    assert "_ruamel_yaml" in imported(fleet, "check", "--now", MERGED)


def test_without_the_parser_in_c_a_check_says_so_and_is_not_slow_in_silence(fleet: Path) -> None:
    program = (
        "import sys\nsys.modules['_ruamel_yaml'] = None\nfrom launchwindow.cli import main\n"
        "raise SystemExit(main(sys.argv[1:]))\n"
    )
    finished = subprocess.run(
        [sys.executable, "-S", "-c", _with_site(program), "check", "--no-cache", "--now", MERGED], cwd=fleet,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (finished.returncode, finished.stdout) == (2, "")
    assert "pip install ruamel.yaml.clib" in finished.stderr


def test_check_imports_what_this_fleet_needs_and_no_more(fleet: Path) -> None:
    modules = imported(fleet, "check", "--now", MERGED)
    assert "holidays" in modules
    # Which is asked for no version of itself, and leaves no trace of that.
    assert modules & {"importlib.metadata", "socket", "holidays.version"} == set()
    # All of its addresses are on .gov, so no list of shared hosts is asked.
    assert "publicsuffixlist" not in modules


ON_THE_FAST_PATH = {
    "launchwindow", "launchwindow.arguments", "launchwindow.cli", "launchwindow.commands",
    "launchwindow.commands.check", "launchwindow.plain_line",
    "launchwindow.events", *(f"launchwindow.events.{name}" for name in (
        "answer", "apart", "check_formats", "in_parts", "kept_parts", "kept_sections", "narrowed", "on_commit",
        "opened", "opening", "setting", "sides", "workspace")),
    "launchwindow.io", *(f"launchwindow.io.{name}" for name in (
        "asking", "clock", "git", "kept", "listing", "objects", "place", "spawned", "stage", "two", "version")),
    "launchwindow.load", "launchwindow.load.places", "launchwindow.parts",
    "launchwindow.model", *(f"launchwindow.model.{name}" for name in (
        "app", "branches", "deployed_ids", "errors", "finding", "named", "snapshot")),
    "launchwindow.report", *(f"launchwindow.report.{name}" for name in ("findings", "visible", "words")),
}  # fmt: skip
"""All of our own that a check loads which finds nothing new: no rule, no parser, no policy and no ledger."""


@pytest.mark.parametrize("staged", [(), ("--staged",)], ids=["work-tree", "index"])
def test_a_check_that_finds_nothing_new_loads_next_to_nothing(
    fleet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, staged: tuple[str, ...]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    command = ("check", *staged, "--now", MERGED)
    imported.__wrapped__(fleet, *command)
    modules = imported.__wrapped__(fleet, *command)
    walk = set() if staged else {f"launchwindow.io.{name}" for name in ("files", "seen", "stat_rows")}
    assert {name for name in modules if name.partition(".")[0] == "launchwindow"} == ON_THE_FAST_PATH | walk
    assert modules & SLOW == set()
    assert modules & {"argparse", "pathlib", "gettext", "urllib.parse"} == set()
    assert len(modules) < 138


CHANGED = """
import re, subprocess, sys
from pathlib import Path
from launchwindow.cli import main
noted = []
def note(event, about):
    # Other than those of modules, and of what makes a named tuple.
    if event == "compile" and about[1] == "<string>" and not bytes(about[0]).startswith(b"lambda _cls"):
        noted.append(about[0])
sys.addaudithook(note)
path = Path(sys.argv[1])
path.write_text(path.read_text(encoding="utf-8") + "# A change.\\n", encoding="utf-8")
assert main(["check", "--now", sys.argv[2]]) == 0
patterns = [one.pattern for module in list(sys.modules.values()) if module.__name__.startswith("launchwindow.")
            for one in vars(module).values() if isinstance(one, re.Pattern)]
assert len(patterns) > 30
print("compiled:", noted, sum(max(one) > "\\uffff" for one in patterns if isinstance(one, str)))
"""


def test_a_check_of_one_change_prepares_nothing_that_takes_milliseconds(
    fleet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No text is compiled as Python, as `typing` does with each type that it is told by name; no set of a pattern names
    what is beyond 65,536 characters one by one."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "fleet"
    copytree(fleet, folder)
    imported.__wrapped__(folder, "check", "--now", MERGED)
    path = next(folder.glob("apps/*/*/sandbox.yaml"), None) or next(folder.glob("apps/*/*/*.yaml"))
    finished = subprocess.run(
        [sys.executable, "-S", "-c", _with_site(CHANGED), path, MERGED], cwd=folder, capture_output=True, text=True,
        check=False, env={key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PYTHON"))},
    )  # fmt: skip
    assert finished.stdout.rpartition("compiled: ")[2] == "[] 0\n", finished.stdout + finished.stderr


@cache
def _imports(file: Path) -> frozenset[str]:
    """`module` and `module.name` of all that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return frozenset(found)


@pytest.mark.parametrize("name", ["dataclasses", "enum", "pydantic", "attr", "attrs", "typing.NamedTuple"])
def test_our_own_code_makes_no_classes_in_a_slow_way(name: str) -> None:
    """`model.named` has the named tuples, without a look at the types of their fields."""
    files = {file: _imports(file) for file in (SOURCE / "launchwindow").rglob("*.py")}
    assert len(files) > 50
    found = {file.relative_to(SOURCE / "launchwindow").as_posix() for file, names in files.items() if name in names}
    assert found == ({"model/named.py"} if name == "typing.NamedTuple" else set())
