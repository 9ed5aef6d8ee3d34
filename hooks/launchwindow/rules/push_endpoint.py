"""Security events are posted to a public address, by HTTPS, on port 443.

Why: the identity provider posts each event (a password changed, an account deleted) to `push_notification_url` from a
network that lets out only what was allowed: the process page, "Request deployment", says that "Push Notification URLs
may require 3 weeks notice in order to allow the domain for outbound communication." A domain is allowed, for HTTPS on
port 443; an IP address, another port or a host on somebody's own machine can't be reached from there. It waits three
seconds for an answer. Meant are staging and production. In sandbox any http or https address does; another scheme can't
be posted to anywhere.

While `url-https`, `url-local` and `url-domain` are errors and not waived, what they say of the same address is left to
them. A waiver that one of them has for another address of the app does not hold for this one.

Bad:

    push_notification_url: https://benefits.exa.gov:8443/risc

Good:

    push_notification_url: https://benefits.exa.gov/risc

Fix: serve the events on port 443 of a public host, and leave the port out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.plain import shown
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.addresses import addresses_of, left_to
from launchwindow.rules.hosts import ip_address, why_local
from launchwindow.rules.uris import WEB, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts
    from launchwindow.rules.uris import Uri

_FIELD = "push_notification_url"
_HTTPS_PORT, _HTTP_PORT = 443, 80


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    address = dict(addresses_of(app).odd).get(f"/{_FIELD}")
    uri = parse(address) if address is not None else None
    if uri is None or uri.scheme is None:
        # What can't be read as an address is told by `url-form`, a placeholder by `placeholder`.
        return
    if uri.scheme not in WEB:
        message = f"Events are posted over HTTPS; nothing can be posted to {shown(uri.scheme + ':')}."
        yield Problem(f"/{_FIELD}", message, _fix())
    elif app.environment != "sandbox" and uri.host:
        for message in _troubles(uri, uri.host, app, facts):
            yield Problem(f"/{_FIELD}", message, _fix())


def _troubles(uri: Uri, host: str, app: App, facts: Facts) -> Iterator[str]:
    local = why_local(host)
    if local is not None:
        if not left_to("url-local", app, facts):
            yield f"{shown(host)} {local}: events can't be posted there."
        return
    if uri.scheme == "http" and not left_to("url-https", app, facts):
        yield "Events are posted over HTTPS only."
    if ip_address(host) is not None and not left_to("url-domain", app, facts):
        yield "The host is an IP address: only a domain can be allowed for outbound communication."
    if uri.port not in (_HTTPS_PORT, _HTTP_PORT if uri.scheme == "http" else _HTTPS_PORT):
        yield f"The address is on port {uri.port}; outbound communication is allowed on port {_HTTPS_PORT} only."


def _fix() -> str:
    return "Write the address of a public host without a port, such as https://benefits.exa.gov/risc."


RULE = Rule("push-endpoint", "error", "Security events go to a public HTTPS address on port 443", app=_check)
