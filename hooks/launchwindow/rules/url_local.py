"""Addresses of staging and production apps lead to the public internet, not to somebody's own machine or network.

Why: on another person's machine `localhost` is *their* machine: whatever listens there would receive what was meant
for the app. The process page, "Before deployment", asks that "All production urls should […] point to an Authority to
Operate (ATO) approved environment"; staging apps are configured "like the "production" configuration app" ("Staging
environment"). The partner portal looks for the letters `localhost` and `127.0.0` alone; this rule knows the other ways
to write the same: `LOCALHOST`, `localhost.`, `app.localhost`, `127.0.1.1`, `0.0.0.0`, `[::1]`, `2130706433`,
`0x7f.1`, private and link-local ranges, and names such as `app.local` or `app.internal`. A host that merely holds the
word (`mylocalhost.gov`) is fine. In sandbox, where apps are developed, local addresses are as well.

While this rule is an error and the app has no waiver for it, `url-https` and `url-domain` leave such addresses to it.

Bad:

    redirect_uris: ['https://benefits.exa.gov/auth/result', 'http://localhost:3000/auth/result']

Good:

    redirect_uris: ['https://benefits.exa.gov/auth/result']

Fix: take the address out; keep it in the app's sandbox file, where developers use it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.plain import shown
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.addresses import addresses_of, split
from launchwindow.rules.hosts import why_local

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts


def _check(app: App, _facts: Facts) -> Iterator[Problem]:
    if app.environment == "sandbox":
        return
    for path, address in addresses_of(app).odd:
        # Read as `url-domain` reads it, which leaves local hosts to this rule: what one skips the other must see.
        parts = split(address)
        host = parts.hostname if parts is not None else None
        why = why_local(host) if host else None
        if host and why is not None:
            message = f"{shown(host)} {why}: in {app.environment} the address must lead to a public server."
            yield Problem(path, message, "Write the public address, or take it out; sandbox.yaml may keep it.")


RULE = Rule("url-local", "error", "Staging and production addresses lead to public servers", app=_check)
