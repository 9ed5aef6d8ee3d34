"""Every command: its arguments, and the event that it stands for. Events are imported when they happen."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from launchwindow.arguments import app, count, day
from launchwindow.model.errors import LaunchwindowError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from launchwindow.events.answer import Answer
    from launchwindow.events.workspace import Workspace

    Handler = Callable[[argparse.Namespace, Workspace], Answer]


def _remote(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--remote", metavar="NAME", help="fetch main and the ledger from this git remote, and push the ledger to it"
    )


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="show only findings in these files or folders")
    parser.add_argument("--staged", action="store_true", help="judge what is staged for the next commit")
    parser.add_argument(
        "--since", metavar="REV", help="by REV's policy and partners; what was there when this branch left REV passes"
    )
    mending = parser.add_mutually_exclusive_group()
    mending.add_argument("--fix", action="store_true", help="mend what is safe to, then judge what is left")
    mending.add_argument("--diff", action="store_true", help="show what --fix would change, write nothing")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="default: auto")


def _check(arguments: argparse.Namespace, space: Workspace) -> Answer:
    if arguments.fix or arguments.diff:
        return _mend(arguments, space)
    return _judge(arguments, space)


def _mend(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_fix import fix, show_fixes
    from launchwindow.events.opening import paths_in

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

    wanted = arguments.color == "auto" and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return check(
        space,
        paths_in(space, arguments.paths),
        staged=arguments.staged,
        since=arguments.since,
        colour=wanted or arguments.color == "always",
    )


def _explain_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rule", nargs="?", metavar="RULE", help="a rule's id; without one, the list")


def _explain(arguments: argparse.Namespace, _space: Workspace) -> Answer:
    from launchwindow.events.on_explain import explain

    return explain(arguments.rule)


def _plan_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--base", default="main", metavar="REV", help="what it would be merged into (default: main)")
    parser.add_argument("--head", default="HEAD", metavar="REV", help="the branch (default: HEAD)")
    _remote(parser)


def _plan(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_pull_request import plan

    return plan(space, arguments.base, arguments.head)


def _windows_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="first", type=day, metavar="DATE", help="default: today")
    parser.add_argument("--count", type=count, default=8, metavar="N", help="default: 8")


def _windows(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_status import windows

    return windows(space, arguments.first, arguments.count)


def _status_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("app", nargs="?", type=app, metavar="APP", help="environment/partner/app; without one, all")
    _remote(parser)


def _status(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_status import status

    return status(space, arguments.app)


def _explain_date_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("app", type=app, metavar="APP", help="environment/partner/app")
    _remote(parser)


def _explain_date(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_explain_date import explain_date

    return explain_date(space, arguments.app)


def _new_arguments(parser: argparse.ArgumentParser) -> None:
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


def _new(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.edit.answers import Answers
    from launchwindow.events.on_new import new_app

    said = {field: value for field, value in vars(arguments).items() if field in Answers._fields}
    said |= {field: tuple(said[field]) for field in ("attribute_bundle", "redirect_uris")}
    given = Answers(**{**said, "logo": None, "certificate": None})
    return new_app(space, given, arguments.logo, arguments.certificate)


def _adopt_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("revision", nargs="?", metavar="REV", help="what it holds is already deployed and confirmed")
    parser.add_argument("--nothing", action="store_true", help="nothing is deployed yet")
    parser.add_argument(
        "--main", metavar="BRANCH", help="the branch that is merged to (default: main, or the current one)"
    )
    _remote(parser)


def _adopt(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_adoption import adopt

    return adopt(space, arguments.revision, arguments.main, nothing=arguments.nothing)


def _request(_arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_merge import request

    return request(space)


def _release_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--environment", default="production", metavar="NAME", help="default: production")
    parser.add_argument("--by", default="launchwindow", metavar="NAME", help="who runs it, for the ledger")
    parser.add_argument("--dry-run", action="store_true", help="say what it would do, write nothing")
    _remote(parser)


def _release(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_window import release_window

    return release_window(space, arguments.environment, arguments.by, dry_run=arguments.dry_run)


def _confirm_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--environment", default="production", metavar="NAME", help="default: production")
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--seen", type=Path, metavar="FILE", help="the service_providers.yml that the IdP really has")
    how.add_argument("--by", metavar="NAME", help="who vouches for it")
    parser.add_argument("--note", metavar="TEXT", help="with --by: how that person knows")
    parser.add_argument("--window", type=day, metavar="DATE", help="with --by: which release (default: the newest)")
    _remote(parser)


def _confirm(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_confirmation import confirm_by, confirm_seen

    if arguments.seen is not None:
        return confirm_seen(space, arguments.environment, arguments.seen)
    if not arguments.note:
        raise LaunchwindowError("confirm --by needs --note TEXT: how do you know that the identity provider runs it?")
    return confirm_by(space, arguments.environment, arguments.by, arguments.note, arguments.window)


def _lever_arguments(word: str, meaning: str) -> Callable[[argparse.ArgumentParser], None]:
    def add(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("request", metavar="REQUEST", help="such as production/exa/benefits-finder@3f2c1ab90d12")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who does it")
        parser.add_argument(f"--{word}", required=True, metavar="TEXT", help=meaning)
        _remote(parser)

    return add


def _hold(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_lever import hold_request

    return hold_request(space, arguments.request, arguments.by, arguments.reason)


def _resume(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_lever import resume_request

    return resume_request(space, arguments.request, arguments.by, arguments.note)


def _approve(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_lever import approve_request

    return approve_request(space, arguments.request, arguments.by, arguments.note)


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source", type=Path, metavar="FILE", help="the service_providers.yml; what lies beside it is read"
    )
    parser.add_argument("--into", type=Path, required=True, metavar="DIR", help="where apps/ and partners/ are written")
    parser.add_argument("--environment", default="sandbox", metavar="NAME", help="default: sandbox")
    parser.add_argument("--rails-environment", metavar="NAME", help="the top key to read (default: the only one)")


def _import(arguments: argparse.Namespace, _space: Workspace) -> Answer:
    from launchwindow.events.on_import import import_fleet_from

    return import_fleet_from(arguments.source, arguments.into, arguments.environment, arguments.rails_environment)


def _private_keys_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", metavar="FILE", help="files or folders; without one, all that git has")


def _private_keys(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_private_keys import private_keys

    return private_keys(space, arguments.files)


def _demo_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="work in this new folder and leave it for you to look at"
    )


def _demo(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.events.on_demo import demo

    # The story is told as it happens; a program's document has standard output for itself.
    return demo(space.directory, arguments.keep, sys.stderr if arguments.format == "json" else sys.stdout)


FURTHER_FORMATS = {"check": ("sarif", "junit", "github")}
"""Command -> what `--format` takes beside `text` and `json`: the renderings of its answer."""

COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None], Handler]] = {
    "check": ("Judge the app and partner files.", _check_arguments, _check),
    "explain": ("The rules, or one rule's page.", _explain_arguments, _explain),
    "plan": ("What a branch would change for the identity provider, and when.", _plan_arguments, _plan),
    "new": ("Begin an app: the process page's steps become its files.", _new_arguments, _new),
    "status": ("Open change requests, and what is deployed.", _status_arguments, _status),
    "windows": ("The next deploy windows, and why each is on its day.", _windows_arguments, _windows),
    "explain-date": ("Why an app's changes go when they go.", _explain_date_arguments, _explain_date),
    "adopt": ("Begin the ledger.", _adopt_arguments, _adopt),
    "request": ("Record what was merged as change requests.", _remote, _request),
    "release": ("Take the deploy window that is open now.", _release_arguments, _release),
    "confirm": ("Say that the identity provider runs what was handed over.", _confirm_arguments, _confirm),
    "hold": ("Keep a request from being released.", _lever_arguments("reason", "why, for the partner to read"), _hold),
    "resume": ("Let a held request go on.", _lever_arguments("note", "why, for the partner to read"), _resume),
    "approve": ("Review a merge late.", _lever_arguments("note", "what was reviewed"), _approve),
    "import": ("Turn a fleet of the identity provider into apps/ and partners/.", _import_arguments, _import),
    "private-keys": ("Search files of any repository for private keys.", _private_keys_arguments, _private_keys),
    "demo": ("One change's whole life, in a throw-away clone.", _demo_arguments, _demo),
}
