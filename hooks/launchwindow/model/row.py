"""What the IdP receives for an app: the value that changes are differences of (design §2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

Value = str | int | float | bool | None | tuple["Value", ...] | tuple[tuple[str, "Value"], ...]
"""A column's value, frozen: a list is a tuple, a mapping a sorted tuple of (key, value) pairs."""


class Certificate(NamedTuple):
    """A public certificate. Two are the same when their DER bytes are, whatever surrounds the PEM."""

    fingerprint: str
    """SHA-256 of the DER bytes in hex; of the file's bytes when they hold no certificate."""
    name: str
    """As the app's file writes it, e.g. `certs/2026.crt`; not part of what is compared."""


class Logo(NamedTuple):
    """A logo. Two are the same when their bytes are."""

    sha256: str
    suffix: str
    """`.svg` or `.png`: the IdP derives the content type from it."""
    name: str
    """As the app's file writes it; not part of what is compared."""


class Row(NamedTuple):
    """One service provider as the IdP stores it.

    `columns` holds every column of `provider.COLUMNS` but `certs`, `logo`, `redirect_uris` and `active`, which have
    fields of their own because their parts change one by one.
    """

    issuer: str
    active: bool
    columns: Mapping[str, object]
    redirect_uris: tuple[str, ...]
    certs: tuple[Certificate, ...]
    logo: Logo | None
    app_name: str
    """Goes into the IdP's `integrations.yml` and decides which agreements list the app."""


class PartnerRow(NamedTuple):
    """What the IdP receives for a partner: its agency, accounts and agreements, as plain data."""

    agency_id: int | None
    data: Mapping[str, object]
