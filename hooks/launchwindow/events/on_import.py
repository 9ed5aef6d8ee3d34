"""`launchwindow import`: an existing fleet of the IdP becomes `apps/` and `partners/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.answer import Answer
from launchwindow.exchange.idp_import import OTHERS, import_fleet
from launchwindow.io.import_files import read_idp_folder, write_new_files
from launchwindow.io.place import has_file
from launchwindow.model.app import ENVIRONMENTS
from launchwindow.model.errors import LaunchwindowError
from launchwindow.report.imported import import_json, import_text

if TYPE_CHECKING:
    from pathlib import Path


def import_fleet_from(source: Path, into: Path, environment: str, rails_environment: str | None) -> Answer:
    """Import `source`, a `service_providers.yml`, and what lies beside it into the folder `into`.

    Status 1 when a provider became no app. Raises LaunchwindowError for what can't be read, NotPossible when a file
    would be overwritten; then nothing is written.
    """
    if environment not in ENVIRONMENTS:
        raise LaunchwindowError(f"{environment!r} is no environment; there are {', '.join(ENVIRONMENTS)}.")
    folder = read_idp_folder(source, OTHERS)
    imported = import_fleet(folder.files, environment, rails_environment, folder.unread)
    write_new_files(into, imported.files)
    report = imported.report
    document = import_json(report, str(source), str(into), list(imported.files))
    text = import_text(report, str(into), has_policy=has_file(into, "policy.yaml"))
    return Answer(text, document, 1 if report.skipped else 0)
