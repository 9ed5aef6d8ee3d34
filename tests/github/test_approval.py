"""Whose review on GitHub counts for what was merged, and why another's does not; each by `request` on a real remote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support.on_github import NEW, OLD, OnGitHub
from support.repository import FILE, REVIEWER

REDIRECT = "redirect_uris: [https://benefits.exa.gov/auth/result]"
TWO = "redirect_uris: [https://benefits.exa.gov/auth/result, https://benefits.exa.gov/auth/kiosk]"
WRITER = "login-reviewer"
OTHER = "login-second-reviewer"


def recorded(place: OnGitHub) -> dict[str, Any]:
    """The one change request that `request` makes of the merge."""
    found = place.run_json("request")["change_requests"]
    assert len(found) == 1
    only: dict[str, Any] = found[0]
    return only


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_an_approval_of_what_was_merged_counts_by_any_button(place: OnGitHub, method: str) -> None:
    number = place.pull()
    place.more("change", edits=((FILE, REDIRECT, TWO),))
    place.hub.review(number, WRITER)
    place.hub.merge(number, "admin", method)
    found = recorded(place)
    assert (found["state"], found["notice_starts"]) == ("scheduled", "2026-11-24")
    assert {change["kind"] for change in found["changes"]} == {"friendly-name-changed", "redirect-uri-added"}


def test_the_merges_of_one_pull_request_are_one(place: OnGitHub) -> None:
    number = place.pull()
    place.more("change", edits=((FILE, REDIRECT, TWO),))
    place.hub.review(number, WRITER)
    place.hub.merge(number, "admin", "rebase")
    assert place.run_json("request")["merges"] == 1


Spoil = Callable[[OnGitHub, int], None]


def dismissed(place: OnGitHub, number: int) -> None:
    place.hub.review(number, WRITER)
    pull = place.hub.client(place.hub.world.token_of("admin")).get_repo("example/partners").get_pull(number)
    pull.get_review(pull.get_reviews()[0].id).dismiss("Not this one")
    place.hub.merge(number, "admin")


def pushed_after(place: OnGitHub, number: int) -> None:
    place.hub.review(number, WRITER)
    place.more("change", edits=((FILE, REDIRECT, TWO),))
    place.hub.merge(number, "admin")


def pushed_over(place: OnGitHub, number: int) -> None:
    place.hub.review(number, WRITER)
    place.work.git("reset", "--quiet", "--hard", "HEAD~1")
    place.more("change", edits=((FILE, OLD, "friendly_name: Another"),))
    place.hub.merge(number, "admin")


def changed_in_the_merge(place: OnGitHub, number: int) -> None:
    """What the reviewer saw is in the branch; the merge that was pushed by hand holds something else."""
    place.hub.review(number, WRITER)
    place.to_main()
    place.work.git("merge", "--quiet", "--no-ff", "--no-commit", "change")
    place.work.edit(FILE, REDIRECT, TWO)
    place.work.commit(f"Merge pull request #{number} from example/change", at=place.now.isoformat())
    place.push()


def by_an_author(place: OnGitHub, number: int) -> None:
    place.more("change", edits=((FILE, REDIRECT, TWO),), author="Rae <reviewer@login.gov>")
    place.hub.review(number, WRITER)
    place.hub.merge(number, "admin", "squash")


def by_a_hidden_author(place: OnGitHub, number: int) -> None:
    place.more("change", edits=((FILE, REDIRECT, TWO),), author=f"Rae <77+{WRITER}@users.noreply.github.com>")
    place.hub.review(number, WRITER)
    place.hub.merge(number, "admin", "squash")


def by_a_co_author(place: OnGitHub, number: int) -> None:
    message = "Add a kiosk\n\nCo-authored-by: Rae <Reviewer+work@login.gov>"
    place.more("change", edits=((FILE, REDIRECT, TWO),), message=message)
    place.hub.review(number, WRITER)
    place.hub.merge(number, "admin", "squash")


def by_a_bot(place: OnGitHub, number: int) -> None:
    place.hub.world.add_app("robot", "write")
    place.hub.review(number, "robot[bot]")
    place.hub.merge(number, "admin")


def by_an_outsider(place: OnGitHub, number: int) -> None:
    place.hub.review(number, "olga")
    place.hub.merge(number, "admin")


def by_somebody_gone(place: OnGitHub, number: int) -> None:
    place.hub.review(number, WRITER)
    place.hub.world.user(WRITER).gone = True
    place.hub.merge(number, "admin")


def changes_asked_for(place: OnGitHub, number: int) -> None:
    place.hub.review(number, WRITER)
    place.hub.review(number, OTHER, "REQUEST_CHANGES", body="Not yet")
    place.hub.merge(number, "admin")


def after_the_merge(place: OnGitHub, number: int) -> None:
    place.hub.merge(number, "admin")
    place.hub.clock.advance(60)
    place.hub.review(number, WRITER)


def nobody(place: OnGitHub, number: int) -> None:
    place.hub.review(number, WRITER, "COMMENT", body="Looks good")
    place.hub.merge(number, "admin")


REFUSED: dict[Spoil, str] = {
    dismissed: "login-reviewer's review was dismissed",
    pushed_after: "was merged of this app was pushed after that",
    pushed_over: "was merged of this app was pushed after that",
    by_an_author: "they wrote a part of it",
    by_a_hidden_author: "they wrote a part of it",
    by_a_co_author: "named as a co-author",
    by_a_bot: "it is a program's",
    by_an_outsider: "olga's approval does not count: no reviewer by policy.yaml",
    by_somebody_gone: "the account is gone",
    changes_asked_for: "login-second-reviewer asked for changes and has not approved since",
    after_the_merge: "it came after the merge",
    nobody: "Pull request 1 needed an approval by reviewers before its merge; nobody gave one",
}


@pytest.mark.parametrize("spoil", REFUSED, ids=lambda spoil: spoil.__name__)
def test_what_does_not_count_is_told(place: OnGitHub, spoil: Spoil) -> None:
    spoil(place, place.pull())
    found = recorded(place)
    assert found["state"] == "unapproved"
    assert found["notice_starts"] is None
    assert REFUSED[spoil] in found["why"]
    assert "approve" in found["why"]
    # The way out that is named is one.
    reviewer = "second-reviewer@login.gov"
    way = place.run("approve", found["id"], "--by", reviewer, "--note", "Looked at what was merged")
    assert way.status == 0, way.text
    assert place.run_json("status")["requests"][0]["state"] == "scheduled"


def test_content_that_the_merge_changed_is_not_what_was_reviewed(place: OnGitHub) -> None:
    changed_in_the_merge(place, place.pull())
    found = recorded(place)
    assert (found["state"], "changed by the merge" in found["why"]) == ("unapproved", True)


def test_a_direct_push_is_unapproved_whatever_it_says(place: OnGitHub) -> None:
    place.to_main()
    place.work.edit(FILE, OLD, NEW)
    place.work.commit("Merge pull request #1", at=place.now.isoformat(), reviewed_by=REVIEWER)
    place.push()
    found = recorded(place)
    assert found["state"] == "unapproved"
    assert "No pull request brought" in found["why"]


def test_an_approval_of_ones_own_is_not_offered_by_github_and_not_taken_by_us(place: OnGitHub) -> None:
    """GitHub refuses the opener's approval; a reviewer who opened it can't give the late one either."""
    number = place.pull(by=WRITER)
    place.hub.merge(number, "admin")
    found = recorded(place)
    refused = place.run("approve", found["id"], "--by", "reviewer@login.gov", "--note", "Mine")
    assert refused.status == 1
    assert "wrote a part" in refused.text


def test_other_merges_in_between_change_nothing(place: OnGitHub) -> None:
    first = place.pull("first")
    second = place.pull("second", edits=((FILE, REDIRECT, TWO),))
    place.hub.review(first, WRITER)
    other = place.pull("docs", edits=(("policy.yaml", "warn_days: 60", "warn_days: 61"),))
    place.hub.review(other, WRITER)
    place.hub.merge(other, "admin")
    place.hub.merge(first, "admin", "squash")
    assert recorded(place)["state"] == "scheduled"
    # The same file again: the second one's branch lacks the first one's change, and nobody saw both together.
    place.hub.review(second, WRITER)
    place.hub.merge(second, "admin")
    assert "changed by the merge" in recorded(place)["why"]


def test_main_brought_into_the_branch_is_nobodys_writing(place: OnGitHub) -> None:
    number = place.pull()
    place.to_main()
    place.work.write("notes.md", "Nothing of ours\n")
    place.work.commit("Add notes", at=place.now.isoformat())
    place.push()
    place.work.checkout("change")
    rae = {"GIT_AUTHOR_EMAIL": "reviewer@login.gov", "GIT_AUTHOR_NAME": "Rae"}
    place.work.git("merge", "--quiet", "--no-edit", "main", env=rae)
    place.push()
    place.hub.review(number, WRITER)
    place.hub.merge(number, "admin")
    assert [one["state"] for one in place.run_json("request")["change_requests"]] == ["scheduled"]


def test_a_pull_request_cannot_make_its_reviewer(place: OnGitHub) -> None:
    old = "reviewers:\n"
    new = "reviewers:\n    - {email: olga@elsewhere.gov, github: olga}\n"
    number = place.pull(edits=((FILE, OLD, NEW), ("policy.yaml", old, new)))
    place.hub.review(number, "olga")
    place.hub.merge(number, "admin")
    assert "olga's approval does not count" in recorded(place)["why"]


@pytest.mark.parametrize(
    ("role", "state"), [("write", "unapproved"), ("maintain", "scheduled"), ("admin", "scheduled")]
)
def test_a_permission_counts_where_the_policy_lets_it(place: OnGitHub, role: str, state: str) -> None:
    allowed = place.pull("policy", edits=(("policy.yaml", "permission: null", "permission: maintain"),))
    place.hub.merge(allowed, "admin")
    place.hub.world.roles["olga"] = role
    number = place.pull()
    place.hub.review(number, "olga")
    place.hub.merge(number, "admin")
    assert recorded(place)["state"] == state


def test_two_approvals_are_two_people(place: OnGitHub) -> None:
    allowed = place.pull("policy", edits=(("policy.yaml", "approvals: 1", "approvals: 2"),))
    place.hub.merge(allowed, "admin")
    number = place.pull()
    place.hub.review(number, WRITER)
    place.hub.review(number, WRITER)
    place.hub.merge(number, "admin")
    assert "needed 2 approvals by reviewers before its merge; only one counts" in recorded(place)["why"]


def test_changes_asked_for_after_an_approval_take_it_back(place: OnGitHub) -> None:
    number = place.pull()
    place.hub.review(number, WRITER)
    place.hub.review(number, WRITER, "REQUEST_CHANGES", body="On second thought")
    place.hub.merge(number, "admin")
    assert "login-reviewer asked for changes" in recorded(place)["why"]


def test_an_approval_after_asking_for_changes_counts(place: OnGitHub) -> None:
    number = place.pull()
    place.hub.review(number, WRITER, "REQUEST_CHANGES", body="Not yet")
    place.hub.review(number, WRITER)
    place.hub.review(number, WRITER, "COMMENT", body="Thanks")
    place.hub.merge(number, "admin")
    assert recorded(place)["state"] == "scheduled"


# Who asks


def test_a_request_of_nobody_of_the_team_is_not_approved(place: OnGitHub) -> None:
    number = place.pull(by="olga")
    place.hub.review(number, WRITER)
    place.hub.merge(number, "admin")
    found = recorded(place)
    assert found["state"] == "unapproved"
    assert "olga, who opened pull request 1, is not in the app's team of exa" in found["why"]


def test_a_member_of_the_team_can_ask_for_it_by_approving(place: OnGitHub) -> None:
    number = place.pull(by="olga")
    place.hub.review(number, "exa-rosa-quill")
    place.hub.review(number, WRITER)
    place.hub.merge(number, "admin")
    assert recorded(place)["state"] == "scheduled"


def test_the_reviewer_can_say_how_the_requester_was_verified(place: OnGitHub) -> None:
    number = place.pull(by="olga")
    place.hub.review(number, WRITER, body="Fine.\r\n\r\nRequester verified: called Rosa Quill")
    place.hub.merge(number, "admin")
    assert recorded(place)["state"] == "scheduled"


def test_a_word_on_the_requester_by_somebody_else_is_none(place: OnGitHub) -> None:
    number = place.pull(by="olga")
    place.hub.review(number, "admin", body="Requester verified: by myself")
    place.hub.review(number, WRITER, body="Requester verified:")
    place.hub.merge(number, "admin")
    assert recorded(place)["state"] == "unapproved"


def test_a_pull_request_cannot_put_its_opener_into_the_team(place: OnGitHub) -> None:
    old = "    members:\n      - {email: rosa.quill@exa.gov, github: exa-rosa-quill}\n"
    new = f"{old}      - {{email: olga@elsewhere.gov, github: olga}}\n"
    number = place.pull(by="olga", edits=((FILE, OLD, NEW), ("partners/exa.yaml", old, new)))
    place.hub.review(number, WRITER)
    place.hub.merge(number, "admin")
    found = place.run_json("request")["change_requests"]
    assert [one["state"] for one in found if one["app"] == "exa/benefits-finder"] == ["unapproved"]


# From which day notice counts


def test_notice_counts_from_the_first_check_of_what_was_merged(place: OnGitHub) -> None:
    number = place.pull()
    place.at("2026-11-30T12:00:00-05:00")
    place.hub.review(number, WRITER)
    place.hub.merge(number, "admin", "squash")
    assert recorded(place)["notice_starts"] == "2026-11-24"


def test_opening_early_and_pushing_late_gains_nothing(place: OnGitHub) -> None:
    number = place.pull()
    place.at("2026-11-30T12:00:00-05:00")
    place.more("change", edits=((FILE, REDIRECT, TWO),))
    place.at("2026-12-01T12:00:00-05:00")
    place.hub.review(number, WRITER)
    place.hub.merge(number, "admin", "squash")
    assert recorded(place)["notice_starts"] == "2026-11-30"


def test_content_that_was_never_checked_counts_from_the_merge(place: OnGitHub) -> None:
    number = place.pull()
    place.more("change", edits=((FILE, REDIRECT, TWO),), checked=False)
    place.at("2026-12-01T12:00:00-05:00")
    place.hub.review(number, WRITER)
    place.hub.merge(number, "admin")
    assert recorded(place)["notice_starts"] == "2026-12-01"


@pytest.mark.parametrize(
    "forged",
    [
        {"name": "launchwindow", "app": "robot"},
        {"name": "something-else"},
        {"started": "2026-11-01T12:00:00+00:00"},
    ],
)
def test_no_other_check_and_no_claimed_time_begins_it(place: OnGitHub, forged: dict[str, Any]) -> None:
    """Who may write checks gives a run any start; the suite that it is in was made when GitHub made it."""
    from datetime import datetime

    if "started" in forged:
        forged = {"started": datetime.fromisoformat(forged["started"])}
    number = place.pull()
    place.more("change", edits=((FILE, REDIRECT, TWO),), checked=False)
    place.at("2026-11-28T12:00:00-05:00")
    place.check(**forged)
    place.at("2026-12-01T12:00:00-05:00")
    place.hub.review(number, WRITER)
    place.hub.merge(number, "admin")
    assert recorded(place)["notice_starts"] == ("2026-11-28" if "started" in forged else "2026-12-01")


def test_nothing_is_put_up_before_there_is_a_pull_request(place: OnGitHub) -> None:
    place.work.branch("change")
    place.more("change", edits=((FILE, OLD, NEW),))
    place.at("2026-11-30T12:00:00-05:00")
    number = place.hub.open_pull("exa-benefits-dev", "change", "Change the name")
    place.at("2026-12-01T12:00:00-05:00")
    place.hub.review(number, WRITER)
    place.hub.merge(number, "admin")
    assert recorded(place)["notice_starts"] == "2026-11-30"


def test_a_rebase_of_the_branch_keeps_the_day_of_what_was_reviewed_before(place: OnGitHub) -> None:
    """A commit that was pushed over still counts where a review names it and it holds the same content."""
    number = place.pull()
    place.hub.review(number, "exa-rosa-quill", "COMMENT", body="Ours")
    place.at("2026-11-30T12:00:00-05:00")
    place.work.git("commit", "--quiet", "--amend", "--no-edit", "--date", "2026-11-30T12:00:00-05:00",
                   env={"GIT_COMMITTER_DATE": "2026-11-30T12:00:00-05:00"})  # fmt: skip
    place.push("--force")
    place.check()
    place.hub.review(number, WRITER)
    place.hub.merge(number, "admin")
    assert recorded(place)["notice_starts"] == "2026-11-24"


def test_a_policy_that_counts_from_the_merge_does(place: OnGitHub) -> None:
    allowed = place.pull("policy", edits=(("policy.yaml", "from: pull-request", "from: merge"),))
    place.hub.merge(allowed, "admin")
    number = place.pull()
    place.at("2026-11-30T12:00:00-05:00")
    place.hub.review(number, WRITER)
    place.hub.merge(number, "admin")
    assert recorded(place)["notice_starts"] == "2026-11-30"


def test_each_app_of_a_pull_request_has_its_own_review(place: OnGitHub) -> None:
    """What was pushed after the approval touches one of two apps: the other one's approval still counts."""
    other = FILE.replace("benefits-finder", "second-app")
    second = place.work.read(FILE).replace("exa:benefits-finder", "exa:second-app")
    place.to_main()
    for name in ("logo.svg", "certs/2026.crt"):
        place.work.write(f"{other.rpartition('/')[0]}/{name}", place.work.read(f"{FILE.rpartition('/')[0]}/{name}"))
    place.work.write(other, second)
    place.work.commit("Add a second app", at=place.now.isoformat())
    place.push()
    assert place.run("request").status == 0
    number = place.pull(edits=((FILE, OLD, NEW), (other, OLD, NEW)))
    place.hub.review(number, WRITER)
    place.more("change", edits=((other, NEW, f"{NEW} and more"),))
    place.hub.merge(number, "admin", "squash")
    found = place.run_json("request")["change_requests"]
    assert {one["app"]: one["state"] for one in found} == {
        "exa/benefits-finder": "scheduled",
        "exa/second-app": "unapproved",
    }


def test_a_deletion_is_reviewed_where_the_file_is_gone(place: OnGitHub) -> None:
    number = place.pull()
    place.hub.review(number, WRITER)
    place.work.git("rm", "--quiet", FILE)
    place.more("change", edits=())
    place.hub.review(number, OTHER)
    place.hub.merge(number, "admin")
    found = recorded(place)
    assert [change["kind"] for change in found["changes"]] == ["app-deactivated"]
    assert found["state"] == "scheduled"


def test_a_deletion_after_the_approval_was_reviewed_by_nobody(place: OnGitHub) -> None:
    number = place.pull()
    place.hub.review(number, WRITER)
    place.work.git("rm", "--quiet", FILE)
    place.more("change", edits=())
    place.hub.merge(number, "admin")
    assert "changed by the merge" in recorded(place)["why"]


# GitHub that is not there, and commands without it


def test_an_answer_that_lags_is_asked_for_again(place: OnGitHub) -> None:
    number = place.pull()
    place.hub.review(number, WRITER)
    place.hub.merge(number, "admin")
    fault = place.hub.faults.behind(r"GET .*/commits/[0-9a-f]+/pulls$")
    assert recorded(place)["state"] == "scheduled"
    assert fault.met == 1


def test_nothing_is_recorded_while_github_is_away(place: OnGitHub) -> None:
    number = place.pull()
    place.hub.review(number, WRITER)
    place.hub.merge(number, "admin")
    place.hub.faults.status(502, r"GET .*/reviews", times=5)
    away = place.run("request")
    assert away.status == 1
    assert "GitHub gave no usable answer" in away.text
    assert recorded(place)["state"] == "scheduled"


def test_once_read_from_github_reviews_come_from_nowhere_else(place: OnGitHub) -> None:
    assert place.run("request").status == 0
    refused = place.work.run("request", "--remote", "origin", now=place.now.isoformat())
    assert refused.status == 1
    assert "--github example/partners" in refused.text
    place.to_main()
    place.work.edit(FILE, OLD, NEW)
    place.work.commit("Change", at=place.now.isoformat(), reviewed_by=REVIEWER)
    place.push()
    looked = place.work.run_json("status", "--remote", "origin", now=place.now.isoformat())
    assert [one["state"] for one in looked["requests"]] == ["unapproved"]
    assert "Its review is on GitHub" in looked["requests"][0]["because"]


def test_another_repository_is_refused(place: OnGitHub) -> None:
    assert place.run("request").status == 0
    place.hub.world.name = "other"
    env = {"GITHUB_TOKEN": place.token, "GITHUB_API_URL": place.hub.url}
    refused = place.work.run(
        "request", "--remote", "origin", "--github", "example/other", now=place.now.isoformat(), env=env
    )
    assert refused.status == 1
    assert "This ledger's reviews come from example/partners" in refused.text


def test_without_a_token_it_says_where_one_goes(place: OnGitHub) -> None:
    refused = place.work.run("request", "--github", "example/partners")
    assert refused.status == 2
    assert "GITHUB_TOKEN" in refused.text


def test_a_token_is_sent_to_no_plain_address(place: OnGitHub) -> None:
    env = {"GITHUB_TOKEN": "x", "GITHUB_API_URL": "http://api.example.com"}
    refused = place.work.run("request", "--github", "example/partners", env=env)
    assert refused.status == 2
    assert "https://" in refused.text
