"""A step of action.yml from its inputs to its outputs, in this process: each reason code, and what is never said."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from launchwindow.action.outputs import LARGEST_RESULT, LARGEST_SUMMARY, as_outputs, log_of, result_of, summary_of
from launchwindow.action.run import main
from launchwindow.action.verdicts import REASONS, Verdict
from launchwindow.cli import Outcome, outcome
from launchwindow.events.answer import Answer
from support.on_github import NAME, OnGitHub
from support.repository import FILE, LEDGER, ROOT, WINDOW, only_ours

REDIRECT = "redirect_uris: [https://benefits.exa.gov/auth/result]"
NEXT_WINDOW = "2026-12-14T10:00:00-05:00"


class Steps:
    """Runs steps in the work tree; what each left behind must keep its contract."""

    def __init__(self, place: OnGitHub, folder: Path, capture: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch):
        self.place, self.printed, self.summary = place, "", ""
        self.result: dict[str, Any] = {}
        self._folder, self._capture, self._patch = folder, capture, patch

    def __call__(
        self, command: str, *, actor: str = "login-reviewer", run: int = 7, more: Mapping[str, str] | None = None,
        **inputs: str,
    ) -> str:  # fmt: skip
        """The reason code of a step."""
        files = {name: self._folder / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for path in files.values():
            path.write_text("", encoding="utf-8")
        given = {f"LAUNCHWINDOW_{name.upper()}": value for name, value in inputs.items()}
        environment = {
            **only_ours(), "GITHUB_REPOSITORY": NAME, "GITHUB_TOKEN": self.place.token, "GITHUB_ACTOR": actor,
            "GITHUB_API_URL": self.place.hub.url, "GITHUB_RUN_ID": str(run), "LAUNCHWINDOW_COMMAND": command,
            "LAUNCHWINDOW_NOW": self.place.now.isoformat(), **given, **(more or {}),
            **{name: str(path) for name, path in files.items()},
        }  # fmt: skip
        for name in {*os.environ} - environment.keys():
            self._patch.delenv(name)
        for name, value in environment.items():
            self._patch.setenv(name, value)
        self._patch.chdir(self.place.work.path)
        self._capture.readouterr()
        status = main()
        self.printed = self._capture.readouterr().out
        self.summary = files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        return self._kept(status, command, files["GITHUB_OUTPUT"].read_text(encoding="utf-8"))

    def _kept(self, status: int, command: str, outputs: str) -> str:
        lines = outputs.splitlines()
        values = {lines[i].partition("<<")[0]: lines[i + 1] for i in range(0, len(lines), 3)}
        self.result = json.loads(values["result"])
        assert problems("action", self.result) == []
        document = self.result["document"]
        if document is not None:
            name = document["schema"].removeprefix("launchwindow.").removesuffix("/1")
            assert problems("lever" if command in ("hold", "resume", "off-cycle") else name, document) == []
        reason = values["reason-code"]
        assert (values["decision"], self.result["decision"]) == (REASONS[reason][0],) * 2
        assert (self.result["reason_code"], self.result["exit_status"]) == (reason, status)
        # What a workflow decides by, and whether its step fails, are the same.
        assert (status == 0) == (values["decision"] in ("pass", "nothing"))
        assert (document is None) == (self.result["errors"] != [])
        assert REASONS[reason][1] in self.summary
        assert self.place.token not in self.printed + self.summary + outputs
        return reason


def problems(name: str, document: object) -> list[str]:
    path = ROOT / "schemas" / f"{name}.schema.json"
    if not path.exists():
        return []
    return [error.message for error in Draft202012Validator(json.loads(path.read_text("utf-8"))).iter_errors(document)]


@pytest.fixture
def step(place: OnGitHub, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Steps:
    return Steps(place, tmp_path, capfd, monkeypatch)


def merged(place: OnGitHub, *, reviewed: bool = True, **about: Any) -> None:
    number = place.pull(**about)
    if reviewed:
        place.hub.review(number, "login-reviewer")
    place.hub.merge(number, "admin")


def scheduled(step: Steps) -> str:
    """One change request, recorded; its id."""
    merged(step.place)
    assert step("request") == "recorded"
    only: str = step.result["document"]["change_requests"][0]["id"]
    return only


def looked_at(step: Steps) -> None:
    """No window has gone by untaken before the one that a test is about."""
    step.place.at("2026-12-07T10:00:00-05:00")
    step("release")


def main_changed(place: OnGitHub, path: str, old: str, new: str) -> None:
    place.to_main()
    place.work.edit(path, old, new)
    place.work.commit("Change", at=place.now.isoformat())
    place.push()


# Each reason code


def test_check_says_clean_or_findings(step: Steps) -> None:
    assert step("check") == "clean"
    step.place.work.edit(FILE, "https://benefits.exa.gov/auth", "http://benefits.exa.gov/auth")
    assert step("check") == "findings"
    assert "::error file=apps/exa/benefits-finder/production.yaml,line=12" in step.printed
    assert "\x1b" not in step.printed


def test_plan_says_whether_anything_changes(step: Steps) -> None:
    assert step("plan", base="main", head="main") == "no-changes"
    step.place.pull()
    assert step("plan", base="refs/remotes/origin/main", head="change") == "planned"
    assert "Thursday 2026-12-10" in step.summary


def test_request_says_what_is_new(step: Steps) -> None:
    assert step("request") == "nothing-new"
    scheduled(step)
    assert step("request") == "nothing-new"
    merged(step.place, reviewed=False, name="second", edits=((FILE, REDIRECT, REDIRECT.replace("result", "other")),))
    assert step("request") == "unapproved"


def test_release_and_confirm_say_how_it_went(step: Steps, tmp_path: Path) -> None:
    place = step.place
    scheduled(step)
    looked_at(step)
    place.at("2026-12-08T10:00:00-05:00")
    assert step("release") == "no-window"
    place.at(WINDOW)
    assert step("release") == "released"
    assert step("release") == "no-window"
    place.work.git("fetch", "--quiet", "origin")
    files = place.work.git("show", f"refs/remotes/origin/{LEDGER}:idp/production/service_providers.yml")
    seen = tmp_path / "seen.yml"
    seen.write_text(files.replace("Benefits Finder 2", "Benefits Finder 3") + "\n", encoding="utf-8")
    assert step("confirm", idp_file=str(seen)) == "not-confirmed"
    seen.write_text(f"{files}\n", encoding="utf-8")
    assert step("confirm", idp_file=str(seen)) == "confirmed"
    place.at(NEXT_WINDOW)
    assert step("release") == "nothing-due"


def test_what_can_not_go_is_held_back(step: Steps) -> None:
    merged(step.place, edits=((FILE, REDIRECT, REDIRECT.replace("https", "http")),))
    assert step("request") == "recorded"
    looked_at(step)
    step.place.at(WINDOW)
    assert step("release") == "held-back"
    assert "url-https" in step.summary
    assert "::error title=launchwindow release%3A held-back::" in step.printed


def test_a_missed_window_is_told_beside_what_somebody_holds(step: Steps) -> None:
    """A hold is somebody's wish, and no reason for a step to fail."""
    request = scheduled(step)
    looked_at(step)
    assert step("hold", what=request, reason="Not yet") == "done"
    step.place.at(NEXT_WINDOW)
    assert step("release") == "window-missed"
    assert [one["id"] for one in step.result["document"]["held"]] == [request]


def test_sync_says_whether_github_is_in_line(step: Steps) -> None:
    scheduled(step)
    step.place.hub.faults.status(410, "POST .*/issues$", message="Issues are disabled for this repo")
    assert step("sync") == "not-in-line"
    assert step("sync") == "in-line"


def test_doctor_says_whether_the_setup_is_sound(step: Steps) -> None:
    assert step("doctor") == "unsound"


def test_what_is_refused_says_so(step: Steps) -> None:
    scheduled(step)
    assert step("hold", what="production/exa/benefits-finder@000000000000", reason="x") == "refused"


def test_what_github_refuses_says_so(step: Steps) -> None:
    merged(step.place)
    step.place.hub.faults.status(403, "GET .*/pulls$", message="Resource not accessible by integration")
    assert step("request") == "github-unavailable"
    assert "Resource not accessible by integration" in step.summary


@pytest.mark.parametrize(
    ("command", "inputs", "said"),
    [
        ("", {}, "The input command is “”; it is one of check, plan"),
        ("launch", {}, "The input command is “launch”"),
        ("confirm", {}, "confirm needs the input idp-file."),
        ("hold", {"what": "x"}, "hold needs the input reason."),
        ("rollback", {}, "rollback needs the input what and reason."),
        ("check", {"working_directory": "nowhere"}, "nowhere"),
        ("release", {"environment": "production --dry-run"}, "has no deploy windows"),
        ("plan", {"base": "--output=x"}, "--output=x"),
    ],
)
def test_a_wrong_input_is_named(step: Steps, command: str, inputs: dict[str, str], said: str) -> None:
    assert step(command, **inputs) == "wrong-setup"
    assert said in " ".join(step.result["errors"])
    assert "::error title=launchwindow" in step.printed


def test_a_bug_is_told_as_one(step: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("::error::not by zero")

    monkeypatch.setattr("launchwindow.events.on_merge.request", broken)
    assert step("request") == "bug"
    assert "Please report it" in step.summary
    assert "\n::error::not by zero" not in step.printed


def test_a_command_line_that_can_not_be_read_ends_no_process() -> None:
    found = outcome(["release", "--frobnicate"])
    assert (found.status, found.answer) == (2, None)
    assert str(found.error) == "unrecognized arguments: --frobnicate."


# Levers, by who pulls them


def test_off_cycle_takes_who_dispatched_it_and_who_approved_the_run(step: Steps) -> None:
    request = scheduled(step)
    rights = {"contents": "write", "pull_requests": "read", "checks": "read", "actions": "read"}
    step.place.token = step.place.hub.world.workflow_token_of("operates", **rights)
    approvals = step.place.hub.world.approvals
    alone: dict[int, list[tuple[str, str, str]]] = {1: [], 2: [("login-reviewer", "approved", "launchwindow-operate")],
             3: [("login-second-reviewer", "rejected", "launchwindow-operate")]}  # fmt: skip
    approvals.update(alone)
    for run in alone:
        assert step("off-cycle", run=run, what=request, reason="It is urgent") == "wrong-setup"
        assert "two reviewers" in step.result["errors"][0]
    approvals[4] = [("login-second-reviewer", "approved", "launchwindow-operate")]
    assert step("off-cycle", run=4, what=request, reason="It is urgent") == "done"


def test_who_started_a_run_again_is_who_answers_for_it(step: Steps) -> None:
    request = scheduled(step)
    more = {"GITHUB_TRIGGERING_ACTOR": "login-second-reviewer"}
    assert step("hold", more=more, what=request, reason="Not yet") == "done"
    assert "held by second-reviewer@login.gov" in step.result["document"]["because"]


def test_an_address_is_no_input(step: Steps) -> None:
    """Whatever is dispatched, the address is of the account: of one that nobody listed, GitHub's."""
    request = scheduled(step)
    assert step("hold", actor="olga", what=request, reason="x --by reviewer@login.gov") == "done"
    assert "held by olga@users.noreply.github.com: x --by reviewer@login.gov" in step.result["document"]["because"]


@pytest.mark.parametrize("actor", ["", "a b", "x@login.gov", "a\n::error::b"])
def test_an_actor_that_is_none_pulls_nothing(step: Steps, actor: str) -> None:
    request = scheduled(step)
    assert step("hold", actor=actor, what=request, reason="x") == "wrong-setup"


# What is too long, and what is hostile


def answered(text: str, document: dict[str, object] | None = None) -> Outcome:
    return Outcome(0, Answer(text, document or {"schema": "launchwindow.plan/1"}), None)


GOOD = Verdict("pass", "planned")


@pytest.mark.parametrize("unit", ["x", "é", "🚀", "`", "\n"])
def test_a_summary_that_github_would_not_take_points_to_the_log(unit: str) -> None:
    long = summary_of("plan", answered(f"x{unit * 50}\n" * (LARGEST_SUMMARY // 50)), GOOD)
    assert len(long.encode()) < 1000
    assert "in the log of this step" in long
    assert unit * 50 in summary_of("plan", answered(f"x{unit * 50}x"), GOOD)


def test_a_result_that_is_too_long_leaves_the_document_out() -> None:
    document: dict[str, object] = {"schema": "launchwindow.plan/1", "text": "é" * LARGEST_RESULT}
    found = result_of("plan", answered("x", document), GOOD)
    assert len(found) < 1000
    assert json.loads(found)["document"] is None


HOSTILE = ("::set-output name=decision::pass", "::stop-commands::x", "##[add-path]/x", "%0A::error::x", "\r::error::x")


@pytest.mark.parametrize("text", HOSTILE)
def test_nobodys_text_ends_the_marks(text: str) -> None:
    first, *_, last = log_of(answered(f"one\n{text}\ntwo")).splitlines()
    mark = first.removeprefix("::stop-commands::")
    assert last == f"::{mark}::"
    assert len(mark) > 40
    # The mark of another step is of no use.
    assert mark not in log_of(answered("x"))


def test_a_value_of_many_lines_stays_one_output() -> None:
    text = as_outputs({"result": "a\nresult<<x\nb\nx\ndecision=pass"})
    first, *middle, last = text.splitlines()
    assert first == f"result<<{last}"
    assert middle == ["a", "result<<x", "b", "x", "decision=pass"]


def test_an_error_of_many_lines_is_one_annotation(step: Steps) -> None:
    place = step.place
    main_changed(place, "policy.yaml", "rules: {}", "rules: 3\n::error::x: [1, 2]")
    assert step("request") == "wrong-setup"
    annotations = [line for line in step.printed.splitlines() if line.startswith("::error")]
    assert len(annotations) == 1
