"""The clock struck: take the window if one is open (`release`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.days import name
from launchwindow.events.answer import Answer
from launchwindow.events.recording import bring_up
from launchwindow.model.errors import LaunchwindowError
from launchwindow.model.ledger import Run, Seen
from launchwindow.model.named import NamedTuple
from launchwindow.release import release
from launchwindow.report.requests import overdue_notes, release_text
from launchwindow.report.visible import visible
from launchwindow.standing import missed, overdue

if TYPE_CHECKING:
    from launchwindow.events.workspace import Workspace
    from launchwindow.model.ledger import Ledger
    from launchwindow.model.policy import Policy
    from launchwindow.model.window import Window
    from launchwindow.release import Outcome


class _Taken(NamedTuple):
    """What one attempt at a window came to."""

    ledger: Ledger
    window: Window | None
    outcome: Outcome | None
    notes: tuple[str, ...]
    missed: bool


def release_window(space: Workspace, environment: str, by: str, *, dry_run: bool) -> Answer:
    """Take the window that is open now, once; outside one, say when the next opens."""
    attempts: list[_Taken] = []

    def step(ledger: Ledger) -> tuple[Ledger, str]:
        attempts.append(_take(space, ledger, environment, by))
        window = attempts[-1].window
        what = f"Deploy window {window.date} of {environment}" if window else f"Look at the windows of {environment}"
        return attempts[-1].ledger, what

    if dry_run:
        step(space.ledger())
    else:
        space.change_ledger(step)
    return _answer(space, environment, attempts[-1], dry_run=dry_run)


def _take(space: Workspace, ledger: Ledger, environment: str, by: str) -> _Taken:
    recorded = bring_up(space, ledger)
    ledger, policy = recorded.ledger, space.policy(recorded.tip)
    demands = policy.environments.get(environment)
    if demands is None or not demands.windows:
        known = ", ".join(one.name for one in policy.environments.values() if one.windows)
        raise LaunchwindowError(f"“{visible(environment, 40)}” has no deploy windows; those that have are {known}.")
    calendar = space.calendar(policy)
    ledger, gone_by = _note_missed(space, ledger, policy, environment, by)
    late = overdue_notes(overdue(ledger, calendar, space.now, environment))
    notes = [*late, *recorded.warnings, *gone_by]
    window = calendar.open_at(space.now)
    if window is None or (environment, window.date) in ledger.taken:
        if window is None:
            coming = calendar.after(space.now)
            notes.append(f"No deploy window is open now. The next is {name(coming.date)}, {coming.opens_at:%H:%M %Z}.")
        else:
            coming = calendar.next_from(window.date.fromordinal(window.date.toordinal() + 1))
            notes.append(
                f"The deploy window of {name(window.date)} was taken already; the next is {name(coming.date)}."
            )
        return _Taken(_expect(ledger, environment, coming), None, None, tuple(notes), bool(gone_by))
    outcome = release(ledger, demands, window.date, window.opens_at, space.judge(recorded.tip), space.now)
    coming = calendar.next_from(window.date.fromordinal(window.date.toordinal() + 1))
    ledger = _expect(outcome.ledger, environment, coming)
    run = Run(
        environment, window.date, space.now, by, False, tuple(one.id for one in outcome.released),
        tuple(one.id for one in outcome.withdrawn), tuple((one.request.id, one.because) for one in outcome.held),
        space.idp_digest(ledger, environment),
    )  # fmt: skip
    ledger = ledger._replace(
        runs=(*ledger.runs, run),
        taken=ledger.taken | {(environment, window.date)},
        seen=Seen(recorded.tip, space.now),
    )
    return _Taken(ledger, window, outcome._replace(ledger=ledger), tuple(notes), bool(gone_by))


def _expect(ledger: Ledger, environment: str, window: Window) -> Ledger:
    return ledger._replace(next_windows={**ledger.next_windows, environment: window.date})


def _note_missed(
    space: Workspace, ledger: Ledger, policy: Policy, environment: str, by: str
) -> tuple[Ledger, list[str]]:
    """The ledger with the window that went by untaken, if there is one, and what to say of it."""
    window = missed(ledger, space.calendar(policy), space.now, environment)
    if window is None:
        return ledger, []
    run = Run(environment, window.date, space.now, by, True, (), (), (), None)
    ledger = ledger._replace(runs=(*ledger.runs, run), taken=ledger.taken | {(environment, window.date)})
    note = (
        f"MISSED: the deploy window of {name(window.date)} went by and nobody ran `release`. "
        "What was due goes at the next window."
    )
    return ledger, [note]


def _answer(space: Workspace, environment: str, taken: _Taken, *, dry_run: bool) -> Answer:
    window = None if taken.window is None else taken.window.date
    released = () if taken.outcome is None else taken.outcome.released
    withdrawn = () if taken.outcome is None else taken.outcome.withdrawn
    held = [] if taken.outcome is None else [(one.request.id, one.because) for one in taken.outcome.held]
    document = {
        "schema": "launchwindow.release/1",
        "environment": environment,
        "window": str(window) if window else None,
        "released": [one.id for one in released],
        "withdrawn": [one.id for one in withdrawn],
        "held": [{"id": request, "because": because} for request, because in held],
        "missed": taken.missed,
        "idp_digest": space.idp_digest(taken.ledger, environment),
    }
    shown = name(window) if window else None
    text = release_text(
        environment, shown, released, withdrawn, held, taken.notes, dry_run=dry_run, remote=space.remote
    )
    failed = taken.outcome is not None and any(one.failed for one in taken.outcome.held)
    return Answer(text, document, 1 if failed or taken.missed else 0)
