"""An attribute bundle names attributes that there are, each once; a SAML app with identity proofing has one.

Why: the process page, "Production configuration process": "select the correct attribute bundle". The dashboard refuses
a name that it does not know, and a SAML app at level 2 without any; the identity provider passes over an unknown name
in silence, so the app waits for an attribute that never comes. `middle_name`, `locale`, `ascii` and `x509_issuer` are
accepted: the dashboard offers them no more, but the identity provider knows them. A name that stands twice changes
nothing (a warning). Apps that speak OpenID Connect get what the scope of their request asks for; the identity provider
does not look at their bundle (a note).

Bad:

    protocol: saml
    attribute_bundle: [email, firstname]

Good:

    protocol: saml
    attribute_bundle: [email, first_name]

Fix: write the names as they stand here: email, all_emails, verified_at, x509_subject, x509_presented; with `ial: 2`
also first_name, last_name, dob, ssn, address1, address2, city, state, zipcode, phone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.plain import nearest, shown
from launchwindow.model.finding import pointer
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.addresses import is_placeholder
from launchwindow.rules.attributes import KNOWN, PROOFED, SIGN_IN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts

_FIELD = "attribute_bundle"
_CLAIMS = {
    "given_name": "first_name", "family_name": "last_name", "surname": "last_name", "birthdate": "dob",
    "date_of_birth": "dob", "social_security_number": "ssn", "postal_code": "zipcode", "region": "state",
    "locality": "city",
}  # fmt: skip
"""What OpenID Connect and other products call them -> the name here."""


def _check(app: App, _facts: Facts) -> Iterator[Problem]:
    if app.protocol == "saml" and app.number("ial") == 2 and _is_blank(app.data.get(_FIELD)):
        message = "A SAML app with identity proofing names the attributes that it is sent; there are none."
        fix = "List those that the app needs, for example `attribute_bundle: [email, first_name, last_name]`."
        yield Problem(pointer(_FIELD) if _FIELD in app.data else "/ial", message, fix)
    seen = set()
    for index, name in app.texts(_FIELD):
        if name in seen:
            fix = "Remove it here; once is enough."
            yield Problem(pointer(_FIELD, index), f"{shown(name)} stands here already.", fix, severity="warning")
        elif name not in KNOWN and not is_placeholder(name):
            yield Problem(pointer(_FIELD, index), f"There is no attribute {shown(name)}.", _fix(name))
        seen.add(name)
    if seen and app.protocol is not None and app.protocol != "saml":
        message = "The identity provider does not look at this list: with OpenID Connect the request's scope decides."
        fix = "Ask for what the app needs in the scope of its requests; this list may go."
        yield Problem(pointer(_FIELD), message, fix, severity="note")


def _is_blank(value: object) -> bool:
    """Whether it names nothing: the dashboard drops empty texts. What is no list is left to the schema."""
    return value is None or (isinstance(value, list) and all(item == "" for item in value))


def _fix(name: str) -> str:
    near = _CLAIMS.get(name.lower()) or nearest(name, KNOWN)
    if near is not None:
        return f"Did you mean “{near}”?"
    return f"Remove it; the attributes are {', '.join((*SIGN_IN, *PROOFED))}."


RULE = Rule("attribute-bundle", "error", "Attribute bundles name attributes that there are", app=_check)
