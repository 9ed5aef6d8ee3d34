"""Text that somebody else wrote, made safe and short for a terminal: no control characters, no reordering."""

from __future__ import annotations

import json


def visible(text: str, limit: int = 200) -> str:
    """The text with what can't be seen written as an escape, shortened to `limit` characters."""
    shown = text if text.isprintable() else "".join(_escape(character) for character in text)
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


def _escape(character: str) -> str:
    if character.isprintable():
        return character
    return json.dumps(character)[1:-1] if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


def value(item: object, limit: int = 80) -> str:
    """A field's value as a person reads it: text in quotes, nothing as `none`, anything else as JSON."""
    if item is None:
        return "none"
    if isinstance(item, bool):
        return "yes" if item else "no"
    if isinstance(item, str):
        return f"“{visible(item, limit)}”"
    return visible(json.dumps(item, ensure_ascii=False, sort_keys=True), limit)
