"""Deleting a live app's file switches the app off.

Why: nothing at the identity provider is ever deleted. Once the deletion is released, with the environment's notice, the
provider stays as `active: false`, and everybody who tries to sign in to the app sees an error page. A moved file is no
deletion: an app is its issuer. A warning, because retiring an app is a change like any other.

Bad:

    # only meant to tidy up
    git rm apps/exa/benefits-finder/production.yaml

Good:

    git mv apps/exa/benefits-finder apps/exa/finder

Fix: put the file back if the app is still used. If it is to be retired, tell its users before the deploy window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.before import has_issuer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import Corpus
    from launchwindow.model.rule import Facts


def _check(corpus: Corpus, facts: Facts) -> Iterator[tuple[str, Problem]]:
    paths = {app.path for app in corpus.apps} | {refusal.path for refusal in corpus.refusals}
    for was in facts.base.apps if facts.base is not None else ():
        if was.path in paths or was.issuer is None or has_issuer(corpus, was):
            continue
        if facts.deployed is not None and was.id not in facts.deployed:
            # It never was released: deleting it withdraws its request, and nobody notices.
            continue
        message = f"The app's file is deleted: {was.environment} will switch the app off (active: false)."
        yield was.path, Problem("", message, "Put it back if the app is still used; else tell its users the date.")


RULE = Rule("app-retired", "warning", "A live app's file is deleted only to switch it off", fleet=_check)
