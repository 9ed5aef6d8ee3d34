"""Private keys are found in whatever form they come, and no report shows a part of one."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.report.findings import check_json, check_text
from launchwindow.rules.key_material import private_key
from support.examples import RULES_FOLDER, Case, build, judge

KEYS = {
    "RSA": rsa.generate_private_key(65537, 2048),
    "P-256": ec.generate_private_key(ec.SECP256R1()),
    "P-384": ec.generate_private_key(ec.SECP384R1()),
    "P-521": ec.generate_private_key(ec.SECP521R1()),
    "Ed25519": ed25519.Ed25519PrivateKey.generate(),
}
FORMATS = [(kind, form) for kind in KEYS for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL)
           if (kind, form) != ("Ed25519", PrivateFormat.TraditionalOpenSSL)]  # fmt: skip
REJECTED = sorted((RULES_FOLDER / "private-key" / "reject").iterdir())


@pytest.mark.parametrize(("kind", "form"), FORMATS, ids=str)
def test_every_form_is_found_without_its_heading(kind: str, form: PrivateFormat) -> None:
    """As DER, as one line of base64, broken and indented, as PEM, and as PEM that was wrapped in base64 again."""
    der = KEYS[kind].private_bytes(Encoding.DER, form, NoEncryption())
    pem = KEYS[kind].private_bytes(Encoding.PEM, form, NoEncryption())
    text = b64encode(der)
    lines = b"\n    ".join(text[at : at + 64] for at in range(0, len(text), 64))
    for data in (der, text, b"key: |\n    " + lines + b"\nnext: line\n", pem, b64encode(pem)):
        found = private_key(data)
        assert found is not None, data[:20]
        assert found.line == (2 if data.startswith(b"key:") else 1)


@pytest.mark.parametrize("kind", KEYS)
def test_the_public_half_is_none(kind: str) -> None:
    public = KEYS[kind].public_key()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert [private_key(data) for data in (der, b64encode(der), pem, b64encode(pem))] == [None] * 4


@settings(max_examples=100)
@given(st.binary(max_size=80), st.binary(max_size=80))
def test_any_bytes_around_a_key(before: bytes, after: bytes) -> None:
    pem = KEYS["P-256"].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert private_key(before + b"\n" + pem + after) is not None
    private_key(before + after)


def test_a_file_made_of_beginnings_ends() -> None:
    """Only so many of them are looked at."""
    assert private_key(b"MIIEvQIBADANBgkqhkiG9w0BAQEF" * 20_000) is None


@pytest.mark.parametrize("path", REJECTED, ids=lambda path: path.stem)
def test_no_report_shows_a_part_of_a_key(path: Path, tmp_path: Path) -> None:
    """All rules judge the file, and all that they say is printed."""
    if path.suffix == ".expected":
        return
    build(Case("private-key", False, path), tmp_path)
    findings = judge(tmp_path)
    (file,) = {finding.file for finding in findings if finding.rule == "private-key"}
    said = check_text(findings, 1) + json.dumps(check_json(findings, 1))
    words = (tmp_path / file).read_bytes().replace(b"\0", b"").decode("utf-8", "replace").split()
    # Names of fields, issuers and the files themselves are no secrets.
    plain = ("urn:", "certs", "LG", "failure_to_proof_url:")
    secrets = [word.strip("\"',") for word in words if len(word) >= 20 and not word.startswith(plain)]
    assert [word for word in secrets if word[:20] in said] == []
