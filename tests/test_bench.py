"""The benchmark's fleet is a real one: the rules find nothing wrong in it, and its commands run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.repository import ROOT, run

BENCH = ROOT / "bench"


@pytest.mark.more
def test_a_small_fleet_is_measured(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, str(BENCH), "--apps", "60", "--due", "3", "--late", "2", "--closed", "7", "--runs", "1",
         "--keep", str(tmp_path / "kept")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    assert "60 apps, 5 open requests, 3 of them due" in finished.stdout
    assert "pages of 60 apps, 5 open requests" in finished.stdout
    assert "board, again, nothing changed: " in finished.stdout
    built = tmp_path / "kept" / "60-3-2-7"
    subprocess.run(["git", "clone", "--quiet", str(built), str(tmp_path / "clone")], check=True)
    checked = run("--repo", str(tmp_path / "clone"), "--now", "2026-12-09T10:00:00-05:00", "check")
    assert "60 apps checked" in checked.text
    assert checked.status == 0, checked.text
    listed = subprocess.run(["git", "-C", str(built), "ls-tree", "-r", "--name-only", "launchwindow-ledger"],
                            capture_output=True, text=True, check=True).stdout.split("\n")  # fmt: skip
    folders = ["/".join(path.split("/")[:2]) for path in listed]
    assert (folders.count("requests/closed"), folders.count("requests/open")) == (7, 5)


@pytest.mark.more
def test_check_is_measured_beside_others(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, str(BENCH / "check.py"), "--sizes", "10", "--runs", "1", "--keep", str(tmp_path / "kept")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    rows = [line for line in finished.stdout.splitlines() if line.startswith("| ")]
    for contender in ("check --staged", "check-jsonschema", "yamllint", "pre-commit run, our hook", "plan"):
        assert any(f": {contender} |" in row for row in rows), finished.stdout


@pytest.mark.parametrize("faulty", [0, 10])
def test_a_fleet_in_a_work_tree_has_just_the_faults_that_it_should(tmp_path: Path, faulty: int) -> None:
    program = f"from pathlib import Path; from tree import grow; grow(Path('grown'), 40, faulty={faulty})"
    environment = {**os.environ, "PYTHONPATH": str(BENCH)}
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True, env=environment)
    checked = run("--repo", str(tmp_path / "grown"), "--now", "2026-12-09T10:00:00-05:00", "check")
    assert "40 apps checked: " + ("4 errors" if faulty else "nothing to complain about") in checked.text, checked.text
