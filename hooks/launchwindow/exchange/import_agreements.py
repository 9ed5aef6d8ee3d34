"""The IdP's agreement files as a whole: which partner an account belongs to, and what has no place here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.exchange.import_partner import ACCOUNTS, GTCS, ORDERS, Agreements, fields_of, orphans
from launchwindow.exchange.import_report import NotCarried, shortened
from launchwindow.idp_agreements import ACCOUNT_STATUSES, INTEGRATION_STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from launchwindow.exchange.import_agencies import Agency, Group, GroupKey

    Sections = Mapping[str, Mapping[str, object]]

INTEGRATIONS = "integrations.yml"
_STATUSES = (
    ("partner_account_statuses.yml", ACCOUNT_STATUSES),
    ("integration_statuses.yml", INTEGRATION_STATUSES),
)


def agreements_of(sections: Sections) -> Agreements:
    """The agreement files' entries, and the names that `integrations.yml` gives to issuers."""
    integrations = sections[INTEGRATIONS]
    names = {issuer: fields_of(integrations, issuer).get("name") for issuer in integrations}
    app_names = {issuer: name for issuer, name in names.items() if isinstance(name, str) and name}
    return Agreements(sections[ACCOUNTS], sections[GTCS], sections[ORDERS], app_names)


def accounts_by_agency(
    agreements: Agreements, agencies: Mapping[int, Agency]
) -> tuple[dict[int, list[str]], frozenset[str]]:
    """Agency's number -> its accounts, by the abbreviation that they name; and all accounts that have an agency."""
    numbers = {agency.abbreviation.casefold(): number for number, agency in agencies.items() if agency.abbreviation}
    found: dict[int, list[str]] = {}
    assigned = set()
    for name in agreements.accounts:
        number = numbers.get(str(fields_of(agreements.accounts, name).get("agency")).casefold())
        if number is not None:
            found.setdefault(number, []).append(name)
            assigned.add(name)
    return found, frozenset(assigned)


def leftovers(
    sections: Sections, agreements: Agreements, agencies: Mapping[int, Agency], groups: Mapping[GroupKey, Group],
    assigned: frozenset[str], lost: list[NotCarried],
) -> None:  # fmt: skip
    """Note every entry of the agreement files that no partner's file holds."""
    for number, agency in agencies.items():
        if (number, "") not in groups:
            why = "has no provider and no account; the IdP keeps it"
            name = shortened(agency.abbreviation or agency.name)
            lost.append(NotCarried(f"agencies.yml: {number}", "agency", name, why))
    orphans(agreements, assigned, lost)
    for file, known in _STATUSES:
        for name in sections[file]:
            if name not in known:
                why = f"is no status that Launchwindow writes ({', '.join(known)}); the IdP keeps it"
                lost.append(NotCarried(file, shortened(name), "", why))
    _integrations(sections[INTEGRATIONS], agreements, lost)


def _integrations(integrations: Mapping[str, object], agreements: Agreements, lost: list[NotCarried]) -> None:
    listed = _listing_accounts(agreements)
    for issuer in integrations:
        entry = fields_of(integrations, issuer)

        def lose(field: str, why: str, issuer: str = issuer, entry: Mapping[str, object] = entry) -> None:
            where = f"{INTEGRATIONS}: {shortened(issuer)}"
            lost.append(NotCarried(where, shortened(field), shortened(entry.get(field)), why))

        if entry.get("dashboard_identifier") is not None:
            lose("dashboard_identifier", "has no field here; the IdP keeps it")
        for field in entry:
            if field not in ("name", "partner_account", "integration_status", "dashboard_identifier"):
                lose(field, "is not stored by the IdP, and has no field here")
        accounts = listed.get(issuer)
        if accounts is None:
            lose("partner_account", "no order lists this integration, so it is not written again; the IdP keeps it")
            continue
        if entry.get("integration_status") not in (None, "live"):
            lose("integration_status", "is written as live once a signed order lists the app")
        if entry.get("partner_account") not in accounts:
            lose("partner_account", "is not the account whose order lists the app; that one is written")


def _listing_accounts(agreements: Agreements) -> dict[str, set[object]]:
    """Issuer -> the accounts of the orders that list it."""
    found: dict[str, set[object]] = {}
    for label in agreements.orders:
        order = fields_of(agreements.orders, label)
        account = fields_of(agreements.gtcs, str(order.get("iaa_gtc"))).get("partner_account")
        issuers = order.get("integrations")
        for issuer in issuers if isinstance(issuers, list) else []:
            if isinstance(issuer, str) and isinstance(account, str):
                found.setdefault(issuer, set()).add(account)
    return found
