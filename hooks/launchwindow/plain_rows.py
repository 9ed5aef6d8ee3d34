"""Rows <-> plain data, so that the ledger can keep them as YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from launchwindow.model.row import Certificate, Logo, PartnerRow, Row
from launchwindow.provider import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Mapping

_T = TypeVar("_T")


def row_to_plain(row: Row) -> dict[str, object]:
    """An app's row as plain data."""
    return {
        "issuer": row.issuer,
        "app_name": row.app_name,
        "active": row.active,
        "columns": dict(row.columns),
        "redirect_uris": list(row.redirect_uris),
        "certs": [certificate._asdict() for certificate in row.certs],
        "logo": None if row.logo is None else row.logo._asdict(),
    }


def row_from_plain(data: Mapping[str, object]) -> Row:
    """The row that `row_to_plain` wrote.

    A column that the IdP did not have yet when the row was written has its database's default. Raises KeyError for
    a missing key, and ValueError naming the key for a value of the wrong type.
    """
    logo = None if data["logo"] is None else _typed(data, "logo", dict)
    return Row(
        issuer=_typed(data, "issuer", str),
        active=_typed(data, "active", bool),
        columns={**DEFAULTS, **_typed(data, "columns", dict)},
        redirect_uris=_texts(data, "redirect_uris"),
        certs=tuple(_certificate(item) for item in _typed(data, "certs", list)),
        logo=None if logo is None else Logo(*(_typed(logo, field, str) for field in Logo._fields)),
        app_name=_typed(data, "app_name", str),
    )


def partner_row_to_plain(row: PartnerRow) -> dict[str, object]:
    """A partner's row as plain data."""
    return {"agency_id": row.agency_id, "data": dict(row.data)}


def partner_row_from_plain(data: Mapping[str, object]) -> PartnerRow:
    """The row that `partner_row_to_plain` wrote. Raises as `row_from_plain` does."""
    agency_id = None if data["agency_id"] is None else _typed(data, "agency_id", int)
    return PartnerRow(agency_id, _typed(data, "data", dict))


def _certificate(item: object) -> Certificate:
    if not isinstance(item, dict):
        raise ValueError("certs: an entry is no mapping")
    return Certificate(_typed(item, "fingerprint", str), _typed(item, "name", str))


def _texts(data: Mapping[str, object], key: str) -> tuple[str, ...]:
    items = _typed(data, key, list)
    if not all(isinstance(item, str) for item in items):
        raise ValueError(f"{key}: an entry is no text")
    return tuple(items)


def _typed(data: Mapping[str, object], key: str, kind: type[_T]) -> _T:
    value = data[key]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(f"{key}: {type(value).__name__} where {kind.__name__} was written")
    return value
