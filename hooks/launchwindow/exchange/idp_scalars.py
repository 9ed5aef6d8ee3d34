"""Unquoted YAML scalars as the IdP's reader takes them: YAML 1.1 in Ruby's dialect.

`2_741_892` and `1,000` are whole numbers, `yes` is true, `2017-02-15` is a day. A 1.2 reader sees text in all of them.
"""

from __future__ import annotations

import re
from datetime import date

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
_DATE = re.compile(r"([0-9]{4})-(1[012]|0[0-9]|[0-9])-([12][0-9]|3[01]|0[0-9]|[0-9])\Z")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9](?:[0-9]|,[0-9]|_[0-9])*)\Z")
_BASED = re.compile(r"[-+]?(?:0b[01_,]+|0[0-7_,]+|0x[0-9a-fA-F_,]+)\Z")
_SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}\Z")
_FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_,]*)?\.[0-9]*(?:[eE][-+][0-9]+)?\Z")
_LONGEST_NUMBER = 40
"""Characters beyond which digits are left as text: no column holds such a number, and Python refuses thousands."""


def resolve(text: str) -> str | int | float | bool | None:
    """The value of an unquoted scalar; a day becomes its ISO text, `2017-02-15`, as the IdP's columns take it."""
    if text in _NULL:
        return None
    if text.lower() in _BOOLEANS:
        return _BOOLEANS[text.lower()]
    if text[0] not in "-+.0123456789" or len(text) > _LONGEST_NUMBER:
        return text
    if match := _DATE.match(text):
        try:
            return date(*(int(part) for part in match.groups())).isoformat()
        except ValueError:
            return text
    return _number(text)


def _number(text: str) -> str | int | float:
    digits = text.replace("_", "").replace(",", "")
    if _DECIMAL.match(text):
        return int(digits)
    if _BASED.match(text):
        return _based(digits)
    if _SEXAGESIMAL.match(text):
        sign = -1 if digits.startswith("-") else 1
        total = 0
        for part in digits.lstrip("+-").split(":"):
            total = total * 60 + int(part)
        return sign * total
    if _FLOAT.match(text) and any(character.isdigit() for character in digits.partition("e")[0].partition("E")[0]):
        return float(digits)
    return text


def _based(digits: str) -> str | int:
    sign = -1 if digits.startswith("-") else 1
    bare = digits.lstrip("+-").lower()
    base = {"0b": 2, "0x": 16}.get(bare[:2], 8)
    try:
        return sign * int(bare[2:] if base != 8 else bare, base)
    except ValueError:
        return digits
