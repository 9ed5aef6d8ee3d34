"""The hidden marks by which issues, comments and milestones are found again, and know what they have told."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple
from launchwindow.report.markdown import key

if TYPE_CHECKING:
    from collections.abc import Mapping

_REQUEST = re.compile(r"\A<!-- launchwindow:request ([A-Za-z0-9._/@=-]+) -->\r?\n")
_TOLD = re.compile(r"\n<!-- launchwindow:told ([0-9]{1,6}) ([a-z]{1,20}(?: [0-9-]{1,10})?) -->\s*\Z")
_COMMENT = re.compile(r"\A<!-- launchwindow:told ([0-9]{1,6}) ([a-z]{1,20}(?: [0-9-]{1,10})?) -->\r?\n")
_WINDOW = re.compile(r"\A<!-- launchwindow:window ([0-9]{4}-[0-9]{2}-[0-9]{2}) -->\r?\n")
_PROGRESS = re.compile(r"\n<!-- launchwindow:progress((?: [A-Za-z0-9._-]+=[a-z_]+)*) -->\s*\Z")


YEARS = range(2000, 2100)
"""Those of days that milestones are for: others somebody wrote into one, and what GitHub makes of them is open."""


class Told(NamedTuple):
    """What an issue's comments have told so far."""

    number: int
    """Of the last comment of ours; 0 where there is none."""
    said: str
    """The state that it told; empty where there is none."""


NOTHING = Told(0, "")
MOST = 9_999
"""Comments of ours on one issue. GitHub takes 2,500 of everybody's."""


def issue_body(request: str, page: str, told: Told) -> str:
    """An issue's body: the mark by which it is found first, what was told last."""
    end = f"\n\n{key(f'told {told.number} {told.said}')}" if told.number else ""
    return f"{key(f'request {_hidden(request)}')}\n{page}{end}"


def request_in(body: str) -> str | None:
    """The id of the request that a body is about. It stands first: further down somebody may have quoted it."""
    found = _REQUEST.match(body)
    return None if found is None else found[1].replace("=2D", "-")


def told_in(body: str) -> Told:
    """What an issue's body says was told."""
    return _told(_TOLD.search(body))


def comment_body(told: Told, text: str) -> str:
    """A comment that tells a state; its number says which of the issue's it is."""
    return f"{key(f'told {told.number} {told.said}')}\n{text}"


def told_by(body: str) -> Told:
    """What a comment tells."""
    return _told(_COMMENT.match(body))


def milestone_description(window: date, page: str, progress: Mapping[str, str]) -> str:
    """A milestone's description: the mark by which it is found first, what its deployments were told last."""
    told = "".join(f" {name}={state}" for name, state in sorted(progress.items()))
    return f"{key(f'window {window}')}\n{page}\n\n<!-- launchwindow:progress{told} -->"


def window_in(description: str) -> date | None:
    """The day that a milestone is for."""
    found = _WINDOW.match(description)
    try:
        day = None if found is None else date.fromisoformat(found[1])
    except ValueError:
        return None
    return day if day is not None and day.year in YEARS else None


def progress_in(description: str) -> dict[str, str]:
    """Environment -> the status that its deployment was told last."""
    found = _PROGRESS.search(description)
    return {} if found is None else dict(one.split("=", 1) for one in found[1].split())


def _told(found: re.Match[str] | None) -> Told:
    """None of ours has a number beyond `MOST`: whoever wrote one would have the next comment not known for ours."""
    return NOTHING if found is None or int(found[1]) > MOST else Told(int(found[1]), found[2])


def _hidden(request: str) -> str:
    """An id of the ledger may hold two hyphens, which would end the comment that hides it."""
    return request.replace("--", "-=2D")
