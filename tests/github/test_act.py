"""The workflows of this repository as they run: real act, action.yml, git and remote, and the double of GitHub."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.act import Act, Ran, installed_in, opened_by_init, opened_with_tool
from support.on_github import NAME, Edits, OnGitHub
from support.repository import FILE, LEDGER, WINDOW

pytestmark = pytest.mark.act

CHECK, PLAN, REQUEST, SYNC = "Check", "Plan", "Record the merge", "Bring the issues in line"
STAGING, PRODUCTION, CONFIRM, LEVER = "Release to staging", "Release to production", "Confirm", "Step in"
PUSH = {"ref": "refs/heads/main"}
KILL = f"""#!{sys.executable}
import os, pathlib, signal
pathlib.Path(__file__).unlink()
above, pid = [], os.getppid()
while not above or above[-1][1] != "act":
    status = dict(line.split(":\\t", 1) for line in pathlib.Path(f"/proc/{{pid}}/status").read_text().splitlines()
                  if ":\\t" in line)
    above.append((pid, status["Name"]))
    pid = int(status["PPid"])
for pid, _ in reversed(above):
    os.kill(pid, signal.SIGKILL)
"""
"""A hook of the remote that ends the run which pushes, at once: act, the step's shell, Python and git."""


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed_in(tmp_path_factory.mktemp("runner"))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[OnGitHub]:
    place = opened_with_tool(tmp_path)
    with place.hub:
        yield place


@pytest.fixture
def act(tmp_path: Path, place: OnGitHub, installed: Path) -> Act:
    return Act(tmp_path / "act", place, installed)


def pull_request(act: Act, place: OnGitHub, number: int, branch: str = "change", *, repository: str = NAME) -> Ran:
    """The run of a pull request of which `branch` is checked out."""
    base = place.work.git("rev-parse", "refs/remotes/origin/main")
    head = {"sha": place.work.head, "ref": branch, "repo": {"full_name": repository}}
    pull = {"number": number, "base": {"sha": base, "ref": "main"}, "head": head}
    # What the runner reads the workflow from is the pull request, as on GitHub.
    return act.run("pull-request.yml", "pull_request", {"number": number, "pull_request": pull}, branch=branch)


def merged(place: OnGitHub) -> None:
    number = place.pull()
    place.hub.review(number, "login-reviewer")
    place.hub.merge(number, "admin")


def is_well(ran: Ran) -> bool:
    """Whether the job and each of its steps ended well."""
    return ran.status == 0 and set(ran.steps.values()) == {"success"}


def issues(place: OnGitHub) -> list[tuple[str, str]]:
    """(title, state) of each issue that is no pull request."""
    repository = place.hub.client(place.hub.world.token_of("admin")).get_repo(NAME)
    found = repository.get_issues(state="all")
    return [(one.title, one.state) for one in found if one.pull_request is None]


def entries(place: OnGitHub) -> list[str]:
    """The subjects of the ledger's commits, oldest first."""
    return place.work.git("--git-dir", str(place.remote), "log", "--reverse", "--format=%s", LEDGER).splitlines()


def states(place: OnGitHub) -> list[str]:
    found = place.run_json("status")["requests"]
    return [one["state"] for one in found]


def comments(place: OnGitHub, number: int) -> int:
    repository = place.hub.client(place.hub.world.token_of("admin")).get_repo(NAME)
    return repository.get_issue(number).get_comments().totalCount


def seen(place: OnGitHub) -> str:
    """A commit, pushed to a branch, of the files that the identity provider was handed."""
    git = place.work.git
    git("fetch", "--quiet", "origin")
    commit = git("commit-tree", f"refs/remotes/origin/{LEDGER}:idp/production", "-m", "What production has")
    git("push", "--quiet", "origin", f"{commit}:refs/heads/seen")
    return commit


def test_one_change_from_its_pull_request_to_its_confirmation(place: OnGitHub, act: Act) -> None:
    number = place.pull()
    asked = pull_request(act, place, number)
    assert (asked.steps[CHECK], asked.reason(CHECK)) == ("success", "clean")
    assert (is_well(asked), asked.reason(PLAN), comments(place, number)) == (True, "planned", 1)
    place.hub.review(number, "login-reviewer")
    place.hub.merge(number, "admin")

    recorded = act.run("merge.yml", "push", PUSH)
    assert is_well(recorded), recorded.steps
    assert recorded.reason(REQUEST) == "recorded"
    assert [one["state"] for one in recorded.document(REQUEST)["change_requests"]] == ["scheduled"]
    assert "Thursday 2026-12-10" in recorded.summary
    assert recorded.reason(SYNC) == "in-line"
    [(title, state)] = issues(place)
    assert state == "open"

    place.at(WINDOW)
    released = act.run("window.yml", "schedule", {})
    assert is_well(released), released.steps
    assert (released.reason(STAGING), released.reason(PRODUCTION)) == ("nothing-due", "released")
    assert "::notice title=Nothing is published::" in released.log

    inputs = {"environment": "production", "commit": seen(place)}
    confirmed = act.run("confirm.yml", "workflow_dispatch", {"inputs": inputs})
    assert is_well(confirmed), confirmed.steps
    assert confirmed.reason(CONFIRM) == "confirmed"
    assert states(place) == []
    assert issues(place) == [(title, "closed")]
    assert place.token not in asked.log + recorded.log + released.log + confirmed.log


PUBLISH = """#!/bin/sh
test "$*" = 'staging production'
git archive origin/launchwindow-ledger:idp/production | tar -x -O service_providers.yml | grep friendly_name
"""


def test_what_a_window_released_is_there_to_be_published(place: OnGitHub, act: Act) -> None:
    """By a step of one's own, in the same job."""
    merged(place)
    place.run_json("request")
    place.to_main()
    place.work.write(".github/publish", PUBLISH)
    (place.work.path / ".github" / "publish").chmod(0o755)
    place.work.commit("Publish", at=place.now.isoformat())
    place.push()
    place.at(WINDOW)
    ran = act.run("window.yml", "schedule", {})
    assert is_well(ran), ran.steps
    assert ran.reason(PRODUCTION) == "released"
    assert 'friendly_name: "Benefits Finder 2"' in ran.log
    assert "Nothing is published" not in ran.log


@pytest.mark.parametrize(
    ("workflow", "event", "step", "reasons"),
    [
        # Whoever comes second finds nothing to record any more, or records again from where the first one left it.
        ("merge.yml", "push", REQUEST, {"recorded", "nothing-new"}),
        ("window.yml", "schedule", PRODUCTION, {"released", "no-window"}),
    ],
)
def test_two_at_once_do_it_once(
    place: OnGitHub, act: Act, workflow: str, event: str, step: str, reasons: set[str]
) -> None:
    merged(place)
    if step == PRODUCTION:
        place.run_json("request")
        place.at(WINDOW)
    before = entries(place)
    both = [act.finish(one) for one in [act.start(workflow, event, PUSH) for _ in range(2)]]
    assert all(is_well(one) for one in both), [one.steps for one in both]
    assert {one.reason(step) for one in both} <= reasons
    alone = {"merge.yml": 1, "window.yml": 2}[workflow]
    assert len(entries(place)) == len(before) + alone, entries(place)
    assert states(place) == [{"merge.yml": "scheduled", "window.yml": "deploying"}[workflow]]


@pytest.mark.parametrize(("hook", "taken"), [("pre-receive", 0), ("post-receive", 1)])
def test_a_run_that_is_killed_as_it_pushes_is_simply_run_again(
    place: OnGitHub, act: Act, hook: str, taken: int
) -> None:
    merged(place)
    before = len(entries(place))
    script = place.remote / "hooks" / hook
    script.parent.mkdir(exist_ok=True)
    script.write_text(KILL, encoding="utf-8")
    script.chmod(0o755)
    killed = act.run("merge.yml", "push", PUSH)
    assert (killed.status, script.exists(), len(entries(place))) == (-9, False, before + taken)
    again = act.run("merge.yml", "push", PUSH)
    assert is_well(again), again.steps
    assert again.reason(REQUEST) == ("nothing-new" if taken else "recorded")
    assert len(entries(place)) == before + 1
    assert states(place) == ["scheduled"]
    assert len(issues(place)) == 1


def test_a_no_of_githubs_is_told_with_what_to_do(place: OnGitHub, act: Act) -> None:
    merged(place)
    before = entries(place)
    fault = place.hub.faults.status(403, "GET .*/pulls$", times=9, message="Resource not accessible by integration")
    ran = act.run("merge.yml", "push", PUSH)
    assert fault.met == 1
    assert (ran.status, ran.steps[REQUEST], ran.reason(REQUEST)) == (1, "failure", "github-unavailable")
    [annotation] = [line for line in ran.log.splitlines() if "::error title=launchwindow request" in line]
    assert "github-unavailable" in annotation
    assert "Resource not accessible by integration" in annotation
    assert "docs/action.md" in annotation
    assert "give the permission" in ran.summary
    assert entries(place) == before


def hostile(marker: Path) -> Edits:
    """All that could decide about a pull request, changed so that it passes and leaves a mark."""
    python = f"open({str(marker)!r}, 'w')\n"
    return (
        ("policy.yaml", "rules: {}", "rules: {url-https: note, url-domain: note}"),
        ("partners/exa.yaml", "integrations: [Benefits Finder]", "integrations: [Benefits Finder, Another]"),
        ("schemas/app.schema.json", '"friendly_name"', '"freindly_name"'),
        ("hooks/launchwindow/__init__.py", "__version__", f"{python}__version__"),
        ("hooks/launchwindow/rules/url_https.py", "from __future__", f"{python}from __future__"),
        ("hooks/launchwindow/action/run.sh", "set -euo pipefail", f"touch {marker}\nexit 0"),
        ("action.yml", "exec bash", f"touch {marker}; exec true"),
        ("action-requirements.txt", "attrs==", "attrs-of-somebody=="),
    )


def test_a_pull_request_that_changes_its_judge_is_judged_the_same(place: OnGitHub, act: Act, tmp_path: Path) -> None:
    wrong: Edits = ((FILE, "https://benefits.exa.gov/auth/result", "http://benefits.exa.gov/auth/result"),
                    (FILE, "app_name: Benefits Finder", "app_name: Another"))  # fmt: skip
    honest = pull_request(act, place, place.pull("honest", edits=wrong), "honest")
    assert (honest.steps[CHECK], honest.reason(CHECK)) == ("failure", "findings")
    marker = tmp_path / "ran"
    for name in ("json.py", "ruamel.py", "sitecustomize.py"):
        place.work.write(name, f"open({str(marker)!r}, 'w')\n")
    number = place.pull("hostile", edits=(*wrong, *hostile(marker)))
    ran = pull_request(act, place, number, "hostile")
    assert (ran.steps[CHECK], ran.reason(CHECK)) == ("failure", "findings")
    assert ran.document(CHECK) == honest.document(CHECK)
    assert {"url-https", "iaa-unlisted"} <= {one["rule"] for one in ran.document(CHECK)["findings"]}
    assert not marker.exists()


def test_the_pull_request_of_a_fork_is_reported_in_the_summary_alone(place: OnGitHub, act: Act) -> None:
    number = place.pull(by="olga", author="Olga <olga@elsewhere.gov>")
    place.token = place.hub.world.workflow_token_of("forks-token", contents="read", pull_requests="read", checks="read")
    place.hub.log.clear()
    ran = pull_request(act, place, number, repository="olga/partners")
    assert is_well(ran), ran.steps
    assert (ran.reason(CHECK), ran.reason(PLAN)) == ("clean", "planned")
    assert "Thursday 2026-12-10" in ran.summary
    assert place.hub.log.writes == []


def test_a_lever_is_pulled_by_who_dispatched_it(place: OnGitHub, act: Act) -> None:
    merged(place)
    request = place.run_json("request")["change_requests"][0]["id"]
    # Whatever people write is one argument, and never a piece of a script or a command to the runner.
    reason = "$(touch ran) `touch ran` '; touch ran; ' \" ${{ github.token }} ::error::no"
    inputs = {"lever": "hold", "what": request, "reason": reason}
    ran = act.run("operate.yml", "workflow_dispatch", {"inputs": inputs}, actor="login-reviewer")
    assert is_well(ran), ran.steps
    assert (ran.reason(LEVER), ran.document(LEVER)["state"]) == ("done", "held")
    assert ran.document(LEVER)["because"] == f"held by reviewer@login.gov: {reason}"
    assert states(place) == ["held"]


def test_the_workflows_of_a_repository_that_init_began(tmp_path: Path, installed: Path) -> None:
    """They take the action from another repository, by its commit; of the pull request they run nothing."""
    place, elsewhere = opened_by_init(tmp_path)
    act = Act(tmp_path / "act", place, installed, elsewhere)
    with place.hub:
        number = place.pull()
        asked = pull_request(act, place, number)
        assert (asked.steps[CHECK], asked.reason(CHECK)) == ("success", "clean"), asked.log
        assert (is_well(asked), asked.reason(PLAN), comments(place, number)) == (True, "planned", 1)
        place.hub.review(number, "login-reviewer")
        place.hub.merge(number, "admin")
        recorded = act.run("merge.yml", "push", PUSH)
        assert (is_well(recorded), recorded.reason(REQUEST)) == (True, "recorded"), recorded.log
        assert states(place) == ["scheduled"]
        place.at(WINDOW)
        released = act.run("window.yml", "workflow_dispatch", {})
        assert released.reason(PRODUCTION) == "released", released.log
