"""Which hosts are on somebody's own machine or network. Shared by the address rules; no rule itself."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

_OWN_MACHINE = ("localhost", "localdomain")
_OWN_NETWORK = ("local", "internal", "home.arpa")
"""Names that no public server answers for: RFC 6761, 6762 and 8375, and ICANN's reservation of .internal."""

_NETWORKS = (
    ("0.0.0.0/8", "means the machine itself"), ("::/128", "means the machine itself"),
    ("127.0.0.0/8", "is the machine itself"), ("::1/128", "is the machine itself"),
    ("10.0.0.0/8", "is in a private network"), ("172.16.0.0/12", "is in a private network"),
    ("192.168.0.0/16", "is in a private network"), ("fc00::/7", "is in a private network"),
    ("100.64.0.0/10", "is in a carrier's own network"),
    ("169.254.0.0/16", "holds on one network link only"), ("fe80::/10", "holds on one network link only"),
)  # fmt: skip
_NUMBER = r"[0-9]{1,30}|0[xX][0-9A-Fa-f]{0,30}"


def why_local(host: str) -> str | None:
    """What makes the host local, as the end of a sentence that begins with it; None when it is not.

    Takes a name, an IPv6 address with or without brackets, and IPv4 in each form that browsers read: `127.1`,
    `2130706433`, `0x7f.0.0.1`, `0177.0.0.1`.
    """
    name = host.lower().removesuffix(".")
    for ending in _OWN_MACHINE:
        if name == ending or name.endswith("." + ending):
            return "is the machine itself"
    for ending in _OWN_NETWORK:
        if name == ending or name.endswith("." + ending):
            return "is a name for private networks"
    address = ip_address(name)
    if address is None:
        return None
    same = (one for one in _networks() if one[0].version == address.version)
    return next((why for network, why in same if address in network), None)


def ip_address(host: str) -> IPv4Address | IPv6Address | None:
    """The IP address that a browser takes the host for; None for a name."""
    name = host.strip("[]").removesuffix(".")
    if ":" in name:
        from ipaddress import IPv6Address

        try:
            found = IPv6Address(name)
        except ValueError:
            return None
        return found.ipv4_mapped or found
    value = _ipv4_number(name.split("."))
    if value is None:
        return None
    from ipaddress import IPv4Address

    return IPv4Address(value)


def _ipv4_number(parts: list[str]) -> int | None:
    """WHATWG URL, "IPv4 parser": up to four numbers, the last of which fills what is left of the 32 bits."""
    numbers = [_number(part) for part in parts]
    if len(numbers) > 4 or None in numbers:
        return None
    *first, last = (number or 0 for number in numbers)
    if any(number > 255 for number in first) or last >= 1 << 8 * (4 - len(first)):
        return None
    for place, number in enumerate(first):
        last += number << 8 * (3 - place)
    return last


def _number(part: str) -> int | None:
    if not re.fullmatch(_NUMBER, part):
        return None
    base = 16 if part[:2] in ("0x", "0X") else 8 if part[0] == "0" else 10
    digits = part[2:] if base == 16 else part
    try:
        return int(digits, base) if digits else 0
    except ValueError:
        return None


@lru_cache(maxsize=1)
def _networks() -> tuple[tuple[IPv4Network | IPv6Network, str], ...]:
    from ipaddress import ip_network

    return tuple((ip_network(network), why) for network, why in _NETWORKS)
