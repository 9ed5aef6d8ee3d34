"""Small timelines for tests of the schedule: rows that differ in few columns, requests with little to say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from launchwindow.diff import difference
from launchwindow.load.policy import policy_from
from launchwindow.load.yaml_source import parse
from launchwindow.model.change import Element
from launchwindow.model.ledger import Approval, Deployed, Hold, Person, Request
from launchwindow.model.policy import Environment, Policy
from launchwindow.model.row import Certificate, Row
from launchwindow.model.schedule import Obstacle, State, Timeline
from launchwindow.notice import notice_days

ROOT = Path(__file__).resolve().parents[2]
NEW_YORK = ZoneInfo("America/New_York")
SUBJECT = "production/exa/benefits-finder"
REVIEWER = Person("Reviewer", "reviewer@login.gov")


def shipped_policy() -> Policy:
    """The policy at the top of this repository."""
    path = ROOT / "policy.yaml"
    return policy_from(parse("policy.yaml", path.read_bytes()).data)


def at(day: str, clock: str = "08:00") -> datetime:
    """A moment in the policy's time zone."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=NEW_YORK)


def row(
    *uris: str, name: str = "Benefits Finder", certs: tuple[str, ...] = (), active: bool = True, **columns: object
) -> Row:
    """A row with these redirect URIs, friendly name and further columns."""
    certificates = tuple(Certificate(one, one) for one in certs)
    return Row("urn:exa", active, {"friendly_name": name, **columns}, uris, certificates, None, "Benefits Finder")


def request(
    number: int, before: Row | None, after: Row | None, merged: datetime, environment: Environment, *,
    released: Row | None = None, deployed: Deployed | None = None, approved: bool = True, held: bool = False,
    waived: bool = False, hosts: tuple[str, ...] = (),
) -> Request:  # fmt: skip
    """A recorded request: its days are those of what the merge changed, or 0 where its notice is waived."""
    changes = {change.element: change for change in (*difference(before, after), *difference(released, after))}
    days: dict[Element, int] = {
        element: 0 if waived else notice_days(change, environment, deployed, hosts, merged)
        for element, change in changes.items()
    }
    hold = Hold("deployer", merged, "asked to wait") if held else None
    approvals = (Approval(REVIEWER, merged, "trailer"),) if approved else ()
    return Request(
        f"{SUBJECT}@{number:012x}", (), f"{number:040x}", number, merged, f"Merge {number}", "apps/exa/…", "urn:exa",
        "digest", after, (), approvals, 1, merged.astimezone(NEW_YORK).date() if approved else None, days, {}, hold,
        None, (),
    )  # fmt: skip


def no_errors(_index: int, _day: date) -> tuple[Obstacle, ...]:
    """What a rule run says about a state with nothing wrong."""
    return ()


def timeline(
    environment: Environment, released: Row | None, states: tuple[State, ...], *, not_before: date | None = None,
    errors: Callable[[int, date], tuple[Obstacle, ...]] = no_errors,
) -> Timeline:  # fmt: skip
    """A timeline of `SUBJECT`."""
    return Timeline(SUBJECT, environment, released, states, not_before, errors, lambda *_: ())


EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
