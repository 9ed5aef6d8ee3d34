"""The certificates and the logo that a provider names: from the IdP's folders into its app's folder."""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from typing import TYPE_CHECKING

from launchwindow.exchange.import_report import NotCarried, shortened
from launchwindow.exchange.names import IDP_NAME, kebab
from launchwindow.model.named import NamedTuple
from launchwindow.provider import certificate_fingerprint
from launchwindow.rules.x509_facts import certificate_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

CERTS, LOGOS = "certs/sp", "public/assets/images/sp-logos"
"""Folders of the IdP's configuration, beside `service_providers.yml`."""

_BEGIN, _END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"


class Brought(NamedTuple):
    """The files of one app: names as its file writes them, and the names that the IdP knows them by."""

    certs: list[str]
    logo: str | None
    kept_certs: dict[str, str]
    """Name in the app's file -> name at the IdP, without `.crt`."""
    kept_logo: str | None
    lost: list[NotCarried]


class Target:
    """The files gathered so far; a name in use for other bytes gets a number."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def place(self, folder: str, stem: str, suffix: str, data: bytes) -> str:
        """Put `data` in `folder`; returns its name there."""
        number, name = 2, f"{stem}{suffix}"
        while self.files.get(f"{folder}/{name}", data) != data:
            name = f"{stem}-{number}{suffix}"
            number += 1
        self.files[f"{folder}/{name}"] = data
        return name


class Source(NamedTuple):
    """What lies in the IdP's folders: the bytes, and why some files were not read."""

    files: Mapping[str, bytes]
    unread: Mapping[str, str]
    of_dashboard: bool = False
    """Whether names mean nothing to the IdP, so that none is kept."""


def bring(issuer: str, attributes: Mapping[str, object], source: Source, target: Target, folder: str) -> Brought:
    """Copy what one provider names into `folder`, and say what could not come along."""
    brought = Brought([], None, {}, None, [])
    fingerprints: set[str] = set()
    for entry in _entries(issuer, attributes.get("certs"), brought.lost):
        inline = "-----BEGIN" in entry
        data = _certificate(issuer, entry, source, brought.lost)
        if data is None:
            continue
        fingerprint = certificate_fingerprint(data)
        if fingerprint in fingerprints:
            brought.lost.append(NotCarried(issuer, "certs", shortened(entry), "is a certificate that stands before it"))
            continue
        fingerprints.add(fingerprint)
        stem = _stem_of_inline(data, source) if inline else kebab(entry) or "certificate"
        name = target.place(folder, f"certs/{stem}", ".crt", data)
        brought.certs.append(name)
        if not inline and IDP_NAME.match(entry):
            brought.kept_certs[name] = entry
        elif not inline:
            why = "the name can't be kept; the IdP's files get a new one"
            brought.lost.append(NotCarried(issuer, "certs", shortened(entry), why))
    return _with_logo(issuer, attributes.get("logo"), brought, source, target, folder)


def _stem_of_inline(data: bytes, source: Source) -> str:
    """The dashboard's are all written out: they get the year of their expiry, as people name theirs."""
    facts = certificate_facts(data) if source.of_dashboard else None
    return str(facts.not_after.year) if facts is not None else "inline"


def _entries(issuer: str, certs: object, lost: list[NotCarried]) -> Iterator[str]:
    for entry in certs if isinstance(certs, list) else [certs]:
        if entry in (None, ""):
            # The IdP drops blank names too.
            continue
        if isinstance(entry, str):
            yield entry
        else:
            lost.append(NotCarried(issuer, "certs", shortened(entry), "is no certificate's name"))


def _certificate(issuer: str, entry: str, source: Source, lost: list[NotCarried]) -> bytes | None:
    """The one certificate that the IdP would read for this entry, alone in its PEM frame."""

    def refuse(why: str) -> None:
        lost.append(NotCarried(issuer, "certs", shortened(entry), why))

    data: bytes | None = entry.encode()
    if "-----BEGIN" not in entry:
        data = _named(entry, f"{CERTS}/{entry}.crt", source, refuse)
    if data is None:
        return None
    body, _, rest = data.partition(_BEGIN)[2].partition(_END)
    der = _der(body)
    if der is None:
        refuse("holds no readable PEM certificate")
        return None
    if b"PRIVATE KEY-----" in data:
        refuse("held a private key as well, which was left out: treat that key as known to others")
    elif _BEGIN in rest:
        refuse("held several certificates; the IdP reads the first, and only it was carried")
    text = b2a_base64(der, newline=False)
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return b"\n".join((_BEGIN, *lines, _END, b""))


def _der(body: bytes) -> bytes | None:
    """What the PEM frame holds, if that can be a certificate; whether it is one, a rule judges."""
    try:
        der = a2b_base64(body)
    except (Base64Error, ValueError):
        return None
    return der if der.startswith(b"\x30") else None


def _named(name: str, path: str, source: Source, refuse: Callable[[str], None]) -> bytes | None:
    """The bytes of a file that a provider names; a name that would leave its folder is never looked up."""
    if "/" in name or "\\" in name or "\0" in name or name in (".", ".."):
        refuse("is no plain file name; nothing was read")
        return None
    if path not in source.files:
        refuse(source.unread.get(path, f"there is no file {path}"))
    return source.files.get(path)


def _with_logo(
    issuer: str, logo: object, brought: Brought, source: Source, target: Target, folder: str
) -> Brought:  # fmt: skip
    if logo is None:
        return brought

    def refuse(why: str) -> None:
        brought.lost.append(NotCarried(issuer, "logo", shortened(logo), why))

    if not isinstance(logo, str) or not logo:
        refuse("is no file's name; the IdP gets null")
        return brought
    data = _named(logo, f"{LOGOS}/{logo}", source, refuse)
    if data is None:
        return brought
    ending = kebab(logo.rpartition(".")[2]) if "." in logo else ""
    name = target.place(folder, "logo", f".{ending}" if ending else "", data)
    if source.of_dashboard:
        return brought._replace(logo=name)
    if not IDP_NAME.match(logo):
        refuse("the name can't be kept; the IdP's files get a new one")
        return brought._replace(logo=name)
    return brought._replace(logo=name, kept_logo=logo)
