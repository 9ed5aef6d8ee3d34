"""When the change requests of a pull request go, as a Mermaid diagram; GitHub draws it.

Mermaid has a syntax of its own, and draws HTML: of names only letters, digits and a few marks are put into it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.report.changes import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from launchwindow.report.page.values import Told

DRAWN = 12
"""Requests that a diagram has: more of them nobody can read."""
_UNSAFE = re.compile(r"[^A-Za-z0-9/._-]")
_LONGEST = 60


def timeline(told: Sequence[Told]) -> str:
    """The diagram; empty where nothing has to wait."""
    waiting = [one for one in told if one.standing.window is not None]
    if not waiting:
        return ""
    lines = ["```mermaid", "gantt", "  dateFormat YYYY-MM-DD", "  axisFormat %e %b"]
    for one in waiting[:DRAWN]:
        lines += _section(one)
    lines.append("```")
    if len(waiting) > DRAWN:
        lines += ["", f"The diagram leaves {count(len(waiting) - DRAWN, 'change request')} out."]
    return "\n".join(lines)


def _section(one: Told) -> Iterator[str]:
    standing = one.standing
    yield f"  section {safe(one.name)}"
    starts, ready = standing.request.notice_starts, standing.ready
    if starts is not None and ready is not None and starts < ready:
        yield f"  notice of {(ready - starts).days} days :{starts}, {ready}"
    yield f"  deploy window :milestone, {standing.window}, 0d"
    launch = one.launch_date
    if launch is not None and re.fullmatch(r"\d{4}-\d{2}-\d{2}", launch):
        yield f"  launch date :{'crit, ' if one.late else ''}milestone, {launch}, 0d"


def safe(name: str) -> str:
    """A name in which nothing means anything to Mermaid."""
    return _UNSAFE.sub("?", name)[:_LONGEST]
