"""What a conversation with GitHub repeats, what it waits for, and what it leaves to its caller."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from launchwindow.io.github.connection import Connection
from launchwindow.model.github import Address, GitHubRefused, Unanswered
from support.github_double import GitHubDouble, Kind, Limits


@pytest.fixture
def hub() -> Iterator[GitHubDouble]:
    with GitHubDouble("example/partners") as running:
        yield running


def connected(hub: GitHubDouble, told: list[str] | None = None, **permissions: str) -> Connection:
    token = hub.world.workflow_token_of(**(permissions or {"issues": "write"}))
    tell = (lambda _: None) if told is None else told.append
    return Connection(
        Address("example/partners", hub.url, token), pause=hub.clock.advance, now=hub.clock.now, tell=tell
    )


def test_all_pages_of_a_list_are_read(hub: GitHubDouble) -> None:
    hub_ = connected(hub)
    for number in range(5):
        hub_.post("/issues", {"title": f"Number {number}"})
    assert len(list(hub_.pages("/issues", per_page=2, state="all"))) == 5


@pytest.mark.parametrize(
    "kind", [Kind.DROPPED_BEFORE, Kind.DROPPED_AFTER, Kind.ERROR_AFTER, Kind.MALFORMED, Kind.TRUNCATED]
)
def test_a_question_is_asked_again(hub: GitHubDouble, kind: Kind) -> None:
    hub_ = connected(hub)
    hub_.post("/issues", {"title": "One"})
    fault = hub.faults.after(kind, r"GET .*/issues") if kind.done else hub.faults.drop_before(r"GET .*/issues")
    assert [one["title"] for one in hub_.pages("/issues")] == ["One"]
    assert fault.met == 1


@pytest.mark.parametrize("kind", [Kind.DROPPED_AFTER, Kind.ERROR_AFTER, Kind.MALFORMED, Kind.TRUNCATED])
def test_what_may_have_been_made_is_not_made_again(hub: GitHubDouble, kind: Kind) -> None:
    hub_ = connected(hub)
    hub.faults.after(kind, r"POST .*/issues$")
    with pytest.raises(Unanswered, match="POST"):
        hub_.post("/issues", {"title": "One"})
    assert len(hub.world.issues) == 1


def test_a_change_whose_answer_is_lost_is_sent_again(hub: GitHubDouble) -> None:
    hub_ = connected(hub)
    number = hub_.post("/issues", {"title": "One"})["number"]
    fault = hub.faults.after(Kind.DROPPED_AFTER, r"PATCH .*/issues/1$")
    assert hub_.patch(f"/issues/{number}", {"title": "Two"})["title"] == "Two"
    assert fault.met == 1


def test_a_refusal_for_a_limit_is_waited_for_also_where_something_is_made(hub: GitHubDouble) -> None:
    told: list[str] = []
    hub_ = connected(hub, told)
    fault = hub.faults.secondary_limit(r"POST .*/issues$")
    assert hub_.post("/issues", {"title": "One"})["title"] == "One"
    assert fault.met == 1
    assert len(told) == 1


def test_a_run_keeps_within_the_published_limits_by_itself(hub: GitHubDouble) -> None:
    hub_ = connected(hub)
    began = hub.clock.now()
    for number in range(520):
        hub_.post("/issues", {"title": f"Number {number}"})
    assert len(hub.world.issues) == 520
    assert {call.status for call in hub.log.calls} == {201}, "GitHub had to refuse"
    assert (hub.clock.now() - began).total_seconds() >= 3600


def test_the_hourly_limit_is_waited_for_and_not_run_into(hub: GitHubDouble) -> None:
    hub_ = connected(hub)
    began = hub.clock.now()
    hub.world.tokens["workflow-token"].primary = 13
    for _ in range(5):
        hub_.get("/issues")
    assert [call.status for call in hub.log.calls] == [200] * 5
    assert (hub.clock.now() - began).total_seconds() >= 3600


def test_an_hourly_limit_that_others_used_up_is_waited_for(hub: GitHubDouble) -> None:
    others, ours = connected(hub), connected(hub)
    hub.world.tokens["workflow-token"].primary = 3
    others.get("/issues")
    hub.world.tokens["workflow-token"].used = 3
    ours.get("/issues")
    assert [call.status for call in hub.log.calls] == [200, 403, 200]


def test_a_token_without_the_permission_is_told_of(hub: GitHubDouble) -> None:
    with pytest.raises(GitHubRefused, match=r"403 .*permission") as refused:
        connected(hub, issues="read").post("/issues", {"title": "One"})
    assert refused.value.code == 403


def test_a_server_that_stays_down_ends_the_run(hub: GitHubDouble) -> None:
    hub.faults.status(502, r"GET .*/issues", times=9)
    with pytest.raises(Unanswered, match="Run it again later"):
        list(connected(hub).pages("/issues"))
    assert len(hub.log.calls) == 5


def test_limits_that_another_client_used_up_are_waited_for() -> None:
    with GitHubDouble("example/partners", limits=Limits(made_a_minute=2)) as hub:
        hub_ = connected(hub)
        for number in range(5):
            hub_.post("/issues", {"title": f"Number {number}"})
        assert len(hub.world.issues) == 5
        assert 403 in {call.status for call in hub.log.calls}


def test_silence_is_no_answer(hub: GitHubDouble) -> None:
    address = Address("example/partners", hub.url, hub.world.workflow_token_of(issues="write"))
    hub_ = Connection(address, pause=hub.clock.advance, now=hub.clock.now, timeout=1)
    fault = hub.faults.stall(r"GET .*/issues")
    assert list(hub_.pages("/issues")) == []
    assert fault.met == 1


@pytest.mark.parametrize("told", ["Wed, 25 Nov 2026 12:00:00 GMT", "-5", "nan"])
def test_a_limit_that_does_not_tell_seconds_is_waited_for_a_minute(hub: GitHubDouble, told: str) -> None:
    hub.faults.status(429, r"GET .*/issues", headers={"Retry-After": told})
    began = hub.clock.now()
    assert list(connected(hub).pages("/issues")) == []
    assert (hub.clock.now() - began).total_seconds() == 60
