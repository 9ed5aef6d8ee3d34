"""The files of one revision, of the index or of the work tree, whichever it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from launchwindow.model.named import NamedTuple

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


def bundle_of(path: str) -> str:
    """The name of what a path is kept track of together with: all files of one partner, or itself alone."""
    pieces = path.split("/", 2)
    if pieces[0] == "apps" and len(pieces) == 3:
        return f"partner/{pieces[1]}"
    if pieces[0] == "partners" and len(pieces) == 2 and path.endswith(".yaml"):
        return f"partner/{pieces[1].removesuffix('.yaml')}"
    return path


class Since(NamedTuple):
    """A bundle as it was when something was known of it, and which of its files are other ones since."""

    content: str
    """The digest that it had."""
    changes: Mapping[str, Entry | None]
    """Path -> what was there then; None for nothing."""
    stays: bool
    """Whether it is going to be known by what it is now, so that it is worth keeping what that comes to."""


class Bundles(Protocol):
    """A snapshot's files in bundles, so that those of which nothing changed need not be looked at one by one."""

    def bundles(self) -> Mapping[str, str]:
        """Name -> a digest of which files are in it, another one as soon as one is."""

    def open(self, name: str) -> Mapping[str, Entry]:
        """The files of a bundle."""

    def beginning(self, name: str, beginnings: tuple[str, ...]) -> Mapping[str, Entry]:
        """Those files of a bundle whose paths begin with one of these."""

    def since(self, name: str) -> Since | None:
        """What a bundle was before, where only a few of its files are other ones; None where nobody knows."""


class Listed(Protocol):
    """The files of a commit, looked at as far as somebody asks."""

    def documents(self) -> Iterable[tuple[str, Entry]]:
        """Path and entry of each file whose name ends in `.yaml`."""

    def beneath(self, home: str) -> Mapping[str, Entry]:
        """The files in a folder, or the one of that path."""


class Some(NamedTuple):
    """Some of the files of a snapshot."""

    entries: Mapping[str, Entry]
    whole: Snapshot

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The bytes of regular files, as the whole has them."""
        return self.whole.read([path for path in paths if path in self.entries])
