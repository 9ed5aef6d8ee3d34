"""No room: each command that writes says so and leaves all as it was, and does its work once there is some."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from support.crash_cases import CASES, Case
from support.crashes import Play, Runner
from support.repository import ADOPTED, Repository, only_ours

LIMIT = 512
"""Bytes that a file may have: more than an error needs, and less than anything that is written."""
LEDGER_CASES = [case for case in CASES if case.remote]
NAMES = [case.name for case in CASES]


@pytest.mark.few(4)
@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_a_file_that_may_not_grow(case: Case, runner: Runner, tmp_path: Path) -> None:
    play = Play(case, runner, tmp_path, remote=False)
    plain = play.run()
    expected = play.state
    play.scene.begin()
    before = play.state
    told = play.run(limit=LIMIT)
    assert told.status == 2, told
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    assert "SIGXFSZ" in told.err or "File too large" in told.err
    assert play.state == before
    assert play.run().status == plain.status
    assert play.state == expected


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes, where one can be had."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.mark.few(2)
@pytest.mark.parametrize("name", ["adopt", "release", "hold", "check --fix", "new", "init", "init --upgrade"])
def test_a_disk_that_is_full(name: str, runner: Runner, small_disk: Path) -> None:
    play = Play(CASES[NAMES.index(name)], runner, small_disk / "scene", remote=False)
    before = play.state
    filler = small_disk / "filler"
    _fill(filler)
    told = play.run()
    assert told.status == 2, told
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    assert "No space left on device" in told.err or "Out of diskspace" in told.err
    filler.unlink()
    assert play.state == before
    assert play.run().status == 0
    assert play.state != before


def test_a_disk_that_is_nearly_full(runner: Runner, small_disk: Path) -> None:
    """Whatever it is that there is no room for: the entry is there as a whole, or not at all."""
    play = Play(CASES[NAMES.index("hold")], runner, small_disk / "scene", remote=False)
    before = play.state
    filler = small_disk / "filler"
    statuses = []
    for pages in range(0, 48, 4):
        _fill(filler)
        os.truncate(filler, max(0, filler.stat().st_size - pages * 4096))
        statuses.append(play.run().status)
        assert statuses[-1] in (0, 2)
        assert (play.state == before) is (statuses[-1] == 2), pages
        filler.unlink()
        play.scene.begin()
    assert statuses[0] == 2
    assert statuses[-1] == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_an_answer_that_has_no_room(tmp_path: Path) -> None:
    """The entry is made, and that nobody could be told is an error, once."""
    repository = Repository(tmp_path)
    command = [sys.executable, "-m", "launchwindow", "--repo", str(tmp_path), "--now", ADOPTED, "adopt", "HEAD"]
    with open("/dev/full", "wb") as full:
        finished = subprocess.run(command, env=only_ours(), stdout=full, stderr=subprocess.PIPE, check=False, text=True)
    assert (finished.returncode, finished.stderr) == (
        2, "launchwindow: Standard output can't be written: No space left on device. What the command had to do is "
        "done.\n",
    )  # fmt: skip
    assert repository.ledger


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", ["check", "plan", "status"])
@pytest.mark.parametrize("where", [">&-", ">&- 2>&-", ">&- 2>/dev/full"])
def test_an_answer_that_goes_nowhere(command: str, where: str, tmp_path: Path) -> None:
    """Whoever started it closed its output: what could not be told is an error, and no bug."""
    Repository(tmp_path).adopted()
    line = f"exec {sys.executable} -m launchwindow {command} --now {ADOPTED} {where}"
    finished = subprocess.run(["sh", "-c", line], cwd=tmp_path, env=only_ours(), capture_output=True, check=False)
    assert finished.returncode == 2
    assert finished.stderr.startswith(b"launchwindow: Standard output can't be written" if where == ">&-" else b"")


def _fill(path: Path) -> None:
    """Take all of the room that is left."""
    # A disk that is full takes less than it is given, or nothing.
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(1024)) == 1024:
            pass
