"""How far the review of a change request is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.report.markdown import plain
from launchwindow.report.plans import so_far_text

if TYPE_CHECKING:
    from launchwindow.report.page.values import Told
    from launchwindow.reviews import SoFar


def approval_cell(told: Told) -> str:
    """Such as `1 of 2`."""
    so_far = told.reviews
    if so_far is None:
        return "–"
    but = "blocked" if so_far.blocked else "nobody of the team" if so_far.counted and not so_far.of_team else ""
    return f"{len(so_far.counted)} of {so_far.needed}" + (f", {but}" if but else "")


def approval_part(so_far: SoFar) -> str:
    """Whose approval counts, and why another's does not."""
    return plain(so_far_text(so_far), 1000)
