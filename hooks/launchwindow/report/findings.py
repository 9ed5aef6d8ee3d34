"""Findings for people, with the source underlined, and as the document `launchwindow.check/1` (design §11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.finding import SEVERITIES
from launchwindow.report.words import PAGE, count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from launchwindow.model.finding import Finding

WIDTH = 72
"""Columns of source shown at most: a longer line is cut around the place."""

_COLOURS = {"error": "31", "warning": "33", "note": "36"}


def check_text(findings: Sequence[Finding], apps: int, *, colour: bool = False) -> str:
    """One block a finding, then the count, and where to read why."""
    blocks = [_block(finding, colour=colour) for finding in findings]
    return "".join(f"{block}\n" for block in blocks) + counted(findings, apps) + _where_to_read(findings)


def _where_to_read(findings: Sequence[Finding]) -> str:
    rules = list(dict.fromkeys(finding.rule for finding in findings))
    if len(rules) < 2:
        return "".join(f"Read why: launchwindow explain {rule}\n" for rule in rules)
    from launchwindow.report.visible import sentence

    here = ", ".join(rules[:5]) + (" …" if len(rules) > 5 else "")
    return sentence(f"launchwindow explain RULE (here {here})", "Read why: ") + "\n"


def _block(finding: Finding, *, colour: bool) -> str:
    from launchwindow.report.visible import sentence, visible

    span = finding.span
    place = f"{visible(finding.file)}:{span.line}:{span.column}"
    severity = _paint(finding.severity, _COLOURS[finding.severity], colour=colour)
    marks = "".join(f" [{mark}]" for mark in _marks(finding))
    lines = [f"{place}: {severity} {_paint(finding.rule, '1', colour=colour)}: {visible(finding.message, 600)}{marks}"]
    if finding.source is not None:
        lines += _excerpt(finding, colour=colour)
    lines.append(sentence(finding.fix, "  help: "))
    return "\n".join(lines) + "\n"


def _marks(finding: Finding) -> Iterable[str]:
    from launchwindow.report.visible import visible

    if finding.existing:
        yield "existing"
    if finding.waived is not None:
        yield f"waived by {visible(finding.waived, 40)}"


def _excerpt(finding: Finding, *, colour: bool) -> list[str]:
    """The source line, and the place underlined; a long line is cut around it."""
    assert finding.source is not None
    span = finding.span
    start = max(0, span.column - 1 - WIDTH // 2) if len(finding.source) > WIDTH else 0
    shown = finding.source[start : start + WIDTH]
    # What is replaced by an escape would shift the marks, so it becomes one character here.
    source = "".join(character if character.isprintable() else "·" for character in shown)
    end = span.end_column if span.end_line == span.line else len(finding.source) + 1
    before = span.column - 1 - start
    length = max(1, min(end - span.column, len(source) - before))
    lead = "".join("  " if _is_wide(character) else " " for character in source[:before])
    marks = "".join("^^" if _is_wide(character) else "^" for character in source[before : before + length]) or "^"
    number = str(span.line)
    gutter = " " * len(number)
    cut, more = "…" if start else "", "…" if len(finding.source) > start + WIDTH else ""
    return [
        f"  {gutter} |",
        f"  {number} | {cut}{source}{more}",
        f"  {gutter} | {' ' * len(cut)}{lead}{_paint(marks, _COLOURS[finding.severity], colour=colour)}",
    ]


def _is_wide(character: str) -> bool:
    if character.isascii():
        return False
    from unicodedata import east_asian_width

    return east_asian_width(character) in "WF"


def _paint(text: str, code: str, *, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text


def counted(findings: Sequence[Finding], apps: int) -> str:
    """How many apps were judged, and how many findings of each kind: one line."""
    counts = summary(findings)
    said = [
        count(counts[severity], severity) for severity in SEVERITIES if counts[severity]
    ]  # fmt: skip
    said += [f"{counts[kind]} {kind}" for kind in ("existing", "waived") if counts[kind]]
    return f"{count(apps, 'app')} checked: {', '.join(said) if said else 'nothing to complain about'}.\n"


def summary(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings of each kind; each finding is in one count."""
    counts = dict.fromkeys((*SEVERITIES, "existing", "waived"), 0)
    for finding in findings:
        kind = "waived" if finding.waived is not None else "existing" if finding.existing else finding.severity
        counts[kind] += 1
    return counts


def check_json(findings: Sequence[Finding], apps: int) -> dict[str, object]:
    """The document `launchwindow.check/1`."""
    return {
        "schema": "launchwindow.check/1",
        "apps": apps,
        "findings": [
            {
                "rule": one.rule,
                "severity": one.severity,
                "file": one.file,
                "line": one.span.line,
                "column": one.span.column,
                "end_line": one.span.end_line,
                "end_column": one.span.end_column,
                "path": one.path,
                "message": one.message,
                "fix": one.fix,
                "url": f"{PAGE}#{one.rule}",
                "existing": one.existing,
                "waived": one.waived is not None,
            }
            for one in findings
        ],
        "summary": summary(findings),
    }
