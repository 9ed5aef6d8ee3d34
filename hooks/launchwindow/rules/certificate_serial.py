"""A certificate's serial number is positive and long.

Why: the page "Production deployment" as it is now asks for a "Positive serial number at least 16 characters in length":
two certificates of one issuer must never share a number, and long random ones do not. The page does not say in which
base the characters are counted: `certificates.serial_digits` in `policy.yaml` does, shipped as hexadecimal, as
`openssl x509 -serial` shows it. The identity provider itself does not look at it, so this is a warning.

Bad:

    openssl req -x509 -set_serial 1 …

Good:

    openssl req -x509 -set_serial 0x$(openssl rand -hex 16) …

Fix: issue the certificate anew with a random serial number; without `-set_serial`, current tools choose one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.x509_facts import about, named_certificates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import Corpus
    from launchwindow.model.rule import Facts

_BASES = {10: "decimal", 16: "hexadecimal"}
_FIX = (
    "Issue the certificate anew with a random serial number of 16 bytes, such as by "
    "`openssl x509 … -set_serial 0x$(openssl rand -hex 16)`."
)


def _check(corpus: Corpus, facts: Facts) -> Iterator[tuple[str, Problem]]:
    fewest, base = facts.policy.serial_digits
    for app, file, certificate in named_certificates(corpus):
        message = _oddity(certificate.serial, fewest, base)
        if message is not None:
            yield about(app, file, Problem("", message, _FIX))


def _oddity(serial: int, fewest: int, base: int) -> str | None:
    if serial <= 0:
        return "The certificate's serial number is not positive."
    if serial >= base ** (fewest - 1):
        return None
    digits = next(count for count in range(1, fewest) if serial < base**count)
    in_base = _BASES.get(base, f"base {base}")
    counted = f"{digits} {in_base} digit{'' if digits == 1 else 's'}"
    return f"The certificate's serial number has {counted}; at least {fewest} are asked for."


RULE = Rule("certificate-serial", "warning", "Serial numbers are positive and long", fleet=_check)
