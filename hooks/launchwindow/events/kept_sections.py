"""What is kept by keys, in sections that are read and written apart from each other.

What is new in a section is written beside it, in another one of the same name behind a `+`: a section has what was
told of hundreds of parts, and mostly one of them is new. It is also mostly one that is asked for; so each value has a
line of its own, and no other is read.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from launchwindow.io.kept import Found

_SPARE = 20
"""What was kept of files that are gone, such as another branch's, and may come back."""
_MOST_NEW = 3
"""A section is written anew when so many times what is new in it would be more than all of it."""


class KeptSections:
    """Section -> key -> plain value: what there was, what of it was used, and what is new."""

    def __init__(self, found: Found | None) -> None:
        self._found = found
        self._old: dict[str, bytes] = {}
        """Lines of a key and its value, both as JSON has them, with a tab between; each behind a line's end."""
        self._newer: dict[str, bytes] = {}
        self._used: dict[str, dict[bytes, bytes]] = {}
        """In the order in which they were asked for last, as far as a section is written anew."""
        self._put: dict[str, dict[bytes, bytes]] = {}

    def value(self, section: str, key: str, read: Callable[[Any], Any]) -> Any:
        """What `read` makes of a value; None where there is none, or it is none that can be read."""
        self._load(section)
        quoted = _json(key)
        text = self._put[section].get(quoted) if section in self._put else None
        text = text or _in(self._newer[section], quoted) or _in(self._old[section], quoted)
        value = _plain(text)
        if text is None or value is None:
            return None
        try:
            found = read(value)
        except (ValueError, TypeError):
            return None
        self._used.setdefault(section, {})[quoted] = text
        return found

    def items(self, section: str) -> Mapping[str, Any]:
        """All values of a section; all of them count as used."""
        self._load(section)
        lines = {**_lines(self._old[section]), **_lines(self._newer[section]), **self._put.get(section, {})}
        self._used.setdefault(section, {}).update(lines)
        found = ((_plain(key), _plain(text)) for key, text in lines.items())
        return {key: value for key, value in found if type(key) is str and value is not None}

    def put(self, section: str, key: str, value: object) -> None:
        """Keep a value."""
        self._put.setdefault(section, {})[_json(key)] = _json(value)

    @property
    def has_news(self) -> bool:
        """Whether there is anything to write."""
        return bool(self._put)

    def to_save(self) -> dict[str, bytes]:
        """What has to be written: of each section with something new all of it, or what is new alone."""
        found: dict[str, bytes] = {}
        for section, put in self._put.items():
            self._load(section)
            newer = _lines(self._newer[section]) | put
            if len(newer) * _MOST_NEW < self._old[section].count(b"\n"):
                found[f"+{section}"] = _written(newer)
                continue
            used = self._used.get(section, {}) | put
            all_of_it = {**_lines(self._old[section]), **newer}
            spare = [key for key in all_of_it if key not in used][-len(used) // 2 - _SPARE :]
            found[section] = _written({key: all_of_it[key] for key in spare} | used)
            found[f"+{section}"] = b""
        return found

    def _load(self, section: str) -> None:
        if section not in self._old:
            self._old[section], self._newer[section] = self._read(section), self._read(f"+{section}")

    def _read(self, name: str) -> bytes:
        return self._found.data(name) if self._found is not None else b""


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _plain(text: bytes | None) -> Any:
    try:
        return json.loads(text) if text is not None else None
    except (ValueError, RecursionError, MemoryError):
        return None


def _in(lines: bytes, key: bytes) -> bytes | None:
    """The value of that key, as it was written."""
    begin = lines.find(b"\n%b\t" % key)
    if begin < 0:
        return None
    begin += len(key) + 2
    end = lines.find(b"\n", begin)
    return lines[begin:] if end < 0 else lines[begin:end]


def _lines(lines: bytes) -> dict[bytes, bytes]:
    parted = (line.partition(b"\t") for line in lines.split(b"\n")[1:])
    return {key: text for key, _, text in parted}


def _written(lines: Mapping[bytes, bytes]) -> bytes:
    return b"".join([b"\n%b\t%b" % item for item in lines.items()])
