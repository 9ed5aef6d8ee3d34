"""The documentation's own checks: `docs/check_links.py`."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

SCRIPT = Path(__file__).parents[1] / "docs" / "check_links.py"


@pytest.fixture(scope="module")
def checks() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_links", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def found_in(checks: ModuleType, root: Path, text: str) -> list[str]:
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    (root / "docs").mkdir()
    (root / "docs" / "there.md").write_text("# Over there, then\n", encoding="utf-8")
    (root / "Makefile").write_text("test: all\n", encoding="utf-8")
    (root / "README.md").write_text(text, encoding="utf-8")
    return list(checks.problems(root.resolve()))


@pytest.mark.parametrize(
    "text",
    [
        "[there](docs/there.md), [a place in it](docs/there.md#over-there-then), [a folder](docs)\n",
        "# Here\n\n[here](#here) and [away](https://example.gov/)\n",
        "In code a link is none: `[x](nowhere.md)`.\n\n```\n[x](nowhere.md)\n```\n",
        "```console\n$ launchwindow --now 2026-11-24T09:30:00-05:00 plan --base main\n$ make test\n```\n",
    ],
)
def test_sound_documents_pass(checks: ModuleType, tmp_path: Path, text: str) -> None:
    assert found_in(checks, tmp_path, text) == []


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("[x](docs/gone.md)\n", "README.md: the link to docs/gone.md leads nowhere"),
        ("[x](docs/there.md#gone)\n", "README.md: the link to docs/there.md#gone leads nowhere"),
        ("[x]: docs/gone.md\n", "README.md: the link to docs/gone.md leads nowhere"),
        ("[x](../../outside.md)\n", "README.md: the link to ../../outside.md leads nowhere"),
        ("one \ntwo\n", "README.md:1: white space at the end of the line"),
        ("```console\n$ launchwindow launch\n```\n", "README.md: there is no command `launchwindow launch`"),
        ("```console\n$ make launch\n```\n", "README.md: there is no `make launch`"),
    ],
)
def test_mistakes_are_named(checks: ModuleType, tmp_path: Path, text: str, mistake: str) -> None:
    assert found_in(checks, tmp_path, text) == [mistake]
