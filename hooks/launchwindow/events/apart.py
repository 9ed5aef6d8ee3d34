"""Which bundles share nothing with each other: what was looked through once is not looked through again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.parts import shares_of, sharing_with

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from launchwindow.events.kept_parts import KeptParts
    from launchwindow.events.narrowed import Narrowing
    from launchwindow.parts import Told

    States = Mapping[str, tuple[Told, ...]]


class Apart:
    """The bundles of one revision, of which each part is in one."""

    def __init__(
        self, kept: KeptParts, keys: Mapping[str, str], bundle_of: Mapping[str, str], narrowed: Narrowing
    ) -> None:
        self._kept, self._keys, self._in, self._narrowed = kept, keys, bundle_of, narrowed
        self._compared: Mapping[str, str] | None = None
        """The closed bundles that had to be looked through, which share nothing with any other."""

    def sharing_with(self, states: States, closed: Iterable[str]) -> list[str]:
        """The closed bundles that share something with an open part, or with each other.

        They need not be compared where they are among those that were found to share nothing, and each open one has
        nothing now that it did not have among them.
        """
        keys = {name: self._narrowed.key(name) if name in self._narrowed else self._keys[name] for name in closed}
        self._compared = None
        if self._kept.are_apart(keys) and self._have_nothing_new(states):
            return []
        shared = {name: self._narrowed.shared(name, states) if name in self._narrowed else self._kept.shared(name, key)
                  for name, key in keys.items()}  # fmt: skip
        lost = [name for name, one in shared.items() if one is None]
        if lost:
            return lost
        self._compared = keys
        return sharing_with(states, {name: one for name, one in shared.items() if one is not None})

    def _have_nothing_new(self, states: States) -> bool:
        # Of one that is narrowed it is known that the few have nothing that they did not have.
        found: dict[str, list[tuple[Told, ...]]] = {}
        for name, some in states.items():
            if self._in[name] not in self._narrowed:
                found.setdefault(self._in[name], []).append(some)
        for bundle, inside in found.items():
            before = self._kept.shared_before(bundle)
            if not shares_of(inside) <= (before.shares if before is not None else frozenset()):
                return False
        return True

    def keep(self, fresh: Mapping[str, str], together: Iterable[str], bundles: Collection[str]) -> None:
        """Keep it of the `fresh` ones, and of those compared now, or else of those known."""
        # Of a bundle that is narrowed one of the few may share something with another one's.
        shared = {self._in[name] for name in together}
        compared = self._compared
        if compared is not None:
            compared = {name: key for name, key in compared.items() if name not in shared}
        self._kept.keep_apart(fresh, compared, bundles)
