"""A command line is there: the one place that reads the clock, and finds the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.workspace import Workspace
from launchwindow.io.clock import now as present
from launchwindow.io.place import path_in, repository
from launchwindow.model.branches import LEDGER

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from launchwindow.model.github import Address


def open_workspace(
    named: Path | None,
    now: datetime | None,
    remote: str | None,
    github: Address | None = None,
    *,
    index: bool = False,
    ledger: bool = False,
) -> Workspace:
    """The repository that was named, else the one around the current folder; at `now`, else at the present moment.

    `index` and `ledger` say that they will be asked for: then git tells of them at once.
    """
    return Workspace(
        repository(named, index=index, reference=f"refs/heads/{LEDGER}" if ledger else None),
        now or present(),
        remote,
        github,
    )


def paths_in(space: Workspace, paths: Iterable[str]) -> list[str]:
    """Paths as the shell gave them, as the repository has them."""
    return [path_in(space.root, path) for path in paths]


def is_beneath(file: str, path: str) -> bool:
    """Whether a file is `path`, or in the folder of that name; both as the repository has them."""
    return path == "." or file == path or file.startswith(path.rstrip("/") + "/")
