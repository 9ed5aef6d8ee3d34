"""What the ledger remembers of what is over: requests at their end, and runs (design §9)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, get_args

from launchwindow.ledger import checked, read_mapping
from launchwindow.ledger_values import request_from_plain
from launchwindow.model.ledger import Closed, End
from launchwindow.model.tracker import Handed

if TYPE_CHECKING:
    from collections.abc import Iterable

CLOSED, WINDOWS = "requests/closed", "windows"


def closed_from(path: str, data: bytes) -> Closed:
    """A request at its end. Raises `LedgerError` naming the file when it is damaged."""

    def build(plain: dict[str, Any]) -> Closed:
        request = request_from_plain(plain)
        if plain["state"] not in get_args(End):
            raise ValueError(f"{plain['state']!r} is no end of a request")
        return Closed(request, plain["state"], request.history[-1].at)

    return checked(path, read_mapping(path, data), build)


def closed_folders(request: str, years: Iterable[int]) -> list[str]:
    """Where a request of this id may lie at its end."""
    subject = request.rpartition("@")[0]
    return [f"{CLOSED}/{year}/{subject}" for year in years]


def day_of(path: str) -> date | None:
    """The day of the run that a file tells; None for a file that is none."""
    parts = path.split("/")
    try:
        return date.fromisoformat(parts[2][:10]) if parts[0] == WINDOWS and len(parts) == 3 else None
    except ValueError:
        return None


def handed_from(path: str, data: bytes) -> Handed:
    """What a run handed over. Raises `LedgerError` naming the file when it is damaged."""

    def build(plain: dict[str, Any]) -> Handed:
        released, held = plain["released"], plain["held"]
        environment = plain["environment"]
        if not isinstance(environment, str) or not all(isinstance(one, str) for one in released):
            raise ValueError("it names no environment, or no request")
        return Handed(environment, tuple(released), tuple((one["id"], one["because"]) for one in held))

    return checked(path, read_mapping(path, data), build)


def together(runs: Iterable[Handed]) -> tuple[Handed, ...]:
    """The runs of one day, those of one environment as one."""
    found: dict[str, Handed] = {}
    for one in runs:
        before = found.get(one.environment, Handed(one.environment, (), ()))
        found[one.environment] = Handed(one.environment, before.requests + one.requests, before.held + one.held)
    return tuple(found[name] for name in sorted(found))
