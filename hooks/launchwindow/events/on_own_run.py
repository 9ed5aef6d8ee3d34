"""A person releases one app outside of the windows (`off-cycle`, `release --coordinated`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.answer import Answer
from launchwindow.events.recording import bring_up
from launchwindow.levers import find, two_reviewers
from launchwindow.model.errors import NotPossible
from launchwindow.model.ledger import Run, Seen
from launchwindow.own_runs import coordinated, off_cycle
from launchwindow.report.requests import own_run_text
from launchwindow.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from launchwindow.events.recording import Recorded
    from launchwindow.events.workspace import Workspace
    from launchwindow.model.ledger import Ledger, ReleaseKind
    from launchwindow.release import Outcome


def release_off_cycle(space: Workspace, request_id: str, by: str, second: str, reason: str) -> Answer:
    """Release one request's state now, as two reviewers decided."""

    def run(recorded: Recorded) -> tuple[str, Outcome]:
        ledger, policy = recorded.ledger, space.policy(recorded.tip)
        request = find(ledger, request_id)
        environment = policy.environments[request.environment]
        if not environment.windows:
            raise NotPossible(f"{environment.name} has no deploy windows: {request.id} takes effect when it is merged.")
        people = " and ".join(two_reviewers(request, by, second, policy))
        calendar, judge = space.calendar(policy), space.judge(recorded.tip)
        outcome = off_cycle(ledger, request, environment, calendar, judge, people, reason, space.now)
        return request.subject, outcome

    subject, outcome, told = _released(space, "off-cycle", f"{by}, {second}", run)
    request = next(one for one in outcome.released if one.commit == told.commit)
    document = {
        "schema": "launchwindow.off-cycle/1",
        "id": request.id,
        "state": "deploying",
        "window": str(told.window),
        "because": f"released off-cycle by {told.by}: {reason}",
    }
    return Answer(own_run_text(subject, told, outcome.released, outcome.withdrawn, space.remote), document)


def release_coordinated(space: Workspace, app: str, by: str) -> Answer:
    """Release what is ready of one app, at the time that its certificate change was agreed for."""

    def run(recorded: Recorded) -> tuple[str, Outcome]:
        ledger, policy = recorded.ledger, space.policy(recorded.tip)
        environment = policy.environments.get(app.partition("/")[0])
        if environment is None or not environment.windows or app not in ledger.deployed:
            raise NotPossible(
                f"The ledger knows no app “{visible(app, 100)}” with deploy windows. See `launchwindow status`."
            )
        calendar, judge = space.calendar(policy), space.judge(recorded.tip)
        return app, coordinated(ledger, app, environment, calendar, judge, by, space.now)

    subject, outcome, told = _released(space, "coordinated", by, run)
    text = own_run_text(subject, told, outcome.released, outcome.withdrawn, space.remote)
    return Answer(text, _release_document(told))


def _released(
    space: Workspace, kind: ReleaseKind, by: str, run: Callable[[Recorded], tuple[str, Outcome]]
) -> tuple[str, Outcome, Run]:
    done: list[tuple[str, Outcome, Run]] = []

    def step(ledger: Ledger) -> tuple[Ledger, str]:
        recorded = bring_up(space, ledger)
        subject, outcome = run(recorded)
        released = outcome.ledger.deployed[subject].released
        assert released is not None
        assert released.window is not None
        environment = subject.partition("/")[0]
        told = Run(
            environment, released.window, space.now, by, False, tuple(one.id for one in outcome.released),
            tuple(one.id for one in outcome.withdrawn), tuple((one.request.id, one.because) for one in outcome.held),
            space.idp_digest(outcome.ledger, environment), kind, subject, released.commit,
        )  # fmt: skip
        after = outcome.ledger._replace(runs=(*outcome.ledger.runs, told), seen=Seen(recorded.tip, space.now))
        done.append((subject, outcome, told))
        return after, f"Release {subject} {kind}"

    space.change_ledger(step)
    return done[-1]


def _release_document(told: Run) -> dict[str, object]:
    return {
        "schema": "launchwindow.release/1",
        "environment": told.environment,
        "window": str(told.window),
        "released": list(told.released),
        "withdrawn": list(told.withdrawn),
        "held": [{"id": request, "because": because} for request, because in told.held],
        "missed": False,
        "idp_digest": told.idp_digest,
    }
