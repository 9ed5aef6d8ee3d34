"""JSON from outside, read so that nothing in it can be taken in two ways.

Refused are two equal keys in one object, NaN and infinities, numbers that no column holds, halves of characters, and
nesting that would exhaust the stack.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from math import isfinite
from typing import TYPE_CHECKING, NoReturn

from launchwindow.load.plain import clean
from launchwindow.model.errors import LaunchwindowError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 50
MAX_DIGITS = 40
"""Of a number."""
_MARKS = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[\[{]|[\]}]', re.DOTALL)
"""Texts as a whole, also one that never ends: else each of its escapes would be tried as a beginning."""
_HALF = re.compile("[\ud800-\udfff]")


class _Refused(Exception):
    """What is wrong, without where."""


def read_json(path: str, data: bytes) -> object:
    """The value in `data`; `path` is only for messages. Raises LaunchwindowError."""
    if len(data) > MAX_BYTES:
        raise LaunchwindowError(f"{path}: has more than {MAX_BYTES // 1024**2} MiB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise LaunchwindowError(f"{path}:{line}: a byte here is not UTF-8; JSON is.") from error
    _require_shallow(path, text)
    try:
        value: object = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_decimal
        )
    except json.JSONDecodeError as error:
        raise LaunchwindowError(f"{path}:{error.lineno}:{error.colno}: no JSON: {error.msg}.") from error
    except _Refused as error:
        raise LaunchwindowError(f"{path}: {error}") from error
    if any(_HALF.search(one) for one in _texts(value)):
        raise LaunchwindowError(f"{path}: a text holds half a character (\\uD800 to \\uDFFF); write the character out.")
    return value


def _require_shallow(path: str, text: str) -> None:
    depth = 0
    for found in _MARKS.finditer(text):
        if found[0] in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                line = text.count("\n", 0, found.start()) + 1
                raise LaunchwindowError(f"{path}:{line}: nested deeper than {MAX_DEPTH} levels.")
        elif found[0] in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
        raise _Refused(f"the key “{clean(twice)}” stands twice in one object, and only one of them can be meant.")
    return found


def _constant(name: str) -> NoReturn:
    raise _Refused(f"{name} is no number of JSON.")


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise _Refused(f"a number has more than {MAX_DIGITS} digits, which no column holds.")
    return int(digits)


def _decimal(digits: str) -> float:
    number = float(digits)
    if len(digits) > MAX_DIGITS or not isfinite(number):
        raise _Refused("a number is larger or longer than any column holds.")
    return number


def _texts(value: object) -> Iterator[str]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
