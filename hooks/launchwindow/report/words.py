"""The few words that every report needs, apart from what takes long to import."""

from __future__ import annotations

PAGE = "docs/rules.md"
"""Where the pages of all rules stand together; a rule's id is its anchor."""


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 request`, `2 requests`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
