"""A SAML app's assertions are encrypted.

Why: the process page, "Before deployment": "If this is a SAML integration (not OpenID Connect), then please ensure
that: […] SAML Assertion Encryption is enabled. If you are using a service which does not support SAML encryption,
then please submit a technical support ticket through the Partner Support Help Desk for further guidance." An assertion
holds what is known about a person and travels through the browser; unencrypted, whatever runs there can read it. The
identity provider encrypts unless `block_encryption` is `none`; an absent one is `aes256-cbc`. Asked for in staging,
whose apps are configured "like the "production" configuration app" ("Staging environment"), and in production.

Bad:

    protocol: saml
    block_encryption: none

Good:

    protocol: saml
    block_encryption: aes256-cbc

Fix: remove the line, or write `aes256-cbc` or `aes256-gcm`. If your product can't decrypt assertions, submit a
technical support ticket, and put the waiver that it grants into the app's file:

    waivers: [{rule: saml-encryption, ticket: LG-12345, reason: The product can't decrypt., expires: 2027-06-30}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts


def _check(app: App, _facts: Facts) -> Iterator[Problem]:
    if app.protocol == "saml" and app.environment != "sandbox" and app.text("block_encryption") == "none":
        message = f"Assertions are not encrypted; {app.environment} asks that “SAML Assertion Encryption is enabled”."
        fix = (
            "Write aes256-cbc or aes256-gcm. If your product does not support SAML encryption, submit a technical "
            "support ticket through the Partner Support Help Desk and add the waiver that it grants under waivers."
        )
        yield Problem("/block_encryption", message, fix)


RULE = Rule("saml-encryption", "error", "SAML assertions are encrypted", app=_check)
