"""What most tests of GitHub begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.on_github import OnGitHub, opened


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OnGitHub]:
    """A fleet on the stand-in for GitHub, nothing merged yet. Time is the stand-in's: waiting costs none."""
    place = opened(tmp_path)
    monkeypatch.setattr("launchwindow.io.clock.pause", place.hub.clock.advance)
    monkeypatch.setattr("launchwindow.io.clock.now", place.hub.clock.now)
    with place.hub:
        yield place
