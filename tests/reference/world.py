"""The model's ledger as a value: main as it was merged, and every app of it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, NamedTuple

from reference import calendar
from reference.calendar import at, local
from reference.fleet import Fleet, environment_of, flat, partner_of
from reference.state import App, Release

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reference.calendar import Policy

ENVIRONMENTS = ("sandbox", "staging", "production")
WINDOWS = ENVIRONMENTS[1:]
EARLY = at(date(2000, 1, 1), time(0))


class Merge(NamedTuple):
    """One merge on main, with main as it can be told: a file that can't be read stays as it was."""

    commit: str
    said: datetime
    """Its committer date."""
    approvals: frozenset[str]
    fleet: Fleet
    unreadable: frozenset[str]
    policy: Policy
    digests: Mapping[str, str]
    """Path -> content digest."""


class World:
    """Copied before it is changed: `copy()` costs a few references, since all that it holds is frozen."""

    def __init__(self) -> None:
        self.apps: dict[int, App] = {}
        self.merges: tuple[Merge, ...] = ()
        """Main's, the adopted one first."""
        self.seen = 0
        self.order = 0
        self.seen_at = EARLY
        self.known_policy: Policy = calendar.Policy()
        """As it was in the last merge that is recorded, on whatever main that was."""
        self.expected: dict[str, date] = {}
        self.taken: frozenset[tuple[str, date]] = frozenset()
        self.releases = 0
        self.tombs: dict[tuple[str, str], dict[str, object]] = {}
        """(environment, issuer) -> row of what came to the identity provider by a release that failed."""
        self.uids = 0

    def copy(self) -> World:
        """Another one with the same values."""
        other = World.__new__(World)
        other.__dict__.update(self.__dict__)
        other.apps, other.expected, other.tombs = dict(self.apps), dict(self.expected), dict(self.tombs)
        return other

    @property
    def policy(self) -> Policy:
        """In force: main's."""
        return self.merges[-1].policy

    def of(self, environment: str) -> list[App]:
        """Its apps and partners, in the order in which they came."""
        return [one for one in self.apps.values() if one.environment == environment]

    def idp(self, environment: str) -> dict[str, dict[str, object]]:
        """Issuer -> row."""
        rows = [one.s0 for one in self.of(environment) if one.kind == "app" and one.s0]
        left = {issuer: row for (where, issuer), row in self.tombs.items() if where == environment}
        return left | {str(row["issuer"]): row for row in rows}

    def adopt(self, now: datetime) -> None:
        """What main has is deployed and confirmed."""
        merge = self.merges[self.seen]
        self.seen_at = now
        for path, content in sorted(merge.fleet.apps.items()):
            assert content is not None
            agency = merge.fleet.partners[partner_of(path)]
            assert agency is not None
            row = flat(path, content, agency.agency_id)
            environment = environment_of(path)
            release = Release(0, "adopted", None, now, 0, merge.commit, row, content.errors(environment),
                              source=(path, content))  # fmt: skip
            values = content.schedule()
            self.add(App(0, "app", environment, subject_of(path), content.issuer, path, row, values, values,
                          confirmed=release, certs_since=local(now)))  # fmt: skip
        for environment, partner in partners_in(merge.fleet, merge.unreadable):
            row = partner_flat(partner, merge.fleet)
            release = Release(0, "adopted", None, now, 0, merge.commit, row, frozenset())
            self.add(App(0, "partner", environment, partner, f"partner {partner}", partner, row, {}, {},
                          confirmed=release))  # fmt: skip

    def add(self, app: App) -> None:
        self.uids += 1
        self.apps[self.uids] = app._replace(uid=self.uids)

    def put(self, app: App) -> None:
        """Keep its newer value."""
        self.apps[app.uid] = app


def subject_of(path: str) -> str:
    """`partner/app` of an app's file."""
    return "/".join(path.split("/")[1:3])


def gone(subject: str) -> str:
    """What an app is called that is gone while another has its path; the ledger adds a hash of its issuer."""
    return f"{subject.partition('~')[0]}~"


def partners_in(fleet: Fleet, unreadable: frozenset[str]) -> list[tuple[str, str]]:
    """(environment, partner) where a partner has an app that can be read."""
    return sorted({(environment_of(path), partner_of(path)) for path in fleet.apps.keys() - unreadable})


def partner_flat(partner: str, fleet: Fleet) -> dict[str, object]:
    """What the identity provider has of a partner."""
    agency = fleet.partners[partner]
    assert agency is not None
    return {"issuer": f"partner {partner}", "active": True, "name": agency.name, "agency": agency.agency_id}
