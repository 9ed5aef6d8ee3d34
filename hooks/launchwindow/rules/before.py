"""Which app of the base an app was: shared by the rules about a change; no rule itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from launchwindow.model.app import App, Corpus
    from launchwindow.model.rule import Facts


def before(app: App, facts: Facts) -> App | None:
    """The same app in the base: the one with its issuer, else the one at its path whose issuer is gone."""
    if facts.base is None:
        return None
    same = [one for one in facts.base.apps if one.environment == app.environment and one.issuer == app.issuer]
    if same and app.issuer is not None:
        return next((one for one in same if one.path == app.path), same[0])
    at_path = next((one for one in facts.base.apps if one.path == app.path), None)
    return at_path if at_path is not None and not has_issuer(facts.corpus, at_path) else None


def has_issuer(corpus: Corpus, app: App) -> bool:
    """Whether a corpus has an app with this app's issuer in its environment."""
    return any(one.environment == app.environment and one.issuer == app.issuer for one in corpus.apps)
