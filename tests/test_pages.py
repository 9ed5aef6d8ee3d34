"""Every code block of the documentation is of a known kind; what can be played is what the program prints.

`LAUNCHWINDOW_UPDATE=1` writes the real output into the pages; `support/pages.py` has the kinds.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support.block_kinds import mistakes
from support.pages import MARKER, Block, aligned, blocks_of, pages, play
from support.repository import ROOT
from support.scenes import SCENES

UPDATE = bool(os.environ.get("LAUNCHWINDOW_UPDATE"))


def update(page: Path, played: list[tuple[Block, str]]) -> None:
    """Bring a page up to date, from its end on, so that no block moves before its turn."""
    lines = page.read_text(encoding="utf-8").split("\n")
    for block, found in reversed(played):
        lines[block.line : block.line + len(block.body.splitlines())] = found.splitlines()
    page.write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What several pages begin with."""
    return tmp_path_factory.mktemp("kept")


@pytest.mark.parametrize("page", SCENES, ids=lambda page: page.name)
def test_a_page_shows_what_the_program_prints(page: Path, tmp_path: Path, kept: Path) -> None:
    known: list[tuple[Block, str]] = []
    try:
        for block, found in play(page, SCENES[page], tmp_path, kept):
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


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_a_page_says_who_it_is_for_in_its_first_line(page: Path) -> None:
    title, empty, first = page.read_text(encoding="utf-8").split("\n")[:3]
    assert (title[:2], empty, first[:4]) == ("# ", "", "For ")


MISTAKES = [
    ("```console\n$ ls\n```", "name the scene that plays it"),
    ("<!-- told: so -->\n```console\n$ launchwindow launch\n```", "there is no command"),
    ("<!-- told: so -->\n```console\n$ launchwindow check --sooon\n```", "unrecognized arguments"),
    ("<!-- told: so -->\n```console\n$ make launch\n```", "there is no `make launch`"),
    ("<!-- told: so -->\n```console\n$ ls\nREADME.md\n```", "nothing holds what it shows"),
    ("<!-- told: so -->\n```console\nls\n```", "it has no command"),
    ("```diff\n-a\n```", "name the file"),
    ("```diff\n--- a\n-a\n```", "nothing plays the page"),
    ("```diff\n--- a\na\n```", "each line begins"),
    ("```yaml\nissuer: 1\n```", "is not of type 'string'"),
    ("```yaml\nisuer: a\n```", "it shows no piece of app"),
    ("```yaml\na: 1\na: 2\n```", "a second time"),
    ("```yaml\non: push\njobs: {a: {steps: []}}\n```", "is not valid"),
    ("```yaml\nrepos: [{rev: a}]\n```", "repo"),
    ('```json\n{"a": }\n```', "Expecting value"),
    ('```json\n{"schema": "launchwindow.explain/1"}\n```', "is a required property"),
    ("```sh\nif\n```", "syntax error"),
    ("```sh\nlaunchwindow launch\n```", "there is no command"),
    ("```python\nif\n```", "invalid syntax"),
    ("```toml\na =\n```", "Invalid value"),
    ("```\na drawing\n```", "give it a language"),
    ("```text\na drawing\n```", "give it a language"),
    ("```ruby\nputs\n```", "`ruby` is no language"),
]
"""A page, and what is wrong with its block."""


@pytest.mark.parametrize(("text", "mistake"), MISTAKES, ids=lambda text: text.replace("\n", " ")[:40])
def test_a_block_that_nothing_would_hold_is_told(text: str, mistake: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# A page\n\n{text}\n", encoding="utf-8")
    [block] = blocks_of(page)
    assert mistake in "\n".join(mistakes(block))


def test_a_marker_that_belongs_to_no_block_is_told() -> None:
    """With an empty line between them a block would seem to have none."""
    texts = {page: page.read_text(encoding="utf-8").split("\n") for page in pages()}
    lost = [
        f"{page.relative_to(ROOT)}:{number}"
        for page, lines in texts.items()
        for number, line in enumerate(lines, 1)
        if MARKER.match(line) and not lines[number].lstrip().startswith("```")
    ]
    assert lost == []


def test_a_block_without_an_end_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="line 1 has no end"):
        blocks_of(tmp_path, "```yaml\na: 1\n")


@pytest.mark.parametrize(
    ("expected", "lines", "same"),
    [
        (["a", "…", "d"], ["a", "b", "c", "d"], True),
        (["a", "…"], ["a"], True),
        (["…", "b"], ["a"], False),
        (["a"], ["a", "b"], False),
        (["@3f2c1ab90d12"], ["@000000000000"], True),
        ([], ["a"], False),
    ],
)
def test_what_a_page_leaves_out_is_all_that_may_differ(expected: list[str], lines: list[str], same: bool) -> None:
    assert (aligned(expected, lines) is not None) is same
