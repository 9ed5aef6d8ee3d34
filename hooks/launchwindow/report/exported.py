"""What an export did, for people and as the document `launchwindow.export/1`."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple
from launchwindow.report.imported import grouped
from launchwindow.report.visible import sentence, visible
from launchwindow.report.words import count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from launchwindow.exchange.import_report import NotCarried

_FORMS = {"idp": "as the identity provider's files", "dashboard": "as an extract of the dashboard"}
"""How `--as` reads in a sentence."""


class Exported(NamedTuple):
    """What was written, and what could not be."""

    to: str
    form: str
    environment: str
    commit: str | None
    """None for what the ledger has deployed."""
    providers: int
    files: Mapping[str, bytes]
    not_carried: tuple[NotCarried, ...]
    notes: tuple[str, ...]


def export_text(told: Exported) -> str:
    """What was written where, and what the other side has no place for."""
    lines = [
        sentence(
            f"Exported {count(told.providers, 'provider')} of {told.environment}, as {whose(told.commit)}: "
            f"{count(len(told.files), 'file')}, {_FORMS[told.form]}, in", "",
        ),
        f"  {visible(told.to, 1000)}",
    ]  # fmt: skip
    if told.not_carried:
        lines += ["", "Not carried:", *(f"  {line}" for line in grouped(told.not_carried))]
    if told.notes:
        lines += ["", "To know:", *(sentence(note, "  ", 2000) for note in told.notes)]
    return "\n".join(lines) + "\n"


def whose(commit: str | None) -> str:
    """What was asked for."""
    return "the ledger has them deployed" if commit is None else f"{commit[:12]} holds them"


def export_json(told: Exported) -> dict[str, object]:
    """The document; paths are relative to the folder, or within the archive."""
    return {
        "schema": "launchwindow.export/1",
        "to": told.to,
        "as": told.form,
        "environment": told.environment,
        "commit": told.commit,
        "providers": told.providers,
        "files": [{"path": path, "sha256": sha256(data).hexdigest()} for path, data in told.files.items()],
        "not_carried": [one._asdict() for one in told.not_carried],
        "notes": list(told.notes),
    }
