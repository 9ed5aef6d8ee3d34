"""Change requests for people: the plan of a pull request, what a merge recorded, what stands open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.days import name
from launchwindow.report.changes import app_name, change_lines, count, paragraphs
from launchwindow.report.visible import sentence, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from launchwindow.model.ledger import Request, Run
    from launchwindow.standing import Standing

TOLD = 3
"""Overdue requests that a release names."""


def plan_text(standings: Sequence[Standing], warnings: Sequence[str] = ()) -> str:
    """What a pull request would ask for when it is merged today."""
    if not standings:
        return paragraphs([*_warned(warnings), "Nothing changes for the identity provider."])
    blocks = [block(f"{one.request.environment}/{app_name(one.request.subject)}", one) for one in standings]
    total = f"{count(len(standings), 'change request')}, if this is approved and merged today."
    return paragraphs([*_warned(warnings), *blocks, total])


def request_text(merges: int, standings: Sequence[Standing], warnings: Sequence[str]) -> str:
    """What `request` recorded."""
    if not merges:
        return "Nothing new: the ledger knows every merge.\n"
    blocks = [block(one.request.id, one) for one in standings]
    total = f"Recorded {count(merges, 'merge')}, {count(len(standings), 'change request')}."
    return paragraphs([*_warned(warnings), *blocks, total])


def rewritten_text(
    main: str, commit: str, withdrawn: Sequence[Request], again: Mapping[str, Sequence[str]],
    standings: Sequence[Standing], warnings: Sequence[str],
) -> str:  # fmt: skip
    """What vanished with a rewritten main, what is held as it was (`again`), and what the rest of it asks for."""
    blocks = [block(one.request.id, one) for one in standings]
    if again:
        lines = [sentence(f"{new}, as {' and '.join(old)}", "  ! ") for new, old in again.items()]
        blocks.insert(0, "\n".join(["Held until `resume`, for what vanished was held:", *lines]))
    if withdrawn:
        lines = [f"  - {one.id}  {visible(one.title, 60)}".rstrip() for one in withdrawn]
        blocks.insert(0, "\n".join([f"Withdrawn, for {visible(main)} no longer has them:", *lines]))
    total = (
        f"The ledger goes on at {commit[:12]}; all that is new until there is one merge, "
        f"{count(len(standings), 'change request')}. What came later is for `launchwindow request`."
    )
    return paragraphs([*_warned(warnings), *blocks, sentence(total, "")])


def _warned(warnings: Sequence[str]) -> list[str]:
    return ["\n".join(sentence(warning, "warning: ") for warning in warnings)] if warnings else []


def block(head: str, standing: Standing) -> str:
    """One request: what it changes, and where it stands."""
    return "\n".join([head, *change_lines(standing), sentence(stands(standing), "  → ")])


def stands(standing: Standing) -> str:
    """Where a request stands, and why, in one sentence: its window is what people look for."""
    if standing.state == "scheduled":
        window = f"deploy window {name(standing.window)}: " if standing.window is not None else ""
        return f"{window}{standing.because}"
    said = standing.because.startswith(standing.state)
    return standing.because if said else f"{standing.state}: {standing.because}"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Columns under their heads, two blanks apart; the last column runs free."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    lines = (
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]) for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def release_text(
    environment: str, window: str | None, released: Sequence[Request], withdrawn: Sequence[Request],
    held: Sequence[tuple[str, str]], notes: Sequence[str], *, dry_run: bool, remote: str | None = None,
) -> str:  # fmt: skip
    """What a window did, and where its files are: with a remote, git knows the ledger by that name alone."""
    blocks = ["\n".join(sentence(note, "") for note in notes)] if notes else []
    if window is not None:
        blocks.append("\n".join(_released_lines(environment, window, released, dry_run=dry_run)))
    if withdrawn:
        lines = [f"  - {one.id}  {visible(one.title, 60)}".rstrip() for one in withdrawn]
        blocks.append("\n".join(["Withdrawn, for main asks for none of it any more:", *lines]))
    if held:
        lines = [f"  ! {one}\n{sentence(why, '      ')}" for one, why in held]
        blocks.append("\n".join(["Due, but not released:", *lines]))
    if released and not dry_run:
        blocks.append(_hand_over_text(environment, remote))
    return paragraphs(blocks)


def overdue_notes(late: Sequence[Standing]) -> list[str]:
    """A loud note for what nobody has confirmed in time, oldest first; more than a few are counted."""
    if not late:
        return []
    waits = "waits" if len(late) == 1 else "wait"
    more = [f"  and {len(late) - TOLD} more: see `launchwindow status`"] if len(late) > TOLD else []
    return [
        f"OVERDUE: {count(len(late), 'change request')} {waits} for a confirmation that was due. See whether the "
        "identity provider runs this, then `launchwindow confirm`; `confirm --failed` takes it back.",
        *(f"  ! {one.request.id}  since {one.window}" for one in late[:TOLD]),
        *more,
    ]


def own_run_text(
    subject: str, run: Run, released: Sequence[Request], withdrawn: Sequence[Request], remote: str | None
) -> str:
    """What a release outside of the windows did."""
    lines = [
        f"{visible(subject)}, {run.kind} on {name(run.window)}: released {count(len(released), 'change request')}."
    ]
    lines += [f"  + {one.id}  {visible(one.title, 60)}".rstrip() for one in released]
    blocks = ["\n".join(lines)]
    if withdrawn:
        blocks.append(
            "\n".join(["Withdrawn, for main asks for none of it any more:", *(f"  - {one.id}" for one in withdrawn)])
        )
    return paragraphs([*blocks, _hand_over_text(run.environment, remote)])


def taken_back_text(environment: str, held: Sequence[Request], remote: str | None) -> str:
    """What a failed release leaves: the files as they were, and requests that wait for somebody."""
    lines = [f"{environment}: the release is taken back; {count(len(held), 'change request')} held until `resume`."]
    lines += [f"  ! {one.id}  {visible(one.title, 60)}".rstrip() for one in held]
    after = f"Next: seed the identity provider with what ran before:\n  {_files_of(environment, remote)}"
    return paragraphs(["\n".join(lines), after])


def _hand_over_text(environment: str, remote: str | None) -> str:
    return (
        "Next: seed the identity provider with these, then run `launchwindow confirm`:\n"
        f"  {_files_of(environment, remote)}"
    )


def _files_of(environment: str, remote: str | None) -> str:
    """The command line that gets an environment's files: the branch by its whole name, for git prefers a tag to it."""
    branches = f"refs/remotes/{remote}" if remote else "refs/heads"
    return f"git archive {branches}/launchwindow-ledger:idp/{environment} | tar -x -C FOLDER"


def _released_lines(environment: str, window: str, released: Sequence[Request], *, dry_run: bool) -> Iterator[str]:
    if not released:
        yield f"{environment}, deploy window {window}: nothing is due."
        return
    would = "would release" if dry_run else "released"
    yield f"{environment}, deploy window {window}: {would} {count(len(released), 'change request')}."
    yield from (f"  + {request.id}  {visible(request.title, 60)}".rstrip() for request in released)
