"""Text that somebody else wrote, made safe and short for a terminal: no control characters, no reordering."""

from __future__ import annotations

import json

WIDTH = 80
"""Columns that a sentence takes at most; addresses and source lines are never broken."""


def visible(text: str, limit: int = 200) -> str:
    """The text with what can't be seen written as an escape, shortened to `limit` characters."""
    shown = text if text.isprintable() else "".join(_escape(character) for character in text)
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


def _escape(character: str) -> str:
    if character.isprintable():
        return character
    return json.dumps(character)[1:-1] if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


def json_text(document: object, encoding: str | None = None) -> str:
    """A document as JSON that a terminal may show: what it would act on, or `encoding` lacks, is an escape."""
    utf8 = (encoding or "utf-8").lower().replace("-", "") == "utf8"
    text = json.dumps(document, indent=2, ensure_ascii=not utf8)
    if not text.replace("\n", "").isprintable():
        # Outside of strings JSON has nothing else that can't be printed, so every escape stands within one.
        text = "\n".join(_as_json(line) for line in text.split("\n"))
    return text + "\n"


def _as_json(line: str) -> str:
    return "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in line)


def value(item: object, limit: int = 80) -> str:
    """A field's value as a person reads it: text in quotes, nothing as `none`, anything else as JSON."""
    if item is None:
        return "none"
    if isinstance(item, bool):
        return "yes" if item else "no"
    if isinstance(item, str):
        return f"“{visible(item, limit)}”"
    return visible(json.dumps(item, ensure_ascii=False, sort_keys=True), limit)


def sentence(text: str, indent: str, limit: int = 600) -> str:
    """A sentence within `WIDTH`, made visible; its further lines stand below its first letter."""
    # Its import takes a millisecond, and where nothing is found there is no sentence.
    from textwrap import wrap

    after = " " * len(indent)
    return "\n".join(
        wrap(visible(text, limit), WIDTH, initial_indent=indent, subsequent_indent=after, break_long_words=False,
             break_on_hyphens=False)
    ) or indent.rstrip()  # fmt: skip
