"""What main would be if a branch were merged now."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from launchwindow.io.git import READ_PATHS, GitSnapshot
from launchwindow.io.merging import joined
from launchwindow.load.corpus import load_corpus
from launchwindow.load.plain import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from launchwindow.events.workspace import Workspace
    from launchwindow.model.app import Corpus
    from launchwindow.model.snapshot import Entry


_NAMED = 10
"""Files that can't be joined, of which a page has room for so many."""


class Overlay:
    """A branch's `head` merged into `base`, as far as somebody asks.

    As git joins both; what it can't join is as the branch has it, and told.
    """

    def __init__(self, space: Workspace, base: str, head: str) -> None:
        self._space, self.base, self.head = space, base, head

    @property
    def changes(self) -> Mapping[str, Entry | None]:
        """Path -> what there would be, of each that would be another one than in `base`; None for nothing."""
        return self._joined[0]

    @property
    def warnings(self) -> list[str]:
        """What is to be said of files that can't be joined; of thousands only some are named."""
        unjoined = self._joined[1]
        told = [
            f"{shown(path)} was changed on main and on the branch, and git can't join both: it is shown as "
            f"{'the branch' if path in self.changes else 'main'} has it. Merge main into the branch, and this shows "
            "what becomes of it."
            for path in unjoined[:_NAMED]
        ]
        left = len(unjoined) - _NAMED
        return [
            *told,
            *([f"{left} more {'files' if left > 1 else 'file'} can't be joined either."] if left > 0 else []),
        ]

    @cached_property
    def _joined(self) -> tuple[Mapping[str, Entry | None], Sequence[str]]:
        """(`changes`, the paths that can't be joined)."""
        git, base, head = self._space.git, self.base, self.head
        ancestor = git.merge_base(base, head)
        if ancestor is None:
            return git.listing(head, *READ_PATHS), ()
        theirs = git.changes(ancestor, head, *READ_PATHS)
        if ancestor in (base, head):
            return theirs, ()
        merged = joined(git, base, head)
        if merged is None:
            ours = git.changes(ancestor, base, *READ_PATHS)
            return theirs, sorted(path for path in theirs if path in ours and ours[path] != theirs[path])
        conflicts = {path for path in merged.conflicts if path.split("/", 1)[0] in READ_PATHS}
        changes = {path: entry for path, entry in git.changes(base, merged.tree, *READ_PATHS).items()
                   if path not in conflicts}  # fmt: skip
        return {**changes, **{path: theirs[path] for path in conflicts & theirs.keys()}}, sorted(conflicts)

    @property
    def changes_policy(self) -> bool:
        """Whether the branch has another policy than it began with, or than main where they have nothing in common."""
        there = self._space.homes(self.base).beside("policy.yaml").get("policy.yaml")
        return "policy.yaml" in self.changes and self.changes["policy.yaml"] != there

    @cached_property
    def corpus(self) -> Corpus:
        """All of it, by `base`'s policy. To read it takes long in a large fleet."""
        entries = dict(self._space.git.snapshot(self.base).entries)
        for path, entry in self.changes.items():
            if entry is None:
                entries.pop(path, None)
            else:
                entries[path] = entry
        return load_corpus(GitSnapshot(self._space.git, entries), self._space.policy(self.base), self._space.parse)
