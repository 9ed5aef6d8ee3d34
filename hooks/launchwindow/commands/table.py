"""Every command: its arguments, and the event that it stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.commands import (
    certificates,
    check,
    completion,
    deployers,
    levers,
    new_app,
    partners,
    plan,
    repository,
)
from launchwindow.commands.options import remote

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from launchwindow.events.answer import Answer
    from launchwindow.events.workspace import Workspace

    Handler = Callable[[argparse.Namespace, Workspace], Answer]

FURTHER_FORMATS = {"check": ("sarif", "junit", "github"), "plan": ("markdown",), "drift": ("markdown",)}
"""Command -> what `--format` takes beside `text` and `json`: the renderings of its answer."""

_WHY = "why, for the partner to read"

COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None], Handler]] = {
    "check": ("Judge the app and partner files.", check.check_arguments, check.check),
    "explain": ("The rules, or one rule's page.", partners.explain_arguments, partners.explain),
    "plan": ("What a branch would change for the identity provider, and when.", plan.plan_arguments, plan.plan),
    "cert": ("An app's certificates: list, add, remove.", certificates.cert_arguments, certificates.cert),
    "new": ("Begin an app: the process page's steps become its files.", new_app.new_arguments, new_app.new),
    "status": ("Open change requests, and what is deployed.", partners.status_arguments, partners.status),
    "windows": ("The next deploy windows, and why each is on its day.", partners.windows_arguments, partners.windows),
    "explain-date": ("Why an app's changes go when they go.", partners.explain_date_arguments, partners.explain_date),
    "adopt": ("Begin the ledger.", deployers.adopt_arguments, deployers.adopt),
    "request": ("Record what was merged as change requests.", remote, deployers.request),
    "release": ("Take the deploy window that is open now.", deployers.release_arguments, deployers.release),
    "confirm": (
        "Say that the identity provider runs what was handed over.",
        deployers.confirm_arguments,
        deployers.confirm,
    ),
    "drift": (
        "What the identity provider really has, against what the ledger says is deployed.",
        deployers.drift_arguments,
        deployers.drift,
    ),
    "hold": ("Keep a request from being released.", levers.lever_arguments("reason", _WHY), levers.hold),
    "resume": ("Let a held request go on.", levers.lever_arguments("note", _WHY), levers.resume),
    "approve": ("Review a merge late.", levers.lever_arguments("note", "what was reviewed"), levers.approve),
    "short-notice": ("Waive a request's own notice.", levers.lever_arguments("reason", _WHY), levers.short_notice),
    "off-cycle": ("Release one request now, outside of the windows.", levers.off_cycle_arguments, levers.off_cycle),
    "rollback": ("Prepare what an app ran before, and hold the rest.", levers.rollback_arguments, levers.rollback),
    "sync": (
        "Bring issues, milestones and deployments on GitHub in line with the ledger.",
        deployers.sync_arguments,
        deployers.sync,
    ),
    "board": ("Draw all of it as pages for a browser.", deployers.board_arguments, deployers.board),
    "doctor": (
        "What in the repository's settings and state would let a change go round the review.",
        repository.doctor_arguments,
        repository.doctor,
    ),
    "init": (
        "Begin a configuration repository, or bring one up to date.",
        repository.init_arguments,
        repository.init,
    ),
    "import": (
        "Turn a fleet of the identity provider, or what the partner dashboard gave out, into apps/ and partners/.",
        repository.import_fleet_arguments,
        repository.import_fleet,
    ),
    "export": (
        "Write the fleet as the identity provider's files, or as an extract of the partner dashboard.",
        repository.export_arguments,
        repository.export,
    ),
    "private-keys": (
        "Search files of any repository for private keys.",
        repository.private_keys_arguments,
        repository.private_keys,
    ),
    "completion": (
        "Print the script that lets a shell complete commands, options and apps.",
        completion.completion_arguments,
        completion.completion,
    ),
    "demo": ("One change's whole life, in a throw-away clone.", repository.demo_arguments, repository.demo),
}
