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
    same = facts.base.lookup.by_issuer.get((app.environment, app.issuer or ""), ())
    if same:
        return next((one for one in same if one.path == app.path), same[0])
    at_path = facts.base.lookup.by_path.get(app.path)
    return at_path if at_path is not None and not has_issuer(facts.corpus, at_path) else None


def has_issuer(corpus: Corpus, app: App) -> bool:
    """Whether a corpus has an app with this app's issuer in its environment."""
    return (app.environment, app.issuer) in corpus.lookup.by_issuer
