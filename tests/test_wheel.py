"""What is tested is what is installed: the built wheel. The checkout runs as well, with nothing of ours installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import launchwindow
from launchwindow.edit.init_files import EXAMPLE, OWNERS, POLICY, RULESETS, WORKFLOWS

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "hooks" / "launchwindow"
FROM_CHECKOUT = Path(launchwindow.__file__).resolve().is_relative_to(ROOT / "hooks")


def skip_in_checkout() -> None:
    if FROM_CHECKOUT and os.environ.get("CI") != "true":
        pytest.skip("launchwindow is imported from the checkout (PYTHONPATH); `make test` tests the wheel")


def run(arguments: Sequence[str], folder: Path) -> str:
    """Standard output of Python with these arguments, in `folder`, with no PYTHONPATH of the caller's."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [sys.executable, *arguments]
    finished = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def installed() -> set[str]:
    """The wheel's files, without what pip writes beside them; the package's paths begin with `launchwindow/`."""
    try:
        recorded = files("launchwindow") or []
    except PackageNotFoundError:
        pytest.fail("No launchwindow is installed: run `make test`.")
    names = {path.as_posix() for path in recorded}
    return {name for name in names if "__pycache__" not in name and ".dist-info/" not in name}


def test_the_suite_runs_against_the_installed_wheel() -> None:
    skip_in_checkout()
    assert not Path(launchwindow.__file__).resolve().is_relative_to(ROOT / "hooks")


def test_the_wheel_holds_the_package_and_its_schemas_and_nothing_else() -> None:
    skip_in_checkout()
    package = {
        f"launchwindow/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    schemas = {f"launchwindow/schemas/{path.name}" for path in (ROOT / "schemas").glob("*.schema.json")}
    some = {"launchwindow/py.typed", "launchwindow/cli.py", "launchwindow/assets/board/board.css"}
    assert some | {"launchwindow/schemas/app.schema.json"} <= package | schemas
    own = {f"launchwindow/templates/own/{path}" for path in (OWNERS, POLICY, *RULESETS, *WORKFLOWS, *EXAMPLE)}
    scripts = {name for name in installed() if name.startswith("../")}
    assert {Path(name).name for name in scripts} == {"launchwindow"}
    assert installed() - scripts == package | schemas | own


SHOW_SCHEMA = (
    "from launchwindow.io import resources;print(resources.__file__); print(resources.schema('app')['$schema'])"
)


def test_the_wheel_has_its_schemas(tmp_path: Path) -> None:
    skip_in_checkout()
    module, draft = run(["-c", SHOW_SCHEMA], tmp_path).splitlines()
    assert not Path(module).is_relative_to(ROOT / "hooks")
    assert draft == "https://json-schema.org/draft/2020-12/schema"


def test_a_checkout_has_its_schemas(tmp_path: Path) -> None:
    search = f"import sys; sys.path.insert(0, {str(ROOT / 'hooks')!r});"
    module, draft = run(["-c", search + SHOW_SCHEMA], tmp_path).splitlines()
    assert Path(module).is_relative_to(ROOT / "hooks")
    assert draft == "https://json-schema.org/draft/2020-12/schema"


def test_a_checkout_runs_as_it_is() -> None:
    assert run(["hooks", "--version"], ROOT) == f"launchwindow {launchwindow.__version__}\n"
    arguments = ["hooks", "windows", "--count", "1", "--now", "2026-11-20T12:00:00Z", "--format", "json"]
    (window,) = json.loads(run(arguments, ROOT))["windows"]
    # The policy may change, but not into one that has a window before the day that was asked about.
    assert window["date"] >= "2026-11-20"
