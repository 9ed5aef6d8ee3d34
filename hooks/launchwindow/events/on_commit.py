"""A commit is about to be made, or somebody wants to know: judge the files (`check`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.answer import Answer
from launchwindow.events.check_formats import Checked, renderings
from launchwindow.events.judging import by_commit, by_itself
from launchwindow.events.opening import is_beneath
from launchwindow.io.kept import Kept, cache_folder
from launchwindow.report.findings import check_json, check_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from launchwindow.events.workspace import Workspace
    from launchwindow.io.files import WorkTree
    from launchwindow.io.git import IndexSnapshot
    from launchwindow.parts import Verdict


def check(
    space: Workspace, paths: Sequence[str], *, staged: bool, since: str | None, colour: bool, cache: bool = True
) -> Answer:
    """Judge every app and partner of the work tree, or of the index; show what concerns `paths` when some are given.

    With `since`, a revision, the judge is that revision's policy and partners, and what its history with this branch
    already had does not block. With `staged` alone, nothing that HEAD has blocks a commit that changes something else.
    Without `cache` nothing that an earlier run found out is used, nor kept for a later one.
    Raises `PolicyError` when the policy is wrong, `NotPossible` when there is no app at all: that is no clean bill.
    """
    folder = cache_folder() if cache else None
    index = space.git.index_snapshot() if staged else None
    snapshot = index or _work_tree(space, Kept(folder, f"files of {space.root}"))
    (findings, apps, all_files), compared = _judged(space, snapshot, since, folder)
    if not apps and not any(one.blocks for one in findings):
        from launchwindow.model.errors import NotPossible

        where = "the index" if staged else space.root
        raise NotPossible(
            f"No app was found in {where}: there is no apps/<partner>/<app>/<environment>.yaml. "
            "Use --repo DIR to name the repository."
        )
    # Where no app is left, whatever stands in their place concerns every path.
    shown = [one for one in findings if not paths or not apps or any(is_beneath(one.file, path) for path in paths)]
    status = 1 if any(one.blocks for one in shown) else 0
    text = check_text(shown, apps, colour=colour)

    def files() -> list[str]:
        return [file for file in all_files() if not paths or any(is_beneath(file, path) for path in paths)]

    checked = Checked(space.root, shown, files, apps, compared)
    return Answer(text, check_json(shown, apps), status, renderings(checked))


def _work_tree(space: Workspace, file: Kept) -> WorkTree:
    """The work tree, of which only those files are read that changed since they were read last."""
    from launchwindow.io.files import WorkTree
    from launchwindow.io.seen import Memory

    memory = Memory(space.root, file.load())
    tree = WorkTree(space.root, memory)
    memory.save(file, tree.bundles())
    return tree


def _judged(
    space: Workspace, snapshot: IndexSnapshot | WorkTree, since: str | None, folder: str | None
) -> tuple[Verdict, bool]:
    """The verdict, and whether what was judged was compared with something."""
    found = None
    commit = space.commit(since) if since is not None else None
    # A folder with a file's name changes what is told of all that lies in it: no part of it stands for itself.
    if not snapshot.has_folders_for_files:
        found = (by_itself(space, snapshot, Kept(folder, space.root)) if commit is None
                 else by_commit(space, snapshot, commit, folder))  # fmt: skip
    if found is not None:
        return found
    from launchwindow.events.at_once import at_once

    return at_once(space, snapshot, commit)
