"""Addresses, and the hosts in them: a host that is new to an app is what a reviewer must not overlook."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from launchwindow.report.markdown import bold, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.row import Row

LONGEST = 300


def host_of(address: object) -> str | None:
    """The host of an address, in lower case; None for what is none."""
    if not isinstance(address, str):
        return None
    try:
        return urlsplit(address).hostname or None
    except ValueError:
        return None


def hosts_in(row: Row | None) -> frozenset[str]:
    """Every host that an app has an address on."""
    return frozenset(host for one in _addresses(row) if (host := host_of(one)) is not None) if row else frozenset()


def _addresses(row: Row) -> Iterator[object]:
    yield from row.redirect_uris
    yield from (value for name, value in row.columns.items() if name.endswith("_url"))


def address(text: str, new: frozenset[str]) -> str:
    """An address as Markdown that links nowhere, its host in bold where that is new."""
    host = host_of(text)
    if host is None or host not in new:
        return plain(text, LONGEST)
    authority = text.find("//") + 2 + len(urlsplit(text).netloc)
    at = text.lower().rfind(host, 0, authority)
    if at < 0 or len(text) > LONGEST:
        return f"{plain(text, LONGEST)} ({bold(host, LONGEST)})"
    end = at + len(host)
    return plain(text[:at]) + bold(text[at:end]) + plain(text[end:], LONGEST)
