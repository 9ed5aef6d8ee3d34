"""Commands for deployers: the ledger, windows and confirmation. Events are imported when they happen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from launchwindow.arguments import app, day
from launchwindow.commands.options import remote
from launchwindow.model.errors import LaunchwindowError

if TYPE_CHECKING:
    import argparse

    from launchwindow.events.answer import Answer
    from launchwindow.events.workspace import Workspace


def adopt_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("revision", nargs="?", metavar="REV", help="what it holds is already deployed and confirmed")
    parser.add_argument("--nothing", action="store_true", help="nothing is deployed yet")
    parser.add_argument(
        "--rewrite",
        metavar="REV",
        help="main was rewritten: withdraw what vanished, and record the rest up to REV as one merge",
    )
    parser.add_argument(
        "--main", metavar="BRANCH", help="the branch that is merged to (default: main, or the current one)"
    )
    remote(parser)


def adopt(arguments: argparse.Namespace, space: Workspace) -> Answer:
    if arguments.rewrite is not None:
        from launchwindow.events.on_rewrite import adopt_rewritten

        if arguments.nothing or arguments.revision is not None or arguments.main is not None:
            raise LaunchwindowError(
                "adopt --rewrite REV goes on with the ledger that there is: no other REV, --nothing or --main."
            )
        return adopt_rewritten(space, arguments.rewrite)
    from launchwindow.events.on_adoption import adopt

    return adopt(space, arguments.revision, arguments.main, nothing=arguments.nothing)


def request(_arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_merge import request

    return request(space)


def release_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--environment", default="production", metavar="NAME", help="default: production")
    parser.add_argument("--by", metavar="NAME", help="who runs it, for the ledger (default: launchwindow)")
    parser.add_argument(
        "--coordinated", type=app, metavar="APP", help="this app alone, at the time agreed for its certificate change"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what it would do, write nothing")
    remote(parser)


def release(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_window import release_window

    if arguments.coordinated is not None:
        from launchwindow.events.on_own_run import release_coordinated

        if arguments.by is None or arguments.dry_run:
            raise LaunchwindowError(
                "release --coordinated is done by a person, now: it needs --by NAME, and no --dry-run."
            )
        return release_coordinated(space, arguments.coordinated, arguments.by)

    return release_window(space, arguments.environment, arguments.by or "launchwindow", dry_run=arguments.dry_run)


def confirm_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--environment", default="production", metavar="NAME", help="default: production")
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument(
        "--seen",
        type=Path,
        metavar="FILE",
        help="the service_providers.yml that the IdP really has",
    )
    parser.add_argument(
        "--rails-environment", metavar="NAME", help="with --seen: the top key to read (default: production)"
    )
    how.add_argument("--by", metavar="NAME", help="who vouches for it")
    parser.add_argument(
        "--failed", action="store_true", help="with --by: it did not come to run; take it back, and later ones with it"
    )
    parser.add_argument("--note", metavar="TEXT", help="with --by: how that person knows, or what failed")
    parser.add_argument("--window", type=day, metavar="DATE", help="with --by: which release (default: the newest)")
    remote(parser)


def confirm(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_confirmation import confirm_by, confirm_failed, confirm_seen

    if arguments.seen is not None:
        if arguments.failed:
            raise LaunchwindowError("confirm --failed is somebody's word: it needs --by NAME instead of --seen.")
        return confirm_seen(space, arguments.environment, arguments.seen, arguments.rails_environment)
    if not arguments.note:
        wanted = "what went wrong?" if arguments.failed else "how do you know that the identity provider runs it?"
        raise LaunchwindowError(f"confirm --by needs --note TEXT: {wanted}")
    if arguments.failed:
        return confirm_failed(space, arguments.environment, arguments.by, arguments.note, arguments.window)
    return confirm_by(space, arguments.environment, arguments.by, arguments.note, arguments.window)


def drift_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--environment", default="production", metavar="NAME", help="default: production")
    parser.add_argument(
        "--seen", type=Path, metavar="FILE", required=True,
        help="what the IdP really has: its service_providers.yml, or the dashboard API's JSON",
    )  # fmt: skip
    parser.add_argument("--rails-environment", metavar="NAME", help="the top key to read (default: production)")
    remote(parser)


def drift(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_drift import drift

    return drift(space, arguments.environment, arguments.seen, arguments.rails_environment)


def sync_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="say what it would do, write nothing")
    parser.add_argument(
        "--minutes", type=int, metavar="N", help="begin nothing more after so long; the next run goes on"
    )
    remote(parser)


def sync(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.commands.progress import Progress
    from launchwindow.events.on_sync import sync

    progress = Progress()
    space.tell = progress.note
    try:
        return sync(space, progress.step, dry_run=arguments.dry_run, minutes=arguments.minutes)
    finally:
        progress.end()


def board_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output", type=Path, metavar="DIR", required=True,
        help="the folder to write: an empty one, one to be, or an earlier board",
    )  # fmt: skip
    remote(parser)


def board(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.commands.progress import Progress
    from launchwindow.events.on_board import PARTS, board

    progress = Progress()
    space.step = lambda done, total: progress.step(done, total, PARTS[done])
    try:
        return board(space, arguments.output)
    finally:
        progress.end()
