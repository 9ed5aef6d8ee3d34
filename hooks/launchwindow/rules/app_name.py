"""The app's name is the one in its agreement, without the name of an environment.

Why: the process page, "Production configuration process": "Enter the name of the app **as it appears in your IAA** in
the "App Name" field - Do **NOT** use environment names such as "Prod" or "Production"." Environment names are words
such as prod, production, staging, sandbox, test, dev and int, in any case; a name that one of the partner's agreements
lists exactly so is right all the same. A name that differs from a listed one only in case, spaces or punctuation is
named with it. Asked for in staging and production.

Bad:

    app_name: Benefits Finder (Prod)

Good:

    app_name: Benefits Finder

Fix: write the name as the agreement has it. What people see while they sign in is `friendly_name`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import normalize

from launchwindow.load.plain import shown
from launchwindow.model.app import once_for_each
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.addresses import is_placeholder
from launchwindow.rules.agreements import agreements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from launchwindow.model.app import App, Partner
    from launchwindow.model.rule import Facts

# fmt: off
ENVIRONMENT_WORDS = frozenset((
    "prod", "production", "prd", "preprod", "nonprod", "staging", "stg", "sandbox", "sbx", "test", "testing", "tst",
    "uat", "qa", "dev", "devel", "development", "int",
))
# fmt: on
_WORD = r"[^\W_]+"


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    name = app.text("app_name")
    if app.environment == "sandbox" or name is None or is_placeholder(name):
        return
    partner = facts.partner_of(app)
    listed = _listed(partner) if partner is not None else {}
    if name in listed:
        return
    near = meant(name, listed)
    found = next((word for word in _words(name) if word.lower() in ENVIRONMENT_WORDS), None)
    if found is not None:
        fix = f"Write {shown(near)}, as the agreement lists it." if near else "Write the name as it appears in the IAA."
        yield Problem("/app_name", f"The app's name {shown(name)} holds an environment's name, {shown(found)}.", fix)
    elif near is not None:
        message = f"The app's name {shown(name)} is written otherwise in the agreement: {shown(near)}."
        yield Problem("/app_name", message, f"Write {shown(near)}, exactly so.")


@once_for_each
def _listed(partner: Partner) -> dict[str, None]:
    """The names in a partner's agreements, in their order."""
    return {
        integration: None
        for gtc in agreements(partner) for order in gtc.orders for mod in order.mods
        for integration in mod.integrations
    }  # fmt: skip


def meant(name: str, listed: Iterable[str]) -> str | None:
    """The listed name that differs from `name` in no more than case, spaces, punctuation or an environment's name."""
    wanted = _key(name)
    return next((one for one in listed if wanted and _key(one) == wanted), None)


def _words(name: str) -> list[str]:
    return re.findall(_WORD, normalize("NFKC", name))


def _key(name: str) -> str:
    return "".join(word.casefold() for word in _words(name) if word.lower() not in ENVIRONMENT_WORDS)


RULE = Rule("app-name", "error", "Apps are named as in their agreement, without environment names", app=_check)
