"""What a change request changes in the files that the identity provider reads, line by line."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

from launchwindow.idp_files import RAILS_ENVIRONMENT, render
from launchwindow.report.page.values import FileDiff
from launchwindow.valid_set import provider_of

if TYPE_CHECKING:
    from launchwindow.model.judge import Judge
    from launchwindow.model.ledger import Ledger
    from launchwindow.model.row import PartnerRow, Row


def app_diffs(
    ledger: Ledger, subject: str, before: Row | None, after: Row | None, partner: PartnerRow | None, judge: Judge
) -> tuple[FileDiff, ...]:
    """What changes with an app: of its own provider, and of the agreements of its partner that list it."""
    left = [after] if after is not None else []
    if before is not None and (after is None or after.issuer != before.issuer):
        # No provider is ever deleted: what goes, and what a change of issuer leaves behind, is only turned off.
        left.append(before._replace(active=False))
    environment, name = subject.split("/")[:2]
    partners = {} if partner is None else {name: partner}
    old, new = (
        render(environment, [provider_of(ledger, subject, row, judge) for row in rows], partners)
        for rows in ([before] if before is not None else [], left)
    )
    return _diffs(environment, old, new)


def partner_diffs(subject: str, before: PartnerRow | None, after: PartnerRow | None) -> tuple[FileDiff, ...]:
    """What changes with a partner's record. Which apps its agreements list, is told with the apps."""
    environment, name = subject.split("/")[:2]
    old, new = (render(environment, [], {} if row is None else {name: row}) for row in (before, after))
    return _diffs(environment, old, new)


def _diffs(environment: str, old: dict[str, bytes], new: dict[str, bytes]) -> tuple[FileDiff, ...]:
    found = []
    for path in sorted(old.keys() | new.keys()):
        before, after = (_entries(files.get(path, b"")) for files in (old, new))
        # Its heading would name the file twice, and numbers of lines would be those of one entry.
        lines = [*unified_diff(before, after, n=3, lineterm="")][2:]
        text = "\n".join("@@ … @@" if line.startswith("@@") else line for line in lines)
        if text:
            found.append(FileDiff(f"idp/{environment}/{path}", text))
    return tuple(found)


def _entries(data: bytes) -> list[str]:
    """The lines below the top key, which is there for every file of the environment."""
    lines = data.decode().splitlines()
    top = next((number for number, line in enumerate(lines) if line.startswith(f"{RAILS_ENVIRONMENT}:")), len(lines))
    return lines[top + 1 :]
