"""A parsed YAML file: plain data, its text, and where each part of it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.finding import START, Span
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Refusal(NamedTuple):
    """Why a file could not be read as YAML, and where."""

    path: str
    span: Span
    message: str
    fix: str
    source: str | None


class Places(NamedTuple):
    """JSON Pointer -> span, of values (a collection's is its key or dash) and of keys."""

    values: Mapping[str, Span]
    keys: Mapping[str, Span]


class Document(NamedTuple):
    """Plain data (dict, list, str, int, float, bool, None) and its source.

    `locate` builds the places only when a finding needs them: most files have none.
    """

    path: str
    data: object
    text: str
    locate: Callable[[], Places]
    verbatim: bool = False
    """Whether each key and text of the data surely stands in `text` as it is: without escapes, and in one line."""

    def span(self, path: str, *, key: bool = False) -> Span:
        """Where `path` stands, or its key; the nearest enclosing place when it is absent."""
        places = self.locate()
        if key and path in places.keys:
            return places.keys[path]
        while path and path not in places.values:
            path = path.rpartition("/")[0]
        return places.values.get(path, START)

    def source_line(self, line: int) -> str | None:
        """The text of a line, counted from 1."""
        lines = self.text.split("\n")
        return lines[line - 1].rstrip("\r") if 0 < line <= len(lines) else None
