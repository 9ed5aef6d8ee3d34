"""Going back to what ran before: which content, what may refuse it, and what is held until main has it.

Design §7, "Levers". What is prepared is merged like any other change; only until then nothing else of the app goes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from launchwindow.diff import difference
from launchwindow.load.digest import content_digest
from launchwindow.merges import schedule_of
from launchwindow.model.errors import NotPossible
from launchwindow.model.merge import AppState, Main, Merge
from launchwindow.model.named import NamedTuple
from launchwindow.model.row import Row
from launchwindow.provider import row_of
from launchwindow.record import end_rollback, hold_for_rollback, is_app, record, requests_of
from launchwindow.records import put
from launchwindow.settle import settle
from launchwindow.timelines import timeline_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from launchwindow.model.app import App, Partner
    from launchwindow.model.judge import Judge
    from launchwindow.model.ledger import Deployed, Ledger, Release, Request, Rollback
    from launchwindow.model.policy import Policy
    from launchwindow.model.schedule import Obstacle

_NOT_YET = "0" * 40
"""The commit of a merge that nobody has made."""


class Origin(NamedTuple):
    """The content to go back to: what was at `path` in `commit`."""

    commit: str
    path: str
    digest: str


class Prospect(NamedTuple):
    """What would follow if what is prepared was merged now."""

    notice: int
    """Days; 0 where all of it ran within the last 30 days."""
    at_once: bool
    """Whether the merge itself takes effect, without review, notice or windows."""
    coordination: tuple[str, ...]
    """What still has to be agreed on, because another certificate would come first."""


def deployed_app(ledger: Ledger, subject: str) -> tuple[Deployed, Release]:
    """An app that has something to go back from. Raises `NotPossible`."""
    one = ledger.deployed.get(subject)
    if not is_app(subject):
        raise NotPossible(f"{subject} is a partner's record: to go back, revert its change on main by a pull request.")
    if one is None or one.released is None or not isinstance(one.released.row, Row):
        raise NotPossible(f"Nothing of “{subject}” was ever released: there is nothing to go back from.")
    if "~" in subject:
        raise NotPossible(f"{subject} is a provider that was left behind, and main has another app in its place.")
    return one, one.released


def ran_before(one: Deployed, released: Release) -> Origin:
    """What was confirmed before what is released now. Raises `NotPossible` when nothing was."""
    before = one.confirmed if released.confirmed_at is None else one.past[-1] if one.past else None
    if before is None or before.row is None:
        raise NotPossible(
            f"{one.subject} ran nothing before this that the ledger knows of. Name an older commit of main with --to "
            "COMMIT; or, to take the app out of service, delete its file by a pull request."
        )
    if before.commit is None or before.path is None or before.digest is None:
        raise NotPossible(
            f"Before this {one.subject} was inactive. To go back to that, say `active: false` in its file, or delete "
            "the file, by a pull request."
        )
    return Origin(before.commit, before.path, before.digest)


def as_of(app: App, blobs: Mapping[str, str], subject: str, partner: Partner | None) -> AppState:
    """An app's former content as a state of `subject`, which may have another path by now.

    `blobs` has the id of each file's bytes, by its path now. Raises `NotPossible` without a partner's file.
    """
    if partner is None:
        raise NotPossible(f"Main has no readable file of the partner of {subject}: mend that first.")
    row = row_of(app, partner.agency_id)
    return AppState(subject, path_of(subject), app.issuer or "", row, schedule_of(app), content_digest(blobs))


def path_of(subject: str) -> str:
    """Where an app's file belongs."""
    environment, partner, name = subject.split("/")
    return f"apps/{partner}/{name}/{environment}.yaml"


def refuse_needless(one: Deployed, released: Release, state: AppState, main: Main) -> None:
    """Raises `NotPossible` where there is nothing to go back to, or where going back is no change of this app."""
    subject = one.subject
    assert isinstance(released.row, Row)
    if state.issuer != released.row.issuer:
        raise NotPossible(
            f"{subject} had another issuer then, {state.issuer or 'none'}: to the identity provider that is another "
            "provider, and going back to it is a change of issuer. While the release waits for its confirmation, "
            "`launchwindow confirm --failed` takes it back; else bring the old issuer back by a pull request."
        )
    if not difference(released.row, state.row):
        raise NotPossible(f"That is what {subject} was last released with: there is nothing to go back to.")
    on_main = main.apps.get(subject)
    if on_main is not None and not difference(on_main.row, state.row):
        raise NotPossible(
            f"Main has that already for {subject}: what stands open says when it goes. See `launchwindow status "
            f"{subject}`, and `hold` for what must not go before it."
        )


def prospect(
    ledger: Ledger, state: AppState, main: Main, policy: Policy, judge: Judge, now: datetime
) -> Prospect:  # fmt: skip
    """What the schedule says of what is prepared, as if it was merged and approved now.

    Raises `NotPossible` when it would remove a certificate that the partner may still use.
    """
    today = now.astimezone(policy.timezone).date()
    apps = {**main.apps, state.subject: state}
    after = Main(_NOT_YET, apps, main.partners, main.unreadable - {state.subject})
    merged, _ = record(ledger, main, Merge(after, now, "", (), (), 0, today), policy)
    environment = policy.environments[state.subject.partition("/")[0]]
    timeline = timeline_of(merged, state.subject, environment, judge)
    last = timeline.states[-1] if timeline.states else None
    if last is None or last.request.order != merged.merges:
        raise NotPossible(f"Another app on main has the issuer {state.issuer}: {state.subject} can't go back to it.")
    guarded: tuple[Obstacle, ...] = ()
    if environment.windows:
        guarded = timeline.guard(timeline.released, last, today, now + timedelta(seconds=1))
    refused = [one.text.partition(": ")[2] for one in guarded if one.kind == "rotation"]
    if refused:
        lines = "".join(f"\n  {text}" for text in refused)
        raise NotPossible(f"Going back would cut {state.subject} off from a key that may be in use:{lines}")
    agree = tuple(one.text.partition(": ")[2] for one in guarded if one.kind == "coordination")
    return Prospect(max(last.request.days.values(), default=0), not environment.windows, agree)


def begin(ledger: Ledger, subject: str, rollback: Rollback) -> tuple[Ledger, tuple[Request, ...]]:
    """The ledger in which nothing else of the app goes live, and what is held. Again, it changes nothing.

    Raises `NotPossible` when another content was prepared before.
    """
    one = ledger.deployed[subject]
    if one.rollback is None:
        held = {
            request.id: hold_for_rollback(request, rollback, rollback.at)
            for request in requests_of(ledger, subject) if request.released is None and request.days
        }  # fmt: skip
        ledger = ledger._replace(
            requests=put(ledger.requests, held),
            deployed=put(ledger.deployed, {subject: one._replace(rollback=rollback)}),
        )
    elif one.rollback.digest != rollback.digest:
        raise NotPossible(
            f"{subject} is being rolled back already, by {one.rollback.by}, on the branch {one.rollback.branch}. "
            "Merge that, or end it with --cancel first."
        )
    waiting = [one for one in requests_of(ledger, subject) if one.hold is not None and one.hold.rollback]
    return ledger, tuple(waiting)


def cancel(ledger: Ledger, subject: str, by: str, reason: str, now: datetime) -> tuple[Ledger, tuple[Request, ...]]:
    """The ledger without the app's rollback, and the requests that go on. Raises `NotPossible` without one."""
    one = ledger.deployed.get(subject)
    if one is None or one.rollback is None:
        raise NotPossible(f"No rollback of {subject} stands: there is nothing to cancel.")
    after, freed = end_rollback(ledger, subject, by, f"the rollback is cancelled: {reason}", now)
    return settle(after, now), freed
