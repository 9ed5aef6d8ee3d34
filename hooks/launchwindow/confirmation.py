"""What the identity provider was seen to run (design §7, "Confirmed")."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from launchwindow.model.ledger import Past
from launchwindow.model.row import Row
from launchwindow.notice import GOING_BACK
from launchwindow.record import requests_of
from launchwindow.records import put
from launchwindow.settle import close, settle

if TYPE_CHECKING:
    from datetime import datetime

    from launchwindow.model.ledger import Deployed, Ledger, Release


def confirm(ledger: Ledger, environment: str, subjects: set[str], by: str, now: datetime) -> Ledger:
    """The ledger once the IdP was seen to run what was last released of `subjects`."""
    deployed: dict[str, Deployed] = {}
    for subject in sorted(subjects):
        one = ledger.deployed.get(subject)
        if one is None or one.released is None or one.released.confirmed_at is not None:
            continue
        running = one.released._replace(confirmed_at=now, confirmed_by=by)
        since = now if _certificates(one.confirmed) != _certificates(running) else one.certificates_since
        deployed[subject] = one._replace(
            released=running, confirmed=running, earlier=(), past=_past(one, now), certificates_since=since
        )
    ledger = ledger._replace(deployed=put(ledger.deployed, deployed))
    for request in [one for subject in sorted(subjects) for one in requests_of(ledger, subject)]:
        if request.environment == environment and request.released is not None:
            ledger = close(ledger, request, "deployed", now, f"confirmed by {by}")
    return settle(ledger, now)


def left_with(ledger: Ledger, subjects: set[str]) -> set[str]:
    """The providers that changes of issuer left behind at these apps."""
    return {
        subject for subject in ledger.deployed
        if "~" in subject and any(subject.startswith(f"{one}~") for one in subjects)
    }  # fmt: skip


def _past(one: Deployed, now: datetime) -> tuple[Past, ...]:
    """What ran until now joins the past; what ended longer ago than notice may ask is forgotten."""
    kept = [past for past in one.past if past.until >= now - GOING_BACK - timedelta(days=1)]
    ran = one.confirmed
    return (*kept, Past(ran.row, now, ran.commit, ran.path, ran.digest) if ran else Past(None, now))


def _certificates(release: Release | None) -> tuple[str, ...] | None:
    row = release.row if release else None
    return tuple(one.fingerprint for one in row.certs) if isinstance(row, Row) else None


def unconfirmed(ledger: Ledger, environment: str) -> list[str]:
    """Subjects whose last release nobody has seen to run yet."""
    return [
        subject for subject, one in sorted(ledger.deployed.items())
        if subject.startswith(f"{environment}/") and one.released and one.released.confirmed_at is None
    ]  # fmt: skip
