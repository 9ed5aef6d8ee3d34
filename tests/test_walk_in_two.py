"""What two processes see of a work tree is what one sees, and what they remember of it is what one remembers."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from launchwindow.io import files
from launchwindow.io import seen as seen_before
from launchwindow.io.files import WorkTree
from launchwindow.io.kept import Kept
from launchwindow.io.seen import Memory
from launchwindow.io.two import ahead, by_turns, in_two
from launchwindow.model.errors import RepositoryError
from support.repository import ROOT, only_ours

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """Some partners, one of them odd: a link, a folder with a file's name, an empty file."""
    for number in range(6):
        folder = tmp_path / "apps" / f"a{number}" / "demo"
        (folder / "certs").mkdir(parents=True)
        (folder / "production.yaml").write_text(f"app_name: Demo {number}\n")
        (folder / "certs" / "2026.crt").write_bytes(b"x" * (20_000 * number))
        (tmp_path / "partners").mkdir(exist_ok=True)
        (tmp_path / "partners" / f"a{number}.yaml").write_text(f"name: {number}\n")
    (tmp_path / "apps/a5/demo/logo.svg").symlink_to("elsewhere")
    (tmp_path / "apps/a5/other.yaml").mkdir()
    (tmp_path / "apps/a5/other.yaml/file").write_text("")
    (tmp_path / "policy.yaml").write_text("{}\n")
    return tmp_path


def seen(root: Path, monkeypatch: pytest.MonkeyPatch, *, two: bool) -> tuple[Any, ...]:
    """What is seen and remembered."""
    monkeypatch.setattr(files, "can_fork", lambda: two)
    monkeypatch.setattr(files, "_WORTH_TWO", 2)
    memory = Memory(str(root))
    tree = WorkTree(root, memory)
    return tree.entries, tree.bundles(), memory._new, memory._units, memory._kept, tree.read(tree.entries)


def test_two_processes_see_what_one_sees(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = (seen(fleet, monkeypatch, two=number == 2) for number in (1, 2))
    assert one == two
    assert len(one[0]) == 22


@pytest.mark.parametrize("two", [False, True])
def test_a_folder_in_a_partners_files_place_hides_none_of_its_apps(
    fleet: Path, monkeypatch: pytest.MonkeyPatch, two: bool
) -> None:
    """The folder's own entry is in the bundle of the partner's apps, which the other process looks at."""
    (fleet / "partners/a0.yaml").unlink()
    (fleet / "partners/a0.yaml").mkdir()
    entries = seen(fleet, monkeypatch, two=two)[0]
    assert entries["partners/a0.yaml"].kind == "directory"
    assert "apps/a0/demo/production.yaml" in entries
    assert len(entries) == 22


def test_what_can_not_be_read_is_told_alike(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(self: WorkTree, path: str, size: int = -1) -> bytes:
        if path.startswith("apps/a4/"):
            raise RepositoryError(f"{path} can't be read.")
        return read(self, path, size)

    read = WorkTree._bytes
    monkeypatch.setattr(WorkTree, "_bytes", unreadable)
    told = []
    for two in (False, True):
        with pytest.raises(RepositoryError) as error:
            seen(fleet, monkeypatch, two=two)
        told.append(str(error.value))
    assert told[0] == told[1]


PIECES = [[str(number), "x"] for number in range(40)]


def test_turns_come_to_what_one_process_makes_of_all() -> None:
    processes = by_turns(lambda piece, apart: [piece[0], apart], PIECES)
    assert [number for number, _ in processes] == [piece[0] for piece in PIECES]
    assert by_turns(lambda piece, _: piece, []) == []


def test_turns_of_a_process_that_is_killed_are_taken_here() -> None:
    def work(piece: Sequence[str], apart: bool) -> Sequence[str]:
        if apart:
            os.kill(os.getpid(), signal.SIGKILL)
        return piece

    assert by_turns(work, PIECES) == PIECES


@pytest.mark.parametrize("what", ["fork", "pipe"])
def test_where_there_can_be_no_second_process_all_is_done_here(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many of them run, or files are open, as this user may have."""

    def refused() -> None:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    def work(some: Sequence[str], apart: bool) -> list[object]:
        return [*some, apart]

    opened, closed, pipe, close = set[int](), set[int](), os.pipe, os.close

    def noted() -> tuple[int, int]:
        ends = pipe()
        opened.update(ends)
        return ends

    def closing(descriptor: int) -> None:
        closed.add(descriptor)
        close(descriptor)

    monkeypatch.setattr(os, "pipe", noted)
    monkeypatch.setattr(os, "close", closing)
    monkeypatch.setattr(os, what, refused)
    assert in_two(work, ["a"], ["b"]) == (["a", False], ["b", False])
    assert by_turns(work, PIECES) == [[*piece, False] for piece in PIECES]
    assert bool(opened) == (what == "fork")
    assert opened <= closed


@pytest.fixture
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that has so many."""
    monkeypatch.setattr("launchwindow.io.two.can_fork", lambda: True)


@pytest.mark.usefixtures("two_processors")
def test_what_is_begun_ahead_is_done_in_another_process() -> None:
    """And is given where it is asked for once more."""
    mine = os.getpid()
    answer = ahead(lambda: {"process": os.getpid(), "text": "\u2028é"})
    told = answer()
    assert told == {"process": told["process"], "text": "\u2028é"}
    assert told["process"] != mine
    assert answer()["process"] == mine


@pytest.mark.usefixtures("two_processors")
def test_what_can_not_be_begun_ahead_is_done_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    mine, done = os.getpid(), []

    def work(apart: Callable[[], object]) -> list[int]:
        done.append(1)
        if os.getpid() != mine:
            apart()
        return [os.getpid()]

    def raises() -> None:
        raise RepositoryError("there")

    for apart in (lambda: os.kill(os.getpid(), signal.SIGKILL), raises, lambda: os._exit(0)):
        assert ahead(lambda apart=apart: work(apart))() == [mine]
    # What JSON can't say is no answer either.
    assert ahead(lambda: {os.getpid()})() == {mine}
    monkeypatch.setattr("launchwindow.io.two.can_fork", lambda: False)
    done.clear()
    answer = ahead(lambda: work(raises))
    assert done == []
    assert answer() == [mine]


def program(text: str, *, inherited: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
    """A Python process of its own, which may fork without a copy of these tests."""
    return subprocess.Popen(
        [sys.executable, "-c", text], stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=inherited,
        env={**only_ours(), "PYTHONPATH": str(ROOT / "hooks")},
    )  # fmt: skip


def test_whoever_reads_what_is_printed_does_not_wait_for_what_nobody_asked_for() -> None:
    reading, writing = os.pipe()
    try:
        with program(
            "import os; from launchwindow.io import two; two.can_fork = lambda: True\n"
            f"two.ahead(lambda: os.read({reading}, 1)); print('told', flush=True); os._exit(0)",
            inherited=(reading,),
        ) as process:
            assert process.communicate(timeout=30) == (b"told\n", b"")
    finally:
        os.close(reading)
        os.close(writing)


@pytest.mark.parametrize("where", ["os.close", "builtins.__import__"])
def test_a_second_process_that_is_interrupted_goes_on_with_nothing_of_the_first_ones(where: str) -> None:
    """Ctrl-C comes to both, at any moment."""
    with program(
        "import builtins, os; from launchwindow.io import two; mine = os.getpid()\n"
        f"whole = {where}\n"
        "def interrupted(*given, **named):\n"
        "    if os.getpid() != mine: raise KeyboardInterrupt\n"
        "    return whole(*given, **named)\n"
        f"{where} = interrupted\n"
        "try: two.in_two(lambda some, apart: list(some), ['a'], ['b'])\n"
        "finally: print('once', flush=True)"
    ) as process:
        assert process.communicate(timeout=30) == (b"once\n", b"")


@pytest.mark.usefixtures("two_processors")
def test_an_error_in_what_was_begun_ahead_is_raised_each_time_that_it_is_asked_for() -> None:
    def wrong() -> None:
        raise RepositoryError("wrong")

    answer = ahead(wrong)
    for _ in range(2):
        with pytest.raises(RepositoryError, match="wrong"):
            answer()


def test_an_error_in_a_turn_is_raised_here() -> None:
    def work(piece: Sequence[str], _apart: bool) -> Sequence[str]:
        if piece[0] == "27":
            raise RepositoryError("the 27th")
        return piece

    with pytest.raises(RepositoryError, match="the 27th"):
        by_turns(work, PIECES)


@pytest.mark.parametrize("number", [0, 1, 6])
@pytest.mark.parametrize("two", [False, True], ids=["one-process", "two-processes"])
def test_what_many_changes_need_is_prepared_for_many_changes(
    fleet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, two: bool
) -> None:
    monkeypatch.setattr(files, "SETTLED", -(10**12))
    monkeypatch.setattr(seen_before, "_WORTH_TWO", 1 if two else 10**9)
    monkeypatch.setattr(seen_before, "_PIECES", 1)
    monkeypatch.setattr(seen_before, "_keeps_times", lambda _: True)
    kept = Kept(str(tmp_path / "cache"), "a repository")
    memory = Memory(str(fleet), kept.load())
    memory.save(kept, WorkTree(fleet, memory).bundles())
    for one in range(number):
        (fleet / f"apps/a{one}/demo/production.yaml").write_text(f"app_name: Other {one}\n")
    prepared: list[int] = []
    tree = WorkTree(fleet, Memory(str(fleet), kept.load()), lambda: prepared.append(os.getpid()))
    assert tree.bundles() == WorkTree(fleet).bundles()
    assert set(prepared) <= {os.getpid()}
    if number < 2:
        assert prepared == []
    elif not two:
        # Else the only piece may be the second process's.
        assert prepared != []
