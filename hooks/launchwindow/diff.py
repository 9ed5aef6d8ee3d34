"""(row, row) -> changes: what the IdP would see change, element by element (design §7)."""

from __future__ import annotations

from json import JSONEncoder
from types import NoneType
from typing import TYPE_CHECKING

from launchwindow.model.change import Change, Element
from launchwindow.model.row import PartnerRow, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

_KINDS = {
    "push_notification_url": "push-notification-url-changed",
    "ial": "assurance-level-changed",
    "default_aal": "assurance-level-changed",
    "logo": "logo-changed",
    "issuer": "issuer-changed",
    "agency_id": "agency-changed",
    "friendly_name": "friendly-name-changed",
    "protocol": "protocol-changed",
    "attribute_bundle": "attribute-bundle-changed",
    "help_text": "help-text-changed",
    "iaa": "agreement-changed",
    "launch_date": "launch-date-changed",
}


_canonical = JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def canonical(value: object) -> str:
    """One text for one value, whatever the order of its keys."""
    return _canonical(value)


def _same(one: object, other: object) -> bool:
    """Whether two values have one canonical text; most are texts or nothing, and need none to be compared."""
    if type(one) is type(other) and isinstance(one, (str, bool, int, NoneType)):
        return one == other
    return canonical(one) == canonical(other)


def diff(before: Row | None, after: Row | None) -> tuple[Change, ...]:
    """The changes from one row to another, in a fixed order; None is an app that is not there.

    An app that vanishes is deactivated, never deleted: the IdP deletes no provider. One that never was there and
    still is not has no changes. Certificate order after the first is none, and so is the order of URIs.
    """
    if after is None:
        if before is None or not before.active:
            return ()
        after = before._replace(active=False)
    return tuple(_changes(before, after))


def _changes(before: Row | None, after: Row) -> Iterator[Change]:
    if before is None or before.active != after.active:
        kind = "app-added" if before is None else "app-activated" if after.active else "app-deactivated"
        yield _change("active", "", kind, None if before is None else before.active, after.active)
    scalars_before = {} if before is None else _scalars(before)
    for field, value in _scalars(after).items():
        old = scalars_before.get(field)
        if not _same(old, value):
            yield _change(field, "", _KINDS.get(field, "field-changed"), old, value)
    old_uris = () if before is None else before.redirect_uris
    yield from _set_changes("redirect_uris", "redirect-uri", old_uris, after.redirect_uris)
    old_certs = () if before is None else tuple(certificate.fingerprint for certificate in before.certs)
    new_certs = tuple(certificate.fingerprint for certificate in after.certs)
    yield from _set_changes("certs", "certificate", old_certs, new_certs)
    if old_certs[:1] != new_certs[:1]:
        first_before, first_after = (next(iter(certs), None) for certs in (old_certs, new_certs))
        yield _change("certs", "first", "first-certificate-changed", first_before, first_after)


def _scalars(row: Row) -> dict[str, object]:
    logo = None if row.logo is None else f"{row.logo.sha256}{row.logo.suffix}"
    return {"issuer": row.issuer, "app_name": row.app_name, **row.columns, "logo": logo}


def _set_changes(field: str, kind: str, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Change]:
    for member in sorted(set(after) - set(before)):
        yield _change(field, member, f"{kind}-added", None, member)
    for member in sorted(set(before) - set(after)):
        yield _change(field, member, f"{kind}-removed", member, None)


def _change(field: str, member: str, kind: str, before: object, after: object) -> Change:
    return Change(Element(field, member, canonical(after)), kind, before, after)


def partner_diff(before: PartnerRow | None, after: PartnerRow | None) -> tuple[Change, ...]:
    """The changes of a partner's own request; its `agency_id` is a change of each of its apps as well."""
    if after is None:
        # The IdP deletes no agency, account or agreement, and a deployed app may still need them.
        return ()
    old: dict[str, object] = {} if before is None else {"agency_id": before.agency_id, **before.data}
    new: dict[str, object] = {"agency_id": after.agency_id, **after.data}
    changes = [
        _change(field, "", "partner-changed", old.get(field), value)
        for field, value in new.items()
        if canonical(old.get(field)) != canonical(value)
    ]
    if before is None:
        changes.insert(0, _change("partner", "", "partner-added", None, True))
    return tuple(changes)


def difference(before: Row | PartnerRow | None, after: Row | PartnerRow | None) -> tuple[Change, ...]:
    """`diff` of two apps' rows or `partner_diff` of two partners', whichever they are."""
    if isinstance(before, PartnerRow) or isinstance(after, PartnerRow):
        assert not isinstance(before, Row)
        assert not isinstance(after, Row)
        return partner_diff(before, after)
    return diff(before, after)


def stood_in(element: Element, row: Row | PartnerRow | None) -> bool:
    """Whether a row has the value that an element has after its change.

    Where the app is not there (None) only its absence stands: not yet being there counts for a deactivation alone.
    """
    if row is None:
        return element.field == "active" and element.after == canonical(False)
    if isinstance(row, PartnerRow):
        fields: dict[str, object] = {"agency_id": row.agency_id, "partner": True, **row.data}
        return canonical(fields.get(element.field)) == element.after
    if element.field == "active":
        return element.after == canonical(row.active)
    if element.field == "redirect_uris":
        return (element.member in row.redirect_uris) == (element.after != "null")
    if element.field == "certs":
        fingerprints = [certificate.fingerprint for certificate in row.certs]
        if element.member == "first":
            return canonical(next(iter(fingerprints), None)) == element.after
        return (element.member in fingerprints) == (element.after != "null")
    return canonical(_scalars(row).get(element.field)) == element.after
