"""Text in exactly the form that `emit.to_yaml` writes -> plain data, some ten times faster than any YAML reader.

The ledger holds a file for each of thousands of apps, all written by `emit`. This reader knows that one form and no
YAML: for every line that could mean anything else it gives up, and the real reader, `yaml_source.parse`, decides what
the file says, or why it is wrong. It must never differ from it; tests compare the two on what is written and on what
was tampered with. What that costs is a second description of the form: a change of `emit` needs one here, or all files
are read the slow way again.
"""

from __future__ import annotations

import re
from json import loads

from launchwindow.load.scalars import resolve

_TEXT = r'"[^"\\\n]*(?:\\(?:["\\bfnrt]|u(?!d[89a-f])[0-9a-f]{4})[^"\\\n]*)*"'
_LINE = re.compile(
    rf"^( *)((?:- )*)(?:([A-Za-z_][A-Za-z0-9_-]{{0,99}}|{_TEXT}):(?= |\n) ?)?({_TEXT}|[-+.0-9a-z]+|\[\]|{{}}|)\n",
    re.MULTILINE,
)
"""Indentation, dashes, key, scalar; text only with the escapes that JSON and YAML share."""
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")
_PART = re.compile(r"\n(?=[A-Za-z_])")
_ELSEWHERE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""What `emit` never writes unescaped, and YAML's readers refuse or take for something else."""
_LINES = 100_000

_Line = tuple[str, str, str, str]


class _Other(Exception):
    """This is not the form that `emit` writes."""


def read_emitted(text: str) -> dict[str, object] | None:
    """The mapping that a whole file holds, None where the text is anything but what `emit.to_yaml` writes for one."""
    if not text.endswith("\n") or _ELSEWHERE.search(text):
        return None
    found: dict[str, object] = {}
    known: dict[str, object] = {}
    try:
        for part in _PART.split(text[:-1]):
            key, colon, rest = part.partition(":")
            if not colon or key in found or not _KEY.fullmatch(key):
                return None
            # What was released is what was confirmed, most of the time: the same text is read once.
            if rest not in known:
                known[rest] = _value(part + "\n")
            found[key] = known[rest]
    except (_Other, IndexError, RecursionError):
        return None
    return found or None


def _value(part: str) -> object:
    lines: list[_Line] = _LINE.findall(part)
    if len(lines) != part.count("\n") or len(lines) > _LINES:
        raise _Other
    whole, after = _mapping(lines, 0, 0)
    if after != len(lines) or len(whole) != 1:
        raise _Other
    return next(iter(whole.values()))


def _mapping(lines: list[_Line], at: int, column: int, begun: str | None = None) -> tuple[dict[str, object], int]:
    """(the mapping whose keys stand in `column`, the line after it).

    `begun` are the dashes before its first key, where it is an entry of a list.
    """
    found: dict[str, object] = {}
    while at < len(lines):
        spaces, dashes, key, scalar = lines[at]
        if begun is None and len(spaces) < column:
            break
        if begun is None and (len(spaces) != column or dashes):
            if len(spaces) == column and dashes:
                break
            raise _Other
        begun = None
        if key.startswith('"'):
            key = loads(key)
        if not key or key in found:
            raise _Other
        at += 1
        if scalar:
            found[key] = _scalar(scalar)
        else:
            found[key], at = _below(lines, at, column + 2)
    return found, at


def _below(lines: list[_Line], at: int, column: int) -> tuple[object, int]:
    """The list or mapping that begins in a line of its own."""
    spaces, dashes, _, _ = lines[at]
    if len(spaces) != column or column > 90:
        raise _Other
    return _list(lines, at, column, dashes) if dashes else _mapping(lines, at, column)


def _list(lines: list[_Line], at: int, column: int, dashes: str) -> tuple[list[object], int]:
    """(the list whose dashes stand in `column`, the line after it); `dashes` are those of its first line from there."""
    found: list[object] = []
    first = True
    while at < len(lines):
        spaces, here, key, scalar = lines[at]
        if not first:
            if len(spaces) < column or (len(spaces) == column and not here):
                break
            if len(spaces) != column:
                raise _Other
            dashes = here
        first = False
        item: object
        if len(dashes) > 2:
            item, at = _list(lines, at, column + 2, dashes[2:])
        elif key:
            item, at = _mapping(lines, at, column + 2, begun=dashes)
        elif scalar:
            item, at = _scalar(scalar), at + 1
        else:
            raise _Other
        found.append(item)
    return found, at


def _scalar(text: str) -> object:
    if text[0] == '"':
        return loads(text) if "\\" in text else text[1:-1]
    if text == "[]":
        return []
    if text == "{}":
        return {}
    value = resolve(text)
    if isinstance(value, str):
        # A bare word, or more digits than a reader keeps: nothing that a value is written as.
        raise _Other
    return value
