"""What git makes of a merge that nobody made."""

from __future__ import annotations

import os
import re

from launchwindow.io.git import Git
from launchwindow.model.named import NamedTuple

_ID = r"[0-9a-f]{40}|[0-9a-f]{64}"


class Joined(NamedTuple):
    """The files of both sides, joined."""

    tree: str
    conflicts: frozenset[str]
    """The paths at which git can't tell what is meant."""


def joined(git: Git, base: str, head: str) -> Joined | None:
    """What merging commit `head` into commit `base` comes to; None where git does not tell.

    That is so before version 2.38, and where the repository can't be written to: files that git joins are put beside
    its other objects. Nothing refers to them, so that its own cleaning takes them away again.
    """
    there = os.fsdecode(git.run("rev-parse", "--absolute-git-dir")).removesuffix("\n")
    # A branch that is checked out has no say in how it is joined: git takes attributes from the files of the work tree.
    elsewhere = {"GIT_DIR": there, "GIT_WORK_TREE": there}
    question = ("merge-tree", "--write-tree", "--name-only", "-z", "--no-messages", base, head)
    finished = Git(there).attempt(*question, extra=elsewhere)
    tree, *conflicts = os.fsdecode(finished.stdout).split("\0")
    if finished.returncode not in (0, 1) or not re.fullmatch(_ID, tree):
        return None
    return Joined(tree, frozenset(conflicts) - {""})
