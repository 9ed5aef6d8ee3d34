"""Deployed rows -> the dashboard's extract: `extract.json` and the logos that it names. Pure, and deterministic."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import TYPE_CHECKING

from launchwindow.exchange.archive import EXTRACT
from launchwindow.exchange.columns import COLUMNS, effective
from launchwindow.exchange.dashboard_columns import BLOCK_ENCRYPTIONS, CARRIED, faults
from launchwindow.exchange.import_report import NotCarried, shortened
from launchwindow.exchange.logo_trouble import logo_trouble
from launchwindow.model.named import NamedTuple
from launchwindow.provider import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from launchwindow.model.app import Partner
    from launchwindow.model.idp_files import Provider
    from launchwindow.model.row import Row

    Lose = Callable[[str, object, str], None]

_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
_NO_FIELD = "has no field in the dashboard"
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\Z")


class Source(NamedTuple):
    """One provider, and what it names."""

    provider: Provider
    files: Mapping[str, bytes]
    """Path within the IdP's files -> bytes."""
    team: str | None
    """The id of its team in the partner's file."""


class Extract(NamedTuple):
    """The files of an extract, `extract.json` first, and what they can't hold."""

    files: dict[str, bytes]
    not_carried: tuple[NotCarried, ...]


class _Team(NamedTuple):
    uuid: str
    name: str
    agency_id: int | None


def extract_of(sources: Iterable[Source], partners: Mapping[str, Partner]) -> Extract:
    """The extract of providers of one environment, in the order of their issuers."""
    lost: list[NotCarried] = []
    teams = _teams(partners, lost)
    named: dict[str, _Team] = {}
    records: list[dict[str, object]] = []
    logos: dict[str, bytes] = {}
    for number, source in enumerate(sorted(sources, key=lambda one: one.provider.row.issuer), 1):
        team = _team_of(source, teams, lost)
        if team is not None:
            named[team.uuid] = team
        records.append(_record(number, source, team, logos, lost))
    document = {
        "teams": [{"id": number, **team._asdict(), "description": None}
                  for number, (_, team) in enumerate(sorted(named.items()), 1)],
        "service_providers": records,
    }  # fmt: skip
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    return Extract({EXTRACT: text.encode(), **logos}, tuple(lost))


def _teams(partners: Mapping[str, Partner], lost: list[NotCarried]) -> dict[tuple[str, str], _Team]:
    """(partner, team's id) -> the team, with the UUID that it has in the dashboard or one that stays the same."""
    found: dict[tuple[str, str], _Team] = {}
    taken: set[str] = set()
    for partner, one in sorted(partners.items()):
        teams = one.data.get("teams")
        for team in teams if isinstance(teams, list) else []:
            if (
                not isinstance(team, dict)
                or not isinstance(team.get("id"), str)
                or not isinstance(team.get("name"), str)
            ):
                continue
            uuid, mine = team.get("uuid"), _own_uuid(partner, team["id"])
            if not isinstance(uuid, str) or not _UUID.match(uuid):
                uuid = mine
            elif uuid in taken:
                lost.append(NotCarried(f"team {partner}/{shortened(team['id'])}", "uuid", uuid, "another team has it"))
                uuid = mine
            taken.add(uuid)
            found[(partner, team["id"])] = _Team(uuid, team["name"], one.agency_id)
    return found


def _own_uuid(partner: str, team: str) -> str:
    """Of a team that the dashboard does not know yet; in the form of a random one."""
    digits = sha256(f"launchwindow team {partner}/{team}".encode("utf-8", "replace")).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}"


def _team_of(source: Source, teams: Mapping[tuple[str, str], _Team], lost: list[NotCarried]) -> _Team | None:
    row, partner = source.provider.row, source.provider.partner

    def lose(why: str) -> None:
        lost.append(NotCarried(row.issuer, "team", shortened(source.team), why))

    if source.team is None:
        lose("is not told on main; the dashboard gives the app to its internal team")
        return None
    team = teams.get((partner, source.team))
    if team is None or not team.name.strip():
        lose("is no team of its partner's file; the dashboard gives the app to its internal team")
        return None
    if team.agency_id != row.columns.get("agency_id"):
        # The dashboard tells the IdP the agency of the team: that would change every user's UUID.
        lose("is of another agency than what is deployed; the dashboard gives the app to its internal team")
        return None
    return team


def _record(
    number: int, source: Source, team: _Team | None, logos: dict[str, bytes], lost: list[NotCarried]
) -> dict[str, object]:  # fmt: skip
    row = source.provider.row

    def lose(column: str, value: object, why: str) -> None:
        lost.append(NotCarried(row.issuer, column, shortened(value), why))

    record: dict[str, object] = {
        "id": number,
        "issuer": row.issuer,
        "app_name": row.app_name,
        "team_uuid": None if team is None else team.uuid,
        "identity_protocol": _protocol(row, lose),
        "active": row.active,
        "prod_config": source.provider.environment == "production",
        "agency_id": row.columns.get("agency_id"),
    }
    record |= {name: row.columns.get(name, default) for name, default in DEFAULTS.items() if name in CARRIED}
    if record["block_encryption"] not in BLOCK_ENCRYPTIONS:
        lose(
            "block_encryption",
            record["block_encryption"],
            f"is none that the dashboard knows ({', '.join(BLOCK_ENCRYPTIONS)})",
        )
        record["block_encryption"] = DEFAULTS["block_encryption"]
    # Its column can't be null.
    record["friendly_name"] = record["friendly_name"] or ""
    # What the dashboard keeps where nobody wrote any; it means the same.
    record["help_text"] = record["help_text"] or {"sign_in": {}, "sign_up": {}, "forgot_password": {}}
    record["redirect_uris"] = list(row.redirect_uris)
    record["certs"] = list(_certificates(source, lose))
    record["logo"] = _logo(number, source, logos, lose)
    for fault in faults(record):
        column = fault.partition(":")[0]
        lose(column, record[column], "is no value that the dashboard takes")
        record[column] = None
    _lose_the_rest(row, lose)
    return record


def _protocol(row: Row, lose: Lose) -> str:
    if row.columns.get("protocol") == "saml":
        return "saml"
    pkce = row.columns.get("pkce")
    if pkce is None:
        lose("pkce", None, "is open to either method; the dashboard knows one of them, and gets private_key_jwt")
    return "openid_connect_pkce" if pkce is True else "openid_connect_private_key_jwt"


def _certificates(source: Source, lose: Lose) -> Iterator[str]:
    """The PEM block alone: nothing that stands around it goes out, least of all a key."""
    for name in source.provider.cert_files:
        text = source.files.get(f"certs/sp/{name}.crt", b"").decode("ascii", "replace")
        body, end, _ = text.partition(_BEGIN)[2].partition(_END)
        if end and "\ufffd" not in body:
            yield f"{_BEGIN}{body}{_END}\n".replace("\r\n", "\n")
        else:
            lose("certs", name, "is no PEM certificate")


def _logo(number: int, source: Source, logos: dict[str, bytes], lose: Lose) -> str | None:
    row, file = source.provider.row, source.provider.logo_file
    if row.logo is None or file is None:
        return None
    data = source.files.get(f"public/assets/images/sp-logos/{file}")
    name = f"{number}_logo{row.logo.suffix}"
    trouble = "is not there" if data is None else logo_trouble(name, data)
    if data is None or trouble is not None:
        lose("logo", file, f"{trouble} The dashboard would refuse all of the extract for it.")
        return None
    logos[name] = data
    return name


def _lose_the_rest(row: Row, lose: Lose) -> None:
    protocol = row.columns.get("protocol")
    for column, default in COLUMNS.items():
        value = row.columns.get(column, default)
        if column in CARRIED or column in ("pkce", "redirect_uris", "certs", "logo", "active"):
            continue
        if effective(column, value, protocol) != effective(column, default, protocol):
            lose(column, value, _NO_FIELD)
    if row.columns.get("native") is True:
        lose("native", True, _NO_FIELD)
