"""A process killed at any point of a command that writes: nothing is half done, and the same command finishes it.

`make crashes` kills every command at every point, with a remote and without, and git along with it. The ordinary suite
kills only where it matters, and runs a few commands on a remote.
"""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path

import pytest

from support.crash_cases import CASES, Case
from support.crashes import Play, Runner, digest
from support.repository import LEDGER

ON_A_REMOTE = ("hold", "adopt")
"""What the ordinary suite runs there: a ledger that is begun, and one that is moved."""
DIES = """\
#!/bin/sh
# Git has its locks, or has just given them back: it and whoever called it die.
if [ "$1" = {moment} ] && grep -q refs/heads/launchwindow-ledger; then kill -9 0; fi
"""


def _plays(*, everything: bool) -> list[object]:
    found = []
    for case in CASES:
        if case.slow and not everything:
            continue
        found.append(pytest.param(case, False, id=case.name))
        if case.remote and (everything or case.name in ON_A_REMOTE):
            found.append(pytest.param(case, True, id=f"{case.name} on a remote"))
    return found


class Killed:
    """One case's command, killed at one point after the other and run again."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self.plain = play.run(watched=True)
        assert self.plain.status in (0, 1), self.plain.err
        self._expected = play.state
        self._again = play.run()
        assert self._again.status in (0, 1, 2), self._again.err
        assert play.state == self._expected, "run twice, it does something twice"
        self._finished: set[str] = set()
        self.moved = 0

    def has_begun(self, at: int) -> bool:
        """Whether a kill at this point leaves anything."""
        self._kill(at, whole_group=False)
        return not self._play.scene.untouched()

    def has_ended(self, at: int) -> bool:
        """Whether a kill at this point leaves all that there is to do."""
        self._kill(at, whole_group=False)
        return self._play.state == self._expected

    def finish(self, at: int, *, whole_group: bool = False) -> None:
        """Kill at a point, and run again."""
        name = self._kill(at, whole_group=whole_group)
        if self._play.scene.untouched():
            # What the command does from there is known.
            return
        self.moved += 1
        left = digest(self._play.scene.place)
        if left not in self._finished:
            finished = self._play.run()
            while whole_group and (lock := self._lock_in(finished.err)) is not None:
                lock.unlink()
                finished = self._play.run()
            assert finished.status in (self.plain.status, self._again.status), (name, finished)
            assert self._play.state == self._expected, name
            self._finished.add(left)

    def _lock_in(self, error: str) -> Path | None:
        """The lock of a git that was killed while it had it: the error says which. `adopt` has another error."""
        locks = self._play.scene.place.rglob("*.lock")
        return next((one for one in locks if f"{one}: another git writes here" in error), None)

    def _kill(self, at: int, *, whole_group: bool) -> str:
        name = f"{self.plain.points[at - 1]} ({at} of {len(self.plain.points)}{', git too' if whole_group else ''})"
        self._play.scene.begin()
        killed = self._play.run(kill_at=at, whole_group=whole_group)
        assert (killed.status, killed.points) == (-9, self.plain.points[:at]), name
        return name


def _points(killed: Killed) -> int:
    """How many there are, which is never few."""
    points = killed.plain.points
    assert len(points) >= 15
    assert not [name for name in points if name.startswith("outside")], "effects belong in io/"
    return len(points)


@pytest.mark.few(3)
@pytest.mark.parametrize(("case", "remote"), _plays(everything=False))
def test_killed_and_run_again(case: Case, remote: bool, runner: Runner, tmp_path: Path) -> None:
    """From the first point at which something is done to the first at which all is: others are like these."""
    killed = Killed(Play(case, runner, tmp_path, remote=remote))
    count = _points(killed)
    first = bisect_left(range(count + 1), True, lo=1, key=killed.has_begun)
    last = bisect_left(range(count + 1), True, lo=first, key=killed.has_ended)
    for at in range(first, min(last, count) + 1):
        killed.finish(at)
    assert killed.moved >= 2, "most kills come too early to matter, but not all"


@pytest.mark.crash
@pytest.mark.parametrize(("case", "remote"), _plays(everything=True))
def test_killed_at_every_point(case: Case, remote: bool, runner: Runner, tmp_path: Path) -> None:
    """Before, during and after each effect; while a git runs also together with it."""
    killed = Killed(Play(case, runner, tmp_path, remote=remote))
    for at in range(1, _points(killed) + 1):
        killed.finish(at)
        if killed.plain.points[at - 1].startswith("during"):
            killed.finish(at, whole_group=True)
    assert killed.moved >= 2, "most kills come too early to matter, but not all"
    print(f"{len(killed.plain.points)} points, {killed.moved} kills after which something was there")


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


@pytest.mark.few(2)
@pytest.mark.parametrize("name", ["index", "HEAD", "packed-refs", "config", "shallow", "refs/heads/main"])
def test_locks_that_are_none_of_the_ledger_s(name: str, runner: Runner, tmp_path: Path) -> None:
    """Whoever left them, an entry can be made."""
    play = _holding(runner, tmp_path, remote=False)
    (play.scene.place / "repo/.git" / f"{name}.lock").touch()
    assert play.run().status == 0


def test_a_lock_that_keeps_the_ledger_from_being_fetched(runner: Runner, tmp_path: Path) -> None:
    play = _holding(runner, tmp_path, remote=True)
    noted = play.scene.place / "repo/.git/refs/remotes/origin/launchwindow-ledger"
    noted.unlink()
    lock = noted.with_name("launchwindow-ledger.lock")
    lock.touch()
    told = play.run()
    assert (told.status, told.out) == (2, "")
    assert told.err.startswith(f"launchwindow: git fetch: {lock}: another git writes here")
    lock.unlink()
    assert play.run().status == 0


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
