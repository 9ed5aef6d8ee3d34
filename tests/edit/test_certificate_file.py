"""One certificate has one form; whatever may be more than one certificate is left alone."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.edit.certificate_file import canonical_certificate, tidy_certificate
from launchwindow.provider import certificate_fingerprint
from support.idp_fleet import certificate

PEM = certificate(1)
BODY = b"".join(PEM.split(b"\n")[1:-2])
BEGIN, END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"
TEXT = "text around the certificate removed"
ENDS = "line ends are LF"


@pytest.mark.parametrize(
    ("data", "done"),
    [
        (PEM.replace(b"\n", b"\r\n"), (ENDS,)),
        (PEM.replace(b"\n", b"\r"), (ENDS,)),
        (b"\n\n" + PEM + b"\n", ("white space as PEM has it",)),
        (PEM.rstrip(), ("white space as PEM has it",)),
        (PEM.replace(b"\n", b"\n  "), ("white space as PEM has it",)),
        (BEGIN + b"\n" + BODY + b"\n" + END, ("white space as PEM has it",)),
        (b"\xef\xbb\xbf" + PEM, ("white space as PEM has it",)),
        (b"subject=C = US, CN = Caf\xc3\xa9\r\nissuer=CN = x\r\n" + PEM, (TEXT, ENDS)),
        (PEM + b"that was ours\n", (TEXT,)),
        (PEM.replace(b"\n", b"\n\n"), ("white space as PEM has it",)),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else "-".join(value),
)
def test_a_certificate_gets_its_canonical_form(data: bytes, done: tuple[str, ...]) -> None:
    found = tidy_certificate(data)
    assert found is not None
    assert (found.data, found.done) == (PEM, done)


def key() -> bytes:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


LEFT_ALONE = {
    "as it should be": PEM,
    "a private key behind it": PEM + key(),
    "a private key before it": key() + PEM,
    "a private key without its heading": PEM + b"".join(key().split(b"\n")[1:-2]),
    "a damaged private key": PEM + b"-- BEGIN PRIVATE KEY\nMIG\n",
    "half of something": PEM + BODY[:60],
    "a private key in base64": b64encode(key()) + b"\n" + PEM,
    "two certificates": PEM + certificate(2),
    "the same certificate twice": PEM + PEM,
    "a signing request as well": PEM.replace(b"CERTIFICATE", b"CERTIFICATE REQUEST") + PEM,
    "a second heading": PEM + BEGIN,
    "another kind": PEM.replace(b"CERTIFICATE", b"TRUSTED CERTIFICATE"),
    "cut off": BEGIN + b"\n" + BODY[:400] + b"\n" + END,
    "no base64": PEM.replace(b"MII", b"M*I", 1),
    "a header inside": PEM.replace(b"MII", b"Proc-Type: 4\nMII", 1),
    "no X.509": BEGIN + b"\n" + b64encode(b"0\x03\x02\x01\x05" * 9) + b"\n" + END,
    "UTF-16": PEM.decode().encode("utf-16"),
    "no UTF-8": b"subject=Caf\xe9\n" + PEM,
    "a NUL": PEM + b"\0",
    "too long": b" " * 70_000 + PEM,
    "empty": b"",
}


@pytest.mark.parametrize("data", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_what_is_not_sure_is_left_alone(data: bytes) -> None:
    assert tidy_certificate(data) is None


words = st.text(st.sampled_from("abc =/,:éü\t"), max_size=30).map(str.encode)


@settings(max_examples=60)
@given(st.lists(words, max_size=3), st.lists(words, max_size=3), st.sampled_from([b"\n", b"\r\n", b"\r", b" \n"]),
       st.integers(1, 80))  # fmt: skip
def test_the_certificate_stays_itself(before: list[bytes], after: list[bytes], end: bytes, width: int) -> None:
    body = [BODY[start : start + width] for start in range(0, len(BODY), width)]
    data = end.join([*before, BEGIN, *body, END, *after])
    found = canonical_certificate(data)
    assert found == PEM
    assert certificate_fingerprint(found) == certificate_fingerprint(PEM)
    assert tidy_certificate(found) is None


@settings(max_examples=60)
@given(st.binary(max_size=200), st.integers(0, len(PEM)))
def test_arbitrary_bytes_in_the_middle_never_make_another_certificate(data: bytes, place: int) -> None:
    found = canonical_certificate(PEM[:place] + data + PEM[place:])
    assert found in (None, PEM)
