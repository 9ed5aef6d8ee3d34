"""What partners' agencies, accounts and agreements must hold for the IdP's seeders to accept them all."""

from __future__ import annotations

from json import JSONEncoder
from typing import TYPE_CHECKING

from launchwindow.idp_agreements import ACCOUNT_STATUSES, Agreement, agreements, day, mappings, signed_orders
from launchwindow.idp_checks import HALF_CHARACTER, RUBY_TEMPLATE, has_half_character
from launchwindow.load.plain import shown
from launchwindow.model.idp_files import SetProblem
from launchwindow.partner_claims import clashes, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from launchwindow.model.row import PartnerRow

_MOST_DOLLARS = 10_000_000_000
"""The IdP's column holds ten digits before the point."""

_LARGEST_NUMBER = 10**18 - 1

_json = JSONEncoder(ensure_ascii=False, default=repr).encode


def partner_problems(partners: Mapping[str, PartnerRow]) -> Iterator[SetProblem]:
    """What is wrong with the partners' rows, each by itself and among themselves."""
    for partner, row in partners.items():
        for message in (*_texts(row), *_agency(row), *_accounts(row), *_unnumbered(row)):
            yield SetProblem(partner, message)
    for agreement in agreements(partners):
        accounts = mappings(partners[agreement.partner].data.get("accounts"))
        known = {text(account.get("requesting_agency")) for account in accounts}
        for message in (*_agreement(agreement, known), *_orders(agreement)):
            yield SetProblem(agreement.partner, f"{shown(agreement.number)}: {message}")
    for clash in clashes(partners):
        yield SetProblem(clash.partner, f"{clash.message}: {clash.advice}.")


def _texts(row: PartnerRow) -> Iterator[str]:
    written = _json(dict(row.data))
    if RUBY_TEMPLATE in written:
        yield "“<%” stands in one of its values: the IdP would run what follows as Ruby. Remove it."
    if has_half_character(written):
        yield HALF_CHARACTER


def _agency(row: PartnerRow) -> Iterator[str]:
    if row.agency_id is None:
        if mappings(row.data.get("accounts")):
            yield "It has accounts but no agency_id, so the IdP has no agency for them: add the agency_id."
        return
    for field in ("name", "abbreviation"):
        if not text(row.data.get(field)):
            yield f"Its agency has no {field}: the IdP needs one."


def _accounts(row: PartnerRow) -> Iterator[str]:
    for account in mappings(row.data.get("accounts")):
        name = shown(account.get("requesting_agency"))
        for field in ("requesting_agency", "name"):
            if not text(account.get(field)):
                yield f"The account {name} has no {field}: the IdP needs one."
        status = account.get("status")
        if status and not (isinstance(status, str) and status in ACCOUNT_STATUSES):
            yield f"The account {name} has the status {shown(status)}: use one of {', '.join(ACCOUNT_STATUSES)}."
        if account.get("became_partner") is not None and day(account["became_partner"]) is None:
            yield f"The account {name} became a partner on {shown(account['became_partner'])}, which is no date."
        if account.get("crm_id") is not None and not _whole(account["crm_id"], _LARGEST_NUMBER):
            yield f"The account {name} has the crm_id {shown(account['crm_id'])}: it must be a whole number."


def _unnumbered(row: PartnerRow) -> Iterator[str]:
    if not all(text(agreement.get("gtc")) for agreement in mappings(row.data.get("agreements"))):
        yield "One of its agreements has no gtc: write its GTC number."


def _agreement(agreement: Agreement, known: set[str]) -> Iterator[str]:
    if agreement.account is None:
        yield "it names no account, and the partner has not just one: add `account`."
    elif agreement.account not in known:
        yield f"the account {shown(agreement.account)} is none of the partner's: add it, or name another."
    if not _whole(agreement.data.get("mod", 0)):
        yield f"mod is {shown(agreement.data['mod'])}: it must be a whole number from 0."
    yield from _period(agreement.data, "it")
    yield from _amount(agreement.data, "its estimated_amount")


def _orders(agreement: Agreement) -> Iterator[str]:
    data = mappings(agreement.data.get("orders"))
    numbers = [order.get("number") for order in data]
    for order in data:
        name = f"order {shown(order.get('number'))}"
        if not _whole(order.get("number")):
            yield f"{name} must have a whole number."
        elif numbers.count(order["number"]) > 1:
            yield f"{name} stands there {numbers.count(order['number'])} times: keep one."
        mods = [mod.get("number") for mod in mappings(order.get("mods"))]
        if not all(_whole(mod) for mod in mods) or len({str(mod) for mod in mods}) < len(mods):
            yield f"{name}: each of its mods must have a whole number of its own, from 0."
    for signed in signed_orders(agreement):
        yield from _period(signed.mod, f"order {signed.number}")
        yield from _amount(signed.mod, f"the estimated_amount of order {signed.number}")


def _period(data: Mapping[str, object], what: str) -> Iterator[str]:
    starts, ends = day(data.get("starts")), day(data.get("ends"))
    if starts is None or ends is None:
        yield f"{what} needs starts and ends as dates like 2027-03-31."
    elif ends <= starts:
        yield f"{what} ends on {ends}, which is not after {starts}, when it starts."


def _amount(data: Mapping[str, object], what: str) -> Iterator[str]:
    amount = data.get("estimated_amount")
    number = isinstance(amount, (int, float)) and not isinstance(amount, bool) and 0 <= amount < _MOST_DOLLARS
    if amount is not None and not number:
        yield f"{what} is {shown(amount)}: it must be a number from 0 to less than {_MOST_DOLLARS:,}."


def _whole(value: object, most: int = 9999) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
