"""Every certificate's key is RSA, and long enough.

Why: the process page, "Production configuration process", step 9, asks for a "public certificate file"; the page now
adds at least 2048 bits (`certificates.key_bits` in `policy.yaml`). The identity provider verifies RS256 and RSA-SHA256
and encrypts with RSA-OAEP. With a key of another kind it takes the certificate without a word, and then nobody can sign
in. What counts is the public key, not the algorithm that the certificate itself is signed with.

Bad:

    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 …

Good:

    openssl req -x509 -newkey rsa:2048 -days 730 …

Fix: make a new key pair, `rsa:2048` or longer, and put its certificate here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.x509_facts import RSA, about, named_certificates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import Corpus
    from launchwindow.model.rule import Facts
    from launchwindow.rules.x509_facts import CertificateFacts


def _check(corpus: Corpus, facts: Facts) -> Iterator[tuple[str, Problem]]:
    least = facts.policy.key_bits
    for app, file, certificate in named_certificates(corpus):
        message = _weakness(certificate, least)
        if message is not None:
            example = f"`openssl req -x509 -newkey rsa:{least} -days 730 …`"
            fix = f"Make a new key pair, RSA with at least {least} bits, and put its certificate here: {example}."
            yield about(app, file, Problem("", message, fix))


def _weakness(certificate: CertificateFacts, least: int) -> str | None:
    if certificate.key_kind != RSA:
        kind = f"is of the kind {certificate.key_kind}" if certificate.key_kind else "can't be read"
        return f"The certificate's key {kind}; the identity provider can use RSA alone."
    if certificate.key_bits is None or certificate.key_bits < least:
        return f"The certificate's RSA key has {certificate.key_bits} bits; at least {least} are asked for."
    return None


RULE = Rule("certificate-strength", "error", "Keys are RSA and long enough", fleet=_check)
