"""Attributes of a proofed identity are asked for only at `ial: 2`.

Why: the process page, "Production configuration process": "choose the level of service […] and select the correct
attribute bundle". The dashboard refuses attributes such as `first_name` or `ssn` at level 1, and the identity provider
sends them only of people whose identity it has proofed, which an app at level 1 can't ask for. No level counts as 1 to
the identity provider: the dashboard does not notice that, so it is a warning in the sandbox and for apps that are
deployed, and an error for new ones. `verified_at` may be named at level 1, but is not sent (a note).

Bad:

    ial: 1
    attribute_bundle: [email, first_name]

Good:

    ial: 2
    attribute_bundle: [email, first_name]

Fix: leave the attributes out; or, if the agreement covers identity proofing, write `ial: 2`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.finding import pointer
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.agreements import severity
from launchwindow.rules.attributes import PROOFED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.finding import Severity
    from launchwindow.model.rule import Facts

_FIELD = "attribute_bundle"


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    ial = app.data.get("ial")
    if app.number("ial") != 1 and ial is not None:
        # At 2 there is nothing to say; anything else is the schema's.
        return
    named = [(index, name) for index, name in app.texts(_FIELD) if name in PROOFED]
    if named:
        names = ", ".join(dict.fromkeys(name for _, name in named))
        there = "level 1" if ial == 1 else "no level, which counts as level 1"
        message = f"Only identity proofing knows {names}, but the app has {there}."
        fix = f"Leave {'it' if len(named) == 1 else 'them'} out; or write `ial: 2` if your agreement covers proofing."
        yield Problem(pointer(_FIELD, named[0][0]), message, fix, severity=_severity(app, facts))
    for index, name in app.texts(_FIELD):
        if name == "verified_at" and app.protocol == "saml":
            message = "Below level 2 verified_at is never sent: nobody's identity is verified there."
            yield Problem(pointer(_FIELD, index), message, "Leave it out, or write `ial: 2`.", severity="note")
            return


def _severity(app: App, facts: Facts) -> Severity:
    if app.number("ial") == 1:
        return "error"
    return "warning" if app.environment == "sandbox" else severity(app, facts)


RULE = Rule("attribute-level", "error", "Proofed attributes are asked for only at level 2", app=_check)
