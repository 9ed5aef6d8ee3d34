"""Change requests for people: the plan of a pull request, what a merge recorded, what stands open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.report.changes import app_name, change_lines, count, paragraphs, when
from launchwindow.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from launchwindow.model.ledger import Deployed, Request
    from launchwindow.standing import Standing


def plan_text(standings: Sequence[Standing], warnings: Sequence[str] = ()) -> str:
    """What a pull request would ask for when it is merged today."""
    if not standings:
        return paragraphs([*_warned(warnings), "Nothing changes for the identity provider."])
    blocks = [_block(f"{one.request.environment}/{app_name(one.request.subject)}", one) for one in standings]
    total = f"{count(len(standings), 'change request')}, if it is approved and merged today."
    return paragraphs([*_warned(warnings), *blocks, total])


def request_text(merges: int, standings: Sequence[Standing], warnings: Sequence[str]) -> str:
    """What `request` recorded."""
    if not merges:
        return "Nothing new: the ledger knows every merge.\n"
    blocks = [_block(one.request.id, one) for one in standings]
    total = f"Recorded {count(merges, 'merge')}, {count(len(standings), 'change request')}."
    return paragraphs([*_warned(warnings), *blocks, total])


def _warned(warnings: Sequence[str]) -> list[str]:
    return ["\n".join(f"warning: {visible(warning)}" for warning in warnings)] if warnings else []


def _block(head: str, standing: Standing) -> str:
    lines = [head, *change_lines(standing)]
    if standing.state not in ("scheduled",) or standing.window is None:
        lines.append(f"  {standing.state}: {visible(standing.because, 300)}")
    else:
        lines.append(f"  → {when(standing)}")
    return "\n".join(lines)


def status_text(standings: Sequence[Standing], deployed: Sequence[Deployed], main: str) -> str:
    """Open requests by window, then what each environment has."""
    if not standings:
        return paragraphs([f"No open change request on {visible(main)}.", _deployed_text(deployed)])
    rows = [("State", "Window", "Change request", "Why")]
    for one in standings:
        window = str(one.window) if one.window else "—"
        rows.append((one.state, window, one.request.id, visible(one.because, 120)))
    return paragraphs([table(rows), _deployed_text(deployed)])


def _deployed_text(deployed: Sequence[Deployed]) -> str:
    if not deployed:
        return "Nothing is deployed yet."
    rows = [("Deployed", "Commit", "Window", "Confirmed")]
    for one in deployed:
        assert one.released is not None
        window = str(one.released.window) if one.released.window else "—"
        confirmed = f"{one.confirmed.confirmed_at:%Y-%m-%d}" if one.confirmed and one.confirmed.confirmed_at else "no"
        if one.released.confirmed_at is None:
            confirmed = "not yet"
        rows.append((one.subject, one.released.commit[:12], window, confirmed))
    return table(rows)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Columns under their heads, two blanks apart; the last column runs free."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    lines = (
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]) for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def release_text(
    environment: str, window: str | None, released: Sequence[Request], held: Sequence[tuple[str, str]],
    notes: Sequence[str], *, dry_run: bool,
) -> str:  # fmt: skip
    """What a window did."""
    blocks = ["\n".join(visible(note, 400) for note in notes)] if notes else []
    if window is not None:
        would = "would release" if dry_run else "released"
        head = f"{environment}, deploy window {window}: {would} {count(len(released), 'change request')}."
        lines = [head, *(f"  + {request.id}  {visible(request.title, 70)}" for request in released)]
        blocks.append("\n".join(lines))
    if held:
        blocks.append("\n".join(["Due, but not released:", *(f"  ! {one}: {visible(why, 300)}" for one, why in held)]))
    return paragraphs(blocks)
