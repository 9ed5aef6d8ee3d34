"""A certificate that has expired, or soon will, is known.

Why: the process page, "Certificate Rotation Process": "Login.gov takes no action based on the expiration date of the
certificate, and integrations with expired certificates continue to function." So nothing stops on that day and nothing
is blocked; but the app's own libraries may refuse an expired certificate, and the page says, too, that "it can take up
to 2 weeks for the new certificate to be available in production". The warning comes `certificates.warn_days` before.

Bad:

    certs: [certs/2024.crt]                     # expires next month

Good:

    certs: [certs/2024.crt, certs/2027.crt]     # the new one is there before the old one ends

Fix: begin the rotation: add a new certificate beside this one, and remove this one once the new key is in use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.x509_facts import about, named_certificates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from launchwindow.model.app import Corpus
    from launchwindow.model.rule import Facts

_STILL_WORKS = "The identity provider goes on accepting it, so nothing stops"


def _check(corpus: Corpus, facts: Facts) -> Iterator[tuple[str, Problem]]:
    for app, file, certificate in named_certificates(corpus):
        last_day = certificate.not_after.date()
        message = _message(last_day, facts.today, facts.policy.warn_days)
        if message is not None:
            yield about(app, file, Problem("", message, _advice()))


def _message(last_day: date, today: date, warn_days: int) -> str | None:
    """What to say about a certificate that is valid through `last_day`; None when nothing is due yet."""
    left = (last_day - today).days
    if left < 0:
        return f"The certificate expired on {last_day}. {_STILL_WORKS}."
    if left <= warn_days:
        return f"The certificate expires on {last_day}. {_STILL_WORKS} on that day."
    return None


def _advice() -> str:
    """What to do now. By which day it must be done takes the calendar, and has its place here."""
    return (
        "Begin its rotation: add a new certificate beside this one, use its key once it is deployed, and only then "
        "remove this one."
    )


RULE = Rule("certificate-expiry", "warning", "Certificates are rotated before they expire", fleet=_check)
