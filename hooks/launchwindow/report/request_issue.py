"""The issue of one change request: what a partner's manager reads, and a part for programs folded away."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from launchwindow.days import name
from launchwindow.ledger_values import rfc3339
from launchwindow.report.changes import SECRET, app_name, change_lines, holds_key
from launchwindow.report.markdown import code, cut, fenced, folded, plain, prose, table
from launchwindow.report.visible import value, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.change import Element
    from launchwindow.model.ledger import Request
    from launchwindow.standing import Standing

LONGEST_TITLE = 256
"""Characters that GitHub takes."""
LONGEST_PAGE = 60_000
"""Characters: GitHub takes 65,536 with the hidden marks."""
LISTED = 30
"""Changes of a request that was handed over already; the rest are counted."""
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
"""An account's name; the underscore is in those that a company manages."""
_HEADS = {
    "unapproved": "Waits for a review",
    "held": "Held",
    "deploying": "Being deployed: change nothing yet",
    "overdue": "Not confirmed in time: change nothing yet",
    "deployed": "Deployed",
    "withdrawn": "Withdrawn",
    "closed": "Approved",
}


def title(request: Request) -> str:
    """One line: where, what, and what its merge said."""
    about = f": {visible(request.title)}" if request.title.strip() else ""
    return visible(f"{request.environment}: {app_name(request.subject)}{about}", LONGEST_TITLE)


def page(standing: Standing) -> str:
    """The body, but for the hidden marks."""
    request = standing.request
    parts = [
        f"## {head(standing)}",
        f"{prose(_capital(standing.because), 1500)}.",
        table(("", ""), _rows(standing)),
        f"### What changes\n\n{_changes(standing)}",
    ]
    if request.history:
        parts.append(f"### So far\n\n{_history(request)}")
    parts.append(folded("For programs", _machine_part(standing)))
    return cut(parts, "The rest is too long for an issue: `launchwindow status` has all of it.", LONGEST_PAGE)


def head(standing: Standing) -> str:
    """Where the request stands, in a few words."""
    if standing.state == "scheduled":
        window = standing.window
        return f"Goes at the deploy window of {name(window)}" if window else "Has no deploy window yet"
    return _HEADS[standing.state]


def mention(login: str) -> str:
    """A name on GitHub so that its owner is told; a name that can be none is only text."""
    return f"@{login}" if _LOGIN.fullmatch(login) else plain(login)


def _capital(text: str) -> str:
    return (text[:1].upper() + text[1:]).rstrip(".")


def _rows(standing: Standing) -> Iterator[tuple[str, str]]:
    request = standing.request
    yield (
        "App" if request.path is None or request.path.startswith("apps/") else "Partner",
        code(app_name(request.subject)),
    )
    yield "Environment", plain(request.environment)
    yield "State", f"**{standing.state}**"
    yield "Asked for by", _asked_by(request)
    yield "Approved by", ", ".join(plain(one.by.name or one.by.email) for one in request.approvals) or "nobody yet"
    if request.notice_starts is not None:
        days = max(standing.notice.values(), default=max(request.days.values(), default=0))
        yield "Notice", f"{days} days from {name(request.notice_starts)}"
    if standing.ready is not None and standing.state == "scheduled":
        yield "Ready from", name(standing.ready)
    if standing.window is not None:
        yield "Deploy window", f"**{name(standing.window)}**"


def _asked_by(request: Request) -> str:
    who = mention(request.requester) if request.requester else ", ".join(plain(one.name) for one in request.authors)
    where = f" in #{request.pull}" if request.pull is not None else ""
    return f"{who or 'unknown'}{where}, merged as {code(request.commit[:12])}"


def _changes(standing: Standing) -> str:
    if holds_key(standing):
        return SECRET
    lines = [line[2:] for line in change_lines(standing)]
    if not standing.changes:
        # Handed over or at its end: what it was before is no longer compared, but what it asked for is known.
        elements = sorted(standing.request.days)
        lines = [_element_line(one) for one in elements[:LISTED]] + lines
        lines += [f"  and {len(elements) - LISTED} more"] if len(elements) > LISTED else []
    return fenced("\n".join(lines), "diff") if lines else "Nothing for the identity provider."


def _element_line(element: Element) -> str:
    after = json.loads(element.after)
    if element.member and element.member != "first":
        return f"{'-' if after is None else '+'} {element.field}: {visible(element.member)}"
    place = "first certificate" if element.member else element.field
    return f"- {place}" if after is None else f"~ {place}: {value(after)}"


def _history(request: Request) -> str:
    lines = []
    for one in request.history:
        note = f": {plain(one.note)}" if one.note else ""
        lines.append(f"- {one.at:%Y-%m-%d %H:%M} UTC: {plain(one.what)} by {plain(one.by)}{note}")
    return "\n".join(lines)


def _machine_part(standing: Standing) -> str:
    request = standing.request
    document = {
        "id": request.id,
        "former_ids": list(request.former_ids),
        "commit": request.commit,
        "merged_at": rfc3339(request.merged_at),
        "digest": request.digest,
        "state": standing.state,
        "notice_starts": str(request.notice_starts) if request.notice_starts else None,
        "window": str(standing.window) if standing.window else None,
        "pull_request": request.pull,
    }
    return fenced(json.dumps(document, indent=2, ensure_ascii=True), "json")
