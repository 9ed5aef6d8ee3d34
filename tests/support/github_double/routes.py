"""Which handler answers which operation, and what a token needs for it.

An app's token needs the permission (`area`) that GitHub's page “Permissions required for GitHub Apps” names; a person
needs the role. Reading with too few permissions is refused even where a public repository would allow it, so that
what passes here works in a private one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from . import deployments, git_answers, issues, pulls, repository, reviews, tracker
from .people import at_least
from .web import Answer, Request, refused

if TYPE_CHECKING:
    from .world import World


class Handler(Protocol):
    """What answers one operation."""

    def __call__(self, world: World, request: Request, /) -> Answer:
        """Change the world, or raise Refused before it did."""


class Route(NamedTuple):
    """`area` is the permission of an app, `role` the least role of a person."""

    handler: Handler
    area: str
    role: str = "read"


REPO = "/repos/{owner}/{repo}"
_ISSUE, _PULL, _LABELS = f"{REPO}/issues/{{issue_number}}", f"{REPO}/pulls/{{pull_number}}", f"{REPO}/labels"
_MILESTONE, _BRANCH = f"{REPO}/milestones/{{milestone_number}}", f"{REPO}/branches/{{branch}}"
_DEPLOYMENT, _TEAM = f"{REPO}/deployments/{{deployment_id}}", "/orgs/{org}/teams/{team_slug}"
_COMMENT, _CHECK = f"{REPO}/issues/comments/{{comment_id}}", f"{REPO}/check-runs/{{check_run_id}}"
_REVIEW, _ENVIRONMENT = f"{_PULL}/reviews/{{review_id}}", f"{REPO}/environments/{{environment_name}}"
_PERSON = f"{REPO}/collaborators/{{username}}"

ROUTES = {
    "GET /rate_limit": Route(repository.get_rate_limit, "metadata"),
    "GET /user": Route(repository.get_me, "metadata"),
    "GET /users/{username}": Route(repository.get_user, "metadata"),
    f"GET {_TEAM}": Route(repository.get_team, "members"),
    f"GET {_TEAM}/members": Route(repository.list_members, "members"),
    f"GET {_TEAM}/memberships/{{username}}": Route(repository.get_membership, "members"),
    f"GET {REPO}": Route(repository.get_repository, "metadata"),
    f"GET {REPO}/teams": Route(repository.list_teams, "administration", "admin"),
    f"GET {REPO}/collaborators": Route(repository.list_collaborators, "metadata", "write"),
    f"GET {_PERSON}": Route(repository.is_collaborator, "metadata", "write"),
    f"GET {_PERSON}/permission": Route(repository.get_permission, "metadata"),
    f"GET {REPO}/rulesets": Route(repository.list_rulesets, "metadata"),
    f"POST {REPO}/rulesets": Route(repository.create_ruleset, "administration", "admin"),
    f"GET {REPO}/rulesets/{{ruleset_id}}": Route(repository.get_ruleset, "metadata"),
    f"GET {REPO}/rules/branches/{{branch}}": Route(repository.list_rules, "metadata"),
    f"GET {REPO}/codeowners/errors": Route(repository.get_codeowners_errors, "contents"),
    f"GET {REPO}/actions/permissions": Route(repository.get_actions, "administration", "admin"),
    f"GET {REPO}/actions/permissions/workflow": Route(repository.get_workflow_token, "administration", "admin"),
    f"GET {REPO}/actions/runs/{{run_id}}/approvals": Route(repository.list_approvals, "actions"),
    f"GET {REPO}/actions/permissions/fork-pr-workflows-private-repos": Route(
        repository.get_fork_workflows, "administration", "admin"
    ),
    f"GET {REPO}/keys": Route(repository.list_keys, "administration", "admin"),
    f"GET {REPO}/branches": Route(git_answers.list_branches, "contents"),
    f"GET {_BRANCH}": Route(git_answers.get_branch, "contents"),
    f"GET {_BRANCH}/protection": Route(repository.get_protection, "administration", "admin"),
    f"GET {REPO}/commits": Route(git_answers.list_commits, "contents"),
    f"GET {REPO}/commits/{{ref}}": Route(git_answers.get_commit, "contents"),
    f"GET {REPO}/commits/{{commit_sha}}/pulls": Route(pulls.of_commit, "pull_requests"),
    f"GET {REPO}/commits/{{ref}}/check-runs": Route(deployments.list_check_runs, "checks"),
    f"POST {REPO}/check-runs": Route(deployments.create_check_run, "checks"),
    f"GET {_CHECK}": Route(deployments.get_check_run, "checks"),
    f"PATCH {_CHECK}": Route(deployments.update_check_run, "checks"),
    f"GET {REPO}/check-suites/{{check_suite_id}}": Route(deployments.get_check_suite, "checks"),
    f"GET {REPO}/compare/{{basehead}}": Route(git_answers.compare, "contents"),
    f"GET {REPO}/contents/{{path}}": Route(git_answers.get_contents, "contents"),
    f"GET {REPO}/git/ref/{{ref}}": Route(git_answers.get_ref, "contents"),
    f"GET {REPO}/git/matching-refs/{{ref}}": Route(git_answers.matching_refs, "contents"),
    f"GET {REPO}/git/commits/{{commit_sha}}": Route(git_answers.get_git_commit, "contents"),
    f"GET {REPO}/git/trees/{{tree_sha}}": Route(git_answers.get_tree, "contents"),
    f"GET {REPO}/git/blobs/{{file_sha}}": Route(git_answers.get_blob, "contents"),
    f"GET {REPO}/pulls": Route(pulls.list_pulls, "pull_requests"),
    f"POST {REPO}/pulls": Route(pulls.create_pull, "pull_requests"),
    f"GET {_PULL}": Route(pulls.get_pull, "pull_requests"),
    f"PATCH {_PULL}": Route(pulls.update_pull, "pull_requests"),
    f"GET {_PULL}/files": Route(pulls.list_files, "pull_requests"),
    f"GET {_PULL}/commits": Route(pulls.list_commits, "pull_requests"),
    f"GET {_PULL}/merge": Route(pulls.is_merged, "contents"),
    f"PUT {_PULL}/merge": Route(pulls.merge, "contents"),
    f"GET {_PULL}/reviews": Route(reviews.list_reviews, "pull_requests"),
    f"POST {_PULL}/reviews": Route(reviews.create_review, "pull_requests"),
    f"GET {_REVIEW}": Route(reviews.get_review, "pull_requests"),
    f"PUT {_REVIEW}/dismissals": Route(reviews.dismiss_review, "pull_requests"),
    f"GET {REPO}/issues": Route(issues.list_issues, "issues"),
    f"POST {REPO}/issues": Route(issues.create, "issues"),
    f"GET {_ISSUE}": Route(issues.get, "issues"),
    f"PATCH {_ISSUE}": Route(issues.update, "issues"),
    f"GET {_ISSUE}/timeline": Route(issues.timeline, "issues"),
    f"GET {_ISSUE}/comments": Route(tracker.list_comments, "issues"),
    f"POST {_ISSUE}/comments": Route(tracker.create_comment, "issues"),
    f"GET {REPO}/issues/comments": Route(tracker.list_all_comments, "issues"),
    f"GET {_COMMENT}": Route(tracker.get_comment, "issues"),
    f"PATCH {_COMMENT}": Route(tracker.update_comment, "issues"),
    f"DELETE {_COMMENT}": Route(tracker.delete_comment, "issues"),
    f"GET {_ISSUE}/labels": Route(tracker.list_issue_labels, "issues"),
    f"POST {_ISSUE}/labels": Route(tracker.add_issue_labels, "issues", "triage"),
    f"PUT {_ISSUE}/labels": Route(tracker.set_issue_labels, "issues", "triage"),
    f"DELETE {_ISSUE}/labels": Route(tracker.remove_issue_labels, "issues", "triage"),
    f"DELETE {_ISSUE}/labels/{{name}}": Route(tracker.remove_issue_label, "issues", "triage"),
    f"GET {_LABELS}": Route(tracker.list_labels, "issues"),
    f"POST {_LABELS}": Route(tracker.create_label, "issues", "write"),
    f"GET {_LABELS}/{{name}}": Route(tracker.get_label, "issues"),
    f"PATCH {_LABELS}/{{name}}": Route(tracker.update_label, "issues", "write"),
    f"DELETE {_LABELS}/{{name}}": Route(tracker.delete_label, "issues", "write"),
    f"GET {REPO}/milestones": Route(tracker.list_milestones, "issues"),
    f"POST {REPO}/milestones": Route(tracker.create_milestone, "issues", "triage"),
    f"GET {_MILESTONE}": Route(tracker.get_milestone, "issues"),
    f"PATCH {_MILESTONE}": Route(tracker.update_milestone, "issues", "triage"),
    f"DELETE {_MILESTONE}": Route(tracker.delete_milestone, "issues", "triage"),
    f"GET {REPO}/deployments": Route(deployments.list_deployments, "deployments"),
    f"POST {REPO}/deployments": Route(deployments.create_deployment, "deployments", "write"),
    f"GET {_DEPLOYMENT}": Route(deployments.get_deployment, "deployments"),
    f"DELETE {_DEPLOYMENT}": Route(deployments.delete_deployment, "deployments", "write"),
    f"GET {_DEPLOYMENT}/statuses": Route(deployments.list_statuses, "deployments"),
    f"POST {_DEPLOYMENT}/statuses": Route(deployments.create_status, "deployments", "write"),
    f"GET {_DEPLOYMENT}/statuses/{{status_id}}": Route(deployments.get_status, "deployments"),
    f"GET {REPO}/environments": Route(deployments.list_environments, "actions"),
    f"GET {_ENVIRONMENT}": Route(deployments.get_environment, "actions"),
    f"GET {_ENVIRONMENT}/deployment-branch-policies": Route(deployments.list_branch_policies, "actions"),
}
"""`METHOD /path/template` -> who answers."""


def admit(world: World, request: Request, route: Route) -> None:
    """Refuse who lacks the permission or the role. A private repository does not exist for who may not read it."""
    token, access = request.token, "read" if request.method == "GET" else "write"
    if token.permissions is not None:
        if not token.allows(route.area, access) and not _by_its_pull_request(world, request, route, access):
            raise refused(403, "Resource not accessible by integration")
        return
    role = world.role_of(token.user)
    if "{repo}" in request.template and not at_least(role, "read"):
        raise refused(404)
    if not at_least(role, route.role) and "{repo}" in request.template:
        raise refused(
            404 if access == "read" else 403, None if access == "read" else "Must have admin rights to Repository."
        )


def _by_its_pull_request(world: World, request: Request, route: Route, access: str) -> bool:
    """Comments, labels and milestones of a pull request need either permission."""
    if route.area != "issues" or not request.token.allows("pull_requests", access):
        return False
    if "comment_id" in request.params:
        comment = world.comments.get(int(request.params["comment_id"]))
        number = comment.issue if comment else 0
    else:
        number = int(request.params.get("issue_number", 0))
    return number in world.issues and world.issues[number].pull is not None
