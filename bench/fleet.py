"""A fleet of realistic size as one `git fast-import` stream: agencies, apps with certificates and logos, and merges."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import datetime
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
APPS_OF_A_PARTNER = 50
BASE_AT = "2026-11-20T10:00:00-05:00"
DUE_AT = "2026-11-23T10:00:00-05:00"
"""A Monday: what is merged then is due at the deploy window of Thursday 2026-12-10."""
LATE_AT = "2026-12-08T10:00:00-05:00"
"""What is merged then is in notice until 2026-12-22."""
MORE_AT = "2026-12-09T09:00:00-05:00"
_PROTOCOLS = ("openid_connect_private_key_jwt", "openid_connect_pkce", "saml")
_REVIEWED = "\n\nReviewed-by: Rae Reviewer <reviewer@login.gov>\n"


class Size(NamedTuple):
    """How large a fleet is, and how much of it is under way."""

    apps: int
    due: int
    """Open requests whose notice is over at the window."""
    late: int
    """Open requests whose notice is not."""
    closed: int
    production: int = 7
    """Of ten apps, how many are in production; the others are in the sandbox."""
    per_merge: int = 1
    """Apps that each merge changes."""


class App(NamedTuple):
    """One app of the fleet, by its number."""

    number: int
    partner: str
    environment: str

    @property
    def folder(self) -> str:
        """Where its files are."""
        return f"apps/{self.partner}/{self.name}"

    @property
    def name(self) -> str:
        """The folder's name."""
        return f"service-{self.number:05d}"

    @property
    def path(self) -> str:
        """Its own file."""
        return f"{self.folder}/{self.environment}.yaml"


def fleet(size: Size) -> list[App]:
    """Every app."""
    return [
        App(number, f"a{number // APPS_OF_A_PARTNER:03d}",
            "production" if number % 10 < size.production else "sandbox")
        for number in range(size.apps)
    ]  # fmt: skip


def stream(size: Size) -> bytes:
    """What `git fast-import` reads to make `main`: the fleet as `refs/heads/base`, and the merges that are open."""
    apps = fleet(size)
    files = dict(_files(apps))
    parts = [_commit("refs/heads/base", "Add the fleet", BASE_AT), *(_file(path, files[path]) for path in files)]
    parts.append(b"reset refs/heads/main\nfrom refs/heads/base\n\n")
    parts += merges(apps, size)
    return b"".join(parts)


def merges(apps: list[App], size: Size) -> Iterator[bytes]:
    """The commits on `main`: approved changes of production apps, one after another."""
    production = [app for app in apps if app.environment == "production"]
    changed = production[: size.due + size.late]
    assert len(changed) == size.due + size.late, "a fleet has as many production apps as open requests, or more"
    for begin in range(0, len(changed), size.per_merge):
        some = changed[begin : begin + size.per_merge]
        yield _commit("refs/heads/main", f"Let people come back to {some[0].name}",
                      DUE_AT if begin < size.due else LATE_AT, approved=True)  # fmt: skip
        for app in some:
            yield _file(app.path, app_file(app, changed=True))


def _commit(ref: str, message: str, at: str, *, approved: bool = False) -> bytes:
    seconds = int(datetime.fromisoformat(at).timestamp())
    text = (message + (_REVIEWED if approved else "")).encode()
    people = f"author Dana Developer <dana@a000.gov> {seconds} +0000\n"
    people += f"committer Merge Button <merge-button@login.gov> {seconds} +0000\n"
    return b"commit %b\n%bdata %d\n%b\n" % (ref.encode(), people.encode(), len(text), text)


def _file(path: str, data: bytes) -> bytes:
    return b"M 100644 inline %b\ndata %d\n%b\n" % (path.encode(), len(data), data)


def _files(apps: list[App]) -> Iterator[tuple[str, bytes]]:
    yield "policy.yaml", (ROOT / "policy.yaml").read_bytes()
    for partner in sorted({app.partner for app in apps}):
        yield f"partners/{partner}.yaml", partner_file(partner, [app for app in apps if app.partner == partner])
    certificates = cycle(sorted((ROOT / "apps").rglob("certs/*.crt")))
    logos = cycle(sorted((ROOT / "apps").rglob("logo.svg")))
    for app in apps:
        yield app.path, app_file(app)
        yield f"{app.folder}/certs/2026.crt", distinct(next(certificates).read_bytes(), app.number)
        yield f"{app.folder}/logo.svg", next(logos).read_bytes().replace(b"</svg>", b"<!-- %d --></svg>" % app.number)


def distinct(pem: bytes, number: int) -> bytes:
    """The certificate with other bytes at the signature's end: another file and another fingerprint, the same key.

    A key pair for each of 10,000 apps would take hours; nothing here checks who signed.
    """
    begin, end = b"-----BEGIN CERTIFICATE-----\n", b"-----END CERTIFICATE-----\n"
    der = b64decode(pem.partition(begin)[2].partition(end)[0])
    text = b64encode(der[:-4] + number.to_bytes(4, "big"))
    return begin + b"".join(text[at : at + 64] + b"\n" for at in range(0, len(text), 64)) + end


def app_file(app: App, *, changed: bool = False) -> bytes:
    """An app's file; `changed` is what its open request asks for."""
    host = f"https://{app.name}.{app.partner}.gov"
    protocol = _PROTOCOLS[app.number % len(_PROTOCOLS)]
    kind = "SAML:2.0" if protocol == "saml" else "openidconnect"
    more = ", " + host + "/auth/kiosk" if changed else ""
    lines = [
        "# yaml-language-server: $schema=../../../schemas/app.schema.json",
        f"app_name: Service {app.number}              # exactly as in the IAA",
        f"friendly_name: Service {app.number}{' and more' if changed else ''}",
        f"issuer: urn:gov:gsa:{kind}.profiles:sp:sso:{app.partner}:{app.name}",
        "team: digital",
        f"protocol: {protocol}",
        "ial: 1",
        "default_aal: 2",
        "logo: logo.svg",
        f"return_to_sp_url: {host}/",
        f"failure_to_proof_url: {host}/other-ways",
        "attestations: {ato: {system: Services, expires: 2028-03-31}, production_account: true, dedicated_domains: []}",
        f"contacts: [{{role: technical, email: digital@{app.partner}.gov}}]",
    ]  # fmt: skip
    if app.environment == "production":
        lines.append(f"iaa: LG{app.partner.upper()}FY260001-0001-0000           # GTC-Order-Mod")
    if protocol == "saml":
        lines += [f"acs_url: {host}/saml/acs", f"assertion_consumer_logout_service_url: {host}/saml/logout",
                  "block_encryption: aes256-cbc", "attribute_bundle: [email]"]  # fmt: skip
    if protocol != "saml":
        lines.append(f"redirect_uris: [{host}/auth/result{more}]")
    if protocol != "openid_connect_pkce":
        lines.append("certs: [certs/2026.crt]")
    if app.number % 100 == 0:
        lines.append(f"push_notification_url: {host}/risc")
    return ("\n".join(lines) + "\n").encode()


def partner_file(partner: str, apps: list[App]) -> bytes:
    """An agency with one agreement, which lists its production apps."""
    short = partner.upper()
    listed = ", ".join(f"Service {app.number}" for app in apps)
    return f"""\
# yaml-language-server: $schema=../schemas/partner.schema.json
name: Agency {short}
abbreviation: {short}
agency_id: {1000 + int(partner[1:])}
teams:
  - id: digital
    name: Digital services
    members:
      - {{email: dana@{partner}.gov, github: {partner}-dana}}
      - {{email: digital@{partner}.gov, github: {partner}-digital}}
accounts:
  - {{requesting_agency: {short}-DIG, name: Agency {short}, status: active, became_partner: 2025-11-03}}
agreements:
  - gtc: LG{short}FY260001
    mod: 0
    account: {short}-DIG
    starts: 2026-01-15
    ends: 2028-12-31
    orders:
      - number: 1
        mods:
          - number: 0
            signed: 2026-01-15
            starts: 2026-01-15
            ends: 2028-12-31
            integrations: [{listed}]
""".encode()


def one_more(app: App, tip: str) -> bytes:
    """A commit on `main` that changes one app."""
    commit = _commit("refs/heads/main", "One more", MORE_AT, approved=True)
    return commit + f"from {tip}\n".encode() + _file(app.path, app_file(app, changed=True))
