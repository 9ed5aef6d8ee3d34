"""A SAML app's addresses are its own, on the web, and there is one to return to.

Why: the identity provider lets the person's browser post its SAML answers to `acs_url` and
`assertion_consumer_logout_service_url`. A browser can post to http and https alone, so a scheme of a native app's own
loses the answer; the identity provider itself would store it. Asked for in staging and production. (That there is an
`acs_url` is the schema's to say: without one the identity provider would post to whatever address a request names.)

Login.gov's own host in one of these fields is a mistake in every environment: its endpoints are where the app sends
its requests, not where the answers go.

`return_to_sp_url` is where "cancel" leads. The partner portal asks SAML apps for it; without it the identity provider
guesses, and leads to the bare host of `acs_url`. An error in staging and production; in sandbox, where imported apps
may lack it, a warning.

Bad:

    protocol: saml
    acs_url: https://secure.login.gov/api/saml/auth2026

Good:

    protocol: saml
    acs_url: https://permits.exa.gov/saml/acs
    return_to_sp_url: https://permits.exa.gov/

Fix: write the addresses of your own app.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from launchwindow.load.plain import shown
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.addresses import addresses_of, ordinary_host, split
from launchwindow.rules.uris import WEB, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts

_RECEIVE = ("/acs_url", "/assertion_consumer_logout_service_url")
_RETURN = "return_to_sp_url"


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    if app.protocol != "saml":
        return
    own, found = _own_hosts(facts), addresses_of(app)
    ordinary = dict(found.ordinary)
    for path, address in found.all:
        if path not in _RECEIVE:
            continue
        uri = parse(address) if path not in ordinary else None
        host = ordinary.get(path) or (uri.host if uri is not None and uri.scheme is not None else None)
        if uri is not None and uri.scheme is not None and uri.scheme not in WEB and app.environment != "sandbox":
            message = f"A browser posts SAML answers here, and it can't post to {shown(uri.scheme + ':')}."
            yield Problem(path, message, "Write an address that begins with https://, served by your app.")
        elif host is not None and host.lower().removesuffix(".") in own:
            message = "This is Login.gov's own endpoint; answers go to an address of your app."
            yield Problem(path, message, "Write your app's address, such as https://permits.exa.gov/saml/acs.")
    if app.text(_RETURN) is None and _RETURN not in app.data:
        message = "The app names no address to return to, so “cancel” leads to a guess."
        fix = f"Write {_RETURN}: the page of your app that people came from, such as https://permits.exa.gov/."
        yield Problem("/protocol", message, fix, severity="warning" if app.environment == "sandbox" else "error")


def _own_hosts(facts: Facts) -> frozenset[str]:
    """The hosts of the identity provider, as the policy has its endpoints."""
    return _hosts_of(tuple(facts.policy.endpoints.values()))


@lru_cache(maxsize=4)
def _hosts_of(addresses: tuple[str, ...]) -> frozenset[str]:
    hosts = (ordinary_host(address) or ((parts := split(address)) and parts.hostname) for address in addresses)
    return frozenset(host for host in hosts if host)


RULE = Rule("saml-endpoints", "error", "SAML apps name addresses of their own, and one to return to", app=_check)
