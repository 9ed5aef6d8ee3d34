"""What the ledger says of what is over, read as far as somebody asks for it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from launchwindow.ledger_past import CLOSED, WINDOWS, closed_folders, closed_from, day_of, handed_from, together
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from launchwindow.events.workspace import Workspace
    from launchwindow.io.ledger_store import Stored
    from launchwindow.model.ledger import Closed
    from launchwindow.model.tracker import Handed

RECENT = timedelta(days=31)
YEARS = 10
"""How many years back a closed request is looked for."""


class Newest(NamedTuple):
    """The last requests that came to their end, of each subject."""

    closed: list[Closed]
    total: dict[str, int]
    """Subject -> how many ends it has in all."""


class Past:
    """The past of one state of the ledger."""

    def __init__(self, space: Workspace, stored: Stored) -> None:
        self._space, self._stored = space, stored

    def closed_since(self, commit: str | None) -> list[Closed]:
        """The requests that came to their end since a commit of the ledger, the last end of each.

        Where no commit is told, or none that the ledger's history has, it is those of the last `RECENT`: all of them
        may have been told, or none.
        """
        git, tip = self._space.git, str(self._stored.tip)
        if commit is None or git.resolve(commit) is None or not git.is_ancestor(commit, tip):
            first = self._space.now - RECENT
            folders = [f"{CLOSED}/{year}" for year in range(first.year, self._space.now.year + 2)]
            blobs = self._space.store.with_folders(self._stored, folders).blobs
            found = self._closed({path: blob for path, blob in blobs.items() if path.startswith(CLOSED)})
            return [one for one in found if one.at >= first]
        return self._closed({path: one.blob for path, one in git.changes(commit, tip, CLOSED).items() if one})

    def closed_of(self, requests: Collection[str]) -> list[Closed]:
        """Those of some requests that came to their end, whenever that was."""
        if not requests:
            return []
        years = range(self._space.now.year - YEARS, self._space.now.year + 2)
        folders = [folder for one in requests for folder in closed_folders(one, years)]
        found = self._space.store.with_folders(self._stored, folders).blobs
        return [one for one in self._closed({path: blob for path, blob in found.items() if path.startswith(CLOSED)})
                if one.request.id in requests]  # fmt: skip

    def newest(self, number: int) -> Newest:
        """Of each subject those of the newest years that have `number` of them together; other years stay unread."""
        blobs = self._space.store.with_folders(self._stored, [CLOSED]).blobs
        years: dict[str, dict[str, list[str]]] = {}
        for path in blobs:
            if path.startswith(f"{CLOSED}/") and path.count("/") > 3:
                _, _, year, rest = path.split("/", 3)
                years.setdefault(rest.rpartition("/")[0], {}).setdefault(year, []).append(path)
        wanted: list[str] = []
        for of_year in years.values():
            found: list[str] = []
            for year in sorted(of_year, reverse=True):
                if len(found) < number:
                    found += of_year[year]
            wanted += found
        total = {subject: sum(map(len, of_year.values())) for subject, of_year in years.items()}
        return Newest(self._closed({path: blobs[path] for path in wanted}), total)

    def _closed(self, blobs: dict[str, str]) -> list[Closed]:
        data = self._space.git.contents(blobs)
        found = sorted((closed_from(path, one) for path, one in data.items()), key=lambda one: one.at)
        return list({one.request.id: one for one in found}.values())

    def handed(self, environments: Sequence[str], days: Iterable[date]) -> dict[date, tuple[Handed, ...]]:
        """What the runs of some days handed over."""
        wanted = set(days)
        blobs = self._space.store.with_folders(self._stored, [f"{WINDOWS}/{one}" for one in environments]).blobs
        paths = {path: day for path in blobs if (day := day_of(path)) in wanted and day is not None}
        data = self._space.git.contents({path: blobs[path] for path in paths})
        found: dict[date, list[Handed]] = {}
        for path, day in sorted(paths.items()):
            found.setdefault(day, []).append(handed_from(path, data[path]))
        return {day: together(one for one in runs if one.environment in environments) for day, runs in found.items()}
