"""What the IdP really has against what the ledger says is deployed, attribute by attribute; and what explains it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from launchwindow.exchange.columns import COLUMNS, stored
from launchwindow.exchange.seen_file import differences_of, not_compared
from launchwindow.load.plain import clean
from launchwindow.model.named import NamedTuple
from launchwindow.model.row import Row
from launchwindow.valid_set import providers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Set
    from datetime import date

    from launchwindow.exchange.seen import Difference
    from launchwindow.exchange.seen_file import SeenFile
    from launchwindow.model.idp_files import Provider
    from launchwindow.model.ledger import Deployed, Ledger, Release

How = Literal["as-released", "as-before-release", "as-earlier-release"]


class Explained(NamedTuple):
    """A release that nobody has confirmed yet, and what the IdP has of it."""

    how: How
    released: date
    """The newest release's day."""
    earlier: date | None = None
    """Of `as-earlier-release`: the day of the release that the IdP runs."""


class ColumnDrift(NamedTuple):
    """One column that differs."""

    difference: Difference
    as_before: bool
    """Whether the IdP has here what it had before the release that is not confirmed yet."""


class AppDrift(NamedTuple):
    """One provider that the ledger says is deployed."""

    subject: str
    issuer: str
    state: Literal["agrees", "differs", "missing"]
    columns: tuple[ColumnDrift, ...]
    explained: Explained | None
    """None where no release waits for its confirmation, or where it explains nothing."""
    waits: date | None
    """The day of a release that nobody has confirmed yet."""
    restriction: str | None = None
    """Of one that is missing: the `restrict_to_deploy_env` that keeps it from this environment."""


class Unknown(NamedTuple):
    """A provider of the IdP that the ledger does not have deployed there. Its texts are hostile."""

    issuer: str
    friendly_name: str | None
    active: bool
    open_in: tuple[str, ...]
    """Change requests of the environment that would bring it."""
    deployed_in: tuple[str, ...]
    """Where else the ledger has it."""


class Drift(NamedTuple):
    """All that a look at the IdP brought to light."""

    environment: str
    kind: Literal["service_providers.yml", "api"]
    apps: tuple[AppDrift, ...]
    unknown: tuple[Unknown, ...]
    not_compared: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        """Whether the IdP has exactly what was released."""
        return not self.unknown and all(one.state == "agrees" for one in self.apps)


def drift(ledger: Ledger, environment: str, seen: SeenFile) -> Drift:
    """Compare each provider of the environment with what was last released of it."""
    found = providers(ledger, environment)
    apps = tuple(_app(ledger, one, seen) for one in found)
    known = {one.row.issuer for one in found}
    unknown = tuple(
        _unknown(ledger, environment, issuer, attributes)
        for issuer, attributes in sorted(seen.providers.items())
        # What is not active in the dashboard, the IdP takes away.
        if issuer not in known and not (seen.kind == "api" and attributes.get("active") is not True)
    )
    return Drift(environment, seen.kind, apps, unknown, not_compared(seen))


def _app(ledger: Ledger, provider: Provider, seen: SeenFile) -> AppDrift:
    subject, issuer = provider.app_id, provider.row.issuer
    record = ledger.deployed.get(subject) or ledger.deployed[subject.partition("~")[0]]
    release = record.released if record.subject == subject else None
    waits = _day(release) if release is not None and release.confirmed_at is None else None
    found = differences_of(seen, subject, provider.row, record.cert_files)
    if found == ():
        explained = Explained("as-released", waits) if waits is not None else None
        return AppDrift(subject, issuer, "agrees", (), explained, waits)
    explained = None if waits is None else _explained(ledger, record, seen, waits, missing=found is None)
    if found is None:
        return AppDrift(subject, issuer, "missing", (), explained, waits, seen.elsewhere.get(issuer))
    before = _columns_as_before(ledger, record, seen, issuer) if waits is not None else frozenset[str]()
    columns = tuple(ColumnDrift(one, one.column in before) for one in found)
    return AppDrift(subject, issuer, "differs", columns, explained, waits)


def _explained(
    ledger: Ledger, record: Deployed, seen: SeenFile, waits: date, *, missing: bool
) -> Explained | None:  # fmt: skip
    """Whether the IdP has one of the states from before the release that waits, the newest first."""
    states = list(_states_before(ledger, record))
    for release, row in states:
        if differences_of(seen, record.subject, row, record.cert_files) == ():
            if release.confirmed_at is None:
                return Explained("as-earlier-release", waits, _day(release))
            return Explained("as-before-release", waits)
    return Explained("as-before-release", waits) if missing and not states else None


def _columns_as_before(ledger: Ledger, record: Deployed, seen: SeenFile, issuer: str) -> Set[str]:
    """The columns in which the IdP has what it had before."""
    for _, row in _states_before(ledger, record):
        if row.issuer == issuer:
            found = differences_of(seen, record.subject, row, record.cert_files) or ()
            return COLUMNS.keys() - {one.column for one in found}
    return frozenset()


def _states_before(ledger: Ledger, record: Deployed) -> Iterator[tuple[Release, Row]]:
    """What was released before, the newest first; of a provider that a change of issuer left, what its app was."""
    records = [record]
    if "~" in record.subject and (app := ledger.deployed.get(record.subject.partition("~")[0])) is not None:
        records.append(app)
    issuer = record.released.row.issuer if record.released and isinstance(record.released.row, Row) else None
    for one in records:
        for release in (*reversed(one.earlier), one.confirmed):
            if release is not None and isinstance(release.row, Row) and (one is record or release.row.issuer == issuer):
                yield release, release.row


def _day(release: Release) -> date:
    return release.window or release.at.date()


def _unknown(ledger: Ledger, environment: str, issuer: str, attributes: Mapping[str, object]) -> Unknown:
    name = attributes.get("friendly_name")
    waiting = tuple(
        one.id for one in ledger.requests.values() if one.environment == environment and one.issuer == issuer
    )
    others = tuple(
        subject for subject, one in sorted(ledger.deployed.items())
        if one.released is not None and isinstance(one.released.row, Row) and one.released.row.issuer == issuer
        and not subject.startswith(f"{environment}/")
    )  # fmt: skip
    shown = clean(name, 200) if isinstance(name, str) else None
    active = bool(stored("active", attributes.get("active", COLUMNS["active"])))
    return Unknown(issuer, shown, active, waiting, others)
