"""Addresses of staging and production apps are on .gov, .mil or a dedicated .com.

Why: the process page, "Before deployment": "All production urls should have .gov, .mil, or a dedicated .com address
and point to an Authority to Operate (ATO) approved environment." Staging apps are configured "like the "production"
configuration app" ("Staging environment"). Only what the host *ends* in counts: `benefits.gov.example.com` is on
example.com, and what stands before an `@` is a user name.

A .com counts when the team attests under `attestations.dedicated_domains` that it serves this app alone; the hosts
beneath it count too. A host where many owners have names side by side (herokuapp.com, azurewebsites.net and the like:
the private section of the public suffix list) belongs to nobody alone, so it can't be dedicated. Which endings count
beside that is `urls.suffixes` in `policy.yaml`. A native app's redirect URI with a scheme of its own is not meant
here, nor is anything in sandbox. A local host is left to `url-local` while that is an error and not waived.

Bad:

    return_to_sp_url: https://exa-benefits.herokuapp.com/

Good:

    return_to_sp_url: https://benefits.exa.gov/
    redirect_uris: [https://www.exabenefits.com/auth/result]
    attestations: {dedicated_domains: [exabenefits.com]}

Fix: move the address to a .gov or .mil host, or list the .com that serves this app alone.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from launchwindow.load.plain import clean
from launchwindow.model.finding import pointer
from launchwindow.model.named import NamedTuple
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.addresses import addresses_of, is_placeholder, left_to, split
from launchwindow.rules.hosts import why_local

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from urllib.parse import SplitResult

    from publicsuffixlist import PublicSuffixList

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts

_DEDICATED_ENDING = ".com"
# An asterisk passes: where the host ends is plain all the same, and a rule of its own speaks of wildcards.
_HOST = r"[a-z0-9_*-]+(\.[a-z0-9_*-]+)*"


class _Dedicated(NamedTuple):
    """An entry of `attestations.dedicated_domains`; `place` is its index. `trouble`: why it does not count, or None."""

    place: int
    domain: str
    trouble: str | None

    def covers(self, host: str) -> bool:
        return host == self.domain or host.endswith("." + self.domain)


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    if app.environment == "sandbox":
        return
    endings = _endings(facts.policy.url_suffixes)
    listed = tuple(_dedicated(app, endings))
    for entry in listed:
        if entry.trouble is not None:
            path = pointer("attestations", "dedicated_domains", entry.place)
            fix = "List only a .com that serves this app alone, bare and without `*`, such as exabenefits.com."
            yield Problem(path, f"This is no dedicated domain: {entry.trouble}.", fix)
    found = addresses_of(app)
    on_listed = all(host.endswith(endings) for host in found.hosts)
    for path, address in found.odd if on_listed else found.all:
        parts = split(address)
        if parts is not None and parts.scheme in ("http", "https"):
            if parts.hostname and why_local(parts.hostname) and left_to("url-local", app, facts):
                continue
            trouble = _trouble_with(parts, endings, listed)
            if trouble is not None:
                yield Problem(path, trouble, _fix(endings))


@lru_cache(maxsize=4)
def _endings(suffixes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("." + suffix.lower().strip(".") for suffix in suffixes)


def _fix(endings: Iterable[str]) -> str:
    return (
        f"Use a host that ends in {_either(endings)}. If a .com serves this app alone, list it under "
        "attestations.dedicated_domains."
    )


def _either(endings: Iterable[str]) -> str:
    return " or ".join(endings)


def _trouble_with(parts: SplitResult, endings: tuple[str, ...], listed: Iterable[_Dedicated]) -> str | None:
    """Why the host does not count, None when it does."""
    # A last dot only says that the name is complete: `exa.gov.` is the host `exa.gov`.
    host = (parts.hostname or "").removesuffix(".")
    if not host:
        return "The address names no host."
    if _is_ip_address(host):
        return f"The host is an IP address; it must end in {_either(endings)}."
    if "\\" in parts.netloc or not re.fullmatch(_HOST, host):
        # Browsers read a backslash as a slash, so what this finds to be the host may not be theirs.
        return "The host has characters that no host name has; write one beyond ASCII in its xn-- form."
    if host.endswith(endings):
        return None
    shared = _shared_suffix(host)
    if shared is not None:
        return f"The host {_shorten(host)} is on {shared}, which many owners share: it can't be dedicated to this app."
    covering = [entry for entry in listed if entry.covers(host)]
    if not covering:
        return f"The host {_shorten(host)} does not end in {_either(endings)}.{_hint(host, parts, endings)}"
    if all(entry.trouble is not None for entry in covering):
        return f"The host {_shorten(host)} is listed as dedicated but does not count: {covering[0].trouble}."
    return None


def _hint(host: str, parts: SplitResult, endings: tuple[str, ...]) -> str:
    if "@" in parts.netloc:
        return " What stands before the @ is a user name, not the host."
    if any(f"{ending}." in f".{host}" for ending in endings):
        return " Only what the host ends in counts."
    return ""


def _dedicated(app: App, endings: tuple[str, ...]) -> Iterator[_Dedicated]:
    domains = app.mapping("attestations").get("dedicated_domains")
    for place, text in enumerate(domains if isinstance(domains, list) else []):
        if isinstance(text, str) and text and not is_placeholder(text):
            domain = text.lower().removesuffix(".")
            yield _Dedicated(place, domain, _why_not_dedicated(domain, endings))


def _why_not_dedicated(domain: str, endings: tuple[str, ...]) -> str | None:
    from validators import domain as is_domain

    if not domain.isascii() or is_domain(domain) is not True:
        return f"“{_shorten(domain)}” is not the bare name of a domain that somebody can own"
    if domain.endswith(endings):
        # Needless, but true.
        return None
    if not domain.endswith(_DEDICATED_ENDING):
        return f"{_shorten(domain)} does not end in {_DEDICATED_ENDING}"
    shared = _shared_suffix(domain)
    if shared is not None:
        return f"many owners have names on {shared}"
    return None


def _shared_suffix(host: str) -> str | None:
    """The suffix from the list's private section that the host is, or is beneath; None when there is none."""
    every, registries = _suffix_lists()
    suffix = every.publicsuffix(host)
    return suffix if suffix != registries.publicsuffix(host) else None


@lru_cache(maxsize=1)
def _suffix_lists() -> tuple[PublicSuffixList, PublicSuffixList]:
    """The whole public suffix list, and that without its private section. Reading them costs 90 ms."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(), PublicSuffixList(only_icann=True)


def _is_ip_address(host: str) -> bool:
    from ipaddress import ip_address

    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _shorten(text: str, limit: int = 60) -> str:
    return clean(text if len(text) <= limit else "…" + text[-limit:], limit + 1)


RULE = Rule("url-domain", "error", "Staging and production addresses are on .gov, .mil or a dedicated .com", app=_check)
