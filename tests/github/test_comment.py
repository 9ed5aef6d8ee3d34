"""The one comment of a pull request: made once, edited in place, kept through whatever goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from launchwindow.events import commenting
from support.gfm import Seen
from support.github_double import Kind
from support.on_github import NEW, OLD, OnGitHub
from support.repository import FILE, Result

MARK = "<!-- launchwindow:pull-request -->"
REDIRECT = "redirect_uris: [https://benefits.exa.gov/auth/result]"
TWO = "redirect_uris: [https://benefits.exa.gov/auth/result, https://kiosk.exa.gov/auth/kiosk]"
WRITER = "login-reviewer"
COMMENTS = r"/issues/\d+/comments"


def planned(place: OnGitHub, number: int, *arguments: str) -> Result:
    """`plan` as the workflow runs it."""
    return place.run("plan", "--base", "refs/remotes/origin/main", "--pull-request", str(number), *arguments)


def told(place: OnGitHub, number: int, *arguments: str, status: int = 0) -> dict[str, Any]:
    """What the document of `plan` says of the pull request."""
    result = planned(place, number, *arguments, "--format", "json")
    assert result.status == status, result.text
    found: dict[str, Any] = json.loads(result.out)["pull_request"]
    return found


def comments(place: OnGitHub) -> list[Any]:
    return list(place.hub.world.comments.values())


def only(place: OnGitHub) -> str:
    """The text of the one comment that there is."""
    found = comments(place)
    assert len(found) == 1
    return str(found[0].body)


def by(place: OnGitHub, login: str, number: int, body: str) -> int:
    """A comment that somebody writes; its id."""
    hub = place.hub.client(place.hub.world.token_of(login))
    return int(hub.get_repo("example/partners").get_issue(number).create_comment(body).id)


def writes(place: OnGitHub) -> list[str]:
    return [f"{one.method} {one.path}" for one in place.hub.log.writes]


def test_it_is_made_once_and_edited_in_place(place: OnGitHub) -> None:
    number = place.pull()
    assert told(place, number)["comment"] == "made"
    first = comments(place)[0]
    assert first.body.startswith(MARK)
    place.more("change", edits=((FILE, REDIRECT, TWO),))
    assert told(place, number) == {
        "number": number,
        "comment": "edited",
        "url": f"https://github.com/example/partners/pull/{number}#issuecomment-{first.id}",
        "reviews": [
            {
                "app": "exa/benefits-finder", "environment": "production", "needed": 1, "counted": [], "against": [],
                "of_the_team": True,
            }
        ],
    }  # fmt: skip
    assert "kiosk.exa.gov" in only(place)


def test_the_permissions_of_the_workflow_are_enough(place: OnGitHub) -> None:
    """What `pull-request.yml` asks for, and docs/security.md lists: nothing else can be written with it."""
    place.token = place.hub.world.workflow_token_of("few", contents="read", pull_requests="write", checks="read")
    number = place.pull()
    place.hub.review(number, WRITER)
    assert told(place, number)["comment"] == "made"
    place.more("change", edits=((FILE, REDIRECT, TWO),))
    assert told(place, number)["comment"] == "edited"


def test_nothing_is_written_when_nothing_changed(place: OnGitHub) -> None:
    number = place.pull()
    told(place, number)
    before = writes(place)
    assert told(place, number)["comment"] == "unchanged"
    assert writes(place) == before


def test_what_the_last_push_changed_is_said_first(place: OnGitHub) -> None:
    number = place.pull()
    told(place, number)
    assert "Since the last push" not in only(place)
    place.more("change", edits=((FILE, REDIRECT, TWO),))
    told(place, number)
    head, since, *_ = [line for line in only(place).splitlines() if line and not line.startswith("<!--")]
    assert head == "### 1 change request"
    assert since.startswith("**Since the last push** ([")
    assert "production/exa/benefits-finder: its content is another one" in Seen(only(place)).text
    place.hub.review(number, WRITER)
    # The same push again, for another reason: it still tells what that push changed.
    assert told(place, number)["comment"] == "edited"
    assert "its content is another one" in only(place)


def test_what_moved_vanished_or_came_is_told(place: OnGitHub) -> None:
    number = place.pull()
    told(place, number)
    place.more(
        "change", edits=((FILE, NEW, OLD), ("partners/exa.yaml", "name: Example Agency for Benefits", "name: E"))
    )
    told(place, number)
    text = Seen(only(place)).text
    assert "production/exa: new in this pull request" in text
    assert "production/exa/benefits-finder: no longer changed by it" in text
    place.more("change", edits=((FILE, "http", "htp"),))
    told(place, number)
    assert "production/exa/benefits-finder: new in this pull request" in Seen(only(place)).text
    place.more("change", edits=((FILE, "htp", "http"), (FILE, REDIRECT, TWO)))
    told(place, number)
    text = Seen(only(place)).text
    assert "deploy window 2026-12-10, was unknown" in text
    assert "no finding blocks it any more" in text


def test_notice_counts_from_the_day_on_which_it_was_first_checked(place: OnGitHub) -> None:
    number = place.pull()
    place.at("2026-11-30T10:00:00-05:00")
    assert "notice of 14 days from 2026-11-24 ends" in planned(place, number).out
    place.more("change", edits=((FILE, REDIRECT, TWO),))
    assert "notice of 14 days from 2026-11-30 ends" in planned(place, number).out


def test_it_says_whose_approval_counts_so_far(place: OnGitHub) -> None:
    number = place.pull()
    assert "0 of 1 approval." in planned(place, number).out
    place.hub.review(number, "olga")
    place.hub.review(number, WRITER)
    found = told(place, number)["reviews"][0]
    assert found["counted"] == [WRITER]
    assert found["against"] == ["olga's approval does not count: no reviewer by policy.yaml as main has it."]
    assert "1 of 1 approval, by login-reviewer. olga's approval does not count" in Seen(only(place)).text
    place.more("change", edits=((FILE, REDIRECT, TWO),))
    told(place, number)
    assert "what the branch has of this now was pushed after that" in Seen(only(place)).text
    place.hub.review(number, "login-second-reviewer", "REQUEST_CHANGES", body="Not yet")
    told(place, number)
    assert "0 of 1, blocked" in Seen(only(place)).text


def test_an_app_of_another_team_says_so(place: OnGitHub) -> None:
    number = place.pull(by="olga", author="Olga <olga@elsewhere.gov>")
    place.hub.review(number, WRITER)
    assert told(place, number)["reviews"][0]["of_the_team"] is False
    text = Seen(only(place)).text
    assert "1 of 1, nobody of the team" in text
    assert "Nobody of the app's team asked for it, or approved it." in text


def test_ticks_stay_while_the_content_does(place: OnGitHub) -> None:
    number = place.pull()
    told(place, number)
    line = "- [ ] The change is what the title and description say"
    one = comments(place)[0]
    assert line in one.body
    # The page of GitHub ends lines its own way.
    one.body = one.body.replace(line, line.replace("[ ]", "[x]")).replace("\n", "\r\n")
    assert told(place, number)["comment"] == "unchanged"
    place.hub.review(number, WRITER)
    told(place, number)
    assert line.replace("[ ]", "[x]") in only(place)
    place.more("change", edits=((FILE, REDIRECT, TWO),))
    told(place, number)
    assert line in only(place)


def test_nobody_ticks_what_the_machine_proves(place: OnGitHub) -> None:
    number = place.pull(edits=((FILE, "return_to_sp_url: https", "return_to_sp_url: http"),))
    told(place, number)
    one = comments(place)[0]
    line = "- [ ] The rules find nothing that blocks it"
    one.body = one.body.replace(line, line.replace("[ ]", "[x]"))
    told(place, number)
    assert line in only(place)


# Launch dates


def test_a_launch_date_that_can_not_be_met_is_the_head_of_it(place: OnGitHub) -> None:
    new = "apps/exa/second-app"
    place.work.git("fetch", "--quiet", "origin")
    place.work.branch("second", "refs/remotes/origin/main")
    for name in ("logo.svg", "certs/2026.crt", "production.yaml"):
        text = place.work.read(f"apps/exa/benefits-finder/{name}")
        place.work.write(f"{new}/{name}", text.replace("exa:benefits-finder", "exa:second-app"))
    file = f"{new}/production.yaml"
    place.work.write(file, place.work.read(file) + "launch: {date: 2026-12-09}\n")
    place.more("second", edits=())
    number = place.hub.open_pull("exa-benefits-dev", "second", "A second app")
    told(place, number)
    assert "### launch date can't be met" in only(place)
    assert "the first deploy window for it is Thursday 2026-12-10" in Seen(only(place)).text
    assert "- [ ] The launch on 2026&#45;12&#45;09 can be met" in only(place)
    place.more("second", edits=((file, "2026-12-09", "2026-12-10"),))
    told(place, number)
    assert "can't be met" not in only(place)
    assert "- [x] The launch on 2026&#45;12&#45;10 can be met" in only(place)


def test_a_launch_date_of_a_deployed_app_is_no_matter(place: OnGitHub) -> None:
    number = place.pull(edits=((FILE, OLD, f"{NEW}\nlaunch: {{date: 2026-11-25}}"),))
    told(place, number)
    assert "can't be met" not in only(place)


# What goes wrong

Fault = Callable[[OnGitHub], Any]
FAULTS: dict[str, Fault] = {
    "lost answer": lambda place: place.hub.faults.after(Kind.DROPPED_AFTER, f"POST .*{COMMENTS}"),
    "502 after it was made": lambda place: place.hub.faults.after(Kind.ERROR_AFTER, f"POST .*{COMMENTS}"),
    "half an answer": lambda place: place.hub.faults.after(Kind.TRUNCATED, f"POST .*{COMMENTS}"),
    "no JSON": lambda place: place.hub.faults.after(Kind.MALFORMED, f"POST .*{COMMENTS}"),
    "dropped before": lambda place: place.hub.faults.drop_before(f"POST .*{COMMENTS}"),
    "502": lambda place: place.hub.faults.status(502, f"POST .*{COMMENTS}"),
    "502 twice": lambda place: place.hub.faults.status(502, f"POST .*{COMMENTS}", times=2),
    "limit": lambda place: place.hub.faults.secondary_limit(f"POST .*{COMMENTS}"),
    "list unanswered": lambda place: place.hub.faults.drop_before(f"GET .*{COMMENTS}", times=2),
    "list 502": lambda place: place.hub.faults.status(502, f"GET .*{COMMENTS}", times=3),
    "head unanswered": lambda place: place.hub.faults.drop_before(r"GET .*/pulls/\d+$"),
}


@pytest.mark.few(4)
@pytest.mark.parametrize("name", FAULTS)
def test_there_is_one_comment_whatever_goes_wrong(place: OnGitHub, name: str) -> None:
    number = place.pull()
    fault = FAULTS[name](place)
    assert told(place, number)["comment"] == "made"
    assert fault.met
    assert "### 1 change request" in only(place)
    assert told(place, number)["comment"] == "unchanged"


EDITS: dict[str, Fault] = {
    "lost answer": lambda place: place.hub.faults.after(Kind.DROPPED_AFTER, "PATCH .*/issues/comments/"),
    "502 after it was done": lambda place: place.hub.faults.after(Kind.ERROR_AFTER, "PATCH .*/issues/comments/"),
    "dropped before": lambda place: place.hub.faults.drop_before("PATCH .*/issues/comments/", times=2),
    "502": lambda place: place.hub.faults.status(502, "PATCH .*/issues/comments/", times=3),
    "limit": lambda place: place.hub.faults.secondary_limit("PATCH .*/issues/comments/"),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_gets_through(place: OnGitHub, name: str) -> None:
    number = place.pull()
    told(place, number)
    place.more("change", edits=((FILE, REDIRECT, TWO),))
    fault = EDITS[name](place)
    assert told(place, number)["comment"] == "edited"
    assert fault.met
    assert "kiosk.exa.gov" in only(place)


def test_a_list_that_lags_makes_no_second_one(place: OnGitHub) -> None:
    number = place.pull()
    told(place, number)
    first = comments(place)[0].id
    place.more("change", edits=((FILE, REDIRECT, TWO),))
    # As it was asked last in this run: never, and so it seems empty.
    place.hub.faults.behind(f"GET .*{COMMENTS}")
    told(place, number)
    assert [one.id for one in comments(place)] == [first]
    assert "kiosk.exa.gov" in only(place)


def test_a_comment_that_was_deleted_a_moment_ago_is_made_again(place: OnGitHub) -> None:
    number = place.pull()
    told(place, number)
    place.more("change", edits=((FILE, REDIRECT, TWO),))
    place.hub.faults.status(404, "PATCH .*/issues/comments/")
    gone = comments(place)[0].id

    def vanish(*_: Any) -> None:
        place.hub.world.comments.pop(gone, None)

    original = commenting.edit
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commenting, "edit", lambda *given: (vanish(), original(*given))[1])
        assert told(place, number)["comment"] == "made"
    assert "kiosk.exa.gov" in only(place)


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_without_the_permission_the_plan_is_told_all_the_same(place: OnGitHub, method: str) -> None:
    number = place.pull()
    place.hub.faults.status(403, f"{method} .*{COMMENTS}", message="Resource not accessible by integration")
    result = planned(place, number)
    assert result.status == 1
    assert "1 change request, if this is approved and merged today." in result.out
    assert f"Pull request {number} could not be given its comment." in result.out
    assert "lacks a permission" in " ".join(result.out.split())
    assert comments(place) == []


def test_a_plan_is_told_while_github_is_away(place: OnGitHub) -> None:
    number = place.pull()
    place.hub.faults.status(502, f"POST .*{COMMENTS}", times=9)
    assert told(place, number, status=1)["comment"] == "failed"
    assert comments(place) == []


# Whose comment it is


@pytest.mark.parametrize("login", ["exa-benefits-dev", "robot[bot]", "github-actions"])
def test_a_forged_key_is_nobodys(place: OnGitHub, login: str) -> None:
    number = place.pull()
    if login == "robot[bot]":
        place.hub.world.add_app("robot", "write")
    elif login not in place.hub.world.users:
        place.hub.world.add_user(login, "write")
    state = '<!-- launchwindow:state {"now":{"head":"%s","requests":{}},"before":null} -->' % ("0" * 40)
    forged = by(place, login, number, f"{MARK}\n{state}\n### Approved")
    assert told(place, number)["comment"] == "made"
    assert place.hub.world.comments[forged].body.endswith("### Approved")
    assert len(comments(place)) == 2
    assert "Since the last push" not in comments(place)[1].body
    place.more("change", edits=((FILE, REDIRECT, TWO),))
    assert told(place, number)["comment"] == "edited"
    assert place.hub.world.comments[forged].body.endswith("### Approved")


def test_a_key_that_does_not_begin_a_comment_of_ours_is_none(place: OnGitHub) -> None:
    number = place.pull()
    hub = place.hub.client(place.token)
    hub.get_repo("example/partners").get_issue(number).create_comment(f"Quoted: {MARK}")
    assert told(place, number)["comment"] == "made"
    assert len(comments(place)) == 2


def test_with_a_token_of_ones_own_the_comment_is_ones_own(place: OnGitHub) -> None:
    number = place.pull()
    by(place, "olga", number, f"{MARK}\n### Approved")
    place.token = place.hub.world.token_of("admin")
    assert told(place, number)["comment"] == "made"
    assert told(place, number)["comment"] == "unchanged"
    assert [one.user.login for one in comments(place)] == ["olga", "admin"]


def test_an_app_that_can_not_be_told_from_others_leaves_no_comment(place: OnGitHub) -> None:
    number = place.pull()
    place.hub.world.add_app("robot", "write")
    token = place.hub.world.workflow_token_of("robots-token", contents="read", pull_requests="write", checks="read")
    place.hub.world.tokens[token].user = place.hub.world.user("robot[bot]")
    place.token = token
    result = planned(place, number)
    assert result.status == 1
    assert "writes as robot[bot]" in " ".join(result.out.split())
    assert comments(place) == []


def test_two_runs_at_once_leave_one(place: OnGitHub) -> None:
    """Both found none; whoever notices it keeps the oldest, and it says what the newest has to say."""
    number = place.pull()
    original = commenting.make

    def late(*given: Any) -> Any:
        hub = place.hub.client(place.token)
        hub.get_repo("example/partners").get_issue(number).create_comment(f"{MARK}\nThe other run's")
        return original(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commenting, "make", late)
        assert told(place, number)["comment"] == "made"
    assert "### 1 change request" in only(place)


def test_a_second_one_that_is_there_goes(place: OnGitHub) -> None:
    number = place.pull()
    told(place, number)
    first = comments(place)[0].id
    place.hub.client(place.token).get_repo("example/partners").get_issue(number).create_comment(f"{MARK}\nTwo")
    told(place, number)
    assert [one.id for one in comments(place)] == [first]


def test_a_run_for_an_older_commit_leaves_the_newer_page(place: OnGitHub) -> None:
    number = place.pull()
    old = place.work.head
    place.more("change", edits=((FILE, REDIRECT, TWO),))
    told(place, number)
    before = only(place)
    assert told(place, number, "--head", old)["comment"] == "outdated"
    assert only(place) == before


def test_a_run_for_an_older_commit_makes_none(place: OnGitHub) -> None:
    number = place.pull()
    old = place.work.head
    place.more("change", edits=((FILE, REDIRECT, TWO),))
    assert told(place, number, "--head", old) | {"reviews": []} == {
        "number": number, "comment": "outdated", "url": None, "reviews": [],
    }  # fmt: skip
    assert comments(place) == []


STATE = "<!-- launchwindow:state "
DAMAGED = [
    "", "null", "{}", "[]", "{", '{"now":null}', '{"now":{"head":"x","requests":{}},"before":null}',
    '{"now":{"head":"%s","requests":[]},"before":null}' % ("0" * 40),
    '{"now":{"head":"%s","requests":{"a":[1,2,3]}},"before":null}' % ("0" * 40),
    '{"now":{"head":"%s","requests":{"a":null}},"before":null}' % ("0" * 40),
    '{"now":{"head":"%s","requests":{}},"before":{"head":1}}' % ("0" * 40),
    "{" + '"a":[' * 5000 + "}",
]  # fmt: skip


@pytest.mark.few(3)
@pytest.mark.parametrize("state", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_state_counts_as_none(place: OnGitHub, state: str) -> None:
    number = place.pull()
    told(place, number)
    one, right = comments(place)[0], only(place)
    one.body = "\n".join(f"{STATE}{state} -->" if line.startswith(STATE) else line for line in right.split("\n"))
    assert told(place, number)["comment"] == "edited"
    assert only(place) == right


def test_no_state_that_somebody_wrote_keeps_the_page_as_it_is(place: OnGitHub) -> None:
    """Who may write may edit the comment: what it claims of a newer commit, or of names, is only text."""
    number = place.pull()
    told(place, number)
    one = comments(place)[0]
    requests = {f"@{WRITER} --> <b>x</b>": [None, "@x", True]}
    claimed = json.dumps({"now": {"head": "f" * 40, "requests": requests}, "before": None})
    one.body = f"{MARK}\n{STATE}{claimed} -->\n### Approved by everybody"
    assert told(place, number)["comment"] == "edited"
    assert "### Approved" not in only(place)
    seen = Seen(only(place))
    assert seen.found_by_github() == []
    assert "b" not in seen.tags
    assert f"@\u200b{WRITER} --> <b>x</b>: no longer changed by it" in seen.text


# Without a comment


def test_a_forks_run_has_its_page_in_the_summary_alone(place: OnGitHub) -> None:
    place.pull()
    result = place.run("plan", "--base", "refs/remotes/origin/main", "--format", "markdown")
    assert result.status == 0
    assert result.out.startswith("### 1 change request\n")
    assert writes(place) == []


def test_a_comment_needs_to_know_where(place: OnGitHub) -> None:
    result = place.work.run("plan", "--pull-request", "1")
    assert result.status == 2
    assert "--pull-request needs --github OWNER/NAME" in result.text


# Long plans


@pytest.mark.more
def test_a_long_page_is_cut_by_whole_parts_with_a_link_to_the_rest(place: OnGitHub) -> None:
    place.work.git("fetch", "--quiet", "origin")
    place.work.branch("many", "refs/remotes/origin/main")
    data = {name: place.work.read(f"apps/exa/benefits-finder/{name}") for name in ("logo.svg", "certs/2026.crt")}
    text = place.work.read(FILE)
    for number in range(110):
        folder = f"apps/exa/app-{number}"
        for name, content in data.items():
            place.work.write(f"{folder}/{name}", content)
        bad = text.replace("return_to_sp_url: https", "return_to_sp_url: http") if number == 77 else text
        place.work.write(f"{folder}/production.yaml", bad.replace("exa:benefits-finder", f"exa:app-{number}"))
    place.more("many", edits=())
    number = place.hub.open_pull("exa-benefits-dev", "many", "Many apps")
    run = "https://github.com/example/partners/actions/runs/"
    assert told(place, number, "--summary", f"{run}1")["comment"] == "made"
    body = only(place)
    assert len(body) <= 65_536
    assert body.startswith(MARK)
    assert body.endswith(f"({run}1).")
    assert body.count("<details>") == body.count("</details>")
    assert body.count("```") % 2 == 0
    # What stands against something is kept rather than what does not.
    assert "#### production&#47;exa&#47;app&#45;77" in body
    assert "and 10 more change requests." in Seen(body).text
    assert told(place, number, "--summary", f"{run}2")["comment"] == "unchanged"
    whole = place.run("plan", "--base", "refs/remotes/origin/main", "--format", "markdown").out
    assert len(whole) > len(body)
    assert len(whole.encode()) < 1_000_000
