"""What a command came to -> the outputs `decision` and `reason-code`, for workflows to decide by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.action.inputs import LEVERS
from launchwindow.model.errors import NotPossible
from launchwindow.model.github import GitHubError
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from launchwindow.cli import Outcome


class Verdict(NamedTuple):
    """`decision` is one of `DECISIONS`, `reason` one of `REASONS`."""

    decision: str
    reason: str


DECISIONS = {
    "pass": "It is well, or was done.",
    "nothing": "There was nothing to do.",
    "blocked": "Something stands in the way, and somebody has to look.",
    "wrong-setup": "The workflow, or the repository's own files, are wrong.",
    "bug": "Launchwindow itself is wrong.",
}
REASONS = {
    "clean": ("pass", "`check` found nothing that blocks."),
    "findings": ("blocked", "`check` found what blocks a merge: each is an annotation, with what to do."),
    "planned": ("pass", "`plan` found change requests."),
    "no-changes": ("nothing", "`plan` found that nothing changes for the identity provider."),
    "no-comment": (
        "blocked",
        "`plan` could not write the comment: the log says why, and the summary has it.",
    ),
    "recorded": ("pass", "`request` recorded what was merged."),
    "unapproved": ("pass", "`request` recorded a merge that no review covers: it waits for a late `approve`."),
    "nothing-new": ("nothing", "`request` knew every merge already."),
    "released": ("pass", "`release` handed something over: seed the identity provider, then `confirm`."),
    "nothing-due": ("nothing", "`release` took the deploy window, and nothing was due."),
    "no-window": ("nothing", "No deploy window is open, or this one was taken already."),
    "held-back": ("blocked", "`release` could not take something that was due: the summary says why."),
    "window-missed": (
        "blocked",
        "A deploy window went by without a `release`: what was due goes at the next one.",
    ),
    "confirmed": ("pass", "`confirm` found that the identity provider runs what was handed over."),
    "not-confirmed": ("blocked", "`confirm` found differences: the summary names each app."),
    "in-line": ("pass", "`sync` brought the issues in line with the ledger."),
    "not-in-line": ("blocked", "`sync` could not finish: the next run goes on."),
    "sound": ("pass", "`doctor` found nothing that lets a change bypass the review."),
    "unsound": ("blocked", "`doctor` found something that does: the summary says how to mend it."),
    "done": ("pass", "A lever was pulled."),
    "refused": ("blocked", "What was asked for is understood and refused: the message names the way out."),
    "github-unavailable": ("blocked", "GitHub gave no answer, or refused one: run it again, or give the permission."),
    "wrong-setup": ("wrong-setup", "An input, the policy or the ledger is wrong: the message says which."),
    "bug": ("bug", "Please report it, with the message."),
}
"""Reason code -> its decision, and what it means."""


def verdict_of(command: str, outcome: Outcome) -> Verdict:
    """What a step came to."""
    reason = _of_error(outcome) if outcome.answer is None else _of_answer(command, outcome)
    return Verdict(REASONS[reason][0], reason)


def _of_error(outcome: Outcome) -> str:
    if isinstance(outcome.error, GitHubError):
        return "github-unavailable"
    if isinstance(outcome.error, NotPossible):
        return "refused"
    return "bug" if outcome.status == 3 else "wrong-setup"


def _of_answer(command: str, outcome: Outcome) -> str:
    assert outcome.answer is not None
    if command in LEVERS:
        return "done" if outcome.status == 0 else "held-back"
    return _OF[command](outcome.answer.document, outcome.status == 0)


def _plan(document: Mapping[str, object], well: bool) -> str:
    if not well:
        return "no-comment"
    return "planned" if document["change_requests"] else "no-changes"


def _request(document: Mapping[str, object], well: bool) -> str:
    del well
    requests = document["change_requests"]
    assert isinstance(requests, list)
    if any(one["state"] == "unapproved" for one in requests):
        return "unapproved"
    return "recorded" if document["merges"] else "nothing-new"


def _release(document: Mapping[str, object], well: bool) -> str:
    if not well:
        # A request that somebody holds is among the held ones, and blocks nothing.
        return "window-missed" if document["missed"] else "held-back"
    if document["window"] is None:
        return "no-window"
    return "released" if document["released"] else "nothing-due"


_OF: dict[str, Callable[[Mapping[str, object], bool], str]] = {
    "check": lambda _, well: "clean" if well else "findings",
    "plan": _plan,
    "request": _request,
    "release": _release,
    "confirm": lambda _, well: "confirmed" if well else "not-confirmed",
    "sync": lambda _, well: "in-line" if well else "not-in-line",
    "doctor": lambda _, well: "sound" if well else "unsound",
}
