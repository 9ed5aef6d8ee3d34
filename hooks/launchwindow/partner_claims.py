"""What only one partner can have: names and numbers by which the IdP's seeders tell agencies and agreements apart."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, TypeVar

from launchwindow.load.plain import shown
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from launchwindow.model.row import PartnerRow

# By name it would be compiled, the only thing in a check that is: Python takes 2 ms to get ready for that.
_K = TypeVar("_K", bound=Hashable)


class Clash(NamedTuple):
    """One value that can't stand beside another's, from the side of one partner."""

    partner: str
    path: str
    """JSON Pointer into the partner's file."""
    value: object
    among: tuple[str, ...]
    """All partners that have the value, by id; one that has it twice is there twice."""
    message: str
    advice: str


def clashes(partners: Mapping[str, PartnerRow]) -> Iterator[Clash]:
    """Each value of a partner that can't stand beside those of the others, or beside another of its own."""
    yield from _agencies(partners)
    yield from _accounts(partners)


def _agencies(partners: Mapping[str, PartnerRow]) -> Iterator[Clash]:
    """Two may bring one agency, if they call it the same; no name stands for two agencies."""
    rows = [(partner, row) for partner, row in sorted(partners.items()) if row.agency_id is not None]

    def found(what: str, key: Callable[[PartnerRow], object], value: Callable[[PartnerRow], object]) -> Iterator[Clash]:
        for shared_key, subjects in shared((key(row), partner) for partner, row in rows if key(row)):
            if len({value(partners[one]) for one in subjects}) > 1:
                for one in subjects:
                    message = f"Its {what} {shown(shared_key)} is also that of {others(one, subjects)}, but of another "
                    advice = "make them agree, or give it its own"
                    yield Clash(one, f"/{what}", shared_key, subjects, f"{message}agency", advice)

    yield from found("name", lambda row: text(row.data.get("name")), lambda row: row.agency_id)
    yield from found("abbreviation", lambda row: text(row.data.get("abbreviation")).lower(), lambda row: row.agency_id)
    agency = lambda row: (text(row.data.get("name")), text(row.data.get("abbreviation")))  # noqa: E731
    yield from found("agency_id", lambda row: row.agency_id, agency)


def _accounts(partners: Mapping[str, PartnerRow]) -> Iterator[Clash]:
    for field in ("requesting_agency", "name"):
        for value, subjects, places in _written(partners, "accounts", field):
            for partner, path in places:
                other = others(partner, subjects)
                message = f"The {field} {shown(value)} of its account is also that of one of {other}"
                yield Clash(partner, path, value, subjects, message, "give each account its own")
    for value, subjects, places in _written(partners, "agreements", "gtc"):
        for partner, path in places:
            message = f"The agreement {shown(value)} is also one of {others(partner, subjects)}"
            yield Clash(partner, path, value, subjects, message, "keep one")


def _written(
    partners: Mapping[str, PartnerRow], kind: str, field: str
) -> Iterator[tuple[str, tuple[str, ...], list[tuple[str, str]]]]:
    """(value, partners, (partner, path) of each place) of every text that a list's field has more than once."""
    places: dict[str, list[tuple[str, str]]] = {}
    for partner, row in partners.items():
        listed = row.data.get(kind)
        for index, item in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(item, dict) and text(item.get(field)):
                places.setdefault(item[field], []).append((partner, f"/{kind}/{index}/{field}"))
    for value, subjects in shared((value, partner) for value, found in places.items() for partner, _ in found):
        yield value, subjects, places[value]


def text(value: object) -> str:
    """A text, empty for anything else."""
    return value if isinstance(value, str) else ""


def shared(pairs: Iterable[tuple[_K, str]]) -> Iterator[tuple[_K, tuple[str, ...]]]:
    """(key, subjects) of each key that stands more than once; a subject that has it twice is there twice."""
    found: dict[_K, list[str]] = {}
    for key, subject in pairs:
        found.setdefault(key, []).append(subject)
    for key, subjects in found.items():
        if len(subjects) > 1:
            yield key, tuple(sorted(subjects))


def others(subject: str, subjects: Sequence[str], limit: int = 3) -> str:
    """The first few subjects but this one; “itself” where it stands there alone."""
    # Only the first are looked at: all of a large fleet may share one value.
    rest = [shown(one) for one in dict.fromkeys(subjects[: limit + 2]) if one != subject]
    more = " and others" if len(rest) > limit else ""
    return ", ".join(rest[:limit]) + more if rest else "itself"
