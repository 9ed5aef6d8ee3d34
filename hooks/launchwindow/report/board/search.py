"""Search over all apps: the form, and the data that the script reads. Without the script, lists lead to each app."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from launchwindow.report.board.html import Html, el
from launchwindow.report.board.parts import STATES, is_soon
from launchwindow.report.board.places import APPS

if TYPE_CHECKING:
    from launchwindow.model.board import App, Board

_LETTERS = {
    "overdue": "o",
    "deploying": "d",
    "scheduled": "s",
    "waiting": "b",
    "unapproved": "u",
    "held": "h",
    "withdrawn": "w",
}
_SOON, ODD = "c", "n"
_MORE = {_SOON: "Certificate to change", ODD: "Needs a look"}


def search_form(board: Board, top: str, *, filters: bool = False) -> Html:
    """A form that leads to the list of apps. It is of use with the script alone, which shows it."""
    more = _filters(board) if filters else ()
    return el(
        "form",
        el("div", el("label", "Search apps by name, id or partner", for_="q"),
           el("input", type="search", id="q", name="q", autocomplete="off", maxlength=100), class_="field wide"),
        *more,
        el("button", "Search", type="submit"),
        action=f"{top}{APPS}", method="get", role="search", class_="search", hidden=True,
    )  # fmt: skip


def _filters(board: Board) -> tuple[Html, ...]:
    names = dict.fromkeys(one.environment for one in board.apps if one.id is not None)
    of_state = [(_LETTERS[one], STATES[one]) for one in _LETTERS] + list(_MORE.items())
    return (
        _select("environment", "Environment", [(one, one) for one in names], "All environments"),
        _select("state", "State", of_state, "Any state"),
    )


def _select(name: str, label: str, options: list[tuple[str, str]], every: str) -> Html:
    found = (el("option", words, value=value) for value, words in options)
    return el(
        "div", el("label", label, for_=name),
        el("select", el("option", every, value=""), *found, id=name, name=name), class_="field",
    )  # fmt: skip


def letters(board: Board, app: App) -> str:
    """What is told of an app in a list of search results, a letter each."""
    found = [_LETTERS[state] for state in dict.fromkeys(one.stands for one in app.pending) if state in _LETTERS]
    if any(is_soon(board, one) for one in app.certificates):
        found.append(_SOON)
    return "".join(found) + (ODD if app.notes else "")


def search_data(board: Board) -> bytes:
    """A script that holds every app: a page opened as a file can't fetch, but may have a script of its own.

    It is ASCII, and without anything that HTML would read, wherever somebody copies it to.
    """
    environments = list(dict.fromkeys(one.environment for one in board.apps))
    places = {name: number for number, name in enumerate(environments)}
    partners: dict[str, list[list[object]]] = {}
    for app in board.apps:
        if app.id is not None:
            row = [places[app.environment], app.id, app.name or "", letters(board, app)]
            partners.setdefault(app.partner, []).append(row)
    document = {
        "environments": environments,
        "words": {letter: STATES[state] for state, letter in _LETTERS.items()} | _MORE,
        "classes": {letter: state for state, letter in _LETTERS.items()} | {_SOON: "rotation", ODD: "odd"},
        "partners": [[one, board.partners.get(one) or "", rows] for one, rows in partners.items()],
    }
    plain = json.dumps(document, separators=(",", ":"), ensure_ascii=True)
    safe = plain.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return f'"use strict";\nconst launchwindowApps = {safe};\n'.encode("ascii")
