"""A name put into an app's `certs`, or taken out; all else in the file stays as it was byte for byte.

Lists stand in brackets or line by line. The result is read again and must hold exactly what is expected; else the file
is left for a person.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.edit.yaml_text import has_plain_lines, offsets, same_data
from launchwindow.model.finding import pointer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from launchwindow.model.app import App

FIELD = "certs"
_DASH = re.compile(r"[ \t]*-[ \t]+")
_EMPTY = re.compile(r":[ \t]*\[\s*\]|:[ \t]+(?:null|Null|NULL|~)(?=[ \t]*(?:#|\r?\n|\Z))|:(?=[ \t]*(?:#|\r?\n|\Z))")
"""What stands behind the key of a list with nothing in it."""
_ALONE = re.compile(r"[ \t]*,?[ \t]*(?:#[^\n]*)?\r?\n")
"""What may stand in an item's line behind it, so that the line can go with it."""
_ABOVE = ("logo", "attribute_bundle", "default_aal", "ial", "protocol")
"""Fields below which people look for certificates."""


def with_name(app: App, name: str, *, first: bool) -> str | None:
    """The text of an app's file with `name` last, or first, in `certs`; None where it is not certain how to write it.

    A name that is there already is moved to the front.
    """
    names = _names(app)
    if names is None:
        return None
    if name in names:
        moved = [name, *(one for one in names if one != name)]
        return _sure(app, _renamed(app, names, moved), moved)
    after = [name, *names] if first else [*names, name]
    if not names:
        text = _into_empty(app, name) if FIELD in app.data else _with_field(app, name)
    else:
        text = _inserted(app, name, 0 if first else len(names) - 1, behind=not first)
    return _sure(app, text, after)


def without_name(app: App, index: int) -> str | None:
    """The text of an app's file without one item of `certs`; None where it is not certain how to write it."""
    names = _names(app)
    if names is None:
        return None
    return _sure(app, _removed(app, index, len(names)), [*names[:index], *names[index + 1 :]])


def _names(app: App) -> list[str] | None:
    """The list's items; None where it holds anything but text, or is none."""
    found = app.data.get(FIELD)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        return None
    return list(found)


def _sure(app: App, text: str | None, names: Sequence[str]) -> str | None:
    if text is None or not has_plain_lines(app.document.text):
        return None
    return text if same_data(app.document, text, _expected(app, names)) else None


def _expected(app: App, names: Sequence[str]) -> dict[str, object]:
    expected = {**app.data, FIELD: list(names)}
    above = _field_above(app)
    if FIELD in app.data or above is None:
        return expected
    keys = [key for key in expected if key != FIELD]
    keys.insert(keys.index(above) + 1, FIELD)
    return {key: expected[key] for key in keys}


def _field_above(app: App) -> str | None:
    """The field that stands in one line and below which a new list goes; None: at the end."""
    return next((one for one in _ABOVE if isinstance(app.data.get(one), (str, int))), None)


def _place(app: App, index: int) -> tuple[int, int]:
    return offsets(app.document.text, app.document.span(pointer(FIELD, index)))


def _renamed(app: App, names: Sequence[str], moved: Sequence[str]) -> str:
    """Each name's own text in another's place: what stands around them, comments too, stays where it is."""
    text = app.document.text
    written = {name: text[slice(*_place(app, index))] for index, name in enumerate(names)}
    for index in reversed(range(len(names))):
        start, end = _place(app, index)
        text = text[:start] + written[moved[index]] + text[end:]
    return text


def _line_of(text: str, place: int) -> tuple[int, int]:
    """(start, end) of the line around a place; the end is behind its line break."""
    end = text.find("\n", place)
    return text.rfind("\n", 0, place) + 1, len(text) if end < 0 else end + 1


def _inserted(app: App, name: str, index: int, *, behind: bool) -> str:
    text = app.document.text
    start, end = _place(app, index)
    line, next_line = _line_of(text, start)
    dash = _DASH.fullmatch(text[line:start])
    if dash is None:
        return f"{text[:end]}, {name}{text[end:]}" if behind else f"{text[:start]}{name}, {text[start:]}"
    # A text in several lines ends where the next line begins.
    place = line if not behind else end if text[end - 1 : end] == "\n" else max(next_line, _line_of(text, end)[1])
    before = text[:place]
    ends = "\r\n" if text[line:next_line].endswith("\r\n") else "\n"
    gap = "" if not before or before.endswith("\n") else ends
    return f"{before}{gap}{dash[0]}{name}{ends}{text[place:]}"


def _into_empty(app: App, name: str) -> str | None:
    text = app.document.text
    _, end = offsets(text, app.document.span(pointer(FIELD), key=True))
    found = _EMPTY.match(text, end)
    return None if found is None else f"{text[:end]}: [{name}]{text[found.end() :]}"


def _with_field(app: App, name: str) -> str:
    """Below a field that stands in one line, else at the end."""
    document = app.document
    ends = "\r\n" if "\r\n" in document.text else "\n"
    field = _field_above(app)
    place = len(document.text)
    if field is not None:
        place = _line_of(document.text, offsets(document.text, document.span(pointer(field)))[1])[1]
    before = document.text[:place]
    gap = "" if not before or before.endswith("\n") else ends
    return f"{before}{gap}{FIELD}: [{name}]{ends}{document.text[place:]}"


def _removed(app: App, index: int, number: int) -> str | None:
    text = app.document.text
    start, end = _place(app, index)
    line, next_line = _line_of(text, start)
    if _DASH.fullmatch(text[line:start]) is None:
        return _from_brackets(app, index, number)
    rest = text[next_line if text[end - 1 : end] != "\n" else end :]
    if number > 1:
        return text[:line] + rest
    _, key = offsets(text, app.document.span(pointer(FIELD), key=True))
    return f"{text[:key]}: []{text[key + 1 : line]}{rest}"


def _from_brackets(app: App, index: int, number: int) -> str | None:
    text = app.document.text
    start, end = _place(app, index)
    if number == 1:
        # With its comma, if it has one.
        comma = re.compile(r"[ \t]*,").match(text, end)
        return text[:start] + text[comma.end() if comma else end :]
    begin, stop = (_place(app, index - 1)[1], end) if index else (start, _place(app, 1)[0])
    between = text[begin:start] if index else text[end:stop]
    if "\n" not in between:
        return text[:begin] + text[stop:]
    line, next_line = _line_of(text, start)
    if not text[line:start].strip() and _ALONE.fullmatch(text, end, next_line):
        # One item a line: its line goes, with the comment that is about it.
        return text[:line] + text[next_line:]
    return None if "#" in between else text[:begin] + text[stop:]
