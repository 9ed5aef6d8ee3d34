"""Work in two processes, where there are two processors and enough to do.

`os.fork` costs a millisecond and gives the second process all that was read; a pool would import and pickle first.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def can_fork() -> bool:
    """Whether a second process would help, and is safe."""
    if not hasattr(os, "fork") or sys.platform == "darwin" or os.environ.get("LAUNCHWINDOW_PROCESSES") == "1":
        # On macOS system libraries may hold locks that a forked process waits for for ever.
        return False
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return allowed > 1


def in_two(work: Callable[[Sequence[str], bool], Any], some: Sequence[str], others: Sequence[str]) -> tuple[Any, Any]:
    """What `work` makes of `some`, here, and of `others`, in a process of its own; both as JSON can say it.

    `work` is told whether it is in the second process, whose pipes and locks are still this one's. Where that process
    fails, or there can be none, its work is done here: so an error is raised as if there never had been two.
    """
    _leaving[:] = [one for one in _leaving if not _is_gone(one, os.WNOHANG)]
    pipe_and_child = _forked()
    if pipe_and_child is None:
        return work(some, False), work(others, False)
    (reading, writing), child = pipe_and_child
    if child == 0:
        os.close(reading)
        _second(writing, lambda: work(others, True))
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as pipe:
            mine = work(some, False)
            data = pipe.read()
    except BaseException:
        _is_gone(child, 0)
        raise
    _leaving.append(child)
    import json

    try:
        # A list, of which all is there where it ends.
        (found,) = json.loads(data)
    except ValueError:
        return mine, work(others, False)
    return mine, found


def by_turns(work: Callable[[Sequence[str], bool], Any], pieces: Sequence[Sequence[str]]) -> list[Any]:
    """What `work` makes of each piece, which is done by whichever of two processes is free for it.

    It is told whether it is in the second process; the first one may do something else for a while. At most 256 pieces.
    """
    try:
        reading, writing = os.pipe()
    except OSError:
        return [work(piece, False) for piece in pieces]
    os.write(writing, bytes(range(len(pieces))))
    os.close(writing)

    def take_turns(_: Sequence[str], apart: bool) -> list[Any]:
        found = []
        while number := os.read(reading, 1):
            found.append([number[0], work(pieces[number[0]], apart)])
        return found

    try:
        found = dict(item for items in in_two(take_turns, (), ()) for item in items)
    finally:
        os.close(reading)
    # Nobody did those that a second process took which failed.
    return [found[number] if number in found else work(piece, False) for number, piece in enumerate(pieces)]


def _forked() -> tuple[tuple[int, int], int] | None:
    """A pipe, and the id of the second process, which is 0 there; None where no more of either may be had."""
    pipe: tuple[int, ...] = ()
    # What both processes have is never garbage: looking through it would copy each of its pages.
    gc.freeze()
    try:
        pipe = os.pipe()
        return pipe, os.fork()
    except OSError:
        # As many files are open, or processes run, as there may (`ulimit -n`, `ulimit -u`).
        for descriptor in pipe:
            os.close(descriptor)
        return None


_leaving: list[int] = []
"""Second processes that have told all. To give back what each had takes milliseconds, for which nobody has to wait."""


def _is_gone(child: int, options: int) -> bool:
    try:
        return os.waitpid(child, options)[0] != 0
    except ChildProcessError:
        # Whoever ignores SIGCHLD is not told of it.
        return True


def _second(writing: int, work: Callable[[], Any]) -> None:
    """The second process's whole life: it never returns, and leaves what it shares with the first one alone."""
    import json

    status = 1
    try:
        data = json.dumps([work()]).encode()
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(data)
        status = 0
    except BaseException:
        status = 1
    finally:
        os._exit(status)
