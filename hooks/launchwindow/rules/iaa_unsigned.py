"""The agreement that an app names is signed.

Why: the process page, "Before deployment", asks for a "Signed Interagency Agreement (IAA) listing this integration",
and "Request deployment" adds: "Do not request deployment if you are not certain that your application is listed in a
signed IAA." An order's modification counts from the day of its last signature. An error for a new app, a warning for
one that is deployed.

Bad:

    iaa: LGEXAFY260001-0001-0001     # the partner's file has no `signed` for modification 1

Good:

    iaa: LGEXAFY260001-0001-0000

Fix: wait for the signature and for Login.gov to record its date in the partner's file, or name a modification that is
signed and lists the app.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.plain import clean
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.agreements import severity, standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    place = standing(app, facts)
    if place is None or place.order is None or place.mod is None or place.decides is not None:
        return
    order, mod = place.order, place.mod
    what = f"Modification {mod.number:04} of order {order.number:04} of {clean(order.gtc)}"
    if mod.signed is None:
        message = f"{what} is not signed yet."
    else:
        message = f"{what} has {mod.signed} as the day of its signature, which is still to come."
    latest = order.latest_signed(facts.day(app))
    if latest is not None and app.text("app_name") in latest.integrations:
        fix = f"The app is listed in a signed modification: write {clean(order.iaa(latest))}."
    else:
        fix = (
            "When the last party has signed, ask Login.gov to write the day into "
            f"partners/{clean(app.partner)}.yaml, and merge that first."
        )
    yield Problem("/iaa", message, fix, severity=severity(app, facts))


RULE = Rule("iaa-unsigned", "error", "The agreement that an app names is signed", app=_check)
