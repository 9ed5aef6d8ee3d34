"""What comes before each console block of the documentation, page by page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from support.pages import Stage
from support.repository import ROOT
from support.scenes import adopting, operations, overview, rotation, tutorial

Scene = Callable[[Stage], str]
"""Brings a page's story on and answers with the time that the block's commands run at."""

DOCS = ROOT / "docs"

SCENES: dict[Path, dict[str, Scene]] = {
    ROOT / "README.md": overview.README,
    DOCS / "scheduling.md": overview.SCHEDULING,
    DOCS / "calendar.md": overview.CALENDAR,
    DOCS / "adopting.md": adopting.SCENES,
    DOCS / "operations.md": operations.SCENES,
    DOCS / "rotation.md": rotation.SCENES,
    DOCS / "tutorial.md": tutorial.SCENES,
}
"""Page -> the scenes that it names, each at least once."""
