"""A pull request -> whose approval of one content counts, and why another's does not (design §10).

A review counts for what its reviewer saw: the app's content at the commit that was reviewed must be, by digest, what
was merged. All else in the pull request may differ, and main may have moved on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.model.ledger import Approval, Person
from launchwindow.model.named import NamedTuple
from launchwindow.trailers import authors_of, mailbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from launchwindow.model.policy import Review as Demands
    from launchwindow.model.pull import Pull, Review

ROLES = ("none", "read", "triage", "write", "maintain", "admin")
"""What somebody may do in a repository on GitHub, each including those before it."""
VERIFIED = re.compile(r"(?im)^[ \t]*requester verified:[ \t]*(\S[^\n]*)")
"""How a reviewer says in a review that the request really comes from the app's team, and how that was found out."""
_OPINIONS = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")


class Verdict(NamedTuple):
    """Approvals that count; or none of them, and why."""

    approvals: tuple[Approval, ...]
    refused: tuple[str, ...]


class SoFar(NamedTuple):
    """What the reviews of a pull request that is still open come to, for one content."""

    counted: tuple[str, ...]
    """The names of those whose approval counts."""
    needed: int
    refused: tuple[str, ...]
    """Why other approvals do not count, a sentence each."""
    blocked: tuple[str, ...]
    """What stands against it however many approve, a sentence each."""
    of_team: bool
    """Whether the request is known to be the team's own."""

    @property
    def approved(self) -> bool:
        """Whether it would count as approved if it were merged now."""
        return len(self.counted) >= self.needed and not self.blocked and self.of_team


class Bench(NamedTuple):
    """Who may approve, and for whom, by main as it was before the merge."""

    demands: Demands
    roles: Mapping[str, str]
    """Login, in lower case -> role in the repository; needed only where the policy lets a permission count."""
    team: frozenset[str]
    """Logins, in lower case, of the team whose app it is."""
    team_name: str

    def email_of(self, login: str) -> str | None:
        """The address of a reviewer on the policy's list."""
        listed = (one for one in self.demands.reviewers if (one.github or "").lower() == login.lower())
        return next((one.email for one in listed), None)

    def may_approve(self, login: str) -> bool:
        """Whether somebody's approval counts, by the list or by permission."""
        needed = self.demands.permission
        role = self.roles.get(login.lower(), "none")
        by_role = needed is not None and role in ROLES and ROLES.index(role) >= ROLES.index(needed)
        return by_role or self.email_of(login) is not None


def verdict(pull: Pull, bench: Bench, same: Callable[[str], bool]) -> Verdict:
    """What a pull request's reviews come to, for one content; `same` says whether a commit has that content."""
    newest = list(_newest(pull.reviews))
    said = [(review, _against(review, pull, bench, same)) for review in newest if review.state == "APPROVED"]
    good = [review for review, against in said if against is None]
    enough = len(good) >= bench.demands.approvals
    blocked = [*_too_many_commits(pull), *_unhappy(newest, bench)]
    unknown = _unknown_requester(pull, bench, newest, good, same) if enough else []
    if enough and not blocked and not unknown:
        return Verdict(tuple(_approval(review, bench) for review in good), ())
    refused = [f"{_name(review)}'s approval does not count: {against}" for review, against in said if against]
    refused += [text for review in newest if (text := _dismissed(review, bench)) is not None]
    why = [*blocked, *unknown, *([] if enough else refused)]
    return Verdict(
        (), tuple(why if why and bench.demands.approvals == 1 else [*_too_few(len(good), pull, bench), *why])
    )


def so_far(pull: Pull, bench: Bench, same: Callable[[str], bool]) -> SoFar:
    """What the reviews come to before the merge; `same` as for `verdict`."""
    newest = list(_newest(pull.reviews))
    said = [(review, _against(review, pull, bench, same)) for review in newest if review.state == "APPROVED"]
    good = [review for review, against in said if against is None]
    why = [f"{_name(review)}'s approval does not count: {against}" for review, against in said if against]
    why += [text for review in newest if (text := _dismissed(review, bench)) is not None]
    blocked = (*_too_many_commits(pull), *_unhappy(newest, bench))
    known = not _unknown_requester(pull, bench, newest, good, same)
    return SoFar(tuple(_name(one) for one in good), bench.demands.approvals, tuple(why), blocked, known)


def _newest(reviews: Iterable[Review]) -> Iterable[Review]:
    """Each account's last word; a comment takes nothing back. Accounts that are gone have one each."""
    last: dict[object, Review] = {}
    for number, review in enumerate(reviews):
        if review.state in _OPINIONS:
            who = number if review.by is None else review.by.login.lower()
            last.pop(who, None)
            last[who] = review
    return last.values()


def _against(review: Review, pull: Pull, bench: Bench, same: Callable[[str], bool]) -> str | None:
    """Why an approval does not count; None when it does."""
    by = review.by
    if by is None:
        return "the account is gone."
    if by.bot:
        return "it is a program's, and only a person reviews."
    if not bench.may_approve(by.login):
        before = "has it" if pull.merged_at is None else "had it before the merge"
        return f"no reviewer by policy.yaml as main {before}."
    if pull.opener is not None and pull.opener.login.lower() == by.login.lower():
        return "the request is their own; it takes another reviewer."
    if _wrote(by.login, pull, bench):
        return "they wrote a part of it, or are named as a co-author; it takes another reviewer."
    if _too_late(review, pull):
        return "it came after the merge."
    if review.commit is None:
        return "GitHub no longer knows which commit it was about."
    if not same(review.commit):
        if pull.merged_at is None:
            return f"it was given to {review.commit[:12]}; what the branch has of this now was pushed after that."
        return (
            f"it was given to {review.commit[:12]}; what was merged of this app was pushed after that, or changed by "
            "the merge."
        )
    return None


def _too_late(review: Review, pull: Pull) -> bool:
    return pull.merged_at is not None and review.at > pull.merged_at


def _wrote(login: str, pull: Pull, bench: Bench) -> bool:
    """Whether somebody wrote one of the commits: by account, or by address where GitHub knows no account."""
    if any(login.lower() == one.lower() for commit in pull.commits for one in commit.logins):
        return True
    people = authors_of((one.author, one.message) for one in pull.commits)
    email = bench.email_of(login)
    if email is not None and mailbox(email) in {mailbox(person.email) for person in people}:
        return True
    # What GitHub writes for an account that hides its address.
    hidden = re.compile(rf"(?i)(?:[0-9]+\+)?{re.escape(login)}@users\.noreply\.github\.com")
    return any(hidden.fullmatch(person.email) for person in people)


def _unhappy(newest: Iterable[Review], bench: Bench) -> list[str]:
    return [
        f"{_name(one)} asked for changes and has not approved since." for one in newest
        if one.state == "CHANGES_REQUESTED" and one.by and not one.by.bot and bench.may_approve(one.by.login)
    ]  # fmt: skip


def _dismissed(review: Review, bench: Bench) -> str | None:
    """What to say of a review that once was, or would have been, an approval."""
    if review.state != "DISMISSED" or review.by is None or not bench.may_approve(review.by.login):
        return None
    return f"{_name(review)}'s review was dismissed."


def _too_few(good: int, pull: Pull, bench: Bench) -> list[str]:
    needed = bench.demands.approvals
    if good >= needed:
        return []
    many = "an approval" if needed == 1 else f"{needed} approvals"
    there = "nobody gave one" if not good else "only one counts" if good == 1 else f"only {good} count"
    return [f"Pull request {pull.number} needed {many} by reviewers before its merge; {there}."]


def _too_many_commits(pull: Pull) -> list[str]:
    if pull.all_listed:
        return []
    return [f"Pull request {pull.number} has more commits than GitHub lists: nobody can tell who wrote them. Split it."]


def _unknown_requester(
    pull: Pull, bench: Bench, newest: Iterable[Review], good: Iterable[Review], same: Callable[[str], bool]
) -> list[str]:
    """Whether the request is the team's own: by who opened it, by a member's approval, or by a reviewer's word."""
    asked = {pull.opener.login.lower()} if pull.opener is not None else set()
    asked |= {one.by.login.lower() for one in newest if one.state == "APPROVED" and one.by is not None
              and not _too_late(one, pull) and one.commit is not None and same(one.commit)}  # fmt: skip
    if asked & bench.team or any(VERIFIED.search(one.body) for one in good):
        return []
    opener = "An account that is gone" if pull.opener is None else pull.opener.login
    return [
        f"{opener}, who opened pull request {pull.number}, is not in {bench.team_name}, nor is anybody who approved "
        "it: find out whether the team asked for this, and say how in the note. (Next time a member approves as well, "
        "or the reviewer's approval has a line “Requester verified: HOW”.)"
    ]


def _approval(review: Review, bench: Bench) -> Approval:
    assert review.by is not None
    login = review.by.login
    return Approval(Person(login, bench.email_of(login) or f"{login}@users.noreply.github.com"), review.at, "review")


def _name(review: Review) -> str:
    return "Somebody" if review.by is None else review.by.login


def people_of(pull: Pull, demands: Demands) -> tuple[Person, ...]:
    """Everybody who wrote a part of it or opened it, as addresses: a reviewer's by the policy's list."""
    people = list(authors_of((one.author, one.message) for one in pull.commits))
    logins = [login for commit in pull.commits for login in commit.logins]
    logins += [pull.opener.login] if pull.opener is not None else []
    listed = {(one.github or "").lower(): one for one in demands.reviewers}
    known = {mailbox(person.email) for person in people}
    for login in dict.fromkeys(one.lower() for one in logins):
        reviewer = listed.get(login)
        if reviewer is not None and mailbox(reviewer.email) not in known:
            people.append(Person(login, reviewer.email))
    return tuple(people)
