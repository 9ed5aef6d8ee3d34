"""What a rule says about one place (design §5): the value that every report prints."""

from __future__ import annotations

from typing import Literal

from launchwindow.model.named import NamedTuple

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
    about: str = ""
    """The value that it stands at, as JSON; a file's blob id where it is about a file as a whole."""
    existing: bool = False
    waived: str | None = None

    @property
    def blocks(self) -> bool:
        """Whether it stops a commit, a merge or a release."""
        return self.severity == "error" and not self.existing and self.waived is None

    def identity(self, file: str | None = None) -> tuple[str, ...]:
        """What makes it the same finding on another revision; `file` stands for an app that was elsewhere then.

        Neither the line nor the place in a list, which move; but the value: another wrong value is another finding.
        """
        place = "/".join("*" if part.isdecimal() else part for part in self.path.split("/"))
        return (self.rule, self.file if file is None else file, place, self.message, self.about)


def pointer(*parts: str | int) -> str:
    """The JSON Pointer of a place: `pointer("certs", 0)` is `/certs/0`."""
    found = ""
    for part in parts:
        text = str(part)
        found += f"/{text.replace('~', '~0').replace('/', '~1') if '~' in text or '/' in text else text}"
    return found
