"""When a certificate may go, by the words of the design's section 8: for the model alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from reference.fleet import blob
from reference.state import day_of

if TYPE_CHECKING:
    from reference.fleet import Flat
    from reference.state import App, Request


def certificates(row: Flat | None) -> frozenset[str]:
    """The certificates of a row."""
    return frozenset(key for key in row or {} if key.startswith("cert "))


def obstacles(app: App, request: Request, day: date, *, coordinated: bool = False) -> list[str]:
    """What of the rotation guard keeps a state back."""
    old, new = app.s0, request.row
    if app.kind == "partner" or old is None or new is None or old["issuer"] != new["issuer"]:
        return []
    if not (old["active"] and new["active"]) or old["pkce"] or new["pkce"]:
        return []
    found = []
    signed = any(_jwt(row) or (row["protocol"] == "saml" and _signs(app, request)) for row in (old, new))
    if signed and certificates(old) - certificates(new) and not _has_moved(app, request) and not _waived(app, day):
        found.append("signed")
    encrypts = any(row["protocol"] == "saml" and row["encryption"] != "none" for row in (old, new))
    if encrypts and not _coordination_lifted(app, request) and old.get("first") != new.get("first") and not coordinated:
        found.append("coordination")
    return found


def _jwt(row: Flat) -> bool:
    return row["protocol"] == "oidc" and row["pkce"] is False


def _signs(app: App, request: Request) -> bool:
    """Whether any merged value of `requests_signed` says so: the one in force, a newer one, or one that just ended.

    The merge that ends it, and what was merged before, is still guarded.
    """
    source = app.source("requests_signed")
    newer = [one for one in app.states if source is None or one.order > source.order]
    values = [app.value("requests_signed"), *(one.schedule.get("requests_signed") for one in newer)]
    ended = source is not None and request.order <= source.order and values[0] is not True
    return ended or True in values


def _coordination_lifted(app: App, request: Request) -> bool:
    """Only for merges later than the approved one that set `requests_signed`, while no newer one set it false."""
    source = app.source("requests_signed")
    if app.value("requests_signed") is not True:
        return False
    since = source.order if source else 0
    newer = [one.schedule["requests_signed"] for one in app.states
             if one.order > since and "requests_signed" in one.schedule]  # fmt: skip
    return request.order > since and all(value is True for value in newer)


def _has_moved(app: App, request: Request) -> bool:
    """The partner's word names a certificate that is kept, is confirmed, and came into use since then."""
    word = app.value("key_in_use")
    if not isinstance(word, tuple) or app.confirmed is None or app.certs_since is None:
        return False
    name, as_of = str(word[0]), date.fromisoformat(word[1])
    source = app.source("key_in_use")
    newest = next((one for one in reversed(app.states) if "key_in_use" in one.schedule and not one.vanished), None)
    if newest is not None and newest != source and newest.order > (source.order if source else 0):
        # Whoever takes a word back needs no approval for it.
        return False
    if source is not None and as_of > day_of(source):
        return False
    keeps = f"cert {blob(name)}" if name in request.names else None
    there = certificates(app.confirmed.row)
    return keeps in certificates(request.row) & there and app.certs_since <= as_of <= _left(app, request)


def _left(app: App, request: Request) -> date:
    """The day of the newest approved merge that left a state as it is: one of the schedule alone does."""
    after = min((one.order for one in app.pending if one.order > request.order), default=request.order + 10**6)
    return max(
        day_of(one) for one in app.states if request.order <= one.order < after and (one.approved or one == request)
    )


def _waived(app: App, _day: date) -> bool:
    return "rotation-overlap" in (app.value("waived") or ())  # type: ignore[operator]
