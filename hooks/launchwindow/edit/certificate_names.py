"""Names for a certificate's file beside its app."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def file_names(pem: bytes) -> Iterator[str]:
    """Names for a certificate's file, the nicest first: the year of its expiry, and its serial number."""
    from warnings import catch_warnings, simplefilter

    from cryptography.x509 import load_pem_x509_certificate

    with catch_warnings():
        # Such as a serial number that is not positive: `certificate-serial` says so.
        simplefilter("ignore")
        certificate = load_pem_x509_certificate(pem)
    serial = f"{abs(certificate.serial_number):08x}"
    year = certificate.not_valid_after_utc.year
    yield f"certs/{year}-{serial[:8]}.crt"
    yield f"certs/{year}-{serial}.crt"
