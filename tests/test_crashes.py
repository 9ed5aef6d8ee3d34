"""A process killed at any point of a command that writes: nothing is half done, and the same command finishes it.

`LAUNCHWINDOW_CRASHES=all` kills every command at every point, with a remote and without, and git along with it; the
ordinary suite leaves out what is the same point for the world, and most commands on a remote.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.crash_cases import CASES, Case
from support.crashes import Play, Runner, digest
from support.repository import LEDGER

EVERYTHING = os.environ.get("LAUNCHWINDOW_CRASHES") == "all"
ON_A_REMOTE = ("hold", "adopt")
"""What the ordinary suite runs there: a ledger that is begun, and one that is moved."""
DIES = """\
#!/bin/sh
# Git has its locks, or has just given them back: it and whoever called it die.
if [ "$1" = {moment} ] && grep -q refs/heads/launchwindow-ledger; then kill -9 0; fi
"""


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    """Of this module's command lines."""
    with Runner() as one:
        yield one


def _plays() -> list[object]:
    found = []
    for case in CASES:
        found.append(pytest.param(case, False, id=case.name))
        if case.remote and (EVERYTHING or case.name in ON_A_REMOTE):
            found.append(pytest.param(case, True, id=f"{case.name} on a remote"))
    return found


class Killed:
    """One case's command, killed at one point after the other and run again."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self.plain = play.run()
        assert self.plain.status in (0, 1), self.plain.err
        self._expected = play.state
        self._again = play.run()
        assert self._again.status in (0, 1, 2), self._again.err
        assert play.state == self._expected, "run twice, it does something twice"
        self._finished: set[str] = set()
        self.moved = 0

    def leaves_it_untouched(self, at: int, *, whole_group: bool = False) -> bool:
        """Kill at a point and run again; whether the kill came before anything was done."""
        name = f"{self.plain.points[at - 1]} ({at} of {len(self.plain.points)}{', git too' if whole_group else ''})"
        self._play.scene.begin()
        killed = self._play.run(kill_at=at, whole_group=whole_group)
        assert (killed.status, killed.points) == (-9, self.plain.points[:at]), name
        if self._play.scene.untouched():
            # What the command does from there is known.
            return True
        self.moved += 1
        left = digest(self._play.scene.place)
        if left not in self._finished:
            finished = self._play.run()
            assert finished.status in (self.plain.status, self._again.status), (name, finished)
            assert self._play.state == self._expected, name
            self._finished.add(left)
        return False


@pytest.mark.parametrize(("case", "remote"), _plays())
def test_killed_anywhere_and_run_again(case: Case, remote: bool, runner: Runner, tmp_path: Path) -> None:
    """Before, during and after each effect. The ordinary suite finds the first that matters, and goes on from there."""
    killed = Killed(Play(case, runner, tmp_path, remote=remote))
    points = killed.plain.points
    assert len(points) >= 15
    assert not [name for name in points if name.startswith("outside")], "effects belong in io/"
    first = 1 if EVERYTHING else 1 + bisect_left(
        range(1, len(points) + 1), 1, key=lambda at: 0 if killed.leaves_it_untouched(at) else 1
    )  # fmt: skip
    for at in range(first, len(points) + 1):
        killed.leaves_it_untouched(at)
        if EVERYTHING and points[at - 1].startswith("during"):
            killed.leaves_it_untouched(at, whole_group=True)
    assert killed.moved >= 3, "most kills come too early to matter, but not all"
    print(f"{case.name}: {len(points)} points, {killed.moved} kills with something done")


@pytest.mark.parametrize("remote", [False, True], ids=["here", "on a remote"])
def test_git_killed_while_it_holds_its_lock(remote: bool, runner: Runner, tmp_path: Path) -> None:
    """The lock stays behind: the next run names it and says what to do, and then all goes on."""
    play = _holding(runner, tmp_path, remote=remote)
    play.run()
    expected = play.state
    play.scene.begin()
    hook = _hook(play, remote=remote, moment="prepared")
    before = play.state
    assert play.run().status == -9
    hook.unlink()
    lock, *others = play.scene.place.glob("**/*.lock")
    assert not others
    told = play.run()
    assert told.status == 2
    assert str(lock) in told.err
    assert "remove the file and run the command again" in told.err
    assert len(told.err.splitlines()) == 1
    lock.unlink()
    assert before.items() >= {key: value for key, value in play.state.items() if key.endswith(LEDGER)}.items()
    finished = play.run()
    assert finished.status == 0, finished.err
    _compare(play.state, expected, hook)


@pytest.mark.parametrize("remote", [False, True], ids=["here", "on a remote"])
def test_git_killed_when_the_ledger_has_moved(remote: bool, runner: Runner, tmp_path: Path) -> None:
    """Nobody was told that it was done; the next run finds it done, and does it no second time."""
    play = _holding(runner, tmp_path, remote=remote)
    play.run()
    expected = play.state
    play.scene.begin()
    hook = _hook(play, remote=remote, moment="committed")
    assert play.run().status == -9
    hook.unlink()
    told = play.run()
    assert told.status == 1
    assert "is held already" in told.err
    _compare(play.state, expected, hook)


def _holding(runner: Runner, folder: Path, *, remote: bool) -> Play:
    return Play(next(case for case in CASES if case.name == "hold"), runner, folder, remote=remote)


def _hook(play: Play, *, remote: bool, moment: str) -> Path:
    """Where the ledger is, a hook of git that kills all at one moment of a move of its branch."""
    hook = play.scene.place / ("origin.git" if remote else "repo/.git") / "hooks/reference-transaction"
    hook.parent.mkdir()
    hook.write_text(DIES.format(moment=moment), encoding="utf-8")
    hook.chmod(0o755)
    return hook


def _compare(found: dict[str, object], expected: dict[str, object], hook: Path) -> None:
    hook.parent.rmdir()
    hooks = f"{hook.parent.parent.name}/hooks/"
    assert {key: value for key, value in found.items() if not key.endswith(hooks)} == expected
