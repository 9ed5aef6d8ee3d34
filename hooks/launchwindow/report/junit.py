"""Findings as JUnit's XML, which most build servers show: one test case for each file, failed by what blocks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from launchwindow.model.finding import Finding

_SUITE = "launchwindow check"
_LONGEST = 1000
_ILLEGAL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 can't hold, not even as a reference, and the control characters that it advises against."""
_HIDDEN = re.compile("[\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""What reorders or hides the text beside it."""


def junit_text(findings: Sequence[Finding], files: Iterable[str]) -> str:
    """The document; `files` are those that were judged, with findings or without.

    A blocking finding fails its file's test case; what does not block is told in the case's output. The text is ASCII,
    so that it says the same in whatever encoding it is read.
    """
    by_file: dict[str, list[Finding]] = {file: [] for file in files}
    for finding in findings:
        by_file.setdefault(finding.file, []).append(finding)
    failed = sum(any(one.blocks for one in found) for found in by_file.values())
    counts = f'tests="{len(by_file)}" failures="{failed}" errors="0" skipped="0"'
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="{_SUITE}" {counts}>']
    lines.append(f'  <testsuite name="{_SUITE}" {counts}>')
    for file in sorted(by_file):
        lines += _case(file, by_file[file])
    lines += ["  </testsuite>", "</testsuites>"]
    return "\n".join(lines).encode("ascii", "xmlcharrefreplace").decode("ascii") + "\n"


def _case(file: str, findings: Sequence[Finding]) -> Iterator[str]:
    blocking = [one for one in findings if one.blocks]
    others = [one for one in findings if not one.blocks]
    head = f"    <testcase classname={_attribute(file.rpartition('/')[0] or '.')} name={_attribute(file)}"
    if not findings:
        yield f"{head}/>"
        return
    yield f"{head}>"
    if blocking:
        kinds = ", ".join(dict.fromkeys(one.rule for one in blocking))
        first = blocking[0].message if len(blocking) == 1 else f"{blocking[0].message} (and {len(blocking) - 1} more)"
        told = escape(_legal("\n".join(_told(one) for one in blocking)))
        yield f"      <failure type={_attribute(kinds)} message={_attribute(first)}>{told}</failure>"
    if others:
        yield f"      <system-out>{escape(_legal(chr(10).join(_told(one) for one in others)))}</system-out>"
    yield "    </testcase>"


def _told(finding: Finding) -> str:
    marks = " (existing)" if finding.existing else ""
    marks += f" (waived by {_one_line(finding.waived)})" if finding.waived is not None else ""
    place = f"{_one_line(finding.file)}:{finding.span.line}:{finding.span.column}"
    said = f"{place}: {finding.severity} {finding.rule}: {_one_line(finding.message)}{marks}"
    return f"{said}\n  help: {_one_line(finding.fix)}"


def _attribute(text: str) -> str:
    return quoteattr(_legal(_one_line(text)))


def _one_line(text: str) -> str:
    return re.sub(r"[\t\n\r\x85]", "\ufffd", text[:_LONGEST])


def _legal(text: str) -> str:
    return _HIDDEN.sub("\ufffd", _ILLEGAL.sub("\ufffd", text))
