"""The level of service of a deployed app does not change by the way.

Why: the process page, "Production configuration process", step 7: "Choose the level of service and default
Authentication Assurance Level (AAL)". Agreement, billing and the attributes that an app may see hang on the level of
service, so the partner dashboard lets no partner change `ial` in production: there it is an error, for a ticket to
waive. In staging, and for a lower `default_aal` anywhere but in sandbox, it is a warning: people who sign in are asked
for less than before.

Bad:

    ial: 2    # the base has ial: 1

Good:

    ial: 1

Fix: agree the new level with Login.gov first, and name the ticket in a waiver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.before import before

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    was = before(app, facts)
    if was is None or app.environment == "sandbox":
        return
    # Absent is 1: the identity provider takes it so.
    ial_was, ial = was.number("ial") or 1, app.number("ial") or 1
    if ial_was != ial:
        yield Problem(
            "/ial" if "ial" in app.data else "",
            f"The level of service (ial) was {ial_was} and would be {ial}: agreement and billing hang on it.",
            "Agree the new level with Login.gov, and name the ticket in `waivers`.",
            severity="error" if app.environment == "production" else "warning",
        )
    aal_was, aal = was.number("default_aal") or 1, app.number("default_aal") or 1
    if aal < aal_was:
        yield Problem(
            "/default_aal" if "default_aal" in app.data else "",
            f"The default AAL was {aal_was} and would be {aal}: people who sign in are asked for less than before.",
            f"Keep `default_aal: {aal_was}`, or say in the pull request why less is enough.",
            severity="warning",
        )


RULE = Rule("assurance-change", "error", "A deployed app's assurance levels change only on purpose", app=_check)
