"""The text of a YAML file, by the places that its document knows; an edit never writes a file anew.

Positions are exact only where lines end in LF or CRLF: to YAML a lone CR, NEL, LS and PS end a line as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.load.yaml_source import Refused, parse

if TYPE_CHECKING:
    from launchwindow.model.document import Document
    from launchwindow.model.finding import Span

_ODD_LINE_END = re.compile("\r(?!\n)|[\x85\u2028\u2029]")


def has_plain_lines(text: str) -> bool:
    """Whether every line ends as a text editor would think."""
    return _ODD_LINE_END.search(text) is None


def same_data(document: Document, text: str, data: object) -> bool:
    """Whether `text` in the document's place would hold exactly `data`: values, their types, the order of keys."""
    try:
        found = parse(document.path, text.encode("utf-8")).data
    except Refused:
        return False
    # Python takes 1, 1.0 and true for the same, and mappings in another order.
    return repr(found) == repr(data)


def offsets(text: str, span: Span) -> tuple[int, int]:
    """(start, end) of a span in `text`, in code points from 0."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts[span.line - 1] + span.column - 1, starts[span.end_line - 1] + span.end_column - 1


def block_lines(document: Document) -> frozenset[int]:
    """Numbers, from 1, of the lines inside block scalars (`|`, `>`): their white space is content."""
    lines: set[int] = set()
    for span in document.locate().values.values():
        # Nothing else can begin with these characters: keys and plain text may not, and quoted text begins otherwise.
        if span.end_line > span.line and (document.source_line(span.line) or "")[span.column - 1 :][:1] in ("|", ">"):
            lines.update(range(span.line + 1, span.end_line + (span.end_column > 1)))
    return frozenset(lines)
