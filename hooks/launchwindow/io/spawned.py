"""A git that only answers, started by `posix_spawn`: to import `subprocess` takes longer than such a git runs.

What it says goes into memory of its own rather than into a pipe. So it never waits for this process to read, and ends
while something else is done here; and nothing has to be read in turns.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SIGPIPE, _SIGXFSZ = 13, 25
"""On Linux. Python ignores both, and what it starts would, too; `signal` makes enumerations of all, for a ms."""


class Finished(NamedTuple):
    """A process that has ended."""

    returncode: int
    """Below 0 for the signal that killed it."""
    stdout: bytes
    stderr: bytes


def can_spawn() -> bool:
    """Whether the system has what it takes, and no limit on files' sizes, which would be one of this memory."""
    if not hasattr(os, "memfd_create") or not hasattr(os, "posix_spawnp"):
        return False
    from resource import RLIM_INFINITY, RLIMIT_FSIZE, getrlimit

    return getrlimit(RLIMIT_FSIZE)[0] == RLIM_INFINITY


def started(command: Sequence[str], environment: Mapping[str, str], stdin: int | None, out: int, err: int) -> int:
    """A process's id. Its standard input is a descriptor, or nothing. Raises OSError or ValueError."""
    reading = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0) if stdin is None else _to(stdin, 0)
    return os.posix_spawnp(
        command[0], list(command), environment, file_actions=[reading, _to(out, 1), _to(err, 2)],
        setsigdef=(_SIGPIPE, _SIGXFSZ),
    )  # fmt: skip


def _to(descriptor: int, number: int) -> tuple[int, int, int]:
    return (os.POSIX_SPAWN_DUP2, descriptor, number)


class Room(NamedTuple):
    """Memory for what a process is given and what it says, as descriptors."""

    given: int | None
    """None where it is given nothing."""
    out: int
    err: int


def room(data: bytes | None = None) -> Room | None:
    """Some of it, with `data` to be read; None where there is none to be had: then pipes have to do."""
    if not can_spawn():
        return None
    made: list[int] = []
    try:
        for name in ("out", "err") if data is None else ("out", "err", "in"):
            made.append(out_of_the_way(os.memfd_create(name)))
        if data is not None:
            _fill(made[2], data)
    except OSError:
        for one in made:
            os.close(one)
        return None
    out, err, *given = made
    return Room(given[0] if given else None, out, err)


class Spawned:
    """One such process."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], room: Room) -> None:
        given, self._out, self._err = room
        self._id: int | None = None
        try:
            self._id = started(command, environment, given, self._out, self._err)
        except BaseException:
            self.give_up()
            raise
        finally:
            if given is not None:
                os.close(given)

    def finished(self) -> Finished:
        """What it came to, once it has ended."""
        assert self._id is not None
        _, status = os.waitpid(self._id, 0)
        self._id = None
        found = Finished(os.waitstatus_to_exitcode(status), _content(self._out), _content(self._err))
        self.give_up()
        return found

    def give_up(self) -> None:
        """Leave no process and no memory behind."""
        if self._id is not None:
            try:
                os.kill(self._id, 9)
                os.waitpid(self._id, 0)
            except (ProcessLookupError, ChildProcessError):
                # It was waited for, and Ctrl-C came before that was noted.
                pass
            self._id = None
        for descriptor in (self._out, self._err):
            if descriptor >= 0:
                os.close(descriptor)
        self._out = self._err = -1


def out_of_the_way(descriptor: int) -> int:
    """A descriptor beyond the three that every process has: this one's own may be closed, and their numbers free."""
    taken = []
    while descriptor < 3:
        taken.append(descriptor)
        descriptor = os.dup(descriptor)
    for one in taken:
        os.close(one)
    return descriptor


def _fill(descriptor: int, data: bytes) -> None:
    at = 0
    while at < len(data):
        at += os.write(descriptor, data[at:])
    os.lseek(descriptor, 0, os.SEEK_SET)


def _content(descriptor: int) -> bytes:
    pieces, at = [], 0
    left = os.fstat(descriptor).st_size
    while left > 0:
        pieces.append(os.pread(descriptor, left, at))
        at, left = at + len(pieces[-1]), left - len(pieces[-1])
    return b"".join(pieces)
