"""A release that failed is taken back: `S0` is what it was before (design §7, "Confirmed")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.idp_files import problems
from launchwindow.model.errors import NotPossible
from launchwindow.model.ledger import Deployed, Event, Hold
from launchwindow.model.row import Row
from launchwindow.record import requests_of
from launchwindow.records import put
from launchwindow.settle import settle
from launchwindow.valid_set import partner_rows, providers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from launchwindow.model.ledger import Ledger, Release, Request


def unconfirmed_releases(ledger: Ledger, environment: str) -> dict[int, Release]:
    """Number -> one of the states that a release handed over and nobody has seen to run; newest first."""
    found = {
        release.number: release
        for subject, one in ledger.deployed.items() if subject.startswith(f"{environment}/")
        for release in _waiting(one)
    }  # fmt: skip
    return {number: found[number] for number in sorted(found, reverse=True)}


def first_failed(ledger: Ledger, environment: str, window: date | None) -> int:
    """The number of the release that failed: the newest that waits, or the first of that day. Raises `NotPossible`."""
    waiting = unconfirmed_releases(ledger, environment)
    of_day = [number for number, one in waiting.items() if window is None or one.window == window]
    if of_day:
        return min(of_day) if window else max(of_day)
    days = ", ".join(sorted({str(one.window) for one in waiting.values()}))
    which = f" from {window}" if window else ""
    way_out = (
        f"What waits is from {days}." if days else "To go back from what is confirmed, see `launchwindow rollback`."
    )
    raise NotPossible(f"Nothing of {environment} waits for a confirmation{which}. {way_out}")


def take_back(
    ledger: Ledger, environment: str, first: int, by: str, note: str, now: datetime
) -> tuple[Ledger, tuple[Request, ...]]:
    """The ledger before the release number `first` of an environment and every later one that nobody has confirmed.

    Their requests are held until `resume`. Raises `NotPossible` when what was confirmed since stands in the way.
    """
    held: dict[str, Request] = {}
    for number in unconfirmed_releases(ledger, environment):
        if number >= first:
            for subject in _of_release(ledger, environment, number):
                ledger, requests = _undo(ledger, subject, by, note, now)
                held |= {one.id: one for one in requests}
    _refuse_invalid(ledger, environment)
    return settle(ledger, now), tuple(held.values())


def _waiting(one: Deployed) -> Iterator[Release]:
    for release in (*one.earlier, one.released):
        if release is not None and release.confirmed_at is None:
            yield release


def _of_release(ledger: Ledger, environment: str, number: int) -> list[str]:
    return [
        subject for subject, one in sorted(ledger.deployed.items())
        if subject.startswith(f"{environment}/") and one.released is not None and one.released.number == number
        and one.released.confirmed_at is None
    ]  # fmt: skip


def _undo(ledger: Ledger, subject: str, by: str, note: str, now: datetime) -> tuple[Ledger, list[Request]]:
    """One app as it was before its last release, whose requests are held."""
    one = ledger.deployed[subject]
    failed = one.released
    assert failed is not None
    if not failed.requests and isinstance(failed.row, Row):
        # What a change of issuer left behind; the app itself takes this provider back.
        return _without_record(ledger, one), []
    before = one.earlier[-1] if one.earlier else one.confirmed
    order = before.order if before else -1
    held = []
    for request in requests_of(ledger, subject):
        if request.released is not None and order < request.order <= failed.order:
            reason = f"the release of {failed.window} failed: {note}"
            event = Event(now, "release failed", by, note)
            held.append(request._replace(
                released=None, hold=Hold(by, now, reason), history=(*request.history, event)
            ))  # fmt: skip
    restored = one._replace(
        released=before, earlier=one.earlier[:-1], issuer=_issuer(before, one), taken_back=_taken_back(one, before)
    )
    requests = put(ledger.requests, {one.id: one for one in held})
    return ledger._replace(requests=requests, deployed=put(ledger.deployed, {subject: restored})), held


def _without_record(ledger: Ledger, one: Deployed) -> Ledger:
    """The ledger in which this subject was never released: only what its own merges say of the schedule stays."""
    never = Deployed(one.subject, one.issuer, None, None, (), (), one.schedule, {})
    return ledger._replace(deployed=put(ledger.deployed, {one.subject: never}))


def _issuer(before: Release | None, one: Deployed) -> str:
    return before.row.issuer if before is not None and isinstance(before.row, Row) else one.issuer


def _taken_back(one: Deployed, before: Release | None) -> tuple[Row, ...]:
    """The identity provider deletes no provider, so what a failed release brought must not stay active there."""
    failed = one.released.row if one.released else None
    if not isinstance(failed, Row) or (before is not None and _issuer(before, one) == failed.issuer):
        return one.taken_back
    others = tuple(row for row in one.taken_back if row.issuer != failed.issuer)
    return (*others, failed._replace(active=False))


def _refuse_invalid(ledger: Ledger, environment: str) -> None:
    found = problems(environment, providers(ledger, environment), partner_rows(ledger, environment))
    if found:
        raise NotPossible(
            "This release can't be taken back, for what was confirmed since builds on it: "
            + "; ".join(f"{one.subject}: {one.message}" for one in found)
        )
