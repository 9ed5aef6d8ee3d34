"""What is left of a page that is too long for GitHub: whole parts, the most important ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Part(NamedTuple):
    """One part of a page; empty ones are left out."""

    rank: int
    """What has a smaller one is kept rather than what has a larger one."""
    text: str


def fit(parts: Sequence[Part], rest: str, limit: int) -> str:
    """The parts with a blank line between them; where that is too long, those that fit, in their order, then `rest`."""
    there = [part for part in parts if part.text]
    if sum(len(part.text) + 2 for part in there) <= limit:
        return "\n\n".join(part.text for part in there)
    left = limit - len(rest) - 2
    kept: set[int] = set()
    for place in sorted(range(len(there)), key=lambda one: (there[one].rank, one)):
        needed = len(there[place].text) + 2
        if needed <= left:
            left -= needed
            kept.add(place)
    return "\n\n".join([*(part.text for place, part in enumerate(there) if place in kept), rest])
