"""One app's page: what is deployed, what is pending and why then, its certificates, endpoints and history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.report.board.frame import Page
from launchwindow.report.board.html import Html, el, join, outside
from launchwindow.report.board.parts import REQUESTS, facts, is_soon, more_than, nothing, notice, requests, table, tag
from launchwindow.report.board.places import APPS, partner_page, subject_page, up, window_page
from launchwindow.report.board.words import at, on, prose

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from launchwindow.model.board import App, Board, Held, Live
    from launchwindow.report.board.html import Child

_SHORT = 16
"""Digits of a fingerprint that people compare."""
_KINDS = {
    "adopted": "Ran already when the ledger began",
    "merge": "At once, when it was merged",
    "window": "In a deploy window",
    "off-cycle": "Outside of the windows, as two reviewers decided",
    "coordinated": "At the time agreed for its certificate",
}


def app_page(board: Board, app: App) -> Page:
    """The page."""
    path = subject_page(app.subject)
    top = up(path)
    days = {one.date for one in board.windows} | set(board.handed)
    parts: list[Child] = [
        el("p", el("bdi", app.name) if app.name else None, class_="lead") if app.name else None,
        el("p", app.protocol or "Not on main"),
    ]
    parts += [notice("warning", "To look at", *(el("p", prose(one)) for one in app.notes))] if app.notes else []
    parts += [el("h2", "Pending"), *_pending(top, app), el("h2", "Deployed"), _deployed(board, app.live, top, days)]
    parts += _certificates(board, app)
    parts += _endpoints(app)
    parts += [el("h2", "History"), *_history(board, app)]
    crumbs = (("Apps", APPS), (board.partners.get(app.partner) or app.partner, partner_page(app.partner)))
    return Page(path, app.subject, parts, crumbs, nav=APPS)


def _pending(top: str, app: App) -> Iterator[Child]:
    if not app.pending:
        yield nothing("No change request is open.")
        return
    yield requests(top, app.pending[:REQUESTS], window=True, own=True)
    yield more_than(app.pending, el("code", f"launchwindow status {app.subject}"))
    yield el("p", "What would make it sooner: ", el("code", f"launchwindow explain-date {app.subject}"), class_="small")


def _deployed(board: Board, live: Live | None, top: str, days: set[date]) -> Html:
    if live is None:
        return nothing("Nothing is deployed yet.")
    window: Child = None
    if live.window is not None:
        day = on(live.window, weekday=True)
        window = el("a", day, href=f"{top}{window_page(live.window)}") if live.window in days else day
    confirmed = at(live.confirmed_at, board.zone) if live.confirmed_at else el("strong", "Not yet")
    rows: list[tuple[Child, Child]] = [
        ("State", None if live.active else el("strong", "Switched off")),
        ("Commit", el("code", live.commit[:12])),
        ("How", _KINDS.get(live.kind, live.kind)),
        ("Deploy window", window if live.kind == "window" else None),
        ("Handed over", at(live.at, board.zone) if live.kind != "adopted" else None),
        ("Confirmed", confirmed),
    ]
    rows += [(name, _values(values)) for name, values in live.facts]
    return facts((name, value) for name, value in rows if value is not None)


def _values(values: tuple[str, ...]) -> Html:
    if len(values) == 1:
        return outside(values[0]) if "://" in values[0] else el("bdi", values[0])
    return el("ul", *(el("li", outside(one)) for one in values), role="list", class_="plain")


def _certificates(board: Board, app: App) -> Iterator[Child]:
    if app.step is None and not app.certificates:
        return
    yield el("h2", "Certificates")
    if app.step is not None:
        nothing_to_do = app.step == "None."
        kind = "success" if nothing_to_do else "info"
        said = prose("Nothing has to be done for its certificates") if nothing_to_do else prose(app.step)
        yield notice(kind, "Next step", el("p", said), level="h3")
    if app.certificates:
        rows = (_certificate(board, one) for one in app.certificates)
        yield table("Certificates", ("Certificate", "Fingerprint (SHA-256)", "Key", "Expires", "Where",
                                     "Begin rotation by"), rows)  # fmt: skip


def _certificate(board: Board, one: Held) -> tuple[Child, ...]:
    begin: Child = "—"
    if one.begin_by is not None:
        late = one.begin_by < board.now.astimezone(board.zone).date()
        words = " (past)" if late else " (soon)" if is_soon(board, one) else None
        begin = join([on(one.begin_by), el("strong", words) if words else None])
    places = ", ".join(one.places)
    return (
        el("bdi", one.name), el("code", f"{one.fingerprint[:_SHORT]}…"), one.key or "can’t be read",
        on(one.expires) if one.expires else "—", places or "—", begin,
    )  # fmt: skip


def _endpoints(app: App) -> Iterator[Child]:
    if app.endpoints:
        yield el("h2", "Endpoints to configure")
        yield el("p", "Where this app reaches the identity provider:")
        yield facts((what[:1].upper() + what[1:], el("code", address, class_="address"))
                    for what, address in app.endpoints)  # fmt: skip


def _history(board: Board, app: App) -> Iterator[Child]:
    if not app.ended:
        yield nothing("No change request has come to its end yet.")
        return
    rows = (
        (at(one.at, board.zone), el("bdi", one.title) if one.title else "—",
         el("code", one.id.rpartition("@")[2], class_="id"), tag(one.state), prose(one.note) if one.note else "—")
        for one in app.ended
    )  # fmt: skip
    yield table("Change requests that came to their end", ("When", "Change", "Merge", "End", "Note"), rows)
    if app.older:
        yield el("p", f"{app.older:,} earlier: see ", el("code", "requests/closed"), " in the ledger.", class_="small")
