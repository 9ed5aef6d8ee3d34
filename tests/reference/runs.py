"""The model's run at a window: on time, late, again, or after one was missed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from reference import calendar, recording, releasing
from reference.calendar import at

if TYPE_CHECKING:
    from reference.world import World


def release(world: World, environment: str, now: datetime) -> tuple[list[tuple[int, int]], bool]:
    """Take the window that is open: (what went, whether one was missed)."""
    recording.bring_up(world, now)
    missed = _missed(world, environment, now)
    window = calendar.open_at(world.policy, now)
    if window is None or (environment, window) in world.taken:
        coming = (calendar.opening_after(world.policy, now) if window is None
                  else calendar.following(world.policy, window + timedelta(days=1)))  # fmt: skip
        world.expected[environment] = coming
        return [], missed
    world.taken |= {(environment, window)}
    world.expected[environment] = calendar.following(world.policy, window + timedelta(days=1))
    world.seen_at = now
    chosen = releasing.chosen(world, environment, window, at(window, calendar.OPENS))
    return (releasing.hand_over(world, environment, chosen, "window", window, now) if chosen else []), missed


def _missed(world: World, environment: str, now: datetime) -> bool:
    expected = world.expected.get(environment)
    if expected is None or expected not in calendar.windows(world.policy) or (environment, expected) in world.taken:
        return False
    if at(expected, calendar.CLOSES) > now:
        return False
    world.taken |= {(environment, expected)}
    return True
