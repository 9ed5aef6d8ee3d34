"""Reviews as commits tell them, where there is no GitHub to ask: `Reviewed-by:` lines (design §7)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from launchwindow.model.ledger import Approval, Person

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from launchwindow.model.policy import Policy

_TRAILER = re.compile(r"(?i)(reviewed-by|co-authored-by):[ \t]*(.*?)[ \t]*<([^<>\s]+)>[ \t]*\Z")


def trailers(message: str, key: str) -> Iterator[Person]:
    """The people that a message's last paragraph names under `key`; its first paragraph, the subject, never counts."""
    _, blank, last = message.replace("\r\n", "\n").rstrip().rpartition("\n\n")
    return _named(last if blank else "", key)


def _named(text: str, key: str) -> Iterator[Person]:
    # Not `splitlines`: what only Python takes for the end of a line must not make a line that no reader sees.
    for line in text.split("\n"):
        found = _TRAILER.match(line.rstrip("\r"))
        if found and found[1].lower() == key.lower():
            yield Person(found[2], found[3])


def mailbox(email: str) -> str:
    """What makes two addresses one person's: case and what stands behind a `+` make no other."""
    name, at, host = email.casefold().rpartition("@")
    return f"{name.partition('+')[0]}{at}{host}"


def authors_of(commits: Iterable[tuple[Person, str]]) -> tuple[Person, ...]:
    """Everybody who wrote one of the commits, co-authors included, without repeats. Each is (author, message)."""
    people: dict[str, Person] = {}
    for author, message in commits:
        # A co-author may stand anywhere: here it is the safe side to believe too many lines.
        for person in (author, *_named(message, "Co-authored-by")):
            people.setdefault(mailbox(person.email), person)
    return tuple(people.values())


def approvals_in(message: str, committed: datetime, authors: Iterable[Person], policy: Policy) -> tuple[Approval, ...]:
    """The approvals that count: by the policy's reviewers who wrote none of it.

    `policy` is that of main *before* the merge: nothing in a pull request may decide how it is judged. GitHub's own
    merge message ends in the pull request's title, which its author wrote: no line of it counts.
    """
    if message.startswith("Merge pull request #"):
        return ()
    wrote = {mailbox(person.email) for person in authors}
    reviewers = {reviewer.email.lower() for reviewer in policy.review.reviewers}
    found: dict[str, Approval] = {}
    for person in trailers(message, "Reviewed-by"):
        email = person.email.lower()
        if email in reviewers and mailbox(email) not in wrote:
            found.setdefault(mailbox(email), Approval(person, committed.astimezone(UTC), "trailer"))
    return tuple(found.values())
