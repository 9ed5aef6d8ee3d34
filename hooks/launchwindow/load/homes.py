"""A revision's files by the app or partner that they belong to, so that a few apps can be read without the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.places import APP_FILE, app_place, home_of, partner_place

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from launchwindow.model.snapshot import Entry, Listed


class Homes:
    """The files of one revision; `change` makes it another one."""

    def __init__(self, listed: Listed) -> None:
        self._listed = listed
        self._folders: dict[str, Mapping[str, Entry]] = {}
        """Home -> its files, of those that changed or that somebody asked for."""
        self._apps: dict[str, dict[str, tuple[str, Entry]]] = {}
        """Partner -> subject -> where the app's file is."""
        self._partners: dict[str, tuple[str, Entry]] = {}
        # Without a function for each: of thousands nearly all are apps.
        for path, entry in listed.documents():
            if found := APP_FILE.match(path):
                partner, app, environment = found.groups()
                self._apps.setdefault(partner, {})[f"{environment}/{partner}/{app}"] = path, entry
            else:
                self._put(path, entry)

    def copy(self) -> Homes:
        """The same files, to be changed on their own."""
        other = Homes.__new__(Homes)
        other._listed = self._listed
        other._folders = dict(self._folders)
        other._apps = {partner: dict(apps) for partner, apps in self._apps.items()}
        other._partners = dict(self._partners)
        return other

    def change(self, changes: Mapping[str, Entry | None]) -> None:
        """Put files in, or take out those of None."""
        for path, entry in changes.items():
            home = home_of(path)
            # Another revision may have the same folder: it is never changed itself.
            folder = dict(self.beside(path))
            folder.pop(path, None)
            self._folders[home] = folder if entry is None else {**folder, path: entry}
            self._put(path, entry)

    def _put(self, path: str, entry: Entry | None) -> None:
        if place := app_place(path):
            apps, subject = self._apps.setdefault(place[1], {}), "/".join(place)
            if entry is None:
                apps.pop(subject, None)
            else:
                apps[subject] = path, entry
        elif partner := partner_place(path):
            if entry is None:
                self._partners.pop(partner, None)
            else:
                self._partners[partner] = path, entry

    def app(self, subject: str) -> tuple[str, Entry] | None:
        """(path, entry) of an app's file."""
        return self._apps.get(subject.split("/")[1], {}).get(subject)

    def partner(self, partner: str) -> tuple[str, Entry] | None:
        """(path, entry) of a partner's file."""
        return self._partners.get(partner)

    @property
    def partners(self) -> Collection[str]:
        """The ids of all that have a partner's file."""
        return self._partners.keys()

    @property
    def partners_with_apps(self) -> Collection[str]:
        """The ids of all that have apps."""
        return [partner for partner, apps in self._apps.items() if apps]

    def beside(self, path: str) -> Mapping[str, Entry]:
        """The files of the app's folder that a path is in; of any other path, itself."""
        home = home_of(path)
        if home not in self._folders:
            self._folders[home] = self._listed.beneath(home)
        return self._folders[home]

    def apps(self, partner: str | None = None) -> list[str]:
        """The subjects of a partner's apps, or of all."""
        if partner is not None:
            return sorted(self._apps.get(partner, ()))
        return sorted(subject for apps in self._apps.values() for subject in apps)

    def places(self) -> dict[str, tuple[str, Entry]]:
        """Subject -> (path, entry) of every app's file."""
        return {subject: place for apps in self._apps.values() for subject, place in apps.items()}

    def part(self, subjects: Collection[str], partners: Iterable[str] = ()) -> dict[str, Entry]:
        """The files that some apps may name, their own files, their partners' and those of further partners."""
        wanted = {subject.split("/")[1] for subject in subjects} | {*partners}
        found = dict(self._partners[one] for one in sorted(wanted) if one in self._partners)
        for home in sorted({"apps/" + subject.split("/", 1)[1] for subject in subjects}):
            for path, entry in self.beside(f"{home}/").items():
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
