"""What the reviews of a pull request come to, for any that could be: against a second statement of the rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.model.ledger import Person
from launchwindow.model.policy import Review as Demands
from launchwindow.model.policy import Reviewer
from launchwindow.model.pull import Account, Pull, PullCommit, Review
from launchwindow.reviews import Bench, Verdict, verdict

MERGED = datetime(2026, 12, 1, 12, tzinfo=UTC)
PEOPLE = ("rae", "Sam", "mia", "ted", "bot", "olga")
"""Two on the list, one by permission, one of the team, a program and somebody else."""
EMAILS = {"rae": "rae@login.gov", "sam": "sam@login.gov"}
RIGHT, WRONG = "a" * 40, "b" * 40

opinions = st.sampled_from(["APPROVED"] * 4 + ["CHANGES_REQUESTED", "DISMISSED", "COMMENTED"])
bodies = st.sampled_from(["", "Fine", "Requester verified: by phone", "requester verified:", "x Requester verified: y"])
people = st.one_of(st.none(), st.sampled_from(PEOPLE))
times = st.integers(-3, 1).map(lambda hours: MERGED + timedelta(hours=hours))
reviews = st.builds(
    lambda who, state, commit, at, body: Review(
        None if who is None else Account(who, who == "bot"), state, commit, at, body
    ),
    people, opinions, st.sampled_from([RIGHT] * 4 + [WRONG, None]), times, bodies,
)  # fmt: skip
authors = st.sampled_from([
    *[("dana", "dana@exa.gov", "Change")] * 4,
    ("dana", "dana@exa.gov", "Change"),
    (None, "RAE+x@login.gov", "Change"),
    (None, "x@exa.gov", "Change\n\nCo-authored-by: Rae <rae@login.gov>"),
    (None, "12+Sam@users.noreply.github.com", "Change"),
    ("Rae", "hidden@example.gov", "Change"),
])  # fmt: skip


@st.composite
def pulls(draw: st.DrawFn) -> Pull:
    commits = tuple(
        PullCommit(RIGHT, () if login is None else (login,), Person("", email), message, ())
        for login, email, message in draw(st.lists(authors, min_size=1, max_size=3))
    )
    opener = draw(st.one_of(st.just("ted"), people))
    # Most random reviews come to nothing; here a good one is often among them.
    good = Review(Account(draw(st.sampled_from(["mia", "rae"])), False), "APPROVED", RIGHT, MERGED, "")
    some = [*draw(st.lists(reviews, max_size=5)), *([good] if draw(st.booleans()) else [])]
    found = tuple(sorted(some, key=lambda one: one.at))
    account = None if opener is None else Account(opener, opener == "bot")
    return Pull(
        7,
        "Title",
        account,
        MERGED - timedelta(days=1),
        MERGED,
        commits,
        draw(st.sampled_from([True] * 8 + [False])),
        found,
    )


def bench(approvals: int) -> Bench:
    listed = (Reviewer("rae@login.gov", "Rae"), Reviewer("sam@login.gov", "sam"))
    roles = {"mia": "maintain", "ted": "write", "olga": "read", "bot": "admin"}
    return Bench(Demands(approvals, listed, "maintain"), roles, frozenset({"ted"}), "the team")


def expected(pull: Pull, approvals: int) -> set[str] | None:
    """Who approved, by the rules as the page for reviewers has them; None where nobody counts."""
    wrote = {"rae"} if any(
        "rae" in f"{one.logins} {one.author.email} {one.message}".lower() for one in pull.commits
    ) else set()  # fmt: skip
    wrote |= {"sam"} if any("sam@users" in one.author.email.lower() for one in pull.commits) else set()
    wrote |= {pull.opener.login.lower()} if pull.opener else set()
    last = {one.by.login.lower(): one for one in pull.reviews if one.by and one.state != "COMMENTED"}
    if not pull.all_listed or any(
        last[who].state == "CHANGES_REQUESTED" for who in {"rae", "sam", "mia"} & last.keys()
    ):
        return None
    seen = {who for who, one in last.items() if one.state == "APPROVED" and one.commit == RIGHT and one.at <= MERGED}
    good = seen & {"rae", "sam", "mia"} - wrote
    asked = seen | ({pull.opener.login.lower()} if pull.opener else set())
    vouched = any(last[who].body.startswith("Requester verified: by") for who in good)
    return good if len(good) >= approvals and ("ted" in asked or vouched) else None


def judged(pull: Pull, approvals: int) -> Verdict:
    return verdict(pull, bench(approvals), lambda commit: commit == RIGHT)


@given(pulls(), st.integers(1, 2))
@settings(max_examples=600, deadline=None)
def test_who_counts(pull: Pull, approvals: int) -> None:
    found = judged(pull, approvals)
    wanted = expected(pull, approvals)
    assert {one.by.name.lower() for one in found.approvals} == (wanted or set())
    assert bool(found.refused) is (wanted is None)


@given(pulls(), st.integers(1, 2))
@settings(max_examples=200, deadline=None)
def test_each_refusal_is_a_sentence_of_one_line(pull: Pull, approvals: int) -> None:
    for reason in judged(pull, approvals).refused:
        assert reason[-1] in ".)"
        assert reason.isprintable()


@given(pulls(), reviews.filter(lambda one: one.by is not None and one.by.login in ("olga", "bot")))
@settings(max_examples=200, deadline=None)
def test_a_stranger_makes_no_difference(pull: Pull, review: Review) -> None:
    more = pull._replace(reviews=tuple(sorted((*pull.reviews, review), key=lambda one: one.at)))
    assert judged(more, 1).approvals == judged(pull, 1).approvals
