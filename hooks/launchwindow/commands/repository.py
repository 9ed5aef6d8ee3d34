"""Commands for the repository itself. Events are imported when they happen."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from launchwindow.arguments import action, reviewer
from launchwindow.commands.options import github_server, remote

if TYPE_CHECKING:
    import argparse

    from launchwindow.events.answer import Answer
    from launchwindow.events.workspace import Workspace


def doctor_arguments(parser: argparse.ArgumentParser) -> None:
    remote(parser)


def doctor(_arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_doctor import doctor

    return doctor(space)


def init_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="where (default: the current folder)")
    parser.add_argument(
        "--action",
        type=action,
        metavar="OWNER/NAME[@COMMIT]",
        help="where Launchwindow's action and hooks are, by commit or tag (default: where this version was released; "
        "needed where it was not)",
    )
    parser.add_argument(
        "--reviewer",
        dest="reviewers",
        type=reviewer,
        action="append",
        default=[],
        metavar="EMAIL:GITHUB",
        help="somebody whose approval counts; once for each, two or more. Needed where nothing was begun yet",
    )
    parser.add_argument("--no-example", action="store_true", help="without the invented partner and its app")
    parser.add_argument(
        "--upgrade", action="store_true", help="bring what an earlier version wrote up to date; what was edited stays"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what it would do, write nothing")
    parser.add_argument("--diff", action="store_true", help="show how each file differs, write nothing")


def init(arguments: argparse.Namespace, _space: Workspace) -> Answer:
    from launchwindow.edit.init_files import Reviewer
    from launchwindow.events.on_init import Asked, init

    repository, ref = arguments.action or (None, None)
    reviewers = tuple(dict.fromkeys(Reviewer(*one) for one in arguments.reviewers))
    asked = Asked(
        repository, ref, github_server(), reviewers, not arguments.no_example, arguments.upgrade,
        arguments.dry_run or arguments.diff, arguments.diff,
    )  # fmt: skip
    return init(arguments.folder or arguments.repo or Path(), asked)


def import_fleet_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source", type=Path, metavar="FILE",
        help="the service_providers.yml, with what lies beside it; or of the partner dashboard an extract (.tgz or its "
        "extract.json) or the API's JSON",
    )  # fmt: skip
    parser.add_argument("--into", type=Path, required=True, metavar="DIR", help="where apps/ and partners/ are written")
    parser.add_argument("--environment", default="sandbox", metavar="NAME", help="default: sandbox")
    parser.add_argument("--rails-environment", metavar="NAME", help="the top key to read (default: the only one)")


def import_fleet(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_import import import_fleet_from

    return import_fleet_from(
        space, arguments.source, arguments.into, arguments.environment, arguments.rails_environment
    )


def export_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--to", type=Path, required=True, metavar="PATH", help="a folder to be made, or a file that ends in .tgz"
    )
    parser.add_argument(
        "--as", dest="form", choices=("idp", "dashboard"), default="idp",
        help="the identity provider's files, or an extract of the partner dashboard (default: idp)",
    )  # fmt: skip
    parser.add_argument("--environment", default="production", metavar="NAME", help="default: production")
    parser.add_argument("--commit", metavar="REV", help="what REV holds (default: what the ledger has deployed)")
    remote(parser)


def export(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_export import export

    return export(space, arguments.environment, arguments.to, arguments.form, arguments.commit)


def private_keys_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", metavar="FILE", help="files or folders; without one, all that git has")


def private_keys(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_private_keys import private_keys

    return private_keys(space, arguments.files)


def demo_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="work in this new folder and leave it for you to look at"
    )


def demo(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_demo import demo

    # The story is told as it happens; a program's document has standard output for itself.
    return demo(space.directory, arguments.keep, sys.stderr if arguments.format == "json" else sys.stdout)
