"""Main was rewritten: what vanished is withdrawn, and what main was is what the ledger says (design §7, "Merges")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.errors import NotPossible
from launchwindow.model.merge import Main
from launchwindow.record import is_app, was_there
from launchwindow.settle import close

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from launchwindow.model.ledger import Ledger


def withdraw_vanished(ledger: Ledger, is_there: Callable[[str], bool], now: datetime) -> Ledger:
    """The ledger without the requests whose commit main no longer has; what was handed over waits on."""
    for request in sorted(ledger.requests.values(), key=lambda one: (one.order, one.id)):
        if request.released is None and not is_there(request.commit):
            ledger = close(ledger, request, "withdrawn", now, "main was rewritten, without it")
    return ledger


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
