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
    second = _begun(lambda: work(others, True))
    if second is None:
        return work(some, False), work(others, False)
    with second:
        mine = work(some, False)
        found = second.answer()
    return mine, work(others, False) if found is None else found[0]


def ahead(work: Callable[[], Any]) -> Callable[[], Any]:
    """Begin some work in a process of its own, and do others; whoever calls what this gives gets what it came to.

    As JSON can say it. Where that process fails, the work is done when it is asked for, and raises what it raises.
    """

    def apart() -> Any:
        # Nobody may ever ask, and whoever reads what is printed is to wait for the first process alone.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        return work()

    second = _begun(apart) if can_fork() else None
    waiting = [] if second is None else [second]

    def answer() -> Any:
        if waiting:
            with waiting[0]:
                found = waiting.pop().answer()
            if found is not None:
                return found[0]
        return work()

    return answer


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


class _Second:
    """A second process that was begun: `with` it, so that it is seen off whatever becomes of what is done meanwhile."""

    def __init__(self, reading: int, child: int) -> None:
        self._pipe, self._child = os.fdopen(reading, "rb"), child

    def answer(self) -> list[Any] | None:
        """What it came to, as the only one of a list; None where it failed."""
        data = self._pipe.read()
        import json

        try:
            # A list, of which all is there where it ends.
            (found,) = json.loads(data)
        except ValueError:
            return None
        return [found]

    def __enter__(self) -> None:
        """Nothing is to be done."""

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._pipe.close()
        if kind is None:
            _leaving.append(self._child)
        else:
            _is_gone(self._child, 0)


def _begun(work: Callable[[], Any]) -> _Second | None:
    """A process that does some work; None where there can be none, as there are no more of them or of open files."""
    _leaving[:] = [one for one in _leaving if not _is_gone(one, os.WNOHANG)]
    pipe: tuple[int, ...] = ()
    # What both processes have is never garbage: looking through it would copy each of its pages.
    gc.freeze()
    try:
        pipe = reading, writing = os.pipe()
        child = os.fork()
    except OSError:
        # As many files are open, or processes run, as there may (`ulimit -n`, `ulimit -u`).
        for descriptor in pipe:
            os.close(descriptor)
        return None
    if child == 0:
        _do_apart(reading, writing, work)
    os.close(writing)
    return _Second(reading, child)


_leaving: list[int] = []
"""Second processes that have told all. To give back what each had takes milliseconds, for which nobody has to wait."""


def _is_gone(child: int, options: int) -> bool:
    try:
        return os.waitpid(child, options)[0] != 0
    except ChildProcessError:
        # Whoever ignores SIGCHLD is not told of it.
        return True


def _do_apart(reading: int, writing: int, work: Callable[[], Any]) -> None:
    """The second process's whole life: it never returns, and leaves what it shares with the first one alone."""
    status = 1
    try:
        # Ctrl-C comes to both: from here on nothing of it gets to what the first one would do then.
        os.close(reading)
        import json

        data = json.dumps([work()]).encode()
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(data)
        status = 0
    except BaseException:
        status = 1
    finally:
        os._exit(status)
