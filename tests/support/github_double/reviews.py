"""Reviews of pull requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import pulls, render_code, state
from .people import User, at_least
from .web import Answer, Request, listing, refused
from .world import ACTIONS

if TYPE_CHECKING:
    from .world import World

STATES = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}


def submit(
    world: World, issue: state.Issue, by: User, event: str, *, body: str = "", commit: str | None = None
) -> state.Review:
    """A review of the head, or of the commit that the reviewer looked at. Nobody approves their own."""
    pulls.notice_pushes(world)
    pull = issue.pull
    assert pull is not None
    if by is issue.user and event != "COMMENT":
        verb = "approve" if event == "APPROVE" else "request changes on"
        raise refused(422, "Unprocessable Entity", errors=[f"Review Can not {verb} your own pull request"])
    if by.login == ACTIONS and event == "APPROVE" and not world.workflow_token["can_approve_pull_request_reviews"]:
        raise refused(422, "Unprocessable Entity", errors=["GitHub Actions is not permitted to approve pull requests."])
    if event != "APPROVE" and not body.strip():
        raise refused(422, "Unprocessable Entity", errors=["Review Body can not be blank"])
    review = state.Review(world.new_id(), by, STATES[event], body, commit or pull.head_sha, world.now())
    pull.reviews.append(review)
    issue.updated = world.now()
    return review


def _issue(world: World, request: Request) -> state.Issue:
    pulls.notice_pushes(world)
    issue = world.issue(request.number("pull_number"))
    if issue.pull is None:
        raise refused(404)
    return issue


def _found(world: World, request: Request) -> tuple[state.Issue, state.Review]:
    issue = _issue(world, request)
    assert issue.pull is not None
    for review in issue.pull.reviews:
        if review.id == request.number("review_id"):
            return issue, review
    raise refused(404)


def list_reviews(world: World, request: Request) -> Answer:
    """All that were submitted, oldest first: several by one person, dismissed ones, and those of outsiders."""
    issue = _issue(world, request)
    assert issue.pull is not None
    return listing([render_code.review(world, issue.number, review) for review in issue.pull.reviews])


def get_review(world: World, request: Request) -> Answer:
    """One."""
    issue, review = _found(world, request)
    return Answer(200, render_code.review(world, issue.number, review))


def create_review(world: World, request: Request) -> Answer:
    """Submit one at once."""
    issue, given = _issue(world, request), request.given
    request.without("comments")
    if "event" not in given:
        raise NotImplementedError("the double knows no pending reviews")
    review = submit(
        world, issue, request.token.user, given["event"], body=given.get("body", ""), commit=given.get("commit_id")
    )
    return Answer(200, render_code.review(world, issue.number, review))


def dismiss_review(world: World, request: Request) -> Answer:
    """Take an approval or a refusal back."""
    issue, review = _found(world, request)
    token = request.token
    if token.permissions is None and not at_least(world.role_of(token.user), "write"):
        raise refused(403, "Must have push access.")
    if review.state not in ("APPROVED", "CHANGES_REQUESTED"):
        raise refused(
            422, "Unprocessable Entity", errors=[f"Can not dismiss a {review.state.lower()} pull request review"]
        )
    pulls.dismiss(world, issue, review, token.user, request.given["message"])
    return Answer(200, render_code.review(world, issue.number, review))
