"""A process that runs command lines in forks of itself, so that none pays for starting Python.

It reads one JSON document a line from standard input, a list of what to run at the same time: `{"argv", "env",
"kill_at", "whole_group", "limit", "user", "watched"}`. It answers with a list of `{"status", "out", "err", "points"}`:
a negative status is the signal that ended the process. With a limit nothing can be watched: the log is a file too, and
would be full before the command has cleared away what it made.
"""

from __future__ import annotations

import codecs
import contextlib
import ctypes
import json
import os
import pkgutil
import resource
import sys
import traceback
from importlib import import_module
from io import StringIO
from tempfile import TemporaryFile
from typing import IO, Any

import launchwindow
from launchwindow.cli import main
from support.effects import Effects
from support.repository import MERGED, ROOT

_SUBREAPER = 36
"""`PR_SET_CHILD_SUBREAPER`: a git whose launchwindow was killed goes on, and is waited for here."""


def serve() -> None:
    """Answer until standard input ends."""
    sys.dont_write_bytecode = True
    for module in pkgutil.walk_packages(launchwindow.__path__, "launchwindow."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    # A user who may not read Python's own files can't load it later.
    codecs.lookup("utf-8-sig")
    for name in ("icalendar", "importlib.resources.readers", "tzdata", "zipfile"):
        import_module(name)
    # What a first run fetches and keeps, so that each fork has it.
    for command in ("check", "windows"):
        with contextlib.redirect_stdout(StringIO()):
            main(["--repo", str(ROOT), "--now", MERGED, command])
    if ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_answers(json.loads(line))) + "\n")
        sys.stdout.flush()


def _answers(asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    with contextlib.ExitStack() as stack:
        files = [[stack.enter_context(TemporaryFile()) for _ in range(3)] for _ in asked]
        children = []
        for one, (out, err, log) in zip(asked, files, strict=True):
            children.append(os.fork())
            if children[-1] == 0:
                _run(one, out, err, log)
        ended = {}
        with contextlib.suppress(ChildProcessError):
            # Also what the children left running.
            while True:
                child, status = os.waitpid(-1, 0)
                ended[child] = os.waitstatus_to_exitcode(status)
        return [
            {"status": ended[child], "out": _text(out), "err": _text(err), "points": _text(log).splitlines()}
            for child, (out, err, log) in zip(children, files, strict=True)
        ]


def _run(asked: dict[str, Any], out: IO[bytes], err: IO[bytes], log: IO[bytes]) -> None:
    status = 70
    try:
        # Of its own group, so that whole groups can be killed.
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        os.environ.clear()
        os.environ.update(asked["env"])
        if asked["limit"] is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (asked["limit"], asked["limit"]))
        if asked["user"] is not None:
            os.setgroups([])
            os.setgid(asked["user"])
            os.setuid(asked["user"])
        if asked["watched"]:
            Effects(log.fileno(), asked["kill_at"], whole_group=asked["whole_group"]).watch()
        try:
            status = main(asked["argv"])
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else 1
        sys.setprofile(None)
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


if __name__ == "__main__":
    serve()
