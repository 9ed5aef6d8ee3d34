"""Certificates that are read without the library say what they say when it reads them, also where one is damaged."""

from __future__ import annotations

import random
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest

from launchwindow.rules import key_material, pem, sound_certificates, x509_facts
from launchwindow.rules.plain_certificates import plain_certificate
from support.examples import RULES_FOLDER
from support.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable

FILES = sorted({path.read_bytes() for folder in (ROOT / "apps", RULES_FOLDER) for path in folder.rglob("certs/*")
                if path.is_file()})  # fmt: skip


def said(data: bytes) -> tuple[Any, ...]:
    """What rules hear of a file."""
    for function in (x509_facts.certificate_facts, pem.trouble_with, key_material.private_key):
        function.cache_clear()
    return x509_facts.certificate_facts(data), pem.trouble_with(data), key_material.private_key(data)


def read_alike(files: Iterable[bytes], monkeypatch: pytest.MonkeyPatch) -> int:
    """How many are read without the library; all of them as with it."""
    plain = {data: said(data) for data in files if plain_certificate(data) is not None}
    with monkeypatch.context() as patched:
        for module in (sound_certificates, x509_facts):
            patched.setattr(module, "plain_certificate", lambda _data: None)
        for data, one in plain.items():
            assert one == said(data)
            assert one[1:] == (None, None)
    return len(plain)


def as_pem(der: bytes) -> bytes:
    text = b64encode(der)
    lines = b"".join(text[at : at + 64] + b"\n" for at in range(0, len(text), 64))
    return b"-----BEGIN CERTIFICATE-----\n" + lines + b"-----END CERTIFICATE-----\n"


def changed(der: bytes, chance: random.Random) -> bytes:
    """A certificate with some bytes changed, put in or taken out, mostly where it is not all random bytes."""
    for _ in range(chance.randint(1, 2)):
        at = chance.randrange(len(der)) if chance.random() < 0.3 else chance.randrange(330)
        put = bytes(chance.choice((chance.randrange(256), der[at] ^ 1 << chance.randrange(8))) for _ in range(1))
        kind = chance.random()
        der = der[:at] + (b"" if kind < 0.1 else put) + der[at + (0 if 0.1 <= kind < 0.2 else 1) :]
    return der


def test_the_usual_certificates_are_read_and_all_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_alike(FILES, monkeypatch) > 10


def test_each_byte_that_is_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bits of a random part may be any: the rest must be refused, or read by the library as it is here."""
    der = next(one.der for data in FILES if (one := plain_certificate(data)) is not None)
    files = {as_pem(der[:at] + bytes([der[at] ^ bit]) + der[at + 1 :]) for at in range(len(der)) for bit in (1, 64)}
    read = read_alike(files, monkeypatch)
    assert len(der) / 2 < read < len(files)


def test_bytes_that_are_changed_at_random(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(16)
    ders = [one.der for data in FILES if (one := plain_certificate(data)) is not None]
    assert read_alike({as_pem(changed(chance.choice(ders), chance)) for _ in range(2000)}, monkeypatch) > 100


def test_what_stands_around_or_in_between_is_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    data = next(data for data in FILES if plain_certificate(data) is not None)
    body = data.split(b"\n")
    others = [
        data[:-1], data + b"\n", b"\n" + data, data.replace(b"\n", b"\r\n"), data + data, data.replace(b"=", b""),
        data.replace(b"-----END", b"=\n-----END"), b"\n".join([*body[:3], b"", *body[3:]]),
        b"\n".join([*body[:3], b" " + body[3], *body[4:]]), b"\n".join([body[0], b"b3BlbnNzaC1rZXktdjEA", *body[1:]]),
        data.replace(b"-----BEGIN", b"-----BEGIN RSA"), b"", b"-----BEGIN CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----\n",
        b"\n".join([body[0], b"", *body[1:]]), b"\n".join([*body[:-2], b"", *body[-2:]]),
    ]  # fmt: skip
    assert read_alike(others, monkeypatch) == 0
    # Lines of another length are fine with everybody.
    text = b"".join(body[1:-2])
    long = b"-----BEGIN CERTIFICATE-----\n" + text + b"\n-----END CERTIFICATE-----\n"
    assert read_alike([long], monkeypatch) == 1
