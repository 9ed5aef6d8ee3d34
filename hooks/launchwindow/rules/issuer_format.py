"""An issuer can be read, copied and compared: no white space, no letters that nobody sees, not overlong.

Why: the process page, "Production configuration process": "Enter the issuer, a unique string to identify the app in
the Identity Provider (IdP)." The app sends it with each request, and it is compared letter by letter. The dashboard
refuses white space; an invisible character, such as a zero-width space from a copied document, would pass there and
match nothing. Letters beyond ASCII are a warning, since they may look like others; SAML allows an entity id 1024
characters. A new app should use the form that Login.gov recommends (a note; a SAML app may use its product's
`https://` entity id). An issuer that is deployed is never an error: another one would be another provider. Line breaks
and control characters are left to `schema`.

Bad:

    issuer: benefits finder

Good:

    issuer: urn:gov:gsa:openidconnect.profiles:sp:sso:exa:benefits-finder

Fix: write the issuer in the recommended form, and configure the same one in your app.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.load.plain import CONTROL
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.addresses import is_placeholder
from launchwindow.rules.agreements import severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts

LONGEST = 1024
"""Characters; SAML 2.0 Core, 8.3.6, for an entity identifier."""

_OPENID_CONNECT = re.compile(r"urn:gov:gsa:openidconnect(?:\.profiles)?:sp:sso:[^:]+:.+")
_SAML = r"urn:gov:gsa:SAML:2\.0\.profiles:sp:sso:[^:]+:.+|https://.+"


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    issuer = app.issuer
    if issuer is None or is_placeholder(issuer) or CONTROL.search(issuer):
        return
    level = severity(app, facts)
    keep = level == "warning"
    plain = issuer.isprintable() and " " not in issuer
    unseen = [] if plain else [one for one in issuer if one == " " or not one.isprintable()]
    fix = "Keep it for now: a new issuer would be a new provider. Ask the help desk how to replace it."
    if unseen:
        message = f"The issuer holds {_name(unseen[0])}; it is one word without white space."
        yield Problem("/issuer", message, fix if keep else "Remove it, here and in your app.", severity=level)
    elif len(issuer) > LONGEST:
        message = f"The issuer has {len(issuer)} characters; more than {LONGEST} are too many."
        yield Problem("/issuer", message, fix if keep else f"Write one like {_recommended(app)}.", severity=level)
    elif keep:
        return
    elif not issuer.isascii():
        message = "The issuer holds letters beyond ASCII, which may look like others."
        yield Problem("/issuer", message, f"Write one like {_recommended(app)}.", severity="warning")
    elif app.protocol is not None and not re.fullmatch(_SAML if app.protocol == "saml" else _OPENID_CONNECT, issuer):
        message = f"Recommended is the form {_recommended(app)}."
        fix = "Choose before the first deploy: later a new issuer is a new provider."
        yield Problem("/issuer", message, fix, severity="note")


def _name(character: str) -> str:
    return "a space" if character == " " else f"an invisible character (U+{ord(character):04X})"


def _recommended(app: App) -> str:
    profile = "SAML:2.0.profiles" if app.protocol == "saml" else "openidconnect.profiles"
    return f"urn:gov:gsa:{profile}:sp:sso:AGENCY:APP"


RULE = Rule("issuer-format", "error", "Issuers hold no white space and nothing invisible", app=_check)
