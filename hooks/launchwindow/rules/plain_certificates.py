"""Certificates of the kind that nearly all are, read without the library: RSA keys, SHA-2 signatures, plain names.

The library takes as long for its import as a thousand of them take here, and for each one twenty times as long as all
that rules ask of it. What is not exactly of this kind, down to the last length, is read by the library, which alone
judges what it is. A test holds the two against each other, over certificates of all kinds and over damaged ones: where
this reads a file at all, there is nothing wrong with its form, it holds no private key, and it says the same.
"""

from __future__ import annotations

import re
from binascii import a2b_base64
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from launchwindow.model.named import NamedTuple
from launchwindow.rules.key_beginnings import BARE, OPENSSH, WRAPPED

_BEGIN, _END = b"-----BEGIN CERTIFICATE-----\n", b"\n-----END CERTIFICATE-----\n"
_LONGEST = 8192
"""Bytes of a file."""

_SEQUENCE, _SET, _INTEGER, _BITS, _OCTETS, _OBJECT, _EXTENSIONS = 0x30, 0x31, 0x02, 0x03, 0x04, 0x06, 0xA3
_VERSION_3 = bytes.fromhex("a003020102")
_SIGNED_BY = tuple(bytes.fromhex(f"300d06092a864886f70d0101{kind}0500") for kind in ("0b", "0c", "0d"))
"""RSA with SHA-256, -384 and -512."""
_TIME = rb"\x17\x0d([0-9]{6}(?:[01][0-9]|2[0-3])[0-9]{4})Z"
_VALIDITY = re.compile(rb"\x30\x1e%b%b" % (_TIME, _TIME))
_NAME_PART = re.compile(
    rb"\x31(.)\x30(.)\x06\x03\x55\x04[\x03-\x0c](?:\x0c(.)([ -~]+)|\x13(.)([A-Za-z0-9 '()+,./:=?-]+))", re.DOTALL
)
_EXPONENT = bytes.fromhex("0203010001")
_KEYS = {
    bytes.fromhex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100"): 256,
    bytes.fromhex("308201a2300d06092a864886f70d01010105000382018f003082018a0282018100"): 384,
    bytes.fromhex("30820222300d06092a864886f70d01010105000382020f003082020a0282020100"): 512,
}
"""How a public key begins -> bytes of its modulus."""
_KEY_BEGINNING = 33
_KNOWN_EXTENSIONS = frozenset(map(bytes.fromhex, (
    "551d0e", "551d0f", "551d11", "551d12", "551d13", "551d1f", "551d20", "551d23", "551d25", "2b06010505070101",
    "6086480186f842010d",
)))  # fmt: skip
_SHORT_EXTENSION = re.compile(
    rb"\x30([\x00-\x7f])\x06\x03\x55\x1d[\x0e\x0f\x11-\x13\x1f\x20\x23\x25](?:\x01\x01\xff)?\x04([\x00-\x7f])",
    re.DOTALL,
)
"""Most have this form: to match it is faster than to go from part to part."""
_CRITICAL = bytes.fromhex("0101ff")


class PlainCertificate(NamedTuple):
    """One X.509 certificate with an RSA key."""

    key_bits: int
    key_id: str
    """SHA-256 of the public key."""
    serial: int
    not_before: datetime
    not_after: datetime
    der: bytes


class _Odd(Exception):
    """Something that the library has to judge."""


@lru_cache(maxsize=1024)
def plain_certificate(data: bytes) -> PlainCertificate | None:
    """What a file says that is one PEM certificate of the usual kind, and nothing else; None for any other."""
    if not (data.startswith(_BEGIN) and data.endswith(_END)) or len(data) > _LONGEST:
        return None
    body = data[len(_BEGIN) : -len(_END)]
    if b"\n\n" in data or b"\n=" in body or OPENSSH in body or BARE.search(body) or WRAPPED.search(body):
        return None
    try:
        return _read(a2b_base64(body.replace(b"\n", b""), strict_mode=True))
    except (_Odd, ValueError, IndexError):
        return None


def _read(der: bytes) -> PlainCertificate:
    at, end = _part(der, 0, len(der), _SEQUENCE)
    _same(end, len(der))
    at, inner_end = _part(der, at, end, _SEQUENCE)
    after = _after(der, at, _VERSION_3)
    at, after = _part(der, after, inner_end, _INTEGER)
    serial = _serial(der[at:after])
    kind = der[after : after + 15]
    if kind not in _SIGNED_BY:
        raise _Odd
    after = _name(der, after + 15, inner_end)
    validity = _VALIDITY.match(der, after)
    if validity is None:
        raise _Odd
    at = _name(der, validity.end(), inner_end)
    after, bits = _key(der, at)
    key = der[at:after]
    if after != inner_end:
        _extensions(der, after, inner_end)
    at, after = _part(der, _after(der, inner_end, kind), end, _BITS)
    _same(after, end)
    _same(der[at], 0)
    return PlainCertificate(bits, sha256(key).hexdigest(), serial, _time(validity[1]), _time(validity[2]), der)


def _part(der: bytes, at: int, limit: int, kind: int) -> tuple[int, int]:
    """(begin, end) of what a value holds; its length must be written in the shortest way, and end within `limit`."""
    length, begin = der[at + 1], at + 2
    if length == 0x81:
        length, begin = der[at + 2], at + 3
        if length < 0x80:
            raise _Odd
    elif length == 0x82:
        length, begin = der[at + 2] << 8 | der[at + 3], at + 4
        if length < 0x100:
            raise _Odd
    elif length > 0x7F:
        raise _Odd
    if der[at] != kind or begin + length > limit:
        raise _Odd
    return begin, begin + length


def _same(one: int, other: int) -> None:
    if one != other:
        raise _Odd


def _after(der: bytes, at: int, expected: bytes) -> int:
    if not der.startswith(expected, at):
        raise _Odd
    return at + len(expected)


def _serial(number: bytes) -> int:
    """A positive number of at most 20 bytes, in the shortest way."""
    if not 0 < len(number) <= 20 or number[0] > 0x7F or (number[0] == 0 and (len(number) == 1 or number[1] < 0x80)):
        raise _Odd
    return int.from_bytes(number)


def _name(der: bytes, at: int, limit: int) -> int:
    """The end of a name, made of plain parts."""
    begin, end = _part(der, at, limit, _SEQUENCE)
    if not _is_plain_name(der[begin:end]):
        raise _Odd
    return end


@lru_cache(maxsize=256)
def _is_plain_name(parts: bytes) -> bool:
    at = 0
    while at < len(parts):
        found = _NAME_PART.match(parts, at)
        if found is None:
            return False
        outer, inner, utf8, _, printable, _ = found.groups()
        length = (utf8 or printable)[0]
        # Texts may hold bytes that look like further parts: only the lengths say where each ends.
        if inner[0] != length + 7 or outer[0] != length + 9 or outer[0] > 0x7F or at + outer[0] + 2 > found.end():
            return False
        at += outer[0] + 2
    return True


def _key(der: bytes, at: int) -> tuple[int, int]:
    """(end, bits) of an RSA key of a usual size."""
    size = _KEYS.get(der[at : at + _KEY_BEGINNING])
    begin = at + _KEY_BEGINNING
    if size is None or der[begin] < 0x80 or not der[begin + size - 1] & 1:
        raise _Odd
    return _after(der, begin + size, _EXPONENT), size * 8


def _extensions(der: bytes, at: int, limit: int) -> None:
    at, end = _part(der, at, limit, _EXTENSIONS)
    _same(end, limit)
    at, end = _part(der, at, limit, _SEQUENCE)
    _same(end, limit)
    while at < end:
        short = _SHORT_EXTENSION.match(der, at)
        if short is not None and short[2][0] + short.end() == short[1][0] + at + 2 <= end:
            at += short[1][0] + 2
            continue
        at, after = _part(der, at, end, _SEQUENCE)
        begin, at = _part(der, at, after, _OBJECT)
        if der[begin:at] not in _KNOWN_EXTENSIONS:
            raise _Odd
        if der.startswith(_CRITICAL, at):
            at += len(_CRITICAL)
        _, at = _part(der, at, after, _OCTETS)
        _same(at, after)


def _time(digits: bytes) -> datetime:
    """As RFC 5280 has it: two digits of a year are of 1950 to 2049. Raises ValueError for a day that there is not."""
    text = digits.decode()
    return datetime.fromisoformat(f"{'20' if text[:2] < '50' else '19'}{text[:6]}T{text[6:]}Z")
