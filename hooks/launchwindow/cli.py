"""argv -> event -> exit status; no logic (design §11)."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from launchwindow import __version__
from launchwindow.arguments import moment
from launchwindow.commands import COMMANDS
from launchwindow.io.clock import now as present
from launchwindow.model.errors import LaunchwindowError

if TYPE_CHECKING:
    from collections.abc import Sequence

_BUG = 3

_OVERVIEW = """\
For partners:
  check [PATH …]         judge the app files: what would stop a commit, a merge or a release
  explain [RULE]         the rules, or one rule's page
  plan                   what a branch would change for the identity provider, and at which deploy window
  status [APP]           open change requests, and what is deployed
  windows                the next deploy windows, and why each is on its day
  explain-date APP       why an app's changes go when they go

For reviewers and deployers:
  adopt REV | --nothing  begin the ledger
  request                record what was merged as change requests
  release                take the deploy window that is open now
  confirm                say that the identity provider runs what was handed over
  hold, resume, approve  step in for one change request

For the repository:
  import FILE            turn a fleet of the identity provider into apps/ and partners/
  demo                   one change's whole life, in a throw-away clone

Exit status: 0 well; 1 blocking findings, or something due that could not be done; 2 the command line or the
repository's own files are wrong; 3 a bug in launchwindow. APP is environment/partner/app.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    arguments = _parser().parse_args(argv)
    try:
        return _run(arguments)
    except LaunchwindowError as error:
        print(f"launchwindow: {error}", file=sys.stderr)
        return error.status
    except BrokenPipeError:
        # Whoever read our output has seen enough; keep the interpreter from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        return _bug(error)


def _run(arguments: argparse.Namespace) -> int:
    from launchwindow.events.workspace import Workspace

    space = Workspace(_root(arguments.repo), arguments.now or present(), getattr(arguments, "remote", None))
    answer = arguments.handler(arguments, space)
    if arguments.format == "json":
        from json import dumps

        text = dumps(answer.document, indent=2, ensure_ascii=False) + "\n"
    else:
        text = answer.text
    # Paths and partner text may hold what the terminal's encoding can't show: it is escaped, never a crash.
    data = text.encode(sys.stdout.encoding or "utf-8", "backslashreplace")
    print(data.decode(sys.stdout.encoding or "utf-8"), end="")
    sys.stdout.flush()
    return int(answer.status)


def _bug(error: Exception) -> int:
    import traceback

    frame = traceback.extract_tb(error.__traceback__)[-1]
    print(
        f"launchwindow: this is a bug in launchwindow {__version__}: {type(error).__name__}: {error} "
        f"({Path(frame.filename).name}:{frame.lineno}). Please report it; LAUNCHWINDOW_DEBUG=1 shows where.",
        file=sys.stderr,
    )
    if os.environ.get("LAUNCHWINDOW_DEBUG"):
        traceback.print_exception(error)
    return _BUG


def _root(given: Path | None) -> Path:
    """The repository that is named, or else the one that the current folder is in."""
    if given is not None:
        if not given.is_dir():
            raise LaunchwindowError(f"--repo {given}: there is no such folder.")
        return given.resolve()
    from launchwindow.io.git import Git

    here = Path.cwd()
    return Git(here).top() or here


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    _common(shared, again=True)
    parser = argparse.ArgumentParser(
        prog="launchwindow",
        usage="launchwindow [--repo DIR] [--now TIME] COMMAND …",
        description="Partner configuration as code: checked on commit, reviewed by pull request, released at deploy "
        "windows.",
        epilog=_OVERVIEW,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"launchwindow {__version__}")
    _common(parser, again=False)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, help=argparse.SUPPRESS)
    for name, (help_text, arguments, handler) in COMMANDS.items():
        command = commands.add_parser(name, parents=[shared], description=help_text, allow_abbrev=False)
        arguments(command)
        command.set_defaults(handler=handler)
    return parser


def _common(parser: argparse.ArgumentParser, *, again: bool) -> None:
    """Options that may stand before the command or after it."""
    absent = argparse.SUPPRESS if again else None
    parser.add_argument("--repo", type=Path, metavar="DIR", default=absent, help="the configuration repository")
    parser.add_argument(
        "--now", type=moment, metavar="TIME", default=absent, help="act as if it were this RFC 3339 time"
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default=argparse.SUPPRESS if again else "text", help="default: text"
    )
