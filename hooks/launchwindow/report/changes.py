"""Changes and change requests as documents (design §11) and as lines for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from launchwindow.ledger_values import rfc3339
from launchwindow.report.visible import value, visible
from launchwindow.report.words import count as count
from launchwindow.rules.key_material import private_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from launchwindow.model.change import Change
    from launchwindow.standing import Standing

SECRET = "A private key is in it, so what changes is not shown. The key counts as known to others: make a new one."
LISTED = 12
"""Changes shown for one request; the rest are counted."""


def change_document(change: Change, standing: Standing) -> dict[str, object]:
    """One change as `plan` and `status` print it; `counts_from` is the commit of the merge its notice counts from."""
    return {
        "kind": change.kind,
        "field": change.field,
        "before": change.before,
        "after": change.after,
        "notice_days": standing.notice.get(change.element, 0),
        "counts_from": standing.request.commit,
    }


def change_documents(standing: Standing) -> list[dict[str, object]]:
    """A request's changes, and after them the values that only the schedule reads; what those were before is null."""
    schedule: list[dict[str, object]] = [
        {
            "kind": "schedule-changed",
            "field": field,
            "before": None,
            "after": after,
            "notice_days": 0,
            "counts_from": standing.request.commit,
        }
        for field, after in sorted(standing.request.schedule.items())
    ]
    return [change_document(change, standing) for change in standing.changes] + schedule


def request_document(standing: Standing, *, in_pull_request: bool = False) -> dict[str, object]:
    """One change request as `plan` and `request` print it; the id is null while it is a pull request."""
    request = standing.request
    return {
        "id": None if in_pull_request else request.id,
        "app": app_name(request.subject),
        "environment": request.environment,
        "commit": request.commit,
        "merged_at": None if in_pull_request else rfc3339(request.merged_at),
        "digest": request.digest,
        "changes": change_documents(standing),
        "notice_starts": str(request.notice_starts) if request.notice_starts else None,
        "ready": str(standing.ready) if standing.ready else None,
        "window": str(standing.window) if standing.window else None,
        "why": standing.because,
    }


def app_name(subject: str) -> str:
    """`partner/app`, or `partner` for a partner's file."""
    return subject.partition("/")[2]


def holds_key(standing: Standing) -> bool:
    """Whether a private key is among what a request brings, or takes away: then no value of it is shown."""
    request = standing.request
    values = [one for change in standing.changes for one in (change.before, change.after)]
    values += [json.loads(one.after) for one in request.days]
    values += [one.member for one in request.days]
    return any(private_key(text.encode("utf-8", "replace")) is not None for text in _texts((values, request.schedule)))


def _texts(item: object) -> Iterator[str]:
    if isinstance(item, str):
        yield item
    elif isinstance(item, Mapping):
        for key, one in item.items():
            yield from (*_texts(key), *_texts(one))
    elif isinstance(item, (list, tuple)):
        for one in item:
            yield from _texts(one)


def change_lines(standing: Standing) -> Iterator[str]:
    """What changes, a line each; a new app is shown as one. Nothing of a request that holds a private key."""
    if holds_key(standing):
        yield f"  {SECRET}"
        return
    changes = standing.changes
    if any(change.kind == "app-added" for change in changes):
        yield "  + new app"
        changes = tuple(change for change in changes if change.kind in _TOLD_OF_NEW_APPS)
    elif any(change.kind == "partner-added" for change in changes):
        yield "  + new partner"
        changes = ()
    lines = [line for change in changes for line in _lines(change)]
    yield from (f"  {line}" for line in lines[:LISTED])
    if len(lines) > LISTED:
        yield f"    and {len(lines) - LISTED} more"
    for field, item in sorted(standing.request.schedule.items()):
        yield f"  · {field}: {_schedule_value(item)} (for the schedule only)"


def _schedule_value(item: object) -> str:
    """A schedule-only value; of a word on the key in use what the partner said, not what it was tied to."""
    if isinstance(item, dict) and item.keys() >= {"certificate", "as_of"}:
        return visible(f"{item['certificate']} since {item['as_of']}", 200)
    return value(item)


_TOLD_OF_NEW_APPS = (
    "friendly-name-changed",
    "redirect-uri-added",
    "certificate-added",
    "push-notification-url-changed",
)


def _lines(change: Change) -> Iterator[str]:
    if change.field == "active":
        yield "- deactivated" if change.after is False else "+ active again"
    elif change.element.member == "first":
        yield f"~ first certificate: {_identity(change.before)} → {_identity(change.after)}"
    elif change.element.member:
        sign, member = ("+", change.after) if change.before is None else ("-", change.before)
        yield (
            f"{sign} certificate {_identity(member)}"
            if change.field == "certs"
            else (f"{sign} {change.field}: {visible(str(member))}")
        )
    elif change.field == "logo":
        yield f"~ logo: {_identity(change.before)} → {_identity(change.after)}"
    else:
        yield from _value_lines(change.field, change.before, change.after)


def _value_lines(place: str, before: object, after: object) -> Iterator[str]:
    """A value's change; of a list or mapping only what differs within it."""
    both = (before, after)
    if all(isinstance(one, dict) for one in both) or all(isinstance(one, (list, tuple)) for one in both):
        old, new = (_entries(one) for one in both)
        for key in [*old, *(key for key in new if key not in old)]:
            if old.get(key) != new.get(key):
                yield from _value_lines(f"{place}/{visible(str(key), 40)}", old.get(key), new.get(key))
    elif before is None:
        yield f"+ {place}: {value(after)}"
    elif after is None:
        yield f"- {place}: {value(before)}"
    else:
        yield f"~ {place}: {value(before)} → {value(after)}"


def _entries(item: object) -> dict[object, object]:
    return dict(item) if isinstance(item, dict) else dict(enumerate(item)) if isinstance(item, (list, tuple)) else {}


def _identity(digest: object) -> str:
    return "none" if digest is None else f"sha256 {str(digest)[:12]}…"


def paragraphs(blocks: Iterable[str]) -> str:
    """Blocks of lines with an empty line between them."""
    return "\n".join(block.rstrip("\n") + "\n" for block in blocks if block)
