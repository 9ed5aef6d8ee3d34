"""What goes at a window, and what is seen to run."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from reference import rotation
from reference.calendar import local
from reference.fleet import partner_of
from reference.state import App, Release, Request, Timeline, result
from reference.whole import valid
from reference.world import gone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reference.world import World


def obstacles(world: World, app: App, line: Timeline, index: int, day: date, opens: datetime | None, *,
              coordinated: bool = False, short: int | None = None) -> list[str]:  # fmt: skip
    """What keeps a state from a release of a day; `short` is a request whose own notice does not count."""
    state = line.states[index]
    found = []
    for order in sorted(line.sources(index)):
        one = app.request(order)
        found += [f"unapproved {order}"] if not one.approved else []
        found += [f"held {order}"] if one.holds else []
    if not line.stays(index):
        found.append("taken back")
    if app.kind == "app" and state.row and f"partners/{state.row['iaa']}.yaml" in world.merges[-1].unreadable:
        # Of what is released it is as wrong, if that has the same partner.
        old = app.last.source if app.last else None
        found += [] if old and partner_of(old[0]) == state.row["iaa"] else ["error partner"]
    if app.environment == "sandbox":
        return found
    found += [f"notice {order}" for order in line.early(index, day) if order != short]
    not_before = app.value("not_before")
    if isinstance(not_before, str) and date.fromisoformat(not_before) > day:
        found.append("not before")
    if opens is not None and state.at >= opens:
        found.append("merged later")
    waived = app.value("waived") or ()
    old = app.last.errors if app.last else frozenset()
    found += [f"error {rule}" for rule, what in sorted(state.errors - old) if rule not in waived]  # type: ignore[operator]
    return found + rotation.obstacles(app, state, day, coordinated=coordinated)


def chosen(world: World, environment: str, day: date, opens: datetime | None, only: int | None = None, *,
            coordinated: bool = False) -> dict[int, Request]:  # fmt: skip
    """App -> the state that goes, so that the whole set is valid. A forecast looks at one app only."""
    ready: dict[int, list[Request]] = {}
    for app in world.of(environment):
        if not app.pending or only not in (None, app.uid):
            continue
        line = Timeline(app)
        ready[app.uid] = [
            line.states[index] for index in reversed(range(len(line.states)))
            if line.diffs[index] and not obstacles(world, app, line, index, day, opens, coordinated=coordinated)
        ]  # fmt: skip
    if only is not None:
        return {uid: states[0] for uid, states in ready.items() if states}
    return valid(world.of(environment), ready)


def hand_over(world: World, environment: str, chosen: Mapping[int, Request], kind: str, window: date | None,
               now: datetime) -> list[tuple[int, int]]:  # fmt: skip
    """Release these; (app, request) of all that went."""
    world.releases += 1
    went: list[tuple[int, int]] = []
    for uid, state in chosen.items():
        app = world.apps[uid]
        line = Timeline(app)
        index = line.states.index(state)
        handed = tuple(one.order for one in line.states[: index + 1] if line.changes(one) & line.diffs[index])
        row = result(app.s0, state.row)
        brought = row["issuer"] not in world.idp(environment)
        release = Release(world.releases, kind, window, now, state.order, state.commit, row, state.errors, handed,
                          brought, state.source, app.standing)  # fmt: skip
        old = app.s0
        if old is not None and old["issuer"] != row["issuer"]:
            app = _leave_behind(world, app, release)
        world.put(app._replace(unconfirmed=(*app.unconfirmed, release)))
        world.tombs.pop((environment, str(row["issuer"])), None)
        went += [(uid, order) for order in handed]
    if environment == "sandbox":
        for uid in list(world.apps):
            if world.apps[uid].environment == environment:
                confirm(world, uid, now)
    return went


def _leave_behind(world: World, app: App, release: Release) -> App:
    """The old provider stays, inactive, with its history; it goes to the app that main has it in by then."""
    last = app.last
    assert last is not None
    old = str(last.row["issuer"])
    waiting = next(
        (
            one
            for one in world.of(app.environment)
            if one.kind == "app" and one.uid != app.uid and one.issuer == old and one.last is None
        ),
        None,
    )
    heir = waiting or App(0, "app", app.environment, gone(app.subject), old, None, None, {}, {})
    # Whoever waited for it has all of its own states before it.
    order = 0 if waiting else release.order
    left = release._replace(row={**last.row, "active": False}, handed=(), errors=frozenset(), brought=False,
                            order=order, before=heir.standing)  # fmt: skip
    heir = heir._replace(confirmed=app.confirmed, past=app.past, certs_since=app.certs_since,
                         unconfirmed=(*(one._replace(handed=()) for one in app.unconfirmed), left))  # fmt: skip
    if waiting:
        world.put(heir)
    else:
        world.add(heir)
    return app._replace(unconfirmed=tuple(one for one in app.unconfirmed if one.handed))


def confirm(world: World, uid: int, now: datetime) -> None:
    """It was seen to run."""
    app = world.apps[uid]
    if not app.unconfirmed:
        return
    old = app.confirmed.row if app.confirmed else None
    new = app.unconfirmed[-1]
    since = app.certs_since
    if rotation.certificates(old) != rotation.certificates(new.row):
        since = local(now)
    past = [(old, now)] if old is None or old["issuer"] == new.row["issuer"] else [(old, now), (None, now)]
    earlier = (*app.earlier, app.confirmed) if app.confirmed else app.earlier
    world.put(app._replace(confirmed=new, unconfirmed=(), past=(*app.past, *past), certs_since=since,
                          earlier=earlier))  # fmt: skip
