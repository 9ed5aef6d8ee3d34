"""A small fleet as values, for random histories: what its files say, and what the IdP should have of it."""

from __future__ import annotations

from functools import cache
from hashlib import sha1
from typing import TYPE_CHECKING, NamedTuple

from support.repository import APP, ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = ("Harbor Permits", "Trail Permits", "Grant Finder")
HOMES = ("https://one.exa.gov/", "https://two.exa.gov/", "http://broken.exa.gov/")
"""The last one is an error: no HTTPS."""
URIS = ("https://one.exa.gov/a", "https://one.exa.gov/b", "https://one.exa.gov/c")
PUSH = (
    None,
    "https://one.exa.gov/risc",
    "https://one.exa.gov/risc2",
    "https://push.exa.gov/x",
    "https://far.exa.gov/x",
)
CERTIFICATES = ("certs/2026.crt", "certs/sandbox-2026.crt", "certs/staging-2026.crt")
APP_NAMES = tuple(f"Service {letter}" for letter in "ABCDEF")
PARTNERS = ("exa", "zed")
Flat = dict[str, object]
"""What the identity provider has of one app, one entry an element; what is not there has no entry."""


class Content(NamedTuple):
    """An app's file. `path` is not part of it."""

    issuer: str
    app_name: str
    name: str = NAMES[0]
    home: str = HOMES[0]
    uris: tuple[str, ...] = URIS[:1]
    push: str | None = None
    level: int = 2
    certs: tuple[str, ...] = CERTIFICATES[:1]
    active: bool | None = None
    not_before: str | None = None
    waived: bool = False


class Agency(NamedTuple):
    """A partner's file."""

    agency_id: int
    name: str = "Agency"


class Fleet(NamedTuple):
    """Main as its files say: path -> content, None for a file that nobody can read."""

    apps: Mapping[str, Content | None]
    partners: Mapping[str, Agency | None]

    def files(self) -> dict[str, bytes]:
        """Path -> bytes, without certificates and logos."""
        files = {path: app_text(path, content).encode() for path, content in self.apps.items()}
        return files | {
            f"partners/{name}.yaml": partner_text(name, one).encode() for name, one in self.partners.items()
        }


def environment_of(path: str) -> str:
    """Of an app's file."""
    return path.rpartition("/")[2].removesuffix(".yaml")


def partner_of(path: str) -> str:
    """Of an app's file."""
    return path.split("/")[1]


def app_text(path: str, content: Content | None) -> str:
    """An app's file."""
    if content is None:
        return "app_name: [\n"
    partner = partner_of(path).upper()
    lines = [
        f"app_name: {content.app_name}", f"friendly_name: {content.name}", f"issuer: {content.issuer}",
        "team: benefits", f"iaa: LG{partner}FY260001-0001-0000", "protocol: openid_connect_private_key_jwt",
        "ial: 1", f"default_aal: {content.level}", "logo: logo.svg", f"certs: [{', '.join(content.certs)}]",
        f"redirect_uris: [{', '.join(content.uris)}]", f"return_to_sp_url: {content.home}",
        "attestations: {ato: {system: S, expires: 2029-03-31}, production_account: true, dedicated_domains: []}",
        "contacts: [{role: technical, email: benefits-dev@exa.gov}]",
    ]  # fmt: skip
    if content.push is not None:
        lines.append(f"push_notification_url: {content.push}")
    if content.active is not None:
        lines.append(f"active: {'true' if content.active else 'false'}")
    if content.not_before is not None:
        lines.append(f"release: {{not_before: {content.not_before}}}")
    if content.waived:
        lines.append("waivers: [{rule: url-https, ticket: T-1, reason: agreed, expires: 2029-01-01}]")
    return "\n".join(lines) + "\n"


def partner_text(name: str, agency: Agency | None) -> str:
    """A partner's file: one agreement that lists every app there can be."""
    if agency is None:
        return "name: [\n"
    upper, number = name.upper(), 100 + PARTNERS.index(name)
    period = "starts: 2026-01-15, ends: 2028-12-31"
    return f"""name: {agency.name} {upper}
abbreviation: {upper}
agency_id: {agency.agency_id}
teams: [{{id: benefits, name: Benefits, members: [{{email: dana@{name}.gov, github: {name}-dana}}]}}]
accounts:
  - {{requesting_agency: {upper}-BEN, name: {upper}, status: active, became_partner: 2025-11-03, crm_id: {number}}}
agreements:
  - gtc: LG{upper}FY260001
    mod: 0
    account: {upper}-BEN
    starts: 2026-01-15
    ends: 2028-12-31
    orders:
      - {{number: 1, mods: [{{number: 0, signed: 2026-01-15, {period}, integrations: [{", ".join(APP_NAMES)}]}}]}}
"""


@cache
def named_files() -> Mapping[str, bytes]:
    """Name in an app's folder -> bytes."""
    return {name: (ROOT / APP / name).read_bytes() for name in (*CERTIFICATES, "logo.svg")}


@cache
def blob(name: str) -> str:
    """The git object id of a named file."""
    data = named_files()[name]
    return sha1(b"blob %d\0%b" % (len(data), data)).hexdigest()


def flat(content: Content, agency_id: int) -> Flat:
    """What the identity provider should have of an app."""
    found: Flat = {
        "issuer": content.issuer, "active": content.active is not False, "name": content.name,
        "home": content.home, "level": content.level,
        "agency": agency_id, "first": blob(content.certs[0]),
    }  # fmt: skip
    if content.push is not None:
        found["push"] = content.push
    found |= {f"uri {uri}": True for uri in content.uris}
    return found | {f"cert {blob(name)}": True for name in content.certs}


def flat_seen(issuer: str, row: Mapping[str, object], blobs: Mapping[str, str]) -> Flat:
    """The same, read from the identity provider's files: `blobs` is path -> object id beneath its folder."""
    certs = [blobs.get(f"certs/sp/{name}.crt", f"missing {name}") for name in row["certs"]]  # type: ignore[attr-defined]
    found: Flat = {
        "issuer": issuer, "active": row["active"], "name": row["friendly_name"], "home": row["return_to_sp_url"],
        "level": row["default_aal"], "agency": row["agency_id"], "first": certs[0],
    }  # fmt: skip
    if row["push_notification_url"] is not None:
        found["push"] = row["push_notification_url"]
    found |= {f"uri {uri}": True for uri in row["redirect_uris"]}  # type: ignore[attr-defined]
    return found | {f"cert {one}": True for one in certs}
