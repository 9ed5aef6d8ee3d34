"""A branch beside the commit where it left main: what it is compared with, and by whose policy and partners judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.io.commit_bundles import bundles_of
from launchwindow.load.places import partner_place
from launchwindow.model.named import NamedTuple
from launchwindow.model.snapshot import Since, bundle_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from launchwindow.events.workspace import Workspace
    from launchwindow.model.snapshot import Bundles, Entry


def where_it_left(space: Workspace, commit: str) -> str:
    """The commit with which a branch is compared that is judged by `commit`; that one itself where they share none."""
    head = space.git.resolve("HEAD")
    return (space.git.merge_base(commit, head) if head is not None else None) or commit


class Judge(NamedTuple):
    """The commit by whose policy and partners a branch is judged, and the one where it left that commit's history."""

    commit: str
    before: Bundles
    """The files of where it left."""
    moved_on: Mapping[str, Entry | None]
    """Path -> what `commit` has there, of each policy's or partner's file that it has otherwise since."""

    @property
    def policy(self) -> Entry | None:
        """Its policy's file."""
        return self.moved_on["policy.yaml"] if "policy.yaml" in self.moved_on else _at(self.before, "policy.yaml")

    def has_the_partners_of(self, branch: Against) -> bool:
        """Whether the partners' files by which it judges are those of the branch, byte for byte.

        Then it makes no difference by whose an app is judged: in parts, that is by the file of its own revision.
        """
        changed, moved_on = _partners(branch.changes), _partners(self.moved_on)
        return changed == moved_on and all(_at(branch, path) == self.moved_on[path] for path in changed)


def judge_of(space: Workspace, commit: str) -> Judge:
    """That commit as a judge of what is here."""
    base = where_it_left(space, commit)
    moved_on = space.git.changes(base, commit, "partners", "policy.yaml") if base != commit else {}
    return Judge(commit, bundles_of(space.git, base), moved_on)


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


def _partners(paths: Mapping[str, object]) -> set[str]:
    return {path for path in paths if partner_place(path) is not None}
