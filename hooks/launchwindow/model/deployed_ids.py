"""Ids of the apps that are released and active, as the names of the ledger's files have them.

Every check of a fleet of thousands asks for a few of them, so that they stay as git lists them, in order: to make a set
of all takes longer than to find those that are asked for.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Self


class DeployedIds:
    """Ids such as `production/exa/benefits-finder`."""

    def __init__(self, paths: Iterable[bytes]) -> None:
        """`paths` are those of files such as `deployed/production/exa/benefits-finder.yaml`, and may be others."""
        # Git lists them in this order, so that little is left to do; but a tree that somebody damaged may have another.
        self._paths = sorted(paths)

    @classmethod
    def of(cls, ids: Iterable[str]) -> Self:
        """Those ids."""
        return cls(map(_path, ids))

    @classmethod
    def named(cls, paths: Iterable[str]) -> Self:
        """Those of the files of these paths."""
        return cls(map(_text, paths))

    def __contains__(self, app_id: object) -> bool:
        path = _path(str(app_id))
        at = bisect_left(self._paths, path)
        return at < len(self._paths) and self._paths[at] == path

    def of_partner(self, environment: str, partner: str) -> Sequence[bytes]:
        """The paths of a partner's."""
        # Behind all that begins with `x/` is whatever begins with the next character, `x0`.
        folder = _text(f"deployed/{environment}/{partner}")
        return self._paths[bisect_left(self._paths, folder + b"/") : bisect_left(self._paths, folder + b"0")]


def _path(app_id: str) -> bytes:
    return _text(f"deployed/{app_id}.yaml")


def _text(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
