"""What several pages are made of: tags, requests, tables, and lists that are cut into pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from launchwindow.days import shift
from launchwindow.report.board.html import Html, el, join
from launchwindow.report.board.places import numbered, subject_page, up, window_page
from launchwindow.report.board.words import on, prose
from launchwindow.report.changes import app_name, count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from launchwindow.model.board import App, Board, Held, Pending
    from launchwindow.report.board.html import Child

T = TypeVar("T")

REQUESTS, ROWS = 100, 200
"""What a page holds of a list of requests, and of a table."""
SOON = 60
"""Days before the last day to begin a rotation from which on it is told."""
STATES = {
    "overdue": "Overdue",
    "deploying": "Waits for confirmation",
    "scheduled": "Scheduled",
    "waiting": "Without a window",
    "unapproved": "Waits for a review",
    "held": "Held",
    "withdrawn": "Withdrawn",
    "deployed": "Deployed",
    "closed": "Closed",
}
"""State -> what people read."""


def tag(state: str) -> Html:
    """A state as a tag; the words tell it, the colour only helps."""
    return el("span", STATES[state], class_=f"tag {state}")


def sheets(path: str, items: Sequence[T], size: int) -> Iterator[tuple[str, int, int, Sequence[T]]]:
    """(path, number, number of pages, items) of each page of a list; one with nothing where it is empty."""
    of = max(1, -(-len(items) // size))
    for number in range(1, of + 1):
        yield numbered(path, number), number, of, items[(number - 1) * size : number * size]


def pager(path: str, number: int, of: int) -> Html | None:
    """The ways to a list's other pages; `path` is the first one's."""
    if of == 1:
        return None
    top = up(numbered(path, number))
    near = sorted({1, of, *(one for one in range(number - 1, number + 2) if 1 <= one <= of)})
    links: list[Child] = []
    if number > 1:
        links.append(el("li", el("a", "Previous", href=f"{top}{numbered(path, number - 1)}", rel="prev")))
    last = 0
    for one in near:
        if one > last + 1:
            links.append(el("li", "…", role="presentation"))
        last = one
        links.append(
            el("li", el("a", el("span", "Page ", class_="unseen"), str(one), href=f"{top}{numbered(path, one)}",
                        aria_current="page" if one == number else None))
        )  # fmt: skip
    if number < of:
        links.append(el("li", el("a", "Next", href=f"{top}{numbered(path, number + 1)}", rel="next")))
    return el("nav", el("ul", *links), aria_label="Pages", class_="pager")


def requests(
    top: str, found: Iterable[Pending], *, heading: str = "h3", window: bool = False, own: bool = False
) -> Html:
    """Open requests, each with what it changes and why it stands where it stands.

    `window` where each is to name its window, `own` on the page of the one app that they are of.
    """
    cards = (el("li", _request(top, one, heading, window=window, own=own)) for one in found)
    return el("ul", *cards, class_="cards", role="list")


def more_than(found: Sequence[object], where: Child) -> Html | None:
    """What stands beneath a list of requests that was cut after `REQUESTS`."""
    return el("p", f"and {len(found) - REQUESTS:,} more: ", where) if len(found) > REQUESTS else None


def _request(top: str, one: Pending, heading: str, *, window: bool, own: bool) -> Html:
    said = el("bdi", one.title or "Change request")
    name = el("a", one.environment, "/", app_name(one.subject), href=f"{top}{subject_page(one.subject)}")
    lines = [el("li", el("span", el("bdi", line), class_="change")) for line in one.changes]
    pull = f" in pull request {one.pull}" if one.pull else None
    return join([
        el(heading, said if own else name, " ", tag(one.stands)),
        el("p", said, class_="said") if one.title and not own else None,
        el("ul", *lines, class_="changes", role="list") if lines else None,
        _window(top, one.window) if window and one.window is not None else None,
        el("p", prose(one.because), class_="why"),
        el("p", "Merged as ", el("code", one.commit), pull, class_="small"),
    ])  # fmt: skip


def _window(top: str, day: date) -> Html:
    return el("p", "Deploy window ", el("a", on(day, weekday=True), href=f"{top}{window_page(day)}"), ".")


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Child]], *, kind: str | None = None) -> Html:
    """A table whose first column names the row. On a narrow page each row is a block: roles keep what it is."""
    head = el("tr", *(el("th", one, scope="col", role="columnheader") for one in heads), role="row")
    body = (
        el("tr",
           *(el("th" if place == 0 else "td", cell, scope="row" if place == 0 else None,
                role="cell" if place else "rowheader", data_label=heads[place]) for place, cell in enumerate(row)),
           role="row")
        for row in rows
    )  # fmt: skip
    return el(
        "table",
        el("caption", caption, class_="unseen"),
        el("thead", head, role="rowgroup"),
        el("tbody", *body, role="rowgroup"),
        role="table",
        class_=kind,
    )


def facts(rows: Iterable[tuple[Child, Child]]) -> Html:
    """Names and values."""
    return el("dl", *(el("div", el("dt", name), el("dd", value)) for name, value in rows))


def notice(kind: str, heading: str, *children: Child, level: str = "h2") -> Html:
    """What a reader must not miss."""
    return el("section", el(level, heading), *children, class_=f"notice {kind}")


def nothing(words: str) -> Html:
    """What stands where a list is empty."""
    return el("p", words, class_="empty")


def app_link(top: str, app: App) -> Html:
    """The way to an app, by its id."""
    return el("a", app.id or app.partner, href=f"{top}{subject_page(app.subject)}")


def standing_tags(board: Board, app: App) -> Html | None:
    """What is open for an app, each state once."""
    found = [tag(state) for state in dict.fromkeys(one.stands for one in app.pending)]
    if any(is_soon(board, one) for one in app.certificates):
        found.append(el("span", "Certificate to change", class_="tag rotation"))
    return el("span", *(join([one, " "]) for one in found), class_="tags") if found else None


def is_soon(board: Board, one: Held) -> bool:
    """Whether a certificate's rotation has to begin soon, or should have."""
    today = board.now.astimezone(board.zone).date()
    return one.begin_by is not None and one.begin_by <= shift(today, SOON)


def deployed(board: Board, app: App) -> Html:
    """Since when an app runs as it is, in a few words."""
    live = app.live
    if live is None:
        return join(["Not deployed"])
    if not live.active:
        return join(["Switched off"])
    if live.confirmed_at is None:
        return join(["Handed over ", on(live.at.astimezone(board.zone).date()), ", not confirmed"])
    return join(["Confirmed ", on(live.confirmed_at.astimezone(board.zone).date())])


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1,234 requests`."""
    word = count(number, one, many).partition(" ")[2]
    return f"{number:,} {word}"
