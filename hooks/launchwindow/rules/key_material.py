"""Whether bytes hold a private key, in whatever form tools write one. Shared by rules; no rule itself."""

from __future__ import annotations

import re
from base64 import b64decode
from functools import lru_cache
from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple
from launchwindow.rules.key_beginnings import BARE, OPENSSH, WRAPPED
from launchwindow.rules.sound_certificates import is_sound

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAKED = (
    "Treat the key as leaked: make a new key pair, put only its public certificate here, and tell Login.gov if the old "
    "one is in use. Deleting it is not enough, git keeps it."
)
"""What to do about every private key that was found."""

_HEADING = rb"(?i)-{3,}[ \t]*BEGIN [^\r\n-]*PRIVATE KEY|PuTTY-User-Key-File-[0-9]+:"
"""Wider than PEM, so that SSH, PGP and PuTTY keys, and keys beneath damaged lines, are known as well."""

_JWK_TYPE = rb"""["']kty["']\s*:\s*["'](?:RSA|EC|OKP)["']"""
_JWK_SECRET = rb"""["']d["']\s*:\s*["'][A-Za-z0-9_-]{20,}["']"""

_KEY_STORES = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")
"""How Java's key stores begin (JKS, JCEKS)."""
_PKCS12 = re.compile(rb"\x30(?:[\x00-\x80]|\x81.|\x82..|\x83...)\x02\x01\x03\x30", re.DOTALL)
_TRIES = 1000
"""Places that are looked at closely in one file, so that a file made of beginnings costs no more than others."""


class KeyFound(NamedTuple):
    """Where a private key stands; `line` counts from 1. No text of the file is in it."""

    line: int
    message: str


@lru_cache(maxsize=1024)
def private_key(data: bytes) -> KeyFound | None:
    """The first private key in the bytes: PEM (also as UTF-16), SSH, PGP, PuTTY, JWK, DER, base64, or a key store."""
    if data.startswith(b"-----BEGIN CERTIFICATE-----") and is_sound(data):
        return None
    if data[:1] == b"\x30" and is_private_der(data):
        return KeyFound(1, "This is a private key, in binary form!")
    if data.startswith(_KEY_STORES) or _PKCS12.match(data):
        return KeyFound(1, "This is a key store, which as a rule holds a private key!")
    # UTF-16 of ASCII text is that text with zero bytes between.
    text = data.replace(b"\0", b"") if b"\0" in data else data
    place = min(_places(text), default=None)
    return None if place is None else KeyFound(text.count(b"\n", 0, place) + 1, "This is a private key!")


def surely_none(texts: bytes) -> bool:
    """Whether no text among many, with line breaks between them, can hold a private key: told by one search.

    Only for what was text: a key in binary form begins otherwise. A text that begins with `0`, as binary forms do, is
    left to `private_key` too.
    """
    lower = texts.lower()
    return not (
        b"\0" in texts or texts[:1] == b"0" or b"\n0" in texts or b"private key" in lower or b"putty-user-key" in lower
        or OPENSSH in texts or b"kty" in texts or WRAPPED.search(texts) or BARE.search(texts)
    )  # fmt: skip


def is_private_der(der: bytes) -> bool:
    """Whether the bytes are one private key as DER."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    try:
        load_der_private_key(der, None)
    except ValueError:
        return False
    except (TypeError, UnsupportedAlgorithm):
        # TypeError: it is encrypted. A kind that this library can't use is a private key nonetheless.
        return True
    return True


def _places(text: bytes) -> Iterator[int]:
    """Where private keys begin, the first of each form."""
    # Plain searches first: nearly every file ends there, and they cost a tenth.
    lower = text.lower()
    if (b"private key" in lower or b"putty-user-key" in lower) and (heading := re.search(_HEADING, text)):
        yield heading.start()
    if OPENSSH in text:
        yield text.index(OPENSSH)
    if b"kty" in text and re.search(_JWK_TYPE, text) and (secret := re.search(_JWK_SECRET, text)):
        yield secret.start()
    for wrapped in WRAPPED.finditer(text):
        whole = wrapped[0][: len(wrapped[0]) // 4 * 4]
        if b"PRIVATE KEY" in b64decode(whole):
            yield wrapped.start()
            break
    for count, bare in enumerate(BARE.finditer(text)):
        if count < _TRIES and is_private_der(_der_at(text, bare.start())):
            yield bare.start()
            break


def _der_at(text: bytes, start: int) -> bytes:
    """As many bytes as the DER value whose base64 begins at `start` says that it has; fewer when it is cut off."""
    # A private RSA key of 16,384 bits has some 13,000 characters.
    characters = re.match(rb"(?:[A-Za-z0-9+/]|\s)*", text[start : start + 20_000])
    joined = b"".join(characters[0].split()) if characters else b""
    head = b64decode(joined[:8] + b"A" * (8 - len(joined[:8])))
    extra = head[1] & 0x7F if head[1] & 0x80 else 0
    length = 2 + extra + (int.from_bytes(head[2 : 2 + extra]) if extra else head[1])
    needed = joined[: -(-length * 4 // 3)]
    needed = needed[:-1] if len(needed) % 4 == 1 else needed
    return b64decode(needed + b"=" * (-len(needed) % 4))[:length]
