"""What an edit is: a file's bytes before and after, and in words what was done."""

from __future__ import annotations

from launchwindow.model.named import NamedTuple


class Tidied(NamedTuple):
    """New bytes for a file, and what makes them differ, each a phrase such as `line ends are LF`."""

    data: bytes
    done: tuple[str, ...]


class Edit(NamedTuple):
    """One file to write; `before` is None for a file that is new. `path` is the repository's."""

    path: str
    before: bytes | None
    after: bytes
    done: tuple[str, ...]
