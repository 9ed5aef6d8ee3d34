"""What a certificate says about itself, read once for all rules; and which certificates apps name. No rule itself."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from launchwindow.model.app import once_in_turn
from launchwindow.model.named import NamedTuple
from launchwindow.rules.pem import trouble_with
from launchwindow.rules.plain_certificates import plain_certificate
from launchwindow.rules.sound_certificates import Sound, der_in, kept, sound, sound_der

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cryptography.x509 import Certificate, Name

    from launchwindow.model.app import App, Corpus, NamedFile
    from launchwindow.model.rule import Problem

RSA = "RSA"
"""The one kind of key that the identity provider can use (OpenID Connect RS256; SAML RSA-SHA256 and RSA-OAEP)."""

_RSA_PSS_OID = "1.2.840.113549.1.1.10"


class CertificateFacts(NamedTuple):
    """One X.509 certificate. Times are UTC, and the last second is included, as RFC 5280 has it."""

    key_kind: str
    """`RSA`, `RSA-PSS`, `EC`, `DSA`, `Ed25519` …; empty when it is none that can be read."""
    key_bits: int | None
    """Size of the key; None where its kind has none."""
    key_id: str
    """SHA-256 of the public key: two certificates with the same one are of the same key pair."""
    serial: int
    not_before: datetime
    not_after: datetime
    der: bytes


class CertificateNames(NamedTuple):
    """Whose certificate it is, and by whom. All of it is hostile text."""

    subject: str
    """RFC 4514; empty when it can't be read."""
    issuer: str
    hosts: tuple[str, ...]
    """Common names of subject and issuer, and the subject's DNS names."""


@lru_cache(maxsize=1024)
def certificate_facts(data: bytes) -> CertificateFacts | None:
    """Facts of the (first) PEM certificate in a file's bytes; None when there is none: `certificate-form` says so."""
    plain = plain_certificate(data)
    if plain is not None:
        return CertificateFacts(RSA, *plain)
    known = sound(data)
    if known is not None:
        return _remembered(known, der_in(data))
    from warnings import catch_warnings, simplefilter

    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.x509 import InvalidVersion, load_pem_x509_certificate

    with catch_warnings():
        # Such as a serial number that is not positive: `certificate-serial` says so.
        simplefilter("ignore")
        try:
            return _facts(load_pem_x509_certificate(data))
        except (ValueError, TypeError, OverflowError, InvalidVersion, UnsupportedAlgorithm):
            return None


def certificate_names(der: bytes) -> CertificateNames:
    """The names in a certificate, apart from its other facts because reading them takes longer than those."""
    if der not in _names:
        if len(_names) >= _MOST_NAMES:
            _names.clear()
        _names[der] = _read_names(der)
    return _names[der]


_names: dict[bytes, CertificateNames] = {}
_MOST_NAMES = 1024


def _read_names(der: bytes) -> CertificateNames:
    known = sound_der(der)
    if known is not None:
        return CertificateNames(known.subject, known.issuer, known.hosts)
    from warnings import catch_warnings, simplefilter

    from cryptography.x509 import load_der_x509_certificate

    with catch_warnings():
        simplefilter("ignore")
        certificate = load_der_x509_certificate(der)
        subject, issuer = _name(certificate, "subject"), _name(certificate, "issuer")
        written = ["" if name is None else name.rfc4514_string() for name in (subject, issuer)]
        return CertificateNames(written[0], written[1], tuple(_hosts(certificate, subject, issuer)))


def _remembered(known: Sound, der: bytes) -> CertificateFacts:
    from datetime import datetime

    times = (datetime.fromisoformat(known.not_before), datetime.fromisoformat(known.not_after))
    return CertificateFacts(known.key_kind, known.key_bits, known.key_id, known.serial, *times, der)


def to_keep(data: bytes) -> list[Any] | None:
    """What to remember of a certificate's file, as JSON has it; None for one that is not faultless in its form.

    None, too, where it is read as fast without: of a plain one of whose names nobody asked.
    """
    plain = plain_certificate(data)
    if plain is not None and plain.der not in _names:
        return None
    facts = certificate_facts(data)
    if facts is None or trouble_with(data) is not None or der_in(data) != facts.der:
        return None
    names = certificate_names(facts.der)
    one = Sound(
        sha256(data).hexdigest(), facts.key_kind, facts.key_bits, facts.key_id, facts.serial,
        facts.not_before.isoformat(), facts.not_after.isoformat(), *names,
    )  # fmt: skip
    return kept(one, facts.der)


@once_in_turn
def named_certificates(corpus: Corpus) -> tuple[tuple[App, NamedFile, CertificateFacts], ...]:
    """Each certificate file that apps name and that can be read: once, however many environments name it."""
    return tuple(_named_certificates(corpus))


def _named_certificates(corpus: Corpus) -> Iterator[tuple[App, NamedFile, CertificateFacts]]:
    seen = set()
    for app in corpus.apps:
        for _, name in app.texts("certs"):
            file = app.files.get(name)
            if file is None or file.data is None or file.path in seen:
                continue
            seen.add(file.path)
            facts = certificate_facts(file.data)
            if facts is not None:
                yield app, file, facts


def about(app: App, file: NamedFile, problem: Problem) -> tuple[str, Problem]:
    """The problem as one of the certificate's file, under the waivers of the first app that names it."""
    return app.path, problem._replace(file=file.path)


def _facts(certificate: Certificate) -> CertificateFacts:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    der = certificate.public_bytes(Encoding.DER)
    try:
        key = certificate.public_key()
        kind = {"EllipticCurve": "EC"}.get(name := type(key).__name__.removesuffix("PublicKey"), name)
        if kind == RSA and certificate.public_key_algorithm_oid.dotted_string == _RSA_PSS_OID:
            # The key is bound to PSS signatures, which the identity provider's RS256 is none of.
            kind = "RSA-PSS"
        bits = getattr(key, "key_size", None)
        public = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, UnsupportedAlgorithm):
        # Such a key is the same only in the same certificate.
        kind, bits, public = "", None, der
    return CertificateFacts(
        kind, bits if isinstance(bits, int) else None, sha256(public).hexdigest(), certificate.serial_number,
        certificate.not_valid_before_utc, certificate.not_valid_after_utc, der,
    )  # fmt: skip


def _name(certificate: Certificate, field: str) -> Name | None:
    try:
        name: Name = getattr(certificate, field)
    except (ValueError, TypeError):
        # A TypeError: a part of it is a string of bits.
        return None
    return name


def _hosts(certificate: Certificate, *names: Name | None) -> Iterator[str]:
    from cryptography.x509 import (
        DNSName,
        DuplicateExtension,
        ExtensionNotFound,
        SubjectAlternativeName,
        UnsupportedGeneralNameType,
    )
    from cryptography.x509.oid import NameOID

    for name in names:
        if name is not None:
            yield from (str(one.value) for one in name.get_attributes_for_oid(NameOID.COMMON_NAME))
    try:
        alternative = certificate.extensions.get_extension_for_class(SubjectAlternativeName)
    except (ValueError, TypeError, ExtensionNotFound, DuplicateExtension, UnsupportedGeneralNameType):
        # Extensions that can't be read are ValueErrors of several kinds, but for these three.
        return
    yield from alternative.value.get_values_for_type(DNSName)
