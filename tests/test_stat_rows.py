"""What is asked of the kernel past Python is what Python tells, byte for byte; where it can't be, Python is asked."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from struct import pack
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwindow.io import statx
from launchwindow.io.stat_rows import SIZE, differing, is_file, row_of, rows_from_kernel, rows_of, split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

has_statx = pytest.mark.skipif(
    sys.platform != "linux" or sys.byteorder != "little", reason="there is no such call, or words are the other way"
)
OTHER_NAMES = [b"\xff\xfe", b"a\nb", "é".encode(), b" ", b"x" * 250]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """One of everything that can lie in a folder."""
    (tmp_path / "apps/demo").mkdir(parents=True)
    (tmp_path / "apps/demo/production.yaml").write_text("app_name: Demo\n")
    (tmp_path / "apps/demo/empty").write_bytes(b"")
    (tmp_path / "apps/demo/nowhere").symlink_to("production.yml")
    (tmp_path / "apps/demo/here").symlink_to(".")
    os.mkfifo(tmp_path / "apps/demo/pipe")
    (tmp_path / "apps/demo/large").write_bytes(b"")
    os.truncate(tmp_path / "apps/demo/large", 5 * 1024**3)
    (tmp_path / "apps/demo/mode").write_text("")
    (tmp_path / "apps/demo/mode").chmod(0o4711)
    for number, time in enumerate((0, 1, 999_999_999, 1_000_000_000, (2**32 - 1) * 10**9 + 999_999_999)):
        (tmp_path / f"apps/demo/time-{number}").write_text("")
        os.utime(tmp_path / f"apps/demo/time-{number}", ns=(time, time))
    for name in OTHER_NAMES:
        (tmp_path / "apps/demo" / os.fsdecode(name)).write_bytes(name)
    return tmp_path


def paths_in(root: Path) -> list[bytes]:
    return sorted(os.fsencode(path.relative_to(root)) for path in root.rglob("*"))


def by_python(root: Path, *groups: Sequence[bytes]) -> list[bytes | None]:
    return list(rows_of(str(root), groups))


def by_kernel(root: Path, *groups: Sequence[bytes]) -> list[bytes | None]:
    rows = rows_from_kernel(str(root))
    assert rows is not None
    return list(rows_of(str(root), groups, rows))


@contextmanager
def opened(root: Path) -> Iterator[int]:
    folder = os.open(root, os.O_RDONLY)
    try:
        yield folder
    finally:
        os.close(folder)


@has_statx
def test_the_kernel_tells_what_python_tells_of_everything(root: Path) -> None:
    paths = paths_in(root)
    rows = rows_from_kernel(str(root))
    assert rows is not None
    with opened(root) as folder:
        found = rows(folder, paths)
    assert found is not None
    assert split(found) == [row_of(os.lstat(os.path.join(os.fsencode(root), path))) for path in paths]
    assert len(paths) == 2 + 7 + 5 + len(OTHER_NAMES)
    assert [found] == by_python(root, paths) == by_kernel(root, paths)


@has_statx
def test_so_it_is_of_more_paths_than_fit_into_memory_at_once(tmp_path: Path) -> None:
    for number in range(statx._AT_ONCE * 2 + 1):
        (tmp_path / str(number)).symlink_to("x" * (number % 200 + 1))
    paths = paths_in(tmp_path)
    for some in (paths, paths[: statx._AT_ONCE], paths[: statx._AT_ONCE + 1], paths[:1]):
        (found,) = by_kernel(tmp_path, some)
        assert found is not None
        assert len(found) == len(some) * SIZE
        assert [found] == by_python(tmp_path, some)


@has_statx
@pytest.mark.parametrize("time", [-1, -(10**9), -(2**31) * 10**9, 2**32 * 10**9, 10_413_792_000 * 10**9])
def test_of_a_time_that_is_too_far_away_python_tells(root: Path, time: int) -> None:
    """Among others, as the nanoseconds of all of them are one number."""
    os.utime(root / "apps/demo/time-2", ns=(time, time))
    if os.lstat(root / "apps/demo/time-2").st_mtime_ns != time:
        pytest.skip("this file system has no such times")
    rows, paths = rows_from_kernel(str(root)), paths_in(root)
    assert rows is not None
    with opened(root) as folder:
        assert rows(folder, paths) is None
    assert by_kernel(root, paths) == by_python(root, paths)
    # In 2300 a 64-bit number of nanoseconds is full.
    assert (by_python(root, paths) == [None]) == (time > 2**63)


@given(st.lists(st.tuples(st.integers(-(2**40), 2**40) | st.integers(0, 2**32 - 1), st.integers(0, 10**9 - 1))))
def test_times_that_are_reckoned_at_once_are_what_each_is(times: list[tuple[int, int]]) -> None:
    begin = statx._CHANGED * 8
    answers = b"".join(pack("<qI", *time).rjust(begin + 12, b"\xa5").ljust(statx._SIZE, b"\0") for time in times)
    found = statx._nanoseconds(memoryview(answers).cast("q"), statx._CHANGED)
    if all(0 <= seconds < 2**32 for seconds, _ in times):
        assert found is not None
        assert list(found) == [seconds * 10**9 + rest for seconds, rest in times]
    else:
        assert found is None


@has_statx
def test_a_group_of_which_a_path_is_not_there_has_no_rows_and_the_others_have(root: Path) -> None:
    paths = paths_in(root)
    groups = [paths, [paths[0], b"apps/gone"], [], [b"apps/demo/empty/below"], paths[:2]]
    found = by_kernel(root, *groups)
    assert found == by_python(root, *groups)
    assert [one is None for one in found] == [False, True, True, True, False]


def test_what_tells_anything_else_than_python_is_not_asked(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A C library whose structure is another one, or a sandbox that forbids the call."""
    for answer in (b"\1" * SIZE, None, b""):
        monkeypatch.setattr(statx, "by_statx", lambda answer=answer: lambda _folder, _paths: answer)
        assert rows_from_kernel(str(root)) is None


def test_where_the_kernel_can_not_say_it_python_does(root: Path) -> None:
    paths = paths_in(root)
    assert list(rows_of(str(root), [paths], lambda _folder, _paths: None)) == by_python(root, paths) != [None]


def test_a_folder_that_can_not_be_opened_has_no_rows(root: Path) -> None:
    gone = str(root / "gone")
    assert rows_from_kernel(gone) is None
    assert list(rows_of(gone, [[b"."], []])) == [None, None]


def test_without_ctypes_or_the_call_there_is_nothing_to_ask(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "ctypes", None)
        assert rows_from_kernel(str(root)) is None
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(sys, "platform", "darwin")
        assert rows_from_kernel(str(root)) is None
    ctypes = pytest.importorskip("ctypes")
    monkeypatch.setattr(ctypes, "PyDLL", lambda _: object())
    assert rows_from_kernel(str(root)) is None


rows = st.lists(st.integers(0, 3), max_size=40)


@given(rows, st.data())
def test_rows_that_differ_are_found(before: list[int], data: st.DataObject) -> None:
    now = data.draw(st.lists(st.integers(0, 3), min_size=len(before), max_size=len(before)))
    joined = [b"".join(bytes([one]) * SIZE for one in some) for some in (before, now)]
    assert list(differing(*joined)) == [
        at for at, (one, other) in enumerate(zip(before, now, strict=True)) if one != other
    ]


def test_a_row_says_whether_it_is_a_files(root: Path) -> None:
    paths = paths_in(root)
    (found,) = by_python(root, paths)
    assert found is not None
    regular = [path for number, path in enumerate(paths) if is_file(found, number)]
    assert regular == [
        path for path in paths if os.path.isfile(p := root / os.fsdecode(path)) and not os.path.islink(p)
    ]
