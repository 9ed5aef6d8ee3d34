"""The IdP's own files -> `apps/` and `partners/`: pure, all bytes in and all bytes out."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from launchwindow.exchange.idp_yaml import IdpDocument, providers_of, rails_environment_of, read, section
from launchwindow.exchange.import_agencies import Group, GroupKey, agencies_of, group_key, groups_of, hint_note, hint_of
from launchwindow.exchange.import_agreements import accounts_by_agency, agreements_of, leftovers
from launchwindow.exchange.import_app import draft, environment_of
from launchwindow.exchange.import_named_files import Source, Target, bring
from launchwindow.exchange.import_partner import partner_data
from launchwindow.exchange.import_report import Imported, ImportedApp, ImportReport, NotCarried, ToFill
from launchwindow.exchange.names import first_kebab, issuer_tail, unique
from launchwindow.exchange.plain_yaml import rendered
from launchwindow.load.plain import clean
from launchwindow.load.yaml_source import MAX_BYTES as LARGEST_APP_FILE
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from launchwindow.exchange.import_agencies import Agency
    from launchwindow.exchange.import_partner import Agreements

PROVIDERS = "service_providers.yml"
OTHERS = (
    "agencies.yml", "partner_accounts.yml", "partner_account_statuses.yml", "iaa_gtcs.yml", "iaa_orders.yml",
    "integrations.yml", "integration_statuses.yml",
)  # fmt: skip
"""What stands beside it; each may be missing."""

_APP_HEADING = "yaml-language-server: $schema=../../../schemas/app.schema.json"
_PARTNER_HEADING = "yaml-language-server: $schema=../schemas/partner.schema.json"
_TO_FILL = re.compile(r"^\s*(?:- )?([^\s:]+): <REPLACE[A-Z_.a-z]*>(?:  # (.*))?$")


class Teams(NamedTuple):
    """The teams that a source tells; the IdP's own files tell none."""

    of_app: Mapping[str, str] = MappingProxyType({})
    """Issuer -> the id of its app's team."""
    of_group: Mapping[GroupKey, list[dict[str, object]]] = MappingProxyType({})
    """Partner to be -> its teams, as its file will hold them."""


class Fleet(NamedTuple):
    """What the IdP's files say, of one Rails environment; or what the dashboard says."""

    rails_environment: str | None
    providers: Mapping[str, Mapping[str, object]]
    agencies: Mapping[int, Agency]
    sections: Mapping[str, Mapping[str, object]]
    """File name -> its entries, of `OTHERS`."""
    notes: list[str]


NO_TEAMS = Teams()


class _Import(NamedTuple):
    """What has been gathered so far."""

    target: Target
    apps: list[ImportedApp]
    skipped: list[NotCarried]
    lost: list[NotCarried]
    kept: dict[str, dict[str, object]]
    """Partner id -> its `imported` mapping."""
    taken: dict[tuple[str, str], set[str]]
    """(environment, partner) -> the names of its apps so far."""
    teams: Teams


def import_fleet(
    files: Mapping[str, bytes], environment: str = "sandbox", rails_environment: str | None = None,
    unread: Mapping[str, str] | None = None, path: str = PROVIDERS,
) -> Imported:  # fmt: skip
    """The IdP's files as apps and partners, and a report of what is to be filled in and what could not be carried.

    `files` maps paths relative to the folder of `service_providers.yml` to bytes: the YAML files, `certs/sp/*.crt` and
    `public/assets/images/sp-logos/*`; `path` is what messages call the first of them. `unread` says why files that lie
    there are not among them. Providers that are restricted to a deploy environment go there, the others to
    `environment`. Raises LaunchwindowError naming file and line for YAML that can't be read, and when it is unclear
    which Rails environment is meant.
    """
    fleet = _fleet(files, rails_environment, path)
    agreements = agreements_of(fleet.sections)
    _add_notes(fleet)
    return assembled(fleet, agreements, Source(files, unread or {}), environment)


def assembled(
    fleet: Fleet, agreements: Agreements, source: Source, environment: str, teams: Teams = NO_TEAMS,
    lost: Iterable[NotCarried] = (),
) -> Imported:  # fmt: skip
    """A fleet as apps and partners; `lost` is what its reader could not carry."""
    accounts, assigned = accounts_by_agency(agreements, fleet.agencies)
    members = [(group_key(attributes), hint_of(attributes)) for attributes in fleet.providers.values()]
    agencies = [*accounts, *(key[0] for key in teams.of_group if key[0] is not None)]
    groups = groups_of(members, fleet.agencies, agencies)
    work = _Import(Target(), [], [], list(lost), {}, {}, teams)
    for issuer, attributes in fleet.providers.items():
        where = environment_of(attributes, environment)
        _import_app(issuer, attributes, where, groups[group_key(attributes)], agreements, source, work)
    partners = [
        _import_partner(key, group, accounts.get(key[0] or 0, []), agreements, work) for key, group in groups.items()
    ]
    leftovers(fleet.sections, agreements, fleet.agencies, groups, assigned, work.lost)
    fleet.notes.extend(_split_orders(agreements, accounts, fleet.providers, groups))
    report = ImportReport(
        fleet.rails_environment, len(fleet.providers), tuple(work.apps), tuple(work.skipped), tuple(partners),
        tuple(_to_fill(work.target.files)), tuple(work.lost), tuple(fleet.notes),
    )  # fmt: skip
    return Imported(dict(sorted(work.target.files.items())), report)


def _fleet(files: Mapping[str, bytes], wanted: str | None, path: str) -> Fleet:
    document = read(path, files[PROVIDERS])
    rails_environment = rails_environment_of(document, wanted)
    notes = _repeated(document)
    sections: dict[str, Mapping[str, object]] = {}
    for name in OTHERS:
        sections[name] = {}
        if name in files:
            other = read(name, files[name])
            notes += _repeated(other)
            sections[name] = section(other, rails_environment)
            if not sections[name]:
                notes.append(f"{name} holds nothing under {clean(rails_environment)}.")
    providers = providers_of(document, rails_environment)
    return Fleet(rails_environment, providers, agencies_of(sections["agencies.yml"]), sections, notes)


def _repeated(document: IdpDocument) -> list[str]:
    return [
        f"{document.path}:{line}: the key {clean(key)} stands here again; the later value counts, as at the IdP."
        for key, line in document.repeated
    ]


def _add_notes(fleet: Fleet) -> None:
    for issuer, attributes in fleet.providers.items():
        note = hint_note(issuer, attributes, fleet.agencies)
        if note is not None:
            fleet.notes.append(note)
        if "%{env}" in str(attributes) or "%{env}" in issuer:
            fleet.notes.append(
                f"{clean(issuer)} holds %{{env}}, where the IdP's seeder puts its environment's name: write that out."
            )


def _import_app(
    issuer: str, attributes: Mapping[str, object], environment: str | None, group: Group, agreements: Agreements,
    source: Source, work: _Import,
) -> None:  # fmt: skip
    def skip(key: str, value: str, why: str) -> None:
        work.skipped.append(NotCarried(clean(issuer), key, value, why))

    if not issuer:
        skip("", "", "has no issuer")
        return
    if environment is None:
        value = clean(str(attributes.get("restrict_to_deploy_env")))
        skip("restrict_to_deploy_env", value, "is no deploy environment that the seeder writes to")
        return
    name = _app_id(issuer, attributes, environment, group.partner, agreements, work)
    folder = f"apps/{group.partner}/{name}"
    files_before = len(work.target.files)
    brought = bring(issuer, attributes, source, work.target, folder)
    found = draft(issuer, attributes, agreements.app_names.get(issuer), brought, work.teams.of_app.get(issuer))
    data = rendered(found.data, _APP_HEADING)
    if len(data) > LARGEST_APP_FILE:
        skip("", "", f"makes a file of more than {LARGEST_APP_FILE // 1024} KiB")
        while len(work.target.files) > files_before:
            work.target.files.popitem()
        return
    path = f"{folder}/{environment}.yaml"
    work.target.files[path] = data
    work.apps.append(ImportedApp(environment, f"{group.partner}/{name}", issuer, path))
    work.lost.extend(found.lost)
    kept: dict[str, object] = {"certs": brought.kept_certs} if brought.kept_certs else {}
    if brought.kept_logo:
        kept["logo"] = brought.kept_logo
    if kept:
        work.kept.setdefault(group.partner, {})[f"{environment}/{name}"] = kept


def _app_id(
    issuer: str, attributes: Mapping[str, object], environment: str, partner: str, agreements: Agreements, work: _Import
) -> str:  # fmt: skip
    friendly = attributes.get("friendly_name")
    candidates = (
        agreements.app_names.get(issuer), friendly if isinstance(friendly, str) else None, issuer_tail(issuer),
    )  # fmt: skip
    taken = work.taken.setdefault((environment, partner), set())
    name = unique(first_kebab(candidates, "app"), taken)
    taken.add(name)
    return name


def _import_partner(
    key: GroupKey, group: Group, accounts: list[str], agreements: Agreements, work: _Import
) -> str:  # fmt: skip
    has_apps = any(app.app.startswith(f"{group.partner}/") for app in work.apps)
    teams = work.teams.of_group.get(key)
    data = partner_data(group, teams, has_apps, work.kept.get(group.partner, {}), accounts, agreements, work.lost)
    path = f"partners/{group.partner}.yaml"
    work.target.files[path] = rendered(data, _PARTNER_HEADING)
    return path


def _split_orders(
    agreements: Agreements, accounts: Mapping[int, list[str]], providers: Mapping[str, Mapping[str, object]],
    groups: Mapping[GroupKey, Group],
) -> list[str]:  # fmt: skip
    """Orders that list an app of another partner: the files written here list only the partner's own."""
    from launchwindow.exchange.import_partner import fields_of

    owners = {account: number for number, names in accounts.items() for account in names}
    notes = []
    for label in agreements.orders:
        order = fields_of(agreements.orders, label)
        gtc = fields_of(agreements.gtcs, str(order.get("iaa_gtc")))
        owner = owners.get(str(gtc.get("partner_account")))
        issuers = order.get("integrations")
        for issuer in issuers if isinstance(issuers, list) and owner is not None else []:
            key = group_key(providers[issuer]) if isinstance(issuer, str) and issuer in providers else None
            if key is not None and key[0] != owner:
                mine, other = groups[(owner or 0, "")].partner, groups[key].partner
                notes.append(
                    f"{clean(label)} is an order of {mine}, but lists {clean(issuer)}, an app of {other}. "
                    "An order lists only its own partner's apps here: move the app or the agreement."
                )
    return notes


def _to_fill(files: Mapping[str, bytes]) -> list[ToFill]:
    found = []
    for path, data in sorted(files.items()):
        if path.endswith(".yaml"):
            for number, line in enumerate(data.decode().split("\n"), 1):
                match = _TO_FILL.match(line)
                if match:
                    found.append(ToFill(path, number, match[1], match[2] or "left open in the IdP's file"))
    return found
