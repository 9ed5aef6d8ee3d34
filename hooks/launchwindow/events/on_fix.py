"""Somebody wants done what can be done without asking (`check --fix`), or to see it first (`check --diff`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.edit.fix import fixes
from launchwindow.events.answer import Answer
from launchwindow.events.opening import is_beneath
from launchwindow.io.files import WorkTree
from launchwindow.io.replace import replace_file
from launchwindow.load.corpus import load_corpus
from launchwindow.report.fixes import NOTHING, diff_text, fixed_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from launchwindow.edit.edits import Edit
    from launchwindow.events.workspace import Workspace


def fix(space: Workspace, paths: Sequence[str], judge: Callable[[], Answer]) -> Answer:
    """Write what can be mended in `paths`, or everywhere; then what `judge` still finds, with its status.

    Raises `RepositoryError` when a file can't be written: those before it are, and none is written in part.
    """
    edits = _edits(space, paths)
    for edit in edits:
        replace_file(space.directory, edit.path, edit.before, edit.after)
    found = judge()
    # Documents stay those of a check (design §11): what was written is for git to tell programs.
    return found._replace(text=f"{fixed_text(edits)}\n{found.text}")


def show_fixes(space: Workspace, paths: Sequence[str]) -> Answer:
    """What `fix` would write, as a unified diff, and nothing written; status 1 when that is anything."""
    edits = _edits(space, paths)
    if not edits:
        return Answer(NOTHING, {})
    return Answer(diff_text(edits), {}, 1)


def _edits(space: Workspace, paths: Sequence[str]) -> tuple[Edit, ...]:
    files = WorkTree(space.directory)
    corpus = load_corpus(files, None, space.parse)
    return fixes(corpus, files, lambda path: not paths or any(is_beneath(path, one) for one in paths))
