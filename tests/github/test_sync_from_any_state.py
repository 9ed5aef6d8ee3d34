"""`sync` converges from whatever people, or a run that was killed, left behind; nothing is made twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from support import tracker_view as view
from support.github_double import GitHubDouble, Kind
from support.github_double.faults import Fault
from support.on_github import NEW, OnGitHub, merged, opened
from support.repository import FILE

WINDOW = "2026-12-10"
MILESTONE = f"Deploy window {WINDOW}"


def bot_issue(hub: GitHubDouble) -> int:
    return view.only(hub).number


def retitled(hub: GitHubDouble) -> None:
    hub.world.issues[bot_issue(hub)].title = "Something else"


def body_changed(hub: GitHubDouble) -> None:
    issue = hub.world.issues[bot_issue(hub)]
    issue.body = (issue.body or "").replace("2026-12-10", "2026-11-30")


def body_cut(hub: GitHubDouble) -> None:
    """The mark by which it is found is gone with the rest."""
    hub.world.issues[bot_issue(hub)].body = "Nothing to see here."


def body_told_more(hub: GitHubDouble) -> None:
    """The body claims that all was told."""
    issue = hub.world.issues[bot_issue(hub)]
    issue.body = (issue.body or "").replace("told 1 scheduled 2026-12-10", "told 9 deployed 2026-12-10")


def labels_taken(hub: GitHubDouble) -> None:
    hub.world.issues[bot_issue(hub)].labels = []


def label_of_all_taken(hub: GitHubDouble) -> None:
    issue = hub.world.issues[bot_issue(hub)]
    issue.labels = [one for one in issue.labels if one.name != "launchwindow"]


def label_renamed(hub: GitHubDouble) -> None:
    hub.world.rename_label("launchwindow", "rockets")


def state_label_renamed(hub: GitHubDouble) -> None:
    hub.world.rename_label("state: scheduled", "later")


def label_deleted(hub: GitHubDouble) -> None:
    label = hub.world.labels.pop("launchwindow")
    for issue in hub.world.issues.values():
        issue.labels = [one for one in issue.labels if one is not label]


def label_recolored(hub: GitHubDouble) -> None:
    hub.world.labels["state: scheduled"].color = "ffffff"


def closed_by_hand(hub: GitHubDouble) -> None:
    issue = hub.world.issues[bot_issue(hub)]
    issue.closed, issue.reason, issue.updated = hub.world.now(), "completed", hub.world.now()


def milestone_closed(hub: GitHubDouble) -> None:
    next(iter(hub.world.milestones.values())).closed = hub.world.now()


def milestone_renamed(hub: GitHubDouble) -> None:
    next(iter(hub.world.milestones.values())).title = "Christmas"


def milestone_moved(hub: GitHubDouble) -> None:
    next(iter(hub.world.milestones.values())).due = None


def milestone_emptied(hub: GitHubDouble) -> None:
    next(iter(hub.world.milestones.values())).description = None


def milestone_deleted(hub: GitHubDouble) -> None:
    hub.world.milestones.clear()
    hub.world.issues[bot_issue(hub)].milestone = None


def milestone_taken(hub: GitHubDouble) -> None:
    hub.world.issues[bot_issue(hub)].milestone = None


VANDALS = [
    retitled, body_changed, labels_taken, label_of_all_taken, label_renamed, state_label_renamed, label_deleted,
    label_recolored, closed_by_hand, milestone_closed, milestone_renamed, milestone_moved, milestone_emptied,
    milestone_deleted, milestone_taken,
]  # fmt: skip


@pytest.mark.few(3)
@pytest.mark.parametrize("vandal", VANDALS, ids=lambda one: one.__name__)
def test_what_somebody_changed_is_put_back(place: OnGitHub, vandal: Callable[[GitHubDouble], None]) -> None:
    merged(place)
    place.run_json("sync")
    before, number = view.state(place.hub), bot_issue(place.hub)
    vandal(place.hub)
    assert view.state(place.hub) != before
    assert place.run_json("sync")["in_line"]
    assert place.run_json("sync")["made"] == view.NOTHING
    assert view.state(place.hub) == {**before, "issues": [one._replace(number=0, end=None) for one in before["issues"]]}
    assert bot_issue(place.hub) == number


def test_a_deleted_issue_is_made_again_and_tells_where_it_stands(place: OnGitHub) -> None:
    merged(place)
    place.run_json("sync")
    before = view.state(place.hub)
    place.hub.world.delete_issue(bot_issue(place.hub))
    assert place.run_json("sync")["made"]["issue"] == 1
    assert view.state(place.hub) == before
    assert place.run_json("sync")["made"] == view.NOTHING


def test_an_issue_whose_mark_is_gone_is_made_again(place: OnGitHub) -> None:
    merged(place)
    place.run_json("sync")
    before = view.state(place.hub)
    body_cut(place.hub)
    assert place.run_json("sync")["made"]["issue"] == 1
    assert view.state(place.hub) == before


def test_a_body_that_claims_to_have_told_all_is_not_believed(place: OnGitHub) -> None:
    merged(place)
    place.run_json("sync")
    body_told_more(place.hub)
    place.run_json("sync")
    assert view.only(place.hub).told[-1] == f"scheduled {WINDOW}"
    assert place.run_json("sync")["made"] == view.NOTHING


def test_an_issue_that_was_opened_again_after_its_end_is_closed(place: OnGitHub) -> None:
    merged(place)
    place.run_json("sync")
    place.at(f"{WINDOW}T10:00:00-05:00")
    place.run_json("release")
    place.run_json("confirm", "--by", "dee", "--note", "seen")
    place.run_json("sync")
    before = view.state(place.hub)
    place.at("2027-02-10T10:00:00-05:00")
    place.hub.world.issues[bot_issue(place.hub)].closed = None
    place.run_json("sync")
    after = view.state(place.hub)
    assert after["issues"] == before["issues"]
    assert after["issues"][0].end == "completed"


def test_labels_that_people_gave_stay(place: OnGitHub) -> None:
    merged(place)
    place.run_json("sync")
    repo = place.hub.client(place.hub.world.token_of("admin")).get_repo("example/partners")
    repo.get_issue(bot_issue(place.hub)).add_to_labels("ask the agency")
    labels_before = view.only(place.hub).labels
    place.run("hold", place.run_json("status")["requests"][0]["id"], "--by", "reviewer@login.gov", "--reason", "Wait")
    place.run_json("sync")
    assert set(labels_before) - set(view.only(place.hub).labels) == {"state: scheduled"}
    assert "ask the agency" in view.only(place.hub).labels


def test_an_issue_with_a_forged_mark_is_not_ours(place: OnGitHub) -> None:
    merged(place)
    place.run_json("sync")
    real = view.only(place.hub)
    repo = place.hub.client(place.hub.world.token_of("olga")).get_repo("example/partners")
    forged = repo.create_issue("Change", place.hub.world.issues[real.number].body or "").number
    place.hub.world.delete_issue(real.number)
    place.hub.log.clear()
    place.run_json("sync")
    assert view.only(place.hub).number not in (real.number, forged)
    assert [call for call in place.hub.log.writes if call.path.endswith(f"/issues/{forged}")] == []


def test_a_forged_comment_silences_nothing(place: OnGitHub) -> None:
    merged(place)
    place.run_json("sync")
    number = bot_issue(place.hub)
    repo = place.hub.client(place.hub.world.token_of("olga")).get_repo("example/partners")
    repo.get_issue(number).create_comment(f"<!-- launchwindow:told 2 deploying {WINDOW} -->\nDeploying")
    place.at(f"{WINDOW}T10:00:00-05:00")
    place.run_json("release")
    place.run_json("sync")
    assert view.only(place.hub).told == (f"scheduled {WINDOW}", f"deploying {WINDOW}")


def test_of_two_issues_of_one_request_the_first_stays(place: OnGitHub) -> None:
    merged(place)
    place.run_json("sync")
    first = view.only(place.hub)
    bot = place.hub.client(place.token).get_repo("example/partners")
    second = bot.create_issue(first.title, place.hub.world.issues[first.number].body or "", labels=["launchwindow"])
    place.run_json("sync")
    again = place.hub.world.issues[second.number]
    assert (again.closed is not None, again.reason) == (True, "not_planned")
    assert place.hub.world.issues[first.number].closed is None
    assert place.run_json("sync")["made"] == view.NOTHING


def test_an_issue_of_an_unknown_request_is_told_and_left(place: OnGitHub) -> None:
    merged(place)
    bot = place.hub.client(place.token).get_repo("example/partners")
    body = "<!-- launchwindow:request production/exa/old@0123456789ab -->\nOld"
    number = bot.create_issue("Old", body, labels=["launchwindow"]).number
    found = place.run_json("sync")
    assert found["unknown_issues"] == [number]
    assert place.hub.world.issues[number].closed is None


def test_what_was_not_shown_at_its_end_is_shown_by_the_next_run(place: OnGitHub) -> None:
    """Nothing on GitHub is about it yet, and in the ledger it is over."""
    place.run_json("sync")
    merged(place)
    place.at(f"{WINDOW}T10:00:00-05:00")
    place.run_json("release")
    place.run_json("confirm", "--by", "dee", "--note", "seen")
    place.hub.faults.status(422, r"POST .*/issues$", message="Validation Failed")
    assert not place.run_json("sync", status=1)["in_line"]
    assert view.issues(place.hub) == []
    place.at("2027-02-10T10:00:00-05:00")
    assert place.run_json("sync")["in_line"]
    assert (view.only(place.hub).end, view.only(place.hub).told) == ("completed", (f"deployed {WINDOW}",))


# A run that is killed, or whose answers are lost, at each of its calls


def whole_life(place: OnGitHub) -> Iterator[None]:
    """Merges, a window and a confirmation: what there is to show after each."""
    merged(place)
    yield
    merged(place, "more", edits=((FILE, NEW, "friendly_name: Third"),), message="Change it again")
    place.at("2026-12-10T10:00:00-05:00")
    place.run_json("release")
    yield
    place.run_json("confirm", "--by", "dee", "--note", "seen")
    yield


def calls_of_each(place: OnGitHub) -> tuple[list[int], list[dict[str, object]]]:
    """How many calls `sync` makes at each point of the life when all goes well, and what it shows then."""
    numbers, states = [], []
    for _ in whole_life(place):
        place.hub.log.clear()
        place.run_json("sync")
        numbers.append(len(place.hub.log))
        states.append(view.state(place.hub))
    return numbers, states


KILLS = {
    "dies before the call": [Fault(Kind.DROPPED_BEFORE, times=10_000)],
    "dies after the call": [Fault(Kind.DROPPED_AFTER), Fault(Kind.DROPPED_BEFORE, times=10_000)],
}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[int], list[dict[str, object]]]:
    place = opened(tmp_path_factory.mktemp("undisturbed"))
    with pytest.MonkeyPatch.context() as patch, place.hub:
        patch.setattr("launchwindow.io.clock.pause", place.hub.clock.advance)
        patch.setattr("launchwindow.io.clock.now", place.hub.clock.now)
        return calls_of_each(place)


@pytest.mark.more
@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.crash)])
@pytest.mark.parametrize("kill", KILLS)
def test_a_run_that_dies_at_any_call_is_made_up_for(
    place: OnGitHub, undisturbed: tuple[list[int], list[dict[str, object]]], kill: str, every: int
) -> None:
    """At each seventh call in the ordinary suite, and at every one in that of crashes."""
    numbers, states = undisturbed
    for point, _ in enumerate(whole_life(place)):
        snapshot = view.Snapshot(place.hub)
        for call in range(point, numbers[point], every):
            snapshot.restore()
            faults = [Fault(one.kind, one.pattern, one.times) for one in KILLS[kill]]
            faults[0].skip = call
            for one in faults:
                place.hub.faults.add(one)
            result = place.run("sync")
            assert result.status == 1, (point, call, result.text)
            place.hub.faults.clear()
            assert place.run_json("sync")["in_line"]
            found = view.state(place.hub)
            assert {key: (point, call, found[key]) for key in found if found[key] != states[point][key]} == {}
            assert place.run_json("sync")["made"] == view.NOTHING
        # What is merged next has the same time, and so the same ids, as where nothing went wrong.
        snapshot.restore()
        place.run_json("sync")
