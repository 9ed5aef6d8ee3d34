"""Which names look like others. Shared by rules; no rule itself."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Labels = tuple[str, ...]
"""A host's name, cut at its dots."""

_DRAWN_LIKE = {
    "a": "\u0430\u0251\u03b1", "b": "\u044c", "c": "\u0441\u03f2", "d": "\u0501", "e": "\u0435\u04bd",
    "g": "\u0261\u0581", "h": "\u04bb\u0570", "i": "\u0456\u0131\u0269\u03b9", "j": "\u0458\u03f3",
    "l": "\u04cf\u217c", "n": "\u0578\u057c", "o": "\u043e\u03bf\u0585", "p": "\u0440\u03c1",
    "q": "\u051b\u0566", "s": "\u0455\ua731", "u": "\u057d\u03c5\u028b", "v": "\u0475\u03bd", "w": "\u051d",
    "x": "\u0445", "y": "\u0443\u03b3\u028f", "z": "\u1d22",
}  # fmt: skip
"""Latin letter -> small letters that most typefaces draw just like it, after Unicode's confusables (UTS 39)."""

_LATIN = {ord(other): latin for latin, others in _DRAWN_LIKE.items() for other in others}
_READ_LIKE = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"))
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
_SHORTEST_ALIKE, _SHORTEST_NEAR = 3, 5
"""Shorter labels are alike by chance: agencies' abbreviations are."""

_NO_DIGITS = dict.fromkeys(map(ord, "0123456789"))
_LONGEST_LABEL = 63
_MOST_TO_COMPARE = 20


def decoded(label: str) -> str | None:
    """What a label in its `xn--` form stands for; None when it stands for nothing."""
    try:
        text = label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, OverflowError, ValueError):
        return None
    return text if text and not text.isascii() else None


def imitated(text: str) -> str | None:
    """The ASCII name that a text beyond ASCII can be taken for, None when it can be for none."""
    latin = text.lower().translate(_LATIN)
    return latin if latin.isascii() and latin != text else None


def scripts(text: str) -> frozenset[str]:
    """Which of the scripts that share letter forms the text has letters of."""
    names = {unicodedata.name(character, "").partition(" ")[0] for character in text}
    return frozenset(names).intersection(_SCRIPTS)


def alike(names: Iterable[Labels]) -> Iterator[tuple[Labels, Labels]]:
    """Each ordered pair of names that differ in one label, and there by one edit or by letters that read the same.

    Only names that share a sketch are compared, so that this takes no time quadratic in the names.
    """
    beside: dict[tuple[Labels, Labels], list[Labels]] = {}
    for name in sorted(set(names)):
        for place in range(len(name)):
            beside.setdefault((name[:place], name[place + 1 :]), []).append(name)
    found: set[tuple[Labels, Labels]] = set()
    for (before, _), group in beside.items():
        # What only differs in digits is not near, whatever its sketches; most of a fleet's hosts end here.
        if len(group) > 1 and len({_without_digits(name[len(before)]) for name in group}) > 1:
            found |= _alike_at(len(before), group)
    yield from sorted(found)


def _alike_at(place: int, names: Iterable[Labels]) -> set[tuple[Labels, Labels]]:
    """Those that are near each other in the label at a place, which alone they differ in."""
    by_sketch: dict[str, list[Labels]] = {}
    for name in names:
        for sketch in _sketches(name[place]):
            by_sketch.setdefault(sketch, []).append(name)
    groups = (group[:_MOST_TO_COMPARE] for group in by_sketch.values() if len(group) > 1)
    return {(one, other) for group in groups for one in group for other in group
            if one is not other and _near(one[place], other[place])}  # fmt: skip


@lru_cache(maxsize=2048)
def _sketches(label: str) -> frozenset[str]:
    """What two labels share if they are near: the label without any one of its characters, and as it reads."""
    if not _SHORTEST_ALIKE <= len(label) <= _LONGEST_LABEL:
        return frozenset()
    found = {_reading(label)}
    if len(label) >= _SHORTEST_NEAR - 1:
        found |= {label, *(label[:place] + label[place + 1 :] for place in range(len(label)))}
    return frozenset(found)


@lru_cache(maxsize=2048)
def _near(one: str, other: str) -> bool:
    if one == other or _without_digits(one) == _without_digits(other):
        # app1 and app2 are told apart by their numbers on purpose.
        return False
    if _reading(one) == _reading(other):
        return True
    short, long = sorted((one, other), key=len)
    if len(long) < _SHORTEST_NEAR:
        return False
    start = next((place for place in range(len(short)) if short[place] != long[place]), len(short))
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    swapped = short[start + 1 : start + 2] + short[start : start + 1]
    return short[start + 1 :] == long[start + 1 :] or swapped + short[start + 2 :] == long[start:]


def _reading(label: str) -> str:
    for written, read in _READ_LIKE:
        label = label.replace(written, read)
    return label


@lru_cache(maxsize=2048)
def _without_digits(label: str) -> str:
    if label.isascii():
        return label.translate(_NO_DIGITS)
    return "".join(character for character in label if not character.isdecimal())
