"""Nothing in a file still waits to be filled in.

Why: the partner dashboard's own export leaves `<REPLACE_ME>`, `<REPLACE_ME.png>` or `<REPLACE_WITH_COMMS>` where
someone has to write a value by hand, and the identity provider would store that text as it stands. Meant are values
in angle brackets, values such as TBD, TODO and CHANGEME, and `REPLACE_ME` or `REPLACE_WITH_…` anywhere in a text. The
other rules leave such a value alone, so this one can't be waived.

Bad:

    logo: <REPLACE_ME.png>
    iaa: TBD

Good:

    logo: logo.png
    iaa: LGEXAFY260001-0001-0000

Fix: write the value. A field that is optional and not known yet can be left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.load.plain import shown
from launchwindow.model.finding import pointer
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.addresses import is_placeholder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App, Partner
    from launchwindow.model.rule import Facts

_PROSE = ("help_text", "description", "reason")
"""Fields whose text may well begin with one tag and end with another."""

_ANYWHERE = re.compile(r"(?<![A-Za-z0-9])(?:REPLACE[_-]ME|REPLACE_WITH_)|<(?:TODO|TBD|FIXME)>", re.IGNORECASE)


def _check(source: App | Partner, _facts: Facts) -> Iterator[Problem]:
    for parts, text in _texts(source.data):
        prose = any(part in _PROSE for part in parts)
        whole = is_placeholder(text) and not (prose and text.startswith("<"))
        if whole or _ANYWHERE.search(text):
            fix = "Write the value; leave the field out if it is optional and not known yet."
            yield Problem(pointer(*parts), f"{shown(text)} still waits to be filled in.", fix)


def _texts(data: object) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """(place, text) of every text in plain data, in the file's order."""
    waiting: list[tuple[tuple[str | int, ...], object]] = [((), data)]
    while waiting:
        parts, value = waiting.pop()
        if isinstance(value, str):
            yield parts, value
        elif isinstance(value, dict):
            waiting += [((*parts, key), item) for key, item in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [((*parts, index), item) for index, item in reversed(list(enumerate(value)))]


RULE = Rule("placeholder", "error", "Nothing still waits to be filled in", app=_check, partner=_check, waivable=False)
