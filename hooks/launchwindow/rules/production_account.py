"""Whoever asks for a launch has an account at secure.login.gov.

Why: the process page, "Before deployment", asks for "A user account in the Login.gov production environment", and says
"You will need a Login.gov production account to submit technical support tickets. Your Login.gov production account
and Login.gov sandbox (test environment) accounts are separate." It holds up no deploy, but without it nobody can ask
the help desk when something goes wrong. For production apps that are not deployed yet.

Bad:

    attestations: {production_account: false}

Good:

    attestations: {production_account: true}

Fix: create the account at https://secure.login.gov, then write
`attestations: {production_account: true}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    if app.environment != "production" or not app.data or facts.is_deployed(app):
        return
    said = app.mapping("attestations")
    if said.get("production_account") is not True:
        place = "/attestations/production_account" if "production_account" in said else "/attestations"
        message = "The app does not say that whoever asks for it has an account at secure.login.gov."
        fix = (
            "Create the account (the sandbox's is another one), then write `attestations: {production_account: true}`."
        )
        yield Problem(place if "attestations" in app.data else "", message, fix)


RULE = Rule("production-account", "note", "Whoever asks for a launch has a production account", app=_check)
