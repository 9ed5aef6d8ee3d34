"""The agreement that an app names lists the app by its `app_name`.

Why: the process page, "Confirm Interagency Agreement (IAA)": "You must have a signed IAA with Login.gov with your
integration explicitly listed in it in order to deploy to production", and the process to get one "can take up to 6
weeks to complete". The latest signed modification of the order decides, whichever of them `iaa` names. A name that
only differs from a listed one in case, spaces or an environment's name is a finding of `app-name` instead. An error
for a new app, a warning for one that is deployed.

Bad:

    app_name: Benefits Portal        # the order lists Benefits Finder only
    iaa: LGEXAFY260001-0001-0000

Good:

    app_name: Benefits Finder
    iaa: LGEXAFY260001-0001-0000

Fix: write the name as the agreement has it, or name the order that lists it. If none does, begin a modification of
the order now: a new IAA can take 6 weeks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.plain import clean, shown
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.addresses import is_placeholder
from launchwindow.rules.agreements import agreements, severity, standing
from launchwindow.rules.app_name import meant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts
    from launchwindow.rules.agreements import Mod, Order


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    place, name = standing(app, facts), app.text("app_name")
    if place is None or place.order is None or place.decides is None or name is None or is_placeholder(name):
        return
    listed = place.decides.integrations
    # What `app-name` finds and how to mend it would only be said twice.
    if name in listed or meant(name, listed) is not None:
        return
    message = (
        f"{shown(name)} is not listed on main in {clean(place.order.iaa(place.decides))}, "
        "the order's latest signed modification; a new IAA can take 6 weeks."
    )
    yield Problem("/app_name", message, _fix(place.order, place.decides, name, app, facts),
                  severity=severity(app, facts))  # fmt: skip


def _fix(order: Order, decides: Mod, name: str, app: App, facts: Facts) -> str:
    """The nearest way out: another order, a signature that is missing, or the listing itself."""
    today = facts.day(app)
    for other in (one for gtc in agreements(facts.partner_of(app)) for one in gtc.orders):
        latest = other.latest_signed(today)
        if latest is not None and name in latest.integrations:
            return f"Another order lists it: write {clean(other.iaa(latest))} as iaa."
    later = next((mod for mod in order.mods if mod.number > decides.number and name in mod.integrations), None)
    if later is not None:
        return f"Modification {later.number:04} lists it and is not signed yet: have it signed and recorded first."
    known = ", ".join(clean(one) for one in decides.integrations[:5]) or "no app"
    return f"It lists {known}. If this pull request adds the listing, merge that first."


RULE = Rule("iaa-unlisted", "error", "The agreement that an app names lists the app", app=_check)
