"""What commands print for people, word for word: `golden/<situation>.txt`.

`LAUNCHWINDOW_GOLDEN=write pytest tests/test_golden.py` writes them anew; read the difference before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.walk import Walk

if TYPE_CHECKING:
    from support.walk import Said

GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.txt"))


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Said]:
    walk = Walk(tmp_path_factory.mktemp("walk"), "text")
    return {one.name: one for one in walk.said}


def test_there_are_golden_texts() -> None:
    assert len(NAMES) >= 10


@pytest.mark.parametrize("name", NAMES)
def test_text(said: dict[str, Said], name: str) -> None:
    text = said[name].result.text
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("LAUNCHWINDOW_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_text_ends_with_its_last_line_and_has_no_trailing_blanks(said: dict[str, Said]) -> None:
    for one in said.values():
        text = one.result.text
        assert text.endswith("\n"), one.name
        assert not text.endswith("\n\n"), one.name
        assert [line for line in text.splitlines() if line != line.rstrip()] == [], one.name


@pytest.mark.parametrize(
    "name",
    [
        "windows",
        "plan",
        "status",
        "status-overdue",
        "status-one",
        "status-deploying",
        "explain-date-held",
        "approve",
        "release-missed",
    ],
)
def test_sentences_fit_a_terminal_of_80_columns(said: dict[str, Said], name: str) -> None:
    # Addresses, values and ids are never broken: their lines begin with a sign, or hold an id.
    lines = [line for line in said[name].result.out.splitlines() if line.lstrip()[:1] not in "+-~" and "@" not in line]
    assert [line for line in lines if len(line) > 80] == []
    assert lines
