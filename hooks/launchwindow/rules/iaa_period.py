"""The agreement that an app names is in force on the day of the deploy window.

Why: the process page, "Confirm Interagency Agreement (IAA)", asks for an agreement that the app "will be billed
under": one that has ended, or has yet to begin, pays for nothing. Judged at the date of the window that the change
would go with, or at `release.not_before` where that is later (at the window itself, for that day), by the period of
the order's latest signed modification and of its GTC, both days included. An error for a new app, a warning for one
that is deployed.

Bad:

    iaa: LGEXAFY240001-0001-0000     # its latest signed modification ends on 2026-09-30

Good:

    iaa: LGEXAFY260001-0001-0000     # it ends on 2028-12-31

Fix: name the agreement that is in force on that day. If it is being prolonged, have the new modification signed and
recorded in the partner's file, and merge that first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.plain import clean
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.agreements import severity, standing
from launchwindow.rules.release_day import release_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.day import Day
    from launchwindow.model.rule import Facts
    from launchwindow.rules.agreements import Period


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    place = standing(app, facts)
    if place is None or place.gtc is None or place.order is None or place.decides is None:
        return
    day, window = release_day(app, facts)
    if place.decides.period.covers(day) and place.gtc.period.covers(day):
        return
    periods = (
        (f"The agreement {clean(place.order.iaa(place.decides))}", place.decides.period),
        (f"The GTC {clean(place.gtc.number)}", place.gtc.period),
    )
    for what, period in periods:
        if not period.covers(day):
            yield Problem("/iaa", *_words(what, period, day, window, app), severity=severity(app, facts))
            return


def _words(what: str, period: Period, day: str | Day, window: str, app: App) -> tuple[str, str]:
    """(what is wrong, what to do)."""
    if period.starts is not None and day < period.starts:
        message = f"{what} begins on {period.starts}, after {window}, {day}."
        return message, f"Write `release: {{not_before: {period.starts}}}`, so that the change waits for the agreement."
    message = f"{what} ends on {period.ends}, before {window}, {day}."
    fix = (
        "Name an agreement that is in force then; if this one is prolonged, have the signed modification recorded in "
        f"partners/{clean(app.partner)}.yaml, and merge that first."
    )
    return message, fix


RULE = Rule("iaa-period", "error", "The agreement is in force on the day of the deploy window", app=_check)
