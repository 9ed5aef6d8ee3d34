"""Making what is missing on GitHub: never blindly a second time.

An answer can get lost after GitHub did what it was asked for. What may have been made is looked for; where it can't be
found at once it is left to the next run, which begins by looking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from launchwindow.model.github import GitHubRefused, Unanswered

if TYPE_CHECKING:
    from collections.abc import Callable

    from launchwindow.io.github.connection import Connection

T = TypeVar("T")
PAUSES = (2.0, 5.0, 10.0)
"""Seconds before each look: lists lag behind for a while."""


def make(hub: Connection, path: str, body: object, look: Callable[[], T | None], read: Callable[[Any], T]) -> T:
    """Make something and give what it is; `look` finds it where no answer came.

    Raises `Unanswered` when it is not known whether it was made.
    """
    try:
        return read(hub.post(path, body))
    except Unanswered:
        for seconds in PAUSES:
            hub.wait_a_little(seconds)
            found = look()
            if found is not None:
                return found
        raise
    except GitHubRefused as refused:
        # Somebody else made it a moment ago: for a label or a milestone GitHub says so.
        found = look() if refused.code == 422 else None
        if found is None:
            raise
        return found
