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

UPDATE = bool(os.environ.get("LAUNCHWINDOW_UPDATE"))


def update(page: Path, played: list[tuple[Block, str]]) -> None:
    """Bring a page up to date, from its end on, so that no block moves before its turn."""
    lines = page.read_text(encoding="utf-8").split("\n")
    for block, found in reversed(played):
        lines[block.line : block.line + len(block.body.splitlines())] = found.splitlines()
    page.write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.parametrize("page", SCENES, ids=lambda page: page.name)
def test_a_page_shows_what_the_program_prints(page: Path, tmp_path: Path) -> None:
    known: list[tuple[Block, str]] = []
    try:
        for block, found in play(page, SCENES[page], tmp_path):
            known.append((block, found))
            assert found == block.body or UPDATE, block.place
    finally:
        if UPDATE:
            update(page, known)


def test_every_scene_is_shown_and_every_page_with_scenes_is_played() -> None:
    shown = {page: {block.scene for block in blocks_of(page) if block.word == "scene"} for page in pages()}
    assert {page: scenes for page, scenes in shown.items() if scenes} == {
        page: set(scenes) for page, scenes in SCENES.items()
    }
    assert ROOT / "README.md" in SCENES


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_is_of_a_known_kind_and_sound(page: Path) -> None:
    assert [f"{block.place}: {mistake}" for block in blocks_of(page) for mistake in mistakes(block)] == []
