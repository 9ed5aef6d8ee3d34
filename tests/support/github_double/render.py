"""What answers look like: people, the repository, labels, milestones, issues and their comments."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .clock import written
from .people import at_least

if TYPE_CHECKING:
    from . import state
    from .people import App, Team, User
    from .world import World

Json = dict[str, Any]


def moment(at: datetime | None) -> str | None:
    """A time or null."""
    return None if at is None else written(at)


def user(world: World, who: User | None) -> Json | None:
    """A simple-user; null for an account that was deleted."""
    return None if who is None or who.gone else account(world, who)


def account(world: World, who: User) -> Json:
    """A simple-user that is never null: GitHub shows @ghost for a deleted one where the form asks for somebody."""
    login, key = ("ghost", 10137) if who.gone else (who.login, who.id)
    api, page = f"{world.api}/users/{login.replace('[', '%5B').replace(']', '%5D')}", f"https://github.com/{login}"
    if who.app is not None:
        page = f"https://github.com/apps/{who.app.slug}"
    values = {"login": login, "id": key, "node_id": f"U_{key}", "gravatar_id": "", "type": who.type,
              "site_admin": False,
              "url": api, "html_url": page, "avatar_url": f"https://avatars.githubusercontent.com/u/{key}?v=4",
              "user_view_type": "public"}  # fmt: skip
    return world.filled("simple-user", values, api)


def permissions(role: str) -> Json:
    """What a role means, as flags."""
    return {"pull": at_least(role, "read"), "triage": at_least(role, "triage"), "push": at_least(role, "write"),
            "maintain": at_least(role, "maintain"), "admin": role == "admin"}  # fmt: skip


def collaborator(world: World, who: User) -> Json:
    """An account with its role."""
    role = world.role_of(who)
    return {**account(world, who), "permissions": permissions(role), "role_name": role}


def association(world: World, who: User) -> str:
    """How an author belongs to the repository."""
    login = who.login.lower()
    if login == world.owner.lower():
        return "OWNER"
    if any(login in team.members for team in world.teams.values()):
        return "MEMBER"
    return "COLLABORATOR" if login in world.roles else "NONE"


def app(world: World, what: App | None) -> Json | None:
    """A GitHub App; null for none."""
    if what is None:
        return None
    return {"id": what.id, "slug": what.slug, "node_id": f"A_{what.id}", "owner": account(world, world.organisation),
            "name": what.name, "description": None, "external_url": f"https://example.com/{what.slug}",
            "html_url": f"https://github.com/apps/{what.slug}", "created_at": written(world.created),
            "updated_at": written(world.created), "permissions": {"metadata": "read"}, "events": []}  # fmt: skip


def team(world: World, what: Team) -> Json:
    """A team."""
    url = f"{world.api}/orgs/{world.owner}/teams/{what.slug}"
    return {"id": what.id, "node_id": f"T_{what.id}", "name": what.slug, "slug": what.slug, "description": None,
            "privacy": "closed", "notification_setting": "notifications_enabled", "permission": "pull", "url": url,
            "permissions": permissions("read"), "html_url": f"https://github.com/orgs/{world.owner}/teams/{what.slug}",
            "members_url": f"{url}/members{{/member}}", "repositories_url": f"{url}/repos", "type": "organization",
            "parent": None}  # fmt: skip


def repository(world: World, schema: str = "repository") -> Json:
    """The repository."""
    open_issues = sum(issue.closed is None for issue in world.issues.values())
    values = {
        "id": 1, "node_id": "R_1", "name": world.name, "full_name": world.full_name, "private": world.private,
        "owner": account(world, world.organisation), "description": None, "fork": False, "url": world.url,
        "html_url": world.page, "default_branch": world.default_branch, "forks": 0, "forks_count": 0,
        "has_downloads": True, "has_issues": True, "has_projects": False, "has_wiki": False, "has_pages": False,
        "has_discussions": False, "homepage": None, "language": None, "archived": False, "disabled": False,
        "open_issues": open_issues, "open_issues_count": open_issues, "license": None, "mirror_url": None, "size": 0,
        "pushed_at": written(world.now()), "created_at": written(world.created), "updated_at": written(world.now()),
        "stargazers_count": 0, "watchers": 0, "watchers_count": 0, "network_count": 0, "subscribers_count": 0,
        "clone_url": f"{world.page}.git", "ssh_url": f"git@github.com:{world.full_name}.git",
        "allow_merge_commit": True,
        "allow_squash_merge": True, "allow_rebase_merge": True, "visibility": "private" if world.private else "public",
    }  # fmt: skip
    return world.filled(schema, values, world.url)


def label(world: World, what: state.Label) -> Json:
    """A label."""
    return {"id": what.id, "node_id": f"LA_{what.id}", "url": f"{world.url}/labels/{quote(what.name, safe='')}",
            "name": what.name, "color": what.color, "default": False, "description": what.description}  # fmt: skip


def milestone(world: World, what: state.Milestone | None) -> Json | None:
    """A milestone with its counts; null for none."""
    if what is None:
        return None
    url = f"{world.url}/milestones/{what.number}"
    states = [issue.closed is None for issue in world.issues.values() if issue.milestone is what]
    return {"url": url, "html_url": f"{world.page}/milestone/{what.number}", "labels_url": f"{url}/labels",
            "id": what.id,
            "node_id": f"MI_{what.id}", "number": what.number, "state": "closed" if what.closed else "open",
            "title": what.title, "description": what.description, "creator": user(world, what.creator),
            "open_issues": sum(states), "closed_issues": len(states) - sum(states), "created_at": written(what.created),
            "updated_at": written(what.updated), "closed_at": moment(what.closed),
            "due_on": moment(what.due)}  # fmt: skip


def issue(world: World, what: state.Issue) -> Json:
    """An issue; a pull request has `pull_request` besides."""
    url, kind = f"{world.url}/issues/{what.number}", "pull" if what.pull else "issues"
    assignees = [account(world, who) for who in what.assignees]
    values: Json = {
        "id": what.id, "node_id": f"I_{what.id}", "url": url, "repository_url": world.url, "number": what.number,
        "labels_url": f"{url}/labels{{/name}}", "html_url": f"{world.page}/{kind}/{what.number}", "title": what.title,
        "state": "closed" if what.closed else "open", "state_reason": what.reason, "body": what.body,
        "user": user(world, what.user), "labels": [label(world, one) for one in what.labels], "locked": what.locked,
        "assignee": assignees[0] if assignees else None, "assignees": assignees, "active_lock_reason": None,
        "milestone": milestone(world, what.milestone),
        "comments": sum(c.issue == what.number for c in world.comments.values()),
        "closed_at": moment(what.closed), "created_at": written(what.created), "updated_at": written(what.updated),
        "closed_by": user(world, what.closed_by), "author_association": association(world, what.user),
        "performed_via_github_app": None,
    }  # fmt: skip
    if what.pull is not None:
        pull, page = f"{world.url}/pulls/{what.number}", f"{world.page}/pull/{what.number}"
        values |= {"draft": what.pull.draft, "pull_request": {"url": pull, "html_url": page, "diff_url": f"{page}.diff",
                   "patch_url": f"{page}.patch", "merged_at": moment(what.pull.merged)}}  # fmt: skip
    return world.filled("issue", values, url)


def comment(world: World, what: state.Comment) -> Json:
    """A comment."""
    kind = "pull" if world.issues[what.issue].pull else "issues"
    return {"id": what.id, "node_id": f"IC_{what.id}", "url": f"{world.url}/issues/comments/{what.id}",
            "body": what.body,
            "html_url": f"{world.page}/{kind}/{what.issue}#issuecomment-{what.id}", "user": user(world, what.user),
            "created_at": written(what.created), "updated_at": written(what.updated),
            "issue_url": f"{world.url}/issues/{what.issue}", "author_association": association(world, what.user),
            "performed_via_github_app": app(world, what.user.app)}  # fmt: skip


def event(world: World, what: state.Event) -> Json:
    """A line of a timeline that is neither a comment nor a review."""
    return {"id": what.id, "node_id": f"EV_{what.id}", "url": f"{world.url}/issues/events/{what.id}",
            "event": what.kind,
            "actor": account(world, what.actor), "commit_id": None, "commit_url": None, "created_at": written(what.at),
            "performed_via_github_app": app(world, what.actor.app), **what.about}  # fmt: skip
