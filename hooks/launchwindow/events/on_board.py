"""Somebody wants to look at all of it in a browser (`board`): a folder of pages, as main and the ledger are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.agendas import Agendas
from launchwindow.events.answer import Answer
from launchwindow.events.board_facts import Looking
from launchwindow.events.recording import bring_up
from launchwindow.events.workspace import no_ledger
from launchwindow.io.place import keep_out_of_git
from launchwindow.io.resources import assets
from launchwindow.io.site import Site
from launchwindow.report.board.document import Drawn, board_json, board_text
from launchwindow.report.board.places import EVERYBODYS, INDEX, partner_calendar
from launchwindow.report.board.site import site
from launchwindow.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from launchwindow.events.board_facts import Facts
    from launchwindow.events.workspace import Workspace


PARTS = ("the ledger", "requests, certificates and what is over", "calendars", "pages", "files")
"""What is done one after the other, for whoever waits."""


def board(space: Workspace, folder: Path) -> Answer:
    """Draw the board into `folder`.

    Raises `NotPossible`, with the folder as it was, when it holds anything that is in the way and not the board's.
    """
    keep_out_of_git(folder)
    space.step(0, len(PARTS))
    stored, ledger = space.read_ledger()
    if ledger is None:
        raise no_ledger()
    into = Site(folder)
    space.step(1, len(PARTS))
    recorded = bring_up(space, ledger, only_look=True)
    facts = Looking(space, stored, recorded).facts()
    space.step(2, len(PARTS))
    agendas = Agendas(space, stored, recorded, facts.windows)
    calendars = dict(_calendars(facts, agendas, into))
    space.step(3, len(PARTS))
    pages = dict(site(facts.board, facts.partners))
    files = {**pages, **calendars, **{f"assets/{name}": data for name, data in assets("board").items()}}
    space.step(4, len(PARTS))
    done = into.replace(files)
    shown = visible(str(folder), 1000)
    drawn = Drawn(
        folder=str(folder),
        first=f"{shown.rstrip('/')}/{INDEX}",
        pages=sum(path.endswith(".html") for path in pages),
        calendars=len(calendars),
        size=sum(map(len, files.values())),
        written=done.written,
        removed=done.removed,
        left=done.left,
    )
    return Answer(board_text(facts.board, drawn), board_json(facts.board, drawn))


def _calendars(facts: Facts, agendas: Agendas, into: Site) -> Iterator[tuple[str, bytes]]:
    """Everybody's, and each partner's, each as the next revision of the one that is there."""
    path = EVERYBODYS
    yield path, agendas.next(into.read(path), path, None, facts.standings, facts.certificates).data
    for partner in facts.partners:
        path = partner_calendar(partner)
        standings = [one for one in facts.standings if one.request.subject.split("/")[1] == partner]
        certificates = [one for one in facts.certificates if one.app_id.split("/")[1] == partner]
        yield path, agendas.next(into.read(path), path, partner, standings, certificates).data
