"""What the ledger knows of one app's certificates, read without the rest of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.io.resources import schema
from launchwindow.judge import RuleJudge
from launchwindow.ledger import read_ledger
from launchwindow.model.rotation import Record
from launchwindow.model.row import Row
from launchwindow.timelines import rotation_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from launchwindow.events.workspace import Workspace
    from launchwindow.io.ledger_store import Stored
    from launchwindow.model.app import App, Corpus
    from launchwindow.model.ledger import Ledger


def records(space: Workspace, corpus: Corpus) -> Callable[[App], Record]:
    """App -> its record in the ledger, which is there; judged by the corpus's policy. Merges that `request` has not
    recorded yet are not in it."""
    judge = RuleJudge(corpus, space.content, schema, space.now)

    def record(app: App) -> Record:
        stored = space.store.read()
        ledger, subject = _around(space, stored, app)
        return record_of(ledger, subject, judge)

    return record


def record_of(ledger: Ledger, subject: str, judge: RuleJudge) -> Record:
    """What a ledger says of an app; it may be one that it does not know."""
    deployed = ledger.deployed.get(subject)
    released = deployed.released.row if deployed and deployed.released else None
    return Record(released if isinstance(released, Row) else None, rotation_of(ledger, subject, judge))


def _around(space: Workspace, stored: Stored, app: App) -> tuple[Ledger, str]:
    """The part of the ledger that an app is in, and its subject there: the one at its path, else by its issuer."""
    ledger = _read(space, stored, (f"deployed/{app.id}.yaml", f"deactivated/{app.id}.yaml", f"requests/open/{app.id}/"))
    if _has_issuer(ledger, app.id, app):
        return ledger, app.id
    # It was moved since, or another app stood at its path: rare enough to look at all of its environment.
    folders = ("deployed", "deactivated", "requests/open")
    ledger = _read(space, stored, tuple(f"{folder}/{app.environment}/" for folder in folders))
    return ledger, next((subject for subject in sorted(ledger.deployed) if _has_issuer(ledger, subject, app)), app.id)


def _read(space: Workspace, stored: Stored, wanted: tuple[str, ...]) -> Ledger:
    files = space.store.files(stored, lambda path: path == "ledger.yaml" or path.startswith(wanted))
    return read_ledger(files, frozenset())


def _has_issuer(ledger: Ledger, subject: str, app: App) -> bool:
    deployed = ledger.deployed.get(subject)
    return deployed is not None and app.issuer is not None and deployed.issuer == app.issuer
