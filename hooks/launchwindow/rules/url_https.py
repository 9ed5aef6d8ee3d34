"""Addresses of staging and production apps use HTTPS.

Why: the process page, "Before deployment", asks that "All production urls should […] point to an Authority to Operate
(ATO) approved environment"; the identity provider itself accepts plain `http`, so a reviewer had to look. What
travels to these addresses signs people in. Staging apps are configured "like the "production" configuration app"
("Staging environment"). A native app's redirect URI with a scheme of its own is not meant here; a local
address is left to `url-local` while that is an error and not waived. In sandbox anything goes.

Bad:

    return_to_sp_url: http://benefits.exa.gov/

Good:

    return_to_sp_url: https://benefits.exa.gov/

Fix: write `https://`, and make sure that the address answers there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.addresses import addresses_of, left_to, split
from launchwindow.rules.hosts import why_local

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    if app.environment == "sandbox":
        return
    for path, address in addresses_of(app).odd:
        parts = split(address)
        if parts is not None and parts.scheme == "http":
            if parts.hostname and why_local(parts.hostname) and left_to("url-local", app, facts):
                continue
            # Port 80 would go on speaking plain http; the address without it means 443.
            port = " without the port 80" if parts.port == 80 else ""
            fix = f"Write it with https://{port}, and make sure that your app answers there."
            yield Problem(path, f"The address uses http; {app.environment} takes only https.", fix)


RULE = Rule("url-https", "error", "Staging and production addresses use HTTPS", app=_check)
