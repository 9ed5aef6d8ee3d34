"""`doctor`: a repository that is well set up is clean, and each single weakening is found under its own name alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator

from launchwindow.doctor import CHECKS
from support.github_double import GitHubDouble
from support.repository import LEDGER, MERGED, ROOT, Repository, Result

CONTRACT = Draft202012Validator(json.loads((ROOT / "schemas" / "doctor.schema.json").read_text(encoding="utf-8")))
RULESETS = ROOT / ".github" / "rulesets"
WORKFLOW = ".github/workflows/pull-request.yml"
PINNED = "actions/checkout@" + "1f" * 20
JUDGES = f"""\
on: pull_request
permissions: {{}}
jobs:
  launchwindow:
    runs-on: ubuntu-24.04
    permissions: {{contents: read, pull-requests: write}}
    steps:
      - uses: {PINNED}
      - uses: ./
"""
RUN_FOR = "github.event.workflow_run.head_sha"
PERMISSIONS = "permissions: {}"
NAME, OPERATE = "example/partners", "launchwindow-operate"


class Place(NamedTuple):
    """A repository, and GitHub as it serves it."""

    repo: Repository
    hub: GitHubDouble

    def run(self, *more: str, token: str | None = None, now: str = MERGED, name: str = NAME) -> Result:
        env = {"GITHUB_TOKEN": token or self.hub.world.token_of("olga"), "GITHUB_API_URL": self.hub.url}
        return self.repo.run("doctor", "--github", name, *more, now=now, env=env)

    def document(self, token: str | None = None, now: str = MERGED) -> dict[str, Any]:
        result = self.run("--format", "json", token=token, now=now)
        assert result.status in (0, 1), result.text
        document: dict[str, Any] = json.loads(result.out)
        assert [error.message for error in CONTRACT.iter_errors(document)] == []
        wrong = document["summary"]["error"]
        assert result.status == (1 if wrong else 0)
        return document

    def found(self, token: str | None = None, now: str = MERGED) -> dict[str, str]:
        """What is not well: id -> verdict."""
        document = self.document(token, now)
        return {one["id"]: one["verdict"] for one in document["diagnoses"] if one["verdict"] != "ok"}

    def ruleset(self, name: str) -> Any:
        return next(one for one in self.hub.world.rulesets.values() if one.name == name)

    def rule(self, ruleset: str, kind: str) -> dict[str, Any]:
        """The parameters of a rule, to be changed."""
        parameters: dict[str, Any] = next(one for one in self.ruleset(ruleset).rules if one["type"] == kind)[
            "parameters"
        ]
        return parameters

    def drop(self, ruleset: str, kind: str) -> None:
        self.ruleset(ruleset).rules[:] = [one for one in self.ruleset(ruleset).rules if one["type"] != kind]

    def commit(self, path: str, *edits: str) -> None:
        """A change on main, of this moment: each text, and what stands there instead."""
        for old, new in zip(edits[::2], edits[1::2], strict=True):
            self.repo.edit(path, old, new)
        self.repo.commit()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that is well set up, with a ledger, and the bare one that GitHub has of it."""
    folder = tmp_path_factory.mktemp("sound")
    repo = Repository(folder / "work")
    repo.edit("policy.yaml", "reviewer@login.gov, github: login-reviewer", "mara.quill@login.gov, github: mara-quill")
    repo.edit("policy.yaml", "second-reviewer@login.gov, github: login-second-reviewer",
              "tove.lind@login.gov, github: tove-lind")  # fmt: skip
    repo.write(".github/CODEOWNERS", (ROOT / ".github/CODEOWNERS").read_bytes())
    repo.write(WORKFLOW, JUDGES)
    repo.base = repo.commit("Set it up", at="2026-11-20T11:00:00-05:00")
    repo.adopted()
    # The last run expects the next window.
    assert repo.run("release", now="2026-11-23T10:00:00-05:00").status == 0
    assert repo.run("release", "--environment", "staging", now="2026-11-23T10:00:00-05:00").status == 0
    remote = folder / "remote.git"
    repo.git("clone", "--quiet", "--bare", str(repo.path), str(remote))
    with GitHubDouble(NAME, git=remote) as hub:
        # From now on reviews are read from there.
        env = {"GITHUB_TOKEN": hub.world.workflow_token_of(), "GITHUB_API_URL": hub.url}
        assert repo.run("request", "--github", NAME, env=env).status == 0
    return folder


@pytest.fixture
def place(sound: Path, tmp_path: Path) -> Iterator[Place]:
    copytree(sound, tmp_path / "here", symlinks=True)
    with GitHubDouble(NAME, git=tmp_path / "here" / "remote.git") as hub:
        world = hub.world
        world.add_user("olga", "admin")
        for login in ("mara-quill", "tove-lind", "login-reviewer"):
            world.add_user(login, "write")
        for login in ("exa-rosa-quill", "exa-benefits-dev", "exa-idris-vale", "exa-forms-dev"):
            world.add_user(login, "write")
        ask = hub.client(world.token_of("olga")).requester.requestJsonAndCheck
        for file in sorted(RULESETS.glob("*.json")):
            # GitHub's own description decides whether the committed files are what it imports.
            ask("POST", "/repos/example/partners/rulesets", input=json.loads(file.read_text(encoding="utf-8")))
        reviewers = [{"type": "User", "reviewer": None}]
        guarded = {"type": "required_reviewers", "prevent_self_review": True, "reviewers": reviewers}
        reviewers[0]["reviewer"] = ask("GET", "/users/mara-quill")[1]
        reviewers[0]["reviewer"] = {key: value for key, value in reviewers[0]["reviewer"].items() if key in SIMPLE}
        world.add_environment(OPERATE, guarded, {"type": "branch_policy"}, only=("main",)).admins_bypass = False
        world.deploy_keys += [("launchwindow-ledger", True), ("mirror", False)]
        yield Place(Repository.at(tmp_path / "here" / "work"), hub)


SIMPLE = {"login", "id", "node_id", "avatar_url", "gravatar_id", "url", "html_url", "followers_url", "following_url",
          "gists_url", "starred_url", "subscriptions_url", "organizations_url", "repos_url", "events_url",
          "received_events_url", "type", "site_admin"}  # fmt: skip


def test_the_repository_that_is_well_set_up_is_clean(place: Place) -> None:
    assert place.found() == {}
    assert [one["id"] for one in place.document()["diagnoses"]] == [one.id for one in CHECKS]


def pull_request(place: Place) -> dict[str, Any]:
    return place.rule("main", "pull_request")


def checks(place: Place) -> dict[str, Any]:
    return place.rule("main", "required_status_checks")


def guarded(place: Place) -> dict[str, Any]:
    rule: dict[str, Any] = place.hub.world.environments[OPERATE].rules[0]
    return rule


def set_in(where: Callable[[Place], dict[str, Any]], **values: Any) -> Callable[[Place], object]:
    return lambda place: where(place).update(values)


def bypass(ruleset: str, kind: str, number: int | None, mode: str = "always") -> Callable[[Place], object]:
    actor = {"actor_id": number, "actor_type": kind, "bypass_mode": mode}
    return lambda place: place.ruleset(ruleset).bypass.append(actor)


def role(login: str, name: str) -> Callable[[Place], object]:
    return lambda place: place.hub.world.roles.update({login: name})


def gone(login: str) -> Callable[[Place], object]:
    def away(place: Place) -> None:
        place.hub.world.user(login).gone = True

    return away


def edited(path: str, *edits: str) -> Callable[[Place], object]:
    return lambda place: place.commit(path, *edits)


def more_admins(place: Place) -> None:
    for number in range(4):
        place.hub.world.add_user(f"admin-{number}", "admin")


def lonely_check(place: Place) -> None:
    del checks(place)["required_status_checks"][0]["integration_id"]


def no_list(place: Place) -> None:
    place.hub.world.environments[OPERATE].branches = None


def two_branches(place: Place) -> None:
    place.hub.world.environments[OPERATE].only = ("main", "release/*")


def protected_branches(place: Place) -> None:
    place.hub.world.environments[OPERATE].branches = {"protected_branches": True, "custom_branch_policies": False}


def admins_skip(place: Place) -> None:
    place.hub.world.environments[OPERATE].admins_bypass = True


def unprotected(place: Place) -> None:
    del place.hub.world.environments[OPERATE].rules[0]


def tagged(place: Place) -> None:
    place.hub.world.git.run("tag", "main", "main~0")


def stuck(place: Place) -> None:
    client = place.hub.client(place.hub.world.token_of("olga")).get_repo("example/partners")
    made = client.create_deployment("main", environment="production", required_contexts=[], auto_merge=False)
    made.create_status("in_progress")
    place.hub.clock.advance(-2 * 86400)
    place.hub.world.deployments[made.id].statuses[-1].at = place.hub.clock.now()


def codeowners_error(place: Place) -> None:
    about = {"line": 3, "column": 1, "kind": "Unknown owner", "message": "x", "path": ".github/CODEOWNERS"}
    place.hub.world.codeowners_errors.append(about)


def no_codeowners(place: Place) -> None:
    (place.repo.path / ".github/CODEOWNERS").unlink()
    place.repo.commit()


def without(ruleset: str, kind: str) -> Callable[[Place], object]:
    return lambda place: place.drop(ruleset, kind)


def inactive(ruleset: str) -> Callable[[Place], object]:
    def set_so(place: Place) -> None:
        place.ruleset(ruleset).enforcement = "evaluate"

    return set_so


def writers_none(place: Place) -> None:
    place.ruleset("launchwindow-ledger: writers").bypass.clear()


HISTORY, WRITERS = "launchwindow-ledger: history", "launchwindow-ledger: writers"
ONE_LEFT = """reviewers:
    - {email: mara.quill@login.gov, github: mara-quill}
"""
ALL = ONE_LEFT + "    - {email: tove.lind@login.gov, github: tove-lind}\n"
WORLD = {
    "workflow token writes": ("actions-token", "error", lambda place: place.hub.world.workflow_token.update(
        default_workflow_permissions="write")),
    "workflows approve": ("actions-approve", "error", lambda place: place.hub.world.workflow_token.update(
        can_approve_pull_request_reviews=True)),
    "any action": ("actions-allowed", "warning", lambda place: place.hub.world.actions.update(allowed_actions="all")),
    "no pinning": ("actions-pinning", "warning", lambda place: place.hub.world.actions.update(
        sha_pinning_required=False)),
    "forks get secrets": ("actions-forks", "error", lambda place: place.hub.world.forks.update(
        run_workflows_from_fork_pull_requests=True, send_secrets_and_variables=True)),
    "forks write": ("actions-forks", "error", lambda place: place.hub.world.forks.update(
        run_workflows_from_fork_pull_requests=True, send_write_tokens_to_workflows=True)),
    "no pull request": ("main-pull-request", "error", without("main", "pull_request")),
    "fewer approvals": ("main-approvals", "error", set_in(pull_request, required_approving_review_count=0)),
    "stale approvals": ("main-stale-reviews", "error", set_in(pull_request, dismiss_stale_reviews_on_push=False)),
    "no owners": ("main-code-owners", "error", set_in(pull_request, require_code_owner_review=False)),
    "last push": ("main-last-push", "error", set_in(pull_request, require_last_push_approval=False)),
    "conversations": ("main-conversations", "warning", set_in(pull_request, required_review_thread_resolution=False)),
    "no check": ("main-check", "error", without("main", "required_status_checks")),
    "another check": ("main-check", "error", set_in(checks, required_status_checks=[
        {"context": "tests", "integration_id": 15368}])),
    "any source": ("main-check-source", "error", lonely_check),
    "another source": ("main-check-source", "error", set_in(checks, required_status_checks=[
        {"context": "launchwindow", "integration_id": 7}])),
    "force push": ("main-force-push", "error", without("main", "non_fast_forward")),
    "deletion": ("main-deletion", "error", without("main", "deletion")),
    "admins exempt": ("main-bypass", "error", bypass("main", "RepositoryRole", 5)),
    "a team in pull requests": ("main-bypass", "error", bypass("main", "Team", 9, "pull_request")),
    "ledger open": ("ledger-push", "error", inactive(WRITERS)),
    "ledger open to people": ("ledger-push", "error", bypass(WRITERS, "RepositoryRole", 4)),
    "ledger open to nobody": ("ledger-push", "error", writers_none),
    "ledger deleted": ("ledger-deletion", "error", without(HISTORY, "deletion")),
    "ledger forced": ("ledger-force-push", "error", without(HISTORY, "non_fast_forward")),
    "ledger exempt": ("ledger-bypass", "error", bypass(HISTORY, "DeployKey", None)),
    "workflows pushed": ("workflow-pushes", "warning", inactive("workflows")),
    "workflows pushed by writers": ("workflow-pushes", "warning", bypass("workflows", "RepositoryRole", 4)),
    "another key that writes": ("deploy-keys", "warning", lambda place: place.hub.world.deploy_keys.append(
        ("a laptop", True))),
    "a tag named main": ("tag-names", "warning", tagged),
    "no environment": ("operate-reviewers", "error", lambda place: place.hub.world.environments.clear()),
    "unprotected environment": ("operate-reviewers", "error", unprotected),
    "nobody reviews": ("operate-reviewers", "error", set_in(guarded, reviewers=[])),
    "self review": ("operate-self-review", "error", set_in(guarded, prevent_self_review=False)),
    "any branch": ("operate-branches", "error", no_list),
    "another branch": ("operate-branches", "error", two_branches),
    "protected branches": ("operate-branches", "warning", protected_branches),
    "admins skip": ("operate-admins", "warning", admins_skip),
    "codeowners unknown": ("codeowners-errors", "error", codeowners_error),
    "a reviewer may only read": ("reviewers-accounts", "error", role("tove-lind", "read")),
    "a reviewer left": ("reviewers-accounts", "error", gone("tove-lind")),
    "a partner's account is gone": ("partners-accounts", "warning", gone("exa-idris-vale")),
    "many administrators": ("admins", "warning", more_admins),
    "a deployment is stuck": ("deployments-overdue", "warning", stuck),
}  # fmt: skip
"""Each weakening of GitHub's settings -> the one diagnosis that it gives."""
FILES = {
    "no codeowners": ("codeowners", "error", no_codeowners),
    "partners unowned": ("codeowners", "error", edited(".github/CODEOWNERS", "/partners/ ", "/partner/ ")),
    "workflows unowned": ("codeowners", "error", edited(
        ".github/CODEOWNERS", "# Certificates", "/.github/workflows/\n#")),
    "policy unowned": ("codeowners", "error", edited(".github/CODEOWNERS", "/policy.yaml", "/policies.yaml")),
    "one partner unowned": ("codeowners", "error", edited(".github/CODEOWNERS", "# The code", "/partners/exa.yaml\n#")),
    "placeholders": ("reviewers-real", "error", edited("policy.yaml", "mara.quill@login.gov", "reviewer@login.gov")),
    "nobody's address": ("reviewers-real", "error", edited("policy.yaml", "mara.quill@login.gov", "x@example.com")),
    "a placeholder on github": ("reviewers-real", "error", edited(
        "policy.yaml", "github: mara-quill", "github: login-reviewer")),
    "one reviewer": ("reviewers-enough", "warning", edited("policy.yaml", ALL, ONE_LEFT)),
    "no name on github": ("reviewers-accounts", "warning", edited("policy.yaml", ", github: tove-lind", "")),
    "no review": ("review-asked", "error", edited(
        "policy.yaml", "production: {review: true", "production: {review: false")),
    "pull_request_target": ("workflow-triggers", "error", edited(
        WORKFLOW, "on: pull_request", "on: [pull_request, pull_request_target]")),
    "a tag": ("workflow-pinned", "error", edited(WORKFLOW, PINNED, "actions/checkout@v4")),
    "workflow_run": ("workflow-triggers", "error", edited(
        WORKFLOW, f"on: pull_request\n{PERMISSIONS}", f"on: [pull_request, workflow_run]\n{PERMISSIONS}",
        f"- uses: {PINNED}", f"- uses: {PINNED}\n        with: {{ref: '${{{{ {RUN_FOR} }}}}'}}")),
    "a title in a script": ("workflow-scripts", "error", edited(
        WORKFLOW, "- uses: ./", "- run: echo '${{ github.event.pull_request.title }}'")),
    "a branch in a script": ("workflow-scripts", "error", edited(
        WORKFLOW, "- uses: ./", f"- uses: {PINNED}\n        with: {{script: 'f(\"${{{{ github.head_ref }}}}\")'}}")),
    "an input in a script": ("workflow-scripts", "error", edited(
        WORKFLOW, "- uses: ./", "- run: release ${{inputs.app}}")),
    "silent": ("workflow-permissions", "warning", edited(
        WORKFLOW, "    permissions: {contents: read, pull-requests: write}\n", "") ),
    "write-all": ("workflow-permissions", "warning", edited(WORKFLOW, "permissions: {}", "permissions: write-all")),
    "nobody judges": ("workflow-check", "warning", edited(WORKFLOW, "launchwindow:", "judge:")),
}  # fmt: skip
"""Each weakening of the repository's own files -> the one diagnosis that it gives."""


@pytest.mark.few(8)
@pytest.mark.parametrize("weakening", WORLD)
def test_a_weakened_setting_is_found_and_nothing_else(place: Place, weakening: str) -> None:
    name, verdict, weaken = WORLD[weakening]
    weaken(place)
    assert place.found() == {name: verdict}


@pytest.mark.parametrize(
    "edits",
    [
        # Each of these is how it should be done, or means nothing.
        ("- uses: ./", "- run: echo \"$TITLE\"\n        env: {TITLE: '${{ github.event.pull_request.title }}'}"),
        ("- uses: ./", "- run: echo '${{ github.event_name }} ${{ github.sha }}'"),
        ("on: pull_request", "on: {pull_request: {types: [opened]}, push: {branches: [main]}}"),
        ("on: pull_request", "on: [pull_request, workflow_run]"),
        ("- uses: ./", "- uses: docker://alpine@sha256:" + "0f" * 32),
        (f"{PERMISSIONS}\n", ""),
    ],
)
def test_workflows_that_are_well(place: Place, edits: tuple[str, str]) -> None:
    place.commit(WORKFLOW, *edits)
    assert place.found() == {}


def test_what_is_unknown_is_told_in_short_and_how_to_find_out_once(place: Place) -> None:
    text = place.run(token=place.hub.world.workflow_token_of(contents="read", actions="read", deployments="read")).out
    assert text.count("unknown ") > 5
    assert text.count("find out: ") == 1


def test_what_rulesets_are_for(place: Place) -> None:
    """Without the files that are there to be imported, these are wrong, and with them none is."""
    for one in place.hub.world.rulesets.values():
        one.enforcement = "disabled"
    assert place.found() == {
        "main-pull-request": "error", "main-check": "error", "main-force-push": "error", "main-deletion": "error",
        "ledger-push": "error", "ledger-force-push": "error", "ledger-deletion": "error", "workflow-pushes": "warning",
    }  # fmt: skip


def test_what_github_says_can_do_nothing_to_a_terminal(place: Place) -> None:
    place.hub.world.deploy_keys += [("\x1b[2J", True)]
    text = place.run().out
    assert "\x1b" not in text
    assert "\\u001b[2J" in text


@pytest.mark.parametrize("weakening", FILES)
def test_a_weakened_file_is_found_and_nothing_else(place: Place, weakening: str) -> None:
    name, verdict, weaken = FILES[weakening]
    if weakening == "silent":
        place.repo.edit(WORKFLOW, "permissions: {}\n", "")
    weaken(place)
    assert place.found() == {name: verdict}


def test_every_check_of_settings_and_files_has_a_weakening() -> None:
    never_wrong = {"main-check-strict", "main-merge-methods"}
    by_itself = {"reviews-source"}
    of_the_ledger = {one.id for one in CHECKS if one.section == "The process runs"} - {"deployments-overdue"}
    tried = {name for name, _, _ in (*WORLD.values(), *FILES.values())}
    assert tried == {one.id for one in CHECKS} - never_wrong - by_itself - of_the_ledger


def test_what_a_workflow_may_not_read_is_unknown_and_never_well(place: Place) -> None:
    """The GITHUB_TOKEN of a workflow: no `administration`, so neither classic protection nor who is exempt is seen."""
    token = place.hub.world.workflow_token_of(contents="read", actions="read", deployments="read")
    unknown = {
        "main-bypass", "ledger-push", "ledger-bypass", "workflow-pushes",
        "actions-allowed", "actions-pinning", "actions-token", "actions-approve", "actions-forks", "deploy-keys",
    }  # fmt: skip
    assert place.found(token) == dict.fromkeys(unknown, "unknown")
    told = {one["id"]: one for one in place.document(token)["diagnoses"]}
    assert "administrator" in told["main-bypass"]["mend"]
    assert "Resource not accessible by integration" in told["actions-token"]["text"]


def test_what_rulesets_do_not_demand_may_be_demanded_where_nobody_may_look(place: Place) -> None:
    token = place.hub.world.workflow_token_of(contents="read", actions="read", deployments="read")
    place.drop("main", "pull_request")
    place.drop("main", "deletion")
    place.ruleset(WRITERS).enforcement = "disabled"
    found = place.found(token)
    assert {found[name] for name in ("main-pull-request", "main-deletion", "ledger-push")} == {"unknown"}


def test_a_token_of_nearly_no_rights_tells_nothing_well_of_github(place: Place) -> None:
    found = place.found(place.hub.world.workflow_token_of())
    assert set(found.values()) == {"unknown"}
    assert {"tag-names", "operate-reviewers", "codeowners-errors", "deployments-overdue"} <= found.keys()


def test_a_reviewers_own_token_tells_what_they_may_see(place: Place) -> None:
    """Not an administrator: what only those may read is unknown, all else is told."""
    place.hub.world.environments.clear()
    # Classic protection, which they may not see, could demand it: GitHub then says that there is nothing.
    place.drop("main", "deletion")
    found = place.found(place.hub.world.token_of("mara-quill"))
    assert found["main-deletion"] == "unknown"
    assert found.pop("operate-reviewers") == "error"
    assert set(found.values()) == {"unknown"}
    assert "actions-token" in found


def test_a_token_that_expires_on_the_way_is_no_diagnosis(place: Place) -> None:
    place.hub.faults.status(401, "GET .*/rulesets$")
    result = place.run()
    assert (result.status, result.out) == (1, "")
    assert "is wrong or has expired" in result.err


def test_github_that_is_away_is_no_diagnosis(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launchwindow.io.clock.pause", place.hub.clock.advance)
    place.hub.faults.status(502, "GET .*/rulesets$", times=20)
    result = place.run()
    assert (result.status, result.out) == (1, "")
    assert "gave no usable answer to GET" in result.err


@pytest.mark.parametrize(("token", "text"), [("nobody's", "is wrong or has expired"), (None, "may not see it")])
def test_a_repository_that_is_not_seen_is_no_diagnosis(place: Place, token: str | None, text: str) -> None:
    place.hub.world.add_user("stranger")
    result = place.run(token=token or place.hub.world.token_of("stranger"))
    assert (result.status, result.out) == (1, "")
    assert text in result.err


CLASSIC = {
    "required_pull_request_reviews": {
        "required_approving_review_count": 1, "dismiss_stale_reviews": True, "require_code_owner_reviews": True,
        "require_last_push_approval": True,
    },
    "required_status_checks": {"strict": True, "contexts": ["launchwindow"],
                               "checks": [{"context": "launchwindow", "app_id": 15368}]},
    "enforce_admins": {"enabled": True},
    "required_conversation_resolution": {"enabled": True},
    "allow_force_pushes": {"enabled": False},
    "allow_deletions": {"enabled": False},
}  # fmt: skip
"""Classic branch protection that demands the same as `.github/rulesets/main.json`."""


def classic(place: Place, **changes: Any) -> None:
    """Main is guarded by its classic protection alone."""
    place.ruleset("main").enforcement = "disabled"
    parts = {name: part for name, part in {**CLASSIC, **changes}.items() if part is not None}
    place.hub.world.protection["main"] = json.loads(json.dumps(parts))


def test_classic_protection_is_as_good(place: Place) -> None:
    classic(place)
    assert place.found() == {}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"enforce_admins": {"enabled": False}}, {"main-bypass": "error"}),
        ({"allow_force_pushes": {"enabled": True}}, {"main-force-push": "error"}),
        ({"allow_deletions": {"enabled": True}}, {"main-deletion": "error"}),
        ({"required_conversation_resolution": {"enabled": False}}, {"main-conversations": "warning"}),
        (
            {"required_status_checks": {"contexts": [], "checks": [{"context": "launchwindow", "app_id": None}]}},
            {"main-check-source": "error"},
        ),
        (
            {
                "required_pull_request_reviews": {
                    "required_approving_review_count": 1,
                    "dismiss_stale_reviews": False,
                    "require_code_owner_reviews": False,
                }
            },
            {"main-stale-reviews": "error", "main-code-owners": "error", "main-last-push": "error"},
        ),
        (
            {
                "required_pull_request_reviews": {
                    **CLASSIC["required_pull_request_reviews"],
                    "bypass_pull_request_allowances": {"users": [], "teams": [], "apps": []},
                }
            },
            {},
        ),
        ({"required_pull_request_reviews": None}, {"main-pull-request": "error"}),
    ],
)
def test_weak_classic_protection_is_found(place: Place, changes: dict[str, Any], expected: dict[str, str]) -> None:
    classic(place, **changes)
    assert place.found() == expected


def test_rulesets_and_classic_protection_add_up(place: Place) -> None:
    """Each lacks something that the other has, and who is exempt from one is held by the other."""
    classic(place, enforce_admins={"enabled": False}, allow_deletions={"enabled": True})
    ruleset = place.ruleset("main")
    ruleset.enforcement = "active"
    place.drop("main", "non_fast_forward")
    # Administrators may go round the classic protection, which alone forbids force pushes.
    told = {one["id"]: one for one in place.document()["diagnoses"] if one["verdict"] != "ok"}
    assert told.keys() == {"main-bypass"}
    assert told["main-bypass"]["text"] == "Exempt from what main demands: administrators."
    place.hub.world.protection["main"]["enforce_admins"] = {"enabled": True}
    assert place.found() == {}


def test_github_actions_may_write_the_ledger_where_nobody_can_bring_a_workflow(place: Place) -> None:
    place.ruleset(WRITERS).bypass[:] = [{"actor_id": 15368, "actor_type": "Integration", "bypass_mode": "always"}]
    assert place.found() == {}
    place.ruleset("workflows").enforcement = "disabled"
    assert place.found() == {"ledger-push": "error", "workflow-pushes": "warning"}


def test_of_two_rules_for_the_ledger_the_stricter_one_counts(place: Place) -> None:
    """Its classic protection lets administrators push, the ruleset only deploy keys."""
    address = f"{place.hub.url}/repos/{NAME}/branches/{LEDGER}/protection/restrictions"
    nobody = {name: [] for name in ("users", "teams", "apps")} | {
        f"{name}_url": f"{address}/{name}" for name in ("users", "teams", "apps")
    }
    place.hub.world.protection[LEDGER] = {"restrictions": nobody, "enforce_admins": {"enabled": False}}
    assert place.found() == {}
    place.ruleset(WRITERS).enforcement = "disabled"
    told = {one["id"]: one for one in place.document()["diagnoses"] if one["verdict"] != "ok"}
    assert told.keys() == {"ledger-push"}
    assert "administrators may too" in told["ledger-push"]["text"]


def test_what_is_held_by_a_ruleset_that_all_see_needs_no_classic_protection(place: Place) -> None:
    """Nobody but administrators sees who is exempt, but what can't be read can only demand more."""
    place.ruleset("main").bypass.append({"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"})
    place.hub.faults.status(403, "GET .*/branches/main/protection$")
    told = {one["id"]: one for one in place.document()["diagnoses"] if one["verdict"] != "ok"}
    assert {name: one["verdict"] for name, one in told.items()} == {"main-bypass": "unknown"}
    assert "as far as can be seen: administrators" in told["main-bypass"]["text"]
    place.ruleset("main").bypass.clear()
    place.hub.faults.status(403, "GET .*/branches/main/protection$")
    assert place.found() == {}


def test_where_nothing_is_demanded_nothing_is_told_well_of_it(place: Place) -> None:
    for one in place.hub.world.rulesets.values():
        one.enforcement = "disabled"
    place.hub.world.environments.clear()
    told = {one["id"] for one in place.document()["diagnoses"]}
    absent = {one.id for one in CHECKS} - told
    assert absent == {
        "main-approvals", "main-stale-reviews", "main-code-owners", "main-last-push", "main-conversations",
        "main-check-source", "main-check-strict", "main-bypass", "ledger-bypass",
        "operate-self-review", "operate-branches", "operate-admins",
    }  # fmt: skip


def test_more_approvals_than_the_policy_asks_for_are_well_and_fewer_are_not(place: Place) -> None:
    place.commit("policy.yaml", "approvals: 1", "approvals: 2")
    assert place.found() == {"main-approvals": "error", "reviewers-enough": "warning"}
    pull_request(place)["required_approving_review_count"] = 3
    assert place.found() == {"reviewers-enough": "warning"}


def test_partners_accounts_are_looked_at_up_to_a_number(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launchwindow.io.github.settings.MOST_PARTNERS", 2)
    for login in ("exa-benefits-dev", "exa-forms-dev"):
        place.hub.world.user(login).gone = True
    told = {one["id"]: one["text"] for one in place.document()["diagnoses"]}["partners-accounts"]
    assert "exa-benefits-dev (2 of their names were looked at)" in told
    assert "exa-forms-dev" not in told


def test_a_ledger_that_believes_commits_is_told(place: Place) -> None:
    text = place.repo.git("show", f"{LEDGER}:ledger.yaml")
    line = f'\ngithub: "{NAME}"'
    assert line in text
    place.repo.write_ledger({"ledger.yaml": text.replace(line, "").encode() + b"\n"})
    assert place.found() == {"reviews-source": "error"}


def test_a_ledger_of_another_repository_is_told(place: Place) -> None:
    text = place.repo.git("show", f"{LEDGER}:ledger.yaml")
    place.repo.write_ledger({"ledger.yaml": text.replace(NAME, "example/others").encode() + b"\n"})
    assert place.found() == {"reviews-source": "error"}


def test_doctor_only_reads(place: Place) -> None:
    ledger = place.repo.ledger
    place.hub.log.clear()
    place.run()
    assert place.hub.log.writes == []
    assert place.repo.ledger == ledger


def test_the_text_is_worst_first_and_says_how_to_mend_it(place: Place) -> None:
    place.drop("main", "deletion")
    place.hub.world.actions.update(allowed_actions="all")
    result = place.run()
    assert result.status == 1
    blocks = result.out.split("\n\n")
    assert blocks[0].startswith("error main-deletion: main can be deleted.\n  risk: ")
    assert "tick “Restrict deletions”" in " ".join(blocks[0].split())
    assert blocks[0].endswith("\n  more: docs/security.md#the-branch-main")
    assert blocks[1].startswith("warning actions-allowed: ")
    assert blocks[2].startswith("note main-check-strict: A branch need not be up to date with main")
    assert "\n  set in: Settings → Rules" in blocks[2]
    assert blocks[-1] == f"{len(CHECKS)} checks: 1 error, 1 warning, 0 unknown, {len(CHECKS) - 2} well.\n"
