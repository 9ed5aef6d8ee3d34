"""A rollback for people: where it was prepared, what it holds, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.report.changes import count, paragraphs
from launchwindow.report.visible import sentence, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from zoneinfo import ZoneInfo

    from launchwindow.model.ledger import Deployed, Request
    from launchwindow.rollback import Prospect


def prepared_text(
    subject: str, origin: str, branch: str, held: Sequence[Request], shared: Sequence[str], expected: Prospect, *,
    unconfirmed: bool, remote: str | None,
) -> str:  # fmt: skip
    """What was prepared, and the way from there to the identity provider."""
    where = f"the branch {branch}{f' of {remote}' if remote else ''}"
    blocks = [f"{visible(subject)}: as it was at {origin[:12]}, on {where}."]
    lines = [f"  ! {one.id}  {visible(one.title, 60)}".rstrip() for one in held]
    if held:
        blocks.append("\n".join([f"Held until that is merged ({count(len(held), 'change request')}):", *lines]))
    if shared:
        told = "These name a file that changes with it, so that it changes for them as well:"
        blocks.append("\n".join([told, *(f"  ~ {one}" for one in shared)]))
    blocks.append("\n".join(sentence(step, "") for step in _steps(subject, branch, expected, unconfirmed=unconfirmed)))
    return paragraphs(blocks)


def _steps(subject: str, branch: str, expected: Prospect, *, unconfirmed: bool) -> Iterator[str]:
    if expected.at_once:
        yield f"Next: open a pull request from {branch} to main, and merge it: it takes effect at once."
    else:
        yield f"Next: open a pull request from {branch} to main, have it reviewed by somebody else, and merge it."
        yield _when(expected.notice)
    for agreement in expected.coordination:
        yield f"Before it can go: {agreement}"
    if unconfirmed:
        yield (
            "What is released was not confirmed: if it never came to run, `launchwindow confirm --failed` takes it "
            "back at once."
        )
    yield (
        "Until exactly this is merged nothing else of the app goes live, also what is merged meanwhile; `launchwindow "
        f"rollback {visible(subject)} --cancel --by EMAIL --reason TEXT` ends that."
    )


def _when(notice: int) -> str:
    if notice > 0:
        return (
            f"It has {count(notice, 'day')} of notice, for not all of it ran within the last 30 days; `short-notice` "
            "or `off-cycle` lets it go sooner."
        )
    return (
        "It needs no notice, for all of it ran within the last 30 days: the next deploy window takes it, or "
        "`off-cycle` at once."
    )


def cancelled_text(subject: str, freed: Sequence[Request]) -> str:
    """Which requests go on."""
    lines = [
        f"{visible(subject)}: the rollback is cancelled; {count(len(freed), 'change request')} "
        f"{'goes' if len(freed) == 1 else 'go'} on."
    ]
    return "\n".join([*lines, *(f"  + {one.id}  {visible(one.title, 60)}".rstrip() for one in freed)]) + "\n"


def standing_text(deployed: Iterable[Deployed], zone: ZoneInfo) -> str:
    """A note for each app that is being rolled back: since when nothing else of it goes, and what ends that."""
    lines = (
        f"{one.subject}: rolled back since {one.rollback.at.astimezone(zone):%Y-%m-%d %H:%M %Z} by {one.rollback.by}: "
        f"{one.rollback.reason.rstrip('.')}. Nothing else of it goes live until {one.rollback.branch} is merged, or "
        f"`launchwindow rollback {one.subject} --cancel --by EMAIL --reason TEXT`."
        for one in deployed if one.rollback is not None
    )  # fmt: skip
    text = "".join(sentence(line, "") + "\n" for line in lines)
    return f"{text}\n" if text else ""
