"""Which partner each provider belongs to. `agency_id` decides: the `agency` text is a hint that the seeder drops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.exchange.columns import stored
from launchwindow.exchange.names import first_kebab, kebab, unique
from launchwindow.load.plain import clean
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GroupKey = tuple[int | None, str]
"""(agency_id, ""), or (None, the hint in kebab case) of providers that have no agency_id."""

_LARGEST_ID = 2**31 - 1


class Agency(NamedTuple):
    """An entry of `agencies.yml`; empty texts where it is silent."""

    id: int
    name: str
    abbreviation: str


class Group(NamedTuple):
    """A partner to be: its id, and what is known of its agency."""

    partner: str
    agency_id: int | None
    name: str
    abbreviation: str


def agencies_of(section: Mapping[str, object]) -> dict[int, Agency]:
    """Number -> agency, of `agencies.yml`; entries that are none are left out."""
    found = {}
    for key, value in section.items():
        number = agency_number(key)
        if number is not None and isinstance(value, dict):
            name, abbreviation = (value.get(field) for field in ("name", "abbreviation"))
            found[number] = Agency(
                number, name if isinstance(name, str) else "", abbreviation if isinstance(abbreviation, str) else ""
            )
    return found


def agency_number(value: object) -> int | None:
    """An `agency_id` that can be one, else None."""
    number = stored("agency_id", value)
    return number if isinstance(number, int) and not isinstance(number, bool) and 0 < number <= _LARGEST_ID else None


def group_key(attributes: Mapping[str, object]) -> GroupKey:
    """The group that a provider belongs to."""
    number = agency_number(attributes.get("agency_id"))
    return (None, kebab(hint_of(attributes))) if number is None else (number, "")


def hint_of(attributes: Mapping[str, object]) -> str:
    """The `agency` text, or an empty one."""
    hint = attributes.get("agency")
    return hint if isinstance(hint, str) else ""


def groups_of(
    members: Iterable[tuple[GroupKey, str]], agencies: Mapping[int, Agency], with_accounts: Iterable[int]
) -> dict[GroupKey, Group]:
    """The partners to be, of (group, hint) of each provider and the agencies that have accounts.

    Agencies with a number choose their ids first, in the order of their numbers.
    """
    hints: dict[GroupKey, str] = {}
    for key, hint in members:
        hints[key] = hints.get(key) or hint
    for number in with_accounts:
        hints.setdefault((number, ""), "")
    groups: dict[GroupKey, Group] = {}
    taken: set[str] = set()
    for key in sorted(hints, key=lambda key: (key[0] is None, key[0] or 0, key[1])):
        group = _group(key, hints[key], agencies, taken)
        taken.add(group.partner)
        groups[key] = group
    return groups


def _group(key: GroupKey, hint: str, agencies: Mapping[int, Agency], taken: set[str]) -> Group:
    number = key[0]
    if number is None:
        base = first_kebab((hint,), "unassigned")
        return Group(unique(f"{base[:40]}-unassigned" if base in taken else base, taken), None, hint, "")
    agency = agencies.get(number, Agency(number, "", ""))
    base = first_kebab((agency.abbreviation, agency.name, hint), f"agency-{number}")
    return Group(unique(base, taken), number, agency.name, agency.abbreviation)


def hint_note(issuer: str, attributes: Mapping[str, object], agencies: Mapping[int, Agency]) -> str | None:
    """What people should know where the hint and `agency_id` don't say the same, else None."""
    hint, number = hint_of(attributes), agency_number(attributes.get("agency_id"))
    agency = None if number is None else agencies.get(number)
    who = clean(issuer)
    if number is None:
        said = f", though its `agency` says {clean(hint)}" if hint else ""
        return (
            f"{who} has no agency_id{said}; its partner's agency_id is null, as at the IdP. "
            "Giving it one gives every user of the app a new UUID."
        )
    if agency is None:
        return f"{who} has agency_id {number}, which agencies.yml doesn't hold."
    if hint and hint.casefold() not in (agency.name.casefold(), agency.abbreviation.casefold()):
        return (
            f"{who} says `agency: {clean(hint)}`, but its agency_id {number} is {clean(agency.name)}; "
            "the number decides, and the IdP drops the text."
        )
    return None
