"""A repository that its user may read and not write: each command says so, and changes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest

from support.crash_cases import CASES, Case
from support.crashes import Play, Runner

NOBODY = 65534
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may go through; pytest's own are closed."""
    folder = Path(mkdtemp(prefix="launchwindow-test-"))
    folder.chmod(0o755)
    yield folder
    rmtree(folder)


@pytest.mark.few(4)
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_repository_that_may_not_be_written(case: Case, runner: Runner, open_folder: Path) -> None:
    play = Play(case, runner, open_folder / "scene", remote=False)
    _give(open_folder, 0o555)
    before = play.state
    told = play.run(user=NOBODY)
    assert told.status == 2, told
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    assert "ermission denied" in told.err
    assert play.state == before
    _give(open_folder, 0o755)
    before = play.state
    done = play.run(user=NOBODY)
    assert done.status in (0, 1), done.err
    assert play.state != before


def _give(folder: Path, mode: int) -> None:
    """To nobody, whose folders have this mode."""
    for place, _, files in os.walk(folder):
        for path in (Path(place), *(Path(place) / name for name in files)):
            if not path.is_symlink():
                os.chown(path, NOBODY, NOBODY)
                path.chmod(mode if path.is_dir() else mode & 0o644)
