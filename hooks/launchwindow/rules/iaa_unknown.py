"""The agreement that an app names is in its partner's file, and the partner has an agency id.

Why: the process page, "Confirm Interagency Agreement (IAA)": "You must have a signed IAA with Login.gov with your
integration explicitly listed in it in order to deploy to production." Login.gov records each agreement in
`partners/<partner>.yaml`; a number that is not there can't be checked or billed. An agency without an id has no
agreement yet, and the identity provider can't tell whose users are whose. An error for a new app, a warning for one
that is deployed.

Bad:

    iaa: LGEXAFY260001-0007-0000     # the partner's file has order 1 only

Good:

    iaa: LGEXAFY260001-0001-0000

Fix: write the number as the partner's file lists it. If the agreement is newer than that file, ask Login.gov to add
it, and merge that first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.plain import clean, nearest
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.agreements import INTERNAL, agreements, severity, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts
    from launchwindow.rules.agreements import Number, Standing

_MOST = 5
"""Existing numbers that a message lists."""


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    partner = facts.partner_of(app)
    # An app without a partner is a finding of `location`.
    if partner is None or not facts.needs_agreement(app) or app.text("iaa") == INTERNAL:
        return
    level = severity(app, facts)
    if partner.data.get("agency_id", 0) is None:
        message = f"The partner has no agency_id yet, so no app of the partner can go to {app.environment}."
        fix = f"Ask Login.gov for the agency's id, and have it merged into {clean(partner.path)} first."
        yield Problem("/iaa" if "iaa" in app.data else "", message, fix, severity=level)
    place = standing(app, facts)
    if place is not None and place.number is not None and place.mod is None:
        yield Problem("/iaa", *_words(place, place.number, app, facts), severity=level)


def _words(place: Standing, number: Number, app: App, facts: Facts) -> tuple[str, str]:
    """(what is unknown, what to do)."""
    where = f"partners/{clean(app.partner)}.yaml"
    newer = "If the agreement is new, ask Login.gov to add it to that file, and merge that first"
    if place.order is not None:
        known = _listed(f"{mod.number:04}" for mod in place.order.mods)
        message = f"Order {number.order:04} of {clean(number.gtc)} has no modification {number.mod:04} in {where}."
        return message, f"It has: {known}. {newer}."
    if place.gtc is not None:
        known = _listed(f"{order.number:04}" for order in place.gtc.orders)
        return f"The GTC {clean(number.gtc)} has no order {number.order:04} in {where}.", f"It has: {known}. {newer}."
    gtcs = [gtc.number for gtc in agreements(facts.partner_of(app))]
    near = nearest(number.gtc, gtcs[:1000])
    first = f"Did you mean {clean(near)}?" if near is not None else f"The file lists: {_listed(gtcs)}."
    return f"There is no agreement {clean(number.gtc)} in {where}.", f"{first} {newer}."


def _listed(words: Iterable[str]) -> str:
    known = list(words)
    text = ", ".join(clean(word) for word in known[:_MOST])
    return f"{text} and {len(known) - _MOST} more" if len(known) > _MOST else text or "none"


RULE = Rule("iaa-unknown", "error", "The agreement that an app names is in its partner's file", app=_check)
