"""How the releases of one day fare, out of what the ledger holds: the statuses of their deployments."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from launchwindow.model.ledger import Request
    from launchwindow.model.tracker import Handed, Progress


def by_any_id(requests: Iterable[Request]) -> dict[str, Request]:
    """Each request by its id and those that it had before."""
    return {name: one for one in requests for name in (*one.former_ids, one.id)}


def progress(window: date, handed: Handed, requests: Mapping[str, Request], told: str | None = None) -> Progress:
    """How a release fares; `requests` are the open ones, by any id. What is open no more came to its end.

    `told` is what was told of it last: a release that failed has failed, whatever becomes of its requests later.
    """
    if told == "failure":
        return "failure"
    open_now = [requests[one] for one in handed.requests if one in requests]
    if any(one.released == window for one in open_now):
        return "in_progress"
    # Handed over that day, and waiting again: the release was taken back.
    return "failure" if open_now else "success"
