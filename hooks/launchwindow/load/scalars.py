"""Plain YAML scalars as the core schema of YAML 1.2 reads them: `no` is a string, and so is a date."""

from __future__ import annotations

import re

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}\Z|0o[0-7]{1,19}\Z|0x[0-9a-fA-F]{1,14}\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,18}|[0-9]{1,18}(?:\.[0-9]{0,18})?)(?:[eE][-+]?[0-9]{1,2})?\Z")
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip


def resolve(text: str) -> str | int | float | bool | None:
    """The value of an unquoted scalar.

    Not numbers here, though YAML has them: infinities, NaN and digits beyond what a 64-bit reader keeps.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "-+.0123456789":
        if _INTEGER.match(text):
            return int(text, 0) if text[1:2] in ("o", "x") else int(text)
        if _FLOAT.match(text):
            return float(text)
    return text
