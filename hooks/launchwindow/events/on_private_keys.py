"""A commit is about to be made in any repository: does a file of it hold a private key (`private-keys`)?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.answer import Answer
from launchwindow.io.every_file import named_files, pieces, tracked_files
from launchwindow.report.private_keys import KeyPlace, keys_json, keys_text
from launchwindow.rules.key_material import private_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from launchwindow.events.workspace import Workspace


def private_keys(space: Workspace, names: Sequence[str]) -> Answer:
    """Search the files and folders named, or all that git has; status 1 when one holds a private key.

    Needs no policy and nothing else of ours in the repository. Raises `RepositoryError` when a file can't be read: what
    was not looked at has not passed.
    """
    files = list(named_files(names) if names else tracked_files(space.git))
    found = [place for name, path in files if (place := _first(name, path)) is not None]
    return Answer(keys_text(found, len(files)), keys_json(found, len(files)), 1 if found else 0)


def _first(name: str, path: Path) -> KeyPlace | None:
    for line, data in pieces(path):
        found = private_key(data)
        # It remembers what it was asked, which for a whole repository is too much.
        private_key.cache_clear()
        if found is not None:
            return KeyPlace(name, line + found.line - 1, found.message)
    return None
