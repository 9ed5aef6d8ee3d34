"""A revision's files by the app or partner that they belong to, so that a few apps can be read without the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.places import app_place, home_of, partner_place

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from launchwindow.model.snapshot import Entry


class Homes:
    """The files of one revision; `change` makes it another one."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._folders: dict[str, dict[str, Entry]] = {}
        self._apps: dict[str, set[str]] = {}
        self.change(entries)

    def copy(self) -> Homes:
        """The same files, to be changed on their own."""
        other = Homes({})
        other._folders = {home: dict(files) for home, files in self._folders.items()}
        other._apps = {partner: set(apps) for partner, apps in self._apps.items()}
        return other

    def change(self, changes: Mapping[str, Entry | None]) -> None:
        """Put files in, or take out those of None."""
        for path, entry in changes.items():
            folder = self._folders.setdefault(home_of(path), {})
            place = app_place(path)
            apps = set() if place is None else self._apps.setdefault(place[1], set())
            if entry is None:
                folder.pop(path, None)
                apps.discard("/".join(place or ()))
            else:
                folder[path] = entry
                apps.add("/".join(place or ()))

    def app(self, subject: str) -> tuple[str, Entry] | None:
        """(path, entry) of an app's file."""
        environment, partner, name = subject.split("/")
        path = f"apps/{partner}/{name}/{environment}.yaml"
        entry = self._folders.get(home_of(path), {}).get(path)
        return None if entry is None else (path, entry)

    def partner(self, partner: str) -> tuple[str, Entry] | None:
        """(path, entry) of a partner's file."""
        path = f"partners/{partner}.yaml"
        entry = self._folders.get(path, {}).get(path)
        return None if entry is None else (path, entry)

    @property
    def partners(self) -> Iterable[str]:
        """The ids of all that have a partner's file."""
        return [name for path, files in self._folders.items() if files and (name := partner_place(path))]

    def apps(self, partner: str | None = None) -> list[str]:
        """The subjects of a partner's apps, or of all."""
        if partner is not None:
            return sorted(self._apps.get(partner, ()))
        return sorted(subject for apps in self._apps.values() for subject in apps)

    def part(self, subjects: Collection[str], partners: Iterable[str] = ()) -> dict[str, Entry]:
        """The files that some apps may name, their own files, their partners' and those of further partners."""
        wanted = {subject.split("/")[1] for subject in subjects} | {*partners}
        found = {
            path: entry
            for one in sorted(wanted)
            for path, entry in self._folders.get(f"partners/{one}.yaml", {}).items()
        }
        for home in sorted({"apps/" + subject.split("/", 1)[1] for subject in subjects}):
            for path, entry in self._folders.get(home, {}).items():
                place = app_place(path)
                if place is None or "/".join(place) in subjects:
                    found[path] = entry
        return found


def touched_apps(path: str, homes: Iterable[Homes]) -> set[str]:
    """The subjects of all apps that a change of the file at `path` may be about, where main has or had them."""
    parts = path.split("/", 3)
    if parts[0] == "apps" and len(parts) == 4:
        return {subject for one in homes for subject in one.apps(parts[1]) if subject.split("/", 2)[2] == parts[2]}
    partner = partner_place(path)
    return {subject for one in homes for subject in one.apps(partner)} if partner else set()
