"""Where every request stands: what `status` has to say."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from reference import calendar, releasing
from reference.calendar import at, local
from reference.state import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reference.state import App, Request
    from reference.world import World


class Said(NamedTuple):
    """Where a request stands: all that `status` may say of it."""

    states: frozenset[str]
    """`absent` where it may be closed already."""
    window: date | None
    """None where the model does not tell it."""


def standings(world: World, environment: str, now: datetime) -> Iterable[tuple[App, Request, Said]]:
    """Every request that is not over."""
    for app in world.of(environment):
        line = Timeline(app)
        coming = forecast(world, app, now) if line.states and environment != "sandbox" else {}
        handed, pending = app.handed, {one.order for one in line.states}
        for one in app.states:
            if one.vanished:
                continue
            if one.order in handed:
                release = handed[one.order]
                assert release.window is not None
                closing = at(release.window, calendar.CLOSES)
                if release.kind == "off-cycle" and release.at >= closing:
                    closing = at(release.window + timedelta(days=1), calendar.CLOSES)
                word = "overdue" if now >= closing else "deploying"
                yield app, one, Said(frozenset({word}), release.window)
            elif one.order in pending and line.changes(one):
                word = "held" if one.holds else "scheduled" if one.approved else "unapproved"
                window = coming.get(one.order) if word == "scheduled" else None
                yield app, one, Said(frozenset({word}), window)
            elif app.waits(one):
                yield app, one, Said(frozenset({"held" if one.holds else "unapproved"}), None)
            else:
                words = {"absent", "withdrawn"} | ({"held"} if one.holds else set())
                yield app, one, Said(frozenset(words | ({"unapproved"} if not one.approved else set())), None)


def forecast(world: World, app: App, now: datetime) -> dict[int, date]:
    """Request -> the window that takes a change of it, if nothing else is merged; one app at a time."""
    found: dict[int, date] = {}
    world = world.copy()
    for day in calendar.windows(world.policy):
        if (
            at(day, calendar.CLOSES) <= now
            or (app.environment, day) in world.taken
            or day > local(now) + 200 * calendar.DAY
        ):
            continue
        current = world.apps[app.uid]
        if not current.pending:
            break
        chosen = releasing.chosen(world, app.environment, day, at(day, calendar.OPENS), only=app.uid)
        if chosen:
            went = releasing.hand_over(world, app.environment, chosen, "window", day, now)
            found |= {order: day for uid, order in went if uid == app.uid}
    return found
