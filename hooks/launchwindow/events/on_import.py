"""`launchwindow import`: a fleet of the IdP, or what the dashboard gave out, becomes `apps/` and `partners/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.answer import Answer
from launchwindow.exchange.dashboard_import import AGENCIES, import_dashboard, is_of_dashboard, logo_names
from launchwindow.exchange.idp_import import OTHERS, import_fleet
from launchwindow.io.files import WorkTree
from launchwindow.io.import_files import MAX_YAML_BYTES, read_beside, read_idp_folder, read_source, write_new_files
from launchwindow.io.place import has_file, keep_out_of_git
from launchwindow.load.places import app_place
from launchwindow.load.plain import clean
from launchwindow.model.app import ENVIRONMENTS
from launchwindow.model.errors import LaunchwindowError, NotPossible
from launchwindow.report.imported import import_json, import_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from launchwindow.events.workspace import Workspace
    from launchwindow.exchange.import_report import Imported

_SHOWN = 5
_ZIP = b"PK\3\4"


def import_fleet_from(
    space: Workspace, source: Path, into: Path, environment: str, rails_environment: str | None
) -> Answer:
    """Import `source` and what lies beside it into the folder `into`: a `service_providers.yml`, an extract of the
    dashboard (packed or not), or its API's JSON; which of them, its content tells.

    Status 1 when a provider became no app. Raises LaunchwindowError for what can't be read, NotPossible when a file
    would be overwritten or an issuer is there already; then nothing is written.
    """
    keep_out_of_git(into)
    if environment not in ENVIRONMENTS:
        raise LaunchwindowError(f"{environment!r} is no environment; there are {', '.join(ENVIRONMENTS)}.")
    imported = _imported(source, environment, rails_environment)
    _refuse_known(space, into, imported)
    write_new_files(into, imported.files)
    report = imported.report
    document = import_json(report, str(source), str(into), list(imported.files))
    text = import_text(report, str(into), has_policy=has_file(into, "policy.yaml"))
    return Answer(text, document, 1 if report.skipped else 0)


def _imported(source: Path, environment: str, rails_environment: str | None) -> Imported:
    data = read_source(source)
    if data.startswith(_ZIP):
        raise LaunchwindowError(f"{source} is a ZIP archive; the dashboard gives out .tgz. Unpack it and name a file.")
    if not is_of_dashboard(data):
        folder = read_idp_folder(source, OTHERS)
        return import_fleet(folder.files, environment, rails_environment, folder.unread, source.name)
    if rails_environment is not None:
        raise LaunchwindowError(
            f"{source} is of the dashboard, which has no Rails environments: leave out --rails-environment."
        )
    logos = read_beside(source, logo_names(str(source), data))
    agencies = read_beside(source, (AGENCIES,), MAX_YAML_BYTES)
    if agencies.unread:
        raise LaunchwindowError(f"{source.parent / AGENCIES}: {agencies.unread[AGENCIES]}.")
    return import_dashboard(str(source), data, environment, {**logos.files, **agencies.files}, logos.unread)


def _refuse_known(space: Workspace, into: Path, imported: Imported) -> None:
    """Two apps of one issuer would be one provider at the IdP."""
    new = {(app.environment, app.issuer): app.file for app in imported.report.apps}
    taken = [
        f"{clean(issuer, 200)} is {path} of {environment} already"
        for environment, issuer, path in _issuers_in(space, into)
        # What a killed run wrote is at the same path; the writer looks at it.
        if new.get((environment, issuer), path) != path
    ]
    if taken:
        more = f" and {len(taken) - _SHOWN} more" if len(taken) > _SHOWN else ""
        raise NotPossible(
            f"Nothing was written: {'; '.join(taken[:_SHOWN])}{more}. "
            "Take these out of the source, or import into an empty folder and compare."
        )


def _issuers_in(space: Workspace, into: Path) -> Iterator[tuple[str, str, str]]:
    tree = WorkTree(into)
    paths = {path: place for path in tree.entries if (place := app_place(path)) is not None}
    for path, data in tree.read(paths).items():
        values = space.parse(path, data).data
        issuer = values.get("issuer") if isinstance(values, dict) else None
        if isinstance(issuer, str):
            yield paths[path][0], issuer, path
