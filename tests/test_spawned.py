"""What git answers is the same, whichever way it is started."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from launchwindow.io import asking, objects, spawned
from launchwindow.io.git import Git
from launchwindow.io.spawned import Room, can_spawn, out_of_the_way, room
from launchwindow.model.errors import RepositoryError
from support.repository import MERGED, Repository

if TYPE_CHECKING:
    from pathlib import Path

QUESTIONS = [
    ("rev-parse", "--show-toplevel"),
    ("rev-parse", "--verify", "no-such-branch"),
    ("ls-files", "--stage", "-z"),
    ("ls-tree", "-r", "-z", "HEAD"),
    ("ls-tree", "no such tree"),
    ("diff-index", "--cached", "HEAD"),
]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return Repository(tmp_path_factory.mktemp("spawned") / "repository").adopted()


@pytest.fixture
def plainly(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """As on a system without what it takes."""
    monkeypatch.setattr(asking, "room", lambda _data=None: None)
    monkeypatch.setattr(objects, "can_spawn", lambda: False)
    return monkeypatch


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_an_answer_is_the_one_of_a_pipe(
    repository: Repository, question: tuple[str, ...], plainly: pytest.MonkeyPatch
) -> None:
    git = Git(repository.path)
    expected = git.attempt(*question)
    plainly.undo()
    if sys.platform == "linux":
        assert can_spawn()
    assert git.attempt(*question) == expected
    git.ahead(*question)
    assert git.attempt(*question) == expected
    assert expected.stdout or expected.stderr or question[0] == "diff-index"


def test_objects_are_those_of_a_pipe(repository: Repository, plainly: pytest.MonkeyPatch) -> None:
    names = [*Git(repository.path).listing("HEAD").values()][:3]
    asked = [*(one.blob for one in names), "HEAD:apps", "HEAD:no-such-file", "0" * 40]
    expected = Git(repository.path).objects.read(asked)
    plainly.undo()
    assert Git(repository.path).objects.read(asked) == expected
    assert len(expected) > 3


def test_nothing_is_left_behind(repository: Repository) -> None:
    def count() -> int:
        return len(os.listdir("/dev/fd"))

    Git(repository.path).attempt("rev-parse", "HEAD")
    before = count()
    git = Git(repository.path)
    git.ahead("ls-files", "-z")
    git.objects.read(["HEAD"])
    del git
    Git(repository.path).attempt("rev-parse", "HEAD")
    with pytest.raises(RepositoryError, match="no directory"):
        Git(repository.path / "none").attempt("rev-parse", "HEAD")
    with pytest.raises(RepositoryError, match="can't be run"):
        Git(repository.path).attempt("rev-parse", "a\0b")
    assert count() == before


def test_without_git_it_is_said_what_is_missing(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    for ask in (lambda git: git.attempt("rev-parse", "HEAD"), lambda git: git.objects.read(["HEAD"])):
        with pytest.raises(RepositoryError, match="git is not installed"):
            ask(Git(repository.path))


def test_where_there_is_no_memory_a_pipe_does(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_name: str) -> int:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(os, "memfd_create", full, raising=False)
    assert room() is None
    assert Git(repository.path).attempt("rev-parse", "--is-inside-work-tree").stdout == b"true\n"


def test_a_descriptor_is_beyond_those_that_every_process_has(monkeypatch: pytest.MonkeyPatch) -> None:
    free, closed = iter((1, 2, 7)), list[int]()
    monkeypatch.setattr(spawned.os, "dup", lambda _one: next(free))
    monkeypatch.setattr(spawned.os, "close", closed.append)
    assert out_of_the_way(0) == 7
    assert closed == [0, 1, 2]
    assert out_of_the_way(3) == 3


@pytest.mark.parametrize("closed", ["<&-", "2>&-", "<&- 2>&-"])
def test_git_answers_a_check_that_lacks_a_stream(repository: Repository, closed: str, tmp_path: Path) -> None:
    command = f"exec {sys.executable} -m launchwindow check --staged --now {MERGED} {closed}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    finished = subprocess.run(["sh", "-c", command], cwd=repository.path, capture_output=True, check=False,
                              env=kept | {"XDG_CACHE_HOME": str(tmp_path)})  # fmt: skip
    assert finished.returncode == 0
    assert b"checked" in finished.stdout


@pytest.mark.parametrize("command", ["check", "plan", "windows"])
def test_git_answers_where_nobody_is_told_how_children_end(repository: Repository, command: str) -> None:
    """A supervisor that ignores the ends of its children has those that it starts ignore them, too."""
    ignoring = (
        "import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    )
    line = [sys.executable, "-c", ignoring, sys.executable, "-m", "launchwindow", command, "--now", MERGED]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    finished = subprocess.run(line, cwd=repository.path, env=kept, capture_output=True, check=False)
    assert (finished.returncode, finished.stderr) == (0, b"")


@pytest.mark.parametrize("data", [None, b"", b"x" * 200_000])
def test_room_is_what_a_process_is_given_and_says(data: bytes | None) -> None:
    memory = room(data)
    if memory is None:
        pytest.skip("no memory to be had without a file here")
    assert isinstance(memory, Room)
    assert (memory.given is None) == (data is None)
    if memory.given is not None:
        assert os.read(memory.given, 1_000_000) == data
    for descriptor in memory:
        if descriptor is not None:
            assert not os.get_inheritable(descriptor)
            os.close(descriptor)


@pytest.mark.parametrize("with_memory", [True, False])
def test_what_is_read_ahead_is_what_is_read(
    repository: Repository, plainly: pytest.MonkeyPatch, *, with_memory: bool
) -> None:
    if with_memory:
        plainly.undo()
    blobs = [one.blob for one in Git(repository.path).listing("HEAD").values()]
    asked = [*blobs, "0" * 40]
    expected = Git(repository.path).objects.read(asked)
    git = Git(repository.path)
    git.blobs_ahead(asked)
    # What is asked meanwhile, and of others, is answered as ever.
    assert git.blobs(blobs[:1]) == {blobs[0]: expected[blobs[0]].data}
    assert git.blobs(asked) == {name: one.data for name, one in expected.items()}
    assert git.blobs(asked) == {name: one.data for name, one in expected.items()}
    assert git.attempt("cat-file", "--batch-check", data=b"HEAD:no-such\n").stdout == b"HEAD:no-such missing\n"
    assert len(expected) == len(set(blobs)) > 3


@pytest.mark.skipif(not can_spawn(), reason="git is started in another way")
def test_an_interrupt_between_the_end_of_git_and_its_answer_is_no_bug(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C comes once git was waited for, and before that is noted."""
    wait = os.waitpid

    def interrupted(process: int, options: int) -> tuple[int, int]:
        wait(process, options)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "waitpid", interrupted)
    open_before = os.listdir("/proc/self/fd")
    with pytest.raises(KeyboardInterrupt):
        Git(repository.path).attempt("ls-files")
    assert os.listdir("/proc/self/fd") == open_before
