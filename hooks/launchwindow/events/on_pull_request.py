"""A pull request was opened or pushed to: what it would ask for if it were approved and merged now (`plan`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.answer import Answer
from launchwindow.events.proposal import Planned, propose
from launchwindow.events.recording import policy_changed
from launchwindow.events.reviewing import Merged, Review
from launchwindow.events.workspace import Workspace
from launchwindow.model.github import GitHubError
from launchwindow.model.merge import Merge
from launchwindow.model.pull import Reviewed
from launchwindow.record import record
from launchwindow.records import differing
from launchwindow.report.changes import request_document
from launchwindow.report.plans import comment_text, review_document
from launchwindow.report.requests import plan_text
from launchwindow.standing import standings_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from launchwindow.io.github.connection import Connection
    from launchwindow.model.ledger import Request
    from launchwindow.reviews import SoFar


def plan(space: Workspace, base: str, head: str) -> Answer:
    """The change requests that merging `head` into `base` would become, with notice, window and why."""
    planned, base_commit = _planned(space, base, head, lambda _: None)

    def markdown() -> str:
        # What shows a page is imported, and the fleet judged, only where somebody asks for it.
        from launchwindow.events.page_facts import PageFacts
        from launchwindow.report.page.page import summary_of

        return summary_of(PageFacts(space, planned, lambda _: None).page)

    return _answer(planned, base_commit, markdown)


def plan_pull_request(
    space: Workspace, hub: Connection, base: str, head: str, number: int, summary: str | None
) -> Answer:
    """The same of a pull request, by what GitHub says of it, and its comment written.

    Notice counts from the day on which what it has was first checked. What can't be written does not lose the plan.
    """
    from launchwindow.events.commenting import write_comment
    from launchwindow.events.page_facts import PageFacts
    from launchwindow.report.page.page import comment_of, summary_of

    review: Review | None = None

    def opened(tip: str) -> Review:
        nonlocal review
        review = _review_of(space, hub, tip, head, number)
        return review

    planned, base_commit = _planned(space, base, head, opened)
    environments = space.policy(planned.overlay.base).environments

    def so_far(request: Request) -> SoFar | None:
        assert review is not None
        return review.so_far(request.subject, request.digest) if environments[request.environment].review else None

    facts = PageFacts(space, planned, so_far)
    what: str
    try:
        written = write_comment(hub, number, planned.overlay.head, lambda last: comment_of(facts.page, last, summary))
        what, url, said = written.what, written.url, ""
    except GitHubError as error:
        what, url, said = "failed", None, str(error)
    answer = _answer(planned, base_commit, lambda: summary_of(facts.page))
    reviews = {one.name: one.reviews for one in facts.page.told if one.reviews is not None}
    found = {
        "number": number,
        "comment": what,
        "url": url,
        "reviews": [review_document(name, one) for name, one in reviews.items()],
    }
    text = f"{answer.text}\n{comment_text(number, what, said, reviews)}"
    document = {**answer.document, "pull_request": found}
    return answer._replace(text=text, document=document, status=1 if what == "failed" else 0)


def _answer(planned: Planned, base: str, markdown: Callable[[], str]) -> Answer:
    found = planned.standings
    document = {
        "schema": "launchwindow.plan/1",
        "base": base,
        "head": planned.overlay.head,
        "change_requests": [request_document(one, in_pull_request=True) for one in found],
        "pull_request": None,
    }
    return Answer(plan_text(found, planned.warnings), document, renderings={"markdown": markdown})


def _planned(space: Workspace, base: str, head: str, review_by: Callable[[str], Review | None]) -> tuple[Planned, str]:
    """What merging would come to, and the base's commit; `review_by` gives the review so far, by main at a commit."""
    space.require_history()
    base_commit, head_commit = space.commit(base), space.commit(head)
    overlay, before, step, whole, assumed = propose(space, base_commit, head_commit)
    tip = overlay.base
    policy = space.policy(tip)
    today = space.now.astimezone(policy.timezone).date()
    merge = Merge(step.after, space.now, "", (), (), 0, today)
    review = review_by(tip)
    if review is not None:
        # As if it were approved; but notice counts from the day on which this was put up.
        put_up = review.put_up
        merge = merge._replace(review=lambda subject, digest: Reviewed((), (), put_up(subject, digest)))
    ledger, warnings = record(before, step.before, merge, policy, step.part)
    keys = differing(before.requests, ledger.requests) & ledger.requests.keys()
    new = [ledger.requests[key] for key in keys if key not in before.requests]
    calendar, judge = space.calendar(policy), space.judge(tip)
    found = [
        standing
        for request in sorted(new, key=lambda one: one.id)
        for standing in standings_of(
            ledger, request.subject, policy.environments[request.environment], calendar, judge, space.now
        )
        if standing.request.id == request.id
    ]
    warnings = (*warnings, *overlay.warnings, *(policy_changed(head_commit) if overlay.changes_policy else []))
    if assumed:
        warnings = (*warnings, "there is no ledger yet; all that the base holds counts as deployed.")
    return Planned(overlay, whole, found, warnings), base_commit


def _review_of(space: Workspace, hub: Connection, tip: str, head: str, number: int) -> Review:
    """The review so far, by main as it is now: what a reviewer saw is what the commits hold, not what a merge would."""
    policy = space.policy(tip)
    own = Workspace(space.directory, space.now, space.remote, space.github)
    own.policy(tip)
    today = space.now.astimezone(policy.timezone).date()
    return Review(own, hub, Merged(tip, space.commit(head), number), number, policy, today)
