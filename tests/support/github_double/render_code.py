"""What answers look like: commits, pull requests, reviews, check runs, deployments, environments, rulesets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .clock import written
from .render import Json, account, app, association, issue, moment, repository, user

if TYPE_CHECKING:
    from datetime import datetime

    from . import state
    from .git_data import Changed, Person
    from .world import World


def person(who: Person) -> Json:
    """Author or committer, as git has them."""
    return {"name": who.name, "email": who.email, "date": written(who.at)}


def _signature(world: World, sha: str) -> Json:
    signed = sha in world.web_flow
    text = "-----BEGIN PGP SIGNATURE-----" if signed else None
    return {"verified": signed, "reason": "valid" if signed else "unsigned", "signature": text,
            "payload": "tree" if signed else None, "verified_at": None}  # fmt: skip


def commit(world: World, sha: str, *, files: list[Changed] | None = None) -> Json:
    """A commit with the accounts that its e-mail addresses belong to, or null; with `files`, also what it changes."""
    found = world.git.commit(sha)
    url = f"{world.url}/commits/{sha}"
    values: Json = {
        "sha": sha, "node_id": f"C_{sha}", "url": url, "html_url": f"{world.page}/commit/{sha}",
        "comments_url": f"{url}/comments",
        "commit": {"url": f"{world.url}/git/commits/{sha}", "author": person(found.author), "message": found.message,
                   "committer": person(found.committer), "comment_count": 0, "verification": _signature(world, sha),
                   "tree": {"sha": found.tree, "url": f"{world.url}/git/trees/{found.tree}"}},
        "author": user(world, world.author_of(found.author.email)),
        "committer": user(world, world.author_of(found.committer.email)),
        "parents": [{"sha": parent, "url": f"{world.url}/commits/{parent}", "html_url": f"{world.page}/commit/{parent}"}
                    for parent in found.parents],
    }  # fmt: skip
    if files is not None:
        added, removed = sum(one.added for one in files), sum(one.removed for one in files)
        values["stats"] = {"additions": added, "deletions": removed, "total": added + removed}
        values["files"] = [changed(world, one, sha) for one in files]
    return values


def git_commit(world: World, sha: str) -> Json:
    """A commit of the git database."""
    whole = commit(world, sha)
    inner = whole["commit"]
    return {"sha": sha, "node_id": whole["node_id"], "url": inner["url"], "html_url": whole["html_url"], **{
        name: inner[name] for name in ("author", "committer", "message", "tree", "verification")},
        "parents": whole["parents"]}  # fmt: skip


def changed(world: World, what: Changed, sha: str) -> Json:
    """A changed file; `patch` is missing for binary ones."""
    path = quote(what.path)
    values: Json = {"sha": what.blob, "filename": what.path, "status": what.status, "additions": what.added,
                    "deletions": what.removed, "changes": what.added + what.removed,
                    "blob_url": f"{world.page}/blob/{sha}/{path}", "raw_url": f"{world.page}/raw/{sha}/{path}",
                    "contents_url": f"{world.url}/contents/{path}?ref={sha}"}  # fmt: skip
    values |= {"patch": what.patch} if what.patch is not None else {}
    return values | ({"previous_filename": what.previous} if what.previous else {})


def pull_simple(world: World, what: state.Issue) -> Json:
    """A pull request in a list."""
    pull = what.pull
    assert pull is not None
    base = issue(world, what)
    url, page = f"{world.url}/pulls/{what.number}", base["html_url"]
    links = {"self": url, "html": page, "issue": base["url"], "comments": f"{base['url']}/comments",
             "review_comments": f"{url}/comments", "review_comment": f"{world.url}/pulls/comments{{/number}}",
             "commits": f"{url}/commits", "statuses": f"{world.url}/statuses/{pull.head_sha}"}  # fmt: skip
    ends = {name: {"label": f"{world.owner}:{ref}", "ref": ref, "sha": sha, "user": account(world, world.organisation),
                   "repo": repository(world)}
            for name, ref, sha in (("head", pull.head, pull.head_sha), ("base", pull.base, pull.base_sha))}  # fmt: skip
    taken = ("node_id", "html_url", "number", "state", "locked", "title", "body", "labels", "milestone", "created_at",
             "updated_at", "closed_at", "assignee", "assignees", "author_association")  # fmt: skip
    values = {name: base[name] for name in taken}
    return values | {
        "id": what.id + 1_000_000, "url": url, "diff_url": f"{page}.diff", "patch_url": f"{page}.patch",
        "issue_url": base["url"], "commits_url": links["commits"], "review_comments_url": links["review_comments"],
        "review_comment_url": links["review_comment"], "comments_url": links["comments"],
        "statuses_url": links["statuses"], "user": account(world, what.user), "merged_at": moment(pull.merged),
        "merge_commit_sha": pull.merge_commit, "requested_reviewers": [], "requested_teams": [], **ends,
        "_links": {name: {"href": href} for name, href in links.items()}, "auto_merge": None, "draft": pull.draft,
    }  # fmt: skip


def pull_full(world: World, what: state.Issue, files: list[Changed]) -> Json:
    """A pull request by itself."""
    pull = what.pull
    assert pull is not None
    return pull_simple(world, what) | {
        "merged": pull.merged is not None, "mergeable": None if what.closed else True, "rebaseable": None,
        "mergeable_state": "unknown" if what.closed else "clean", "merged_by": user(world, pull.merged_by),
        "comments": sum(c.issue == what.number for c in world.comments.values()), "review_comments": 0,
        "maintainer_can_modify": False, "commits": len(pull.commits), "additions": sum(one.added for one in files),
        "deletions": sum(one.removed for one in files), "changed_files": len(files),
    }  # fmt: skip


def review(world: World, number: int, what: state.Review) -> Json:
    """A review."""
    page, url = f"{world.page}/pull/{number}#pullrequestreview-{what.id}", f"{world.url}/pulls/{number}"
    return {"id": what.id, "node_id": f"PRR_{what.id}", "user": user(world, what.user), "body": what.body,
            "state": what.state, "html_url": page, "pull_request_url": url, "commit_id": what.commit,
            "submitted_at": written(what.at), "author_association": association(world, what.user),
            "_links": {"html": {"href": page}, "pull_request": {"href": url}}}  # fmt: skip


def check_run(world: World, what: state.CheckRun) -> Json:
    """A check run."""
    url = f"{world.url}/check-runs/{what.id}"
    output = {"title": None, "summary": None, "text": None, **what.output, "annotations_count": what.annotations,
              "annotations_url": f"{url}/annotations"}  # fmt: skip
    return {"id": what.id, "node_id": f"CR_{what.id}", "head_sha": what.sha, "external_id": what.external_id,
            "url": url,
            "html_url": f"{world.page}/runs/{what.id}", "details_url": what.details_url, "status": what.status,
            "conclusion": what.conclusion, "started_at": written(what.started), "completed_at": moment(what.completed),
            "output": output, "name": what.name, "check_suite": {"id": what.suite}, "app": app(world, what.app),
            "pull_requests": []}  # fmt: skip


def check_suite(world: World, runs: list[state.CheckRun], made: datetime) -> Json:
    """A check suite, of its runs."""
    first = runs[0]
    commit = world.git.commit(first.sha)
    url = f"{world.url}/check-suites/{first.suite}"
    done = all(run.status == "completed" for run in runs)
    people = {name: {"name": who.name, "email": who.email}
              for name, who in (("author", commit.author), ("committer", commit.committer))}  # fmt: skip
    head = {"id": first.sha, "tree_id": commit.tree, "message": commit.message,
            "timestamp": written(commit.committer.at), **people}  # fmt: skip
    return {"id": first.suite, "node_id": f"CS_{first.suite}", "head_branch": None, "head_sha": first.sha,
            "status": "completed" if done else "in_progress", "conclusion": first.conclusion if done else None,
            "url": url, "before": None, "after": first.sha, "pull_requests": [], "app": app(world, first.app),
            "repository": repository(world), "created_at": written(made), "updated_at": written(made),
            "head_commit": head, "latest_check_runs_count": len(runs),
            "check_runs_url": f"{url}/check-runs"}  # fmt: skip


def deployment(world: World, what: state.Deployment) -> Json:
    """A deployment."""
    url = f"{world.url}/deployments/{what.id}"
    return {"url": url, "id": what.id, "node_id": f"DE_{what.id}", "sha": what.sha, "ref": what.ref, "task": what.task,
            "payload": what.payload, "original_environment": what.environment, "environment": what.environment,
            "description": what.description, "creator": user(world, what.creator), "created_at": written(what.at),
            "updated_at": written(what.updated), "statuses_url": f"{url}/statuses", "repository_url": world.url,
            "transient_environment": what.transient, "production_environment": what.production,
            "performed_via_github_app": app(world, what.creator.app)}  # fmt: skip


def status(world: World, owner: state.Deployment, what: state.Status) -> Json:
    """A status of a deployment. GitHub keeps `target_url` beside `log_url`, with the same value."""
    url = f"{world.url}/deployments/{owner.id}"
    return {"url": f"{url}/statuses/{what.id}", "id": what.id, "node_id": f"DES_{what.id}", "state": what.state,
            "creator": user(world, what.creator), "description": what.description, "environment": what.environment,
            "target_url": what.log_url, "log_url": what.log_url, "environment_url": what.environment_url,
            "created_at": written(what.at), "updated_at": written(what.at), "deployment_url": url,
            "repository_url": world.url, "performed_via_github_app": app(world, what.creator.app)}  # fmt: skip


def environment(world: World, what: state.Environment) -> Json:
    """An environment."""
    return {"id": what.id, "node_id": f"EN_{what.id}", "name": what.name,
            "url": f"{world.url}/environments/{quote(what.name, safe='')}",
            "html_url": f"{world.page}/deployments/activity_log?environments_filter={quote(what.name, safe='')}",
            "created_at": written(what.created), "updated_at": written(what.created), "protection_rules": what.rules,
            "deployment_branch_policy": what.branches, "can_admins_bypass": what.admins_bypass}  # fmt: skip


def ruleset(world: World, what: state.Ruleset, *, whole: bool, bypass: bool) -> Json:
    """A ruleset. Lists leave out its rules and conditions, and only who may change it sees who may go round it."""
    values: Json = {"id": what.id, "name": what.name, "target": what.target, "source_type": "Repository",
                    "source": world.full_name, "enforcement": what.enforcement, "node_id": f"RRS_{what.id}",
                    "_links": {"self": {"href": f"{world.url}/rulesets/{what.id}"},
                               "html": {"href": f"{world.page}/rules/{what.id}"}},
                    "created_at": written(what.created), "updated_at": written(what.created)}  # fmt: skip
    if whole:
        values |= {"conditions": what.conditions, "rules": what.rules, "current_user_can_bypass": "never"}
        values |= {"bypass_actors": what.bypass} if bypass else {}
    return values


def protection(world: World, branch: str) -> Json:
    """A branch's protection, with its addresses."""
    url = f"{world.url}/branches/{quote(branch, safe='')}/protection"
    own: dict[str, Any] = {name: dict(part) for name, part in world.protection[branch].items()}
    for name in ("required_status_checks", "enforce_admins", "required_pull_request_reviews", "restrictions"):
        if name in own:
            own[name]["url"] = f"{url}/{name}"
    if "required_status_checks" in own:
        own["required_status_checks"]["contexts_url"] = f"{url}/required_status_checks/contexts"
    return {"url": url, **own}


def full_account(world: World, login: str) -> Json:
    """A public-user."""
    who = world.user(login)
    return account(world, who) | {
        "name": None, "company": None, "blog": None, "location": None, "email": None, "hireable": None, "bio": None,
        "public_repos": 0, "public_gists": 0, "followers": 0, "following": 0, "created_at": written(world.created),
        "updated_at": written(world.created)}  # fmt: skip


def team_full(world: World, slug: str, team: Json) -> Json:
    """A team by itself, with its organisation."""
    organisation = account(world, world.organisation)
    url = f"{world.api}/orgs/{world.owner}"
    about = {"login": world.owner, "id": organisation["id"], "node_id": organisation["node_id"], "url": url,
             "description": None,
             "has_organization_projects": False, "has_repository_projects": False, "public_repos": 0, "public_gists": 0,
             "followers": 0, "following": 0, "html_url": organisation["html_url"], "created_at": written(world.created),
             "updated_at": written(world.created), "archived_at": None, "type": "Organization"}  # fmt: skip
    return {**team, "members_count": len(world.teams[slug].members), "repos_count": 1,
            "created_at": written(world.created),
            "updated_at": written(world.created),
            "organization": world.filled("team-organization", about, url)}  # fmt: skip
