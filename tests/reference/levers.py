"""What people do to one request or one app, and whether they may."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from reference import calendar, releasing, rotation
from reference.calendar import at, local
from reference.fleet import digest, flat, partner_of
from reference.lineage import place
from reference.state import Timeline
from reference.whole import valid

if TYPE_CHECKING:
    from reference.state import App, Release, Request
    from reference.world import World


def short_notice(world: World, app: App, request: Request, now: datetime) -> bool:
    """Its own notice is waived, unless its state holds another's that is in notice."""
    line, today = Timeline(app), local(now)
    if app.environment == "sandbox" or request.short or request not in line.states:
        return False
    index = line.states.index(request)
    sources = [(change, line.counts_from(change)) for change in line.diffs[index] & line.kept[-1]]
    others = [
        one
        for change, one in sources
        if one != request and (one.over(change) > today or not (one.approved or one.short))
    ]
    if not line.in_notice(request, today) or others:
        return False
    world.put(app.replaced(request._replace(short=today)))
    return True


def off_cycle(world: World, app: App, request: Request, now: datetime) -> bool:
    """Exactly its state goes now; of all that could stand in the way only its own notice does not count."""
    line, today = Timeline(app), local(now)
    if app.environment == "sandbox" or request not in line.states:
        return False
    index = line.states.index(request)
    if not line.changes(request) or releasing.obstacles(world, app, line, index, today, None, short=request.order):
        return False
    chosen = valid(world.of(app.environment), {app.uid: [request]})
    if not chosen:
        return False
    world.seen_at = now
    releasing.hand_over(world, app.environment, chosen, "off-cycle", today, now)
    return True


def coordinated(world: World, app: App, now: datetime) -> bool:
    """What a window of the agreed day would take, from the agreed time to closing."""
    agreed = app.value("coordinate_at")
    today = local(now)
    if app.environment == "sandbox" or not isinstance(agreed, str):
        return False
    time_ = datetime.fromisoformat(agreed)
    if (
        local(time_) != today
        or not time_ <= now < at(today, calendar.CLOSES)
        or not calendar.business(world.policy, today)
    ):
        return False
    line = Timeline(app)
    opens = at(today, calendar.OPENS)
    ready = [
        one
        for index, one in enumerate(line.states)
        if line.diffs[index] and not releasing.obstacles(world, app, line, index, today, opens, coordinated=True)
    ]
    chosen = valid(world.of(app.environment), {app.uid: ready[::-1]})
    if not chosen or not rotation.obstacles(app, chosen[app.uid], today):
        return False
    world.seen_at = now
    releasing.hand_over(world, app.environment, chosen, "coordinated", today, now)
    return True


def failed(world: World, environment: str, window: date | None = None) -> bool:
    """The newest release that nobody has confirmed, or those of a day, and all later ones are taken back."""
    numbers = {one.number for app in world.of(environment) for one in app.unconfirmed}
    if window is not None:
        numbers = {one.number for app in world.of(environment) for one in app.unconfirmed if one.window == window}
    if not numbers:
        return False
    first = max(numbers) if window is None else min(numbers)
    for app in world.of(environment):
        back = [one for one in app.unconfirmed if one.number >= first]
        if not back:
            continue
        held = [app.request(order) for one in back for order in one.handed]
        assert back[0].before is not None
        world.put(app.replaced(*(one._replace(holds=one.holds | {"failed"}) for one in held))._replace(
            **back[0].before._asdict()))  # fmt: skip
        for one in back:
            if one.brought and app.kind == "app":
                world.tombs[environment, str(one.row["issuer"])] = {**one.row, "active": False}
        if world.apps[app.uid].last is None and app.path is None and not app.states:
            del world.apps[app.uid]
    return True


def roll_back(world: World, app: App, target: Release) -> None:
    """All that was not handed over is held until the content of `target` is merged, where the app is now."""
    assert target.source is not None
    path, fleet = place(app), world.merges[-1].fleet
    agency = fleet.partners[partner_of(path)]
    assert agency is not None
    held = [one._replace(holds=one.holds | {"rollback"}) for one in app.pending if one.order not in app.handed]
    rolled = digest(path, target.source[1]), flat(path, target.source[1], agency.agency_id)
    world.put(app.replaced(*held)._replace(rolled=rolled))


def cancel(world: World, app: App) -> None:
    """The rollback's holds go."""
    world.put(app.freed)
