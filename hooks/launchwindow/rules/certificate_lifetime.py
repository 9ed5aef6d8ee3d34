"""A certificate is valid for one to three years.

Why: the page "Production deployment" as it is now asks for a validity of 1 to 3 years, after NIST SP 800-57, Part 1:
a key that is never changed is in more and more hands, and one that is changed too often is changed in haste. The
numbers are `certificates.lifetime_days` in `policy.yaml`: what counts is the whole validity, not what is left of it.
The identity provider itself does not look at it, so this is a warning.

Bad:

    openssl req -x509 -newkey rsa:2048 -days 3650 …

Good:

    openssl req -x509 -newkey rsa:2048 -days 730 …

Fix: issue the certificate anew, for at least the fewest and at most the most days that the message gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.x509_facts import about, named_certificates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import Corpus
    from launchwindow.model.rule import Facts
    from launchwindow.rules.x509_facts import CertificateFacts

_DAY = 24 * 60 * 60


def _check(corpus: Corpus, facts: Facts) -> Iterator[tuple[str, Problem]]:
    least, most = facts.policy.lifetime_days
    for app, file, certificate in named_certificates(corpus):
        message = _oddity(certificate, least, most)
        if message is not None:
            fix = f"Issue it anew for {least} to {most} days, such as by `openssl x509 … -days {(least + most) // 2}`."
            yield about(app, file, Problem("", message, fix))


def _oddity(certificate: CertificateFacts, least: int, most: int) -> str | None:
    validity = certificate.not_after - certificate.not_before
    seconds = validity.days * _DAY + validity.seconds
    if seconds < 0:
        return "The certificate's validity ends before it begins."
    # Tools end it on the same second or one before, and the last second belongs to it: both are a whole number of days.
    if least * _DAY <= seconds + 1 and seconds <= most * _DAY:
        return None
    asked = f"{least} to {most} (1 to 3 years)" if (least, most) == (365, 1096) else f"{least} to {most}"
    return f"The certificate is valid for {(seconds + 1) // _DAY} days; {asked} are asked for."


RULE = Rule("certificate-lifetime", "warning", "Certificates are valid for one to three years", fleet=_check)
