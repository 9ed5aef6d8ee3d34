"""A SAML app names where logout responses go.

Why: the process page, "Before deployment": "If this is a SAML integration (not OpenID Connect), then please ensure
that: Assertion Consumer Logout Service URL is defined." Without it the identity provider has nowhere to send its
answer, so every logout that the app starts fails. Asked for in staging, whose apps are configured "like the
"production" configuration app" ("Staging environment"), and in production.

Bad:

    protocol: saml
    acs_url: https://permits.exa.gov/saml/consume

Good:

    protocol: saml
    acs_url: https://permits.exa.gov/saml/consume
    assertion_consumer_logout_service_url: https://permits.exa.gov/saml/logout

Fix: add `assertion_consumer_logout_service_url`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts

_FIELD = "assertion_consumer_logout_service_url"


def _check(app: App, _facts: Facts) -> Iterator[Problem]:
    if app.protocol == "saml" and app.environment != "sandbox" and app.text(_FIELD) is None:
        path = f"/{_FIELD}" if _FIELD in app.data else "/protocol"
        message = "The app names no address for SAML logout responses, so every logout that it starts fails."
        fix = f"Write {_FIELD}: the address of your app that takes them, such as https://permits.exa.gov/saml/logout."
        yield Problem(path, message, fix)


RULE = Rule("saml-logout", "error", "SAML apps name a logout address", app=_check)
