"""`plan`, which a partner waits for at each branch: this imports nothing that a plain one may do without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.errors import LaunchwindowError

if TYPE_CHECKING:
    import argparse

    from launchwindow.events.answer import Answer
    from launchwindow.events.workspace import Workspace


def plan_arguments(parser: argparse.ArgumentParser) -> None:
    from launchwindow.arguments import number
    from launchwindow.commands.options import remote

    parser.add_argument("--base", default="main", metavar="REV", help="what it would be merged into (default: main)")
    parser.add_argument("--head", default="HEAD", metavar="REV", help="the branch (default: HEAD)")
    parser.add_argument(
        "--pull-request", type=number, metavar="N", help="write the comment on this pull request of --github"
    )
    parser.add_argument(
        "--summary", metavar="URL", help="where the whole of it is, when it is too long for the comment"
    )
    remote(parser)


def plan(arguments: argparse.Namespace, space: Workspace) -> Answer:
    # Main is most likely as it is in the base: while git lists it, all that plans is imported.
    space.begin_listings(arguments.base)
    from launchwindow.events.on_pull_request import plan, plan_pull_request

    if arguments.pull_request is None:
        return plan(space, arguments.base, arguments.head)
    if space.hub is None:
        raise LaunchwindowError("--pull-request needs --github OWNER/NAME, which says where it is.")
    return plan_pull_request(
        space, space.hub, arguments.base, arguments.head, arguments.pull_request, arguments.summary
    )
