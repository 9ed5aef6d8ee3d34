"""Main was rewritten, and it was meant (`adopt --rewrite`): the ledger goes on from a commit of the new history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.answer import Answer
from launchwindow.events.recording import (
    Policies,
    Recorded,
    merge_of,
    no_effect,
    policy_warning,
    without_windows,
)
from launchwindow.events.reviewing import Merged
from launchwindow.model.errors import NotPossible
from launchwindow.model.ledger import Seen
from launchwindow.record import record
from launchwindow.report.requests import rewritten_text
from launchwindow.rewritten import hold_again, known_commits, main_by_ledger, refuse_repeated, withdraw_vanished
from launchwindow.settle import settle
from launchwindow.standing import ended, in_conflict, standings

if TYPE_CHECKING:
    from launchwindow.events.workspace import Workspace
    from launchwindow.model.ledger import Ledger

    Again = dict[str, tuple[str, ...]]
    """Request that is held -> the vanished ones that were."""


def adopt_rewritten(space: Workspace, revision: str) -> Answer:
    """Withdraw what is no longer in the history of `revision`, and record all else up to it as one merge."""
    done: list[tuple[Recorded, Again]] = []

    def step(ledger: Ledger) -> tuple[Ledger, str]:
        done.append(_record(space, ledger, revision))
        after = done[-1][0].ledger
        return after, f"Go on from {after.seen.commit[:12]} of a rewritten {ledger.main}"

    space.change_ledger(step)
    return _answer(space, *done[-1])


def _record(space: Workspace, ledger: Ledger, revision: str) -> tuple[Recorded, Again]:
    space.require_history()
    tip = space.main_tip(ledger.main)
    commit = space.commit(revision)
    _refuse(space, ledger, commit, tip)
    policies = Policies(space, tip)
    before, known = ledger, ledger.merges
    ledger = withdraw_vanished(ledger, lambda one: space.git.is_ancestor(one, commit), space.now)
    vanished = [one.request for one in ledger.closed[len(before.closed) :]]
    # Of commits that git has lost nobody can say what they brought: all since the newest that is left counts as new.
    since = next((one for one in known_commits(before) if space.git.resolve(one) is not None), None)
    merge = merge_of(space, ledger, Merged(since, commit, None), policies, policies.main(commit))
    was = main_by_ledger(ledger)
    ledger, warnings = record(ledger, was, merge, policies.of(since or commit))
    refuse_repeated(before, ledger)
    ledger, again = hold_again(ledger, vanished, space.now)
    ledger = settle(ledger._replace(seen=Seen(commit, max(space.now, ledger.seen.at))), space.now)
    ledger, kept_back = without_windows(space, ledger, tip)
    final = [*ledger.requests.values(), *(one.request for one in ledger.closed)]
    new = tuple(sorted((one for one in final if one.order > known), key=lambda one: (one.order, one.id)))
    policy = policy_warning(space, since, commit) if since else []
    return Recorded(ledger, tip, 1, new, (*warnings, *policy, *no_effect(kept_back)), kept_back), again


def _refuse(space: Workspace, ledger: Ledger, commit: str, tip: str) -> None:
    seen, git = ledger.seen.commit, space.git
    if not git.is_ancestor(commit, tip):
        raise NotPossible(
            f"{commit[:12]} is not on {ledger.main}, whose tip is {tip[:12]}: name a commit of the new history."
        )
    if git.resolve(seen) is None:
        return
    if git.is_ancestor(seen, tip):
        raise NotPossible(
            f"{ledger.main} was not rewritten: it has {seen[:12]}, which the ledger last recorded. What came since is "
            "for `launchwindow request`."
        )
    common = git.merge_base(seen, tip)
    if common is not None and not git.is_ancestor(common, commit):
        raise NotPossible(
            f"{commit[:12]} is older than {common[:12]}, which {ledger.main} had before and still has: name that, or a "
            "later commit."
        )


def _answer(space: Workspace, recorded: Recorded, again: Again) -> Answer:
    ledger, policy = recorded.ledger, space.policy(recorded.tip)
    found = standings(ledger, policy, space.calendar(policy), space.judge(recorded.tip), space.now)
    standing = {one.request.id: one for one in in_conflict(found, recorded.kept_back)}
    closed = {one.request.id: one for one in ledger.closed}
    new = {one.id for one in recorded.new}
    shown = [standing.get(one.id) or ended(closed[one.id]) for one in recorded.new]
    withdrawn = sorted(
        (one.request for one in ledger.closed if one.state == "withdrawn" and one.request.id not in new),
        key=lambda one: one.id,
    )
    document = {
        "schema": "launchwindow.adopt/1",
        "main": ledger.main,
        "commit": ledger.seen.commit,
        "deployed": [],
        "requests": sorted(new),
        "withdrawn": [one.id for one in withdrawn],
    }
    text = rewritten_text(ledger.main, ledger.seen.commit, withdrawn, again, shown, recorded.warnings)
    return Answer(text, document)
