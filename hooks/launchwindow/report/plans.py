"""What `plan` says of a pull request beside its change requests: its reviews, and its comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.report.changes import app_name, count, paragraphs
from launchwindow.report.visible import sentence, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from launchwindow.reviews import SoFar

_SAID = {
    "made": "has its comment now.",
    "edited": "has the comment edited.",
    "unchanged": "has a comment that says all of this already.",
    "failed": "could not be given its comment.",
    "outdated": "has a newer commit, whose own run writes the comment. Nothing was written.",
}


def comment_text(number: int, what: str, why: str, reviews: Mapping[str, SoFar]) -> str:
    """The reviews so far, and what became of the comment; `why` it failed, if it did."""
    lines = [sentence(f"{visible(name)}: {so_far_text(one)}", "") for name, one in reviews.items()]
    return paragraphs(["\n".join(lines), sentence(f"Pull request {number} {_SAID[what]} {why}".rstrip(), "", 1000)])


def so_far_text(one: SoFar) -> str:
    """Whose approval counts, and why another's does not."""
    by = f", by {', '.join(map(visible, one.counted))}" if one.counted else ""
    team = [] if one.of_team or not one.counted else ["Nobody of the app's team asked for it, or approved it."]
    many = f"{len(one.counted)} of {count(one.needed, 'approval')}{by}."
    return " ".join([many, *team, *one.blocked, *one.refused])


def review_document(name: str, one: SoFar) -> dict[str, object]:
    """The reviews of one change request so far."""
    return {
        "app": app_name(name),
        "environment": name.partition("/")[0],
        "needed": one.needed,
        "counted": list(one.counted),
        "against": [*one.blocked, *one.refused],
        "of_the_team": one.of_team,
    }
