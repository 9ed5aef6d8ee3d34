"""A small repository in which `check` finds nothing to say but praise: what mutations and fuzzing start from.

One partner with two apps in production, one OpenID Connect by private_key_jwt and one SAML, each with a sandbox twin.
One field a line, so that a finding's line names its field.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

NOW = "2026-11-24T10:00:00-05:00"
"""A Tuesday; a change made then goes with the window of 2026-12-10."""

OIDC = "apps/exa/finder/production.yaml"
OIDC_SANDBOX = "apps/exa/finder/sandbox.yaml"
OIDC_CERTIFICATE = "apps/exa/finder/certs/2026.crt"
OIDC_LOGO = "apps/exa/finder/logo.svg"
SAML = "apps/exa/records/production.yaml"
SAML_SANDBOX = "apps/exa/records/sandbox.yaml"
SAML_CERTIFICATE = "apps/exa/records/certs/2026.crt"
SAML_LOGO = "apps/exa/records/logo.svg"
PARTNER = "partners/exa.yaml"
POLICY = "policy.yaml"

_HELP = "{en: <p>Sign in</p>, es: <p>Inicie</p>, fr: <p>Entrez</p>}"

_OIDC = f"""\
app_name: Finder
friendly_name: Benefits Finder
issuer: urn:gov:gsa:openidconnect.profiles:sp:sso:exa:finder
team: benefits
iaa: LGEXAFY260001-0001-0000
protocol: openid_connect_private_key_jwt
ial: 2
default_aal: 2
logo: logo.svg
certs: [certs/2026.crt]
redirect_uris: [https://finder.exa.gov/auth/result]
return_to_sp_url: https://finder.exa.gov/
failure_to_proof_url: https://finder.exa.gov/other-ways
push_notification_url: https://finder.exa.gov/risc
help_text: {{sign_in: {_HELP}}}
launch: {{date: 2027-01-12}}
attestations: {{ato: {{system: Finder, expires: 2028-03-31}}, production_account: true, dedicated_domains: []}}
contacts: [{{role: technical, email: benefits-dev@exa.gov}}]
"""
_OIDC_SANDBOX = f"""\
app_name: Finder
friendly_name: Benefits Finder
issuer: urn:gov:gsa:openidconnect.profiles:sp:sso:exa:finder:sandbox
team: benefits
protocol: openid_connect_private_key_jwt
ial: 2
default_aal: 2
logo: logo.svg
certs: [certs/sandbox.crt]
redirect_uris: [https://finder.dev.exa.gov/auth/result]
return_to_sp_url: https://finder.dev.exa.gov/
failure_to_proof_url: https://finder.dev.exa.gov/other-ways
push_notification_url: https://finder.dev.exa.gov/risc
help_text: {{sign_in: {_HELP}}}
contacts: [{{role: technical, email: benefits-dev@exa.gov}}]
"""
_SAML = """\
app_name: Records
friendly_name: Records Room
issuer: urn:gov:gsa:SAML:2.0.profiles:sp:sso:exa:records
team: benefits
iaa: LGEXAFY260001-0001-0000
protocol: saml
ial: 1
default_aal: 2
logo: logo.svg
certs: [certs/2026.crt]
acs_url: https://records.exa.gov/saml/acs
assertion_consumer_logout_service_url: https://records.exa.gov/saml/logout
return_to_sp_url: https://records.exa.gov/
block_encryption: aes256-cbc
attribute_bundle: [email]
attestations: {ato: {system: Records, expires: 2028-03-31}, production_account: true, dedicated_domains: []}
contacts: [{role: technical, email: benefits-dev@exa.gov}]
"""
_SAML_SANDBOX = """\
app_name: Records
friendly_name: Records Room
issuer: urn:gov:gsa:SAML:2.0.profiles:sp:sso:exa:records:sandbox
team: benefits
protocol: saml
ial: 1
default_aal: 2
logo: logo.svg
certs: [certs/sandbox.crt]
acs_url: https://records.dev.exa.gov/saml/acs
assertion_consumer_logout_service_url: https://records.dev.exa.gov/saml/logout
return_to_sp_url: https://records.dev.exa.gov/
block_encryption: aes256-cbc
attribute_bundle: [email]
contacts: [{role: technical, email: benefits-dev@exa.gov}]
"""
_PARTNER = """\
name: Example Agency
abbreviation: EXA
agency_id: 901
teams:
  - id: benefits
    name: Benefits
    members: [{email: dev@exa.gov, github: exa-dev}]
agreements:
  - gtc: LGEXAFY260001
    mod: 0
    starts: 2026-01-01
    ends: 2030-12-31
    orders:
      - number: 1
        mods:
          - number: 0
            signed: 2026-01-15
            starts: 2026-01-01
            ends: 2028-12-31
            integrations: [Finder, Records]
"""
_LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">\n  <rect width="9" height="9"/>\n</svg>\n'


def valid_fleet() -> dict[str, bytes]:
    """Path -> bytes of the whole repository."""
    example = ROOT / "apps"
    certificates = {
        OIDC_CERTIFICATE: example / "exa/benefits-finder/certs/2026.crt",
        "apps/exa/finder/certs/sandbox.crt": example / "exa/benefits-finder/certs/sandbox-2026.crt",
        SAML_CERTIFICATE: example / "npa/reading-room/certs/2026.crt",
        "apps/exa/records/certs/sandbox.crt": example / "npa/reading-room/certs/sandbox-2026.crt",
    }
    texts = {
        OIDC: _OIDC, OIDC_SANDBOX: _OIDC_SANDBOX, SAML: _SAML, SAML_SANDBOX: _SAML_SANDBOX, PARTNER: _PARTNER,
        OIDC_LOGO: _LOGO, SAML_LOGO: _LOGO,
    }  # fmt: skip
    files = {path: text.encode() for path, text in texts.items()}
    files |= {path: source.read_bytes() for path, source in certificates.items()}
    return files | {POLICY: (ROOT / "policy.yaml").read_bytes()}


def write(files: dict[str, bytes], root: Path) -> None:
    """Lay the files into a folder."""
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
