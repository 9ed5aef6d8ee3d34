"""The part of a page about one change request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.days import name
from launchwindow.report.changes import count
from launchwindow.report.markdown import code, copied, fenced, folded, image, plain, prose, table
from launchwindow.report.page.approvals import approval_part
from launchwindow.report.page.certificates import certificates_part
from launchwindow.report.page.changes import KINDS, changes_table
from launchwindow.report.page.checklist import checklist
from launchwindow.report.requests import stands

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from launchwindow.model.finding import Finding
    from launchwindow.report.page.values import Page, Picture, Told

FINDINGS = 20
"""Findings that are told of one request; `check` has all."""
DIFF = 400
"""Lines of one file's diff."""
SECRET = (
    "A private key is in its files, so what changes is not shown. The key counts as known to others: make a new one."
)


def app_part(told: Told, ticked: Collection[str]) -> str:
    """What changes, when, why, and what a reviewer has to see; the checklist is its end."""
    parts = [f"#### {plain(told.name)}", f"→ {prose(stands(told.standing), 1000)}"]
    if told.reviews is not None:
        parts.append(approval_part(told.reviews))
    parts += [SECRET] if told.secret else _content(told)
    parts += [findings_part(told.findings), checklist(told, ticked)]
    return "\n\n".join(part for part in parts if part)


def _content(told: Told) -> list[str]:
    parts = [changes_table(told), certificates_part(told)]
    if told.picture is not None:
        parts.append(_picture(told.picture))
    if told.twin_path is not None and told.twin is None:
        parts.append(f"The sandbox has no such app: there is no {code(told.twin_path)}.")
    if told.endpoints:
        rows = [(what, copied(where)) for what, where in told.endpoints]
        parts.append(f"Endpoints to configure in the app:\n\n{table(('', ''), rows)}")
    return parts


def _picture(picture: Picture) -> str:
    about = f"{plain(picture.path)}, {picture.size:,} bytes"
    return f"Logo: {about}" if picture.url is None else f"{image(picture.url, 'The logo', 64)}<br>{about}"


def findings_part(findings: Sequence[Finding]) -> str:
    """What the rules say, each with what to do."""
    shown = sorted(findings, key=lambda one: (not one.blocks, one.severity != "error", one.severity != "warning"))
    lines = [_finding(one) for one in shown[:FINDINGS]]
    if len(shown) > FINDINGS:
        lines.append(f"- and {count(len(shown) - FINDINGS, 'more finding')}: `launchwindow check` has them")
    return "\n".join(lines)


def _finding(one: Finding) -> str:
    marks = [word for word, there in (("existing", one.existing), ("waived", one.waived is not None)) if there]
    severity = f"**{one.severity}**" if one.blocks else one.severity
    place = f"{plain(one.file)}:{one.span.line}"
    of = f" ({', '.join(marks)})" if marks else ""
    return f"- {severity}{of} {code(one.rule)} {place}: {prose(one.message, 600)} {prose(one.fix, 600)}"


def diffs_part(told: Told) -> str:
    """The exact diff of the identity provider's files, folded away; empty where there is none to show."""
    if told.secret or not told.diffs:
        return ""
    blocks = [f"{code(one.path)}\n\n{fenced(_cut(one.text), 'diff')}" for one in told.diffs]
    return folded(f"The identity provider’s files, for {plain(told.name)}", "\n\n".join(blocks))


def _cut(text: str) -> str:
    lines = text.split("\n")
    if len(lines) <= DIFF:
        return text
    return "\n".join([*lines[:DIFF], f"… and {len(lines) - DIFF} more lines"])


def overview(page: Page) -> str:
    """A line for each request: its window is what people look for."""
    from launchwindow.report.page.approvals import approval_cell

    rows = [
        (plain(one.name), _what(one), _notice(one), _window(one), approval_cell(one), _state(one))
        for one in page.told[:OVERVIEW]
    ]
    shown = table(("change request", "what", "notice ends", "deploy window", "approvals", "findings"), rows)
    left = len(page.told) - OVERVIEW
    return shown if left <= 0 else f"{shown}\n\nand {count(left, 'more change request')}."


OVERVIEW = 100


def _what(one: Told) -> str:
    whole = next((change.kind for change in one.standing.changes if change.kind in KINDS), None)
    if whole is not None:
        return KINDS[whole]
    return count(len(one.standing.changes) + len(one.standing.request.schedule), "change")


def _notice(one: Told) -> str:
    return str(one.standing.ready or "–") if any(one.standing.notice.values()) else "–"


def _window(one: Told) -> str:
    if one.standing.window is not None:
        return name(one.standing.window)
    return "at once" if not one.environment.windows and one.standing.state == "scheduled" else "none yet"


def _state(one: Told) -> str:
    blocking = sum(finding.blocks for finding in one.findings)
    return f"**{count(blocking, 'error')}**" if blocking else str(len(one.findings) or "–")
