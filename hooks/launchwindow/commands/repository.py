"""Commands for the repository itself. Events are imported when they happen."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from launchwindow.commands.options import remote

if TYPE_CHECKING:
    import argparse

    from launchwindow.events.answer import Answer
    from launchwindow.events.workspace import Workspace


def doctor_arguments(parser: argparse.ArgumentParser) -> None:
    remote(parser)


def doctor(_arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_doctor import doctor

    return doctor(space)


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
