"""`sync` of a window with many requests: within GitHub's limits as published, and by what changed alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support import tracker_view as view
from support.on_github import OnGitHub, opened
from support.repository import ADOPTED, ROOT, Repository

WINDOW = "2026-12-10"
LISTED = "integrations: [Forms Library]"
LIBRARY = "apps/exa/forms-library"


MOST = 500


def all_listed(work: Repository) -> None:
    """The agreement names every app that a test may add."""
    names = ", ".join(f"Library {one:03}" for one in range(MOST))
    work.edit("partners/exa.yaml", LISTED, f"integrations: [Forms Library, {names}]")
    work.commit("List them", at=ADOPTED)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OnGitHub]:
    place = opened(tmp_path, whole_fleet=True, prepare=all_listed)
    monkeypatch.setattr("launchwindow.io.clock.pause", place.hub.clock.advance)
    monkeypatch.setattr("launchwindow.io.clock.now", place.hub.clock.now)
    with place.hub:
        yield place


def many(place: OnGitHub, number: int) -> None:
    """So many new apps, each with its twin in sandbox, in one pull request that is merged and recorded."""
    work = place.work
    work.branch("many", "refs/heads/main")
    logo = (work.path / LIBRARY / "logo.png").read_bytes()
    for one in range(number):
        folder = f"apps/exa/library-{one:03}"
        work.write(f"{folder}/logo.png", logo)
        for environment in ("production", "sandbox"):
            text = work.read(f"{LIBRARY}/{environment}.yaml").replace("app_name: Forms L", "app_name: L")
            text = text.replace("app_name: Library", f"app_name: Library {one:03}").replace(
                "team: forms", "team: benefits"
            )
            work.write(f"{folder}/{environment}.yaml", text.replace("exa:forms-library", f"exa:library-{one:03}"))
    work.commit("Add libraries", at=place.now.isoformat())
    place.push()
    merge(place, "many")
    place.run_json("request")


def merge(place: OnGitHub, branch: str) -> None:
    number = place.hub.open_pull("exa-benefits-dev", branch, branch)
    place.check()
    place.hub.review(number, "login-reviewer")
    place.hub.merge(number, "admin")
    place.to_main()


def synced(place: OnGitHub) -> int:
    """`sync` without being refused once; how many calls it made."""
    place.hub.log.clear()
    assert place.run_json("sync")["in_line"]
    assert [call.status for call in place.hub.log.calls if call.status in (403, 429) and call.path != "/user"] == []
    return len(place.hub.log)


@pytest.mark.parametrize("number", [1, *(pytest.param(one, marks=pytest.mark.crash) for one in (50, 500))])
def test_a_window_of_many_stays_within_the_limits(place: OnGitHub, number: int) -> None:
    many(place, number)
    merging = synced(place)
    place.at(f"{WINDOW}T10:00:00-05:00")
    assert len(place.run_json("release")["released"]) == number
    releasing = synced(place)
    # The limits are counted for the token, whose last run is over for an hour.
    place.hub.clock.advance(3600)
    place.run_json("confirm", "--by", "dee", "--note", "seen")
    confirming = synced(place)
    place.hub.clock.advance(3600)
    again = synced(place)
    ends = [(one.end, one.told) for one in view.issues(place.hub)]
    told = (f"scheduled {WINDOW}", f"deploying {WINDOW}", f"deployed {WINDOW}")
    assert ends == [("completed", told)] * number
    # Three calls make an issue, three bring one in line; the rest does not grow but by the page of a hundred.
    pages = 1 + (number - 1) // 100
    calls = [3 * number + 20, 3 * number + 9 + pages, 3 * number + 8 + pages, 4]
    assert [merging, releasing, confirming, again] == calls
    page = (ROOT / "docs" / "change-requests.md").read_text(encoding="utf-8")
    assert f"| {number} | {calls[0]:,}" in page
    assert f" | {calls[1]:,} | {calls[2]:,} | {calls[3]:,} |" in page
