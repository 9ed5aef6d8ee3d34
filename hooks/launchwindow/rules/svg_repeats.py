"""How often an SVG's `use` elements draw parts again: a few of them within each other keep a browser busy for hours.

Part of the rule `logo-safety`; no rule itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST = 10_000
"""Parts drawn in all. Logos have some dozens."""
_MOST_USES = 2_000
_DEEPEST = 20


class Repeats:
    """Counts while elements open and close."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._targets: dict[str, list[str]] = {"": []}
        self._uses = 0

    def open(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins; `name` is in lower case and without its namespace."""
        self._open.append(attributes.get("id", ""))
        if name == "use" and self._uses <= _MOST_USES:
            self._uses += 1
            for attribute, value in attributes.items():
                if attribute.rpartition(" ")[2].lower() == "href" and value.strip().startswith("#"):
                    for part in {"", *self._open}:
                        self._targets.setdefault(part, []).append(value.strip()[1:])

    def close(self) -> None:
        """The element that began last ends."""
        self._open.pop()

    def too_many(self) -> bool:
        """Whether more than `MOST` parts are drawn, or so deep within each other that nobody would count."""
        return self._uses > _MOST_USES or self._drawn("", 0, {}) > MOST

    def _drawn(self, part: str, depth: int, known: dict[str, int]) -> int:
        if depth > _DEEPEST:
            return MOST + 1
        if part not in known:
            total = 1
            for target in self._targets.get(part, ()):
                total += self._drawn(target, depth + 1, known)
                if total > MOST:
                    break
            known[part] = total
        return known[part]
