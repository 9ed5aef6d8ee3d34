"""What the ledger knows of one app's certificates, read without the rest of the ledger."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from launchwindow.events.main_files import CorpusFiles
from launchwindow.io.resources import schema
from launchwindow.judge import RuleJudge
from launchwindow.model.rotation import Record
from launchwindow.model.row import Row
from launchwindow.timelines import rotation_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from launchwindow.events.workspace import Workspace
    from launchwindow.model.app import App, Corpus
    from launchwindow.model.ledger import Ledger


def records(space: Workspace, corpus: Corpus) -> Callable[[App], Record]:
    """App -> its record in the ledger, which is there; judged by the corpus's policy. Merges that `request` has not
    recorded yet are not in it."""
    judge = RuleJudge(CorpusFiles(corpus), space.content, schema, space.now)
    ledger = cache(space.ledger)

    def record(app: App) -> Record:
        return record_of(ledger(), subject_of(ledger(), app), judge)

    return record


def record_of(ledger: Ledger, subject: str, judge: RuleJudge) -> Record:
    """What a ledger says of an app; it may be one that it does not know."""
    deployed = ledger.deployed.get(subject)
    released = deployed.released.row if deployed and deployed.released else None
    return Record(released if isinstance(released, Row) else None, rotation_of(ledger, subject, judge))


def subject_of(ledger: Ledger, app: App) -> str:
    """The app's name in the ledger, whose records are read when they are asked for: at its path, else by its issuer."""
    if _has_issuer(ledger, app.id, app):
        return app.id
    # It was moved since, or another app stood at its path: rare enough to look at all of its environment.
    subjects = sorted(one for one in ledger.deployed if one.startswith(f"{app.environment}/"))
    return next((subject for subject in subjects if _has_issuer(ledger, subject, app)), app.id)


def _has_issuer(ledger: Ledger, subject: str, app: App) -> bool:
    deployed = ledger.deployed.get(subject)
    return deployed is not None and app.issuer is not None and deployed.issuer == app.issuer
