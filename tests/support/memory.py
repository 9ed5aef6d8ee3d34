"""A snapshot that needs no disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.digest import blob_id
from launchwindow.model.snapshot import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Memory:
    """Files by path."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.entries = {path: Entry("file", blob_id(data)) for path, data in files.items()}

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The bytes of those that are there."""
        return {path: self.files[path] for path in paths if path in self.files}
