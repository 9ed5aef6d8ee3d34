"""The comment as a workflow's step writes it: by `action.yml`'s inputs and the runner's variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from launchwindow.action.run import main
from support.on_github import NAME, OnGitHub

RUN = f"https://github.com/{NAME}/actions/runs/42"


def step(place: OnGitHub, patch: pytest.MonkeyPatch, folder: Path, number: int | None) -> tuple[int, str, str]:
    """(exit status, summary, outputs) of the step Plan."""
    variables = {
        "LAUNCHWINDOW_COMMAND": "plan", "LAUNCHWINDOW_BASE": "refs/remotes/origin/main",
        "LAUNCHWINDOW_HEAD": place.work.head, "LAUNCHWINDOW_PULL_REQUEST": str(number or ""),
        "LAUNCHWINDOW_WORKING_DIRECTORY": str(place.work.path), "LAUNCHWINDOW_NOW": place.now.isoformat(),
        "GITHUB_TOKEN": place.token, "GITHUB_API_URL": place.hub.url, "GITHUB_REPOSITORY": NAME,
        "GITHUB_RUN_ID": "42", "GITHUB_STEP_SUMMARY": str(folder / "summary"), "GITHUB_OUTPUT": str(folder / "out"),
    }  # fmt: skip
    for name, value in variables.items():
        patch.setenv(name, value)
    status = main()
    return status, (folder / "summary").read_text(), (folder / "out").read_text()


def test_a_step_writes_comment_and_summary(place: OnGitHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    status, summary, outputs = step(place, monkeypatch, tmp_path, place.pull())
    body = next(iter(place.hub.world.comments.values())).body
    assert (status, "planned" in outputs) == (0, True)
    assert body.partition("### 1 change request")[2].strip() in summary
    assert RUN not in body


def test_a_page_that_is_cut_links_to_the_run(place: OnGitHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("launchwindow.report.page.page.LONGEST", 1500)
    step(place, monkeypatch, tmp_path, place.pull())
    body = next(iter(place.hub.world.comments.values())).body
    assert len(body) <= 1500
    assert body.endswith(f"({RUN}).")


def test_a_comment_that_can_not_be_written_blocks_and_leaves_the_summary(
    place: OnGitHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    number = place.pull()
    place.hub.faults.status(403, r"POST .*/comments", message="Resource not accessible by integration")
    status, summary, outputs = step(place, monkeypatch, tmp_path, number)
    assert status == 1
    assert "no-comment" in outputs
    assert "#### production&#47;exa&#47;benefits&#45;finder" in summary


def test_a_forks_step_writes_the_summary_alone(
    place: OnGitHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place.pull()
    status, summary, _ = step(place, monkeypatch, tmp_path, None)
    assert status == 0
    assert "#### production&#47;exa&#47;benefits&#45;finder" in summary
    assert place.hub.log.writes == []
