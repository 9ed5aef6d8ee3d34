"""The command about an app's certificates. Events are imported when they happen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from launchwindow.arguments import one_app
from launchwindow.commands.options import common, remote

if TYPE_CHECKING:
    import argparse

    from launchwindow.events.answer import Answer
    from launchwindow.events.workspace import Workspace

_APP = "environment/partner/app"


def cert_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = _action(actions, "list", "Each certificate, where it is, the step that comes now, the last day to begin.")
    listing.add_argument("app", nargs="?", type=one_app, metavar="APP", help=f"{_APP}; without one, all")
    adding = _action(actions, "add", "Put a certificate beside an app and name it in the app's file.")
    adding.add_argument("app", type=one_app, metavar="APP", help=_APP)
    adding.add_argument("file", type=Path, metavar="FILE", help="the public certificate, PEM")
    adding.add_argument("--first", action="store_true", help="before the others; one that is named already moves there")
    removing = _action(actions, "remove", "Take a certificate's name out of an app's file.")
    removing.add_argument("app", type=one_app, metavar="APP", help=_APP)
    removing.add_argument("name", metavar="NAME", help="as the app's file has it, such as certs/2026.crt")


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, description: str
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, description=description, allow_abbrev=False)
    common(parser, ("text", "json"), again=True)
    remote(parser)
    return parser


def cert(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_certificates import add_certificate, list_certificates, remove_certificate

    if arguments.action == "add":
        return add_certificate(space, arguments.app, arguments.file, first=arguments.first)
    if arguments.action == "remove":
        return remove_certificate(space, arguments.app, arguments.name)
    return list_certificates(space, arguments.app)
