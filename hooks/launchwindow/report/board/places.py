"""Where each page of the board is, beneath the folder that it is written to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

INDEX, CALENDAR, QUEUE, APPS, CERTIFICATES = (
    "index.html", "calendar.html", "queue.html", "apps.html", "certificates.html",
)  # fmt: skip
STYLE, SCRIPT, ICON, DATA = "assets/board.css", "assets/board.js", "assets/icon.svg", "assets/apps.js"
EVERYBODYS = "calendars/all.ics"


def window_page(day: date) -> str:
    """The deployer's page of a day."""
    return f"windows/{day}.html"


def state_page(state: str) -> str:
    """The requests that stand alike, and that no window takes."""
    return f"queue/{state}.html"


def partner_page(partner: str) -> str:
    """A partner's page, with its records."""
    return f"partners/{partner}.html"


def subject_page(subject: str) -> str:
    """An app's page; a partner's record is on the partner's."""
    return f"apps/{subject}.html" if subject.count("/") > 1 else partner_page(subject.partition("/")[2])


def partner_calendar(partner: str) -> str:
    """A partner's calendar."""
    return f"calendars/partners/{partner}.ics"


def numbered(path: str, page: int) -> str:
    """The path of one of several pages of a list; the first keeps the list's own.

    The others are apart from all first ones: a partner may be called `exa.html`, as another one's page is.
    """
    return path if page == 1 else f"more/{path.removesuffix('.html')}/page-{page}.html"


def up(path: str) -> str:
    """The way from a page to the top."""
    return "../" * path.count("/")
