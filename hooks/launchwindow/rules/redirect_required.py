"""An OpenID Connect app lists at least one redirect URI.

Why: the identity provider sends people back only to an address on the list, so with an empty one every sign-in ends in
an error. The process page, "Production configuration process", step 10: "Enter the push notification URL and redirect
URIs, if applicable." They are not for SAML, whose answers go to `acs_url`. An error in staging and production. In
sandbox, where a new app may not have its address yet and the identity provider takes it so, a warning.

Bad:

    protocol: openid_connect_pkce
    redirect_uris: []

Good:

    protocol: openid_connect_pkce
    redirect_uris: [https://benefits.exa.gov/auth/result]

Fix: list each address that your app asks to be sent back to, after signing in and after signing out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts

_FIELD = "redirect_uris"


def _check(app: App, _facts: Facts) -> Iterator[Problem]:
    if app.protocol in (None, "saml") or app.data.get(_FIELD, []) != []:
        # A value of another shape is told by the schema.
        return
    path = f"/{_FIELD}" if _FIELD in app.data else "/protocol"
    message = "The app lists no redirect URI, so nobody can sign in."
    fix = f"Write {_FIELD}: each address that people may be sent back to, such as https://benefits.exa.gov/auth/result."
    yield Problem(path, message, fix, severity="warning" if app.environment == "sandbox" else "error")


RULE = Rule("redirect-required", "error", "OpenID Connect apps list a redirect URI", app=_check)
