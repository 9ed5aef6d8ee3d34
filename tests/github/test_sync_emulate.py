"""`sync` against an emulator of GitHub that others wrote: what it shows there is what it shows on the double.

The emulator has no deployments, so a request's life ends here before its release.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from github.Repository import Repository as OnEmulate

from support import tracker_view as view
from support.emulate import TOKEN, Emulate, demand
from support.repository import MERGED, Repository

WINDOW = "2026-12-10"


@pytest.fixture(scope="module")
def emulate() -> Iterator[Emulate]:
    demand()
    with Emulate() as running:
        yield running


@pytest.fixture
def shown(emulate: Emulate) -> OnEmulate:
    return emulate.repository()


@pytest.fixture
def work(tmp_path: Path) -> Repository:
    """The example, with one request that is scheduled."""
    work = Repository(tmp_path / "work").adopted()
    work.change("friendly_name: Benefits Finder", "friendly_name: Benefits Finder 2")
    work.run_json("request")
    return work


def sync(work: Repository, emulate: Emulate, shown: OnEmulate) -> dict[str, Any]:
    environment = {"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": emulate.url}
    result = work.run("sync", "--github", shown.full_name, "--format", "json", env=environment)
    assert result.status == 0, result.text
    document: dict[str, Any] = json.loads(result.out)
    return document


def told(shown: OnEmulate) -> list[str]:
    (issue,) = shown.get_issues(state="all")
    found = [view.TOLD.match(one.body) for one in issue.get_comments()]
    return [one[2] for one in found if one]


def test_a_request_is_shown_held_and_let_go(emulate: Emulate, shown: OnEmulate, work: Repository) -> None:
    sync(work, emulate, shown)
    (issue,) = shown.get_issues(state="all")
    assert issue.title.startswith("production: exa/benefits-finder: ")
    assert {one.name for one in issue.labels} == {"launchwindow", "environment: production", "state: scheduled"}
    assert issue.milestone.title == f"Deploy window {WINDOW}"
    assert sync(work, emulate, shown)["calls"] == {"GET": 4, "POST": 0, "PATCH": 0}
    request = work.run_json("status")["requests"][0]["id"]
    for lever, word in (("hold", "--reason"), ("resume", "--note")):
        assert work.run(lever, request, "--by", "reviewer@login.gov", word, "Wait", now=MERGED).status == 0
        sync(work, emulate, shown)
    assert told(shown) == [f"scheduled {WINDOW}", "held 2026-11-24", f"scheduled {WINDOW}"]
    assert sync(work, emulate, shown)["made"] == view.NOTHING


def test_what_somebody_changed_is_put_back(emulate: Emulate, shown: OnEmulate, work: Repository) -> None:
    sync(work, emulate, shown)
    (issue,) = shown.get_issues(state="all")
    issue.edit(title="Else", body=issue.body.replace("Dana", "Olga"), labels=["mine"], state="closed")
    shown.get_label("state: scheduled").delete()
    shown.get_milestone(1).edit(title="Christmas", state="closed")
    assert sync(work, emulate, shown)["made"]["issue"] == 0
    (after,) = shown.get_issues(state="all")
    assert (after.number, after.state) == (issue.number, "open")
    assert (after.title.startswith("production: "), "Olga" in after.body) == (True, False)
    assert {one.name for one in after.labels} == {"launchwindow", "environment: production", "state: scheduled", "mine"}
    assert shown.get_milestone(1).title == f"Deploy window {WINDOW}"
    assert sync(work, emulate, shown)["made"] == view.NOTHING
