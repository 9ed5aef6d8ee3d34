"""Staging and production apps name their agreement as GTC-Order-Mod.

Why: the process page, "Confirm Interagency Agreement (IAA)": "You will need to provide the IAA number this application
will be billed under. The IAA number format will include GTC-Order-Mod (e.g. LGABCFY210001-0001-0000), where GTC stands
for General Terms & Conditions." A GTC is `LG`, the letters of the agency, often `FY`, and six digits; an older one of
another form is right when the partner's file lists it. `LGINTERNAL` alone is for Login.gov's own apps. An error for a
new app, a warning for one that is deployed; the sandbox needs no agreement.

Bad:

    iaa: LGEXAFY260001

Good:

    iaa: LGEXAFY260001-0001-0000

Fix: copy the number from the signed forms 7600A (GTC) and 7600B (order), with four digits each for the order and its
modification.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.load.plain import shown
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.agreements import INTERNAL, agreements, severity, standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts

_LOOSE = r"(LG[A-Z]{2,}[0-9]{6})[-\s_/.]*([0-9]{1,4})[-\s_/.]+([0-9]{1,4})"
_FORM = "GTC-Order-Mod, such as LGEXAFY260001-0001-0000"


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    if not facts.needs_agreement(app):
        return
    level = severity(app, facts)
    if "iaa" not in app.data:
        message = f"There is no iaa; in {app.environment} every app names its agreement."
        fix = f"Add `iaa:` with the number that the app is billed under: {_FORM}."
        # An empty file has one finding, the schema's.
        if app.data:
            yield Problem("", message, fix, severity=level)
        return
    place = standing(app, facts)
    if place is not None and place.number is None:
        yield Problem("/iaa", f"{shown(place.text)} is no IAA number.", _fix(place.text, app, facts), severity=level)


def _fix(text: str, app: App, facts: Facts) -> str:
    plain = text.strip().upper()
    if plain.startswith(INTERNAL):
        return f"Write {INTERNAL} alone and exactly so; it is for Login.gov's own apps."
    loose = re.fullmatch(_LOOSE, plain)
    if loose is not None:
        return f"Write it as {loose[1]}-{int(loose[2]):04}-{int(loose[3]):04}."
    orders = [order for gtc in agreements(facts.partner_of(app)) if gtc.number == plain for order in gtc.orders]
    if orders and orders[0].mods:
        return f"Add the order and its modification, four digits each: {orders[0].iaa(orders[0].mods[0])}."
    return f"Write it as {_FORM}: four digits each for the order and its modification."


RULE = Rule("iaa-format", "error", "Apps name their agreement as GTC-Order-Mod", app=_check)
