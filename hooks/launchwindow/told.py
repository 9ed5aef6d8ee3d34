"""What there is to know of a part: what it shares with others, and what was found in it.

Apart from `parts`, because it takes the rules, and where nothing changed none of them has to be loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from launchwindow.load.places import home_of
from launchwindow.parts import Told, meeting
from launchwindow.rules.lookalikes import alike
from launchwindow.rules.url_lookalike import hosts_in
from launchwindow.rules.x509_facts import certificate_facts, to_keep

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from launchwindow.model.app import App, Corpus, NamedFile, Partner
    from launchwindow.model.day import Within
    from launchwindow.model.finding import Finding
    from launchwindow.model.policy import Policy


def told_of(
    corpus: Corpus, findings: Iterable[Finding], names: Iterable[str], asked: Iterable[tuple[str, Within]] = ()
) -> dict[str, Told]:
    """What there is to know of some parts of a corpus, which of the findings are in them, and on which days."""
    found = {name: ([], False, set(), set(), [], {}) for name in names}  # type: ignore[var-annotated]
    for app in corpus.apps:
        part = found.get(home_of(app.path))
        if part is not None:
            part[0].append(app.path)
            part[2].update(_shares_of_app(app))
            part[3].update(_hosts(app, corpus.policy))
            part[5].update((name, one) for name, file in app.files.items() if (one := _certificate(file)) is not None)
    for partner in corpus.partners.values():
        if partner.path in found:
            found[partner.path] = ([], True, set(_shares_of_partner(partner)), set(), found[partner.path][4], {})
    for finding in findings:
        part = found.get(home_of(finding.file))
        if part is not None:
            part[4].append(finding)
    holds: dict[str, list[Within]] = {}
    for path, within in asked:
        holds.setdefault(home_of(path), []).append(within)
    return {
        name: Told(
            tuple(apps),
            partner,
            frozenset(shares),
            frozenset(hosts),
            tuple(inside),
            tuple(certificates.values()),
            meeting(holds.get(name, ())),
        )
        for name, (apps, partner, shares, hosts, inside, certificates) in found.items()
    }


def _certificate(file: NamedFile) -> list[Any] | None:
    return to_keep(file.data) if file.data is not None and b"-----BEGIN CERTIFICATE" in file.data[:99] else None


def _shares_of_app(app: App) -> Iterator[str]:
    if app.issuer is not None:
        yield f"issuer {app.environment} {app.issuer}"
    for _, name in app.texts("certs"):
        file = app.files.get(name)
        facts = certificate_facts(file.data) if file is not None and file.data is not None else None
        if facts is not None:
            yield f"key {facts.key_id}"


def _hosts(app: App, policy: Policy) -> Iterator[str]:
    if app.environment != "sandbox":
        for host, domain in hosts_in(app, policy.url_suffixes):
            yield f"{'.'.join(host)} {len(domain)}"


def _shares_of_partner(partner: Partner) -> Iterator[str]:
    """More than `partner-unique` looks at does no harm; less would."""
    for field in ("name", "abbreviation", "agency_id"):
        value = partner.data.get(field)
        if isinstance(value, (str, int)):
            yield f"agency {field} {str(value).lower()}"
    for listed, field in (("accounts", "requesting_agency"), ("accounts", "name"), ("agreements", "gtc")):
        items = partner.data.get(listed)
        for item in items if isinstance(items, list) else ():
            value = item.get(field) if isinstance(item, dict) else None
            if isinstance(value, str):
                yield f"{listed} {field} {value}"


def not_alike(hosts: Collection[str]) -> bool:
    """Whether no two of a partner's hosts, or of their domains, can be taken for each other."""
    cut = [(tuple(host.split(".")), int(length)) for host, _, length in (one.rpartition(" ") for one in hosts)]
    names, domains = {host for host, _ in cut}, {host[-length:] for host, length in cut}
    return not any(True for some in (domains, names) for _ in alike(some))
