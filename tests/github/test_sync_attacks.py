"""What somebody who may write in the repository can do to what `sync` shows: nothing that lasts, and no harm."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from support import tracker_view as view
from support.on_github import NAME, OLD, OnGitHub, merged
from support.repository import FILE

WINDOW = "2026-12-10"
VICTIM = 1
"""The pull request, which somebody else opened."""


@pytest.mark.few(2)
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1970-01-01", "2500-02-03"])
def test_a_milestone_marked_for_a_day_that_can_be_none_does_no_harm(place: OnGitHub, day: str) -> None:
    merged(place)
    olga = place.hub.client(place.hub.world.token_of("olga")).get_repo(NAME)
    olga.create_milestone("Party", description=f"<!-- launchwindow:window {day} -->\nParty")
    assert place.run_json("sync")["in_line"]
    assert place.run_json("sync")["made"] == view.NOTHING
    assert "Party" in view.milestones(place.hub)


@pytest.mark.few(2)
@pytest.mark.parametrize(
    "said",
    ["999999 scheduled 2026-12-10", "9999 scheduled 2026-12-10", f"1 scheduled {'1' * 60_000}", "7 scheduled -----"],
)
def test_a_body_can_claim_nothing_that_makes_comments_fail_or_come_twice(place: OnGitHub, said: str) -> None:
    merged(place)
    place.run_json("sync")
    issue = place.hub.world.issues[view.only(place.hub).number]
    issue.body = (issue.body or "").replace("told 1 scheduled 2026-12-10", f"told {said}")[-65_000:]
    if len(said) > 1000:
        request = place.run_json("status")["requests"][0]["id"]
        issue.body = f"<!-- launchwindow:request {request} -->\n\n<!-- launchwindow:told {said} -->"
    place.run_json("sync")
    assert place.run_json("sync")["made"] == view.NOTHING
    place.at(f"{WINDOW}T10:00:00-05:00")
    place.run_json("release")
    assert place.run_json("sync")["in_line"]
    assert place.run_json("sync")["made"] == view.NOTHING
    assert view.only(place.hub).told.count(f"deploying {WINDOW}") == 1


def test_a_milestone_can_not_claim_that_a_release_failed(place: OnGitHub) -> None:
    merged(place)
    place.at(f"{WINDOW}T10:00:00-05:00")
    place.run_json("release")
    place.run_json("sync")
    (milestone,) = place.hub.world.milestones.values()
    milestone.description = (milestone.description or "").replace("production=in_progress", "production=failure")
    assert place.run_json("sync")["in_line"]
    assert view.deployments(place.hub) == [("production", WINDOW, ["in_progress"])]
    place.run_json("confirm", "--by", "dee", "--note", "seen")
    milestone.description = (milestone.description or "").replace("production=in_progress", "production=failure")
    assert place.run_json("sync")["in_line"]
    assert view.deployments(place.hub) == [("production", WINDOW, ["in_progress", "success"])]


def test_an_issue_that_went_to_another_repository_leads_to_no_issue_of_somebody_else(place: OnGitHub) -> None:
    """Its number there may be that of any issue here. What GitHub answers is that of the other repository."""
    merged(place)
    place.run_json("sync")
    real = view.only(place.hub).number
    olga = place.hub.client(place.hub.world.token_of("olga")).get_repo(NAME)
    shown = olga.get_issue(real).raw_data
    place.hub.world.transfer_issue(real, "example/elsewhere", VICTIM, shown)
    place.hub.log.clear()
    assert place.run_json("sync")["made"]["issue"] == 1
    assert [one for one in place.hub.log.writes if one.path.endswith(f"/issues/{VICTIM}")] == []
    assert view.only(place.hub).number != real
    assert place.run_json("sync")["made"] == view.NOTHING


def test_a_locked_issue_holds_up_no_other_and_its_page_is_true(place: OnGitHub) -> None:
    merged(place)
    place.run_json("sync")
    number = view.only(place.hub).number
    place.hub.world.issues[number].locked = True
    place.at(f"{WINDOW}T10:00:00-05:00")
    place.run_json("release")
    result = place.run("sync")
    assert result.status == 1
    assert f"#{number} is locked" in result.text
    assert view.deployments(place.hub) == [("production", WINDOW, ["in_progress"])]
    assert "state: deploying" in view.only(place.hub).labels
    place.hub.world.issues[number].locked = False
    assert place.run_json("sync")["in_line"]
    assert view.only(place.hub).told == (f"scheduled {WINDOW}", f"deploying {WINDOW}")


def test_a_milestone_can_not_be_that_of_two_days(place: OnGitHub) -> None:
    merged(place)
    place.run_json("sync")
    (milestone,) = place.hub.world.milestones.values()
    milestone.description = (milestone.description or "").replace(f"window {WINDOW}", "window 2026-12-14")
    assert place.run_json("sync")["in_line"]
    assert place.run_json("sync")["made"] == view.NOTHING
    assert view.milestones(place.hub) == {f"Deploy window {WINDOW}": ("open", WINDOW)}


def test_a_milestone_called_for_a_day_that_can_be_none_does_no_harm(place: OnGitHub) -> None:
    merged(place)
    olga = place.hub.client(place.hub.world.token_of("olga")).get_repo(NAME)
    olga.create_milestone("Deploy window 0001-01-01", description="<!-- launchwindow:window 0001-01-01 -->\nParty")
    assert place.run_json("sync")["in_line"]
    assert place.run_json("sync")["made"] == view.NOTHING


def test_who_ran_it_by_hand_and_the_workflow_do_not_open_and_close_in_turns(place: OnGitHub) -> None:
    """Of a person's issues the workflow can't know that `sync` made them, but the person can know the workflow's."""
    merged(place)
    workflow, person = place.token, place.hub.world.token_of("admin")
    for token in (person, workflow, person):
        place.token = token
        assert place.run_json("sync")["in_line"]
    for token in (workflow, person):
        place.token = token
        assert place.run_json("sync")["made"] == view.NOTHING
    assert view.only(place.hub).end is None
    (by_hand,) = (one for one in place.hub.world.issues.values() if one.user.login == "admin")
    assert by_hand.reason == "not_planned"


@pytest.mark.parametrize("ended", [False, True])
def test_no_part_of_a_private_key_that_reached_main_is_shown(place: OnGitHub, *, ended: bool) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    line = f"friendly_name: {json.dumps(pem)}"
    number = merged(place, edits=((FILE, OLD, line),))
    if ended:
        merged(place, "back", edits=((FILE, line, OLD),))
    place.run_json("sync")
    (issue,) = (one for one in view.issues(place.hub) if f'"pull_request": {number}\n' in one.body)
    assert ended == (issue.end is not None)
    assert "A private key is in it" in issue.body
    shown = "\n".join([issue.title, issue.body, *view.comments(place.hub, issue.number), place.run("status").text])
    assert pem.split("\n")[1][:12] not in shown


def test_a_deployment_that_somebody_else_made_is_not_ours(place: OnGitHub) -> None:
    """It may be on any commit, and what it is shown on is what people take for deployed."""
    merged(place)
    olga = place.hub.client(place.hub.world.token_of("olga")).get_repo(NAME)
    forged = olga.create_deployment(
        ref=place.work.head, task="launchwindow", environment="production", payload={"window": WINDOW},
        auto_merge=False, required_contexts=[], description="Mine",
    )  # fmt: skip
    place.at(f"{WINDOW}T10:00:00-05:00")
    place.run_json("release")
    assert place.run_json("sync")["in_line"]
    found = {one.id: [status.state for status in one.statuses] for one in place.hub.world.deployments.values()}
    assert found.pop(forged.id) == []
    assert list(found.values()) == [["in_progress"]]
    assert place.run_json("sync")["made"] == view.NOTHING


def test_a_label_that_describes_itself_as_ours_is_not_looked_for(place: OnGitHub) -> None:
    olga = place.hub.client(place.hub.world.token_of("olga")).get_repo(NAME)
    older = olga.create_label("a-first-one", "ffffff", "Nothing yet")
    merged(place)
    place.run_json("sync")
    older.edit("a-first-one", "ffffff", place.hub.world.labels["launchwindow"].description or "")
    place.hub.log.clear()
    assert place.run_json("sync")["made"] == view.NOTHING
    asked = [one.query.get("labels") for one in place.hub.log.calls if one.path.endswith("/issues")]
    assert asked == ["launchwindow"]


@pytest.mark.parametrize("number", [9_999, 999_999])
def test_a_comment_whose_number_somebody_changed_is_not_followed_by_more_and_more(place: OnGitHub, number: int) -> None:
    merged(place)
    place.run_json("sync")
    for one in place.hub.world.comments.values():
        one.body = one.body.replace("told 1 ", f"told {number} ")
    place.at(f"{WINDOW}T10:00:00-05:00")
    place.run_json("release")
    assert place.run_json("sync")["in_line"]
    assert place.run_json("sync")["made"] == view.NOTHING
    assert view.only(place.hub).told.count(f"deploying {WINDOW}") == 1


def test_an_archived_repository_is_told_as_what_it_is(place: OnGitHub) -> None:
    merged(place)
    place.hub.faults.status(403, r"(POST|PATCH) ", message="Repository was archived so is read-only.")
    result = place.run("sync")
    assert result.status == 1
    assert "as long as it is archived" in result.text
    assert "lacks a permission" not in result.text


def test_a_milestone_that_claims_a_deployment_keeps_none_from_being_made(place: OnGitHub) -> None:
    merged(place)
    place.run_json("sync")
    place.at(f"{WINDOW}T10:00:00-05:00")
    place.run_json("release")
    (milestone,) = place.hub.world.milestones.values()
    milestone.description = (milestone.description or "").replace(
        ":progress -->", ":progress production=in_progress -->"
    )
    assert place.run_json("sync")["in_line"]
    assert view.deployments(place.hub) == [("production", WINDOW, ["in_progress"])]
    assert place.run_json("sync")["made"] == view.NOTHING
