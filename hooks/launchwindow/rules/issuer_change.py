"""A new issuer is a new provider.

Why: the identity provider knows an app by its issuer alone; the process page, "Production configuration process",
step 8: "Enter the issuer, a unique string to identify the app in the Identity Provider (IdP)." A changed issuer
deactivates the old provider and adds a new one in the same release: the app must send the new client id (OpenID
Connect) or entity id (SAML) from that moment, and everybody who signs in before it does sees an error. A warning,
because it can be meant.

Bad:

    issuer: urn:gov:gsa:openidconnect.profiles:sp:sso:exa:benefits-finder-2    # the base has …:benefits-finder

Good:

    issuer: urn:gov:gsa:openidconnect.profiles:sp:sso:exa:benefits-finder

Fix: keep the issuer. If it must change, add the new one as a second app, move the app's users to it, then retire the
old one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.plain import shown
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.before import before

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    was = before(app, facts)
    if was is None or was.issuer is None or app.issuer is None or was.issuer == app.issuer:
        return
    yield Problem(
        "/issuer",
        f"The issuer was {shown(was.issuer)}: a new issuer is a new provider, and the old one is deactivated.",
        "Keep the issuer; or add the new one as an app of its own, and retire this one when nobody uses it any more.",
    )


RULE = Rule("issuer-change", "warning", "An issuer stays as it is", app=_check)
