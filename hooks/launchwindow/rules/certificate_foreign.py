"""The certificates are the partner's, not Login.gov's own.

Why: the process page, "Production configuration process", step 9: "Upload your logo and public certificate file". The
identity provider's own certificate, which the page tells partners to fetch for their side ("The production IdP
certificates can be found here"), is easily taken for it. With it the app's signatures are never verified, and answers
are encrypted for a key that the partner does not have. It is known by the host that its subject, issuer or alternative
names give: `login.gov`, `identitysandbox.gov`, or the identity provider's hosts beneath them. Other Login.gov hosts,
such as those of its own apps, are no matter here.

Bad:

    subject=C = US, O = GSA, OU = Login.gov, CN = int.identitysandbox.gov

Good:

    subject=C = US, O = Example Agency for Benefits, CN = Benefits Finder

Fix: put the certificate of the app's own key pair here; Login.gov's belongs into the app's settings.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.load.plain import shown
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.x509_facts import about, certificate_names, named_certificates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from launchwindow.model.app import Corpus
    from launchwindow.model.rule import Facts
    from launchwindow.rules.x509_facts import CertificateFacts

_DOMAINS = (b"login.gov", b"identitysandbox.gov")
_IDENTITY_PROVIDER = re.compile(
    r"(?:(?:\*|secure|idp|www|prod|staging|int|dev|pt|dm)\.)*(?:login|identitysandbox)\.gov"
)
"""The domains themselves, and the labels that the identity provider's hosts are made of."""
_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?([^/:?#]*)")


def _check(corpus: Corpus, facts: Facts) -> Iterator[tuple[str, Problem]]:
    ours = {_host(address) for address in facts.policy.endpoints.values()}
    domains = (*_DOMAINS, *(host.encode() for host in ours))
    for app, file, certificate in named_certificates(corpus):
        name = _login_gov(certificate, ours, domains)
        if name is not None:
            message = f"This is a certificate of Login.gov itself: it names {shown(name)}."
            fix = "Put the certificate of the app's own key pair here. Login.gov's goes into the app's settings."
            yield about(app, file, Problem("", message, fix))


def _login_gov(certificate: CertificateFacts, ours: Iterable[str], domains: Iterable[bytes]) -> str | None:
    """The name that gives the certificate away as the identity provider's, None when none does."""
    # Names are read only where their bytes, in whatever string type, hold a domain at all: that is much faster.
    bytes_in_lower_case = certificate.der.replace(b"\0", b"").lower()
    if not any(domain in bytes_in_lower_case for domain in domains):
        return None
    names = certificate_names(certificate.der).hosts
    return next((name for name in names if (host := _host(name)) in ours or _IDENTITY_PROVIDER.fullmatch(host)), None)


def _host(name: str) -> str:
    """The host of a name or an address in lower case."""
    found = _HOST.match(name.strip().lower())
    return found[1].rstrip(".") if found is not None else ""


RULE = Rule("certificate-foreign", "error", "Certificates are not Login.gov's own", fleet=_check)
