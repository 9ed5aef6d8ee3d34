"""A partner's file from the IdP's agencies, accounts and agreements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.exchange.import_report import PLACEHOLDER, NotCarried, shortened
from launchwindow.exchange.plain_yaml import Noted
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from launchwindow.exchange.import_agencies import Group

    Lose = Callable[[str, object, str], None]

ACCOUNTS, GTCS, ORDERS = "partner_accounts.yml", "iaa_gtcs.yml", "iaa_orders.yml"
_NOT_STORED = "is not stored by the IdP, and has no field here"


class Agreements(NamedTuple):
    """The IdP's agreement files, of one Rails environment, as read."""

    accounts: Mapping[str, object]
    gtcs: Mapping[str, object]
    orders: Mapping[str, object]
    app_names: Mapping[str, str]
    """Issuer -> the name that `integrations.yml` gives it."""


def partner_data(
    group: Group, teams: list[dict[str, object]] | None, has_apps: bool, kept: Mapping[str, object],
    accounts: list[str], agreements: Agreements, lost: list[NotCarried],
) -> dict[str, object]:  # fmt: skip
    """The partner's file. `teams` are those that are known, `kept` is its `imported` mapping, `accounts` the names of
    its accounts at the IdP."""
    team = {
        "id": Noted(PLACEHOLDER, "what the apps' `team` names"),
        "name": Noted(PLACEHOLDER, "what people call the team"),
        "members": Noted([], "who may ask for changes: {email: …, github: …}"),
    }
    data: dict[str, object] = {
        "name": group.name or Noted(PLACEHOLDER, "the agency's full name"),
        "abbreviation": group.abbreviation or Noted(PLACEHOLDER, "the agency's short name"),
        "agency_id": group.agency_id,
        "teams": teams or ([team] if has_apps else []),
    }
    if accounts:
        data["accounts"] = [_account(name, agreements, lost) for name in accounts]
        terms = list(_gtcs(accounts, agreements, lost))
        if terms:
            data["agreements"] = terms
    if kept:
        data["imported"] = kept
    return data


def _loser(file: str, key: str, lost: list[NotCarried]) -> Lose:
    def lose(field: str, value: object, why: str) -> None:
        lost.append(NotCarried(f"{file}: {shortened(key)}", shortened(field), shortened(value), why))

    return lose


def fields_of(section: Mapping[str, object], key: str) -> Mapping[str, object]:
    """The attributes of one entry; none where it is no mapping."""
    value = section.get(key)
    return value if isinstance(value, dict) else {}


def _rest(entry: Mapping[str, object], carried: frozenset[str], lose: Lose) -> None:
    for field, value in entry.items():
        if field not in carried:
            lose(field, value, _NOT_STORED)


def _account(name: str, agreements: Agreements, lost: list[NotCarried]) -> dict[str, object]:
    entry = fields_of(agreements.accounts, name)
    lose = _loser(ACCOUNTS, name, lost)
    full_name = entry.get("name")
    data: dict[str, object] = {
        "requesting_agency": name,
        "name": full_name if full_name else Noted(PLACEHOLDER, "the account's full name"),
    }
    for field, theirs in (("status", "partner_account_status"), ("became_partner", "became_partner")):
        if entry.get(theirs) is not None:
            data[field] = entry[theirs]
    if "crm_id" in entry:
        data["crm_id"] = entry["crm_id"]
    known = frozenset({"name", "agency", "partner_account_status", "became_partner", "crm_id"})
    _rest(entry, known, lose)
    return data


def _period(entry: Mapping[str, object]) -> dict[str, object]:
    blank = Noted(PLACEHOLDER, "a date such as 2026-01-15")
    return {
        "starts": entry.get("start_date") or blank,
        "ends": entry.get("end_date") or blank,
    }


def _gtcs(accounts: list[str], agreements: Agreements, lost: list[NotCarried]) -> Iterator[dict[str, object]]:
    for number in agreements.gtcs:
        entry = fields_of(agreements.gtcs, number)
        if entry.get("partner_account") not in accounts:
            continue
        lose = _loser(GTCS, number, lost)
        data: dict[str, object] = {"gtc": number}
        if entry.get("mod_number") is not None:
            data["mod"] = entry["mod_number"]
        data["account"] = entry["partner_account"]
        if entry.get("estimated_amount") is not None:
            data["estimated_amount"] = entry["estimated_amount"]
        data |= _period(entry)
        data["orders"] = list(_orders(number, agreements, lost))
        known = frozenset({"mod_number", "start_date", "end_date", "estimated_amount", "partner_account"})
        _rest(entry, known, lose)
        yield data


def _orders(gtc: str, agreements: Agreements, lost: list[NotCarried]) -> Iterator[dict[str, object]]:
    for label in agreements.orders:
        entry = fields_of(agreements.orders, label)
        if str(entry.get("iaa_gtc")) != gtc:
            continue
        lose = _loser(ORDERS, label, lost)
        number, mod = entry.get("order_number"), entry.get("mod_number")
        if not _whole(number) or not _whole(mod):
            lose("order_number, mod_number", [number, mod], "are no numbers, so the whole order was left out")
            continue
        unknown = "the day on which the last party signed, or null; the IdP does not know it"
        state: dict[str, object] = {
            "number": mod,
            "signed": Noted(PLACEHOLDER, unknown),
            **_period(entry),
        }
        if entry.get("estimated_amount") is not None:
            state["estimated_amount"] = entry["estimated_amount"]
        state["integrations"] = list(_listed(entry.get("integrations"), agreements, lose))
        known = frozenset(
            {"iaa_gtc", "order_number", "mod_number", "start_date", "end_date", "estimated_amount", "integrations"}
        )
        _rest(entry, known, lose)
        yield {"number": number, "mods": [state]}


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _listed(issuers: object, agreements: Agreements, lose: Lose) -> Iterator[str]:
    """The names of the apps that an order lists; the IdP lists them by issuer."""
    for issuer in issuers if isinstance(issuers, list) else []:
        name = agreements.app_names.get(issuer) if isinstance(issuer, str) else None
        if name is None:
            lose("integrations", issuer, "has no name in integrations.yml or is no provider")
        else:
            yield name


def orphans(agreements: Agreements, assigned: frozenset[str], lost: list[NotCarried]) -> None:
    """Note the accounts without a known agency, and the agreements without an account of a partner."""
    for name in agreements.accounts:
        if name not in assigned:
            agency = fields_of(agreements.accounts, name).get("agency")
            _loser(ACCOUNTS, name, lost)("agency", agency, "is no agency of agencies.yml, so the account was left out")
    carried = set()
    for number in agreements.gtcs:
        account = fields_of(agreements.gtcs, number).get("partner_account")
        if isinstance(account, str) and account in assigned:
            carried.add(number)
        else:
            why = "is no account that was imported, so the agreement was left out"
            _loser(GTCS, number, lost)("partner_account", account, why)
    for label in agreements.orders:
        gtc = fields_of(agreements.orders, label).get("iaa_gtc")
        if str(gtc) not in carried:
            _loser(ORDERS, label, lost)("iaa_gtc", gtc, "is no agreement that was imported, so the order was left out")
