"""No host of a staging or production app can be taken for another one.

Why: a reviewer approves what an address *looks* like. The process page, "Before deployment": "All production urls
should have .gov, .mil, or a dedicated .com address", and an attacker's, or a slip of the finger, is made to look like
one. An error where there is no doubt: a label in its `xn--` form whose letters are drawn like ASCII ones (a Cyrillic
`е` for an `e`), or that mixes Latin with Cyrillic, Greek, Armenian or Cherokee letters. A warning where it is a
suspicion:

- a host that ends in another way has `gov` or `mil` in it: `exa-gov.com`, `exa.gov.exabenefits.com`;
- a domain is one edit, or letters that read the same (`rn` for `m`, `1` for `l`), away from one that the partner's apps
  already use: `exa-benefits.com` and `exa-benefit.com`; the one used less is named, by the revision compared with where
  there is one;
- an `xn--` label stands for nothing.

Two such hosts within one domain may be a slip, but nobody else's: a note. Labels of less than five letters are near
each other by chance, and `app1` and `app2` differ on purpose. What is beyond ASCII and not in its `xn--` form is for
`url-form`. A host that ends neither in .gov or .mil nor in a listed domain is left to `url-domain` while that is an
error and not waived.

Bad:

    return_to_sp_url: https://xn--bnefits-7gg.exa.gov/

Good:

    return_to_sp_url: https://benefits.exa.gov/

Fix: compare the host letter by letter with the one you mean. If it is right, say so to the reviewer.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from launchwindow.load.plain import shown
from launchwindow.model.named import NamedTuple
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.addresses import addresses_of, left_to, split
from launchwindow.rules.lookalikes import alike, decoded, imitated, scripts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from launchwindow.model.app import App, Corpus
    from launchwindow.model.finding import Severity
    from launchwindow.model.rule import Facts
    from launchwindow.rules.lookalikes import Labels

_LONGEST_HOST = 253
_FIX = "Compare it letter by letter with the host that you mean; if it is right, tell the reviewer why."


class _Use(NamedTuple):
    """An address of a reviewed app, and its host."""

    app: App
    path: str
    host: Labels
    domain: Labels


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    if app.environment == "sandbox":
        return
    suffixes = _suffixes(facts)
    named = addresses_of(app)
    if not named.odd and all(_ends_in(host, suffixes) for host in named.hosts):
        # An ordinary host has no label in its `xn--` form.
        return
    for use in _uses(app, suffixes):
        found = next((trouble for trouble in map(_trouble_with_label, use.host) if trouble is not None), None)
        if found is not None:
            message, severity = found
            yield Problem(use.path, message, _FIX, severity=severity)
        elif _pretends(use.host, suffixes) and not _refused_elsewhere(use.host, app, facts):
            message = f"{shown('.'.join(use.host))} looks like a government's host, but does not end like one."
            yield Problem(use.path, message, _FIX, severity="warning")


def _trouble_with_label(label: str) -> tuple[str, Severity] | None:
    if not label.startswith("xn--"):
        return None
    text = decoded(label)
    if text is None:
        return f"{shown(label)} stands for no name: what follows xn-- can't be read.", "warning"
    latin, mixed = imitated(text), scripts(text)
    if latin is not None:
        odd = next(character for character in text if not character.isascii())
        return f"{shown(label)} can be taken for {shown(latin)}, but has another letter (U+{ord(odd):04X}).", "error"
    if len(mixed) > 1:
        names = " and ".join(sorted(script.title() for script in mixed))
        return f"{shown(label)} mixes {names} letters, which look alike.", "error"
    return None


@lru_cache(maxsize=2048)
def _ends_in(host: str, suffixes: tuple[Labels, ...]) -> bool:
    """Whether an ordinary host ends in a government suffix."""
    labels = tuple(host.split("."))
    return any(labels[-len(suffix) :] == suffix for suffix in suffixes)


def _pretends(host: Labels, suffixes: tuple[Labels, ...]) -> bool:
    """Whether a host that ends in no government suffix has one in it."""
    if any(host[-len(suffix) :] == suffix for suffix in suffixes):
        return False
    words = "|".join(re.escape(suffix[0]) for suffix in suffixes if len(suffix) == 1)
    return bool(words) and any(re.search(rf"(?:^|-)(?:{words})(?:-|$)|gov$", label) for label in host[:-1])


def _refused_elsewhere(host: Labels, app: App, facts: Facts) -> bool:
    """Whether `url-domain` refuses the host, because nothing that the app lists covers it."""
    listed = app.mapping("attestations").get("dedicated_domains")
    domains = [text for text in listed if isinstance(text, str)] if isinstance(listed, list) else []
    name = "." + ".".join(host)
    covered = any(name.endswith("." + domain.lower().removesuffix(".")) for domain in domains)
    return not covered and left_to("url-domain", app, facts)


def _check_fleet(corpus: Corpus, facts: Facts) -> Iterator[tuple[str, Problem]]:
    suffixes = _suffixes(facts)
    known = corpus if facts.base is None else facts.base
    partners = _with_hosts_alike((corpus, known) if known is not corpus else (corpus,), facts.policy.url_suffixes)
    if not partners:
        return
    before, now = _by_partner(known, suffixes), _by_partner(corpus, suffixes)
    for partner, uses in now.items():
        if partner not in partners:
            continue
        earlier = before.get(partner, [])
        domains = _nearest([use.domain for use in uses], Counter(use.domain for use in earlier))
        hosts = _nearest([use.host for use in uses], Counter(use.host for use in earlier))
        for use in uses:
            other, severity = domains.get(use.domain), "warning"
            if other is None:
                other, severity = hosts.get(use.host), "note"
            if other is not None and (severity == "warning" or other[-len(use.domain) :] == use.domain):
                mine = ".".join(use.domain if severity == "warning" else use.host)
                message = f"{shown(mine)} is almost {shown('.'.join(other))}, which this partner's apps use as well."
                yield use.app.path, Problem(use.path, message, _FIX, severity=severity)  # type: ignore[arg-type]


def _with_hosts_alike(corpora: Iterable[Corpus], url_suffixes: tuple[str, ...]) -> set[str]:
    """The partners with hosts, or domains, that look alike, told from each host once: few have any."""
    names: dict[str, set[Labels]] = {}
    domains: dict[str, set[Labels]] = {}
    for app in (app for corpus in corpora for app in corpus.apps if app.environment != "sandbox"):
        for host, domain in hosts_in(app, url_suffixes):
            names.setdefault(app.partner, set()).add(host)
            domains.setdefault(app.partner, set()).add(domain)
    return {partner for partner in names if any(True for some in (names, domains) for _ in alike(some[partner]))}


def _nearest(names: list[Labels], known: Mapping[Labels, int]) -> dict[Labels, Labels]:
    """Name -> a name that is used at least as often and that it is almost."""
    return {one: other for one, other in alike([*names, *known]) if known.get(other, 0) >= max(known.get(one, 0), 1)}


def _by_partner(corpus: Corpus, suffixes: tuple[Labels, ...]) -> dict[str, list[_Use]]:
    found: dict[str, list[_Use]] = {}
    for app in corpus.apps:
        if app.environment != "sandbox":
            found.setdefault(app.partner, []).extend(_uses(app, suffixes))
    return found


def hosts_in(app: App, url_suffixes: tuple[str, ...]) -> Iterator[tuple[Labels, Labels]]:
    """(host, its domain) of the addresses of an app that name a host; of ordinary addresses each host once."""
    suffixes, found = _labels(url_suffixes), addresses_of(app)
    yield from (_cut(host, suffixes) for host in found.hosts)
    yield from (host for _, address in found.odd if (host := _host_of(address, suffixes)) is not None)


def _uses(app: App, suffixes: tuple[Labels, ...]) -> Iterator[_Use]:
    """The addresses of an app that name a host, as `url-domain` reads them."""
    found = addresses_of(app)
    for path, host in found.ordinary:
        yield _Use(app, path, *_cut(host, suffixes))
    for path, address in found.odd:
        named = _host_of(address, suffixes)
        if named is not None:
            yield _Use(app, path, *named)


def _host_of(address: str, suffixes: tuple[Labels, ...]) -> tuple[Labels, Labels] | None:
    """(host, its domain) of an address that names a host."""
    parts = split(address)
    if parts is None or parts.scheme not in ("http", "https"):
        return None
    host = (parts.hostname or "").removesuffix(".")
    if not host or not host.isascii() or len(host) > _LONGEST_HOST:
        return None
    return _cut(host, suffixes)


@lru_cache(maxsize=2048)
def _cut(host: str, suffixes: tuple[Labels, ...]) -> tuple[Labels, Labels]:
    """(host, its domain)."""
    labels = tuple(host.split("."))
    length = max((len(suffix) for suffix in suffixes if labels[-len(suffix) :] == suffix), default=1)
    return labels, labels[-length - 1 :]


def _suffixes(facts: Facts) -> tuple[Labels, ...]:
    return _labels(facts.policy.url_suffixes)


@lru_cache(maxsize=4)
def _labels(suffixes: tuple[str, ...]) -> tuple[Labels, ...]:
    return tuple(tuple(suffix.lower().strip(".").split(".")) for suffix in suffixes)


RULE = Rule(
    "url-lookalike", "error", "No host can be taken for another one", app=_check, fleet=_check_fleet
)  # fmt: skip
