"""A small fleet as values: what its files say, their bytes, and what the identity provider should have of them."""

from __future__ import annotations

from functools import cache
from hashlib import sha1, sha256
from typing import TYPE_CHECKING, NamedTuple

from support.repository import APP, ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = ("Harbor", "Trail", "Grants")
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
KINDS = ("jwt", "pkce", "encrypted", "plain")
_PROTOCOLS = {"jwt": "openid_connect_private_key_jwt", "pkce": "openid_connect_pkce"}
Flat = dict[str, object]
"""What the identity provider has of one app or partner, one entry an element; what is not there has no entry."""


class Content(NamedTuple):
    """An app's file. `path` is not part of it."""

    issuer: str
    app_name: str
    kind: str = "jwt"
    name: str = NAMES[0]
    home: str = HOMES[0]
    uris: tuple[str, ...] = URIS[:1]
    push: str | None = None
    level: int = 2
    certs: tuple[str, ...] = CERTIFICATES[:1]
    active: bool | None = None
    not_before: str | None = None
    key_in_use: tuple[str, str] | None = None
    coordinate_at: str | None = None
    requests_signed: bool | None = None
    waived: tuple[str, ...] = ()

    def schedule(self) -> dict[str, object]:
        """The values that only the schedule reads; absent ones left out."""
        values = {name: getattr(self, name) for name in SCHEDULE}
        return {name: value for name, value in values.items() if value not in (None, ())}

    def errors(self, environment: str) -> frozenset[tuple[str, str]]:
        """(rule, what is wrong) of each error that its file alone has."""
        if environment == "sandbox":
            return frozenset()
        found = {("url-https", self.home)} if self.home == HOMES[2] else set()
        return frozenset(found | ({("saml-encryption", "none")} if self.kind == "plain" else set()))


SCHEDULE = ("not_before", "key_in_use", "coordinate_at", "requests_signed", "waived")


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
    saml = content.kind not in _PROTOCOLS
    lines = [
        f"app_name: {content.app_name}", f"friendly_name: {content.name}", f"issuer: {content.issuer}",
        "team: benefits", f"iaa: LG{partner_of(path).upper()}FY260001-0001-0000",
        f"protocol: {_PROTOCOLS.get(content.kind, 'saml')}", "ial: 1", f"default_aal: {content.level}",
        "logo: logo.svg", f"redirect_uris: [{', '.join(content.uris)}]", f"return_to_sp_url: {content.home}",
        "attestations: {ato: {system: S, expires: 2029-03-31}, production_account: true, dedicated_domains: []}",
        "contacts: [{role: technical, email: benefits-dev@exa.gov}]",
    ]  # fmt: skip
    if content.certs:
        lines.append(f"certs: [{', '.join(content.certs)}]")
    if saml:
        lines += ["acs_url: https://one.exa.gov/acs", "assertion_consumer_logout_service_url: https://one.exa.gov/out"]
        lines += ["sp_initiated_login_url: https://one.exa.gov/in", "attribute_bundle: [email]"]
        lines.append(f"block_encryption: {'none' if content.kind == 'plain' else 'aes256-cbc'}")
    if content.push is not None:
        lines.append(f"push_notification_url: {content.push}")
    if content.active is not None:
        lines.append(f"active: {str(content.active).lower()}")
    return "\n".join([*lines, *_schedule_lines(content)]) + "\n"


def _schedule_lines(content: Content) -> list[str]:
    release = []
    if content.not_before is not None:
        release.append(f"not_before: {content.not_before}")
    if content.key_in_use is not None:
        name, day = content.key_in_use
        release.append(f"key_in_use: {{certificate: {name}, as_of: {day}}}")
    if content.coordinate_at is not None:
        release += [f"coordinate_at: {content.coordinate_at}", "reason: both sides change at once"]
    lines = [f"release: {{{', '.join(release)}}}"] if release else []
    if content.requests_signed is not None:
        lines.append(f"requests_signed: {str(content.requests_signed).lower()}")
    tickets = [f"{{rule: {rule}, ticket: T-1, reason: agreed, expires: 2029-01-01}}" for rule in content.waived]
    return [*lines, f"waivers: [{', '.join(tickets)}]"] if tickets else lines


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


def blob_id(data: bytes) -> str:
    """The git object id of a file."""
    return sha1(b"blob %d\0%b" % (len(data), data)).hexdigest()


@cache
def blob(name: str) -> str:
    """The git object id of a named file."""
    return blob_id(named_files()[name])


def digest(path: str, content: Content) -> str:
    """The content's digest by the words of the design: the sorted lines `path NUL blob-id LF`."""
    folder = path.rpartition("/")[0]
    ids = {path: blob_id(app_text(path, content).encode())}
    ids |= {f"{folder}/{name}": blob(name) for name in (*content.certs, "logo.svg")}
    return sha256("".join(f"{one}\0{ids[one]}\n" for one in sorted(ids)).encode()).hexdigest()


def flat(path: str, content: Content, agency_id: int) -> Flat:
    """What the identity provider should have of an app."""
    saml = content.kind not in _PROTOCOLS
    found: Flat = {
        "issuer": content.issuer, "active": content.active is not False, "app_name": content.app_name,
        "name": content.name, "home": content.home, "level": content.level, "agency": agency_id,
        "iaa": partner_of(path), "protocol": "saml" if saml else "oidc",
        "pkce": None if saml else content.kind == "pkce",
        "encryption": "none" if content.kind == "plain" else "aes256-cbc", "acs": saml,
    }  # fmt: skip
    if content.certs:
        found["first"] = blob(content.certs[0])
    if content.push is not None:
        found["push"] = content.push
    found |= {f"uri {uri}": True for uri in content.uris}
    return found | {f"cert {blob(name)}": True for name in content.certs}


HIDDEN = ("app_name", "iaa")
"""What `service_providers.yml` does not say of an app."""


def flat_seen(issuer: str, row: Mapping[str, object], blobs: Mapping[str, str]) -> Flat:
    """The same, read from the identity provider's files: `blobs` is path -> object id beneath its folder."""
    certs = [blobs.get(f"certs/sp/{name}.crt", f"missing {name}") for name in row["certs"]]  # type: ignore[attr-defined]
    found: Flat = {
        "issuer": issuer, "active": row["active"], "name": row["friendly_name"], "home": row["return_to_sp_url"],
        "level": row["default_aal"], "agency": row["agency_id"], "protocol": row["protocol"], "pkce": row["pkce"],
        "encryption": row["block_encryption"], "acs": row["acs_url"] is not None,
    }  # fmt: skip
    if certs:
        found["first"] = certs[0]
    if row["push_notification_url"] is not None:
        found["push"] = row["push_notification_url"]
    found |= {f"uri {uri}": True for uri in row["redirect_uris"]}  # type: ignore[attr-defined]
    return found | {f"cert {one}": True for one in certs}
