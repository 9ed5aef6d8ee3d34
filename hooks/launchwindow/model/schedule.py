"""What the schedule is computed from and what it answers (design §7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from launchwindow.model.change import Change, Element
    from launchwindow.model.ledger import Request
    from launchwindow.model.policy import Environment
    from launchwindow.model.row import PartnerRow, Row

ObstacleKind = Literal[
    "taken-back", "unapproved", "held", "notice", "not-before", "merged-late", "rotation", "coordination", "error",
    "content", "conflict",
]  # fmt: skip


class Obstacle(NamedTuple):
    """One reason why a state is not released at a window."""

    kind: ObstacleKind
    text: str
    until: date | None = None
    """The day from which it no longer stands in the way, when that is known."""


class State(NamedTuple):
    """`Sk`: what one merge left of an app. A row of None: the app is gone."""

    request: Request
    row: Row | PartnerRow | None


class Timeline(NamedTuple):
    """One app, or one partner's file, in one environment: what was released, and the merged states since."""

    subject: str
    environment: Environment
    released: Row | PartnerRow | None
    states: tuple[State, ...]
    """`S1 … Sn`, oldest first; `Sn` is at main's tip."""
    not_before: date | None
    errors: Callable[[int, date], tuple[Obstacle, ...]]
    """(index of a state, a window's date) -> its errors that are neither waived nor in what was released, and
    whether its content is still what was approved."""
    guard: Callable[[Row | PartnerRow | None, State, date, datetime], tuple[Obstacle, ...]]
    """(what is released, the state that would follow it, a window's date and opening) -> what keeps a certificate
    that the partner still needs."""


class Choice(NamedTuple):
    """What a window takes of one timeline: the state's index, or None; and why each later state is not taken."""

    state: int | None
    obstacles: Mapping[int, tuple[Obstacle, ...]]


class Forecast(NamedTuple):
    """When a request's changes go, as far as is known now."""

    request: Request
    changes: tuple[Change, ...]
    """The changes of what main holds that count from this request's merge; empty: withdrawn."""
    notice: Mapping[Element, int]
    ready: date | None
    """The first day on which the notice of all its changes is over."""
    window: date | None
    obstacles: tuple[Obstacle, ...]
    """What stands in the way at the next window, or for good when `window` is None."""
