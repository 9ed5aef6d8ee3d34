"""What comes before each console block of the documentation, page by page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from support.pages import Stage
from support.repository import ROOT
from support.scenes import adopting, operations, overview, rotation, tasks, tutorial

Scene = Callable[[Stage], str]
"""Brings a page's story on and answers with the time that the block's commands run at."""

DOCS = ROOT / "docs"

SCENES: dict[Path, dict[str, Scene]] = {
    ROOT / "README.md": overview.README,
    DOCS / "add-an-app.md": tasks.ADD_AN_APP,
    DOCS / "adopting.md": adopting.SCENES,
    DOCS / "board.md": overview.BOARD,
    DOCS / "calendar.md": overview.CALENDAR,
    DOCS / "change-an-app.md": tasks.CHANGE_AN_APP,
    DOCS / "change-policy.md": tasks.CHANGE_POLICY,
    DOCS / "deploy-day.md": tasks.DEPLOY_DAY,
    DOCS / "exchange.md": overview.EXCHANGE,
    DOCS / "findings.md": tasks.FINDINGS,
    DOCS / "operations.md": operations.SCENES,
    DOCS / "review.md": tasks.REVIEW,
    DOCS / "rotation.md": rotation.SCENES,
    DOCS / "scheduling.md": overview.SCHEDULING,
    DOCS / "tutorial.md": tutorial.SCENES,
    DOCS / "upgrade.md": tasks.UPGRADE,
}
"""Page -> the scenes that it names, each at least once."""
