"""Deployments, environments, and what the repository's settings say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from github import GithubException
from github.Repository import Repository as Remote

from support.github_double import GitHubDouble
from support.repository import FILE, Repository


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[GitHubDouble]:
    """With a repository whose `side` is one commit behind main, and merges."""
    work, remote = Repository(tmp_path / "work"), tmp_path / "remote.git"
    work.branch("side")
    work.write("side.txt", "side\n")
    work.commit("Side")
    work.checkout("main")
    work.edit(FILE, "friendly_name:", "# main\nfriendly_name:")
    work.commit("Main")
    work.git("clone", "--quiet", "--bare", str(work.path), str(remote))
    with GitHubDouble("example/partners", git=remote) as double:
        double.world.add_user("admin", "admin")
        double.world.add_user("wren", "maintain")
        yield double


def repo(hub: GitHubDouble, login: str = "admin") -> Remote:
    return hub.client(hub.world.token_of(login)).get_repo("example/partners")


def status(call: Callable[[], object]) -> int:
    with pytest.raises(GithubException) as refusal:
        call()
    return refusal.value.status


def plain(ours: Remote, environment: str, **options: Any) -> Any:
    """A deployment of main that asks for nothing else."""
    return ours.create_deployment("main", environment=environment, required_contexts=[], auto_merge=False, **options)


def test_a_deployment_and_its_statuses(hub: GitHubDouble) -> None:
    ours = repo(hub)
    made = plain(ours, "production", description="Window of 2026-12-10", payload={"window": "2026-12-10"})
    assert (made.environment, made.sha, made.payload) == (
        "production",
        ours.get_branch("main").commit.sha,
        {"window": "2026-12-10"},
    )
    for state in ("queued", "in_progress", "success"):
        hub.clock.advance(60)
        made.create_status(state, description=f"It is {state}", environment_url="https://idp.example.gov")
    statuses = list(made.get_statuses())
    assert [one.state for one in statuses] == ["success", "in_progress", "queued"]
    assert (statuses[0].description, statuses[0].environment_url) == ("It is success", "https://idp.example.gov")
    assert [one.id for one in ours.get_deployments(environment="production")] == [made.id]
    assert [one.id for one in ours.get_deployments(environment="sandbox")] == []
    assert [one.name for one in ours.get_environments()] == ["production"]


def test_deployments_come_newest_first(hub: GitHubDouble) -> None:
    ours = repo(hub)
    made = [plain(ours, "sandbox").id for _ in range(3)]
    assert [one.id for one in ours.get_deployments()] == made[::-1]


def test_a_success_sets_earlier_ones_inactive_but_not_in_production(hub: GitHubDouble) -> None:
    ours = repo(hub)
    for environment, expected in (("sandbox", "inactive"), ("production", "success")):
        failed, first, second = (plain(ours, environment) for _ in range(3))
        for deployment, state in ((failed, "failure"), (first, "success"), (second, "success")):
            deployment.create_status(state)
        assert next(iter(first.get_statuses())).state == expected
        assert next(iter(failed.get_statuses())).state == "failure"


def test_an_active_deployment_is_not_deleted(hub: GitHubDouble) -> None:
    ours = repo(hub)
    plain(ours, "production")
    second = plain(ours, "production")
    delete = ours.requester.requestJsonAndCheck
    assert status(lambda: delete("DELETE", second.url)) == 422
    second.create_status("inactive")
    delete("DELETE", second.url)
    assert status(lambda: ours.get_deployment(second.id)) == 404


def test_a_branch_behind_main_is_merged_instead_of_deployed(hub: GitHubDouble) -> None:
    """Unless auto_merge is false: GitHub then answers 202, and there is no deployment."""
    ours = repo(hub)
    before = ours.get_branch("side").commit.sha
    code, _, text = ours.requester.requestJson("POST", f"{ours.url}/deployments", input={"ref": "side"})
    assert (code, "Auto-merged main into side" in text) == (202, True)
    assert ours.get_branch("side").commit.sha != before
    assert list(ours.get_deployments()) == []


def test_a_commit_behind_main_cannot_be_deployed_with_auto_merge(hub: GitHubDouble) -> None:
    ours = repo(hub)
    parent = ours.get_branch("main").commit.parents[0].sha
    assert status(lambda: ours.create_deployment(parent, required_contexts=[])) == 409
    assert ours.create_deployment(parent, required_contexts=[], auto_merge=False).sha == parent


def test_a_deployment_waits_for_checks_unless_told_not_to(hub: GitHubDouble) -> None:
    ours = repo(hub)
    hub.world.add_check_run(
        "sync", ours.get_branch("main").commit.sha, hub.world.add_app("github-actions"), conclusion=None
    )
    assert status(lambda: ours.create_deployment("main")) == 409
    assert status(lambda: ours.create_deployment("main", required_contexts=["other"])) == 409
    assert plain(ours, "production")


def test_a_ref_that_is_none_is_refused(hub: GitHubDouble) -> None:
    assert status(lambda: repo(hub).create_deployment("nowhere")) == 422


def test_texts_of_deployments_have_limits(hub: GitHubDouble) -> None:
    ours = repo(hub)
    assert status(lambda: plain(ours, "production", description="x" * 141)) == 422
    assert status(lambda: plain(ours, "production").create_status("success", description="x" * 141)) == 422


def test_an_environment_tells_who_guards_it(hub: GitHubDouble) -> None:
    rules = ({"type": "required_reviewers", "prevent_self_review": True, "reviewers": []}, {"type": "branch_policy"})
    hub.world.add_environment("production", *rules, protected_branches=True)
    found = repo(hub).get_environment("production")
    assert [rule.type for rule in found.protection_rules] == ["required_reviewers", "branch_policy"]
    assert found.deployment_branch_policy.protected_branches
    assert status(lambda: repo(hub).get_environment("nowhere")) == 404


REVIEWS = {"type": "pull_request", "parameters": {
    "dismiss_stale_reviews_on_push": True, "require_code_owner_review": True, "require_last_push_approval": True,
    "required_approving_review_count": 1, "required_review_thread_resolution": False}}  # fmt: skip


def test_rulesets_show_their_rules_one_by_one_and_bypassers_to_administrators_alone(hub: GitHubDouble) -> None:
    bypass = [{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}]
    kept = hub.world.add_ruleset("main", REVIEWS, {"type": "deletion"}, bypass=bypass)
    hub.world.add_ruleset("trial", {"type": "non_fast_forward"}, enforcement="evaluate")
    hub.world.add_ruleset("ledger", {"type": "update"}, include=("refs/heads/launchwindow-ledger",))
    ask = repo(hub).requester.requestJsonAndCheck
    _, listed = ask("GET", "/repos/example/partners/rulesets")
    assert [(one["name"], "rules" in one) for one in listed] == [("main", False), ("trial", False), ("ledger", False)]
    _, whole = ask("GET", f"/repos/example/partners/rulesets/{kept.id}")
    assert (whole["rules"], whole["bypass_actors"]) == ([REVIEWS, {"type": "deletion"}], bypass)
    _, seen = repo(hub, "wren").requester.requestJsonAndCheck("GET", f"/repos/example/partners/rulesets/{kept.id}")
    assert "bypass_actors" not in seen
    _, rules = ask("GET", "/repos/example/partners/rules/branches/main")
    assert [(rule["type"], rule["ruleset_id"]) for rule in rules] == [("pull_request", kept.id), ("deletion", kept.id)]


def test_protection_is_for_administrators_and_knows_no_rulesets(hub: GitHubDouble) -> None:
    hub.world.add_ruleset("main", REVIEWS)
    branch = repo(hub).get_branch("main")
    assert branch.protected
    assert status(branch.get_protection) == 404
    hub.world.protection["main"] = {
        "required_pull_request_reviews": {"dismiss_stale_reviews": True, "require_code_owner_reviews": True,
                                          "required_approving_review_count": 1},
        "enforce_admins": {"enabled": False}, "allow_force_pushes": {"enabled": False},
    }  # fmt: skip
    found = branch.get_protection()
    assert found.required_pull_request_reviews.dismiss_stale_reviews
    assert not found.enforce_admins
    assert status(repo(hub, "wren").get_branch("main").get_protection) == 404
    workflow = hub.client(hub.world.workflow_token_of(contents="read")).get_repo("example/partners")
    assert status(workflow.get_branch("main").get_protection) == 403


def test_roles_and_teams(hub: GitHubDouble) -> None:
    hub.world.add_user("olga")
    hub.world.add_team("exa-benefits", "wren", maintainers=("olga",))
    ours = repo(hub)
    permissions = {login: ours.get_collaborator_permission(login) for login in ("admin", "wren", "olga")}
    assert permissions == {"admin": "admin", "wren": "write", "olga": "none"}
    assert ours.get_collaborator_role_name("wren") == "maintain"
    assert {person.login for person in ours.get_collaborators()} == {"admin", "wren"}
    assert ours.has_in_collaborators("wren")
    assert not ours.has_in_collaborators("olga")
    ask = ours.requester.requestJsonAndCheck
    members = ask("GET", "/orgs/example/teams/exa-benefits/members")[1]
    assert [one["login"] for one in members] == ["olga", "wren"]
    assert ask("GET", "/orgs/example/teams/exa-benefits")[1]["members_count"] == 2
    assert ask("GET", "/orgs/example/teams/exa-benefits/memberships/olga")[1]["role"] == "maintainer"
    assert status(lambda: ask("GET", "/orgs/example/teams/exa-benefits/memberships/admin")) == 404
    assert [team.slug for team in ours.get_teams()] == ["exa-benefits"]


def test_a_workflow_cannot_read_teams(hub: GitHubDouble) -> None:
    """No GITHUB_TOKEN can: its permissions do not know `members`."""
    hub.world.add_team("exa-benefits", "wren")
    ours = hub.client(hub.world.workflow_token_of(contents="read", issues="write"))
    assert status(lambda: ours.requester.requestJsonAndCheck("GET", "/orgs/example/teams/exa-benefits/members")) == 403


def test_settings_of_actions_and_mistakes_in_codeowners(hub: GitHubDouble) -> None:
    ask = repo(hub).requester.requestJsonAndCheck
    assert ask("GET", "/repos/example/partners/actions/permissions")[1]["sha_pinning_required"]
    token = ask("GET", "/repos/example/partners/actions/permissions/workflow")[1]
    assert (token["default_workflow_permissions"], token["can_approve_pull_request_reviews"]) == ("read", False)
    error = {
        "line": 3,
        "column": 1,
        "kind": "Unknown owner",
        "message": "Unknown owner on line 3",
        "path": ".github/CODEOWNERS",
    }
    hub.world.codeowners_errors.append(error)
    assert ask("GET", "/repos/example/partners/codeowners/errors")[1]["errors"] == [error]
