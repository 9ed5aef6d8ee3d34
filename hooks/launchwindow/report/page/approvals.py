"""How far the review of a change request is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.report.changes import count
from launchwindow.report.markdown import plain

if TYPE_CHECKING:
    from launchwindow.report.page.values import Told
    from launchwindow.reviews import SoFar


def approval_cell(told: Told) -> str:
    """Such as `1 of 2`."""
    so_far = told.reviews
    if so_far is None:
        return "–"
    return f"{len(so_far.counted)} of {so_far.needed}" + (", blocked" if so_far.blocked else "")


def approval_part(so_far: SoFar) -> str:
    """Whose approval counts, and why another's does not."""
    by = f", by {', '.join(map(plain, so_far.counted))}" if so_far.counted else ""
    head = f"{len(so_far.counted)} of {count(so_far.needed, 'approval')}{by}."
    return " ".join([head, *(plain(one, 400) for one in (*so_far.blocked, *so_far.refused))])
