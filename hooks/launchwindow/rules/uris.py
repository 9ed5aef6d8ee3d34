"""Addresses as the identity provider reads and compares them: Ruby's `URI.parse` (RFC 3986) and its `==`.

Shared by the address rules; no rule itself. Python's own `urlsplit` takes far more, so what it takes proves nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from launchwindow.model.named import NamedTuple

WEB = ("http", "https")
DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
HIGHEST_PORT = 65535

_ESCAPE = "%[0-9A-Fa-f]{2}"
_NAME = f"(?:{_ESCAPE}|[!$&-.0-9;=A-Z_a-z~])*"
_USER = f"(?:{_ESCAPE}|[!$&-.0-9:;=A-Z_a-z~])*"
_PATH = f"(?:{_ESCAPE}|[!$&-.0-9:;=@A-Z_a-z~/])"
_FRAGMENT = f"(?:{_ESCAPE}|[!$&-.0-9:;=@A-Z_a-z~/?])*"
_END = rf"(?:\?(?P<query>[^#]*))?(?:\#(?P<fragment>{_FRAGMENT}))?"
_AUTHORITY = rf"(?:(?P<user>{_USER})@)?(?P<host>\[[0-9A-Fa-f:.]+\]|{_NAME})(?::(?P<port>[0-9]*))?"
_URI = (
    rf"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?"
    rf"(?://{_AUTHORITY}(?P<after>(?:/{_PATH}*)?)|(?P<path>/(?!/){_PATH}*)|(?P<opaque>(?!/){_PATH}+)|){_END}"
)
_RAW_IN_QUERY = rf"(?!{_ESCAPE})[\x00-\x20\"#%<>`\x7f]"


class Uri(NamedTuple):
    """The parts of an address; None where there is none. `scheme` is in lower case.

    `host` keeps its brackets; `port` is the written one or the scheme's own, and more than `HIGHEST_PORT` when it is
    too long to be meant. `opaque` is what follows the colon where no slash does (`mailto:someone`, `localhost:3000`);
    then there is no path.
    """

    scheme: str | None
    user: str | None
    host: str | None
    port: int | None
    path: str | None
    opaque: str | None
    query: str | None
    fragment: str | None

    @property
    def web(self) -> bool:
        """Whether it is an http or https address with a host."""
        return self.scheme in WEB and bool(self.host)


@lru_cache(maxsize=2048)
def parse(address: str) -> Uri | None:
    """The address's parts, None where the identity provider can't read it."""
    match = re.fullmatch(_URI, address) if address.isascii() else None
    if match is None or not _is_address(match["host"]):
        return None
    scheme = match["scheme"].lower() if match["scheme"] is not None else None
    opaque = match["opaque"] if scheme is not None else None
    path = match["after"] if match["after"] is not None else match["path"]
    if path is None and opaque is None:
        path = match["opaque"] or ""
    query = match["query"]
    if opaque is not None and query is not None:
        opaque, query = f"{opaque}?{query}", None
    port = _port(match["port"]) if match["port"] else DEFAULT_PORTS.get(scheme or "")
    return Uri(scheme, match["user"], match["host"], port, path, opaque, query, match["fragment"])


def normalised(uri: Uri) -> Uri:
    """What the identity provider compares: two addresses are the same where this is.

    Scheme and host are compared without case, an empty path is `/`, and a default port is none; path, query, fragment
    and user are compared as written.
    """
    query = uri.query
    if query is not None:
        query = re.sub(_RAW_IN_QUERY, lambda found: f"%{ord(found[0]):02X}", query)
    host = uri.host.lower() if uri.host is not None else None
    return uri._replace(host=host, path="/" if uri.path == "" else uri.path, query=query)


def _is_address(host: str | None) -> bool:
    """Whether what stands in brackets, if anything does, is an IPv6 address."""
    if host is None or not host.startswith("["):
        return True
    from ipaddress import IPv6Address

    try:
        IPv6Address(host[1:-1])
    except ValueError:
        return False
    return True


def _port(digits: str) -> int:
    """Python refuses to read thousands of digits; six are too many for a port anyway."""
    return int(digits.lstrip("0")[:6] or "0")
