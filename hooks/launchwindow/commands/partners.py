"""Commands for partners: judge, explain, plan, look. Events are imported when they happen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from launchwindow.arguments import count, day, of_app
from launchwindow.commands.options import remote
from launchwindow.model.errors import LaunchwindowError

if TYPE_CHECKING:
    import argparse

    from launchwindow.events.answer import Answer
    from launchwindow.events.workspace import Workspace


def explain_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rule", nargs="?", metavar="RULE", help="a rule's id; without one, the list")


def explain(arguments: argparse.Namespace, _space: Workspace) -> Answer:
    from launchwindow.events.on_explain import explain

    return explain(arguments.rule)


def windows_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="first", type=day, metavar="DATE", help="default: today")
    parser.add_argument("--count", type=count, metavar="N", help="default: 8, with --ics 26")
    parser.add_argument(
        "--ics", type=Path, metavar="FILE",
        help="write them to FILE as a calendar for Outlook, Google and Apple, with the change requests that they take "
        "and the days by which rotations must begin; an earlier FILE is brought up to date",
    )  # fmt: skip
    parser.add_argument("--partner", metavar="ID", help="with --ics: only this partner's requests and rotations")
    remote(parser)


def windows(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_status import windows

    if arguments.ics is not None:
        from launchwindow.events.on_calendar import calendar_file

        return calendar_file(space, arguments.ics, arguments.partner, arguments.first, arguments.count or 26)
    for option in ("partner", "remote", "github"):
        if getattr(arguments, option) is not None:
            raise LaunchwindowError(
                f"--{option} is for the calendar that --ics FILE writes: add that, or leave it out."
            )
    return windows(space, arguments.first, arguments.count or 8)


def status_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "app",
        nargs="?",
        type=of_app,
        metavar="APP",
        help="environment/partner/app: all of it on one screen; without one, all",
    )
    remote(parser)


def status(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_status import status

    return status(space, arguments.app)


def explain_date_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("app", type=of_app, metavar="APP", help="environment/partner/app")
    remote(parser)


def explain_date(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_explain_date import explain_date

    return explain_date(space, arguments.app)
