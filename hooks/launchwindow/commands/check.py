"""`check`, which runs at every commit: so this imports nothing that a check may do without."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from launchwindow.commands.progress import Progress
    from launchwindow.events.answer import Answer
    from launchwindow.events.workspace import Workspace


def check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="show only findings in these files or folders")
    parser.add_argument("--staged", action="store_true", help="judge what is staged for the next commit")
    parser.add_argument(
        "--since", metavar="REV", help="by REV's policy and partners; what was there when this branch left REV passes"
    )
    mending = parser.add_mutually_exclusive_group()
    mending.add_argument("--fix", action="store_true", help="mend what is safe to, then judge what is left")
    mending.add_argument("--diff", action="store_true", help="show what --fix would change, write nothing")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="default: auto")
    parser.add_argument(
        "--no-cache", action="store_true", help="use nothing that an earlier run found out, and keep nothing"
    )


def check(arguments: argparse.Namespace, space: Workspace) -> Answer:
    if arguments.fix or arguments.diff:
        return _mend(arguments, space)
    return _judge(arguments, space)


def _mend(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_fix import fix, show_fixes
    from launchwindow.events.opening import paths_in
    from launchwindow.model.errors import LaunchwindowError

    option = "--fix" if arguments.fix else "--diff"
    if arguments.staged or arguments.since is not None:
        raise LaunchwindowError(f"check {option} is about the work tree's files: leave out --staged and --since.")
    paths = paths_in(space, arguments.paths)
    if arguments.fix:
        return fix(space, paths, lambda: _judge(arguments, space))
    if arguments.format != "text":
        raise LaunchwindowError("check --diff prints a diff and nothing else: leave out --format.")
    return show_fixes(space, paths)


def _judge(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_commit import check
    from launchwindow.events.opening import paths_in

    shown: list[Progress] = []
    space.step = _steps(shown)
    wanted = arguments.color == "auto" and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    try:
        return check(
            space,
            paths_in(space, arguments.paths),
            staged=arguments.staged,
            since=arguments.since,
            colour=wanted or arguments.color == "always",
            cache=not arguments.no_cache,
        )
    finally:
        for progress in shown:
            progress.end()


def _steps(shown: list[Progress]) -> Callable[[int, int], None]:
    """What shows how far it is, made when somebody has waited for long enough to be told."""

    def step(done: int, total: int) -> None:
        if not shown:
            from launchwindow.commands.progress import Progress

            shown.append(Progress())
        shown[0].step(done, total, "apps' folders")

    return step
