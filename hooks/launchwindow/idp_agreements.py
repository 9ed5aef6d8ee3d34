"""Partners' rows -> the IdP's agencies, accounts and agreements (columns from its seeders).

Reads rows as they come: what a row lacks or has of the wrong type is left out here and named by `idp_agreement_checks`.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from launchwindow.model.idp_files import Provider
    from launchwindow.model.row import PartnerRow

ACCOUNT_STATUSES: dict[str, object] = {
    "step1": {"order": 0, "partner_name": "pending"},
    "step2": {"order": 100, "partner_name": "pending"},
    "active": {"order": 200, "partner_name": "active"},
}
"""The statuses that the IdP's own files know. A fixed list: `order` is unique there, so none can be made up here."""

INTEGRATION_STATUSES: dict[str, object] = {
    "step1": {"order": 0, "partner_name": "pending"},
    "step2": {"order": 100, "partner_name": "pending"},
    "live": {"order": 200, "partner_name": "live"},
}

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Agreement(NamedTuple):
    """One GTC of a partner."""

    partner: str
    number: str
    account: str | None
    """The requesting agency that it names, else the partner's only one, else None."""
    data: Mapping[str, object]


class Order(NamedTuple):
    """One order, as its latest signed modification has it."""

    agreement: Agreement
    number: int
    mod: Mapping[str, object]


def agreement_files(providers: Sequence[Provider], partners: Mapping[str, PartnerRow]) -> dict[str, object]:
    """File name -> its entries, for all but the providers."""
    found = agreements(partners)
    orders = [order for agreement in found for order in signed_orders(agreement)]
    listed = _listed(orders, providers)
    return {
        "agencies.yml": _agencies(partners),
        "partner_account_statuses.yml": dict(ACCOUNT_STATUSES),
        "partner_accounts.yml": _accounts(partners),
        "iaa_gtcs.yml": {agreement.number: _gtc(agreement) for agreement in found},
        "iaa_orders.yml": {
            f"{order.agreement.number} Order {order.number}": _order(order, listed[order_key(order)])
            for order in orders
        },
        "integration_statuses.yml": dict(INTEGRATION_STATUSES),
        "integrations.yml": _integrations(orders, listed, providers),
    }


def mappings(value: object) -> list[dict[str, object]]:
    """The mappings of a list; none when it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def agreements(partners: Mapping[str, PartnerRow]) -> list[Agreement]:
    """Every partner's agreements that have a number, by number."""
    found = []
    for partner, row in partners.items():
        names = [account.get("requesting_agency") for account in mappings(row.data.get("accounts"))]
        only = names[0] if len(names) == 1 else None
        for data in mappings(row.data.get("agreements")):
            number, account = data.get("gtc"), data.get("account") or only
            if isinstance(number, str):
                found.append(Agreement(partner, number, account if isinstance(account, str) else None, data))
    return sorted(found, key=lambda agreement: (agreement.number, agreement.partner))


def signed_orders(agreement: Agreement) -> Iterator[Order]:
    """The agreement's orders that somebody signed, by number; the latest signed modification decides."""
    orders = []
    for data in mappings(agreement.data.get("orders")):
        signed = [mod for mod in mappings(data.get("mods")) if day(mod.get("signed")) and _whole(mod.get("number"))]
        if signed and _whole(data.get("number")):
            orders.append(Order(agreement, data["number"], max(signed, key=lambda mod: mod["number"])))  # type: ignore[arg-type, return-value]
    return iter(sorted(orders, key=lambda order: order.number))


def order_key(order: Order) -> tuple[str, str, int]:
    """What tells an order from all others, even where two partners claim one GTC."""
    return order.agreement.partner, order.agreement.number, order.number


def day(value: object) -> date | None:
    """The day that a text such as `2027-03-31` names, None when it names none."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _agencies(partners: Mapping[str, PartnerRow]) -> dict[object, object]:
    rows = sorted((row.agency_id, partner) for partner, row in partners.items() if row.agency_id is not None)
    data = {number: partners[partner].data for number, partner in rows}
    return {number: {"name": row.get("name"), "abbreviation": row.get("abbreviation")} for number, row in data.items()}


def _accounts(partners: Mapping[str, PartnerRow]) -> dict[object, object]:
    found: dict[object, object] = {}
    for row in partners.values():
        for account in mappings(row.data.get("accounts")):
            key = account.get("requesting_agency")
            if isinstance(key, str):
                found[key] = {
                    "name": account.get("name"),
                    "agency": row.data.get("abbreviation"),
                    "partner_account_status": account.get("status") or "active",
                    "crm_id": account.get("crm_id"),
                    "became_partner": account.get("became_partner"),
                }
    return dict(sorted(found.items(), key=lambda item: str(item[0])))


def _gtc(agreement: Agreement) -> dict[str, object]:
    return {
        "mod_number": agreement.data.get("mod", 0),
        "start_date": agreement.data.get("starts"),
        "end_date": agreement.data.get("ends"),
        "estimated_amount": agreement.data.get("estimated_amount"),
        "partner_account": agreement.account,
    }


def _order(order: Order, issuers: Sequence[str]) -> dict[str, object]:
    return {
        "iaa_gtc": order.agreement.number,
        "order_number": order.number,
        "mod_number": order.mod["number"],
        "start_date": order.mod.get("starts"),
        "end_date": order.mod.get("ends"),
        "estimated_amount": order.mod.get("estimated_amount"),
        "integrations": list(issuers),
    }


def _listed(orders: Sequence[Order], providers: Sequence[Provider]) -> dict[tuple[str, str, int], list[str]]:
    """The issuers that each order lists, by the names of their apps.

    Inactive providers too: the IdP deletes a usage that is no longer listed, and with it what the order is billed for.
    """
    by_name: dict[tuple[str, str], list[str]] = {}
    for provider in providers:
        by_name.setdefault((provider.partner, provider.row.app_name), []).append(provider.row.issuer)
    found: dict[tuple[str, str, int], list[str]] = {}
    for order in orders:
        names = order.mod.get("integrations")
        wanted = {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()
        issuers = {issuer for name in wanted for issuer in by_name.get((order.agreement.partner, name), ())}
        found[order_key(order)] = sorted(issuers)
    return found


def _integrations(
    orders: Sequence[Order], listed: Mapping[tuple[str, str, int], Sequence[str]], providers: Sequence[Provider]
) -> dict[object, object]:
    """Every provider that an order lists. Of several orders' accounts, that of the order its own `iaa` names."""
    accounts: dict[str, dict[str, str | None]] = {}
    for order in orders:
        for issuer in listed[order_key(order)]:
            number = f"{order.agreement.number}-{order.number:04d}"
            accounts.setdefault(issuer, {})[number] = order.agreement.account
    found: dict[object, object] = {}
    for provider in sorted(providers, key=lambda provider: provider.row.issuer):
        choice = accounts.get(provider.row.issuer)
        if choice:
            billed = str(provider.row.columns.get("iaa")).rpartition("-")[0]
            found[provider.row.issuer] = {
                "partner_account": choice.get(billed, next(iter(choice.values()))),
                "name": provider.row.app_name,
                "integration_status": "live",
            }
    return found
