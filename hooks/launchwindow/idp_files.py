"""Deployed rows -> the files that the IdP seeds from (design §9), guarded against what its seeder does in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.emit import to_yaml
from launchwindow.idp_agreement_checks import partner_problems
from launchwindow.idp_agreements import agreement_files
from launchwindow.idp_checks import provider_problems
from launchwindow.model.idp_files import Provider, SetProblem
from launchwindow.plain_rows import partner_row_from_plain, partner_row_to_plain, row_from_plain, row_to_plain
from launchwindow.provider import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from launchwindow.model.row import PartnerRow, Row

__all__ = [
    "COMMENT", "Provider", "SetProblem", "file_names", "partner_row_from_plain", "partner_row_to_plain", "problems",
    "provider_attributes", "render", "row_from_plain", "row_to_plain", "wanted_blobs",
]  # fmt: skip

COMMENT = "Written by Launchwindow from the branch launchwindow-ledger; edits are overwritten"

RAILS_ENVIRONMENT = "production"
"""Every deployed IdP runs in this one; which of them reads a provider, `restrict_to_deploy_env` says."""

_DEPLOY_ENVIRONMENTS = {"production": "prod"}
_COLUMNS: dict[str, object] = {"agency_id": None, "pkce": None, "launch_date": None, **DEFAULTS}


def file_names(app_id: str, row: Row, kept: Mapping[str, str]) -> Provider:
    """The provider of an app's row.

    `app_id` is `environment/partner/app`; `kept` maps a certificate's fingerprint, or a logo's SHA-256, to the name
    that it already has at the IdP. What is new is named after its app and content, so no name ever changes meaning.
    """
    environment, partner, app = app_id.split("/")
    # What stands after `~` tells a deactivated provider from the one that has its path now; its files are the same.
    stem = f"{partner}-{app.partition('~')[0]}-{environment}"
    certs = (kept.get(one.fingerprint) or f"{stem}-{one.fingerprint[:12]}" for one in row.certs)
    logo = row.logo and (kept.get(row.logo.sha256) or f"{stem}-{row.logo.sha256[:12]}{row.logo.suffix}")
    return Provider(app_id, row, tuple(certs), logo)


def provider_attributes(row: Row, provider: Provider) -> dict[str, object]:
    """What the mapping under one issuer holds: `row`'s values, and the file names and environment of `provider`.

    Every column is there, those without a value as null: the seeder keeps the old value of a key that is left out.
    Columns that the IdP does not have stay out, since one of them would stop the whole seed.
    """
    columns = row.columns
    attributes: dict[str, object] = {
        "active": row.active,
        "protocol": columns.get("protocol"),
        "restrict_to_deploy_env": _DEPLOY_ENVIRONMENTS.get(provider.environment, provider.environment),
    }
    if columns.get("native") is True:
        attributes["native"] = True
    for name, default in _COLUMNS.items():
        attributes[name] = columns.get(name, default)
    attributes["redirect_uris"] = list(row.redirect_uris)
    attributes["certs"] = list(provider.cert_files)
    attributes["logo"] = provider.logo_file
    return attributes


def render(environment: str, providers: Iterable[Provider], partners: Mapping[str, PartnerRow]) -> dict[str, bytes]:
    """Path beneath `idp/<environment>/` -> bytes of every YAML file; certificates and logos are `wanted_blobs`.

    For a set of one environment in which `problems` finds none. `partners` maps a partner's id to its deployed row.
    """
    chosen = sorted((one for one in providers if one.environment == environment), key=lambda one: one.row.issuer)
    files: dict[str, object] = {
        "service_providers.yml": {one.row.issuer: provider_attributes(one.row, one) for one in chosen},
        **agreement_files(chosen, partners),
    }
    return {path: to_yaml({RAILS_ENVIRONMENT: data}, comment=COMMENT).encode() for path, data in files.items()}


def wanted_blobs(providers: Iterable[Provider]) -> dict[str, str]:
    """Path beneath `idp/<environment>/` -> the fingerprint of the certificate, or SHA-256 of the logo, due there."""
    return dict(sorted(blob for provider in providers for blob in provider.blobs()))


def problems(
    environment: str, providers: Sequence[Provider], partners: Mapping[str, PartnerRow]
) -> tuple[SetProblem, ...]:
    """Why the set can't be handed over: all that would stop the seed, or make it write what nobody asked for."""
    found = {*provider_problems(environment, providers, partners), *partner_problems(partners)}
    return tuple(sorted(found))
