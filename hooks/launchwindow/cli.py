"""argv -> event -> exit status; no logic (design §11)."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from launchwindow import __version__
from launchwindow.model.errors import LaunchwindowError
from launchwindow.model.named import NamedTuple
from launchwindow.plain_line import PlainCheck, PlainPlan, plain

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from types import TracebackType

    from launchwindow.events.answer import Answer
    from launchwindow.model.github import Address

_BUG = 3
_LONGEST = 1000
"""Characters of one line of an error: a revision or a path may be as long as somebody likes."""


class Outcome(NamedTuple):
    """What one command line came to, nothing of it printed."""

    status: int
    answer: Answer | None
    """None where an error ended it."""
    error: Exception | None


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status. As the program itself, without `argv`, what only reads ends the process."""
    # Modules and documents stay: to look among them again and again for what could go costs a check one tenth.
    gc.set_threshold(100_000)
    if argv is None:
        _as_usual()
    arguments = _parsed(sys.argv[1:] if argv is None else argv)
    status = _status(arguments)
    if argv is None and (isinstance(arguments, PlainCheck) or arguments.command == "plan"):
        _leave(status)
    return status


def _hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Whoever types Ctrl-C knows why it ended; Python then ends as that signal has it, for the shell to see."""
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)


def _as_usual() -> None:
    """As whoever typed the command has it, whatever a supervisor left: closed streams, children nobody is told of."""
    # Its import takes less than that of `signal`, which makes enumerations of all.
    import _signal  # type: ignore[import-not-found]

    if hasattr(_signal, "SIGCHLD"):
        _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)
    sys.excepthook = _hook
    if sys.stdout is None:
        # It can't be written to, so that whoever does is told as of a full disk.
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")


def _leave(status: int) -> NoReturn:
    """End at once: to take apart what was imported, module by module, takes as long as git does for its answers.

    A check or a plan has printed and written all by now, and the git that it may have left ends with its pipe.
    """
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


def _status(arguments: argparse.Namespace | PlainCheck | PlainPlan) -> int:
    """Run what a command line says; what the shell is to be told of it."""
    try:
        return _run(arguments)
    except LaunchwindowError as error:
        _complain(str(error))
        return error.status
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        _discard_output()
        return 1
    except Exception as error:
        return _bug(error)


def outcome(argv: Sequence[str]) -> Outcome:
    """Run one command for a caller that prints in a way of its own."""
    from contextlib import redirect_stderr
    from io import StringIO

    said = StringIO()
    try:
        with redirect_stderr(said):
            arguments = _parsed(argv)
    except SystemExit:
        problem = said.getvalue().rpartition("error: ")[2].strip()
        return Outcome(LaunchwindowError.status, None, LaunchwindowError(f"{problem}."))
    try:
        answer = _answer(arguments)
    except LaunchwindowError as error:
        return Outcome(error.status, None, error)
    except Exception as error:
        return Outcome(_BUG, None, error)
    return Outcome(int(answer.status), answer, None)


def _parsed(given: Sequence[str]) -> argparse.Namespace | PlainCheck | PlainPlan:
    """What a command line says; the whole parser is only imported where it is no plain `check` or `plan`."""
    found = plain(given)
    if found is not None:
        return found
    from launchwindow.command_line import parsed

    return parsed(given)


def _answer(arguments: argparse.Namespace | PlainCheck | PlainPlan) -> Answer:
    from launchwindow.events.opening import open_workspace

    remote = getattr(arguments, "remote", None)
    index, ledger = getattr(arguments, "staged", False), arguments.command in ("check", "plan")
    space = open_workspace(arguments.repo, arguments.now, remote, _github(arguments), index=index, ledger=ledger)
    answer: Answer = arguments.handler(arguments, space)
    return answer


def _github(arguments: argparse.Namespace | PlainCheck | PlainPlan) -> Address | None:
    if getattr(arguments, "github", None) is None:
        return None
    from launchwindow.commands.options import github_address

    return github_address(arguments)


def _run(arguments: argparse.Namespace | PlainCheck | PlainPlan) -> int:
    answer = _answer(arguments)
    text = _rendered(answer, arguments.format)
    _print(text)
    return int(answer.status)


def _print(text: str) -> None:
    # Paths and partner text may hold what the terminal's encoding can't show: it is escaped, never a crash.
    data = text.encode(sys.stdout.encoding or "utf-8", "backslashreplace")
    try:
        print(data.decode(sys.stdout.encoding or "utf-8"), end="")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _discard_output()
        raise LaunchwindowError(
            f"Standard output can't be written: {error.strerror}. What the command had to do is done."
        ) from error


def _discard_output() -> None:
    """Keep the interpreter from trying, and complaining, once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _rendered(answer: Answer, form: str) -> str:
    if form == "text":
        return answer.text
    if form == "json":
        from launchwindow.report.visible import json_text

        return json_text(answer.document, sys.stdout.encoding)
    return answer.renderings[form]()


def _complain(text: str) -> None:
    """An error's lines, with nothing in them that a terminal would act on: a name in them may be anybody's."""
    from launchwindow.report.visible import visible

    shown = "\n".join(visible(line, _LONGEST) for line in text.split("\n"))
    encoding = sys.stderr.encoding or "utf-8"
    try:
        print(
            f"launchwindow: {shown}".encode(encoding, "backslashreplace").decode(encoding), file=sys.stderr, flush=True
        )
    except OSError:
        # A full disk: the exit status tells, which the interpreter would change if it failed again at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def bug_text(error: Exception) -> str:
    """What to say of an exception that nobody foresaw."""
    import traceback
    from pathlib import Path

    frame = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"this is a bug in launchwindow {__version__}: {type(error).__name__}: {error} "
        f"({Path(frame.filename).name}:{frame.lineno}). Please report it; LAUNCHWINDOW_DEBUG=1 shows where."
    )


def _bug(error: Exception) -> int:
    import traceback

    _complain(bug_text(error))
    if os.environ.get("LAUNCHWINDOW_DEBUG"):
        traceback.print_exception(error)
    return _BUG
