"""Whose approval counts for what was merged, asked of GitHub: pull requests, their reviews, and when they were put up.

Judged by main before the merge, its policy and its partners: nothing in a pull request decides how it is judged.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING

from launchwindow.io.github.pulls import brought_by, checked_at, pull_of, role_of
from launchwindow.io.pull_commits import fetch_commit, fetch_pull
from launchwindow.model.named import NamedTuple
from launchwindow.model.pull import Reviewed
from launchwindow.reviews import Bench, people_of, so_far, verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from launchwindow.events.workspace import Workspace
    from launchwindow.io.github.connection import Connection
    from launchwindow.model.app import Corpus
    from launchwindow.model.ledger import Person
    from launchwindow.model.merge import Merge
    from launchwindow.model.policy import Policy
    from launchwindow.model.pull import Pull
    from launchwindow.reviews import SoFar

ASKED_AGAIN = 3
"""How often GitHub is asked for the pull request of a commit that seems to have none: just after a merge it may not
know yet, and a merge that is taken for a direct push stays unapproved."""
PAUSE = 4.0


class Merged(NamedTuple):
    """One merge: main before it, its last commit, and its pull request's number, if it has one."""

    since: str | None
    """None: all of main's history is the merge."""
    last: str
    pull: int | None


def by_pull_request(hub: Connection, main: str, merges: Iterable[tuple[str, str]]) -> list[Merged]:
    """First-parent commits, those that one pull request brought together (a rebase merge) as one merge."""
    found: list[Merged] = []
    for since, last in merges:
        number = _number(hub, last, main)
        if number is not None and found and found[-1].pull == number:
            found[-1] = found[-1]._replace(last=last)
        else:
            found.append(Merged(since, last, number))
    return found


def _number(hub: Connection, commit: str, main: str) -> int | None:
    for _ in range(ASKED_AGAIN - 1):
        number = brought_by(hub, commit, main)
        if number is not None:
            return number
        hub.wait_a_little(PAUSE)
    return brought_by(hub, commit, main)


def reviewed_on_github(space: Workspace, merge: Merge, merged: Merged, policy: Policy) -> Merge:
    """The merge with what GitHub says of its review. `policy` is that of main before it."""
    hub = space.hub
    if hub is None:
        later = "Its review is on GitHub, which was not asked: `launchwindow request --github …` records it."
        return merge._replace(review=lambda *_: Reviewed((), (later,), merge.put_up))
    if merged.pull is None:
        nobody = (
            f"No pull request brought {merged.last[:12]} to main, so nobody reviewed it. Look at what it changes and "
            "give a late `approve`, or have it reverted."
        )
        return merge._replace(review=lambda *_: Reviewed((), (nobody,), merge.put_up))
    review = Review(space, hub, merged, merged.pull, policy, merge.put_up)
    authors = (*merge.authors, *(one for one in review.people if one not in merge.authors))
    return merge._replace(
        title=review.pull.title, authors=authors, pull=merged.pull, requester=review.requester, review=review.of
    )


class Review:
    """The review of one merge. What GitHub says is asked for once, and only when it is needed."""

    def __init__(
        self, space: Workspace, hub: Connection, merged: Merged, number: int, policy: Policy, merged_on: date
    ) -> None:
        """`policy` is that of main before the merge; `merged_on` the day of the merge in its time zone."""
        self._space, self._hub, self._merged, self._policy = space, hub, merged, policy
        self._number = number
        self._merged_on = merged_on
        self._same = cache(self._has_content)
        self._checked = cache(lambda commit: checked_at(hub, commit))

    @cached_property
    def pull(self) -> Pull:
        """The pull request, without the commits that only brought main into its branch."""
        found = pull_of(self._hub, self._number)
        if found.commits:
            fetch_pull(self._space.git, self._space.remote, self._number, found.commits[-1].id)
        git = self._space.git
        written = [one for one in found.commits
                   if len(one.parents) < 2 or git.changed_in_merge(one.id, *one.parents)]  # fmt: skip
        return found._replace(commits=tuple(written))

    @property
    def requester(self) -> str | None:
        """The login of who opened it."""
        return self.pull.opener.login if self.pull.opener is not None else None

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody who wrote a part of it, or opened it."""
        return people_of(self.pull, self._policy.review)

    def of(self, subject: str, digest: str | None) -> Reviewed:
        """What the review comes to for one app, or partner, whose merged content has that digest; None: it is gone."""
        found = verdict(self.pull, self._bench(subject), lambda commit: self._same(commit, subject, digest))
        return Reviewed(found.approvals, found.refused, self.put_up(subject, digest))

    def so_far(self, subject: str, digest: str | None) -> SoFar:
        """As `of`, while the pull request is open."""
        return so_far(self.pull, self._bench(subject), lambda commit: self._same(commit, subject, digest))

    def _bench(self, subject: str) -> Bench:
        team, name = self._team(subject)
        roles: dict[str, str] = {}
        if self._policy.review.permission is not None:
            people = {one.by.login for one in self.pull.reviews if one.by is not None and one.state == "APPROVED"}
            roles = {login.lower(): role_of(self._hub, login) for login in sorted(people)}
        return Bench(self._policy.review, roles, team, name)

    def _team(self, subject: str) -> tuple[frozenset[str], str]:
        """The logins of the app's team, or of all teams for a partner's file; and what to call it."""
        since, last = self._merged.since or self._merged.last, self._merged.last
        partner_id = subject.split("/")[1]
        partner = self._space.content(since, f"partners/{partner_id}.yaml").partners.get(partner_id)
        teams = partner.data.get("teams") if partner is not None else None
        teams = [team for team in teams if isinstance(team, dict)] if isinstance(teams, list) else []
        if subject.count("/") == 1:
            return _logins(teams), f"a team of {partner_id}"
        # As main had it: a pull request can't hand an app to another team and ask in its name.
        corpora = (self._space.content(commit, _path(subject)) for commit in (since, last))
        named = next((app.text("team") for corpus in corpora for app in corpus.apps), None)
        return _logins(team for team in teams if team.get("id") == named), f"the app's team of {partner_id}"

    def _has_content(self, commit: str, subject: str, digest: str | None) -> bool:
        if not fetch_commit(self._space.git, self._space.remote, commit):
            return False
        path = _path(subject)
        return _digest(self._space.content(commit, path), path) == digest

    def put_up(self, subject: str, digest: str | None) -> date:
        """The day of the earliest check of the same content; that of the merge where there is none."""
        if self._policy.notice_from == "merge":
            return self._merged_on
        commits = [one.id for one in self.pull.commits]
        commits += [one.commit for one in self.pull.reviews if one.commit is not None]
        times = [at for commit in dict.fromkeys(commits) if self._same(commit, subject, digest)
                 if (at := self._checked(commit)) is not None]  # fmt: skip
        # Nothing was put up for review before there was a pull request, whatever ran on its branch.
        return min([self._merged_on, *(self._day(max(at, self.pull.opened_at)) for at in times)])

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self._policy.timezone).date()


def _logins(teams: Iterable[object]) -> frozenset[str]:
    members = [member for team in teams if isinstance(team, dict) for member in team.get("members") or ()]
    return frozenset(member["github"].lower() for member in members
                     if isinstance(member, dict) and isinstance(member.get("github"), str))  # fmt: skip


def _path(subject: str) -> str:
    """Where the file of an app, or partner, is."""
    environment, partner, *app = subject.partition("~")[0].split("/")
    return f"apps/{partner}/{app[0]}/{environment}.yaml" if app else f"partners/{partner}.yaml"


def _digest(corpus: Corpus, path: str) -> str | None:
    """Of the one app, or partner, that a corpus holds; None where it has no such file, `""` for one nobody can read."""
    found = [*(app.digest for app in corpus.apps), *(one.digest for one in corpus.partners.values())]
    return found[0] if found else "" if path in corpus.entries else None
