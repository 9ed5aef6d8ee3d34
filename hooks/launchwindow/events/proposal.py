"""The merge that a branch would be, as it would be recorded now: read as far as it can concern anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.days import look_up_ahead
from launchwindow.events.course import Course
from launchwindow.events.overlay import Overlay
from launchwindow.events.recording import bring_up
from launchwindow.io.two import ahead
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from launchwindow.events.course import Step
    from launchwindow.events.workspace import Workspace
    from launchwindow.model.ledger import Ledger
    from launchwindow.model.policy import Policy
    from launchwindow.standing import Standing


class Proposal(NamedTuple):
    """A merge that was not made, and what it would be recorded in."""

    overlay: Overlay
    """Main as it would be."""
    ledger: Ledger
    """With every merge of main in it, and at least all that this one can concern."""
    step: Step
    whole: Callable[[], Ledger]
    """All of the ledger. Where there is none yet, that is all of the base, as if it were deployed."""
    assumed: bool
    """Whether there is no ledger yet."""


class Planned(NamedTuple):
    """What `plan` found."""

    overlay: Overlay
    """Main as it would be after the merge."""
    before: Callable[[], Ledger]
    """The ledger, with every merge of main in it."""
    standings: Sequence[Standing]
    warnings: tuple[str, ...]


def propose(space: Workspace, base: str, head: str) -> Proposal:
    """The merge of commit `head`: into main as the ledger knows it, without a ledger into `base`."""
    _, ledger = space.read_ledger()
    if ledger is None:
        from launchwindow.events.as_deployed import AsDeployed

        # First of all: it judges whatever is read.
        policy = space.policy(base)
        overlay = Overlay(space, base, head)
        _look_ahead(space, policy, overlay)
        there = AsDeployed(space, overlay)
        step = Course(space, there.part, there.known()).propose(overlay, policy)
        step = step._replace(part=step.part._replace(hosts=there.hosts(step)))
        return Proposal(overlay, there.part, step, there.whole, assumed=True)
    space.facts.load_ahead()
    recorded = bring_up(space, ledger, only_look=True)
    overlay, policy = Overlay(space, recorded.tip, head), space.policy(recorded.tip)
    _look_ahead(space, policy, overlay)
    step = Course(space, recorded.ledger).propose(overlay, policy)
    return Proposal(overlay, recorded.ledger, step, lambda: recorded.ledger, assumed=False)


def _look_ahead(space: Workspace, policy: Policy, overlay: Overlay) -> None:
    """Have the holidays looked up that windows depend on: what knows them takes long to import.

    Meanwhile all apps are looked at here, or git searches them.
    """
    if overlay.changes:
        year, windows = space.now.year, policy.windows
        look_up_ahead(windows.holiday_country, windows.holiday_category, (year, year + 1), ahead)
