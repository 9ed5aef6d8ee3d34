"""What goes wrong on the way to GitHub, each fault once, as PyGithub passes it on; limits; and the description."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
import requests
from github import GithubException, GithubRetry, RateLimitExceededException
from github.Repository import Repository

from support.github_double import GitHubDouble, Kind, Limits
from support.github_double.state import Label

ISSUES = r"POST .*/issues$"


@pytest.fixture
def hub() -> Iterator[GitHubDouble]:
    with GitHubDouble() as double:
        double.world.add_user("rae", "admin")
        double.world.add_user("wren", "write")
        yield double


def repo(hub: GitHubDouble, login: str = "rae", **options: Any) -> Repository:
    return hub.client(hub.world.token_of(login), **options).get_repo(hub.world.full_name)


def titles(hub: GitHubDouble) -> list[str]:
    return [issue.title for issue in hub.world.issues.values()]


# Faults


def test_a_secondary_limit_out_of_the_blue_says_how_long_to_wait(hub: GitHubDouble) -> None:
    fault = hub.faults.secondary_limit(ISSUES, retry_after=90)
    with pytest.raises(RateLimitExceededException) as refusal:
        repo(hub).create_issue("Scheduled")
    assert refusal.value.status == 403
    assert (refusal.value.headers or {})["retry-after"] == "90"
    assert (fault.met, titles(hub)) == (1, [])


def test_too_many_requests_come_with_retry_after(hub: GitHubDouble) -> None:
    hub.faults.status(429, ISSUES, message="Too many requests", headers={"Retry-After": "7"})
    with pytest.raises(GithubException) as refusal:
        repo(hub).create_issue("Scheduled")
    assert (refusal.value.status, (refusal.value.headers or {})["retry-after"]) == (429, "7")


@pytest.mark.parametrize("status", [500, 502, 503])
def test_an_outage_passes(hub: GitHubDouble, status: int) -> None:
    hub.faults.status(status, ISSUES, times=2)
    for _ in range(2):
        with pytest.raises(GithubException) as refusal:
            repo(hub).create_issue("Scheduled")
        assert refusal.value.status == status
    repo(hub).create_issue("Scheduled")
    assert titles(hub) == ["Scheduled"]


def test_a_fault_can_wait_for_its_turn(hub: GitHubDouble) -> None:
    hub.faults.status(502, ISSUES, skip=1)
    repo(hub).create_issue("First")
    with pytest.raises(GithubException):
        repo(hub).create_issue("Second")
    assert titles(hub) == ["First"]


def test_a_stalled_request_times_out_and_did_nothing(hub: GitHubDouble) -> None:
    fault = hub.faults.stall(ISSUES)
    with pytest.raises(requests.exceptions.ReadTimeout):
        repo(hub, timeout=1).create_issue("Scheduled")
    assert (fault.met, titles(hub)) == (1, [])


def test_a_connection_dropped_before_the_commit_did_nothing(hub: GitHubDouble) -> None:
    hub.faults.drop_before(ISSUES)
    with pytest.raises(requests.exceptions.ConnectionError):
        repo(hub).create_issue("Scheduled")
    assert titles(hub) == []


@pytest.mark.parametrize("kind", [Kind.DROPPED_AFTER, Kind.ERROR_AFTER, Kind.MALFORMED, Kind.TRUNCATED])
def test_a_lost_answer_does_not_undo_what_was_done(hub: GitHubDouble, kind: Kind) -> None:
    hub.faults.after(kind, ISSUES)
    with pytest.raises((requests.exceptions.RequestException, GithubException, ValueError)):
        repo(hub).create_issue("Scheduled")
    assert titles(hub) == ["Scheduled"]


def test_retrying_a_create_whose_answer_was_lost_makes_two(hub: GitHubDouble) -> None:
    """Why nothing that makes something may be retried blindly: PyGithub's own way of retrying does."""
    hub.faults.after(Kind.DROPPED_AFTER, ISSUES)
    repo(hub, retry=GithubRetry(total=2, backoff_factor=0)).create_issue("Scheduled")
    assert titles(hub) == ["Scheduled", "Scheduled"]


def test_a_list_can_lag_behind(hub: GitHubDouble) -> None:
    ours = repo(hub)
    ours.create_issue("First")
    assert [issue.title for issue in ours.get_issues()] == ["First"]
    ours.create_issue("Second")
    hub.faults.behind(r"GET .*/(issues|labels)$", times=2)
    assert [issue.title for issue in ours.get_issues()] == ["First"]
    ours.create_label("held", "ff0000")
    assert list(ours.get_labels()) == []
    assert [issue.title for issue in ours.get_issues()] == ["Second", "First"]
    assert [label.name for label in ours.get_labels()] == ["held"]


def test_of_many_at_once_one_makes_the_label(hub: GitHubDouble) -> None:
    ours = repo(hub)

    def outcome(_: int) -> int:
        try:
            ours.create_label("held", "ff0000")
        except GithubException as refusal:
            return refusal.status
        return 201

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(outcome, range(8))) == [201] + [422] * 7


def test_the_log_tells_reading_from_writing_and_what_was_lost(hub: GitHubDouble) -> None:
    ours = repo(hub)
    hub.log.clear()
    hub.faults.after(Kind.DROPPED_AFTER, ISSUES)
    with pytest.raises(requests.exceptions.ConnectionError):
        ours.create_issue("Scheduled")
    list(ours.get_issues())
    lost, read = hub.log.calls
    assert (lost.method, lost.status, lost.fault, lost.writes) == ("POST", 0, Kind.DROPPED_AFTER, True)
    assert (read.method, read.status, read.fault, read.writes) == ("GET", 200, None, False)
    assert (read.path, read.query, read.login) == ("/repos/example/partners/issues", {}, "rae")
    assert hub.log.writes == [lost]
    assert hub.log.tally() == {f"{method} /repos/{{owner}}/{{repo}}/issues": 1 for method in ("GET", "POST")}
    hub.log.clear()
    assert len(hub.log) == 0


# Limits


def test_eighty_creations_a_minute_and_no_more(hub: GitHubDouble) -> None:
    ours = repo(hub)
    for number in range(80):
        ours.create_issue(f"Number {number}")
    with pytest.raises(RateLimitExceededException) as refusal:
        ours.create_issue("One more")
    assert "content creation" in refusal.value.data["message"]
    hub.clock.advance(int((refusal.value.headers or {})["retry-after"]))
    ours.create_issue("One more")
    assert len(titles(hub)) == 81


def test_five_hundred_creations_an_hour_and_no_more(hub: GitHubDouble) -> None:
    ours = repo(hub)
    for number in range(500):
        ours.create_label(f"label-{number}", "ff0000")
        hub.clock.advance(1)
    with pytest.raises(RateLimitExceededException) as refusal:
        ours.create_label("one more", "ff0000")
    assert (refusal.value.headers or {})["retry-after"] == str(3600 - 500)
    hub.clock.advance(3600 - 500)
    assert ours.create_label("one more", "ff0000")


def test_nine_hundred_points_a_minute(hub: GitHubDouble) -> None:
    ours = repo(hub)
    issue = ours.create_issue("Edited often")
    # Reading the repository cost 1, creating 5: 178 changes more make 896.
    for number in range(178):
        issue.edit(body=f"Number {number}")
    with pytest.raises(RateLimitExceededException):
        issue.edit(body="One more")
    for _ in range(4):
        issue.update()
    with pytest.raises(RateLimitExceededException):
        issue.update()
    hub.clock.advance(60)
    issue.edit(body="One more")


def test_a_person_has_five_thousand_requests_an_hour_and_a_workflow_a_thousand(hub: GitHubDouble) -> None:
    hub.limits.points_a_minute = 10_000
    client = hub.client(hub.world.workflow_token_of(issues="write"))
    client.get_repo("example/partners")
    hub.world.tokens["workflow-token"].used = 1000
    with pytest.raises(RateLimitExceededException) as refusal:
        client.get_repo("example/partners").get_issue(1)
    headers = refusal.value.headers or {}
    assert (headers["x-ratelimit-limit"], headers["x-ratelimit-remaining"]) == ("1000", "0")
    assert int(headers["x-ratelimit-reset"]) == int(hub.clock.now().timestamp()) + 3600
    assert client.get_rate_limit().rate.remaining == 0
    assert hub.client(hub.world.token_of("rae")).get_rate_limit().rate.limit == 5000
    hub.clock.advance(3600)
    assert client.get_rate_limit().rate.remaining == 1000


def test_no_more_at_once_than_allowed(hub: GitHubDouble) -> None:
    hub.limits.under_way = 2
    hub.faults.stall(r"/labels$", times=2)
    ours, other = repo(hub), repo(hub, timeout=1)
    hub.log.clear()
    with ThreadPoolExecutor(2) as pool:
        stalled = [pool.submit(lambda: list(other.get_labels())) for _ in range(2)]
        while len(hub.log) < 2:
            threading.Event().wait(0.01)
        with pytest.raises(RateLimitExceededException):
            list(ours.get_milestones())
        for one in stalled:
            with pytest.raises(requests.exceptions.ReadTimeout):
                one.result()


def test_what_has_not_changed_costs_nothing(hub: GitHubDouble) -> None:
    token = hub.world.token_of("rae")
    address, sent = f"{hub.url}/repos/example/partners/labels", {"Authorization": f"Bearer {token}"}
    first = requests.get(address, headers=sent, timeout=5)
    again = requests.get(address, headers={**sent, "If-None-Match": first.headers["ETag"]}, timeout=5)
    assert (again.status_code, again.content) == (304, b"")
    assert hub.world.tokens[token].used == 1
    hub.world.labels["held"] = Label(hub.world.new_id(), "held")
    changed = requests.get(address, headers={**sent, "If-None-Match": first.headers["ETag"]}, timeout=5)
    assert (changed.status_code, changed.headers["X-RateLimit-Used"]) == (200, "2")


def test_limits_can_be_lowered() -> None:
    with GitHubDouble(limits=Limits(made_a_minute=1)) as hub:
        hub.world.add_user("rae", "admin")
        repo(hub).create_issue("First")
        with pytest.raises(RateLimitExceededException):
            repo(hub).create_issue("Second")


# The description


def violated(hub: GitHubDouble) -> str:
    """What did not fit; and it is forgiven."""
    text = "\n".join(hub.violations)
    hub.violations.clear()
    return text


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("GET", "/repos/example/partners/issues?colour=red", None, "the query has colour, which GitHub does not know"),
        ("GET", "/repos/example/partners/issues?state=ajar", None, "query state at /: 'ajar' is not one of"),
        ("GET", "/repos/example/partners/stargazers", None, "not in the slice"),
        ("POST", "/repos/example/partners/issues", {"body": "no title"}, "'title' is a required property"),
        ("POST", "/repos/example/partners/labels", {"name": 7}, "7 is not of type 'string'"),
        ("POST", "/repos/example/partners/milestones", None, "there is no body"),
        ("GET", "/repos/example/partners/labels", {"a": 1}, "there is a body where none is described"),
    ],
)
def test_a_request_that_github_does_not_describe_fails_the_test(
    hub: GitHubDouble, method: str, path: str, body: Any, said: str
) -> None:
    sent = {"Authorization": f"Bearer {hub.world.token_of('rae')}"}
    answer = requests.request(method, hub.url + path, json=body, headers=sent, timeout=5)
    assert answer.status_code in (404, 422)
    assert said in violated(hub)


def test_leaving_the_double_raises_what_was_violated() -> None:
    with pytest.raises(AssertionError, match="not in the slice"), GitHubDouble() as hub:
        requests.get(f"{hub.url}/zen", timeout=5)


def test_an_answer_that_github_does_not_describe_fails_the_test(hub: GitHubDouble) -> None:
    repo(hub).create_issue("Scheduled")
    hub.world.issues[1].reason = "bored"
    list(repo(hub).get_issues())
    assert "'bored' is not one of" in violated(hub)


def test_a_mistake_of_the_double_itself_fails_the_test(hub: GitHubDouble) -> None:
    repo(hub).create_issue("Scheduled")
    hub.world.issues[1].labels = [object()]  # type: ignore[list-item]
    with pytest.raises(GithubException):
        repo(hub).get_issue(1)
    assert "AttributeError" in violated(hub)


def test_what_the_double_knows_nothing_of_fails_the_test(hub: GitHubDouble) -> None:
    with pytest.raises(GithubException):
        list(repo(hub).get_issues(assignee="rae"))
    assert "the double knows nothing of assignee" in violated(hub)


def test_a_milestone_due_on_a_bare_date_is_refused_as_by_github(hub: GitHubDouble) -> None:
    """PyGithub's Milestone.edit writes one (PyGithub/PyGithub#396)."""
    milestone = repo(hub).create_milestone("2026-12-10")
    with pytest.raises(GithubException) as refusal:
        milestone.edit("2026-12-10", due_on=date(2026, 12, 10))
    assert refusal.value.status == 422
    assert "'2026-12-10' is not a 'date-time'" in violated(hub)


def test_a_date_that_pygithub_creates_a_milestone_with_falls_on_the_day_before(hub: GitHubDouble) -> None:
    """It writes midnight in UTC, which is the afternoon before in California."""
    assert repo(hub).create_milestone("2026-12-10", due_on=date(2026, 12, 10)).due_on == datetime(
        2026, 12, 9, 8, tzinfo=UTC
    )


# Who may


def test_nobody_gets_in_without_a_token(hub: GitHubDouble) -> None:
    with pytest.raises(GithubException) as refusal:
        hub.client("no token of ours").get_repo("example/partners")
    assert refusal.value.status == 401


def test_a_workflow_may_only_what_its_permissions_say(hub: GitHubDouble) -> None:
    ours = hub.client(hub.world.workflow_token_of(issues="read")).get_repo("example/partners")
    assert list(ours.get_issues()) == []
    for forbidden in (lambda: ours.create_issue("Scheduled"), lambda: list(ours.get_deployments())):
        with pytest.raises(GithubException, match="Resource not accessible by integration") as refusal:
            forbidden()
        assert refusal.value.status == 403
    assert titles(hub) == []


def test_a_private_repository_does_not_exist_for_outsiders(hub: GitHubDouble) -> None:
    hub.world.add_user("olga")
    with pytest.raises(GithubException) as refusal:
        repo(hub, "olga").create_issue("Let me in")
    assert refusal.value.status == 404


def test_labels_of_who_may_not_triage_are_dropped_without_a_word(hub: GitHubDouble) -> None:
    hub.world.add_user("rory", "read")
    assert repo(hub, "rory").create_issue("Asked", labels=["deployed"]).labels == []


def test_issues_that_are_gone(hub: GitHubDouble) -> None:
    ours = repo(hub)
    for title in ("Deleted", "Transferred"):
        ours.create_issue(title)
    hub.world.delete_issue(1)
    hub.world.transfer_issue(2, "example/elsewhere")
    with pytest.raises(GithubException) as refusal:
        ours.get_issue(1)
    assert refusal.value.status == 410
    with pytest.raises(GithubException) as refusal:
        ours.get_issue(2)
    # PyGithub followed the 301 to a repository that this token may not see.
    assert refusal.value.status == 404
    assert [call.status for call in hub.log.calls[-2:]] == [301, 404]
    assert ours.create_issue("Next").number == 3


def test_the_timeline_tells_what_people_did_by_hand(hub: GitHubDouble) -> None:
    ours = repo(hub)
    window = ours.create_milestone("2026-12-10")
    issue = ours.create_issue("Scheduled", labels=["scheduled"])
    issue.edit(title="Renamed", milestone=window)
    issue.create_comment("Why?")
    issue.edit(state="closed", state_reason="not_planned")
    events = [(event.event, event.actor and event.actor.login) for event in issue.get_timeline()]
    assert events == [(name, "rae") for name in ("labeled", "renamed", "milestoned", "commented", "closed")]


def test_issues_and_comments_since_a_moment(hub: GitHubDouble) -> None:
    ours = repo(hub)
    old, young = ours.create_issue("Old"), ours.create_issue("Young")
    old.create_comment("Early")
    hub.clock.advance(3600)
    young.create_comment("Late")
    since = hub.clock.now()
    assert [issue.title for issue in ours.get_issues(since=since)] == ["Young"]
    assert [comment.body for comment in ours.get_issues_comments(since=since)] == ["Late"]
