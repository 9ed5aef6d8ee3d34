"""`sync`: what GitHub shows of a change request, from its merge to its end."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from launchwindow.commands.progress import bar
from support import tracker_view as view
from support.on_github import DANA, NEW, OLD, OnGitHub, merged, opened
from support.repository import FILE, ROOT
from support.rotations import NEW as NEW_CERTIFICATE

PATH = "production/exa/benefits-finder"
WINDOW, LATER = "2026-12-10", "2026-12-14"


CONTRACT = Draft202012Validator(json.loads((ROOT / "schemas" / "sync.schema.json").read_text(encoding="utf-8")))


def in_line(place: OnGitHub) -> None:
    """`sync`; a second one finds nothing to do. What both print keeps their contract."""
    found = place.run_json("sync")
    assert found["in_line"]
    assert found["made"] != view.NOTHING
    place.hub.log.clear()
    again = place.run_json("sync")
    assert again["made"] == view.NOTHING
    assert place.hub.log.writes == []
    assert [one.message for document in (found, again) for one in CONTRACT.iter_errors(document)] == []


def at_window(place: OnGitHub, day: str = WINDOW) -> None:
    place.at(f"{day}T10:00:00-05:00")
    place.run_json("release")


def merge_and_record(place: OnGitHub, branch: str) -> None:
    """Open a pull request of a branch that was pushed, approve it, merge and record it."""
    number = place.hub.open_pull("exa-benefits-dev", branch, branch)
    place.check()
    place.hub.review(number, "login-reviewer")
    place.hub.merge(number, "admin")
    place.to_main()
    place.run_json("request")


def lever(place: OnGitHub, name: str, *arguments: str) -> None:
    """Pull a lever on the one open request of the app."""
    request = place.run_json("status", PATH)["requests"][0]["id"]
    assert place.run(name, request, "--by", "reviewer@login.gov", *arguments).status == 0


def test_a_merge_becomes_an_issue_in_the_milestone_of_its_window(place: OnGitHub) -> None:
    number = merged(place)
    in_line(place)
    issue = view.only(place.hub)
    assert issue.title == "production: exa/benefits-finder: Change the name (change)"
    assert issue.labels == ("environment: production", "launchwindow", "state: scheduled")
    assert (issue.milestone, issue.end, issue.told) == (f"Deploy window {WINDOW}", None, (f"scheduled {WINDOW}",))
    assert f"@exa-benefits-dev in #{number}" in issue.body
    assert "Goes at the deploy window of Thursday 2026-12-10" in issue.body
    assert "~ friendly_name: “Benefits Finder” → “Benefits Finder 2”" in issue.body
    assert view.milestones(place.hub) == {f"Deploy window {WINDOW}": ("open", WINDOW)}
    assert view.deployments(place.hub) == []


def test_a_release_and_its_confirmation_are_told_with_what_to_do(place: OnGitHub) -> None:
    merged(place)
    in_line(place)
    at_window(place)
    in_line(place)
    assert view.deployments(place.hub) == [("production", WINDOW, ["in_progress"])]
    assert view.only(place.hub).labels[-1] == "state: deploying"
    place.run_json("confirm", "--by", "dee", "--note", "seen")
    in_line(place)
    assert view.deployments(place.hub) == [("production", WINDOW, ["in_progress", "success"])]
    issue = view.only(place.hub)
    assert (issue.end, issue.labels[-1]) == ("completed", "state: deployed")
    assert issue.told == (f"scheduled {WINDOW}", f"deploying {WINDOW}", f"deployed {WINDOW}")
    scheduled, deploying, deployed = view.comments(place.hub, issue.number)
    assert "Nothing to do until then" in scheduled
    assert "change nothing yet" in deploying
    assert "| sign in | `https://secure.login.gov/openid_connect/authorize` |" in deployed


def test_a_milestone_is_closed_when_its_day_is_over(place: OnGitHub) -> None:
    merged(place)
    at_window(place)
    place.run_json("confirm", "--by", "dee", "--note", "seen")
    in_line(place)
    assert view.milestones(place.hub) == {f"Deploy window {WINDOW}": ("open", WINDOW)}
    place.at("2026-12-11T10:00:00-05:00")
    in_line(place)
    assert view.milestones(place.hub) == {f"Deploy window {WINDOW}": ("closed", WINDOW)}


def test_what_comes_sooner_is_told_as_moved(place: OnGitHub) -> None:
    merged(place)
    in_line(place)
    lever(place, "short-notice", "--reason", "Outage at the partner")
    in_line(place)
    issue = view.only(place.hub)
    sooner = issue.milestone
    assert sooner is not None
    assert sooner < f"Deploy window {WINDOW}"
    assert issue.told == (f"scheduled {WINDOW}", f"scheduled {sooner.removeprefix('Deploy window ')}")
    moved = view.comments(place.hub, issue.number)[-1]
    assert f"**Moved** from Thursday {WINDOW} to" in moved
    assert "short notice" in moved.lower()


def test_hold_and_resume_are_told_and_leave_the_milestone(place: OnGitHub) -> None:
    merged(place)
    in_line(place)
    lever(place, "hold", "--reason", "Wait for the audit")
    in_line(place)
    issue = view.only(place.hub)
    assert (issue.milestone, issue.labels[-1], issue.told[-1]) == (None, "state: held", "held 2026-11-24")
    held = view.comments(place.hub, issue.number)[-1]
    assert "Wait for the audit" in held
    assert f"request `{place.run_json('status')['requests'][0]['id']}`" in held
    lever(place, "resume", "--note", "Done")
    in_line(place)
    issue = view.only(place.hub)
    assert (issue.milestone, issue.told[-1]) == (f"Deploy window {WINDOW}", f"scheduled {WINDOW}")
    assert len(issue.told) == 3


def test_what_waits_for_a_review_says_how_to_get_one(place: OnGitHub) -> None:
    number = place.pull()
    place.hub.merge(number, "admin")
    place.to_main()
    place.run_json("request")
    in_line(place)
    issue = view.only(place.hub)
    assert (issue.labels[-1], issue.milestone, issue.told) == ("state: unapproved", None, ("unapproved",))
    assert "<code>approve</code>" in view.comments(place.hub, issue.number)[-1]
    lever(place, "approve", "--note", "Looked at it")
    in_line(place)
    assert view.only(place.hub).told == ("unapproved", f"scheduled {WINDOW}")


def test_what_main_took_back_is_closed_as_not_planned(place: OnGitHub) -> None:
    merged(place)
    in_line(place)
    merged(place, "back", edits=((FILE, NEW, OLD),), message="Take it back")
    in_line(place)
    found = {one.title.rpartition(": ")[2]: (one.end, one.labels[-1]) for one in view.issues(place.hub)}
    assert found["Change the name (change)"] == ("not_planned", "state: withdrawn")
    assert view.milestones(place.hub)[f"Deploy window {WINDOW}"] == ("open", WINDOW)


def test_what_nobody_confirmed_is_told_as_overdue(place: OnGitHub) -> None:
    merged(place)
    at_window(place)
    in_line(place)
    place.at("2026-12-11T10:00:00-05:00")
    in_line(place)
    issue = view.only(place.hub)
    assert (issue.end, issue.labels[-1], issue.told[-1]) == (None, "state: overdue", f"overdue {WINDOW}")
    assert view.milestones(place.hub)[f"Deploy window {WINDOW}"] == ("open", WINDOW)
    assert view.deployments(place.hub) == [("production", WINDOW, ["in_progress"])]


def test_a_release_that_failed_stays_a_failure_when_the_next_one_succeeds(place: OnGitHub) -> None:
    merged(place)
    at_window(place)
    in_line(place)
    place.run("confirm", "--by", "dee", "--failed", "--note", "It did not start")
    in_line(place)
    issue = view.only(place.hub)
    assert (issue.milestone, issue.told[-1]) == (None, "held 2026-12-10")
    assert "It did not start" in view.comments(place.hub, issue.number)[-1]
    assert view.deployments(place.hub) == [("production", WINDOW, ["in_progress", "failure"])]
    lever(place, "resume", "--note", "Mended")
    at_window(place, LATER)
    in_line(place)
    place.run_json("confirm", "--by", "dee", "--note", "seen")
    in_line(place)
    assert view.deployments(place.hub) == [
        ("production", WINDOW, ["in_progress", "failure"]),
        ("production", LATER, ["in_progress", "success"]),
    ]
    assert view.only(place.hub).end == "completed"


def test_a_release_outside_of_the_windows_has_a_milestone_of_its_own(place: OnGitHub) -> None:
    merged(place)
    request = place.run_json("status", PATH)["requests"][0]["id"]
    done = place.run("off-cycle", request, "--by", "reviewer@login.gov", "--second", "second-reviewer@login.gov",
                     "--reason", "Outage")  # fmt: skip
    assert done.status == 0, done.text
    in_line(place)
    assert view.milestones(place.hub) == {
        "Releases of 2026-11-24, outside of the deploy windows": ("open", "2026-11-24")
    }
    assert view.deployments(place.hub) == [("production", "2026-11-24", ["in_progress"])]


def test_what_was_done_between_two_runs_is_told_as_it_ended(place: OnGitHub) -> None:
    merged(place)
    in_line(place)
    merged(place, "more", edits=((FILE, NEW, "friendly_name: Third"),), message="And again")
    at_window(place)
    place.run_json("confirm", "--by", "dee", "--note", "seen")
    in_line(place)
    ends = {one.title.rpartition(": ")[2]: (one.end, one.milestone, one.told[-1]) for one in view.issues(place.hub)}
    deployed = ("completed", f"Deploy window {WINDOW}", f"deployed {WINDOW}")
    assert ends == {"Change the name (change)": ("not_planned", None, "withdrawn"), "And again (more)": deployed}
    assert view.deployments(place.hub) == [("production", WINDOW, ["success"])]


def test_a_new_day_alone_changes_nothing(place: OnGitHub) -> None:
    merged(place)
    in_line(place)
    place.at("2026-11-27T10:00:00-05:00")
    place.hub.log.clear()
    assert place.run_json("sync")["made"] == view.NOTHING
    assert place.hub.log.writes == []


def test_a_moved_app_keeps_its_issue(place: OnGitHub) -> None:
    merged(place)
    in_line(place)
    before = view.only(place.hub)
    place.work.branch("move")
    place.work.git("mv", "apps/exa/benefits-finder", "apps/exa/finder")
    place.work.commit("Move it", at=place.now.isoformat())
    place.push()
    merge_and_record(place, "move")
    in_line(place)
    after = view.only(place.hub)
    assert (after.number, after.told) == (before.number, before.told)
    assert after.title.startswith("production: exa/finder: ")


def test_nothing_is_shown_of_environments_without_windows(place: OnGitHub) -> None:
    place.work.branch("sandbox")
    twin = place.work.read(FILE).replace(":exa:benefits-finder", ":exa:benefits-finder-sandbox")
    place.work.write(FILE.replace("production.yaml", "sandbox.yaml"), twin)
    place.work.commit("Try it", at=place.now.isoformat())
    place.push()
    number = place.hub.open_pull("exa-benefits-dev", "sandbox", "Try it")
    place.hub.merge(number, "admin")
    place.to_main()
    assert place.run_json("request")["merges"] == 1
    in_line(place)
    assert view.issues(place.hub) == []


def test_a_dry_run_writes_nothing(place: OnGitHub) -> None:
    merged(place)
    place.hub.log.clear()
    found = place.run_json("sync", "--dry-run")
    assert place.hub.log.writes == []
    assert any("make the issue of production/exa/benefits-finder@" in step for step in found["left"])
    assert any(f"Deploy window {WINDOW}" in step for step in found["left"])


def test_another_repository_than_the_ledgers_is_refused(place: OnGitHub) -> None:
    merged(place)
    place.hub.log.clear()
    result = place.work.run("sync", "--remote", "origin", "--github", "example/other", now=place.now.isoformat(),
                            env={"GITHUB_TOKEN": place.token, "GITHUB_API_URL": place.hub.url})  # fmt: skip
    assert result.status == 1
    assert "example/partners" in result.text
    assert place.hub.log.calls == []


def test_what_to_do_after_a_change_of_certificates_is_told(place: OnGitHub) -> None:
    """The first step of a rotation is live: the partner may use the new key now, and has to say since when."""
    place.work.branch("rotate")
    place.work.write("apps/exa/benefits-finder/certs/2027.crt", NEW_CERTIFICATE)
    place.work.edit(FILE, "certs: [certs/2026.crt]", "certs: [certs/2026.crt, certs/2027.crt]")
    place.work.commit("Add the next certificate", at=place.now.isoformat(), author=DANA)
    place.push()
    merge_and_record(place, "rotate")
    in_line(place)
    issue = view.only(place.hub)
    assert "+ certificate sha256" in issue.body
    at_window(place)
    in_line(place)
    assert "each key in use" in view.comments(place.hub, issue.number)[-1]
    place.run_json("confirm", "--by", "dee", "--note", "seen")
    in_line(place)
    last = view.comments(place.hub, issue.number)[-1]
    assert "The certificates' next step: " in last
    assert "2027.crt" in unescape(last)


def test_a_saml_app_is_told_the_endpoints_of_the_policys_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = opened(tmp_path, whole_fleet=True)
    monkeypatch.setattr("launchwindow.io.clock.pause", place.hub.clock.advance)
    monkeypatch.setattr("launchwindow.io.clock.now", place.hub.clock.now)
    place.hub.world.add_user("npa-ines-okoro", "write", emails=("ines@npa.gov",))
    saml = "apps/npa/researcher-card/production.yaml"
    with place.hub:
        number = place.pull(by="npa-ines-okoro", author="Ines Okoro <ines@npa.gov>",
                            edits=((saml, "NPA Researcher Card", "NPA Card"),))  # fmt: skip
        place.hub.review(number, "login-reviewer", body="Requester verified: called them")
        place.hub.merge(number, "admin")
        place.to_main()
        place.run_json("request")
        at_window(place)
        place.run_json("confirm", "--by", "dee", "--note", "seen")
        in_line(place)
        deployed = unescape(view.comments(place.hub, view.only(place.hub).number)[-1])
    assert "https://secure.login.gov/api/saml/auth2026" in deployed
    assert "https://secure.login.gov/api/saml/metadata2026" in deployed


def test_a_terminal_shows_how_far_it_is(place: OnGitHub, capfd: pytest.CaptureFixture[str]) -> None:
    merged(place)
    place.run_json("sync")
    assert "█" not in capfd.readouterr().err
    lines = [bar(done, 120, "make the issue of production/exa/benefits-finder@3f2c1ab90d12") for done in (0, 60, 120)]
    assert [line.count("█") for line in lines] == [0, 12, 24]
    assert [len(line) <= 78 for line in lines] == [True] * 3
    assert lines[1].startswith("[████████████············]  60 of 120  make the issue")
