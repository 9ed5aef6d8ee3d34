"""Every code block of the documentation is of a known kind; what can be played is what the program prints.

`LAUNCHWINDOW_UPDATE=1` writes the real output into the pages; `support/pages.py` has the kinds.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support.block_kinds import mistakes
from support.pages import Block, blocks_of, pages, play
from support.repository import ROOT
from support.scenes import SCENES


def update(page: Path, told: Block, found: str) -> None:
    """Bring a page up to date."""
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace(f"```console\n{told.body}```", f"```console\n{found}```"), encoding="utf-8")


@pytest.mark.parametrize("page", SCENES, ids=lambda page: page.name)
def test_a_page_shows_what_the_program_prints(page: Path, tmp_path: Path) -> None:
    for block, found in play(page, SCENES[page], tmp_path):
        if os.environ.get("LAUNCHWINDOW_UPDATE"):
            update(page, block, found)
        else:
            assert found == block.body, block.place


def test_every_scene_is_shown_and_every_page_with_scenes_is_played() -> None:
    shown = {page: {block.scene for block in blocks_of(page) if block.word == "scene"} for page in pages()}
    assert {page: scenes for page, scenes in shown.items() if scenes} == {
        page: set(scenes) for page, scenes in SCENES.items()
    }
    assert ROOT / "README.md" in SCENES


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_is_of_a_known_kind_and_sound(page: Path) -> None:
    assert [f"{block.place}: {mistake}" for block in blocks_of(page) for mistake in mistakes(block)] == []
