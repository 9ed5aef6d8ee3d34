"""Git's objects by name, from one `git cat-file` that stays: a process for each read costs more than the read."""

from __future__ import annotations

import os
from io import BytesIO
from typing import IO, TYPE_CHECKING
from weakref import finalize

from launchwindow.io.spawned import can_spawn, out_of_the_way, started
from launchwindow.model.errors import RepositoryError
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

_AT_ONCE = 4000
"""Bytes of questions before the answers are read: a pipe takes at least 4,096, so neither side ever waits for the
other to read first."""


class Blob(NamedTuple):
    """One object: its id, its type in git's word, its bytes."""

    id: str
    type: str
    data: bytes


class Objects:
    """The objects of one repository. The process begins with the first question and ends with this value.

    A forked process has one of its own: of two who ask the same git, one would get what the other was told.
    """

    def __init__(self, directory: str, environment: Mapping[str, str]) -> None:
        self._directory = directory
        self._environment = environment
        self._process: _Process | None = None
        self._owner = os.getpid()

    def read(self, names: Iterable[str]) -> dict[str, Blob]:
        """Objects by what they were asked for: ids, or `commit:path`. What git does not have is left out."""
        found: dict[str, Blob] = {}
        for some in _chunks([name for name in dict.fromkeys(names) if "\n" not in name]):
            for name, one in zip(some, self._ask(some), strict=True):
                if one is not None:
                    found[name] = one
        return found

    def _ask(self, names: Sequence[str]) -> Iterator[Blob | None]:
        if self._owner != os.getpid():
            self._process, self._owner = None, os.getpid()
        process = self._process = self._process or self._start()
        try:
            process.stdin.write("".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape"))
            process.stdin.flush()
            for _ in names:
                yield _answer(process.stdout)
        except OSError as error:
            raise RepositoryError(f"git cat-file stopped: {error}.") from error

    def _start(self) -> _Process:
        try:
            process = _begun(self._directory, self._environment)
        except FileNotFoundError as error:
            missing = "git is not installed" if os.path.isdir(self._directory) else f"{self._directory} is no directory"
            raise RepositoryError(f"{missing}.") from error
        except OSError as error:
            raise RepositoryError(f"git cat-file can't be run: {error}.") from error
        finalize(self, _end, process)
        return process


def told(ids: Sequence[str], answers: bytes) -> dict[str, Blob]:
    """Objects by id, as a `git cat-file --batch` that was asked for all of them at once told them."""
    file = BytesIO(answers)
    return {name: one for name in ids if (one := _answer(file)) is not None}


def _answer(answers: IO[bytes]) -> Blob | None:
    header = answers.readline()
    if not header.endswith(b"\n"):
        raise RepositoryError("git cat-file stopped in the middle: see `git fsck`.")
    parts = header.rstrip(b"\n").rsplit(b" ", 2)
    if len(parts) != 3 or not parts[2].isdigit():
        return None
    data = answers.read(int(parts[2]) + 1)
    if len(data) != int(parts[2]) + 1:
        raise RepositoryError("git cat-file stopped in the middle: see `git fsck`.")
    return Blob(parts[0].decode(), parts[1].decode(), data[:-1])


class _Process(NamedTuple):
    """The git that stays."""

    stdin: IO[bytes]
    stdout: IO[bytes]
    wait: Callable[[], object]


def _begun(directory: str, environment: Mapping[str, str]) -> _Process:
    """Start it, without `subprocess` where that can be; see `spawned`."""
    if os.path.isdir(directory) and can_spawn():
        return _spawned(directory, environment)
    import subprocess

    process = subprocess.Popen(
        ["git", "cat-file", "--batch"], cwd=directory, env=dict(environment), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    return _Process(process.stdin, process.stdout, process.wait)


def _spawned(directory: str, environment: Mapping[str, str]) -> _Process:
    ends = [out_of_the_way(end) for end in (*os.pipe(), *os.pipe(), os.open(os.devnull, os.O_WRONLY))]
    asked, asking, answers, answering, nowhere = ends
    try:
        number = started(["git", "-C", directory, "cat-file", "--batch"], environment, asked, answering, nowhere)
    except BaseException:
        for end in (asking, answers):
            os.close(end)
        raise
    finally:
        for end in (asked, answering, nowhere):
            os.close(end)
    return _Process(os.fdopen(asking, "wb"), os.fdopen(answers, "rb"), lambda: os.waitpid(number, 0))


def _end(process: _Process) -> None:
    for pipe in (process.stdin, process.stdout):
        pipe.close()
    process.wait()


def _chunks(names: Sequence[str]) -> Iterator[Sequence[str]]:
    chunk: list[str] = []
    size = 0
    for name in names:
        length = len(name.encode("utf-8", "surrogateescape")) + 1
        if chunk and size + length > _AT_ONCE:
            yield chunk
            chunk, size = [], 0
        chunk.append(name)
        size += length
    if chunk:
        yield chunk


def in_tree(tree: Blob) -> Iterator[tuple[str, str, str]]:
    """(mode, name, object id) of a tree's entries."""
    position, length = 0, len(tree.id) // 2
    while tree.type == "tree" and position < len(tree.data):
        end = tree.data.index(b"\0", position)
        mode, _, name = tree.data[position:end].partition(b" ")
        position = end + 1 + length
        yield mode.decode(), os.fsdecode(name), tree.data[end + 1 : position].hex()
