"""How the releases of one day fare, out of what the ledger holds: the statuses of their deployments."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date, datetime

    from launchwindow.model.ledger import Request
    from launchwindow.model.tracker import Handed, Progress


def by_any_id(requests: Iterable[Request]) -> dict[str, Request]:
    """Each request by its id and those that it had before."""
    return {name: one for one in requests for name in (*one.former_ids, one.id)}


def failed(window: date, handed: Handed, known: Mapping[str, Request], local_date: Callable[[datetime], date]) -> bool:
    """Whether a release was taken back, whatever became of its requests later; `known` are any of them, by any id."""
    return any(_taken_back(window, known[one], local_date) for one in handed.requests if one in known)


def _taken_back(window: date, request: Request, local_date: Callable[[datetime], date]) -> bool:
    """Whether the last release of that day came to nothing: the history tells what came next."""
    found = False
    of_day = False
    for event in request.history:
        if event.what == "released":
            of_day = local_date(event.at) == window
            found = found and not of_day
        elif event.what == "release failed" and of_day:
            found = True
    return found


def progress(window: date, handed: Handed, requests: Mapping[str, Request], *, failed: bool = False) -> Progress:
    """How a release fares; `requests` are the open ones, by any id. What is open no more came to its end.

    One that `failed` has failed, whatever becomes of its requests later.
    """
    if failed:
        return "failure"
    open_now = [requests[one] for one in handed.requests if one in requests]
    if any(one.released == window for one in open_now):
        return "in_progress"
    # Handed over that day, and waiting again: the release was taken back.
    return "failure" if open_now else "success"
