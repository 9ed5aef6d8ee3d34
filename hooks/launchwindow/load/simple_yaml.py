"""A fast reader of the simplest YAML, which most files are; it reads nothing beyond that.

libyaml makes an object with two marks for each event, and that takes most of the time that reading a file does. A file
whose lines are all of a few plain kinds (`key: value`, `key:`, `- value`, a list or mapping on one line) is read line
by line instead, several times faster. Whatever is not surely such a line makes `simple` give up: then libyaml reads the
file, which alone says what is wrong with one. A test holds the two against each other: where this reads a file at all,
it reads what libyaml does. Lines repeat from file to file (`ial: 1`), so what one says is remembered.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from launchwindow.load.scalars import resolve
from launchwindow.model.named import NamedTuple

_LONGEST = 1000
"""Characters of a line; so what is remembered stays small."""
_DEEPEST = 20
"""Levels; less than the reader behind allows."""

_LETTERS = r"[^\0-\ #:\x7f]"
"""What may stand within a word: all that can be seen but `#` and `:`.

What is beyond ASCII is looked at first, in the text as a whole (`_odd`). So all sets here name what they leave out: one
that names what it takes of a million characters takes Python 2 ms to compile, and there were twenty.
"""
_PLAIN = rf"[^\0-#%-')*,\-:;=-@\[-^`{{-}}\x7f]{_LETTERS}*(?:(?:[:#]+|\ +){_LETTERS}+)*"
"""Text without quotes: it begins with nothing that means something, and has neither `: ` nor ` #` in it."""
_SINGLE = r"'([^\0-\x1f'\x7f]*(?:''[^\0-\x1f'\x7f]*)*)'"
_DOUBLE = r"\"([^\0-\x1f\"\\\x7f]*)\""
_KEY = "([A-Za-z_][A-Za-z0-9_-]*):"
_LINE = re.compile(
    rf"(\ *)(-\ )?(?:{_KEY}(?=\ |\Z)\ *)?"
    rf"(?:({_PLAIN})|{_SINGLE}|{_DOUBLE}|([\[{{][^\0-\x1f#\x7f]*[\]}}]))?"
    r"\ *(?:(?<!\S)\#[^\0-\x1f\x7f]*)?"
)
_IN_WORD = r"[^\0-*,:;=?\[-^`{-\x7f]"
_IN_FLOW = rf"[^\0-*,\-.:;=-@\[-^`{{-\x7f]{_IN_WORD}*(?:\ +{_IN_WORD}+)*"
"""The same within brackets, where more characters mean something."""
_TOKEN = re.compile(rf"\ *(?:([\[\]{{}},])|{_KEY}\ |({_IN_FLOW})|{_SINGLE}|{_DOUBLE})")


_from_json = json.JSONDecoder().raw_decode
"""`json.loads` without what it does before and behind."""


class _NotSimple(Exception):
    """Something that only libyaml reads."""


class _Line(NamedTuple):
    """What one line says."""

    indent: int
    dash: bool
    key: str | None
    filled: bool
    """Whether a value stands in the line."""
    value: str | int | float | bool | None
    flow: str
    """A list or mapping on one line, as JSON, so that each file gets its own; else empty."""
    values: int
    """Keys and values in it, at most."""


def simple(text: str, most: int) -> dict[str, Any] | list[Any] | None:
    """The data of a file whose every line is simple, of at most so many keys and values; None for any other."""
    lines = text.split("\n")
    if max(map(len, lines)) > _LONGEST or (not text.isascii() and any(map(_odd, set(text)))):
        return None
    try:
        return _read(lines[1:] if lines[0] == "---" else lines, most)
    except _NotSimple:
        return None


def _odd(character: str) -> bool:
    """Whether YAML takes it not everywhere, or it may end a line: a control, a separator, what is no character."""
    return "\x80" <= character < "\u00a1" or character in "\u2028\u2029" or "\ud800" <= character < "\U00010000"


def _read(lines: list[str], most: int) -> dict[str, Any] | list[Any] | None:
    root: Any = None
    # The innermost collection that is open, its column, and the key in it that has no value yet; then those around it.
    holder: Any = None
    column = values = 0
    waiting: str | None = None
    stack: list[tuple[int, Any]] = []
    for written in lines:
        line = _line(written)
        if line is None:
            continue
        indent, dash, key, filled, value, flow, weight = line
        values += weight
        if holder is None:
            root = holder = [] if dash else {}
            if indent:
                raise _NotSimple
        elif waiting is not None:
            if indent > column or (dash and indent == column):
                stack.append((column, holder))
                if len(stack) > _DEEPEST:
                    raise _NotSimple
                holder[waiting] = holder = [] if dash else {}
                column = indent
            else:
                holder[waiting] = None
            waiting = None
        elif indent > column:
            # A value that goes on, or what stands too far to the right.
            raise _NotSimple
        while indent < column or (not dash and type(holder) is list and stack):
            column, holder = stack.pop()
        if indent != column or dash is not (type(holder) is list):
            raise _NotSimple
        if dash and key is not None:
            inner: dict[str, Any] = {}
            holder.append(inner)
            stack.append((column, holder))
            column, holder = column + 2, inner
        if flow:
            value, _ = _from_json(flow)
        if key is None:
            holder.append(value)
        elif key in holder:
            raise _NotSimple
        elif filled:
            holder[key] = value
        else:
            waiting = key
    if waiting is not None:
        holder[waiting] = None
    if values > most:
        raise _NotSimple
    return root  # type: ignore[no-any-return]


@lru_cache(maxsize=4096)
def _line(written: str) -> _Line | None:
    """What a line says; None for one without anything but a comment. Raises `_NotSimple`."""
    found = _LINE.fullmatch(written)
    if found is None:
        raise _NotSimple
    indent, dash, key, plain, single, double, flow = found.groups()
    text = _unquoted(single) if single is not None else double
    value = text if plain is None else resolve(plain)
    filled = value is not None or plain is not None or flow is not None
    if not filled and key is None:
        if dash:
            raise _NotSimple
        return None
    if key is None and not dash:
        raise _NotSimple
    inside, count = ("", 0) if flow is None else _flow(flow)
    return _Line(len(indent), dash is not None, key, filled, value, inside, 4 + count)


def _flow(text: str) -> tuple[str, int]:
    """(JSON, tokens in it) of a list or mapping on one line. Raises `_NotSimple`."""
    tokens, at = [], 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _NotSimple
        tokens.append(found.groups())
        at = found.end()
    # What stands for the end is no part of any collection.
    value, after = _collection([*tokens, ("end", None, None, None, None)], 0, 0)
    if after != len(tokens):
        raise _NotSimple
    return json.dumps(value), len(tokens)


_Token = tuple[Any, ...]


def _collection(tokens: list[_Token], at: int, depth: int) -> tuple[Any, int]:
    """(a list or mapping, the token behind it); `at` is its opening bracket."""
    mapping, end = tokens[at][0] == "{", "}" if tokens[at][0] == "{" else "]"
    found: Any = {} if mapping else []
    at += 1
    if depth > _DEEPEST:
        raise _NotSimple
    if tokens[at][0] == end:
        return found, at + 1
    while True:
        key = tokens[at][1]
        if (key is not None) is not mapping or key in found:
            raise _NotSimple
        value, at = _item(tokens, at + mapping, depth)
        if mapping:
            found[key] = value
        else:
            found.append(value)
        if tokens[at][0] == end:
            return found, at + 1
        if tokens[at][0] != ",":
            raise _NotSimple
        at += 1


def _item(tokens: list[_Token], at: int, depth: int) -> tuple[Any, int]:
    mark, key, plain, single, double = tokens[at]
    if mark in ("[", "{"):
        return _collection(tokens, at, depth + 1)
    if mark is not None or key is not None:
        raise _NotSimple
    return resolve(plain) if plain is not None else _unquoted(single) if single is not None else double, at + 1


def _unquoted(text: str) -> str:
    # Within single quotation marks two of them stand for one.
    return text.replace("''", "'")
