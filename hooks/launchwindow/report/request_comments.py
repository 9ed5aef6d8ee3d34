"""The comments on a change request's issue: what happened, and what its requester has to do now."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from launchwindow.days import name
from launchwindow.report.markdown import copied, plain, prose, table
from launchwindow.report.request_issue import mention

if TYPE_CHECKING:
    from collections.abc import Sequence

    from launchwindow.standing import Standing

_REASON = 1500
"""Characters of a reason: those of reviews that do not count can be many."""


def said(standing: Standing) -> str:
    """The state that a comment tells, in the few words by which it is known to have been told."""
    if standing.state in ("scheduled", "deploying", "overdue", "deployed") and standing.window is not None:
        return f"{standing.state} {standing.window}"
    if standing.state == "held" and standing.request.hold is not None:
        # Held again, after it had gone on, is news.
        return f"held {standing.request.hold.at:%Y-%m-%d}"
    return standing.state


def comment(
    standing: Standing, before: str, *, endpoints: Sequence[tuple[str, str]] = (), rotation: str | None = None
) -> str:
    """What to tell of a state, in Markdown.

    `before` is what was told last, as `said` has it; `endpoints` and `rotation`, the certificate step that comes now,
    are for what was deployed.
    """
    request = standing.request
    told = {
        "scheduled": _moved if before.startswith("scheduled ") else _scheduled,
        "unapproved": _unapproved,
        "held": _held,
        "deploying": _deploying,
        "overdue": _overdue,
        "withdrawn": _withdrawn,
        "closed": _closed,
    }
    if standing.state == "deployed":
        text = _deployed(standing, endpoints, rotation)
    else:
        text = told[standing.state](standing, before)
    return f"{mention(request.requester)} {text}" if request.requester else text


def _reason(standing: Standing) -> str:
    because = standing.because
    return f"{prose(because[:1].upper() + because[1:], _REASON).rstrip('.')}."


def _day(day: date | None) -> str:
    return f"**{name(day)}**" if day is not None else "no deploy window yet"


def _scheduled(standing: Standing, _: str) -> str:
    if standing.window is None:
        return f"**Has no deploy window yet.** {_reason(standing)}"
    return (
        f"**Scheduled** for the deploy window of {_day(standing.window)}. {_reason(standing)}\n\n"
        "Nothing to do until then. Leave your app as it is: a comment here will say when it may change."
    )


def _moved(standing: Standing, before: str) -> str:
    return (
        f"**Moved** from {_day_before(before)} to {_day(standing.window)}. {_reason(standing)}\n\n"
        "Leave your app as it is until a comment here says that it may change."
    )


def _day_before(before: str) -> str:
    try:
        return name(date.fromisoformat(before.removeprefix("scheduled ")))
    except ValueError:
        # Somebody wrote into the mark.
        return "another day"


def _unapproved(standing: Standing, _: str) -> str:
    return f"**Waits for a review.** {_reason(standing)}\n\nNothing is deployed, and no notice runs, until then."


def _held(standing: Standing, _: str) -> str:
    return (
        f"**Held.** {_reason(standing)}\n\nIt goes at no deploy window until a deployer lets it go on: workflow "
        f"`operate`, lever `resume`, request {copied(standing.request.id)}."
    )


def _deploying(standing: Standing, _: str) -> str:
    return (
        f"**Deploying: change nothing yet.** {_reason(standing)}\n\nThe identity provider has it soon, but may not run "
        "it. Keep your app, and each key in use, as they are until the next comment."
    )


def _overdue(standing: Standing, _: str) -> str:
    return (
        f"**Overdue: change nothing yet.** {_reason(standing)}\n\nDeployers: see what the identity provider runs, then "
        "dispatch the workflow `confirm`; or `operate` with the lever `failed` to take the release back."
    )


def _withdrawn(standing: Standing, _: str) -> str:
    return f"**Withdrawn.** {_reason(standing)} Nothing of it will be deployed."


def _closed(standing: Standing, _: str) -> str:
    return f"**Approved.** {_reason(standing)} There is nothing to deploy."


def _deployed(standing: Standing, endpoints: Sequence[tuple[str, str]], rotation: str | None) -> str:
    where = standing.request.environment
    parts = [f"**Deployed.** The identity provider of {plain(where)} runs it. {_reason(standing)}"]
    if endpoints:
        rows = [(plain(what), copied(address)) for what, address in endpoints]
        parts.append(
            f"What to do now: let your app use these addresses, and try it.\n\n{table(('for', 'address'), rows)}"
        )
    if rotation is not None:
        parts.append(f"The certificates' next step: {plain(rotation, _REASON)}")
    if not endpoints and rotation is None:
        parts.append("There is nothing more to do.")
    return "\n\n".join(parts)
