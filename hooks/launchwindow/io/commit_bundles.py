"""The files of a commit in bundles: as those of the index, which are looked at one by one only where somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.io.git import READ_PATHS, listing_of
from launchwindow.io.listing import Listing

if TYPE_CHECKING:
    from launchwindow.io.git import Git

_USUAL = ((b"100644", b"blob"), (b"100755", b"blob"), (b"120000", b"blob"), (b"160000", b"commit"))
"""Modes and types of what git has in a folder that is none itself."""
_KINDS = (b"blob", b"commit", b"tree")


def bundles_of(git: Git, commit: str) -> Listing:
    """All that Launchwindow reads of a commit."""
    return Listing(as_staged(git.run(*listing_of(commit, READ_PATHS))))


def as_staged(listing: bytes) -> bytes:
    """What `git ls-tree -r -z` printed, as `git ls-files --stage -z` would: in one go, where no path is in the way."""
    text = b"\0" + listing
    for mode, kind in _USUAL:
        text = text.replace(b"\0%b %b " % (mode, kind), b"\0%b " % mode)
    if text.count(b"\t") == listing.count(b"\0") and not any(b" %b " % kind in text for kind in _KINDS):
        return text[1:].replace(b"\t", b" 0\t")
    return b"".join(map(_as_staged, listing.split(b"\0")[:-1]))


def _as_staged(record: bytes) -> bytes:
    about, _, path = record.partition(b"\t")
    mode, _, identity = about.split(b" ")
    return b"%b %b 0\t%b\0" % (mode, identity, path)
