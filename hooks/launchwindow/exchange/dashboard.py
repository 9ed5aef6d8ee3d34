"""What the partner dashboard gives out: an extract (`extract.json`), or its API's JSON as the IdP reads it.

Both become service providers as the IdP's own file would hold them. Whatever is wrong is said at once, all of it; a
document with anything wrong in it is not used.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from launchwindow.exchange.columns import COLUMNS as DEFAULTS
from launchwindow.exchange.columns import effective
from launchwindow.exchange.dashboard_columns import BLOCK_ENCRYPTIONS, BOOKKEEPING, COLUMNS, PROTOCOLS, faults
from launchwindow.exchange.strict_json import read_json
from launchwindow.load.plain import clean
from launchwindow.model.errors import LaunchwindowError
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Kind = Literal["extract", "api"]
MAX_RECORDS = 20_000
"""Providers, and teams, of one document."""
MAX_CERTIFICATES = 1000
"""Of one provider."""
_SHOWN = 20
"""Problems that one message names."""
_LARGEST_ID = 2**31 - 1
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


class Team(NamedTuple):
    """A team of the dashboard."""

    uuid: str
    name: str
    description: str
    agency_id: int | None


class Dashboard(NamedTuple):
    """A document of the dashboard that has nothing wrong in it."""

    kind: Kind
    records: Mapping[str, Mapping[str, object]]
    """Issuer -> what the dashboard says of it."""
    teams: Mapping[str, Team]
    """By UUID; the API tells none."""


def is_json(data: bytes) -> bool:
    """Whether the bytes are meant as a document of the dashboard, well-formed or not; by content alone.

    A `service_providers.yml` may be written as JSON too: its keys are Rails environments.
    """
    begin = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    return begin.startswith(b"[") or (
        begin.startswith(b"{") and any(key in begin for key in (b'"service_providers"', b'"issuer"'))
        and not begin[1:].lstrip().startswith((b'"production"', b'"development"', b'"test"'))
    )  # fmt: skip


def read_dashboard(path: str, data: bytes) -> Dashboard:
    """The document in `data`. Raises LaunchwindowError naming every place at which something is wrong."""
    value = read_json(path, data)
    problems: list[str] = []
    if isinstance(value, list):
        found = Dashboard("api", _records(value, "", problems), {})
    elif isinstance(value, dict) and "service_providers" in value:
        found = _extract(value, problems)
    elif isinstance(value, dict) and "issuer" in value:
        # What the API says of one provider.
        found = Dashboard("api", _records([value], "", problems), {})
    else:
        raise LaunchwindowError(
            f"{path}: neither an extract of the dashboard (an object with teams and service_providers) nor what its "
            "API says (an array of service providers)."
        )
    if problems:
        shown = "\n".join(f"  {problem}" for problem in problems[:_SHOWN])
        more = f"\n  and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        raise LaunchwindowError(f"{path}: {len(problems)} things are wrong, so nothing of it is used:\n{shown}{more}"
                                if len(problems) > 1 else f"{path}: {problems[0]} Nothing of it is used.")  # fmt: skip
    return found


def _extract(value: Mapping[str, object], problems: list[str]) -> Dashboard:
    items, teams = value["service_providers"], value.get("teams", [])
    if not isinstance(items, list):
        problems.append("service_providers: must be an array of objects.")
        items = []
    if not isinstance(teams, list):
        problems.append("teams: must be an array of objects.")
        teams = []
    return Dashboard("extract", _records(items, "service_providers", problems), _teams(teams, problems))


def _records(items: list[object], place: str, problems: list[str]) -> dict[str, Mapping[str, object]]:
    found: dict[str, Mapping[str, object]] = {}
    if len(items) > MAX_RECORDS:
        problems.append(f"{place or 'the array'}: has more than {MAX_RECORDS:,} entries.")
        return found
    for index, item in enumerate(items):
        here = f"{place}[{index}]"
        if not isinstance(item, dict):
            problems.append(f"{here}: must be an object.")
            continue
        issuer = item.get("issuer")
        problems.extend(f"{here}{_named(issuer)}: {fault}" for fault in faults(item))
        certificates = item.get("certs")
        if isinstance(certificates, list) and len(certificates) > MAX_CERTIFICATES:
            problems.append(f"{here}{_named(issuer)}: certs: has more than {MAX_CERTIFICATES:,} entries.")
        if not isinstance(issuer, str) or not issuer.strip():
            problems.append(f"{here}: has no issuer.")
        elif issuer in found:
            problems.append(f"{here}: the issuer {clean(issuer, 200)} stands before already.")
        else:
            found[issuer] = item
    return found


def _named(issuer: object) -> str:
    return f" {clean(issuer, 100)}" if isinstance(issuer, str) and issuer else ""


def _teams(items: list[object], problems: list[str]) -> dict[str, Team]:
    found: dict[str, Team] = {}
    if len(items) > MAX_RECORDS:
        problems.append(f"teams: has more than {MAX_RECORDS:,} entries.")
        return found
    for index, item in enumerate(items):
        team = _team(item)
        if isinstance(team, str):
            problems.append(f"teams[{index}]: {team}")
        elif found.setdefault(team.uuid, team) != team:
            # The dashboard writes a team once for each of its apps.
            problems.append(f"teams[{index}]: the team {clean(team.uuid)} stands before and says something else there.")
    return found


def _team(item: object) -> Team | str:
    """A team, or what is wrong with it."""
    if not isinstance(item, dict):
        return "must be an object."
    uuid, name, description, agency = (item.get(key) for key in ("uuid", "name", "description", "agency_id"))
    if not isinstance(uuid, str) or not _UUID.fullmatch(uuid):
        return "has no UUID, by which apps name it."
    if not isinstance(name, str) or not name.strip():
        return "has no name."
    if not isinstance(description, str | None):
        return "description: must be text or null."
    number = isinstance(agency, int) and not isinstance(agency, bool) and 0 < agency <= _LARGEST_ID
    if agency is not None and not number:
        return "agency_id: must be the number of an agency, or null."
    return Team(uuid, name, description or "", agency if isinstance(agency, int) else None)


class Told(NamedTuple):
    """A service provider as the IdP's own file would hold it."""

    attributes: dict[str, object]
    app_name: str | None
    team: Team | None
    left: tuple[tuple[str, object, str], ...]
    """(key, value, why): what has no place in an app's file."""
    notes: tuple[str, ...]


def told(dashboard: Dashboard, issuer: str) -> Told:
    """What one record comes to."""
    record = dashboard.records[issuer]
    uuid = record.get("team_uuid")
    team = dashboard.teams.get(uuid) if isinstance(uuid, str) else None
    attributes = columns_of(record)
    protocol, pkce = _protocol(record)
    attributes["protocol"] = protocol
    for key in [key for key in attributes if key in DEFAULTS and _says_nothing(key, attributes[key], protocol)]:
        # The dashboard writes every column out, and its form leaves empty texts where nobody filled anything in.
        del attributes[key]
    if protocol == "oidc":
        attributes["pkce"] = pkce
    if team is not None:
        # The dashboard tells the IdP the agency of the team.
        attributes["agency_id"] = team.agency_id
    name = record.get("app_name")
    app_name = name if isinstance(name, str) and name else None
    return Told(attributes, app_name, team, tuple(_left(record, uuid)), tuple(_notes(issuer, record, dashboard, team)))


def columns_of(record: Mapping[str, object]) -> dict[str, object]:
    """The IdP's columns of a record, as the IdP would store them; a null is its column's default."""
    found = {key: value for key, value in record.items()
             if key in COLUMNS and key not in BOOKKEEPING and value is not None}  # fmt: skip
    number = found.get("block_encryption")
    if isinstance(number, int):
        found["block_encryption"] = BLOCK_ENCRYPTIONS[number]
    return found


def _says_nothing(column: str, value: object, protocol: str) -> bool:
    return effective(column, value, protocol) == effective(column, DEFAULTS[column], protocol)


def _protocol(record: Mapping[str, object]) -> tuple[str, bool]:
    named = record.get("identity_protocol")
    if isinstance(named, int):
        named = PROTOCOLS[named]
    if named is None:
        # The API says only which of the OpenID Connect methods it is not.
        saml = record.get("protocol") == "saml" or (record.get("pkce") is not True and bool(record.get("acs_url"))
                                                    and record.get("protocol") is None)  # fmt: skip
        return ("saml", False) if saml else ("oidc", record.get("pkce") is True)
    return ("saml", False) if named == "saml" else ("oidc", named == "openid_connect_pkce")


def _notes(issuer: str, record: Mapping[str, object], dashboard: Dashboard, team: Team | None) -> Iterator[str]:
    who, uuid = clean(issuer, 200), record.get("team_uuid")
    if dashboard.kind == "extract" and team is None:
        named = f" its team {clean(str(uuid))} is not among the teams" if uuid else " it has no team"
        yield f"{who}:{named}, so its `team` is to be filled in."
    if team is not None and record.get("agency_id") not in (None, team.agency_id):
        yield (
            f"{who} has agency_id {record['agency_id']}, but its team {clean(team.name)} has "
            f"{team.agency_id}; the team's decides, as when the IdP asks the dashboard."
        )
    if record.get("status") == "moved_to_prod":
        yield f"{who} was moved to production: the dashboard lets nobody change it."


def guessed(record: Mapping[str, object]) -> bool:
    """Whether the record does not say its protocol, as in the API's list."""
    return record.get("identity_protocol") is None and record.get("protocol") is None


def _left(record: Mapping[str, object], uuid: object) -> Iterator[tuple[str, object, str]]:
    for key, value in record.items():
        if key not in COLUMNS and key not in BOOKKEEPING and value is not None:
            yield key, value, "is nothing of the dashboard that Launchwindow knows"
    if uuid is not None and not isinstance(uuid, str):
        yield "team_uuid", uuid, "is no text"
