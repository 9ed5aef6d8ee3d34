"""Staging and production apps have a logo.

Why: the process page, "Before deployment": "You must include an agency logo for your application." People see it
while they sign in, and know by it where they are going; without one the identity provider shows a generic image.
Staging apps are configured "like the "production" configuration app" ("Staging environment"). In sandbox it may wait.

Bad:

    friendly_name: Benefits Finder

Good:

    friendly_name: Benefits Finder
    logo: logo.svg

Fix: put the logo (SVG or PNG) beside the app's file and name it under `logo`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.addresses import left_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    if not app.data and left_to("schema", app, facts):
        # A file without any field has a more telling finding.
        return
    if app.environment != "sandbox" and app.text("logo") is None:
        message = "The app has no logo: “You must include an agency logo for your application.”"
        fix = f"Put the logo, as SVG or PNG, into {app.folder}/ and name it: `logo: logo.svg`."
        yield Problem("/logo", message, fix)


RULE = Rule("logo-required", "error", "Staging and production apps have a logo", app=_check)
