"""An old certificate is removed only once its successor is deployed and its key in use.

Why: the process page, "Certificate Rotation Process", for "OIDC integrations or SAML integrations sending signed
requests": several certificates may be registered, so the new one is added first, the app changes to its key, and the
old one is removed last. A certificate that goes while its key is in use cuts every user of the app off, and mending
that takes another deploy. So a change that removes a certificate which is released has to keep one that the identity
provider is seen to run, and to say, in `release.key_in_use`, that the app uses that one's key: as of a day on or after
the last confirmation that changed the app's certificates, and not after today. This is the test that the schedule
makes again at the deploy window. Replacing a certificate that was never released removes nothing. It is asked of a
change (`check --since`, `check --staged`), for OpenID Connect with `private_key_jwt` and for SAML with
`requests_signed: true`, in environments with deploy windows. Where there is no ledger, the file as it was before
counts as released and confirmed.

Bad:

    certs: [certs/2027.crt]                     # was [certs/2026.crt]

Good:

    certs: [certs/2026.crt, certs/2027.crt]     # was [certs/2026.crt]

and, once that is confirmed and the app has changed to the new key:

    certs: [certs/2027.crt]
    release: {key_in_use: {certificate: certs/2027.crt, as_of: 2027-01-20}}

Fix: take the step that the finding names. A compromised key can't wait for that: a waiver with its ticket lets the
certificate go at once, and two reviewers release it with `launchwindow off-cycle`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.certificate_changes import NO_LEDGER, certificate_change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    change = certificate_change(app, facts)
    for one in change.refusals(app, facts) if change is not None else ():
        if change is not None and one.rule == "rotation-overlap":
            from launchwindow.rotation import of_file

            message = f"This change {of_file(one)}.{NO_LEDGER if change.assumed else ''}"
            yield Problem("/certs", message, one.step)
    word = change.rotation.key_in_use if change is not None else None
    if word is not None and word.said_on is None and word.as_of > facts.day(app):
        yield Problem(
            "/release/key_in_use/as_of",
            f"The key is said to be in use only from {word.as_of} on: nobody can know that in advance.",
            "Change to the key first, and say so then.",
        )


RULE = Rule("rotation-overlap", "error", "An old certificate goes only once its successor's key is in use", app=_check)
