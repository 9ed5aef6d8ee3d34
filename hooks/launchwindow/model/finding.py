"""What a rule says about one place (design §5): the value that every report prints."""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


class Span(NamedTuple):
    """A place in a text file; lines and columns count from 1, in code points; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


START = Span(1, 1, 1, 1)
"""Where a finding about a whole file points."""


class Finding(NamedTuple):
    """One thing that is wrong, where, and what to do about it.

    `path` is a JSON Pointer into the document (RFC 6901), empty for the whole file. `source` is the line that
    `span` begins on, None where there is no text to show. `waived` names the ticket of the waiver that covers it.
    """

    rule: str
    severity: Severity
    file: str
    path: str
    span: Span
    message: str
    fix: str
    source: str | None = None
    existing: bool = False
    waived: str | None = None

    @property
    def blocks(self) -> bool:
        """Whether it stops a commit, a merge or a release."""
        return self.severity == "error" and not self.existing and self.waived is None

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What makes it the same finding on another revision: never the line, which moves."""
        return (self.rule, self.file, self.path, self.message)


def pointer(*parts: str | int) -> str:
    """The JSON Pointer of a place: `pointer("certs", 0)` is `/certs/0`."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
