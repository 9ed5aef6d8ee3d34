"""What is kept by keys, in sections that are read and written apart from each other.

What is new in a section is written beside it, in another one of the same name behind a `+`: a section has what was
told of hundreds of parts, and mostly one of them is new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from launchwindow.io.kept import Found

_SPARE = 20
"""What was kept of files that are gone, such as another branch's, and may come back."""
_MOST_NEW = 3
"""A section is written anew when so many times what is new in it would be more than all of it."""


class KeptSections:
    """Section -> key -> plain value: what there was, what of it was used, and what is new."""

    def __init__(self, found: Found | None) -> None:
        self._found = found
        self._old: dict[str, dict[str, Any]] = {}
        self._newer: dict[str, dict[str, Any]] = {}
        self._used: dict[str, dict[str, Any]] = {}
        """In the order in which they were asked for last, as far as a section is written anew."""
        self._put: dict[str, dict[str, Any]] = {}

    def value(self, section: str, key: str, read: Callable[[Any], Any]) -> Any:
        """What `read` makes of a value; None where there is none, or it is none that can be read."""
        self._load(section)
        for values in (self._put.get(section, {}), self._newer[section], self._old[section]):
            value = values.get(key)
            if value is not None:
                try:
                    found = read(value)
                except (ValueError, TypeError):
                    return None
                self._used.setdefault(section, {})[key] = value
                return found
        return None

    def items(self, section: str) -> Mapping[str, Any]:
        """All values of a section; all of them count as used."""
        self._load(section)
        found = {**self._old[section], **self._newer[section], **self._put.get(section, {})}
        self._used.setdefault(section, {}).update(found)
        return found

    def put(self, section: str, key: str, value: object) -> None:
        """Keep a value."""
        self._put.setdefault(section, {})[key] = value

    @property
    def has_news(self) -> bool:
        """Whether there is anything to write."""
        return bool(self._put)

    def to_save(self) -> Iterator[tuple[str, Any]]:
        """What has to be written: of each section with something new all of it, or what is new alone."""
        for section, put in self._put.items():
            self._load(section)
            newer = self._newer[section] | put
            if len(newer) * _MOST_NEW < len(self._old[section]):
                yield f"+{section}", newer
                continue
            used = self._used.get(section, {}) | put
            all_of_it = {**self._old[section], **self._newer[section]}
            spare = [key for key in all_of_it if key not in used][-len(used) // 2 - _SPARE :]
            yield section, {key: all_of_it[key] for key in spare} | used
            yield f"+{section}", {}

    def _load(self, section: str) -> None:
        if section not in self._old:
            self._old[section], self._newer[section] = self._read(section), self._read(f"+{section}")

    def _read(self, name: str) -> dict[str, Any]:
        value = self._found.get(name) if self._found is not None else None
        return value if isinstance(value, dict) else {}
