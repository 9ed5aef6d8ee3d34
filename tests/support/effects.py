"""Counts what a command does to the world, and kills its process at the point that it was told.

Nothing is listed by hand: Python's audit events and its profiler tell of every process started and of every file,
folder and name made, written, renamed or taken away by a frame of `launchwindow/io/`. Each effect has a point before
it and one after it; a process that is started has one in between, while it runs.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import Any

_IO = f"{os.sep}launchwindow{os.sep}io{os.sep}"
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_EVENTS = ("subprocess.Popen", "os.", "shutil.", "tempfile.", "open")
_READING = (
    "os.posix_spawn",
    "os.scandir",
    "os.listdir",
    "os.walk",
    "os.fwalk",
    "os.getxattr",
    "os.listxattr",
    "os.putenv",
    "os.unsetenv",
)
_UNNAMED = ("write", "writelines", "flush", "truncate", "close", "fsync", "fdatasync", "ftruncate", "pwrite")
"""What no audit event tells of: functions of files that are open, seen by the profiler."""


class Effects:
    """The points of one process, in order; each is written as a line to the descriptor `log`."""

    def __init__(self, log: int, kill_at: int | None, *, whole_group: bool) -> None:
        """Kill at the point with the number `kill_at`, from 1; with `whole_group` the git that is running, too."""
        self._log = log
        self._kill_at = kill_at
        self._whole_group = whole_group
        self._count = 0
        self._running: str | None = None
        self._done: str | None = None
        self._writing = False

    def watch(self) -> None:
        """From now on, to the end of the process: an audit hook can't be taken away."""
        sys.addaudithook(self._audit)

    def _reach(self, name: str) -> None:
        if self._count == self._kill_at:
            # The killing itself.
            return
        self._count += 1
        os.write(self._log, f"{name}\n".encode("utf-8", "backslashreplace"))
        if self._count == self._kill_at:
            if self._whole_group:
                os.killpg(0, signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not event.startswith(_EVENTS) or event in _READING:
            return
        if event == "open" and (isinstance(arguments[0], int) or not arguments[2] & _WRITING):
            # A descriptor that is open already is no new effect.
            return
        name = _name(event, arguments)
        if not _within_io(sys._getframe(1)):
            # Whatever writes and is not in io/ is a mistake of its own; the tests ask for it.
            os.write(self._log, f"outside {name}\n".encode("utf-8", "backslashreplace"))
            return
        self._reach(f"before {name}")
        if event == "subprocess.Popen":
            self._running = name
        else:
            self._done = name
            self._writing = self._writing or event == "open"
        sys.setprofile(self._profile)

    def _profile(self, frame: FrameType, event: str, what: Any) -> None:
        if frame.f_code.co_filename == __file__:
            return
        if not self._writing and self._done is None and self._running is None:
            # It takes time, so it watches only while there is something to see.
            sys.setprofile(None)
            return
        if self._done is not None:
            name, self._done = self._done, None
            self._reach(f"after {name}")
        if self._running is not None:
            self._process(frame, event, what)
        elif event in ("c_call", "c_return") and self._writing and _of_open_file(frame, what):
            self._reach(f"{'before' if event == 'c_call' else 'after'} {what.__name__}")

    def _process(self, frame: FrameType, event: str, what: Any) -> None:
        if event == "c_return" and what.__name__ == "fork_exec":
            self._reach(f"during {self._running}")
        elif event == "return" and frame.f_code.co_name == "run" and frame.f_globals["__name__"] == "subprocess":
            name, self._running = self._running, None
            self._reach(f"after {name}")


def _name(event: str, arguments: tuple[Any, ...]) -> str:
    if event == "subprocess.Popen":
        words = [word for word in arguments[1] if word != "-c" and "=" not in word]
        return " ".join(words[:2])
    return f"{event} {os.path.basename(str(arguments[0]))}"


def _within_io(frame: FrameType | None) -> bool:
    while frame is not None:
        if _IO in frame.f_code.co_filename:
            return True
        frame = frame.f_back
    return False


def _of_open_file(frame: FrameType, what: Any) -> bool:
    if what.__name__ not in _UNNAMED or not _within_io(frame):
        return False
    owner = getattr(what, "__self__", None)
    return type(owner).__module__ == "_io" or getattr(owner, "__name__", "") == "posix"
