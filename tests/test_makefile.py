"""What `make` says where something is missing: one plain line, with the package that brings it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ("sh", "find", "sort", "xargs", "sha256sum", "cut")

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout without a virtual environment, beside a folder `bin` with little more than a shell."""
    checkout = tmp_path / "checkout"
    for folder in ("hooks", "schemas", ".github", "apps/exa", "partners", "../bin"):
        (checkout / folder).mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "README.md", "LICENSE", "action-requirements.txt", "policy.yaml"):
        shutil.copy(ROOT / name, checkout)
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(str(shutil.which(tool)))
    return checkout


def install(checkout: Path, name: str, script: str) -> None:
    file = checkout.parent / "bin" / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


def complaint(checkout: Path, target: str) -> str:
    """What `make` prints before its own line about the failed recipe."""
    command = [str(shutil.which("make")), "--silent", target]
    environment = {"PATH": str(checkout.parent / "bin")}
    finished = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    assert finished.returncode == 2
    assert not (checkout / ".venv").exists()
    *lines, last = (finished.stdout + finished.stderr).splitlines()
    assert last.startswith("make: ***")
    return "\n".join(lines)


@pytest.mark.parametrize("target", ["demo", "test"])
@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("git", "git is missing: apt-get install git"),
        ("python3", "python3 is missing: apt-get install python3 python3-venv"),
        ("venv", "venv is missing: apt-get install python3-venv"),
        ("ensurepip", "ensurepip is missing: apt-get install python3-venv"),
        ("version_info", "python3 is too old: Python 3.11 or newer is needed; name one with make PYTHON=python3.11"),
    ],
)
def test_one_line_says_what_is_missing(checkout: Path, target: str, missing: str, said: str) -> None:
    if missing != "git":
        install(checkout, "git", "exit 0")
    if missing != "python3":
        # A Python that fails at just the check which asks for what is missing.
        install(checkout, "python3", f'case "$2" in *{missing}*) exit 1;; esac')
    assert complaint(checkout, target) == said
