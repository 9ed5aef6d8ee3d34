"""What the dashboard gave out -> `apps/` and `partners/`: pure, all bytes in and all bytes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.exchange.archive import EXTRACT, is_archive, read_archive
from launchwindow.exchange.dashboard import guessed, is_json, read_dashboard, told
from launchwindow.exchange.idp_import import OTHERS, Fleet, Teams, assembled
from launchwindow.exchange.idp_yaml import rails_environment_of, read, section
from launchwindow.exchange.import_agencies import agencies_of, hint_note
from launchwindow.exchange.import_named_files import LOGOS, Source
from launchwindow.exchange.import_partner import Agreements
from launchwindow.exchange.import_report import NotCarried, shortened
from launchwindow.exchange.logo_trouble import logo_trouble
from launchwindow.exchange.names import first_kebab, unique
from launchwindow.exchange.plain_yaml import Noted
from launchwindow.load.plain import clean
from launchwindow.model.errors import LaunchwindowError
from launchwindow.rules.key_material import LEAKED, private_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from launchwindow.exchange.dashboard import Dashboard, Team, Told
    from launchwindow.exchange.import_agencies import Agency, GroupKey
    from launchwindow.exchange.import_report import Imported

AGENCIES = "agencies.yml"
"""May lie beside what the dashboard gave out, which has numbers of agencies alone."""
_NOWHERE = "the API gives no logos out: put the file into the app's folder and name it in its `logo`"


def is_of_dashboard(data: bytes) -> bool:
    """Whether the bytes are an extract, packed or not, or the API's JSON; told by content, not by a name."""
    return is_archive(data) or is_json(data)


def import_dashboard(
    path: str, data: bytes, environment: str, beside: Mapping[str, bytes], unread: Mapping[str, str]
) -> Imported:
    """The dashboard's document as apps and partners, and a report.

    `beside` has the files that lie in the same folder, by name: logos of an extract that was unpacked, and
    `agencies.yml`; `unread` says why some of them could not be read. Raises LaunchwindowError naming all that is wrong.
    """
    packed = is_archive(data)
    members = read_archive(path, data) if packed else dict(beside)
    if packed and EXTRACT not in members:
        raise LaunchwindowError(f"{path}: holds no {EXTRACT}, so it is no extract of the dashboard.")
    place = f"{path}: {EXTRACT}" if packed else path
    dashboard = read_dashboard(place, members[EXTRACT] if packed else data)
    if not dashboard.records:
        raise LaunchwindowError(f"{place}: holds no service provider, so there is nothing to import.")
    rows = {issuer: told(dashboard, issuer) for issuer in dashboard.records}
    _refuse_logos(path, rows, members, packed=packed)
    _refuse_keys(path, rows)
    agencies = _agencies(beside)
    notes = [*_guesses(dashboard, rows), *_notes(rows, agencies)]
    providers = {issuer: one.attributes for issuer, one in rows.items()}
    used = {one.get("agency_id") for one in providers.values()} | {team.agency_id for team in dashboard.teams.values()}
    agencies = {number: agency for number, agency in agencies.items() if number in used}
    fleet = Fleet(None, providers, agencies, {name: {} for name in OTHERS}, notes)
    agreements = Agreements({}, {}, {}, {issuer: one.app_name for issuer, one in rows.items() if one.app_name})
    lost = [NotCarried(issuer, shortened(key), shortened(value), why)
            for issuer, one in rows.items() for key, value, why in one.left]  # fmt: skip
    lost += _lost_of_teams(dashboard, rows)
    lost += _nameless(rows, members) if packed else []
    logos = {f"{LOGOS}/{name}": content for name, content in members.items()}
    reasons = {f"{LOGOS}/{name}": why for name, why in unread.items()}
    return assembled(
        fleet, agreements, Source(logos, _reasons(rows, dashboard) | reasons, of_dashboard=True), environment,
        _teams(rows, dashboard), lost,
    )  # fmt: skip


_SHOWN = 3


def logo_names(path: str, data: bytes) -> list[str]:
    """The files that an extract which was unpacked, or the API, names; none of them is a path."""
    if is_archive(data):
        return []
    records = read_dashboard(path, data).records.values()
    names = {name for record in records if isinstance(name := record.get("logo"), str)}
    return sorted(name for name in names - {"", ".", ".."} if not any(one in name for one in "/\\\0"))


def _refuse_logos(path: str, rows: Mapping[str, Told], members: Mapping[str, bytes], *, packed: bool) -> None:
    """Each logo that an archive's providers name is there; and what is there is a picture of the kind that it says."""
    problems = []
    for issuer, one in rows.items():
        name = one.attributes.get("logo")
        if not isinstance(name, str) or not name:
            continue
        if name not in members:
            why = "is not in the archive" if packed else None
        else:
            why = logo_trouble(name, members[name])
        if why is not None:
            problems.append(f"  {clean(issuer, 100)}: the logo “{clean(name)}” {why}")
    if problems:
        heading = f"{path}: nothing was imported, for logos are missing or unfit:"
        raise LaunchwindowError("\n".join([heading, *problems]))


def _refuse_keys(path: str, rows: Mapping[str, Told]) -> None:
    """A private key outside of `certs`, where only the certificate is carried, would be written into an app's file."""
    for issuer, one in rows.items():
        for key, value in one.attributes.items():
            if key != "certs" and any(private_key(text.encode()) for text in _texts(value)):
                raise LaunchwindowError(f"{path}: {clean(issuer, 100)}: {key} holds a private key, so nothing was "
                                        f"imported. {LEAKED}")  # fmt: skip


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from _texts(one)


def _agencies(beside: Mapping[str, bytes]) -> dict[int, Agency]:
    if AGENCIES not in beside:
        return {}
    document = read(AGENCIES, beside[AGENCIES])
    return agencies_of(section(document, rails_environment_of(document, None)))


def _notes(rows: Mapping[str, Told], agencies: Mapping[int, Agency]) -> Iterator[str]:
    for issuer, one in rows.items():
        yield from one.notes
        if one.attributes.get("agency_id") is None or agencies:
            note = hint_note(issuer, one.attributes, agencies)
            if note is not None:
                yield note
    if not agencies and rows:
        yield f"The dashboard has numbers of agencies alone; an {AGENCIES} beside the file would give their names."


def _guesses(dashboard: Dashboard, rows: Mapping[str, Told]) -> Iterator[str]:
    found = [issuer for issuer, record in dashboard.records.items() if guessed(record)]
    if found:
        saml = [clean(issuer, 100) for issuer in found if rows[issuer].attributes["protocol"] == "saml"]
        names = f": {', '.join(saml[:_SHOWN])}{f' and {len(saml) - _SHOWN} more' if len(saml) > _SHOWN else ''}"
        yield (
            f"{len(found)} of the providers do not say their protocol. {len(saml)} have an acs_url and no PKCE and are "
            f"taken for SAML{names if saml else ''}; the others for OpenID Connect. Look at each."
        )


def _reasons(rows: Mapping[str, Told], dashboard: Dashboard) -> dict[str, str]:
    """Why a logo that is named is not at hand."""
    why = _NOWHERE if dashboard.kind == "api" else "is not beside the file; put it there, or import the archive"
    names = {name for one in rows.values() if isinstance(name := one.attributes.get("logo"), str)}
    return {f"{LOGOS}/{name}": why for name in names}


def _teams(rows: Mapping[str, Told], dashboard: Dashboard) -> Teams:
    groups: dict[GroupKey, list[dict[str, object]]] = {}
    ids: dict[str, str] = {}
    taken: dict[GroupKey, set[str]] = {}
    for uuid, team in dashboard.teams.items():
        key: GroupKey = (team.agency_id, "")
        mine = taken.setdefault(key, set())
        ids[uuid] = unique(first_kebab((team.name,), "team"), mine)
        mine.add(ids[uuid])
        groups.setdefault(key, []).append(_team(ids[uuid], team))
    of_app = {issuer: ids[one.team.uuid] for issuer, one in rows.items() if one.team is not None}
    return Teams(of_app, groups)


def _team(name: str, team: Team) -> dict[str, object]:
    members = Noted([], "who may ask for changes: {email: …, github: …}; the dashboard does not tell")
    return {"id": name, "name": team.name, "uuid": team.uuid, "members": members}


def _lost_of_teams(dashboard: Dashboard, rows: Mapping[str, Told]) -> Iterator[NotCarried]:
    homeless = any(one.attributes.get("agency_id") is None for one in rows.values())
    for team in dashboard.teams.values():
        if team.description:
            yield NotCarried(f"team {clean(team.name)}", "description", shortened(team.description),
                             "has no field here")  # fmt: skip
        if team.agency_id is None and not homeless:
            yield NotCarried(f"team {clean(team.name)}", "", "", "has no agency and no app, so no partner is its own")


def _nameless(rows: Mapping[str, Told], members: Mapping[str, bytes]) -> list[NotCarried]:
    named = {one.attributes.get("logo") for one in rows.values()}
    return [NotCarried(shortened(name), "", "", "is in the archive, but no provider names it")
            for name in members if name != EXTRACT and name not in named]  # fmt: skip
