"""The pages that are made from the program say what it says now, and tell when they do not."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree

from launchwindow.commands.table import COMMANDS
from support.repository import ROOT

PAGES = ("commands.md", "files.md", "documents.md")


def made(*arguments: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "docs" / "reference"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_pages_are_up_to_date() -> None:
    finished = made("--check")
    assert finished.stdout.splitlines() == [f"docs/{name} is up to date." for name in PAGES], finished.stderr
    assert finished.returncode == 0


def test_a_stale_page_is_told_and_made_anew(tmp_path: Path) -> None:
    for folder in ("docs/reference", "schemas"):
        copytree(ROOT / folder, tmp_path / folder)
    before = {name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in PAGES}
    (tmp_path / "docs" / "files.md").write_text(before["files.md"].replace("`issuer`", "`isuer`"), encoding="utf-8")
    finished = made("--check", root=tmp_path)
    assert finished.returncode == 1
    assert len(re.findall(r"is not what the program says: run python docs/reference", finished.stderr)) == 3
    assert made(root=tmp_path).returncode == 0
    assert {name: (tmp_path / "docs" / name).read_text(encoding="utf-8") for name in PAGES} == before
    assert made("--wrong", root=tmp_path).returncode == 2


def test_every_command_and_every_written_file_has_its_section() -> None:
    headings = re.findall(r"^### (.+)$", (ROOT / "docs" / "commands.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(headings) == sorted(COMMANDS)
    files = (ROOT / "docs" / "files.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", files, re.MULTILINE) == ["App", "Partner", "Policy"]
