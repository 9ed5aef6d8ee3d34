"""Addresses have no wildcard: `*` stands for nothing but itself.

Why: the identity provider compares redirect URIs exactly. A `*` in one matches no address that an app really has, so
people would be refused, and whoever wrote it believes that more is allowed than is. The partner portal refuses it in
redirect URIs. In the other addresses a `*` would lead people to a page that is not there; a host can't have one at all.
So it is refused in every address and environment. Where a `*` is really part of a path or query, write `%2A`.

Bad:

    redirect_uris: ['https://*.exa.gov/auth/result', 'https://benefits.exa.gov/*']

Good:

    redirect_uris: ['https://benefits.exa.gov/auth/result', 'https://forms.exa.gov/auth/result']

Fix: list each address in full.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.addresses import addresses_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts


def _check(app: App, _facts: Facts) -> Iterator[Problem]:
    for path, address in addresses_of(app).odd:
        if "*" in address:
            message = "The address has a *, which stands for nothing but itself: addresses are compared exactly."
            yield Problem(path, message, "List each address in full; write %2A where an asterisk is really meant.")


RULE = Rule("url-wildcard", "error", "Addresses have no wildcard", app=_check)
