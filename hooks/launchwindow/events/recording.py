"""Bringing the ledger up to main: every merge that it does not know yet, and what sandbox takes at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from launchwindow.events.course import Course
from launchwindow.events.reviewing import Merged, by_pull_request, reviewed_on_github
from launchwindow.events.workspace import refuse_an_earlier_clock
from launchwindow.merges import main_of
from launchwindow.model.errors import NotPossible, PolicyError
from launchwindow.model.ledger import Person, Seen
from launchwindow.model.merge import Main, Merge
from launchwindow.model.named import NamedTuple
from launchwindow.record import record
from launchwindow.records import read_ahead, touched
from launchwindow.settle import settle
from launchwindow.trailers import approvals_in, authors_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from launchwindow.events.workspace import Workspace
    from launchwindow.io.git import Commit
    from launchwindow.model.ledger import Ledger, Request
    from launchwindow.model.policy import Policy
    from launchwindow.release import Held


class Recorded(NamedTuple):
    """The ledger at main's tip, and what was learned on the way."""

    ledger: Ledger
    tip: str
    merges: int
    """How many merges were new."""
    new: tuple[Request, ...]
    """The requests that they became, those already closed among them."""
    warnings: tuple[str, ...]
    kept_back: tuple[Held, ...]
    """What environments without windows could not take."""


def bring_up(space: Workspace, ledger: Ledger, *, only_look: bool = False) -> Recorded:
    """Record every merge since the last, then release what environments without windows take.

    Raises `NotPossible` when main was rewritten, or when reviews are on GitHub and nobody named it, unless what is
    recorded is `only_look`ed at; `LedgerError` when the clock is behind the ledger, `PolicyError` when main's policy is
    wrong: nothing is recorded then.
    """
    space.require_history()
    ledger = reviewed_where(space, ledger, only_look=only_look)
    tip = space.main_tip(ledger.main)
    refuse_an_earlier_clock(space.now, ledger.seen.at)
    policies = Policies(space, tip)
    merges = _by_pull_request(space, ledger, _merges(space, ledger, tip))
    known = ledger.merges
    warnings: list[str] = []
    if merges:
        ledger, warnings = _record_all(space, ledger, merges, policies)
        ledger = settle(ledger, space.now)
    if merges or _day(space, ledger.seen.at, tip) < _day(space, space.now, tip):
        # Also where nothing is new, once a day: what comes later can't say that it was merged before.
        ledger = ledger._replace(seen=Seen(tip, max(space.now, ledger.seen.at)))
    ledger, kept_back = without_windows(space, ledger, tip)
    warnings += no_effect(kept_back)
    open_now = [ledger.requests[key] for key in touched(ledger.requests) & ledger.requests.keys()]
    final = [*open_now, *(one.request for one in ledger.closed)]
    new = tuple(sorted((one for one in final if one.order > known), key=lambda one: (one.order, one.id)))
    return Recorded(ledger, tip, len(merges), new, tuple(warnings), kept_back)


def _day(space: Workspace, moment: datetime, tip: str) -> date:
    return moment.astimezone(space.policy(tip).timezone).date()


def _record_all(space: Workspace, ledger: Ledger, merges: list[Merged], policies: Policies) -> tuple[Ledger, list[str]]:
    """The ledger with these merges, each of which is read as far as it can concern anything; and warnings."""
    warnings: list[str] = []
    course = Course(space, ledger)
    for merged in merges:
        since, last = merged.since or ledger.seen.commit, merged.last
        policy = policies.of(since)
        step = course.take(since, last, policy)
        merge = merge_of(space, ledger, merged, policies, step.after)
        ledger, found = record(ledger, step.before, merge, policy, step.part)
        course.recorded(step, ledger)
        warnings += [*found, *(policy_changed(last) if step.changes_policy else [])]
    course.ends(merges[-1].last)
    return ledger, warnings


class Policies:
    """Main's policy at each commit; where it can't be read, the one that was in force until then.

    A policy that somebody broke stops everything while it is main's newest. Once it is mended, the merges in between
    must not stay lost.
    """

    def __init__(self, space: Workspace, tip: str) -> None:
        self._space = space
        # Read first: when the newest is wrong, its problems are what has to be told.
        self._last = space.policy(tip)

    def of(self, commit: str) -> Policy:
        """Asked for in the order of history."""
        try:
            self._last = self._space.policy(commit)
        except PolicyError:
            # The one before it stays in force.
            return self._last
        return self._last

    def main(self, commit: str) -> Main:
        """Main at a commit, which is the one that was asked about last or the next."""
        return main_of(commit, self._space.corpus(commit, otherwise=self._last))


def reviewed_where(space: Workspace, ledger: Ledger, *, only_look: bool) -> Ledger:
    """The ledger with the repository on GitHub where reviews are read, which nobody can leave out again."""
    named = space.github.repository if space.github is not None else None
    if ledger.github is None:
        return ledger._replace(github=named)
    if named is None and not only_look:
        raise NotPossible(
            f"Reviews are read from {ledger.github} on GitHub: name it with --github {ledger.github}, and put a token "
            "into GITHUB_TOKEN."
        )
    if named is not None and named.lower() != ledger.github.lower():
        raise NotPossible(
            f"This ledger's reviews come from {ledger.github}, not from {named}. Name that one, also after the "
            "repository was renamed: GitHub still knows it by the old name."
        )
    return ledger


def _by_pull_request(space: Workspace, ledger: Ledger, merges: list[tuple[str, str]]) -> list[Merged]:
    """Merges as GitHub knows them; where it is not asked, and for all that came in by the side, as git has them."""
    by_the_side = len(merges) == 1 and space.git.log("-1", merges[0][1])[0].parents[:1] != (merges[0][0],)
    if space.hub is None or by_the_side:
        return [Merged(since, last, None) for since, last in merges]
    return by_pull_request(space.hub, ledger.main, merges)


def _merges(space: Workspace, ledger: Ledger, tip: str) -> list[tuple[str, str]]:
    """(main before, the merge's last commit) of every merge that the ledger does not know, oldest first."""
    seen = ledger.seen.commit
    if tip == seen:
        return []
    if space.git.resolve(seen) is None or not space.git.is_ancestor(seen, tip):
        raise NotPossible(
            f"{ledger.main} was rewritten: the ledger last recorded {seen[:12]}, which is no ancestor of its tip "
            f"{tip[:12]}. Nothing was recorded. Put {seen[:12]} back into the history of {ledger.main} if it was "
            "rewritten by mistake; or, when it was meant, `launchwindow adopt --rewrite REV`."
        )
    commits = space.git.run("rev-list", "--first-parent", "--reverse", tip, f"^{seen}").decode().split()
    parent = space.git.log("-1", commits[0])[0].parents
    if not parent or parent[0] != seen:
        # The last recorded commit came in by the side: all since is one merge.
        return [(seen, tip)]
    return list(zip([seen, *commits[:-1]], commits, strict=True))


def first_merge(space: Workspace, ledger: Ledger, tip: str) -> Recorded:
    """Where nothing is deployed: main as it is now is one merge, of all that its history brought."""
    policies = Policies(space, tip)
    merge = merge_of(space, ledger, Merged(None, tip, None), policies, policies.main(tip))
    ledger, warnings = record(ledger, Main("", {}, {}, frozenset()), merge, space.policy(tip))
    return Recorded(ledger, tip, 1, tuple(ledger.requests.values()), warnings, ())


def merge_of(space: Workspace, ledger: Ledger, merged: Merged, policies: Policies, main: Main) -> Merge:
    """All that one merge brought, which left `main`."""
    since, last, _ = merged
    # Where main was set back to an older commit nothing is new but that it is the newest again.
    brought = space.git.log(f"{since}..{last}" if since else last) or space.git.log("-1", last)
    commit = brought[0] if brought[0].id == last else space.git.log("-1", last)[0]
    policy = policies.of(since or last)
    # A commit may say any time: it counts as neither before the ledger last saw main without it, nor after now.
    earliest, latest = (int(moment.timestamp()) for moment in (min(ledger.seen.at, space.now), space.now))
    merged_at = datetime.fromtimestamp(min(max(commit.committed, earliest), latest), UTC)
    authors = authors_of((Person(one.author_name, one.author_email), one.message)
                         for one in brought if _brings_content(space, one, last))  # fmt: skip
    day, needed = merged_at.astimezone(policy.timezone).date(), policy.review.approvals
    if ledger.github is None:
        approvals = approvals_in(commit.message, merged_at, authors, policy)
        return Merge(main, merged_at, commit.subject, authors, approvals, needed, day)
    merge = Merge(main, merged_at, commit.subject, authors, (), needed, day)
    return reviewed_on_github(space, merge, merged, policy)


def _brings_content(space: Workspace, commit: Commit, last: str) -> bool:
    """Who presses the merge button wrote none of it, unless the merge itself changes something."""
    is_the_merge = commit.id == last and len(commit.parents) > 1
    return not is_the_merge or space.git.changed_in_merge(commit.id, *commit.parents)


def policy_warning(space: Workspace, before: str, after: str) -> list[str]:
    """No change request shows a new policy, and main's is in force at once: whoever looks must be told."""
    old, new = (space.git.snapshot(one, "policy.yaml").entries.get("policy.yaml") for one in (before, after))
    if old == new:
        return []
    return policy_changed(after)


def policy_changed(commit: str) -> list[str]:
    """What to say of a merge that changes the policy."""
    return [f"policy.yaml changes with {commit[:12]}: what it says is in force for every app as soon as it is on main."]


def no_effect(kept_back: Sequence[Held]) -> list[str]:
    """What to say of changes that an environment without windows could not take."""
    return [f"{one.request.id} takes no effect: {one.because}" for one in kept_back]


def without_windows(space: Workspace, ledger: Ledger, tip: str) -> tuple[Ledger, tuple[Held, ...]]:
    """What environments without windows take, at once and by themselves; and whose change conflicts with another's."""
    kept_back: list[Held] = []
    policy = space.policy(tip)
    judge = space.judge(tip)
    for environment in policy.environments.values():
        if not environment.windows and _waits(ledger, environment.name):
            # Imported only where something waits: most of the time, nothing does.
            from launchwindow.release import release

            day = space.now.astimezone(policy.timezone).date()
            outcome = release(ledger, environment, day, None, judge, space.now)
            ledger = outcome.ledger
            kept_back += [one for one in outcome.held if one.failed]
    return ledger, tuple(kept_back)


def _waits(ledger: Ledger, environment: str) -> bool:
    """Whether an open request of an environment was not handed over yet."""
    read_ahead(ledger.requests, environment)
    keys = [key for key in ledger.requests if key.startswith(f"{environment}/")]
    return any(ledger.requests[key].released is None for key in keys)
