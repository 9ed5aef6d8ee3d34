"""Plain data -> YAML, byte for byte the same for ever (docs/adr/0001).

What is written means the same to readers of YAML 1.1 (the IdP's Psych) and of YAML 1.2 (ours): every text is in double
quotes, so none can be taken for a number, a date, a boolean, a merge key, a tag or an alias.
"""

from __future__ import annotations

import re
from functools import lru_cache
from json import JSONEncoder
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_quoted = JSONEncoder(ensure_ascii=False).encode

_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""What YAML forbids unescaped, what only YAML 1.1 takes for a line break, and what hides or reorders text."""

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
"""Booleans and nothing, as YAML 1.1 writes them, whatever their case."""

_LONGEST_KEY = 1000
"""Readers look for the colon after a key in its first 1,024 characters only; a longer key needs a `?` before it."""


def to_yaml(value: object, *, comment: str | None = None) -> str:
    """`value` as one YAML document in block style, with LF and a final newline; mappings keep their order.

    `value` is made of dict (keys: str or int), list, tuple, str, int, float, bool and None. Each line of `comment` goes
    before it as a comment. Our own reader takes numbers of more than 18 digits for text; the others read them.

    Raises TypeError for any other type, and ValueError for what YAML can't hold: infinity, NaN, lone surrogates.
    """
    out = [f"# {_escaped(line)}".rstrip() + "\n" for line in comment.splitlines()] if comment else []
    if isinstance(value, (dict, list, tuple)) and value:
        _collection(value, "", "", out)
    else:
        out.append(_scalar(value) + "\n")
    return "".join(out)


def _collection(value: dict[object, object] | Sequence[object], margin: str, lead: str, out: list[str]) -> None:
    """`lead` stands before the first entry, `margin` before the others: they differ within a list."""
    if isinstance(value, dict):
        for key, item in value.items():
            text = _key(key)
            out.append(f"{lead}{text}:" if len(text) <= _LONGEST_KEY else f"{lead}? {text}\n{margin}:")
            if isinstance(item, (dict, list, tuple)) and item:
                out.append("\n")
                _collection(item, margin + "  ", margin + "  ", out)
            else:
                out.append(f" {_scalar(item)}\n")
            lead = margin
    else:
        for item in value:
            if isinstance(item, (dict, list, tuple)) and item:
                _collection(item, margin + "  ", lead + "- ", out)
            else:
                out.append(f"{lead}- {_scalar(item)}\n")
            lead = margin


def _key(key: object) -> str:
    if isinstance(key, str):
        return _text_key(key)
    if isinstance(key, int) and not isinstance(key, bool):
        return int.__repr__(key)
    raise TypeError(f"A key of a YAML file is text or a whole number, not {type(key).__name__}.")


@lru_cache(maxsize=1024)
def _text_key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) and key.lower() not in _WORDS else _scalar(key)


def _scalar(value: object) -> str:
    if isinstance(value, str):
        text = _quoted(value)
        return text if text.isascii() and "\x7f" not in text else _escaped(text)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, (list, tuple)):
        return "[]"
    raise TypeError(f"A YAML file holds plain data, not {type(value).__name__}.")


def _escaped(text: str) -> str:
    return _UNPRINTABLE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if 0xD800 <= code <= 0xDFFF:
        # Not even as an escape: libyaml, and so the IdP, refuses the whole file for one.
        raise ValueError(f"U+{code:04X} is half of a character: no YAML file can hold it.")
    return f"\\u{code:04x}"


def _number(value: float) -> str:
    """With a point and a signed exponent, without which YAML 1.1 takes `1e16` for text."""
    if not isfinite(value):
        raise ValueError(f"{value} is no number that a YAML file should hold.")
    text = float.__repr__(value)
    if "e" not in text and abs(value) >= 0.01:
        return text
    from decimal import Decimal

    mantissa, _, exponent = f"{Decimal(text):e}".partition("e")
    point = "" if "." in mantissa else ".0"
    return f"{mantissa}{point}e{int(exponent):+03d}"
