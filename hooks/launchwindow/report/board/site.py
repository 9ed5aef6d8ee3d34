"""The whole site: path -> bytes, drawn one page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.report.board.app import app_page
from launchwindow.report.board.apps import apps_pages, partner_pages
from launchwindow.report.board.calendar import calendar_page
from launchwindow.report.board.certificates import certificate_pages
from launchwindow.report.board.frame import document
from launchwindow.report.board.overview import overview
from launchwindow.report.board.places import DATA
from launchwindow.report.board.queue import queue_pages
from launchwindow.report.board.search import search_data
from launchwindow.report.board.window import window_pages

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from launchwindow.model.board import Board
    from launchwindow.report.board.frame import Page


def site(board: Board, calendars: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Every page and the search's data; `calendars` names the partners that have a calendar of their own."""
    for page in _pages(board, calendars):
        yield page.path, document(board, page)
    yield DATA, search_data(board)


def _pages(board: Board, calendars: Collection[str]) -> Iterator[Page]:
    yield overview(board)
    yield calendar_page(board)
    yield from window_pages(board)
    yield from queue_pages(board)
    yield from apps_pages(board)
    yield from partner_pages(board, calendars)
    yield from certificate_pages(board)
    for app in board.apps:
        if app.id is not None:
            yield app_page(board, app)
