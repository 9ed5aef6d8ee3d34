"""What main would be if a branch were merged now: main's files, with those that the branch changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.io.git import GitSnapshot
from launchwindow.load.corpus import load_corpus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from launchwindow.events.workspace import Workspace
    from launchwindow.model.app import Corpus
    from launchwindow.model.snapshot import Entry


def merged(space: Workspace, base: str, head: str) -> Corpus:
    """The corpus of `head` merged into `base`, judged by `base`'s policy.

    Path by path, as a merge without conflicts has it; where git would find a conflict, the branch's file counts.
    """
    ancestor = space.git.merge_base(base, head)
    entries = dict(space.git.snapshot(base).entries)
    old: Mapping[str, Entry] = space.git.snapshot(ancestor).entries if ancestor else {}
    new = space.git.snapshot(head).entries
    for path in old.keys() | new.keys():
        if old.get(path) == new.get(path):
            continue
        if path in new:
            entries[path] = new[path]
        else:
            entries.pop(path, None)
    return load_corpus(GitSnapshot(space.git, entries), space.policy(base), space.parse)
