"""The whole set is judged together (the design's section 7, "Release"): who falls back in a conflict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reference.state import result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reference.fleet import Flat
    from reference.state import App, Request

Conflict = tuple[str, frozenset[int]]
"""What cannot be all at once, and whose."""


def valid(apps: Sequence[App], ready: Mapping[int, Sequence[Request]]) -> dict[int, Request]:
    """App -> the state that goes. `ready` are each app's states that may go, the latest first.

    In a conflict the latest merge falls back without which the conflict is gone.
    """
    chosen = {uid: list(states) for uid, states in ready.items() if states}
    while found := [one for one in conflicts(apps, chosen) if any(uid in chosen for uid in one[1])]:
        what, members = found[0]
        latest = sorted((uid for uid in members if uid in chosen), key=lambda uid: (chosen[uid][0].order, uid))[::-1]
        helps = (uid for uid in latest if what not in dict(conflicts(
            apps, {one: states for one, states in chosen.items() if one != uid})))  # fmt: skip
        chosen = _without(chosen, next(helps, latest[0]))
    return {uid: states[0] for uid, states in chosen.items()}


def _without(chosen: Mapping[int, list[Request]], uid: int) -> dict[int, list[Request]]:
    """With the next lower state of one of them."""
    lower = {one: states[1:] if one == uid else states for one, states in chosen.items()}
    return {one: states for one, states in lower.items() if states}


def conflicts(apps: Sequence[App], chosen: Mapping[int, Sequence[Request]]) -> list[Conflict]:
    """Two providers with one issuer, and active providers of another agency than their own partner's record."""
    owners: dict[str, set[int]] = {}
    twice: set[str] = set()
    rows: dict[int, Flat] = {}
    for app in apps:
        row = result(app.s0, chosen[app.uid][0].row) if app.uid in chosen else app.s0
        if row is None:
            continue
        rows[app.uid] = row
        issuers = {str(row["issuer"]), str(app.s0["issuer"])} if app.s0 else {str(row["issuer"])}
        for issuer in issuers:
            twice |= {issuer} if issuer in owners else set()
            owners.setdefault(issuer, set()).add(app.uid)
    found = [(f"issuer {issuer}", frozenset(owners[issuer])) for issuer in sorted(twice)]
    records = {app.subject: app.uid for app in apps if app.kind == "partner" and app.uid in rows}
    for app in sorted(apps, key=lambda one: one.uid):
        row, record = rows.get(app.uid), records.get(app.subject.partition("/")[0])
        source = app.last.source if app.last and app.uid not in chosen else None
        # One that moved is still what was released from where it was.
        came = records.get(source[0].split("/")[1]) if source else None
        brought = {rows[one]["agency"] for one in (record, came) if one is not None}
        if app.kind == "app" and row is not None and row["active"] and row["agency"] not in brought:
            found.append((f"agency {row['agency']} of {app.uid}", frozenset({app.uid, record} - {None})))
    return found
