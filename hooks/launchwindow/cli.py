"""argv -> event -> exit status; no logic (design §11)."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from launchwindow import __version__
from launchwindow.commands import COMMANDS, FURTHER_FORMATS
from launchwindow.commands.options import common, github_address
from launchwindow.model.errors import LaunchwindowError
from launchwindow.report.visible import json_text, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from launchwindow.events.answer import Answer

_BUG = 3
_LONGEST = 1000
"""Characters of one line of an error: a revision or a path may be as long as somebody likes."""

_OVERVIEW = """\
For partners:
  check [PATH …]         judge the app files: what would stop a commit, a merge or a release;
                         --fix mends what is safe to, --diff shows it
  explain [RULE]         the rules, or one rule's page
  plan                   what a branch would change for the identity provider, and at which deploy window
  cert list [APP]        each certificate, where it is, and the step that comes now;
                         cert add APP FILE and cert remove APP NAME edit the app's file in place
  new                    begin an app: asks the process page's twelve steps and writes its files
  status [APP]           open change requests, and what is deployed; of one app also the step of its
                         certificates that comes now, and its endpoints
  windows                the next deploy windows, and why each is on its day;
                         --ics FILE writes them as a calendar, with requests and rotations
  explain-date APP       why an app's changes go when they go

For reviewers and deployers:
  adopt REV | --nothing  begin the ledger; --rewrite REV, when main was rewritten
  request                record what was merged as change requests
  release                take the deploy window that is open now
  confirm                say that the identity provider runs what was handed over
  hold, resume, approve  step in for one change request
  short-notice           waive a request's own notice
  off-cycle              release one request now, as two reviewers decided
  rollback APP           prepare what an app ran before on a branch, and hold the rest of it
  sync                   bring issues, milestones and deployments on GitHub in line
  board --output DIR     draw it all as pages for a browser: calendar, queue, apps, certificates
  doctor                 what in the repository's settings and state would let a change go round the review

For the repository:
  import FILE            turn a fleet of the identity provider into apps/ and partners/
  private-keys [FILE …]  search the files of any repository for private keys
  demo                   one change's whole life, in a throw-away clone

Exit status: 0 well; 1 blocking findings, or something due that could not be done; 2 the command line or the
repository's own files are wrong; 3 a bug in launchwindow. APP is environment/partner/app.
"""


class Outcome(NamedTuple):
    """What one command line came to, nothing of it printed."""

    status: int
    answer: Answer | None
    """None where an error ended it."""
    error: Exception | None


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    arguments = _parsed(argv)
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


def _parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    given = sys.argv[1:] if argv is None else list(argv)
    parser = _parser(given)
    arguments = parser.parse_args(given)
    if arguments.format not in _formats(arguments.command):
        # It may stand before the command, where every command's formats are taken.
        offered = ", ".join(_formats(arguments.command))
        parser.error(f"{arguments.command} has no format {arguments.format}; choose from {offered}")
    return arguments


def _formats(command: str) -> tuple[str, ...]:
    return ("text", "json", *FURTHER_FORMATS.get(command, ()))


def _answer(arguments: argparse.Namespace) -> Answer:
    from launchwindow.events.opening import open_workspace

    remote = getattr(arguments, "remote", None)
    space = open_workspace(arguments.repo, arguments.now, remote, github_address(arguments))
    answer: Answer = arguments.handler(arguments, space)
    return answer


def _run(arguments: argparse.Namespace) -> int:
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
    return json_text(answer.document, sys.stdout.encoding) if form == "json" else answer.renderings[form]()


def _complain(text: str) -> None:
    """An error's lines, with nothing in them that a terminal would act on: a name in them may be anybody's."""
    shown = "\n".join(visible(line, _LONGEST) for line in text.split("\n"))
    encoding = sys.stderr.encoding or "utf-8"
    print(f"launchwindow: {shown}".encode(encoding, "backslashreplace").decode(encoding), file=sys.stderr)


def bug_text(error: Exception) -> str:
    """What to say of an exception that nobody foresaw."""
    import traceback

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


class _Parser(argparse.ArgumentParser):
    """Repeats what it can't read without the characters that a terminal would act on."""

    def error(self, message: str) -> NoReturn:
        """Say so and exit with 2."""
        super().error(visible(message, _LONGEST))


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    """The parser; of commands whose name is not among what was given only that they are there, which is all they do."""
    parser = _Parser(
        prog="launchwindow",
        usage="launchwindow [--repo DIR] [--now TIME] COMMAND …",
        description="Partner configuration as code: checked on commit, reviewed by pull request, released at deploy "
        "windows.",
        epilog=_OVERVIEW,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"launchwindow {__version__}")
    common(parser, [one for command in COMMANDS for one in _formats(command)], again=False)
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True, prog="launchwindow", help=argparse.SUPPRESS
    )
    for name, (help_text, arguments, handler) in COMMANDS.items():
        if name not in given:
            commands.add_parser(name, add_help=False)
            continue
        shared = _Parser(add_help=False)
        common(shared, _formats(name), again=True)
        command = commands.add_parser(name, parents=[shared], description=help_text, allow_abbrev=False)
        arguments(command)
        command.set_defaults(handler=handler)
    return parser
