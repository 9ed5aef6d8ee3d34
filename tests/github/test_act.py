"""The workflows of this repository as they run: the real act, the real action.yml, a real remote, the double of GitHub."""

from __future__ import annotations

import pytest
from collections.abc import Iterator
from pathlib import Path
from support.act import Act, installed_in, opened_with_tool
from support.on_github import NAME, OnGitHub

pytestmark = pytest.mark.act


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed_in(tmp_path_factory.mktemp("runner"))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[OnGitHub]:
    place = opened_with_tool(tmp_path)
    with place.hub:
        yield place


@pytest.fixture
def act(tmp_path: Path, place: OnGitHub, installed: Path) -> Act:
    return Act(tmp_path / "act", place, installed)


def test_try(place: OnGitHub, act: Act) -> None:
    n = place.pull()
    place.hub.review(n, "login-reviewer")
    place.hub.merge(n, "admin")
    ran = act.run("merge.yml", "push", {"ref": "refs/heads/main"})
    print(ran.log, ran.summary, ran.outputs, ran.steps)
    place.at("2026-12-10T10:00:00-05:00")
    ran = act.run("window.yml", "schedule", {})
    print(ran.log, ran.summary, ran.outputs, ran.steps)
    assert 0
