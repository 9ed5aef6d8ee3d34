"""A repository's settings, as far as a token may read them. What it may not is `Unread`, with GitHub's reason."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from launchwindow.model.doctor import Person, Settings, Unread
from launchwindow.model.github import GitHubRefused
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from launchwindow.io.github.connection import Connection

MOST_PARTNERS = 50
"""So many of partners' names are looked up: each is a call of its own."""
_NO_FORKS = {"run_workflows_from_fork_pull_requests": False}
"""What a public repository is like: its forks' pull requests get no secrets, and a token that only reads."""

T = TypeVar("T")


class Wanted(NamedTuple):
    """What is to be looked at."""

    main: str
    ledger: str
    environment: str
    """The one that levers run in."""
    deployed: Sequence[str]
    """Environments with deploy windows."""
    reviewers: Sequence[str]
    partners: Sequence[str]


def read_settings(hub: Connection, wanted: Wanted) -> Settings:
    """The settings. Raises `GitHubError` where GitHub does not answer, or does not know the repository."""
    repository = hub.get("")
    branches = (wanted.main, wanted.ledger)
    rules = {one: _read(_rules, hub, one) for one in branches}
    listed = _read(_all, hub, "/rulesets")
    environment = _read(_or_none, hub, f"/environments/{_quoted(wanted.environment)}")
    asked = wanted.partners[:MOST_PARTNERS]
    return Settings(
        repository=hub.address.repository,
        rules=rules,
        protection={one: _read(_protection, hub, one) for one in branches},
        rulesets={key: _read(hub.get, f"/rulesets/{key}") for key in _rulesets(rules, listed)},
        listed=listed,
        tags=_read(_tags, hub, branches),
        keys=_read(lambda: [one["title"] for one in hub.pages("/keys") if not one["read_only"]]),
        actions=_read(hub.get, "/actions/permissions"),
        token=_read(hub.get, "/actions/permissions/workflow"),
        forks=_read(hub.get, "/actions/permissions/fork-pr-workflows-private-repos")
        if repository["private"]
        else _NO_FORKS,
        environment=environment,
        environment_branches=_environment_branches(hub, wanted.environment, environment),
        codeowners_errors=_read(_codeowners_errors, hub, wanted.main),
        reviewers=_read(lambda: [_person(hub, one) for one in wanted.reviewers]),
        partners=_read(lambda: [one for one in asked if _or_none(hub, f"//users/{one}") is None]),
        partners_asked=len(asked),
        admins=_read(lambda: [one["login"] for one in hub.pages("/collaborators", permission="admin")]),
        deployments=_read(lambda: [found for one in wanted.deployed for found in _deployment(hub, one)]),
    )


def _read(ask: Callable[..., T], *about: Any) -> T | Unread:
    """What `ask` answers; where GitHub refuses, in its place why."""
    try:
        return ask(*about)
    except GitHubRefused as refused:
        if refused.code == 401:
            raise
        # What it says of the token holds for all of them.
        return Unread(str(refused).partition("). ")[0].rstrip(").") + ")")


def _or_none(hub: Connection, path: str, **parameters: Any) -> Mapping[str, Any] | None:
    """None for what is not there; the repository itself was seen to be."""
    try:
        found: Mapping[str, Any] = hub.get(path, **parameters)
    except GitHubRefused as refused:
        if refused.code == 404:
            return None
        raise
    return found


def _all(hub: Connection, path: str) -> list[Mapping[str, Any]]:
    return list(hub.pages(path))


def _rules(hub: Connection, branch: str) -> list[Mapping[str, Any]]:
    return _all(hub, f"/rules/branches/{_quoted(branch)}")


def _quoted(name: str) -> str:
    return quote(name, safe="")


def _protection(hub: Connection, branch: str) -> Mapping[str, Any] | None:
    try:
        found: Mapping[str, Any] = hub.get(f"/branches/{_quoted(branch)}/protection")
    except GitHubRefused as refused:
        # Who may not look gets 404 as well, with another word for it.
        if refused.code == 404 and ("Branch not protected" in str(refused) or "Branch not found" in str(refused)):
            return None
        raise
    return found


def _rulesets(
    rules: Mapping[str, Sequence[Mapping[str, Any]] | Unread], listed: Sequence[Mapping[str, Any]] | Unread
) -> list[int]:
    """Those that hold for a branch of ours, and those about pushes to any."""
    found: dict[int, None] = {}
    for held in rules.values():
        found |= {} if isinstance(held, Unread) else dict.fromkeys(one["ruleset_id"] for one in held)
    if not isinstance(listed, Unread):
        found |= dict.fromkeys(one["id"] for one in listed if one.get("target") == "push")
    return list(found)


def _tags(hub: Connection, branches: Sequence[str]) -> list[str]:
    return [one for one in branches if _has_tag(hub, one)]


def _has_tag(hub: Connection, name: str) -> bool:
    return any(one["ref"] == f"refs/tags/{name}" for one in hub.get(f"/git/matching-refs/tags/{quote(name)}"))


def _environment_branches(hub: Connection, name: str, environment: Any) -> Sequence[str] | Unread:
    policy = environment.get("deployment_branch_policy") if isinstance(environment, dict) else None
    if policy is None or not policy["custom_branch_policies"]:
        return []
    found = _read(_all, hub, f"/environments/{_quoted(name)}/deployment-branch-policies")
    return found if isinstance(found, Unread) else [one["name"] for one in found]


def _codeowners_errors(hub: Connection, main: str) -> Sequence[Mapping[str, Any]]:
    found = _or_none(hub, "/codeowners/errors", ref=main)
    return [] if found is None else list(found["errors"])


def _person(hub: Connection, login: str) -> Person:
    found = _or_none(hub, f"/collaborators/{login}/permission")
    return Person(login, None if found is None else str(found["permission"]))


def _deployment(hub: Connection, environment: str) -> list[tuple[str, str, datetime]]:
    """The newest deployment of an environment and where it stands; none where there is none."""
    newest = hub.get("/deployments", environment=environment, per_page=1)
    if not newest:
        return []
    statuses = hub.get(f"/deployments/{newest[0]['id']}/statuses", per_page=1)
    state = statuses[0]["state"] if statuses else "pending"
    since = datetime.fromisoformat((statuses or newest)[0]["created_at"])
    return [(environment, state, since)]
