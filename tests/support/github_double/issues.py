"""Issues: list, create, read, change, with what GitHub refuses, and the timeline."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from . import render, render_code, state
from .people import User, at_least
from .web import Answer, Request, invalid, listing, refused, too_long

if TYPE_CHECKING:
    from collections.abc import Callable

    from .world import World

BODY = 65_536
TITLE = 256
LABEL = 50
"""In characters, by what GitHub says when it refuses more."""


def list_issues(world: World, request: Request) -> Answer:
    """Issues *and pull requests*, open ones and newest first unless asked otherwise."""
    request.without("assignee", "type", "mentioned", "issue_field_values")
    query = request.query
    found = [issue for issue in world.issues.values() if _wanted(issue, query)]
    ranks: dict[str, Callable[[state.Issue], Any]] = {
        "created": lambda issue: issue.created,
        "updated": lambda issue: issue.updated,
        "comments": lambda issue: sum(comment.issue == issue.number for comment in world.comments.values()),
    }
    rank = ranks[query.get("sort", "created")]
    found.sort(key=lambda issue: (rank(issue), issue.number), reverse=query.get("direction", "desc") == "desc")
    return listing(found, show=lambda issue: render.issue(world, issue))


def _wanted(issue: state.Issue, query: dict[str, str]) -> bool:
    if query.get("state", "open") not in ("all", "closed" if issue.closed else "open"):
        return False
    if "since" in query and issue.updated < datetime.fromisoformat(query["since"]):
        return False
    names = {label.name.lower() for label in issue.labels}
    if any(name.lower() not in names for name in query.get("labels", "").split(",") if name):
        return False
    if "creator" in query and issue.user.login.lower() != query["creator"].lower():
        return False
    number = str(issue.milestone.number) if issue.milestone else "none"
    return query.get("milestone", number) in (number, "*" if issue.milestone else "none")


def create(world: World, request: Request) -> Answer:
    """A new issue. Who may not triage has labels, milestone and assignees dropped without a word, as GitHub does."""
    request.without("type", "issue_field_values")
    title = str(request.given["title"]).strip()
    if not title:
        raise invalid("Issue", "title", "missing_field")
    check(title, request.given.get("body"))
    now, caller = world.now(), request.token.user
    given = request.given if may_triage(world, request) else {}
    # All that can be refused comes before the first change.
    milestone = _milestone(world, given.get("milestone"))
    assignees = _assignees(world, given)
    labels = named(world, given.get("labels", []))
    issue = state.Issue(world.new_id(), world.new_number(), title, caller, now, now, request.given.get("body"))
    world.issues[issue.number] = issue
    set_labels(world, issue, labels, caller)
    _set_milestone(world, issue, milestone, caller)
    issue.assignees = assignees
    return Answer(201, render.issue(world, issue))


def get(world: World, request: Request) -> Answer:
    """One."""
    return Answer(200, render.issue(world, world.issue(request.number("issue_number"))))


def update(world: World, request: Request) -> Answer:
    """Change what is given; null takes away. A reason counts only together with a change of state."""
    request.without("type", "issue_field_values", "duplicate_issue_id")
    issue, given, caller = world.issue(request.number("issue_number")), request.given, request.token.user
    if not may_triage(world, request) and caller is not issue.user:
        raise refused(403, "Must have admin rights to Repository.")
    check(given.get("title"), given.get("body"))
    milestone = _milestone(world, given.get("milestone"))
    labels = named(world, given["labels"]) if "labels" in given else issue.labels
    assignees = _assignees(world, given) if "assignees" in given or "assignee" in given else issue.assignees
    if given.get("title") is not None and str(given["title"]).strip() != issue.title:
        about = {"from": issue.title, "to": str(given["title"]).strip()}
        issue.title = about["to"]
        world.add_event(issue, "renamed", caller, rename=about)
    if "body" in given and given["body"] != issue.body:
        issue.body, issue.updated = given["body"], world.now()
    set_labels(world, issue, labels, caller)
    if "milestone" in given:
        _set_milestone(world, issue, milestone, caller)
    if assignees != issue.assignees:
        issue.assignees, issue.updated = assignees, world.now()
    if "state" in given:
        set_state(world, issue, given["state"], given.get("state_reason"), caller)
    return Answer(200, render.issue(world, issue))


def set_state(world: World, issue: state.Issue, wanted: str, reason: str | None, caller: User) -> None:
    """Close or open again; nothing when it is so already."""
    if wanted == "closed" and issue.closed is None:
        issue.closed, issue.closed_by, issue.reason = world.now(), caller, reason or "completed"
        if issue.pull is not None:
            issue.reason = None
        world.add_event(issue, "closed", caller, state_reason=issue.reason)
    elif wanted == "open" and issue.closed is not None:
        if issue.pull is not None and issue.pull.merged is not None:
            raise invalid("Issue", "state", "custom", "state cannot be changed. The pull request cannot be reopened.")
        issue.closed, issue.closed_by, issue.reason = None, None, None if issue.pull else "reopened"
        world.add_event(issue, "reopened", caller, state_reason=issue.reason)


def check(title: Any, body: str | None) -> None:
    """Refuse what is too long."""
    too_long("Issue", "title", None if title is None else str(title).strip(), TITLE)
    too_long("Issue", "body", body, BODY)


def may_triage(world: World, request: Request) -> bool:
    """Whether labels and milestones of the caller count. An app's permissions were checked before."""
    token = request.token
    return token.permissions is not None or at_least(world.role_of(token.user), "triage")


def names_of(given: list[Any]) -> list[str]:
    """Label names, which come as texts or as objects."""
    return [one if isinstance(one, str) else one["name"] for one in given]


def named(world: World, given: list[Any]) -> list[state.Label]:
    """The labels of those names, each once, in any case. An unknown one comes into being, grey, as on GitHub."""
    for name in names_of(given):
        if not name.strip() or len(name) > LABEL:
            raise invalid("Label", "name", "invalid", value=name)
    found = {}
    for name in names_of(given):
        if name.lower() not in world.labels:
            world.labels[name.lower()] = state.Label(world.new_id(), name)
        found[name.lower()] = world.labels[name.lower()]
    return list(found.values())


def set_labels(world: World, issue: state.Issue, wanted: list[state.Label], caller: User) -> None:
    """Exactly these; an event for each that comes or goes."""
    before, issue.labels = issue.labels, wanted
    for kind, labels in (("labeled", [x for x in wanted if x not in before]),
                         ("unlabeled", [x for x in before if x not in wanted])):  # fmt: skip
        for label in labels:
            world.add_event(issue, kind, caller, label={"name": label.name, "color": label.color})


def _milestone(world: World, number: Any) -> state.Milestone | None:
    if number in (None, ""):
        # PyGithub's way to say none, which GitHub takes for it.
        return None
    if not str(number).isdigit() or int(number) not in world.milestones:
        raise invalid("Issue", "milestone", "invalid", value=str(number))
    return world.milestones[int(number)]


def _set_milestone(world: World, issue: state.Issue, wanted: state.Milestone | None, caller: User) -> None:
    before, issue.milestone = issue.milestone, wanted
    if before is wanted:
        return
    if before is not None:
        world.add_event(issue, "demilestoned", caller, milestone={"title": before.title})
    if wanted is not None:
        world.add_event(issue, "milestoned", caller, milestone={"title": wanted.title})


def _assignees(world: World, given: dict[str, Any]) -> list[User]:
    one = given.get("assignee")
    logins = given.get("assignees", [one] if one else [])
    for login in logins:
        if login.lower() not in world.roles:
            raise invalid("Issue", "assignees", "invalid", value=login)
    return [world.user(login) for login in logins]


def timeline(world: World, request: Request) -> Answer:
    """Events, comments and reviews, oldest first."""
    request.without("exclude")
    issue = world.issue(request.number("issue_number"))
    lines = [(event.at, event.id, render.event(world, event)) for event in issue.events]
    for comment in world.comments.values():
        if comment.issue == issue.number:
            shown = render.comment(world, comment) | {
                "event": "commented",
                "actor": render.account(world, comment.user),
            }
            lines.append((comment.created, comment.id, {**shown, "user": shown["actor"]}))
    if issue.pull is not None:
        for review in issue.pull.reviews:
            shown = render_code.review(world, issue.number, review) | {"event": "reviewed"}
            shown |= {"state": review.state.lower(), "user": render.account(world, review.user)}
            lines.append((review.at, review.id, shown))
    return listing([line for _, _, line in sorted(lines, key=lambda line: line[:2])])
