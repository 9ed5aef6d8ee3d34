"""What certificates without any fault of form came to before, by the digest of their bytes. No rule itself.

To read one takes microseconds, but to import what reads it a third of a check of one app. So what was read once can be
handed in again: `remember` takes it, and whoever would read the certificate asks here first.
"""

from __future__ import annotations

import json
from base64 import b64decode
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

from launchwindow.rules.plain_certificates import plain_certificate


class Sound(NamedTuple):
    """One X.509 certificate that is exactly one PEM certificate, and no private key."""

    digest: str
    """SHA-256 of the file's bytes."""
    key_kind: str
    key_bits: int | None
    key_id: str
    serial: int
    not_before: str
    """RFC 3339, as the last of its period."""
    not_after: str
    subject: str
    issuer: str
    hosts: tuple[str, ...]


_known: dict[str, Sound] = {}
_known_names: dict[str, Sound] = {}
"""By the digest of the DER."""
_texts: dict[str, str] = {}
"""What was handed in as JSON, by either digest: of a partner's hundreds mostly one is asked for."""
_MOST = 40_000


def sound(data: bytes) -> Sound | None:
    """What is remembered of a certificate's file."""
    return _found(_known, sha256(data).hexdigest()) if _known or _texts else None


def is_sound(data: bytes) -> bool:
    """Whether a file surely is one certificate without any fault of form, and no private key."""
    return plain_certificate(data) is not None or sound(data) is not None


def sound_der(der: bytes) -> Sound | None:
    """What is remembered of a certificate."""
    return _found(_known_names, sha256(der).hexdigest()) if _known_names or _texts else None


def _found(known: Mapping[str, Sound], digest: str) -> Sound | None:
    if digest not in known and digest in _texts:
        try:
            remember(json.loads(_texts[digest]))
        except (ValueError, RecursionError):
            return None
    return known.get(digest)


def der_in(data: bytes) -> bytes:
    """What stands between the headings of a file that holds one PEM certificate and nothing else."""
    return b64decode(b"".join(data.partition(b"-----BEGIN CERTIFICATE-----")[2].partition(b"-----END")[0].split()))


def as_text(value: Sequence[Any]) -> tuple[str, str]:
    """What `kept` made as `remember_text` takes it."""
    return f"{value[0]} {value[1]}", json.dumps(value)


def remember_text(digests: str, text: object) -> None:
    """Take what was kept without looking at it before somebody asks for it."""
    if type(text) is str and len(_texts) < _MOST:
        _texts.update(dict.fromkeys(digests.split(" "), text))


def remember(value: object) -> None:
    """Take what was kept; anything that is no such thing is left aside."""
    match value:
        case [str() as digest, str() as der_digest, str() as kind, (int() | None) as bits, str() as key_id,
              int() as serial, str() as before, str() as after, str() as subject, str() as issuer,
              list() as hosts]:  # fmt: skip
            if all(type(host) is str for host in hosts) and _are_times(before, after) and len(_known) < _MOST:
                one = Sound(digest, kind, bits, key_id, serial, before, after, subject, issuer, tuple(hosts))
                _known[digest] = _known_names[der_digest] = one


def _are_times(*texts: str) -> bool:
    from datetime import datetime

    try:
        return all(datetime.fromisoformat(text).tzinfo is not None for text in texts)
    except ValueError:
        return False


def kept(one: Sound, der: bytes) -> list[Any]:
    """What `remember` takes."""
    digest, *rest, hosts = one
    return [digest, sha256(der).hexdigest(), *rest, list(hosts)]
