"""What the board shows of requests, apps and certificates, from the core's values: no private key gets through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.board import Ended, Held, Live, Pending
from launchwindow.model.row import Row
from launchwindow.report.changes import SECRET, change_lines
from launchwindow.report.visible import visible
from launchwindow.rules.key_material import private_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from launchwindow.model.ledger import Closed, Release
    from launchwindow.report.certificates import Certificates
    from launchwindow.standing import Standing

_TITLE, _REASON, _VALUE = 120, 1000, 300
_PLACES = {
    "file": "on main", "requested": "requested", "released": "released, not confirmed", "confirmed": "confirmed",
}  # fmt: skip
_COLUMNS = {
    "friendly_name": "Name",
    "ial": "Identity assurance level",
    "default_aal": "Authentication assurance level",
    "return_to_sp_url": "Return to the app",
    "acs_url": "Assertion consumer service",
    "assertion_consumer_logout_service_url": "Logout",
    "push_notification_url": "Push notifications",
    "failure_to_proof_url": "When proofing fails",
}
"""Columns of a row that people ask about, in the words of the page."""


def said(text: str, limit: int) -> str:
    """What somebody wrote, made visible and short; of a text that holds a private key nothing."""
    return SECRET if private_key(text.encode("utf-8", "replace")) is not None else visible(text, limit)


def pending(one: Standing) -> Pending:
    """An open request."""
    request = one.request
    return Pending(
        id=visible(request.id),
        subject=request.subject,
        title=said(request.title, _TITLE),
        state=one.state,
        window=one.window,
        because=said(one.because, _REASON),
        changes=tuple(line.strip() for line in change_lines(one)),
        merged_at=request.merged_at,
        logo=any(element.field == "logo" for element in request.days),
        pull=request.pull,
    )


def ended(one: Closed) -> Ended:
    """A request at its end, with the last word of its history."""
    request = one.request
    note = said(request.history[-1].note, _REASON)
    return Ended(visible(request.id), said(request.title, _TITLE), one.state, one.at, note)


def live(release: Release) -> Live:
    """What was last handed over."""
    row = release.row
    active = row.active if isinstance(row, Row) else True
    facts = tuple(_facts(row)) if isinstance(row, Row) else ()
    return Live(release.commit, release.window, release.kind, release.at, release.confirmed_at, active, facts)


def _facts(row: Row) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "Issuer", (said(row.issuer, _VALUE),)
    for column, words in _COLUMNS.items():
        value = row.columns.get(column)
        if value is not None and value != "":
            yield words, (said(str(value), _VALUE),)
    if row.redirect_uris:
        yield "Redirect URIs", tuple(said(one, _VALUE) for one in row.redirect_uris)


def certificates(app: Certificates) -> tuple[Held, ...]:
    """An app's certificates."""
    return tuple(
        Held(said(one.name, _TITLE), one.fingerprint, one.key, one.expires,
             tuple(_PLACES[place] for place in one.places), one.begin_by)
        for one in app.listed
    )  # fmt: skip


def notes(texts: Iterable[str]) -> tuple[str, ...]:
    """Sentences about an app."""
    return tuple(said(one, _REASON) for one in texts if one)
