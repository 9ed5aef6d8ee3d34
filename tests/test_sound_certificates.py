"""What is remembered of a certificate is what reading it says, and nothing is remembered of one with a fault."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from launchwindow.rules import key_material, pem, sound_certificates, x509_facts
from launchwindow.rules.plain_certificates import plain_certificate
from support.examples import RULES_FOLDER
from support.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = sorted({path.read_bytes() for folder in (ROOT / "apps", RULES_FOLDER) for path in folder.rglob("certs/*")
                if path.is_file()})  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    known, names = dict(sound_certificates._known), dict(sound_certificates._known_names)
    _forget()
    yield
    _forget()
    sound_certificates._known |= known
    sound_certificates._known_names |= names


def _forget() -> None:
    sound_certificates._known.clear()
    sound_certificates._known_names.clear()
    x509_facts._names.clear()
    for function in (x509_facts.certificate_facts, pem.trouble_with, key_material.private_key):
        function.cache_clear()


def _said(data: bytes) -> tuple[Any, ...]:
    facts = x509_facts.certificate_facts(data)
    names = x509_facts.certificate_names(facts.der) if facts is not None else None
    return facts, names, pem.trouble_with(data), key_material.private_key(data)


def test_each_certificate_says_the_same_when_it_is_remembered() -> None:
    remembered = 0
    for data in FILES:
        _forget()
        read, kept = _said(data), x509_facts.to_keep(data)
        _forget()
        sound_certificates.remember(json.loads(json.dumps(kept)))
        assert (sound_certificates.sound(data) is not None) == (kept is not None)
        assert _said(data) == read
        if kept is not None:
            remembered += 1
            assert read[2:] == (None, None)
    assert 10 < remembered < len(FILES)


def test_what_is_kept_of_one_says_nothing_of_another() -> None:
    sound = next(data for data in FILES if (_said(data), x509_facts.to_keep(data))[1] is not None)
    sound_certificates.remember(json.loads(json.dumps(x509_facts.to_keep(sound))))
    for other in (sound + b"\n", sound.replace(b"-----END", b"x-----END"), sound[:-40], sound + sound):
        assert sound_certificates.sound(other) is None


def test_a_plain_one_is_kept_only_where_somebody_asked_for_its_names() -> None:
    data = next(data for data in FILES if plain_certificate(data) is not None)
    facts = x509_facts.certificate_facts(data)
    assert facts is not None
    assert x509_facts.to_keep(data) is None
    names = x509_facts.certificate_names(facts.der)
    kept = x509_facts.to_keep(data)
    assert kept is not None
    assert names.subject in kept
