"""No two apps of an environment have the same issuer.

Why: the process page, "Production configuration process": "Enter the issuer, a unique string to identify the app in
the Identity Provider (IdP)." The identity provider keeps one row for each issuer, so of two apps the later one would
silently overwrite the other. The same issuer in different environments is usual and fine. Can't be waived.

Bad:

    # in the production files of two apps
    issuer: urn:gov:gsa:openidconnect.profiles:sp:sso:exa:benefits

Good:

    issuer: urn:gov:gsa:openidconnect.profiles:sp:sso:exa:benefits-finder

Fix: give the newer app an issuer of its own. An app whose folder moves keeps its issuer: delete the old file in the
same pull request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.plain import clean, shown
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.addresses import is_placeholder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App, Corpus
    from launchwindow.model.rule import Facts


def _check(corpus: Corpus, _facts: Facts) -> Iterator[tuple[str, Problem]]:
    owners: dict[tuple[str, str], list[App]] = {}
    for app in corpus.apps:
        if app.issuer is not None and not is_placeholder(app.issuer):
            owners.setdefault((app.environment, app.issuer), []).append(app)
    for (environment, issuer), apps in owners.items():
        for app in apps if len(apps) > 1 else ():
            others = [other.path for other in apps if other is not app]
            more = f" and {len(others) - 1} more" if len(others) > 1 else ""
            message = f"The issuer {shown(issuer)} is also that of {clean(others[0], 150)}{more}."
            yield app.path, Problem("/issuer", message, f"Give each {environment} app an issuer of its own.")


RULE = Rule(
    "issuer-unique", "error", "No two apps of an environment have the same issuer", fleet=_check, waivable=False
)
