"""`sync` when GitHub gives no answer, a wrong one, or refuses: nothing twice, nothing lost, and it is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from jsonschema import Draft202012Validator

from support import tracker_view as view
from support.github_double import GitHubDouble, Kind
from support.on_github import OnGitHub, merged
from support.repository import ROOT

WINDOW = "2026-12-10"
MADE = (r"POST .*/labels$", r"POST .*/milestones$", r"POST .*/issues$", r"POST .*/comments$",
        r"POST .*/deployments$", r"POST .*/statuses$")  # fmt: skip


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits one second for an answer that does not come."""
    monkeypatch.setattr("launchwindow.io.github.connection.TIMEOUT", 1)


def released(place: OnGitHub) -> None:
    merged(place)
    place.at(f"{WINDOW}T10:00:00-05:00")
    place.run_json("release")


def each(place: OnGitHub, *kinds: str) -> Iterator[str]:
    """A release that GitHub shows nothing of, anew for each kind of call."""
    released(place)
    snapshot = view.Snapshot(place.hub)
    for kind in kinds or MADE:
        snapshot.restore()
        yield kind


def once_each(hub: GitHubDouble) -> None:
    """Everything is there, and once."""
    assert view.only(hub).told == (f"deploying {WINDOW}",)
    assert view.milestones(hub) == {f"Deploy window {WINDOW}": ("open", WINDOW)}
    assert view.deployments(hub) == [("production", WINDOW, ["in_progress"])]
    names = [one.name for one in hub.world.labels.values()]
    assert len(names) == len(set(names)) == 11


@pytest.mark.few(1)
@pytest.mark.parametrize("kind", [kind for kind in Kind if kind.done and kind is not Kind.BEHIND])
def test_an_answer_that_is_lost_makes_nothing_twice(place: OnGitHub, kind: Kind) -> None:
    for what in each(place):
        fault = place.hub.faults.after(kind, what)
        assert place.run_json("sync")["in_line"]
        assert fault.met == 1
        once_each(place.hub)
        assert place.run_json("sync")["made"] == view.NOTHING


def test_an_answer_that_is_lost_while_lists_lag_makes_nothing_twice(place: OnGitHub) -> None:
    """What was made can't be found at once: it is left alone until the next run, which finds it."""
    for what in each(place):
        fault = place.hub.faults.after(Kind.DROPPED_AFTER, what)
        behind = place.hub.faults.behind(r"GET .*/(labels|milestones|issues|comments|deployments|statuses)$", times=999)
        place.run("sync")
        assert fault.met == 1
        place.hub.faults.clear()
        assert place.run_json("sync")["in_line"]
        assert behind.met > 0
        once_each(place.hub)


def test_an_issue_that_no_list_shows_yet_is_found_by_its_number(place: OnGitHub) -> None:
    merged(place)
    place.run_json("sync")
    number = view.only(place.hub).number
    place.hub.faults.behind(r"GET .*/issues$", times=2)
    place.hub.world.issues[number].labels = []
    place.run_json("sync")
    assert view.only(place.hub).number == number


def dropped(hub: GitHubDouble, what: str) -> object:
    return hub.faults.drop_before(what)


def stalled(hub: GitHubDouble, what: str) -> object:
    return hub.faults.stall(what)


def failed(hub: GitHubDouble, what: str) -> object:
    return hub.faults.status(502, what)


@pytest.mark.few(1)
@pytest.mark.parametrize("fault", [dropped, stalled, failed], ids=lambda one: one.__name__)
def test_what_was_not_done_is_done_by_the_next_run(
    place: OnGitHub, fault: Callable[[GitHubDouble, str], object]
) -> None:
    # Silence lasts a second in these tests, so not every kind of call is tried with it.
    for what in each(place, *(MADE[2:4] if fault is stalled else MADE)):
        fault(place.hub, what)
        found = place.run_json("sync", status=1)
        assert not found["in_line"]
        assert len(found["failed"]) == 1
        assert "not done twice" in found["failed"][0]["because"]
        assert place.run_json("sync")["in_line"]
        once_each(place.hub)


def test_limits_are_waited_for(place: OnGitHub) -> None:
    for what in each(place, *MADE, r"GET ", r"PATCH "):
        began = place.now
        place.hub.faults.secondary_limit(what, retry_after=90)
        place.hub.faults.status(429, what, headers={"Retry-After": "30"})
        assert place.run_json("sync")["in_line"]
        assert (place.now - began).total_seconds() >= 120
        once_each(place.hub)


def test_one_issue_that_github_refuses_holds_up_no_other(place: OnGitHub) -> None:
    released(place)
    place.hub.faults.status(422, r"POST .*/comments$", message="Validation Failed")
    found = place.run_json("sync", status=1)
    assert [one["step"][:14] for one in found["failed"]] == ["make the issue"]
    assert view.deployments(place.hub) == [("production", WINDOW, ["in_progress"])]
    assert place.run_json("sync")["in_line"]
    once_each(place.hub)


def test_a_token_without_the_right_is_told_at_once(place: OnGitHub) -> None:
    released(place)
    place.token = place.hub.world.workflow_token_of(
        contents="write", pull_requests="read", checks="read", issues="read"
    )
    place.hub.log.clear()
    result = place.run("sync")
    assert result.status == 1
    assert "lacks a permission" in result.text
    assert "docs/security.md" in result.text
    assert len(place.hub.log.writes) == 1


def test_a_github_that_is_down_is_left_alone(place: OnGitHub) -> None:
    released(place)
    place.hub.faults.drop_before(r"(POST|PATCH) ", times=1000)
    found = place.run_json("sync", status=1)
    assert len(found["failed"]) == 3
    assert len(found["left"]) > 3
    contract = json.loads((ROOT / "schemas" / "sync.schema.json").read_text(encoding="utf-8"))
    assert [one.message for one in Draft202012Validator(contract).iter_errors(found)] == []
    place.hub.faults.clear()
    assert place.run_json("sync")["in_line"]
    once_each(place.hub)


def test_after_the_given_minutes_the_rest_is_left(place: OnGitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    released(place)
    monkeypatch.setattr("launchwindow.io.github.pace.MADE_A_MINUTE", 5)
    place.hub.limits.made_a_minute = 5
    began = place.now
    found = place.run_json("sync", "--minutes", "2", status=1)
    assert (place.now - began).total_seconds() < 120
    assert found["failed"] == []
    assert found["left"]
    while place.run("sync", "--minutes", "2").status != 0:
        assert (place.now - began).total_seconds() < 1200
    once_each(place.hub)


def test_issues_that_are_turned_off_are_told_with_where_to_turn_them_on(place: OnGitHub) -> None:
    merged(place)
    place.hub.faults.status(410, r"GET .*/issues$", message="Issues are disabled for this repo")
    result = place.run("sync")
    assert result.status == 1
    assert "Settings → General → Features" in result.text
