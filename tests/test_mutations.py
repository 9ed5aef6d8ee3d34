"""One violation of each rule, put into a repository that is all right: exactly that finding comes of it, at its line.

Whatever else is wrong with a file must not hide a finding, and one cause must not be told twice. Where a second rule
has its own to say about the same change, the row says why.
"""

from __future__ import annotations

import json

import pytest
from _pytest.mark import ParameterSet

from launchwindow.rules import RULES
from support.mutations import (
    Files,
    Row,
    append,
    at,
    at_both,
    both,
    certificate,
    copied,
    edit,
    gone,
    leaked_key,
    line,
    moved,
    put,
)
from support.repository import Repository
from support.valid_fleet import (
    NOW,
    OIDC,
    OIDC_CERTIFICATE,
    OIDC_LOGO,
    OIDC_SANDBOX,
    PARTNER,
    POLICY,
    ROOT,
    SAML,
    SAML_CERTIFICATE,
    SAML_LOGO,
    SAML_SANDBOX,
    valid_fleet,
    write,
)

ADDRESS = "return_to_sp_url"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
UNNAMED = ("location", OIDC_CERTIFICATE, "")
"""The note that follows where no file names the certificate any more."""
SUCCESSOR = (ROOT / "apps/npa/researcher-card/certs/2027.crt").read_bytes()
"""A certificate that the valid repository has nowhere."""
HLD = b"""\
name: Hypothetical Lands Department
abbreviation: EXA
agency_id: 903
teams:
  - id: trails
    name: Trails
    members: [{email: june@hld.gov, github: hld-june}]
agreements: []
"""
WAIVER = "{rule: %s, ticket: LG-1, reason: Agreed., expires: 2027-06-30}"

TABLE: dict[str, tuple[Row, ...]] = {
    "yaml": (
        Row(append(OIDC, "app_name: Again"), (("yaml", OIDC, "app_name: Again"),)),
        Row(put(PARTNER, b"\xff"), (("yaml", PARTNER, ""),)),
    ),
    "schema": (
        Row(edit(OIDC, "friendly_name:", "frendly_name:"), (("schema", OIDC, "frendly_name:"),)),
        at("ial", "schema", "ial: '2'"),
        Row(edit(PARTNER, "agency_id: 901", "agency_id: many"), (("schema", PARTNER, "agency_id"),)),
    ),
    "location": (
        at("team", "location", "team: nobody"),
        Row(put("apps/exa/finder/notes.txt", b"x"), (("location", "apps/exa/finder/notes.txt", ""),)),
        Row(gone(PARTNER), tuple(("location", path, "") for path in (OIDC, OIDC_SANDBOX, SAML, SAML_SANDBOX))),
    ),
    "placeholder": (
        at("friendly_name", "placeholder", "friendly_name: TBD"),
        at(ADDRESS, "placeholder", f"{ADDRESS}: <REPLACE_ME>"),
        at("iaa", "placeholder", "iaa: <REPLACE_ME>"),
        at("logo", "placeholder", "logo: <REPLACE_ME.png>"),
    ),
    "issuer-unique": (
        Row(
            line(SAML, "issuer", "issuer: urn:gov:gsa:openidconnect.profiles:sp:sso:exa:finder"),
            # Both files, since either may be the wrong one; and it is the form of the other protocol.
            tuple((rule, path, "issuer:") for rule, path in (
                ("issuer-unique", OIDC), ("issuer-unique", SAML), ("issuer-format", SAML))),
        ),
    ),
    "issuer-format": (at("issuer", "issuer-format", "issuer: benefits finder"),),
    "issuer-change": (
        at("issuer", "issuer-change", "issuer: urn:gov:gsa:openidconnect.profiles:sp:sso:exa:finder-2")._replace(
            since=True
        ),
    ),
    "app-name": (at("app_name", "app-name", "app_name: Finder (Prod)"),),
    "agency-change": (
        Row(edit(PARTNER, "agency_id: 901", "agency_id: 902"), (("agency-change", PARTNER, "agency_id"),), since=True),
    ),
    "partner-unique": (
        Row(put("partners/hld.yaml", HLD), (("partner-unique", "partners/hld.yaml", "abbreviation: EXA"),), since=True),
        Row(
            put("partners/hld.yaml", HLD),
            (("partner-unique", PARTNER, "abbreviation: EXA"), ("partner-unique", "partners/hld.yaml", "abbreviation")),
        ),
    ),
    "iaa-format": (at("iaa", "iaa-format", "iaa: LGEXAFY260001"), Row(line(OIDC, "iaa"), (("iaa-format", OIDC, ""),))),
    "iaa-unknown": (at("iaa", "iaa-unknown", "iaa: LGEXAFY260001-0007-0000"),),
    "iaa-unsigned": (
        Row(
            edit(PARTNER, "            signed: 2026-01-15\n", ""),
            tuple(("iaa-unsigned", path, "iaa:") for path in (OIDC, SAML)),
        ),
    ),
    "iaa-unlisted": (
        Row(edit(PARTNER, "[Finder, Records]", "[Finder]"), (("iaa-unlisted", SAML, "app_name:"),)),
        at("app_name", "iaa-unlisted", "app_name: Something Else"),
    ),
    "iaa-period": (
        Row(
            edit(PARTNER, "            ends: 2028-12-31", "            ends: 2026-11-30"),
            tuple(("iaa-period", path, "iaa:") for path in (OIDC, SAML)),
        ),
    ),
    "url-form": (
        at(ADDRESS, "url-form", f"{ADDRESS}: https://finder.exa.gov/a b"),
        at(ADDRESS, "url-form", f"{ADDRESS}: https://me:secret@finder.exa.gov/"),
        at("failure_to_proof_url", "url-form", "failure_to_proof_url: finder.exa.gov"),
    ),
    "url-https": (at(ADDRESS, "url-https", f"{ADDRESS}: http://finder.exa.gov/"),),
    "url-domain": (
        at(ADDRESS, "url-domain", f"{ADDRESS}: https://finder.example.org/"),
        at("push_notification_url", "url-domain", "push_notification_url: https://exa.herokuapp.com/risc"),
    ),
    "url-local": (
        at(ADDRESS, "url-local", f"{ADDRESS}: http://localhost:3000/"),
        at("push_notification_url", "url-local", "push_notification_url: https://127.0.0.1/risc"),
        at("acs_url", "url-local", "acs_url: https://[::1]/acs", SAML),
    ),
    "url-wildcard": (
        at(ADDRESS, "url-wildcard", f"{ADDRESS}: https://finder.exa.gov/*"),
        at("redirect_uris", "url-wildcard", "redirect_uris: ['https://*.exa.gov/auth/result']"),
    ),
    "url-duplicate": (
        at("redirect_uris", "url-duplicate",
           "redirect_uris: ['https://finder.exa.gov/auth/result', 'https://FINDER.exa.gov:443/auth/result']"),
    ),
    "url-lookalike": (
        at(ADDRESS, "url-lookalike", f"{ADDRESS}: https://xn--bnefits-4of.exa.gov/"),
        Row(both(line(OIDC, ADDRESS, f"{ADDRESS}: https://exa-gov.com/"),
                 edit(OIDC, "dedicated_domains: []", "dedicated_domains: [exa-gov.com]")),
            (("url-lookalike", OIDC, ADDRESS),)),
    ),
    "redirect-scheme": (
        at("redirect_uris", "redirect-scheme", "redirect_uris: ['javascript:alert(1)']"),
        at("redirect_uris", "redirect-scheme", "redirect_uris: ['finder.exa.gov:8080/result']"),
        at("redirect_uris", "redirect-scheme", "redirect_uris: ['benefits://result']"),
    ),
    "redirect-required": (at("redirect_uris", "redirect-required", "redirect_uris: []"),),
    "push-endpoint": (
        at("push_notification_url", "push-endpoint", "push_notification_url: https://finder.exa.gov:8443/risc"),
    ),
    "saml-endpoints": (
        at("acs_url", "saml-endpoints", "acs_url: https://secure.login.gov/api/saml/auth2026", SAML),
        at("acs_url", "saml-endpoints", "acs_url: gov.exa.records://acs", SAML),
    ),
    "saml-logout": (
        Row(line(SAML, "assertion_consumer_logout_service_url"), (("saml-logout", SAML, "protocol:"),)),
    ),
    "saml-encryption": (at("block_encryption", "saml-encryption", "block_encryption: none", SAML),),
    "certificate-required": (
        Row(both(line(OIDC, "certs", "certs: []"), gone(OIDC_CERTIFICATE)),
            (("certificate-required", OIDC, "certs:"),)),
    ),
    "certificate-form": (
        certificate("certificate-form", "empty"),
        certificate("certificate-form", "cut-off"),
        Row(copied("apps/exa/finder/logo.svg", OIDC_CERTIFICATE), (("certificate-form", OIDC_CERTIFICATE, ""),)),
    ),
    "certificate-missing": (
        Row(gone(OIDC_CERTIFICATE), (("certificate-missing", OIDC, "certs:"),)),
        Row(gone(OIDC_LOGO), tuple(("certificate-missing", path, "logo:") for path in (OIDC, OIDC_SANDBOX))),
    ),
    "private-key": (Row(leaked_key, (("private-key", OIDC_CERTIFICATE, ""),)),),
    "certificate-strength": (
        certificate("certificate-strength", "rsa-1024"),
        certificate("certificate-strength", "elliptic-curve"),
    ),
    "certificate-lifetime": (certificate("certificate-lifetime", "ten-years"),),
    "certificate-serial": (certificate("certificate-serial", "one"),),
    "certificate-expiry": (
        certificate("certificate-expiry", "expired-yesterday"),
        certificate("certificate-expiry", "60-days-left"),
    ),
    "certificate-reuse": (
        Row(both(line(OIDC_SANDBOX, "certs", "certs: [certs/2026.crt]"), gone("apps/exa/finder/certs/sandbox.crt")),
            (("certificate-reuse", OIDC_CERTIFICATE, ""),)),
        Row(copied(OIDC_CERTIFICATE, SAML_CERTIFICATE),
            tuple(("certificate-reuse", path, "") for path in (OIDC_CERTIFICATE, SAML_CERTIFICATE))),
    ),
    "certificate-foreign": (certificate("certificate-foreign", "production-identity-provider"),),
    "rotation-overlap": (
        Row(both(put("apps/exa/finder/certs/2027.crt", SUCCESSOR),
                 line(OIDC, "certs", "certs: [certs/2027.crt]"), gone(OIDC_CERTIFICATE)),
            (("rotation-overlap", OIDC, "certs:"),), since=True),
    ),
    "rotation-coordination": (
        Row(both(put("apps/exa/records/certs/2027.crt", SUCCESSOR),
                 line(SAML, "certs", "certs: [certs/2027.crt, certs/2026.crt]")),
            (("rotation-coordination", SAML, "certs:"),), since=True),
        Row(both(put("apps/exa/records/certs/2027.crt", SUCCESSOR),
                 line(SAML, "certs", "certs: [certs/2027.crt, certs/2026.crt]"),
                 append(SAML, "release: {coordinate_at: 2026-12-01T10:00:00-05:00, reason: Agreed.}")),
            (("rotation-coordination", SAML, "release:"),), since=True),
    ),
    "failure-to-proof": (Row(line(OIDC, "failure_to_proof_url"), (("failure-to-proof", OIDC, "ial:"),)),),
    "attribute-level": (at("attribute_bundle", "attribute-level", "attribute_bundle: [email, first_name]", SAML),),
    "attribute-bundle": (at("attribute_bundle", "attribute-bundle", "attribute_bundle: [email, firstname]", SAML),),
    "assurance-change": (
        Row(line(OIDC, "ial", "ial: 1"),
            # The sandbox twin still has the old level: a note, and another matter than whether it may change at all.
            (("assurance-change", OIDC, "ial:"), ("sandbox-tested", OIDC, "ial:")), since=True),
        Row(both(line(OIDC, "ial", "ial: 1"), line(OIDC_SANDBOX, "ial", "ial: 1")),
            (("assurance-change", OIDC, "ial:"),), since=True),
    ),
    "staging-purpose": (
        Row(both(copied(SAML, "apps/exa/records/staging.yaml"),
                 line("apps/exa/records/staging.yaml", "certs", "certs: [certs/staging.crt]"),
                 put("apps/exa/records/certs/staging.crt",
                     (ROOT / "apps/exa/benefits-finder/certs/staging-2026.crt").read_bytes())),
            (("staging-purpose", "apps/exa/records/staging.yaml", "ial:"),)),
    ),
    "logo-required": (Row(both(line(SAML, "logo")), (("logo-required", SAML, ""),)),),
    "logo-format": (Row(put(OIDC_LOGO, b"GIF89a"), (("logo-format", OIDC_LOGO, ""),)),),
    "logo-size": (
        Row(put(OIDC_LOGO, SVG + b"<title>" + b"x" * 60_000 + b"</title></svg>"), (("logo-size", OIDC_LOGO, ""),)),
    ),
    "logo-safety": (
        Row(put(OIDC_LOGO, SVG + b"\n<script>alert(1)</script></svg>"), (("logo-safety", OIDC_LOGO, "<script>"),)),
        Row(put(OIDC_LOGO, b'<svg xmlns="http://www.w3.org/2000/svg"/>'), (("logo-safety", OIDC_LOGO, ""),)),
    ),
    "sandbox-tested": (Row(both(gone(SAML_SANDBOX), gone("apps/exa/records/certs/sandbox.crt")),
                           (("sandbox-tested", SAML, ""),)),),
    "help-text-markup": (
        Row(edit(OIDC, "<p>Sign in</p>", "<div>Sign in</div>"), (("help-text-markup", OIDC, "help_text:"),)),
        Row(edit(OIDC, "<p>Sign in</p>", "<script>x</script>"), (("help-text-markup", OIDC, "help_text:"),)),
    ),
    "help-text-placeholder": (
        Row(edit(OIDC, "<p>Sign in</p>", "'100% of it'"), (("help-text-placeholder", OIDC, "help_text:"),)),
    ),
    "help-text-locales": (
        Row(edit(OIDC, ", fr: <p>Entrez</p>", ""), (("help-text-locales", OIDC, "help_text:"),)),
    ),
    "ato": (
        Row(edit(OIDC, "ato: {system: Finder, expires: 2028-03-31}, ", ""), (("ato", OIDC, "attestations:"),)),
        Row(edit(OIDC, "expires: 2028-03-31", "expires: 2026-11-30"), (("ato", OIDC, "attestations:"),)),
    ),
    "production-account": (
        Row(edit(OIDC, "production_account: true", "production_account: false"),
            (("production-account", OIDC, "attestations:"),)),
    ),
    "launch-date": (at("launch", "launch-date", "launch: {date: 2026-12-01}"),),
    "waiver": (
        Row(append(OIDC, f"waivers: [{WAIVER % 'logo-size'}]"), (("waiver", OIDC, "waivers:"),)),
        Row(append(OIDC, f"waivers: [{WAIVER % 'logo-siz'}]"), (("waiver", OIDC, "waivers:"),)),
    ),
    "app-retired": (
        Row(both(gone(SAML), gone(SAML_CERTIFICATE)), (("app-retired", SAML, ""),), since=True),
    ),
}  # fmt: skip

ONE_CAUSE: tuple[Row, ...] = (
    at("protocol", "schema", "protocol: oidc"),
    at("ial", "schema", "ial: 3"),
    at("block_encryption", "schema", "block_encryption: rot13", SAML),
    Row(line(SAML, "acs_url"), (("schema", SAML, "protocol:"),)),
    Row(line(SAML, ADDRESS), (("saml-endpoints", SAML, "protocol:"),)),
    at("push_notification_url", "url-https", "push_notification_url: http://finder.exa.gov/risc"),
    at("push_notification_url", "url-domain", "push_notification_url: https://8.8.8.8/risc"),
    at("push_notification_url", "push-endpoint", "push_notification_url: ftp://finder.exa.gov/risc"),
    at("push_notification_url", "push-endpoint", "push_notification_url: mailto:a@exa.gov"),
    at("acs_url", "saml-endpoints", "acs_url: 'javascript:alert(1)'", SAML),
    at("redirect_uris", "url-local", "redirect_uris: ['http://localhost:3000/x']"),
    at("redirect_uris", "url-form", "redirect_uris: ['https://finder.exa.gov/#x']"),
    at("redirect_uris", "redirect-scheme", "redirect_uris: ['data:text/html,x']"),
    at("redirect_uris", "url-form", "redirect_uris: ['x y']"),
    at("redirect_uris", "placeholder", "redirect_uris: [<REPLACE_ME>]"),
    at("redirect_uris", "schema", "redirect_uris: https://finder.exa.gov/"),
    at("redirect_uris", "schema", "redirect_uris: [12]"),
    at(ADDRESS, "url-domain", f"{ADDRESS}: https://exa-gov.com/"),
    at(ADDRESS, "url-form", f"{ADDRESS}: https://finder.exa.gov:99999/"),
    at(ADDRESS, "url-form", f"{ADDRESS}: https://finder.exa.gov/100%"),
    at(ADDRESS, "url-domain", f"{ADDRESS}: https://finder/"),
    at(ADDRESS, "url-local", f"{ADDRESS}: http://10.0.0.1/"),
    at(ADDRESS, "url-local", f"{ADDRESS}: https://finder.internal/"),
    at("failure_to_proof_url", "placeholder", "failure_to_proof_url: TBD"),
    at("iaa", "schema", "iaa: 12"),
    at("iaa", "iaa-format", "iaa: none"),
    at("iaa", "iaa-unknown", "iaa: LGNPAFY260002-0001-0000"),
    at("issuer", "schema", "issuer: 12"),
    at("issuer", "schema", "issuer: ''"),
    at("app_name", "app-name", "app_name: FINDER"),
    at("app_name", "app-name", "app_name: Finder Production"),
    at("app_name", "placeholder", "app_name: TBD"),
    at("team", "schema", "team: 12"),
    at("logo", "certificate-missing", "logo: ../logo.svg"),
    at("logo", "certificate-missing", "logo: /etc/passwd"),
    at("logo", "certificate-missing", "logo: logo.gif"),
    Row(line(OIDC, "certs", "certs: [../2026.crt]"), (("certificate-missing", OIDC, "certs:"), UNNAMED)),
    at("certs", "certificate-missing", "certs: [certs/2026.crt, certs/2027.crt]"),
    Row(line(OIDC, "certs", "certs: certs/2026.crt"), (("schema", OIDC, "certs:"), UNNAMED)),
    at("help_text", "help-text-placeholder", "help_text: {sign_in: {en: '%{agency}', es: a, fr: b}}"),
    at("help_text", "schema", "help_text: {sign_on: {en: a, es: a, fr: b}}"),
    at("help_text", "schema", "help_text: {sign_in: {de: a, en: a, es: a, fr: b}}"),
    at("attribute_bundle", "schema", "attribute_bundle: email", SAML),
    at("attribute_bundle", "attribute-bundle", "attribute_bundle: [email, email]", SAML),
    at("launch", "schema", "launch: {date: soon}"),
    at("attestations", "schema", "attestations: {ato: yes, production_account: true}"),
    at("attestations", "ato", "attestations: {production_account: true}"),
    Row(append(OIDC, f"waivers: [{WAIVER % 'yaml'}]"), (("waiver", OIDC, "waivers:"),)),
    Row(append(SAML, "redirect_uris: ['https://records.exa.gov/', 'https://RECORDS.exa.gov']"),
        (("url-duplicate", SAML, "redirect_uris:"),)),
    Row(put(OIDC, b""), (("schema", OIDC, ""), UNNAMED)),
    Row(put(OIDC, b"- a\n"), (("schema", OIDC, ""), UNNAMED)),
    Row(edit(PARTNER, "agency_id: 901\n", ""), (("schema", PARTNER, ""),)),
    Row(edit(PARTNER, "id: benefits", "id: others"),
        tuple(("location", path, "team:") for path in (OIDC, OIDC_SANDBOX, SAML, SAML_SANDBOX))),
    Row(edit(PARTNER, "signed: 2026-01-15", "signed: 2027-01-15"),
        tuple(("iaa-unsigned", path, "iaa:") for path in (OIDC, SAML))),
    Row(put(OIDC_LOGO, b""), (("logo-format", OIDC_LOGO, ""),)),
    Row(put(OIDC_CERTIFICATE, b"\0" * 5_000_000), (("certificate-form", OIDC_CERTIFICATE, ""),)),
    Row(edit(POLICY, "key_bits: 2048", "key_bits: 4096"),
        tuple(("certificate-strength", f"apps/exa/{app}/certs/{name}.crt", "")
              for app in ("finder", "records") for name in ("2026", "sandbox"))),
    Row(edit(POLICY, "max_bytes: 51200", "max_bytes: 50"),
        (("logo-size", OIDC_LOGO, ""), ("logo-size", SAML_LOGO, ""))),
    Row(gone(OIDC_CERTIFICATE), (("certificate-missing", OIDC, "certs:"),), since=True),
    Row(moved("apps/exa/finder", "apps/exa/found"), (), since=True),
    Row(moved(OIDC, "apps/exa/finder/prod.yaml"), (("location", "apps/exa/finder/prod.yaml", ""), UNNAMED)),
    Row(moved(OIDC, "apps/exa/finder/production.yml"), (("location", "apps/exa/finder/production.yml", ""), UNNAMED)),
)  # fmt: skip
"""Violations that several rules look at, and that only one of them tells."""

TWO_FINDINGS: tuple[Row, ...] = (
    # Whether a host counts must not depend on how severe it is that an address can't be read.
    at_both("redirect_uris", ("url-form", "url-domain"), "redirect_uris: ['https:///x']"),
    at_both(ADDRESS, ("url-form", "url-domain"), f"{ADDRESS}: https://b\u0435nefits.exa.gov/"),
    # Two causes: neither the asterisk nor the ending may stay.
    at_both(ADDRESS, ("url-wildcard", "url-domain"), f"{ADDRESS}: https://*.com/"),
    at_both("push_notification_url", ("url-https", "push-endpoint"),
            "push_notification_url: http://finder.exa.gov:8443/risc"),
    # The form, and why there has to be a value: taking the line out would mend the first alone.
    at_both("failure_to_proof_url", ("schema", "failure-to-proof"), "failure_to_proof_url: ''"),
    # An agreement that can't be read is none; at a release, the apps are judged without their partner's file.
    Row(edit(PARTNER, "signed: 2026-01-15", "signed: soon"),
        (("schema", PARTNER, "signed:"), ("iaa-unsigned", OIDC, "iaa:"), ("iaa-unsigned", SAML, "iaa:"))),
    Row(put(PARTNER, b""),
        (("schema", PARTNER, ""), ("iaa-unknown", OIDC, "iaa:"), ("iaa-unknown", SAML, "iaa:"))),
    # Two causes, of which another export may mend only one.
    Row(put(OIDC_LOGO, b"x" * 60_000), (("logo-format", OIDC_LOGO, ""), ("logo-size", OIDC_LOGO, ""))),
    # A waiver may allow the size, never that nobody looked inside.
    Row(put(OIDC_LOGO, b"\0" * 5_000_000), (("logo-safety", OIDC_LOGO, ""), ("logo-size", OIDC_LOGO, ""))),
    # What is deleted, and what is left behind: a note.
    Row(gone(OIDC), (("app-retired", OIDC, ""), UNNAMED), since=True),
    # A waiver that has ended covers nothing, so what it covered counts again.
    Row(both(line(OIDC, ADDRESS, f"{ADDRESS}: http://finder.exa.gov/"),
             append(OIDC, "waivers: [{rule: url-https, ticket: LG-1, reason: Agreed., expires: 2026-10-31}]")),
        (("url-https", OIDC, ADDRESS), ("waiver", OIDC, "waivers:"))),
)  # fmt: skip
"""Violations about which two rules have something of their own to say, and why."""


def rows() -> list[ParameterSet]:
    """Each row, named by its rule."""
    named = [*TABLE.items(), ("one-cause", ONE_CAUSE), ("two-findings", TWO_FINDINGS)]
    return [pytest.param(row, id=f"{name}-{index}") for name, some in named for index, row in enumerate(some)]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The valid repository, committed on main."""
    repository = Repository(tmp_path_factory.mktemp("mutations") / "fleet")
    repository.git("rm", "-r", "--quiet", "apps", "partners")
    write(valid_fleet(), repository.path)
    repository.commit("Have a valid fleet")
    return repository


def lay(repository: Repository, before: Files, after: Files) -> None:
    """Make the work tree, which is as before, as it is after."""
    for path in before.keys() - after.keys():
        (repository.path / path).unlink()
    write({path: data for path, data in after.items() if before.get(path) != data}, repository.path)


def line_of(data: bytes | None, begins: str) -> int:
    """The number of the first line that begins so."""
    if not begins:
        return 1
    assert data is not None
    lines = data.decode().splitlines()
    return next(number for number, text in enumerate(lines, 1) if text.lstrip(" -").startswith(begins))


def test_the_valid_repository_has_no_finding(repository: Repository) -> None:
    """Neither by itself nor as a change of what it was; else the rows below would prove nothing."""
    for arguments in ((), ("--since", "main")):
        assert repository.run_json("check", *arguments, now=NOW)["findings"] == []


@pytest.mark.parametrize("row", rows())
def test_a_violation_is_found_once_and_alone(row: Row, repository: Repository) -> None:
    """All findings, whatever their severity, and where they are."""
    before = valid_fleet()
    files = dict(before)
    row.change(files)
    assert files != before
    lay(repository, before, files)
    try:
        arguments = ("--since", "main") if row.since else ()
        findings = json.loads(repository.run("check", "--format", "json", *arguments, now=NOW).out)["findings"]
    finally:
        lay(repository, files, before)
    found = sorted((one["rule"], one["file"], one["line"]) for one in findings)
    wanted = sorted((rule, file, line_of(files.get(file), begins)) for rule, file, begins in row.found)
    said = [f"{one['file']}:{one['line']} {one['rule']}: {one['message']}" for one in findings]
    assert found == wanted, "\n".join(said)


def test_every_rule_has_a_row() -> None:
    """And every row's rule is among what it expects."""
    assert set(TABLE) == {rule.id for rule in RULES}
    for rule, some in TABLE.items():
        assert some, rule
        assert all(rule in {place[0] for place in row.found} for row in some), rule
