"""The whole command line: what commands there are, what each takes, and what it says of itself."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, NoReturn

from launchwindow import __version__
from launchwindow.commands.options import common
from launchwindow.commands.table import COMMANDS, FURTHER_FORMATS
from launchwindow.load.plain import nearest
from launchwindow.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

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
  drift --seen FILE      what the identity provider really has, against what the ledger says is deployed
  hold, resume, approve  step in for one change request
  short-notice           waive a request's own notice
  off-cycle              release one request now, as two reviewers decided
  rollback APP           prepare what an app ran before on a branch, and hold the rest of it
  sync                   bring issues, milestones and deployments on GitHub in line
  board --output DIR     draw it all as pages for a browser: calendar, queue, apps, certificates
  doctor                 what in the repository's settings and state would let a change go round the review

For the repository:
  init [DIR]             begin a configuration repository: policy, workflows, owners, hooks, an example;
                         --upgrade brings an older one up to date and leaves what was edited
  import FILE            turn a fleet of the identity provider, or an extract of the partner dashboard, into
                         apps/ and partners/
  export --to PATH       write the fleet as the identity provider's files, or as an extract of the dashboard
  private-keys [FILE …]  search the files of any repository for private keys
  completion SHELL       let bash, zsh or fish complete commands, options and apps
  demo                   one change's whole life, in a throw-away clone

Exit status: 0 well; 1 blocking findings, or something due that could not be done; 2 the command line or the
repository's own files are wrong; 3 a bug in launchwindow. APP is environment/partner/app.
"""
_NO_COMMAND = re.compile(r"argument COMMAND: invalid choice: (['\"])(.*)\1 \(choose from", re.DOTALL)
_LONGEST = 1000
"""Characters of one line of an error: a revision or a path may be as long as somebody likes."""


def parsed(given: Sequence[str]) -> argparse.Namespace:
    """What a command line says. Exits with 2 where it says nothing that can be done."""
    parser = _parser(given)
    arguments = parser.parse_args(given)
    if arguments.format not in _formats(arguments.command):
        # It may stand before the command, where every command's formats are taken.
        offered = ", ".join(_formats(arguments.command))
        parser.error(f"{arguments.command} has no format {arguments.format}; choose from {offered}")
    return arguments


def _formats(command: str) -> tuple[str, ...]:
    return ("text", "json", *FURTHER_FORMATS.get(command, ()))


class _Parser(argparse.ArgumentParser):
    """Repeats what it can't read without the characters that a terminal would act on."""

    def error(self, message: str) -> NoReturn:
        """Say so and exit with 2."""
        unknown = _NO_COMMAND.match(message)
        super().error(visible(_no_command(unknown[2]) if unknown else message, _LONGEST))


def _no_command(word: str) -> str:
    """What to say instead of a list of all commands."""
    near = nearest(word, COMMANDS, alike=0.7)
    meant = f"Did you mean “{near}”? " if near else ""
    return f"there is no command “{word}”. {meant}`launchwindow --help` lists them all."


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
