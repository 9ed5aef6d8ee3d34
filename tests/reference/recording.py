"""What main brings: each merge becomes a request of each app that it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from reference import releasing
from reference.calendar import local
from reference.fleet import blob, environment_of, flat, partner_of
from reference.lineage import follow, place
from reference.state import App, Facts, Request, Timeline, diff
from reference.world import ENVIRONMENTS, gone, partner_flat, partners_in, subject_of

if TYPE_CHECKING:
    from datetime import datetime

    from reference.calendar import Policy
    from reference.fleet import Flat
    from reference.state import Change
    from reference.world import Merge, World


def bring_up(world: World, now: datetime) -> None:
    """Record what main has and the ledger does not; then what sandbox takes at once."""
    new = range(world.seen + 1, len(world.merges))
    for index in new:
        _record(world, world.merges[index], world.merges[index - 1].policy, now)
    if local(world.seen_at) < local(now):
        # Main is looked at once a day at least: a merge that comes later can't say that it was there before.
        world.seen_at = now
    if new:
        world.seen, world.seen_at = len(world.merges) - 1, max(now, world.seen_at)
        world.known_policy = world.merges[world.seen].policy
        for environment in ENVIRONMENTS:
            forget(world, environment)
    settle_sandbox(world, now)


def settle_sandbox(world: World, now: datetime) -> None:
    """Without windows all that can go goes at once."""
    chosen = releasing.chosen(world, "sandbox", local(now), None)
    if chosen:
        releasing.hand_over(world, "sandbox", chosen, "merge", None, now)


def _record(world: World, merge: Merge, policy: Policy, now: datetime) -> None:
    world.order += 1
    merged_at = min(max(merge.said, min(world.seen_at, now)), now)
    for environment in ENVIRONMENTS:
        seen = [one.confirmed.row for one in world.of(environment) if one.confirmed]
        hosts = frozenset(policy.push_hosts) | {
            str(urlsplit(str(row["push"])).hostname) for row in seen if row.get("push")
        }
        _record_apps(world, environment, merge, merged_at, policy, hosts)
        _record_partners(world, environment, merge, merged_at, policy)


def _record_apps(world: World, environment: str, merge: Merge, merged_at: datetime, policy: Policy,
                 hosts: frozenset[str]) -> None:  # fmt: skip
    files = {path: one for path, one in merge.fleet.apps.items()
             if environment_of(path) == environment and one and path not in merge.unreadable}  # fmt: skip
    known = [one for one in world.of(environment) if one.kind == "app"]
    places = follow(known, files, merge.unreadable)
    taken = {path for path in places.values() if path is not None}
    for path in sorted(files.keys() - taken):
        world.add(App(0, "app", environment, subject_of(path), files[path].issuer, None, None, {}, {}))
        places[world.uids] = path
    present = {subject_of(path) for path in places.values() if path is not None}
    for uid, path in places.items():
        if path in merge.unreadable:
            continue
        app = world.apps[uid]
        content = files.get(path or "")
        subject = subject_of(path) if path is not None else app.subject
        if path is None and subject in present:
            subject = gone(subject)
        agency = merge.fleet.partners[partner_of(path)] if path is not None else None
        row = flat(path, content, agency.agency_id) if content and path and agency else None
        values = content.schedule() if content else {}
        changed = {
            name: values.get(name) for name in {*values, *app.values} if values.get(name) != app.values.get(name)
        }
        same = row == app.main
        issuer = content.issuer if content else app.issuer
        if subject != app.subject:
            app = app.replaced(*(one._replace(former=one.former | {app.subject}) for one in app.states))
        before = app.main
        app = app._replace(subject=subject, path=path, issuer=issuer, main=row, values=values)
        if (changed and (row or app.main)) or not same:
            days = {"sandbox": (0, 0), "staging": (0, 0)}.get(environment, (policy.notice, policy.push))
            facts = Facts(*days, hosts, app.rows_lately(merged_at))
            errors = content.errors(environment) if content else frozenset()
            names = {name: blob(name) for name in content.certs} if content else {}
            needed = 0 if environment == "sandbox" else policy.approvals
            app = app._replace(states=(*app.states, Request(
                world.order, merge.commit, merged_at, row, errors, names, merge.approvals, needed,
                local(merged_at), facts, changed, digest=merge.digests.get(path or ""),
                source=(path, content) if path and content else None, only_schedule=same,
                asked=_asked(before, row), issuer=issuer,
            )))  # fmt: skip
            if app.rolled and merge.digests.get(path or "") != app.rolled[0] and row != app.rolled[1]:
                app = app if same else app.replaced(app.states[-1]._replace(holds=frozenset({"rollback"})))
            elif app.rolled:
                app = app.freed
        world.apps[uid] = app


def _record_partners(world: World, environment: str, merge: Merge, merged_at: datetime, policy: Policy) -> None:
    for where, partner in partners_in(merge.fleet, merge.unreadable):
        if where != environment or f"partners/{partner}.yaml" in merge.unreadable:
            continue
        row = partner_flat(partner, merge.fleet)
        app = next((one for one in world.of(environment) if one.kind == "partner" and one.subject == partner), None)
        if app is None:
            world.add(App(0, "partner", environment, partner, f"partner {partner}", partner, None, {}, {}))
            app = world.apps[world.uids]
        if row != app.main:
            needed = 0 if environment == "sandbox" else policy.approvals
            request = Request(
                world.order, merge.commit, merged_at, row, frozenset(), {}, merge.approvals, needed,
                local(merged_at), Facts(0, 0, frozenset(), ()), {},
                digest=merge.digests.get(f"partners/{partner}.yaml"), asked=diff(app.main, row),
            )  # fmt: skip
            app = app._replace(main=row, states=(*app.states, request))
        world.put(app)


def forget(world: World, environment: str) -> None:
    """An app that was never released and is gone leaves nothing behind but what waits for an approval."""
    for app in world.of(environment):
        nothing = app.kind == "app" and app.main is None and app.last is None
        if nothing and not any(app.waits(one) for one in app.states):
            del world.apps[app.uid]


def settle(world: World) -> None:
    """Where main asks for nothing more of an app, and nothing waits to be seen, all is withdrawn.

    What waits for an approval stays open, and so does what came later.
    """
    for app in list(world.apps.values()):
        line = Timeline(app)
        if line.states and not line.diffs[-1] and not app.unconfirmed:
            waits = min((one.order for one in app.states if app.waits(one)), default=world.order + 1)
            world.put(app.replaced(*(one._replace(vanished=True) for one in line.states if one.order < waits)))


def go_on_from(world: World, merge: Merge, kept: frozenset[str], now: datetime) -> None:
    """Main was rewritten: what is not in the history of `merge` is withdrawn, all else up to it is one merge.

    `kept` are the commits of that history; `world.merges` is the new main already.
    """
    held: list[tuple[App, Request]] = []
    for app in list(world.apps.values()):
        gone = [one._replace(vanished=True) for one in app.states if one.commit not in kept and _is_open(app, one)]
        held += [(app, one) for one in gone if one.holds - {"rollback"}]
        app = _as_known(app.replaced(*gone))
        world.put(app)
        if app.main is None and app.last is None and all(one.vanished for one in app.states):
            del world.apps[app.uid]
    _record(world, merge, world.known_policy, now)
    for app in list(world.apps.values()):
        for one in app.states:
            if one.order == world.order and any(_was_held(app, one, *other) for other in held):
                world.put(world.apps[app.uid].replaced(one._replace(holds=one.holds | {"hold"})))
    for environment in ENVIRONMENTS:
        forget(world, environment)
    world.seen, world.seen_at = world.merges.index(merge), max(now, world.seen_at)
    world.known_policy = merge.policy
    settle_sandbox(world, now)


def _is_open(app: App, request: Request) -> bool:
    """Whether it is neither at its end nor handed over: passed over by an unconfirmed release, it waits for that."""
    confirmed = app.confirmed.order if app.confirmed else -1
    uncertain = bool(app.unconfirmed) and request.order > confirmed and not request.only_schedule
    waits = request in app.pending or uncertain or app.waits(request)
    return waits and not request.vanished and request.order not in app.handed


def _was_held(app: App, request: Request, old: App, held: Request) -> bool:
    """Whether a request asks for something that a held one asked for, of an app by the same name or issuer."""
    place_ = old.subject == app.subject and not app.subject.endswith("~")
    same = app.kind == old.kind and app.environment == old.environment and (
        place_ or (app.kind == "app" and held.issuer == request.issuer)
    )  # fmt: skip
    values = [name for name, value in held.schedule.items() if (name, value) in request.schedule.items()]
    return same and bool(values or held.asked & request.asked)


def _asked(before: Flat | None, after: Flat | None) -> frozenset[Change]:
    """What a merge changed; that a file is gone asks for the deactivation, whatever it said."""
    return diff(before, after) if after is not None else frozenset({("active", False)} if before else ())


def _as_known(app: App) -> App:
    """Main of an app by what is left of it: its newest state, else what was released."""
    rows = [one.row for one in app.pending]
    released = app.last.row if app.last and (app.last.source or app.kind == "partner") else None
    row = rows[-1] if rows else released
    values: dict[str, object] = dict(app.base)
    for one in app.states:
        if one.approved or one in app.pending or app.waits(one):
            values |= one.schedule
    values = {name: value for name, value in values.items() if value not in (None, ())}
    path = place(app) if row is not None and app.kind == "app" else None if app.kind == "app" else app.path
    issuer = str(row["issuer"]) if row else app.issuer
    return app._replace(main=row, values=values, path=path, issuer=issuer)
