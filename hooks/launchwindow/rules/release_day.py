"""The day that a change to an app would go live. Shared by the rules that judge for that day; no rule itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.rules.agreements import day_of

if TYPE_CHECKING:
    from launchwindow.model.app import App
    from launchwindow.model.day import Day
    from launchwindow.model.rule import Facts


def release_day(app: App, facts: Facts) -> tuple[str | Day, str]:
    """(day, what gives it) of the earliest deploy window, or of `release.not_before` where that is later.

    Raises PolicyError when the policy has no window.
    """
    day = facts.window(app)
    not_before = day_of(app.mapping("release").get("not_before"))
    if not_before is not None and not_before > day:
        return not_before, "release.not_before"
    return day, "the earliest deploy window"
