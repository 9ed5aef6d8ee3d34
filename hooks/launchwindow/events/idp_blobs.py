"""The bytes of the certificates and logos that the IdP reads, from the commits whose content was released."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from launchwindow.model.errors import LedgerError
from launchwindow.provider import certificate_fingerprint
from launchwindow.valid_set import providers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from launchwindow.model.app import App, Corpus
    from launchwindow.model.idp_files import Provider
    from launchwindow.model.ledger import Ledger


def blobs(
    ledger: Ledger, environment: str, missing: Mapping[str, str], content: Callable[[str, str], Corpus]
) -> dict[str, bytes]:
    """The bytes of certificates and logos, from the commits whose content was released.

    Each from the file that its app names as just that: what another app's logo holds is nobody's certificate.
    """
    found: dict[str, bytes] = {}
    for provider in providers(ledger, environment):
        one = ledger.deployed.get(provider.app_id)
        release = one.released if one is not None else None
        if release is None or release.path is None or missing.keys().isdisjoint(dict(provider.blobs())):
            continue
        for app in content(release.commit, release.path).apps:
            mine = (blob for blob in _files_of(provider, app) if blob[0] in missing)
            found |= {path: data for path, identity, data in mine if identity == missing[path]}
    lost = sorted(missing.keys() - found.keys())
    if lost:
        raise LedgerError(f"Git no longer holds the content of {', '.join(lost)}; nothing was changed.")
    return found


def _files_of(provider: Provider, app: App) -> Iterator[tuple[str, str, bytes]]:
    """(path within the IdP's files, fingerprint or SHA-256, bytes) of each certificate and the logo that are there."""
    certificates, logo = provider.row.certs, provider.row.logo
    names = [one.name for one in certificates] + ([logo.name] if logo is not None else [])
    identify = [certificate_fingerprint] * len(certificates) + [lambda data: sha256(data).hexdigest()]
    for name, identity, (path, _) in zip(names, identify, provider.blobs(), strict=False):
        data = file.data if (file := app.files.get(name)) is not None else None
        if data is not None:
            yield path, identity(data), data
