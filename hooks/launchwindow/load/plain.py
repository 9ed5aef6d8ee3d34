"""Reads plain data of a known shape and gathers every problem instead of stopping at the first.

For the policy, which every commit reads: no schema library is worth its import there. A value that is wrong is
refused once and read as a harmless stand-in, so that the rest can still be looked at.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

ABSENT = object()
"""Stands where there is nothing, or nothing that can be read; whoever put it there has said so."""

CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Characters that break lines, or that change how what follows looks."""

T = TypeVar("T")


class Plain(NamedTuple):
    """A value, the place where it stands (such as `windows.days[1]`), and the problems found so far."""

    value: object
    place: str
    problems: list[str]

    @property
    def present(self) -> bool:
        """Whether there is anything to read."""
        return self.value is not ABSENT

    def refuse(self, sentence: str) -> None:
        """Note what is wrong here."""
        self.problems.append(f"{self.place}: {sentence}" if self.place else sentence)

    def fields(self, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, Plain]:
        """Every named field of a mapping, absent ones too; unknown and missing ones are refused."""
        found: Mapping[object, object] = {}
        if isinstance(self.value, dict):
            found = self.value
            known = (*required, *optional)
            for key in found:
                if key not in known:
                    self.refuse(f"{shown(key)} is no known key; {advice(key, known)}")
            for name in required:
                if name not in found:
                    self.refuse(f"the key “{name}” is missing.")
        elif self.present:
            self.refuse(f"must be a mapping with the keys {_listed(required)}, but is {shown(self.value)}.")
        return {name: self._part(found.get(name, ABSENT), name) for name in (*required, *optional)}

    def entries(self, what: str) -> Iterator[tuple[Plain, Plain]]:
        """(key, value) of each entry of a mapping whose keys are free; nothing when it is absent."""
        if isinstance(self.value, dict):
            for key, value in self.value.items():
                part = self._part(value, clean(key) if isinstance(key, str) else shown(key))
                yield part._replace(value=key), part
        elif self.present:
            self.refuse(f"must be a mapping of {what}, but is {shown(self.value)}; write {{}} for none.")

    def items(self, what: str, *, least: int = 0) -> Iterator[Plain]:
        """Each item of a list; nothing when it is absent."""
        if isinstance(self.value, list):
            if len(self.value) < least:
                self.refuse(f"is empty; name at least {least} of its {what}.")
            for index, item in enumerate(self.value):
                yield self._replace(value=item, place=f"{self.place}[{index}]")
        elif self.present:
            self.refuse(f"must be a list of {what}, but is {shown(self.value)}; write [] for none.")

    def text(self, what: str, example: str, pattern: re.Pattern[str] | None = None) -> str:
        """One line of text that is not empty and matches the whole pattern, else the empty text."""
        value = self.value
        if isinstance(value, str) and value and not CONTROL.search(value) and (not pattern or pattern.fullmatch(value)):
            return value
        if self.present:
            self.refuse(f"{shown(value)} is no {what}; write it like {example}.")
        return ""

    def whole_number(self, least: int, most: int, otherwise: int) -> int:
        """A whole number from `least` to `most`, else `otherwise`. 14.0 is one: the schema's language says so."""
        value = self.value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        if self.present:
            self.refuse(f"{shown(self.value)} is no whole number from {least} to {most}.")
        return otherwise

    def flag(self) -> bool:
        """True or false; false when it is neither."""
        if isinstance(self.value, bool):
            return self.value
        if self.present:
            self.refuse(f"{shown(self.value)} is neither true nor false; write one of them without quotes.")
        return False

    def one_of(self, what: str, known: Mapping[str, T], otherwise: T) -> T:
        """What a known word stands for, else `otherwise`."""
        if isinstance(self.value, str) and self.value in known:
            return known[self.value]
        if self.present:
            self.refuse(f"{shown(self.value)} is no {what}; {advice(self.value, known)}")
        return otherwise

    def _part(self, value: object, name: str) -> Plain:
        return self._replace(value=value, place=f"{self.place}.{name}" if self.place else name)


def advice(value: object, known: Iterable[str]) -> str:
    """The known word that `value` most resembles, as a question; all of them when it resembles none."""
    known = tuple(known)
    near = nearest(value, known)
    return f"write one of {_listed(known)}." if near is None else f"did you mean “{near}”?"


def nearest(value: object, known: Iterable[str], *, alike: float = 0.5) -> str | None:
    """The known word that `value` most resembles, whatever its case; None when none is `alike` (0 to 1) enough."""
    from difflib import get_close_matches

    words = {word.lower(): word for word in known}
    # What is much longer than any word resembles none, and would take long to compare.
    near = get_close_matches(value.lower()[:100], words, 1, alike) if isinstance(value, str) else []
    return words[near[0]] if near else None


def shown(value: object) -> str:
    """A value as a message may repeat it: in quotes, shortened, on one line."""
    if isinstance(value, str):
        return f"“{clean(value)}”" if value else "an empty text"
    if isinstance(value, (dict, list)):
        return "a mapping" if isinstance(value, dict) else "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    # Python refuses to write out a whole number of thousands of digits.
    return "so large a number" if isinstance(value, int) and abs(value) >= 10**18 else clean(str(value))


def clean(text: str, limit: int = 60) -> str:
    """Text without what could break the line it stands in, shortened."""
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


def is_on_calendar(value: str) -> bool:
    """Whether a date or time, of the right form, is of a day that there is: no pattern knows February."""
    from datetime import date

    try:
        return value.startswith("<") or bool(date.fromisoformat(value[:10]))
    except ValueError:
        return False
