"""A board's folder after a run that was killed, or that had no room: the next run makes it whole."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.io import site as module
from launchwindow.io.site import LIST, Site
from launchwindow.model.errors import NotPossible, RepositoryError

OLD = {"index.html": b"old", "apps/a.html": b"same", "gone/deep/b.html": b"old", "assets/board.css": b"old"}
NEW = {"index.html": b"new", "apps/a.html": b"same", "apps/new.html": b"new", "assets/board.css": b"new"}
STEPS = 7
"""What a run does to the folder between the two: the list, three files, one taken away, the list again; and no more."""


class Killed(BaseException):
    """What ends a process."""


def state(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def folders(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_dir()}


def stop_at(monkeypatch: pytest.MonkeyPatch, number: int, stop: BaseException, *, after: bool) -> None:
    """Before, or right after, so many effects."""
    left = number

    def watched(effect: Any) -> Any:
        def step(*arguments: Any, **more: Any) -> Any:
            nonlocal left
            if str(arguments[0]).startswith("."):
                # What an earlier run may have left of a file that is written now.
                return effect(*arguments, **more)
            left -= 1
            if left == 0 and not after:
                raise stop
            effect(*arguments, **more)
            if left == 0:
                raise stop
            return None

        return step

    monkeypatch.setattr(module, "put", watched(module.put))
    monkeypatch.setattr(module.os, "unlink", watched(module.os.unlink))


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(1, STEPS))
def test_a_run_that_is_killed_is_finished_by_the_next(tmp_path: Path, number: int, after: bool) -> None:
    board = tmp_path / "board"
    Site(board).replace(OLD)
    (board / "ours.txt").write_bytes(b"ours")
    with pytest.MonkeyPatch.context() as patch:
        stop_at(patch, number, Killed(), after=after)
        with pytest.raises(Killed):
            Site(board).replace(NEW)
    between = state(board)
    assert all(between.get(path) in (OLD.get(path), NEW.get(path)) for path in {*OLD, *NEW}), "nothing is half done"
    Site(board).replace(NEW)
    found = state(board)
    assert json.loads(found.pop(LIST))["files"].keys() == NEW.keys()
    assert found == {**NEW, "ours.txt": b"ours"}
    assert folders(board) == {"apps", "assets"}


def test_a_run_does_what_is_counted_here_and_no_more(tmp_path: Path) -> None:
    board = tmp_path / "board"
    Site(board).replace(OLD)
    with pytest.MonkeyPatch.context() as patch:
        stop_at(patch, STEPS, Killed(), after=False)
        assert Site(board).replace(NEW)[:3] == (3, 1, 1)


@pytest.mark.parametrize("number", range(1, STEPS - 2))
def test_without_room_it_says_so_and_goes_on_once_there_is_some(tmp_path: Path, number: int) -> None:
    board = tmp_path / "board"
    Site(board).replace(OLD)
    with pytest.MonkeyPatch.context() as patch:
        stop_at(patch, number, OSError(errno.ENOSPC, "No space left on device"), after=False)
        with pytest.raises(RepositoryError, match=r"No space left on device\. What is there stays"):
            Site(board).replace(NEW)
    Site(board).replace(NEW)
    assert {path: data for path, data in state(board).items() if path != LIST} == NEW


def test_an_interrupted_run_may_be_followed_by_another_board(tmp_path: Path) -> None:
    """What the killed run wrote is known as ours, also where the next one needs none of it."""
    board = tmp_path / "board"
    with pytest.MonkeyPatch.context() as patch:
        stop_at(patch, 4, Killed(), after=False)
        with pytest.raises(Killed):
            Site(board).replace(NEW)
    assert Site(board).replace({"index.html": b"third"}).removed >= 1
    assert {path: data for path, data in state(board).items() if path != LIST} == {"index.html": b"third"}


def test_a_file_where_a_folder_has_to_be_is_refused(tmp_path: Path) -> None:
    board = tmp_path / "board"
    Site(board).replace({"index.html": b"x"})
    (board / "apps").write_bytes(b"ours")
    with pytest.raises((RepositoryError, NotPossible), match="can't be"):
        Site(board).replace(NEW)
    assert (board / "apps").read_bytes() == b"ours"


def test_what_is_read_back_is_what_was_written(tmp_path: Path) -> None:
    board = tmp_path / "board"
    assert Site(board).read("calendars/all.ics") is None
    Site(board).replace({"calendars/all.ics": b"one"})
    assert Site(board).read("calendars/all.ics") == b"one"
    (board / "calendars/all.ics").write_bytes(b"another")
    with pytest.raises(NotPossible, match="changed by somebody else"):
        Site(board).read("calendars/all.ics")


paths = st.from_regex(r"[a-c](/[d-f]){0,2}\.html", fullmatch=True)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.dictionaries(paths, st.binary(max_size=3), max_size=5), min_size=1, max_size=4))
def test_the_folder_is_always_the_last_board(tmp_path_factory: pytest.TempPathFactory, boards: list[Any]) -> None:
    board = tmp_path_factory.mktemp("boards") / "board"
    for files in boards:
        Site(board).replace(files)
        found = state(board)
        found.pop(LIST, None)
        assert found == files
