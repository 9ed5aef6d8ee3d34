"""`launchwindow drift`: what the IdP really has against what the ledger says is deployed. Nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.answer import Answer
from launchwindow.events.seeing import look
from launchwindow.events.workspace import no_ledger
from launchwindow.exchange.drift import drift as compared
from launchwindow.model.app import ENVIRONMENTS
from launchwindow.model.errors import LaunchwindowError
from launchwindow.provider import certificate_fingerprint
from launchwindow.report.drift import drift_json, drift_text
from launchwindow.report.drift_words import CertificateTold, Told
from launchwindow.rules.x509_facts import certificate_facts, certificate_names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from launchwindow.events.workspace import Workspace
    from launchwindow.exchange.drift import Drift
    from launchwindow.exchange.seen_file import SeenFile
    from launchwindow.io.ledger_store import Stored


def drift(space: Workspace, environment: str, seen: Path, rails_environment: str | None) -> Answer:
    """Status 1 when the IdP has anything else than what was last released, 0 when it has not."""
    if environment not in ENVIRONMENTS:
        raise LaunchwindowError(f"{environment!r} is no environment; there are {', '.join(ENVIRONMENTS)}.")
    found = look(space, seen, environment, rails_environment)
    stored, ledger = space.read_ledger()
    if ledger is None:
        raise no_ledger()
    result = compared(ledger, environment, found)
    told = _told(space, stored, str(seen), found, result)

    def markdown() -> str:
        from launchwindow.report.drift_markdown import drift_markdown

        return drift_markdown(told)

    return Answer(drift_text(told), drift_json(told), 0 if result.is_none else 1, {"markdown": markdown})


def _told(space: Workspace, stored: Stored, path: str, seen: SeenFile, result: Drift) -> Told:
    """With every certificate of an app whose certificates differ, as far as its bytes are at hand."""
    found = [column.difference for app in result.apps for column in app.columns if column.difference.column == "certs"]
    mine, theirs = (_entries(side) for side in ([one.expected for one in found], [one.seen for one in found]))
    handed_over = _ours(space, stored, result.environment, mine | theirs) if found else {}
    # A folder beside the file says what the IdP has; where there is none, a name means what the ledger gave it.
    there = seen.certificates if seen.certificates is not None else handed_over
    return Told(result, path, space.remote, {entry: _decoded(entry, handed_over) for entry in mine},
                {entry: _decoded(entry, there) for entry in theirs})  # fmt: skip


def _entries(lists: list[object]) -> set[str]:
    return {entry for one in lists if isinstance(one, list) for entry in one if isinstance(entry, str)}


def _ours(space: Workspace, stored: Stored, environment: str, names: set[str]) -> Mapping[str, bytes]:
    """What the ledger handed over under these names."""
    folder = f"idp/{environment}/certs/sp"
    there = space.store.with_folders(stored, [folder])
    paths = {f"{folder}/{name}.crt": name for name in names}
    files = space.store.files(there, [path for path in paths if path in there.blobs])
    return {paths[path]: data for path, data in files.items()}


def _decoded(entry: str, files: Mapping[str, bytes]) -> CertificateTold:
    inline = "-----BEGIN" in entry
    name = None if inline else entry
    data = entry.encode("utf-8", "replace") if inline else files.get(entry)
    if data is None:
        return CertificateTold(name, None, None, None)
    facts = certificate_facts(data)
    fingerprint = certificate_fingerprint(data)
    if facts is None:
        return CertificateTold(name, fingerprint, None, None)
    return CertificateTold(name, fingerprint, certificate_names(facts.der).subject, facts.not_after.date())
