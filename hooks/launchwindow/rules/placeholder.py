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
from launchwindow.rules.texts import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App, Partner
    from launchwindow.model.rule import Facts

_PROSE = ("help_text", "description", "reason")
"""Fields whose text may well begin with one tag and end with another."""

_ANYWHERE = r"(?i)(?<![A-Za-z0-9])(?:REPLACE[_-]ME|REPLACE_WITH_)|<(?:TODO|TBD|FIXME)>"


_WORDS, _NEEDLES = ("tbd", "todo"), ("xme", "change", "replace", "ll_me", "ll-me", "ll me", "llme")
"""One of them is in each of the words above, in lower case; those of the first kind have nothing beside them there, and
"todos" is a common word in Spanish. None has an `i`, `k` or `s`, which `re.IGNORECASE` takes from beyond ASCII too."""


def _check(source: App | Partner, _facts: Facts) -> Iterator[Problem]:
    if _surely_filled_in(source):
        return
    for parts, text in _texts(source.data):
        prose = any(part in _PROSE for part in parts)
        whole = is_placeholder(text) and not (prose and text.startswith("<"))
        if whole or re.search(_ANYWHERE, text):
            fix = "Write the value; leave the field out if it is optional and not known yet."
            yield Problem(pointer(*parts), f"{shown(text)} still waits to be filled in.", fix)


def _surely_filled_in(source: App | Partner) -> bool:
    """Most files end here, after one search for all words and a look at how each text begins."""
    document = source.document
    text = document.text if document.verbatim else texts_of(source)
    lower = text.lower()
    if any(needle in lower for needle in _NEEDLES) or any(_stands_alone(word, lower) for word in _WORDS):
        return False
    if "<" not in text or (document.verbatim and text.count("<") == _brackets_in(source.data.get("help_text"))):
        return True
    return not any(_in_brackets(value) for key, value in source.data.items() if key not in _PROSE)


def _brackets_in(help_text: object) -> int:
    """How many `<` stand in help texts, where they may."""
    sections = help_text.values() if isinstance(help_text, dict) else ()
    texts = [text for section in sections if isinstance(section, dict) for text in section.values()]
    return "".join([text for text in texts if isinstance(text, str)]).count("<")


def _stands_alone(word: str, text: str) -> bool:
    at = text.find(word)
    while at >= 0 and (text[at - 1 : at].isalnum() or text[at + len(word) : at + len(word) + 1].isalnum()):
        at = text.find(word, at + 1)
    return at >= 0


def _in_brackets(value: object) -> bool:
    """Whether a text in the value begins with `<`."""
    if isinstance(value, str):
        return value[:1] == "<"
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(map(_in_brackets, inside))


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
