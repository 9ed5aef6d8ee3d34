"""Main was rewritten: what vanished is withdrawn, and what main was is what the ledger says (design §7, "Merges")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.errors import NotPossible
from launchwindow.model.ledger import Event, Hold
from launchwindow.model.merge import Main
from launchwindow.record import is_app, was_there
from launchwindow.records import put, touched
from launchwindow.settle import close

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from launchwindow.model.ledger import Ledger, Request

HELD_BEFORE = "held before main was rewritten"


def withdraw_vanished(ledger: Ledger, is_there: Callable[[str], bool], now: datetime) -> Ledger:
    """The ledger without the requests whose commit main no longer has; what was handed over waits on."""
    for request in sorted(ledger.requests.values(), key=lambda one: (one.order, one.id)):
        if request.released is None and not is_there(request.commit):
            ledger = close(ledger, request, "withdrawn", now, "main was rewritten, without it")
    return ledger


def hold_again(ledger: Ledger, vanished: Sequence[Request], now: datetime) -> tuple[Ledger, dict[str, tuple[str, ...]]]:
    """The ledger with each request of its last merge held that asks again for what was held; and for which ids.

    A rewritten commit is no `resume`. A rollback's own hold is not told again: as long as the rollback stands, it holds
    what the merge brings.
    """
    held = [one for one in vanished if one.hold is not None and not one.hold.rollback]
    new = [ledger.requests[key] for key in sorted(touched(ledger.requests) & ledger.requests.keys())]
    found: dict[str, Request] = {}
    told: dict[str, tuple[str, ...]] = {}
    for request in (one for one in new if one.order == ledger.merges):
        again = [one for one in held if _asks_again(request, one)]
        if again:
            found[request.id] = _held_as(request, again, now)
            told[request.id] = tuple(one.id for one in again)
    return ledger._replace(requests=put(ledger.requests, found)), told


def _asks_again(new: Request, old: Request) -> bool:
    """Whether a request asks for a change of another, of the same app: by its place or, where it moved, its issuer."""
    same_issuer = new.environment == old.environment and new.issuer == old.issuer != ""
    if new.subject != old.subject and not same_issuer:
        return False
    schedule = any(name in new.schedule and new.schedule[name] == value for name, value in old.schedule.items())
    return schedule or bool(new.days.keys() & old.days.keys())


def _held_as(request: Request, held: Sequence[Request], now: datetime) -> Request:
    """The request, held by who held the oldest of these; its history tells of them all."""
    holds = []
    for one in held:
        assert one.hold is not None
        by, reason = one.hold.by, one.hold.reason
        if not reason.startswith(HELD_BEFORE):
            reason = f"{HELD_BEFORE}, by {by}: {reason}"
        holds.append(Hold(by, now, reason))
    events = (Event(now, "held", one.by, one.reason) for one in holds)
    return request._replace(hold=holds[0], history=(*request.history, *events))


def main_by_ledger(ledger: Ledger) -> Main:
    """Main just before it was rewritten: nobody can read its files any more, so the ledger's own rows count.

    Of each app the newest state that is left, else what was released; an app without either was not there.
    """
    there = frozenset(subject for subject in _apps(ledger) if was_there(ledger, subject))
    return Main(ledger.seen.commit, {}, {}, there)


def _apps(ledger: Ledger) -> set[str]:
    subjects = {request.subject for request in ledger.requests.values()} | ledger.deployed.keys()
    return {subject for subject in subjects if is_app(subject)}


def known_commits(ledger: Ledger) -> list[str]:
    """The commits of main that the ledger knows, newest first: the last one it saw, then those of its states."""
    known = {request.order: request.commit for request in ledger.requests.values()}
    for one in ledger.deployed.values():
        known |= {release.order: release.commit for release in (one.released, one.confirmed) if release is not None}
    return [ledger.seen.commit, *(known[order] for order in sorted(known, reverse=True))]


def refuse_repeated(before: Ledger, after: Ledger) -> None:
    """Raises `NotPossible` where a request that is open would lose its id to a new one of the same commit."""
    again = sorted(
        key for key, one in after.requests.items() if key in before.requests and before.requests[key].order != one.order
    )
    if again:
        raise NotPossible(
            f"{again[0]} is open already for that very commit, and main was something else since. Put another commit "
            "on main (an empty one will do), and name that. Nothing was recorded."
        )
