"""What `board` says that it did, for people and as the document `launchwindow.board/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.ledger_values import rfc3339
from launchwindow.model.named import NamedTuple
from launchwindow.report.changes import count
from launchwindow.report.visible import sentence, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from launchwindow.model.board import Board


class Drawn(NamedTuple):
    """What was drawn and written."""

    folder: str
    first: str
    """The path of the page to open."""
    pages: int
    calendars: int
    size: int
    """Bytes of all files."""
    written: int
    removed: int
    left: Sequence[str]
    """Files that are not the board's any more, and that stay because somebody changed them."""


def board_text(board: Board, drawn: Drawn) -> str:
    """What was drawn, from what, and what changed in the folder."""
    apps = sum(app.id is not None for app in board.apps)
    lines = [
        f"{drawn.first}: {count(drawn.pages, 'page')} of {count(apps, 'app')}, "
        f"{count(len(board.pending), 'open change request')}; {count(drawn.calendars, 'calendar')}.",
        f"From {visible(board.main)} at {board.commit[:12]} and the ledger at {board.ledger[:12]}: "
        f"{count(drawn.written, 'file')} written, {drawn.removed} removed.",
    ]
    lines += [f"Left as it is, for somebody changed it: {visible(one)}" for one in drawn.left]
    return "".join(f"{line}\n" for line in (lines[0], *(sentence(one, "", 1000) for one in lines[1:])))


def board_json(board: Board, drawn: Drawn) -> dict[str, object]:
    """The document."""
    return {
        "schema": "launchwindow.board/1",
        "now": rfc3339(board.now),
        "folder": drawn.folder,
        "first": drawn.first,
        "main": board.main,
        "commit": board.commit,
        "ledger": board.ledger,
        "apps": sum(app.id is not None for app in board.apps),
        "requests": len(board.pending),
        "pages": drawn.pages,
        "calendars": drawn.calendars,
        "bytes": drawn.size,
        "written": drawn.written,
        "removed": drawn.removed,
        "left": list(drawn.left),
    }
