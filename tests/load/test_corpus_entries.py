"""A large fleet is read in time that grows with it: what all of its files are is put together once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.io.files import WorkTree
from launchwindow.load.corpus import load_corpus, load_policy
from support.parts import Files
from support.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from launchwindow.model.snapshot import Entry


class Counted(Files):
    """Counts how often somebody asks which files there are."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.asked = 0
        super().__init__(files)

    @property  # type: ignore[override]
    def entries(self) -> Mapping[str, Entry]:
        """As of any snapshot."""
        self.asked += 1
        return self._entries

    @entries.setter
    def entries(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries


def test_which_files_there_are_is_asked_as_often_for_many_apps_as_for_few() -> None:
    files, policy = Files.of(WorkTree(ROOT)).files, load_policy(WorkTree(ROOT))
    more = {path.replace("apps/", f"apps/more-{number}-"): data for number in range(3) for path, data in files.items()}
    asked = []
    for some in (files, files | more):
        snapshot = Counted(some)
        corpus = load_corpus(snapshot, policy)
        asked.append((len(corpus.apps), snapshot.asked))
    (few, times), (many, as_often) = asked
    assert many == 4 * few > 0
    assert as_often == times


def test_a_work_tree_puts_together_which_files_there_are_once() -> None:
    tree = WorkTree(ROOT)
    assert tree.entries is tree.entries
