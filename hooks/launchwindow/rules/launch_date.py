"""A launch is planned for a day on which the app can be deployed.

Why: the process page, "Request deployment": "We ask for at least 2 weeks notice for new integrations and changes to
existing integrations. […] Regular deployments occur every Monday and Thursday by the close of the business day." A
launch date before the first deploy window that the notice allows moves no window: people would be sent to an identity
provider that does not know the app. Told once, on the change that asks for the date; a launch on the day of the window
is possible, late in that day. Not for apps that are deployed, and not in the sandbox, where changes take effect at
once. Without a ledger nobody knows what is deployed, so a date in the past is left alone then.

Bad:

    launch: {date: 2026-12-01}     # asked for on 2026-11-24; the earliest deploy window is 2026-12-10

Good:

    launch: {date: 2026-12-14}

Fix: launch on that window's day or later; if the date can't move, ask a reviewer for short notice.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.agreements import day_of
from launchwindow.rules.release_day import release_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    wanted = day_of(app.mapping("launch").get("date"))
    environment = facts.policy.environments.get(app.environment)
    if wanted is None or environment is None or not environment.windows or _is_old(app, wanted, facts):
        return
    day, window = release_day(app, facts)
    if wanted < day:
        message = f"The launch is planned for {wanted}, before {window}, {_weekday(str(day))}."
        fix = f"Launch on {day} or later" + (
            ", or ask a reviewer for short notice."
            if window != "release.not_before"
            else ", or let `release: {not_before: …}` be earlier."
        )
        yield Problem("/launch/date", message, fix)


def _is_old(app: App, wanted: str, facts: Facts) -> bool:
    """Whether the date was asked for before: then its own window was earlier than today's earliest."""
    if facts.is_deployed(app) or (facts.deployed is None and wanted < facts.day(app)):
        return True
    before = facts.base.app(app.id) if facts.base is not None else None
    return before is not None and before.mapping("launch").get("date") == wanted


def _weekday(day: str) -> str:
    from launchwindow.days import name

    try:
        return name(date.fromisoformat(day))
    except ValueError:
        # `release.not_before` may be a day that the calendar does not have, which the schema tells.
        return day


RULE = Rule("launch-date", "warning", "A launch is planned for a day that the notice allows", app=_check)
