"""Where in a commit's files a text stands: git reads thousands of them in the time that Python takes for a hundred."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from launchwindow.io.asking import GitFailed, reason_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from launchwindow.io.git import Git


def holding(git: Git, commit: str, texts: Sequence[str], *paths: str) -> list[str]:
    """The paths, among some, of a commit's files in which one of these texts stands, byte for byte.

    Raises `GitFailed` where git can't read all of them.
    """
    # Whatever configuration or attributes make of a file: as bytes, each line by itself, and no submodule's.
    search = ("grep", "--files-with-matches", "--null", "--text", "--fixed-strings", "--no-color", "--full-name",
              "--no-recurse-submodules", *(f"-e{text}" for text in texts), commit,
              "--", *(f":(top){path}" for path in paths))  # fmt: skip
    finished = git.attempt(*search)
    # Of a file that it lost, it says so and goes on.
    if finished.returncode not in (0, 1) or b"error:" in finished.stderr or b"fatal:" in finished.stderr:
        raise GitFailed(f"git grep: {reason_of(finished)}")
    return [path.removeprefix(f"{commit}:") for path in os.fsdecode(finished.stdout).split("\0")[:-1]]
