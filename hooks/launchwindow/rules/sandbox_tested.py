"""What goes to staging or production was tried in the sandbox.

Why: the process page, "Staging environment": "We recommend using the sandbox environment to test your new app before
requesting deployment", and "Changes to production applications": "update your production configuration app in the
sandbox and test the changes you wish to deploy". An app without a `sandbox.yaml` beside it gets a warning while it is
new; later a note. A change that the sandbox twin does not have in its own way gets a note: another protocol, level,
bundle or encryption, or an address that the twin has nothing like.

Bad:

    apps/exa/benefits-finder/production.yaml

Good:

    apps/exa/benefits-finder/production.yaml
    apps/exa/benefits-finder/sandbox.yaml

Fix: add `sandbox.yaml` beside it, or make the same change there first, and try it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.before import before

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts

_SAME = ("protocol", "ial", "default_aal", "attribute_bundle", "block_encryption", "requests_signed")
"""Fields that mean the same in every environment."""
_THERE = ("failure_to_proof_url", "push_notification_url", "assertion_consumer_logout_service_url", "help_text")
"""Fields whose value differs by environment: the twin should have one as well."""


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    if app.environment == "sandbox":
        return
    was = before(app, facts)
    twin = facts.corpus.app(f"sandbox/{app.partner}/{app.name}")
    if twin is None:
        new = was is None and not facts.is_deployed(app)
        yield Problem(
            "",
            "There is no sandbox.yaml beside it: nothing shows that this was tried in the sandbox.",
            f"Add {app.folder}/sandbox.yaml, try it, then ask for {app.environment}.",
            severity="warning" if new else "note",
        )
    elif was is not None:
        for field in _untried(app, was, twin):
            message = f"This changes {field}, and the sandbox twin has nothing like it."
            path = f"/{field}" if field in app.data else ""
            yield Problem(path, message, f"Make the change in {app.folder}/sandbox.yaml first, and try it.")


def _untried(app: App, was: App, twin: App) -> Iterator[str]:
    for field in _SAME:
        if app.data.get(field) != was.data.get(field) and app.data.get(field) != twin.data.get(field):
            yield field
    for field in _THERE:
        if app.data.get(field) and not was.data.get(field) and not twin.data.get(field):
            yield field
    if app.data.get("redirect_uris") != was.data.get("redirect_uris") and _paths(app) - _paths(was) - _paths(twin):
        yield "redirect_uris"


def _paths(app: App) -> set[str]:
    """The paths of the redirect URIs: hosts differ by environment."""
    from urllib.parse import urlsplit

    found = set()
    for _, uri in app.texts("redirect_uris"):
        try:
            found.add(urlsplit(uri).path)
        except ValueError:
            # `url-form` reports what is no address.
            continue
    return found


RULE = Rule("sandbox-tested", "note", "What is asked for was tried in the sandbox", app=_check)
