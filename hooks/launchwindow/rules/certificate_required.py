"""An app that the identity provider must recognise by its key, or encrypts for, names a certificate.

Why: the process page, "Production configuration process", step 9: "Upload your logo and public certificate file […].
Note: the public certificate file may not be required if you are using the OIDC PKCE flow." In every environment the
identity provider needs one

- for `openid_connect_private_key_jwt`: the app proves itself by a signature that no other key than a registered one
  verifies, so nobody could sign in;
- for SAML with encryption (unless `block_encryption` is `none`): there would be no key to encrypt with, and people
  would see an error page;
- for SAML with `requests_signed: true`: no signature could be verified.

Not for PKCE, nor where an imported app has `pkce: null`, which lets it use either method.

Bad:

    protocol: openid_connect_private_key_jwt
    certs: []

Good:

    protocol: openid_connect_private_key_jwt
    certs: [certs/2026.crt]

Fix: put the public certificate, in PEM form, beneath the app's `certs/` and name it under `certs`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.addresses import left_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    reason = _reason(app)
    if reason is None or any(True for _ in app.texts("certs")):
        return
    if isinstance(app.data.get("certs"), (str, dict)) and left_to("schema", app, facts):
        # One name that is no list: what is wrong is the form alone.
        return
    path = "/certs" if "certs" in app.data else "/protocol"
    fix = (
        f"Put the app's public certificate, in PEM form, into {app.folder}/certs/ and name it: "
        "`certs: [certs/2026.crt]`. Never its private key."
    )
    yield Problem(path, f"The app names no certificate: {reason}.", fix)


def _reason(app: App) -> str | None:
    """What can't work without a certificate, None when all can."""
    either_method = "pkce" in app.data and app.data["pkce"] is None
    if app.protocol == "openid_connect_private_key_jwt" and not either_method:
        return "without one its signed token can't be verified, and nobody can sign in"
    if app.protocol != "saml":
        return None
    if app.data.get("block_encryption") != "none":
        return "without one its SAML assertions can't be encrypted, and people see an error page"
    if app.data.get("requests_signed") is True:
        return "without one its signed requests can't be verified"
    return None


RULE = Rule("certificate-required", "error", "Apps that sign or decrypt name a certificate", app=_check)
