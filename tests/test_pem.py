"""What may call itself a certificate's file: whatever the bytes, no crash, no echo, and no second block."""

from __future__ import annotations

from pathlib import Path

from cryptography.x509 import load_pem_x509_certificates
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.rules.pem import holds_private_key, trouble_with

RULES = Path(__file__).parent / "rules"
SAMPLES = sorted(
    {path.read_bytes() for rule in ("certificate-form", "private-key")
     for path in RULES.glob(f"{rule}/*/*/apps/exa/demo/certs/*")}
)  # fmt: skip
KEY = (RULES / "private-key/reject/before/apps/exa/demo/certs/2026.crt").read_bytes().partition(b"-----BEGIN CERT")[0]
LINES = sorted({line for sample in SAMPLES for line in sample.split(b"\n")})
ANYTHING = st.lists(st.sampled_from(SAMPLES) | st.sampled_from(LINES) | st.binary(max_size=40), max_size=5)


@settings(max_examples=100)
@given(ANYTHING, st.sampled_from([b"", b"\n", b"\r\n"]))
def test_what_passes_is_one_certificate(pieces: list[bytes], between: bytes) -> None:
    """Without trouble there is exactly one certificate, one BEGIN and one END; trouble shows nothing of the file."""
    data = between.join(pieces)
    trouble = trouble_with(data)
    if trouble is None:
        assert len(load_pem_x509_certificates(data)) == 1
        assert data.count(b"-----BEGIN") == data.count(b"-----END") == 1
        assert data.strip().startswith(b"-----BEGIN CERTIFICATE-----")
        assert data.strip().endswith(b"-----END CERTIFICATE-----")
        return
    assert 1 <= trouble.line <= data.count(b"\n") + 1
    said = (trouble.message + trouble.fix).encode()
    assert not [line for line in data.split() if len(line) > 24 and line in said]


@settings(max_examples=50)
@given(st.sampled_from(SAMPLES), st.integers(min_value=0), st.sampled_from([KEY, KEY.decode().encode("utf-16-le")]))
def test_private_key_is_found_anywhere(sample: bytes, place: int, key: bytes) -> None:
    """A key that someone pasted into a file is called a key, wherever it stands and whatever stands around it."""
    place %= len(sample) + 1
    data = sample[:place] + b"\n" + key + sample[place:]
    assert holds_private_key(data)
    trouble = trouble_with(data)
    assert trouble is not None
    assert "private key" in trouble.message or "key store" in trouble.message
