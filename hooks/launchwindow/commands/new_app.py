"""The command that begins an app. Events are imported when they happen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from launchwindow.events.answer import Answer
    from launchwindow.events.workspace import Workspace


def new_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--partner", metavar="NAME", help="the partner's file in partners/, without .yaml")
    parser.add_argument("--app", metavar="NAME", help="the app's folder, such as benefits-finder")
    parser.add_argument("--environment", choices=("sandbox", "staging", "production"))
    parser.add_argument("--protocol", choices=("openid_connect_private_key_jwt", "openid_connect_pkce", "saml"))
    parser.add_argument("--app-name", metavar="TEXT", help="as in the IAA")
    parser.add_argument("--friendly-name", metavar="TEXT", help="what people see (default: the app name)")
    parser.add_argument("--issuer", metavar="TEXT", help="identifies the app, for good")
    parser.add_argument("--team", metavar="ID", help="default: the partner's only one")
    parser.add_argument("--contact", metavar="EMAIL", help="whom Login.gov may write to")
    parser.add_argument("--iaa", metavar="NUMBER", help="default: the agreement that lists the app name")
    parser.add_argument("--ial", type=int, choices=(1, 2), help="default: 1, sign-in only")
    parser.add_argument(
        "--aal", dest="default_aal", type=int, choices=(1, 2, 3), help="default: 2 with --ial 2, else 1"
    )
    _many(parser, "--attribute", "attribute_bundle", "NAME", "SAML: one that the app receives; may be repeated")
    _many(parser, "--redirect-uri", "redirect_uris", "URI", "may be repeated")
    parser.add_argument("--acs-url", metavar="URL", help="SAML: where responses go")
    parser.add_argument("--logout-url", dest="assertion_consumer_logout_service_url", metavar="URL",
                        help="SAML: where logout responses go")  # fmt: skip
    parser.add_argument("--return-to-sp-url", metavar="URL", help="where “cancel” leads")
    parser.add_argument("--failure-to-proof-url", metavar="URL", help="with --ial 2")
    parser.add_argument("--push-url", dest="push_notification_url", metavar="URL", help="where security events go")
    parser.add_argument("--certificate", type=Path, metavar="FILE", help="the public certificate, PEM")
    parser.add_argument("--logo", type=Path, metavar="FILE", help="PNG or SVG")


def _many(parser: argparse.ArgumentParser, option: str, field: str, what: str, meaning: str) -> None:
    parser.add_argument(option, dest=field, action="append", default=[], metavar=what, help=meaning)


def new(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.edit.answers import Answers
    from launchwindow.events.on_new import new_app

    said = {field: value for field, value in vars(arguments).items() if field in Answers._fields}
    said |= {field: tuple(said[field]) for field in ("attribute_bundle", "redirect_uris")}
    given = Answers(**{**said, "logo": None, "certificate": None})
    return new_app(space, given, arguments.logo, arguments.certificate)
