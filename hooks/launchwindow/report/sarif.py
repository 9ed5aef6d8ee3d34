"""Findings as SARIF 2.1.0 (OASIS, errata 01), which code scanning and editors read.

GitHub takes at most 10 MB and 25,000 results a run, and shows a result's text and its rule's help.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote

from launchwindow.model.finding import START
from launchwindow.model.named import NamedTuple
from launchwindow.report.rule_pages import PAGE, group_of, page, page_markdown
from launchwindow.report.visible import json_text, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from launchwindow.model.finding import Finding, Span
    from launchwindow.model.rule import Rule

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE = "%SRCROOT%"
"""The name under which readers of SARIF expect the repository's root."""
_LONGEST = 1000


class SarifRun(NamedTuple):
    """What a run's document says beside its findings."""

    version: str
    """Launchwindow's own."""
    rules: Sequence[Rule]
    pages: str | None
    """The absolute address of the rules' pages, without an anchor; None where it is not known."""
    compared: bool
    """Whether there was something to compare with, so that a finding is new or not."""


def sarif_text(findings: Sequence[Finding], run: SarifRun) -> str:
    """The whole document. It is ASCII: SARIF must be UTF-8, and a terminal's encoding may be another."""
    return json_text(sarif(findings, run), "ascii")


def sarif(findings: Sequence[Finding], run: SarifRun) -> dict[str, object]:
    """The document as plain data."""
    driver = {
        "name": "Launchwindow",
        "semanticVersion": run.version,
        "rules": [_rule(rule, run.pages) for rule in run.rules],
    }
    base = {"description": {"text": "The root of the configuration repository."}}
    content = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_BASE: base},
        "invocations": [{"executionSuccessful": True}],
        "results": list(_results(findings, run)),
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [content]}


def _rule(rule: Rule, pages: str | None) -> dict[str, object]:
    text = page(rule)
    group = group_of(rule.id)
    described: dict[str, object] = {
        "id": rule.id,
        "shortDescription": {"text": f"{rule.summary}."},
        "fullDescription": {"text": " ".join(text.partition("\n\n")[0].split())},
        "help": {"text": text, "markdown": page_markdown(rule)},
        "defaultConfiguration": {"level": rule.severity},
        "properties": {"tags": [group] if group else [], "page": f"{PAGE}#{rule.id}", "waivable": rule.waivable},
    }
    return described if pages is None else {**described, "helpUri": f"{pages}#{rule.id}"}


def _results(findings: Sequence[Finding], run: SarifRun) -> Iterator[dict[str, object]]:
    places = {rule.id: index for index, rule in enumerate(run.rules)}
    seen: dict[tuple[str, ...], int] = {}
    for finding in findings:
        identity = finding.identity()
        seen[identity] = seen.get(identity, 0) + 1
        yield _result(finding, places, _fingerprint(identity, seen[identity]), compared=run.compared)


def _result(finding: Finding, places: Mapping[str, int], fingerprint: str, *, compared: bool) -> dict[str, object]:
    location = {
        "artifactLocation": {"uri": uri_path(finding.file), "uriBaseId": _BASE},
        "region": _region(finding.span),
    }
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "level": finding.severity,
        "message": {"text": f"{_plain(finding.message)}\n{_plain(finding.fix)}"},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"launchwindowIdentity/v1": fingerprint},
        # Either every result of a run has them or none.
        "suppressions": list(_suppressions(finding)),
        "properties": {"path": finding.path, "fix": visible(finding.fix, _LONGEST)},
    }
    if finding.rule in places:
        result["ruleIndex"] = places[finding.rule]
    if compared:
        result["baselineState"] = "unchanged" if finding.existing else "new"
    return result


def _suppressions(finding: Finding) -> Iterator[dict[str, object]]:
    """A waiver stands in the file that it is about."""
    if finding.waived is not None:
        reason = f"Waived by {visible(finding.waived, 100)}."
        yield {"kind": "inSource", "status": "accepted", "justification": reason}


def _region(span: Span) -> dict[str, int]:
    """Counted from 1, the end exclusive, as ours are; a finding about a whole file has its first line."""
    if span == START:
        return {"startLine": 1}
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _plain(text: str) -> str:
    """Text in which a reader of SARIF finds no link, whoever wrote it: only `[text](target)` is one."""
    return visible(text, _LONGEST).replace("](", "] (")


def _fingerprint(identity: tuple[str, ...], occurrence: int) -> str:
    """The same for the same finding on another revision; several alike in one file are counted."""
    data = "\0".join((*identity, str(occurrence)))
    return sha256(_bytes(data)).hexdigest()


def uri_path(path: str) -> str:
    """A repository's path as a relative URI: also what is no UTF-8 is percent-encoded byte by byte."""
    return quote(_bytes(path))


def _bytes(text: str) -> bytes:
    """UTF-8; a byte that was none when a path was read is that byte again."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
