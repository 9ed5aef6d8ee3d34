"""The labels of change requests: one for all, one for each environment, one for each state."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.model.tracker import Label

if TYPE_CHECKING:
    from collections.abc import Iterable

EVERY = "launchwindow"
"""The label that every issue of ours has."""
ENVIRONMENT, STATE = "environment: ", "state: "
_ABOUT = "Change request of Launchwindow"
_COLORS = {
    "unapproved": ("d93f0b", "no approval counts yet"),
    "scheduled": ("1d76db", "goes at a deploy window"),
    "held": ("b60205", "somebody stopped it"),
    "deploying": ("fbca04", "handed over, not seen to run yet"),
    "overdue": ("b60205", "handed over, and not confirmed in time"),
    "deployed": ("0e8a16", "the identity provider runs it"),
    "withdrawn": ("cccccc", "main no longer asks for it"),
    "closed": ("0e8a16", "approved; it changed only the schedule"),
}
LONGEST = 50
"""Characters of a label's name, by what GitHub says when it refuses more."""


def of_issue(environment: str, state: str) -> tuple[str, ...]:
    """The labels of one request's issue."""
    return EVERY, _of_environment(environment), f"{STATE}{state}"


_MARK = f"{_ABOUT}; in line with the ledger at "
_MARKED = re.compile(rf"{re.escape(_MARK)}([0-9a-f]{{40}})\Z")


def labels(environments: Iterable[str], commit: str) -> tuple[Label, ...]:
    """Every label that issues may have; that of them all tells with which commit of the ledger they are in line."""
    states = (Label(f"{STATE}{state}", color, f"{_ABOUT}: {why}") for state, (color, why) in _COLORS.items())
    places = (Label(_of_environment(one), "5319e7", f"{_ABOUT} for {one}"[:100]) for one in environments)
    return (Label(EVERY, "0e4d92", f"{_MARK}{commit}"), *places, *states)


def in_line_with(seen: Iterable[Label]) -> str | None:
    """The commit of the ledger that GitHub was last brought in line with; None where nothing tells."""
    found = (_MARKED.match(one.description) for one in seen if one.name.lower() == EVERY)
    return next((one[1] for one in found if one is not None), None)


def is_same(wanted: Label, seen: Label) -> bool:
    """Whether a label is the wanted one under whatever name: what it says of itself is ours alone."""
    if wanted.name == EVERY:
        return seen.description.startswith(_MARK)
    return seen.description == wanted.description


def is_ours(name: str) -> bool:
    """Whether a label is one that we give and take away."""
    return name == EVERY or name.startswith((ENVIRONMENT, STATE))


def _of_environment(environment: str) -> str:
    return f"{ENVIRONMENT}{environment}"[:LONGEST]
