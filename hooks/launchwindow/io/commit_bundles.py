"""The files of a commit in bundles: as those of the index, which are looked at one by one only where somebody asks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.io.git import READ_PATHS, listing_of
from launchwindow.io.listing import Listing

if TYPE_CHECKING:
    from launchwindow.io.git import Git

_ABOUT = re.compile(rb"(\A|\0)([0-7]+) [a-z]+ ([0-9a-f]+)\t")
"""How a record of a commit begins: mode, type, object id. No path has a NUL in it, so that it begins nowhere else."""


def bundles_of(git: Git, commit: str) -> Listing:
    """All that Launchwindow reads of a commit."""
    return Listing(as_staged(git.run(*listing_of(commit, READ_PATHS))))


def as_staged(listing: bytes) -> bytes:
    """What `git ls-tree -r -z` printed, as `git ls-files --stage -z` would."""
    return _ABOUT.sub(rb"\1\2 \3 0\t", listing)
