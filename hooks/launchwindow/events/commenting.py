"""The one comment of a pull request: found by its mark and its author, made once, edited in place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from launchwindow.io.github.authors import own_login
from launchwindow.io.github.comments import edit, head_of, make, own_comments, remove
from launchwindow.model.github import GitHubError, GitHubRefused, Unanswered
from launchwindow.model.named import NamedTuple
from launchwindow.report.page.page import MARK

if TYPE_CHECKING:
    from collections.abc import Callable

    from launchwindow.io.github.comments import Comment
    from launchwindow.io.github.connection import Connection

ATTEMPTS = 3
"""How often it is begun again: the comment was deleted just now, or nobody knows whether it was made."""
PAUSE = 4.0
_RUN = re.compile(r"/actions/runs/[0-9]+")


class Written(NamedTuple):
    """What became of the comment."""

    what: Literal["made", "edited", "unchanged", "outdated"]
    """`outdated`: the pull request has a newer commit, whose own run tells of it."""
    url: str | None


def write_comment(hub: Connection, number: int, head: str, text: Callable[[str | None], str]) -> Written:
    """Have one comment that says what `text` gives for the text that it has until now. Raises `GitHubError`.

    Of several, as two runs at once may have made, the oldest stays.
    """
    login = own_login(hub)
    made = False
    for attempt in range(ATTEMPTS):
        last = attempt == ATTEMPTS - 1
        own = own_comments(hub, number, MARK, login)
        # Asked for as late as can be: a run for an older commit must not write over the page of a newer one.
        if head_of(hub, number) != head:
            return Written("outdated", own[0].url if own else None)
        _remove_all(hub, own[1:])
        try:
            if own:
                written = _edited(hub, own[0], text)
                return written._replace(what="made") if made else written
            one = make(hub, number, text(None), login)
            made = True
        except Unanswered:
            # It may have been made: before that is known nothing is made again.
            if own or last:
                raise
            made = True
            hub.wait_a_little(PAUSE)
        except GitHubRefused as refused:
            if not own or refused.code != 404 or last:
                raise
        else:
            # Another run may have found none either, and made one as well: both keep the same one.
            if own_comments(hub, number, MARK, login) in ([], [one]):
                return Written("made", one.url)
    raise GitHubError(f"The comment of pull request {number} could not be settled: other runs write it too.")


def _edited(hub: Connection, comment: Comment, text: Callable[[str | None], str]) -> Written:
    last = comment.body.replace("\r\n", "\n")
    new = text(last)
    if _same(last, new):
        return Written("unchanged", comment.url)
    return Written("edited", edit(hub, comment, new).url)


def _remove_all(hub: Connection, comments: list[Comment]) -> None:
    for one in comments:
        remove(hub, one)


def _same(last: str, new: str) -> bool:
    """Whether nothing changed: where only the run is another one, the link to the earlier run is as good."""
    return _RUN.sub("", last).rstrip() == _RUN.sub("", new).rstrip()
