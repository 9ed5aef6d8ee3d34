"""Which fields hold addresses, and their parts. Shared by the address rules; no rule itself."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from launchwindow.model.app import once_for_each
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from urllib.parse import SplitResult

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts

URL_FIELDS = (
    "acs_url",
    "assertion_consumer_logout_service_url",
    "sp_initiated_login_url",
    "return_to_sp_url",
    "failure_to_proof_url",
    "post_idv_follow_up_url",
    "push_notification_url",
    "metadata_url",
)

_PLACES = tuple((field, f"/{field}") for field in URL_FIELDS)

TEMPLATE = "/post_idv_follow_up_url"
"""The one address that the identity provider fills in, by Ruby's `format`."""

_TO_BE_FILLED = re.compile(r"\W*(?:TBD|TODO|FIXME|CHANGE[_ -]?ME|REPLACE[_ -]?ME|FILL[_ -]?ME)\W*", re.IGNORECASE)
_FORMAT = re.compile(r"%%|%\{locale\}")
_ORDINARY = re.compile(r"https://((?:(?!xn--)[a-z0-9-]{1,63}\.)+(?:gov|mil))(?:/[A-Za-z0-9/_.~-]*)?")
_LONGEST_ORDINARY = 253
"""Characters: no host in it is longer than a host can be."""


class Addresses(NamedTuple):
    """The addresses in an app's file, placeholders left out, each with its JSON Pointer.

    Most are ordinary: https, a host on .gov or .mil in lower case without anything special, and a path of plain
    characters. Of such an address nothing is to be said but for its host's name, and a dozen rules would look at each
    to find that out. So each is looked at once, and those rules ask for the odd ones alone.
    """

    all: tuple[tuple[str, str], ...]
    odd: tuple[tuple[str, str], ...]
    """Those that are not ordinary."""
    ordinary: tuple[tuple[str, str], ...]
    """(JSON Pointer, host) of the others."""

    @property
    def hosts(self) -> set[str]:
        """The hosts of ordinary addresses: as a rule one or two."""
        return {host for _, host in self.ordinary}


@once_for_each
def addresses_of(app: App) -> Addresses:
    """What is known of an app's addresses, found out once for all rules."""
    every, odd, ordinary = [], [], []
    for path, value in _written(app):
        host = ordinary_host(value)
        if host is not None:
            ordinary.append((path, host))
        elif is_placeholder(value):
            continue
        else:
            odd.append((path, value))
        every.append((path, value))
    return Addresses(tuple(every), tuple(odd), tuple(ordinary))


def ordinary_host(address: str) -> str | None:
    """The host of an ordinary address; None for an odd one."""
    found = _ORDINARY.fullmatch(address) if len(address) <= _LONGEST_ORDINARY else None
    return found[1] if found is not None else None


def addresses(app: App) -> tuple[tuple[str, str], ...]:
    """(JSON Pointer, address) of every address in an app's file, placeholders left out."""
    return addresses_of(app).all


def _written(app: App) -> Iterator[tuple[str, str]]:
    data = app.data
    for field, path in _PLACES:
        value = data.get(field)
        if isinstance(value, str) and value:
            yield path, value
    for index, value in app.texts("redirect_uris"):
        yield f"/redirect_uris/{index}", value


def filled_in(path: str, address: str) -> str | None:
    """The address as people get it; None for a template that can't be filled in. Only `TEMPLATE` is one."""
    if path != TEMPLATE:
        return address
    if "%" in _FORMAT.sub("", address):
        return None
    return _FORMAT.sub(lambda found: "%" if found[0] == "%%" else "en", address)


def is_placeholder(text: str) -> bool:
    """Whether all of the text waits to be filled in, such as `<REPLACE_ME>` and TBD: a finding of `placeholder`."""
    return (text.startswith("<") and text.endswith(">")) or _TO_BE_FILLED.fullmatch(text) is not None


@lru_cache(maxsize=2048)
def split(address: str) -> SplitResult | None:
    """The address's parts, None when it can't be read as one. A dozen rules ask about each odd address."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(address)
        _ = parts.port, parts.hostname
    except ValueError:
        return None
    return parts


def left_to(rule: str, app: App, facts: Facts) -> bool:
    """Whether a rule may leave what it finds to `rule`, which says more about the same cause.

    Only while that one is an error and the app has no waiver for it: else a lowered severity, or a waiver that was
    given for another address, would let through what both refuse.
    """
    if facts.policy.severities.get(rule, "error") != "error":
        return False
    return all(waiver.get("rule") != rule for _, waiver in app.items("waivers"))
