"""A certificate's file -> the one way to write that certificate as PEM (RFC 7468, strict form)."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode

from launchwindow.edit.edits import Tidied
from launchwindow.rules.pem import MAX_BYTES, holds_private_key, trouble_with

_BEGIN, _END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"
_BLOCK = re.compile(_BEGIN + rb"([A-Za-z0-9+/=\s]+)" + _END)
_BOUNDARY = re.compile(rb"-{2,}[ \t]*(?:BEGIN|END)\b", re.IGNORECASE)
"""Wider than PEM: where a second block is meant, even a damaged one, a person must look."""
_MATERIAL = re.compile(rb"[A-Za-z0-9+/=]{40}")
"""Text around a certificate that may be part of a key or of another certificate is not thrown away."""
_WIDTH = 64


def canonical_certificate(data: bytes) -> bytes | None:
    """The one certificate in `data` as PEM: lines of 64 characters that end in LF, and nothing else.

    None where that is not certain: no certificate or a second one, a private key in any form, anything that is
    neither text nor white space, a certificate that X.509 can't read.
    """
    if len(data) > MAX_BYTES or b"\0" in data or len(_BOUNDARY.findall(data)) != 2:
        return None
    block = _BLOCK.search(data)
    if block is None or not _is_text(around := data[: block.start()] + b"\n" + data[block.end() :]):
        return None
    if _MATERIAL.search(around) or holds_private_key(data):
        return None
    try:
        der = b64decode(b"".join(block[1].split()), validate=True)
    except ValueError:
        return None
    body = b64encode(der)
    lines = [body[start : start + _WIDTH] for start in range(0, len(body), _WIDTH)]
    pem = b"\n".join([_BEGIN, *lines, _END, b""])
    return pem if trouble_with(pem) is None else None


def tidy_certificate(data: bytes) -> Tidied | None:
    """A certificate's file in canonical form; None when it is so already, or when it is left alone."""
    pem = canonical_certificate(data)
    if pem is None or pem == data:
        return None
    before, _, rest = data.partition(_BEGIN)
    after = rest.partition(_END)[2]
    done = []
    if before.removeprefix(b"\xef\xbb\xbf").strip() or after.strip():
        done.append("text around the certificate removed")
    if b"\r" in data:
        done.append("line ends are LF")
    return Tidied(pem, tuple(done) or ("white space as PEM has it",))


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
