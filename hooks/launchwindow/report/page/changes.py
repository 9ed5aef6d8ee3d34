"""What changes of one app or partner, as a table: what it was, what it becomes, and what the sandbox has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.diff import canonical
from launchwindow.provider import DEFAULTS
from launchwindow.report.changes import count
from launchwindow.report.markdown import code, plain, table
from launchwindow.report.page.addresses import address, host_of
from launchwindow.report.visible import value
from launchwindow.rules.uris import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.change import Change
    from launchwindow.model.row import Row
    from launchwindow.report.page.values import Told

LISTED = 40
"""Rows of a table; the diff has the rest."""
_NONE = "–"
KINDS = {
    "app-added": "new app", "app-activated": "active again", "app-deactivated": "turned off",
    "partner-added": "new partner",
}  # fmt: skip

_OWN = ("agency_id", "iaa", "launch_date", "issuer")
"""Fields that each environment has its own way, or the sandbox has not."""

Row4 = tuple[str, str, str, str]


def changes_table(told: Told) -> str:
    """Every change of a request; empty where it is told by its kind alone."""
    rows = list(_rows(told))
    if not rows:
        return ""
    new = all(before == _NONE for _, before, _, _ in rows)
    twin = told.twin is not None
    keep = [True, not new, True, twin]
    head = ("", "before", "after", "in the sandbox")
    lines = [[cell for cell, kept in zip(row, keep, strict=True) if kept] for row in (head, *rows[:LISTED])]
    more = f"\n\nand {count(len(rows) - LISTED, 'more change')}: see the diff." if len(rows) > LISTED else ""
    return table(lines[0], lines[1:]) + more


def _rows(told: Told) -> Iterator[Row4]:
    for change in told.standing.changes:
        if change.kind not in KINDS and not _goes_without_saying(change, told):
            yield from _of_change(change, told)
    for field, item in sorted(told.standing.request.schedule.items()):
        yield f"{plain(field)} (for the schedule only)", _NONE, _shown(item, frozenset()), _NONE


def _goes_without_saying(change: Change, told: Told) -> bool:
    """Certificates have a table of their own; and of a new app not every value that it leaves as the IdP has it."""
    if change.field == "certs" and told.certificates:
        return change.element.member != "first" or told.before is None
    return told.before is None and change.field in DEFAULTS and change.after == DEFAULTS[change.field]


def _of_change(change: Change, told: Told) -> Iterator[Row4]:
    field, new, twin = change.field, told.new_hosts, told.twin
    if field == "redirect_uris":
        name = "redirect URI"
        before, after = ((_NONE if one is None else address(str(one), new)) for one in (change.before, change.after))
        yield name, before, after, _like_uri(str(change.after or change.before), twin)
    elif field == "certs":
        name = "first certificate" if change.element.member == "first" else "certificate"
        yield name, _digest(change.before), _digest(change.after), _NONE
    elif field == "logo":
        yield "logo", _digest(change.before), _digest(change.after), _like(change, twin)
    else:
        for place, old, now in _values(field, change.before, change.after):
            yield plain(place), _shown(old, new), _shown(now, new), _like(change, twin) if place == field else ""


def _values(place: str, before: object, after: object) -> Iterator[tuple[str, object, object]]:
    """A value's change; of a list or mapping only what differs within it."""
    old, new = (_entries(one) for one in (before, after))
    if _is_list(before) or _is_list(after):
        yield place, _joined(before), _joined(after)
        return
    if old is None and new is None:
        yield place, before, after
        return
    # Where one side is none of them, all of the other's entries are new, or gone.
    old, new = old or {}, new or {}
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) != new.get(key):
            yield from _values(f"{place}/{key}", old.get(key), new.get(key))


def _is_list(item: object) -> bool:
    """Whether something is a list that reads well on one line."""
    return isinstance(item, (list, tuple)) and all(isinstance(one, str) for one in item)


def _joined(item: object) -> object:
    return ", ".join(map(str, item)) if isinstance(item, (list, tuple)) else item


def _entries(item: object) -> dict[object, object] | None:
    if isinstance(item, dict):
        return dict(item)
    return dict(enumerate(item)) if isinstance(item, (list, tuple)) else None


def _shown(item: object, new: frozenset[str]) -> str:
    if item is None:
        return _NONE
    if isinstance(item, str):
        return address(item, new) if host_of(item) else plain(item, 300)
    return plain(value(item, 300), 300)


def _digest(item: object) -> str:
    return _NONE if item is None else code(str(item)[:16])


def _like(change: Change, twin: Row | None) -> str:
    """What the sandbox's app has in the same place."""
    if twin is None or change.field in _OWN:
        return _NONE
    there = _scalar(twin, change.field)
    if there is None:
        return "nothing"
    if canonical(there) == canonical(change.after):
        return "the same"
    return "another one" if change.field in ("logo", "help_text") else _shown(_joined(there), frozenset())


def _scalar(row: Row, field: str) -> object:
    if field == "logo":
        return None if row.logo is None else f"{row.logo.sha256}{row.logo.suffix}"
    return row.columns.get(field) if field not in ("issuer", "app_name") else getattr(row, field)


def _like_uri(uri: str, twin: Row | None) -> str:
    """The sandbox's address with the same path: hosts differ by environment."""
    if twin is None:
        return _NONE
    path = _path(uri)
    like = next((one for one in twin.redirect_uris if path is not None and _path(one) == path), None)
    return "nothing like it" if like is None else plain(like, 300)


def _path(uri: str) -> str | None:
    found = parse(uri)
    return None if found is None else found.path
