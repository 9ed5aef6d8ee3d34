"""Comments, labels and milestones."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from . import issues, render, state
from .people import at_least
from .web import Answer, Request, invalid, listing, refused, too_long

if TYPE_CHECKING:
    from .world import World

CALIFORNIA = ZoneInfo("America/Los_Angeles")

# Comments


def list_comments(world: World, request: Request) -> Answer:
    """Of one issue, oldest first."""
    issue = world.issue(request.number("issue_number"))
    found = [comment for comment in world.comments.values() if comment.issue == issue.number]
    return _comments(world, found, request)


def list_all_comments(world: World, request: Request) -> Answer:
    """Of the whole repository."""
    sort, falling = request.query.get("sort", "created"), request.query.get("direction", "desc") == "desc"
    found = sorted(world.comments.values(), key=lambda comment: (getattr(comment, sort), comment.id))
    return _comments(world, found[::-1] if falling and "sort" in request.query else found, request)


def _comments(world: World, found: list[state.Comment], request: Request) -> Answer:
    since = request.query.get("since")
    wanted = [one for one in found if since is None or one.updated >= datetime.fromisoformat(since)]
    return listing(wanted, show=lambda comment: render.comment(world, comment))


def create_comment(world: World, request: Request) -> Answer:
    """A new one, which makes its issue newer."""
    issue, body = world.issue(request.number("issue_number")), request.given["body"]
    _check_comment(body)
    if issue.locked and request.token.user.type == "Bot":
        raise refused(403, "Unable to create comment because issue is locked.")
    now = world.now()
    comment = state.Comment(world.new_id(), issue.number, request.token.user, body, now, now)
    world.comments[comment.id] = comment
    issue.updated = now
    return Answer(201, render.comment(world, comment))


def get_comment(world: World, request: Request) -> Answer:
    """One, by its id."""
    return Answer(200, render.comment(world, _comment(world, request)))


def update_comment(world: World, request: Request) -> Answer:
    """Another text, from its author or somebody who may write."""
    comment = _comment(world, request)
    _may_change(world, request, comment)
    _check_comment(request.given["body"])
    comment.body, comment.updated = request.given["body"], world.now()
    return Answer(200, render.comment(world, comment))


def delete_comment(world: World, request: Request) -> Answer:
    """Gone."""
    comment = _comment(world, request)
    _may_change(world, request, comment)
    del world.comments[comment.id]
    return Answer(204)


def _comment(world: World, request: Request) -> state.Comment:
    key = request.number("comment_id")
    if key not in world.comments:
        raise refused(404)
    return world.comments[key]


def _may_change(world: World, request: Request, comment: state.Comment) -> None:
    token = request.token
    if (
        token.permissions is None
        and token.user is not comment.user
        and not at_least(world.role_of(token.user), "write")
    ):
        raise refused(403, "Must have admin rights to Repository.")


def _check_comment(body: str) -> None:
    if not body.strip():
        raise invalid("IssueComment", "data", "unprocessable", "Body cannot be blank")
    if len(body) > issues.BODY:
        message = f"Body is too long (maximum is {issues.BODY} characters)"
        raise invalid("IssueComment", "data", "unprocessable", message)


# Labels


def list_labels(world: World, _: Request) -> Answer:
    """Of the repository."""
    return listing([render.label(world, label) for label in sorted(world.labels.values(), key=lambda label: label.id)])


def get_label(world: World, request: Request) -> Answer:
    """One, its name in any case."""
    return Answer(200, render.label(world, world.label(request.params["name"])))


def create_label(world: World, request: Request) -> Answer:
    """A new one. Names are unique in any case."""
    given = request.given
    _check_label(world, given["name"], given)
    label = state.Label(world.new_id(), given["name"], given.get("color", "ededed").lower(), given.get("description"))
    world.labels[label.name.lower()] = label
    return Answer(201, render.label(world, label))


def update_label(world: World, request: Request) -> Answer:
    """Another name, color or description: the issues that have it keep it."""
    label, given = world.label(request.params["name"]), request.given
    name = given.get("new_name", label.name)
    _check_label(world, name, given, own=label)
    del world.labels[label.name.lower()]
    label.name, label.color = name, given.get("color", label.color).lower()
    label.description = given.get("description", label.description)
    world.labels[name.lower()] = label
    return Answer(200, render.label(world, label))


def delete_label(world: World, request: Request) -> Answer:
    """Gone, from every issue too."""
    label = world.label(request.params["name"])
    del world.labels[label.name.lower()]
    for issue in world.issues.values():
        issue.labels = [one for one in issue.labels if one is not label]
    return Answer(204)


def _check_label(world: World, name: str, given: dict[str, Any], own: state.Label | None = None) -> None:
    if not name.strip():
        raise invalid("Label", "name", "missing_field")
    too_long("Label", "name", name, issues.LABEL)
    too_long("Label", "description", given.get("description"), 100)
    color = given.get("color", "ededed")
    if len(color) not in (3, 6) or any(digit not in "0123456789abcdefABCDEF" for digit in color):
        raise invalid("Label", "color", "invalid", value=color)
    if world.labels.get(name.lower(), own) is not own:
        raise invalid("Label", "name", "already_exists")


def list_issue_labels(world: World, request: Request) -> Answer:
    """Of one issue."""
    issue = world.issue(request.number("issue_number"))
    return listing([render.label(world, label) for label in issue.labels])


def add_issue_labels(world: World, request: Request) -> Answer:
    """Beside those that it has."""
    issue = world.issue(request.number("issue_number"))
    return _set(world, request, issue, [label.name for label in issue.labels] + _given_labels(request))


def set_issue_labels(world: World, request: Request) -> Answer:
    """In place of those that it has."""
    return _set(world, request, world.issue(request.number("issue_number")), _given_labels(request))


def remove_issue_label(world: World, request: Request) -> Answer:
    """One less; 404 when the issue does not have it."""
    issue = world.issue(request.number("issue_number"))
    kept = [label for label in issue.labels if label.name.lower() != request.params["name"].lower()]
    if len(kept) == len(issue.labels):
        raise refused(404, "Label does not exist")
    return _set(world, request, issue, [label.name for label in kept])


def remove_issue_labels(world: World, request: Request) -> Answer:
    """None left."""
    _set(world, request, world.issue(request.number("issue_number")), [])
    return Answer(204)


def _given_labels(request: Request) -> list[str]:
    return issues.names_of(request.body if isinstance(request.body, list) else request.given.get("labels", []))


def _set(world: World, request: Request, issue: state.Issue, names: list[str]) -> Answer:
    issues.set_labels(world, issue, issues.named(world, names), request.token.user)
    return Answer(200, [render.label(world, label) for label in issue.labels])


# Milestones


def list_milestones(world: World, request: Request) -> Answer:
    """Open ones, the first due first, unless asked otherwise; those without a date come last."""
    wanted = request.query.get("state", "open")
    found = [one for one in world.milestones.values() if wanted in ("all", "closed" if one.closed else "open")]
    never = datetime.max.replace(tzinfo=UTC)
    request.without(*(["sort"] if request.query.get("sort") == "completeness" else []))
    found.sort(key=lambda one: (one.due or never, one.number), reverse=request.query.get("direction") == "desc")
    return listing([render.milestone(world, one) for one in found])


def get_milestone(world: World, request: Request) -> Answer:
    """One, by its number."""
    return Answer(200, render.milestone(world, _milestone(world, request)))


def create_milestone(world: World, request: Request) -> Answer:
    """A new one. Titles are unique, closed ones included."""
    given, now = request.given, world.now()
    _check_title(world, given["title"])
    due = _due(given["due_on"]) if given.get("due_on") else None
    closed = now if given.get("state") == "closed" else None
    milestone = state.Milestone(world.new_id(), world.new_milestone_number(), given["title"], request.token.user,
                                now, now, given.get("description"), due, closed)  # fmt: skip
    world.milestones[milestone.number] = milestone
    return Answer(201, render.milestone(world, milestone))


def update_milestone(world: World, request: Request) -> Answer:
    """Change what is given."""
    milestone, given = _milestone(world, request), request.given
    _check_title(world, given.get("title", milestone.title), own=milestone)
    milestone.title = given.get("title", milestone.title)
    milestone.description = given.get("description", milestone.description)
    if "due_on" in given:
        milestone.due = _due(given["due_on"])
    if "state" in given:
        milestone.closed = (milestone.closed or world.now()) if given["state"] == "closed" else None
    milestone.updated = world.now()
    return Answer(200, render.milestone(world, milestone))


def delete_milestone(world: World, request: Request) -> Answer:
    """Gone; its issues have none."""
    milestone = _milestone(world, request)
    del world.milestones[milestone.number]
    for issue in world.issues.values():
        if issue.milestone is milestone:
            issue.milestone = None
    return Answer(204)


def _milestone(world: World, request: Request) -> state.Milestone:
    number = request.number("milestone_number")
    if number not in world.milestones:
        raise refused(404)
    return world.milestones[number]


def _check_title(world: World, title: str, own: state.Milestone | None = None) -> None:
    if not title.strip():
        raise invalid("Milestone", "title", "missing_field")
    too_long("Milestone", "title", title, 255)
    if any(one.title == title and one is not own for one in world.milestones.values()):
        raise invalid("Milestone", "title", "already_exists")


def _due(text: str) -> datetime:
    """GitHub keeps the day that it then is in California, as its midnight there: 07:00 or 08:00 in UTC."""
    there = datetime.fromisoformat(text).astimezone(CALIFORNIA)
    return there.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
