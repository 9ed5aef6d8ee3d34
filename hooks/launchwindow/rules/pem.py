"""What stands in a certificate's file, judged by its bytes alone. Shared by certificate rules; no rule itself."""

from __future__ import annotations

import re
from base64 import b64decode
from functools import lru_cache

from launchwindow.model.named import NamedTuple
from launchwindow.rules.key_material import LEAKED, is_private_der, private_key
from launchwindow.rules.sound_certificates import is_sound

MAX_BYTES = 64 * 1024
"""A certificate has one to three KiB; what is far beyond that is none."""

_BEGIN, _END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"
_LABEL = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----")
_BODY_LINE = rb"[A-Za-z0-9+/]+={0,2}"

_EXPORT = "Export the public certificate alone as PEM: text from BEGIN CERTIFICATE to END CERTIFICATE."
_CONVERT = "Convert it: openssl x509 -in OLD -out NEW.crt"
_OTHER_KINDS = {
    b"CERTIFICATE REQUEST": "a request for a certificate (CSR), not the certificate",
    b"NEW CERTIFICATE REQUEST": "a request for a certificate (CSR), not the certificate",
    b"PUBLIC KEY": "a bare public key, not a certificate",
    b"RSA PUBLIC KEY": "a bare public key, not a certificate",
    b"PKCS7": "a PKCS#7 bundle, not a single certificate",
    b"CMS": "a PKCS#7 bundle, not a single certificate",
    b"TRUSTED CERTIFICATE": "a certificate in OpenSSL's own TRUSTED form",
    b"X509 CERTIFICATE": "a certificate under an outdated heading",
    b"X509 CRL": "a revocation list, not a certificate",
}


class Trouble(NamedTuple):
    """Why bytes are not exactly one PEM certificate; `line` counts from 1. No text of the file is in it."""

    line: int
    message: str
    fix: str


@lru_cache(maxsize=1024)
def trouble_with(data: bytes) -> Trouble | None:
    """The weightiest thing that is wrong with a certificate's file, None when it is one PEM certificate."""
    if is_sound(data):
        return None
    return (
        _private_key(data)
        or _no_text(data)
        or _wrong_blocks(data)
        or _wrong_shape(data)
        or _wrong_content(data)
    )  # fmt: skip


def holds_private_key(data: bytes) -> bool:
    """Whether the bytes hold a private key, in any form that `key_material` knows."""
    return private_key(data) is not None


def _private_key(data: bytes) -> Trouble | None:
    found = private_key(data)
    return Trouble(found.line, found.message, LEAKED) if found is not None else None


def _no_text(data: bytes) -> Trouble | None:
    if not data.strip():
        return Trouble(1, "The file is empty.", _EXPORT)
    if len(data) > MAX_BYTES:
        return Trouble(1, f"The file has {len(data) // 1024} KiB; no certificate is that large.", _EXPORT)
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return Trouble(1, "The file begins with a byte order mark.", "Save it as plain ASCII text without one.")
    if data[:1] == b"\x30" and _is_certificate_der(data):
        fix = _CONVERT.replace("x509", "x509 -inform der")
        return Trouble(1, "The certificate is in binary form (DER); it must be PEM text.", fix)
    if b"\0" in data or not data.isascii():
        place = next(index for index, byte in enumerate(data) if byte == 0 or byte > 127)
        fix = f"{_EXPORT} If this is a key store (.p12, .pfx), it may hold the private key: then treat that as leaked."
        return Trouble(_line(data, place), "The file is not plain text, so it is no PEM certificate.", fix)
    return None


def _wrong_blocks(data: bytes) -> Trouble | None:
    blocks = [(label[1], _line(data, label.start())) for label in _LABEL.finditer(data)]
    certificates = [line for label, line in blocks if label == b"CERTIFICATE"]
    for label, line in blocks:
        if label != b"CERTIFICATE":
            kind = _OTHER_KINDS.get(label, "a block that is no certificate")
            # These two hold the certificate itself, only packed differently.
            packed = label in (b"TRUSTED CERTIFICATE", b"X509 CERTIFICATE")
            return Trouble(line, f"This is {kind}.", _CONVERT if packed else _EXPORT)
    if len(certificates) > 1:
        message = f"The file holds {len(certificates)} certificates; the identity provider reads only the first."
        fix = "Give each certificate that the app signs with a file of its own, and leave out those of authorities."
        return Trouble(certificates[1], message, fix)
    if not certificates:
        fix = "The first line must be -----BEGIN CERTIFICATE-----, the last -----END CERTIFICATE-----."
        return Trouble(1, "The file holds no PEM certificate.", f"{_EXPORT} {fix}")
    return None


def _wrong_shape(data: bytes) -> Trouble | None:
    """Whatever but white space stands around the certificate, and lines that OpenSSL would stumble over."""
    lines = [line.rstrip(b" \t\r") for line in data.split(b"\n")]
    filled = [index for index, line in enumerate(lines) if line]
    first, last = filled[0], filled[-1]
    begin = _line(data, data.index(_BEGIN)) - 1
    if lines[begin] != _BEGIN:
        fix = "Begin the line with the five hyphens, break it after them, and end lines with LF or CRLF."
        return Trouble(begin + 1, "Something stands beside -----BEGIN CERTIFICATE----- in its line.", fix)
    if first != begin:
        return Trouble(first + 1, "Text stands before the certificate.", "Keep only the certificate's own lines.")
    if _END not in lines[begin:]:
        fix = "Copy the certificate again, down to -----END CERTIFICATE-----, alone in its line."
        return Trouble(last + 1, "The line -----END CERTIFICATE----- is missing or damaged.", fix)
    end = lines.index(_END)
    if last != end:
        after = next(index for index in filled if index > end)
        return Trouble(after + 1, "Text stands behind the certificate.", "Keep only the certificate's own lines.")
    for index in range(begin + 1, end):
        if not re.fullmatch(_BODY_LINE, lines[index].strip()):
            message = "This line of the certificate is empty or no base64."
            return Trouble(index + 1, message, "Copy the certificate again, without changing it.")
    return None


def _wrong_content(data: bytes) -> Trouble | None:
    body = data.partition(_BEGIN)[2].partition(_END)[0]
    begin = _line(data, data.index(_BEGIN))
    again = "Copy the certificate again, whole and unchanged, from whoever issued it."
    try:
        der = b64decode(b"".join(body.split()), validate=True)
    except ValueError:
        return Trouble(begin, "The certificate is cut off or damaged: its base64 can't be read.", again)
    if _is_certificate_der(der):
        return None
    if is_private_der(der):
        return Trouble(begin, "This is a private key under the heading of a certificate!", LEAKED)
    return Trouble(begin, "The certificate is cut off or damaged: it can't be read as X.509.", again)


def _is_certificate_der(der: bytes) -> bool:
    from warnings import catch_warnings, simplefilter

    from cryptography.x509 import InvalidVersion, load_der_x509_certificate

    with catch_warnings():
        # Such as a serial number that is not positive: another rule's matter.
        simplefilter("ignore")
        try:
            load_der_x509_certificate(der)
        except (ValueError, InvalidVersion):
            return False
    return True


def _line(data: bytes, index: int) -> int:
    return data.count(b"\n", 0, index) + 1
