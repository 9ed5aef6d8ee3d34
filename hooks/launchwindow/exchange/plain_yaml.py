"""Writes YAML for people: block style, quotes only where our own reader would misread, comments where one is to act."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from launchwindow.load.scalars import resolve
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LONGEST_KEY = 200
"""Characters; a longer key can't stand in one line of YAML."""

_PLAIN = re.compile(r"""[^\s\-?:,\[\]{}#&*!|>'"%@`](?:.*[^\s:])?\Z""")


class Noted(NamedTuple):
    """A value and the comment that stands behind it."""

    value: object
    comment: str


def rendered(data: Mapping[str, object], heading: str) -> bytes:
    """The mapping as YAML 1.2 beneath a comment; `Noted` values keep their comments.

    Values are dict, list, str, int, float, bool and None. Keys are at most `LONGEST_KEY` characters.
    """
    lines = [f"# {heading}", *_mapping(data, "")]
    return ("\n".join(lines) + "\n").encode()


def _mapping(data: Mapping[str, object], indent: str) -> Iterator[str]:
    for key, value in data.items():
        yield from _entry(f"{indent}{_text(str(key), key=True)}:", value, indent + "  ")


def _entry(head: str, value: object, indent: str) -> Iterator[str]:
    """A key with its value: on the same line, or beneath it where it is a collection."""
    comment = ""
    if isinstance(value, Noted):
        comment = f"  # {value.comment}"
        value = value.value
    if isinstance(value, dict) and value:
        yield head + comment
        yield from _mapping(value, indent)
    elif isinstance(value, list) and value:
        yield head + comment
        for item in value:
            yield from _item(item, indent)
    else:
        yield f"{head} {_scalar(value)}{comment}"


def _item(item: object, indent: str) -> Iterator[str]:
    if isinstance(item, dict) and item:
        inner = list(_mapping(item, indent + "  "))
        yield f"{indent}- {inner[0].lstrip(' ')}"
        yield from inner[1:]
    elif isinstance(item, list) and item:
        yield f"{indent}-"
        for part in item:
            yield from _item(part, indent + "  ")
    else:
        yield from _entry(f"{indent}-", item, indent + "  ")


def _scalar(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (dict, list)):
        return "{}" if isinstance(value, dict) else "[]"
    return _text(str(value))


def _text(text: str, *, key: bool = False) -> str:
    plain = (
        text.isprintable()
        and _PLAIN.match(text) is not None
        and ": " not in text
        and " #" not in text
        and not (key and text == "<<")
        and isinstance(resolve(text), str)
    )
    return text if plain else quoted(text)


def quoted(text: str) -> str:
    """Text in double quotes on one line, with escapes for what can't be seen."""
    body = json.dumps(text, ensure_ascii=False)
    return "".join(character if character.isprintable() else _escape(ord(character)) for character in body)


def _escape(code: int) -> str:
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
