"""What main would be if a branch were merged now: main's files, with those that the branch changed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from launchwindow.io.git import READ_PATHS, GitSnapshot
from launchwindow.load.corpus import load_corpus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from launchwindow.events.workspace import Workspace
    from launchwindow.model.app import Corpus
    from launchwindow.model.snapshot import Entry


class Overlay:
    """A branch's `head` merged into `base`, as far as somebody asks.

    Path by path: of a file that both changed the branch's counts, also where git would join both, or follow a folder
    that main renamed. Merging main into the branch shows it as it will be.
    """

    def __init__(self, space: Workspace, base: str, head: str) -> None:
        self._space, self.base, self.head = space, base, head

    @cached_property
    def changes(self) -> Mapping[str, Entry | None]:
        """Path -> what the branch has there, of each that it changed; None where it took the file away."""
        git = self._space.git
        ancestor = git.merge_base(self.base, self.head)
        return git.changes(ancestor, self.head, *READ_PATHS) if ancestor else git.listing(self.head, *READ_PATHS)

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
