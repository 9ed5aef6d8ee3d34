"""What a partner's agreements (IAAs) say about an app. Shared by the agreement rules; no rule itself.

An IAA number is GTC-Order-Mod: the General Terms & Conditions (form 7600A), the order under them (7600B) and the
order's modification. The latest signed modification decides what an order covers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple
from launchwindow.rules.addresses import is_placeholder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from launchwindow.model.app import App, Partner
    from launchwindow.model.day import Day
    from launchwindow.model.finding import Severity
    from launchwindow.model.rule import Facts

INTERNAL = "LGINTERNAL"
"""Stands instead of a number for Login.gov's own apps, which need no agreement."""

NEVER = "9999-12-31"
_NUMBER = re.compile(r"(.+)-([0-9]{4})-([0-9]{4})")
_GTC = re.compile(r"LG[A-Z]{2,}[0-9]{6}")
_DAY = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")


class Period(NamedTuple):
    """ISO dates, both days included; None where there is no readable date, which is left to the schema."""

    starts: str | None
    ends: str | None

    def covers(self, day: str | Day) -> bool:
        """Whether a day lies in the period, as far as the period is known."""
        return (self.starts or "") <= day <= (self.ends or NEVER)

    def __str__(self) -> str:
        return f"{self.starts or '?'} to {self.ends or '?'}"


class Mod(NamedTuple):
    """One modification of an order; 0 is the order as first agreed."""

    number: int
    signed: str | None
    """ISO date of the last signature, None while one is missing."""
    period: Period
    integrations: tuple[str, ...]


class Order(NamedTuple):
    """An order and its modifications, in the order of the partner's file."""

    gtc: str
    number: int
    mods: tuple[Mod, ...]

    def iaa(self, mod: Mod) -> str:
        """The number of the agreement, as an app's `iaa` writes it."""
        return f"{self.gtc}-{self.number:04}-{mod.number:04}"

    def latest_signed(self, today: str | Day) -> Mod | None:
        """The signed modification with the highest number; a signature dated after `today` is none yet."""
        signed = [mod for mod in self.mods if mod.signed is not None and mod.signed <= today]
        return max(signed, key=lambda mod: mod.number, default=None)


class Gtc(NamedTuple):
    """General Terms & Conditions with their orders."""

    number: str
    period: Period
    orders: tuple[Order, ...]


_read: dict[int, tuple[Mapping[str, object], tuple[Gtc, ...]]] = {}
"""By the identity of a partner's data, which the data beside it keeps from being used again."""

_MOST_READ = 1000


class Number(NamedTuple):
    """The parts of an IAA number."""

    gtc: str
    order: int
    mod: int


class Standing(NamedTuple):
    """Where an app's IAA number leads; each part is None when it, or one before it, leads nowhere."""

    text: str
    """The number as written."""
    number: Number | None
    gtc: Gtc | None
    order: Order | None
    mod: Mod | None
    decides: Mod | None
    """The order's latest signed modification; only when the named one is signed too."""


def severity(app: App, facts: Facts) -> Severity:
    """An error for a new app; a warning for one that the IdP already runs."""
    return "warning" if facts.is_deployed(app) else "error"


def agreements(partner: Partner | None) -> tuple[Gtc, ...]:
    """The agreements in a partner's file; what is not well formed is left out, and to the schema."""
    if partner is None:
        return ()
    # Every app of a partner asks, several rules each.
    if id(partner.data) not in _read:
        if len(_read) > _MOST_READ:
            _read.clear()
        _read[id(partner.data)] = (partner.data, tuple(_gtcs(partner.data)))
    return _read[id(partner.data)][1]


def parse(text: str, known: tuple[Gtc, ...]) -> Number | None:
    """The parts of an IAA number, None when it is none.

    A GTC is `LG`, the agency's letters, perhaps `FY`, and six digits: LGABCFY210001, LGABC210001. Older ones have
    other forms, so one that the partner's file lists is right as it stands.
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    number = Number(match[1], int(match[2]), int(match[3]))
    return number if _GTC.fullmatch(number.gtc) or any(gtc.number == number.gtc for gtc in known) else None


def standing(app: App, facts: Facts) -> Standing | None:
    """Where the app's number leads; None when no agreement is needed, or another rule already asks for the number."""
    # Several rules ask about each app.
    known = _standings.get(id(app))
    if known is None or known[1] is not facts:
        if len(_standings) > _MOST_READ:
            _standings.clear()
        known = _standings[id(app)] = (app, facts, _standing(app, facts))
    return known[2]


_standings: dict[int, tuple[App, Facts, Standing | None]] = {}
"""By the identity of an app, as above."""


def _standing(app: App, facts: Facts) -> Standing | None:
    text = app.text("iaa")
    if not facts.needs_agreement(app) or text is None or text == INTERNAL or is_placeholder(text):
        return None
    known = agreements(facts.partner_of(app))
    number = parse(text, known)
    if number is None:
        return Standing(text, None, None, None, None, None)
    gtc = next((gtc for gtc in known if gtc.number == number.gtc), None)
    order = next((order for order in gtc.orders if order.number == number.order), None) if gtc else None
    mod = next((mod for mod in order.mods if mod.number == number.mod), None) if order else None
    today = facts.day(app)
    decides = order.latest_signed(today) if order and mod and mod.signed and mod.signed <= today else None
    return Standing(text, number, gtc, order, mod, decides)


def day_of(value: object) -> str | None:
    """A value that is an ISO date, else None: what is malformed is left to the schema."""
    return value if isinstance(value, str) and _DAY.fullmatch(value) else None


def _gtcs(data: Mapping[str, object]) -> Iterator[Gtc]:
    for item in _mappings(data.get("agreements")):
        number = item.get("gtc")
        if isinstance(number, str):
            yield Gtc(number, _period(item), tuple(_orders(number, item)))


def _orders(gtc: str, data: Mapping[str, object]) -> Iterator[Order]:
    for item in _mappings(data.get("orders")):
        number = item.get("number")
        if isinstance(number, int):
            yield Order(gtc, number, tuple(_mods(item)))


def _mods(data: Mapping[str, object]) -> Iterator[Mod]:
    for item in _mappings(data.get("mods")):
        number, listed = item.get("number"), item.get("integrations")
        if isinstance(number, int):
            names = tuple(name for name in listed if isinstance(name, str)) if isinstance(listed, list) else ()
            yield Mod(number, day_of(item.get("signed")), _period(item), names)


def _mappings(value: object) -> Iterator[Mapping[str, object]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def _period(data: Mapping[str, object]) -> Period:
    return Period(day_of(data.get("starts")), day_of(data.get("ends")))
