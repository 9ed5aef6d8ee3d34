"""Commands that step in for one change request. Events are imported when they happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.arguments import app, email
from launchwindow.commands.options import remote
from launchwindow.model.errors import LaunchwindowError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from launchwindow.events.answer import Answer
    from launchwindow.events.workspace import Workspace


def lever_arguments(word: str, meaning: str) -> Callable[[argparse.ArgumentParser], None]:
    def add(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("request", metavar="REQUEST", help="such as production/exa/benefits-finder@3f2c1ab90d12")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who does it")
        parser.add_argument(f"--{word}", required=True, metavar="TEXT", help=meaning)
        remote(parser)

    return add


def hold(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_lever import hold_request

    return hold_request(space, arguments.request, arguments.by, arguments.reason)


def resume(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_lever import resume_request

    return resume_request(space, arguments.request, arguments.by, arguments.note)


def approve(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_lever import approve_request

    return approve_request(space, arguments.request, arguments.by, arguments.note)


def short_notice(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_lever import grant_short_notice

    return grant_short_notice(space, arguments.request, arguments.by, arguments.reason)


def off_cycle_arguments(parser: argparse.ArgumentParser) -> None:
    lever_arguments("reason", "why it can't wait, for the partner to read")(parser)
    parser.add_argument("--second", required=True, metavar="EMAIL", help="the second reviewer who decided it")


def off_cycle(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_own_run import release_off_cycle

    return release_off_cycle(space, arguments.request, arguments.by, arguments.second, arguments.reason)


def rollback_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("app", metavar="APP", type=app, help="such as production/exa/benefits-finder")
    parser.add_argument(
        "--to", metavar="COMMIT", help="what main had of it there (default: what was confirmed before what is released)"
    )
    parser.add_argument("--cancel", action="store_true", help="end a rollback: what it holds goes on")
    # The author of what is prepared, who then can't review it: a name alone would be nobody's address.
    parser.add_argument("--by", required=True, type=email, metavar="EMAIL", help="who does it")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why, for the partner to read")
    remote(parser)


def rollback(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_rollback import cancel_rollback, roll_back

    if not arguments.cancel:
        return roll_back(space, arguments.app, arguments.to, arguments.by, arguments.reason)
    if arguments.to is not None:
        raise LaunchwindowError("rollback --cancel ends the rollback that stands, whatever it goes back to: no --to.")
    return cancel_rollback(space, arguments.app, arguments.by, arguments.reason)
