"""A branch beside the commit where it left main: what it is compared with, and by whose policy and partners judged."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from launchwindow.io.commit_bundles import bundles_of
from launchwindow.load.places import partner_place
from launchwindow.model.named import NamedTuple
from launchwindow.model.snapshot import Since, bundle_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from launchwindow.events.sides import Read, Setting
    from launchwindow.events.workspace import Workspace
    from launchwindow.model.app import Partner
    from launchwindow.model.document import Document
    from launchwindow.model.snapshot import Bundles, Entry


def where_it_left(space: Workspace, commit: str) -> str:
    """The commit with which a branch is compared that is judged by `commit`; that one itself where they share none."""
    head = space.git.resolve("HEAD")
    return (space.git.merge_base(commit, head) if head is not None else None) or commit


class Judge(NamedTuple):
    """The commit by whose policy and partners a branch is judged, and the one where it left that commit's history."""

    before: Bundles
    """The files of where it left."""
    moved_on: Mapping[str, Entry | None]
    """Path -> what that commit has there, of each policy's or partner's file that it has otherwise since."""

    @property
    def policy(self) -> Entry | None:
        """Its policy's file."""
        return self.moved_on["policy.yaml"] if "policy.yaml" in self.moved_on else _at(self.before, "policy.yaml")

    def partners(self, branch: Against) -> dict[str, Entry | None]:
        """Path -> what it has there, of each partner's file that it has otherwise than the branch."""
        there = {**branch.changes, **self.moved_on}
        return {path: entry for path, entry in there.items()
                if partner_place(path) is not None and _at(branch, path) != entry}  # fmt: skip


def judge_of(space: Workspace, commit: str) -> Judge:
    """That commit as a judge of what is here."""
    base = where_it_left(space, commit)
    moved_on = space.git.changes(base, commit, "partners", "policy.yaml") if base != commit else {}
    return Judge(bundles_of(space.git, base), moved_on)


def judged_by(
    setting: Setting, partners: Mapping[str, Entry | None], read: Read, parse: Callable[[str, bytes], Document]
) -> Setting:
    """The same, but that the apps of these partners are judged by these files, and not by those beside them.

    Whoever judges an app looks at no other partner than its own: what rules say of several partners follows from the
    files that are judged.
    """

    @cache
    def found() -> Mapping[str, Partner]:
        from launchwindow.load.corpus import load_corpus

        entries = {path: entry for path, entry in partners.items() if entry is not None}
        return load_corpus(read(entries, False), setting.policy(), parse).partners

    return setting._replace(judges=partners, partners=found)


class Against:
    """The bundles of a branch's files, of each of which it is known what it was in the commit that they are held to."""

    def __init__(self, files: Bundles, before: Bundles) -> None:
        self._files, self._before = files, before
        self._changes = {name: dict(_changes(name, files, before)) for name in _differing(files, before)}

    @property
    def changes(self) -> dict[str, Entry | None]:
        """Path -> what was there before, of each path that was another one; None for nothing."""
        return {path: entry for some in self._changes.values() for path, entry in some.items()}

    def bundles(self) -> Mapping[str, str]:
        """As of any bundles."""
        return self._files.bundles()

    def open(self, name: str) -> Mapping[str, Entry]:
        """As of any bundles."""
        return self._files.open(name)

    def beginning(self, name: str, beginnings: tuple[str, ...]) -> Mapping[str, Entry]:
        """As of any bundles."""
        return self._files.beginning(name, beginnings)

    def since(self, name: str) -> Since | None:
        """As of any bundles: what the commit has, whatever else was known of it."""
        changes, content = self._changes.get(name), self._before.bundles().get(name)
        return Since(content, changes, stays=False) if changes and content is not None else None


def _differing(files: Bundles, before: Bundles) -> Iterator[str]:
    now, then = files.bundles(), before.bundles()
    return (name for name in {**now, **then} if now.get(name) != then.get(name))


def _changes(name: str, files: Bundles, before: Bundles) -> Iterator[tuple[str, Entry | None]]:
    now, then = _opened(files, name), _opened(before, name)
    # Digests may differ where no file does: a file that became executable is the same one.
    return ((path, then.get(path)) for path in {**now, **then} if now.get(path) != then.get(path))


def _opened(files: Bundles, name: str) -> Mapping[str, Entry]:
    return files.open(name) if name in files.bundles() else {}


def _at(files: Bundles, path: str) -> Entry | None:
    return _opened(files, bundle_of(path)).get(path)
