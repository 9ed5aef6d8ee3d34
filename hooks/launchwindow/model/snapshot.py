"""The files of one revision, of the index or of the work tree, whichever it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Kind = Literal["file", "symlink", "directory", "other"]


class Entry(NamedTuple):
    """One path: what it is, and the git object id of its bytes."""

    kind: Kind
    blob: str


class Snapshot(Protocol):
    """Paths and bytes. Paths use `/` and are relative to the repository's root."""

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Every path that Launchwindow reads: beneath `apps/`, `partners/`, and `policy.yaml`."""

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The bytes of regular files, in bulk; a path that is absent or no file is left out."""


class Some(NamedTuple):
    """Some of the files of a snapshot."""

    entries: Mapping[str, Entry]
    whole: Snapshot

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The bytes of regular files, as the whole has them."""
        return self.whole.read([path for path in paths if path in self.entries])
