"""The example fleet in `apps/` and `partners/` is sound by facts that need none of our own code."""

from __future__ import annotations

import json
import re
import struct
import zlib
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[1]
APP_FILES = sorted(ROOT.glob("apps/*/*/*.yaml"))
PARTNER_FILES = sorted(ROOT.glob("partners/*.yaml"))
CERTIFICATES = sorted(ROOT.glob("apps/*/*/certs/*.crt"))
LOGOS = sorted(ROOT.glob("apps/*/*/logo.*"))
REVIEWED = ("staging", "production")
LOGO_MAX_BYTES = 51200
SERIAL_MIN_HEX_DIGITS = 16
LIFETIME_DAYS = range(365, 1097)
URL_FIELDS = (
    "acs_url",
    "assertion_consumer_logout_service_url",
    "sp_initiated_login_url",
    "return_to_sp_url",
    "failure_to_proof_url",
    "push_notification_url",
)


def plain(value: Any) -> Any:
    """Dates as the ISO strings that the schemas describe; everything else as it is."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def load(path: Path) -> dict[str, Any]:
    data = plain(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))
    assert isinstance(data, dict)
    return data


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def deciding_mod(order: dict[str, Any]) -> dict[str, Any]:
    """The latest signed modification of an order."""
    signed = [mod for mod in order["mods"] if mod.get("signed")]
    return max(signed, key=lambda mod: int(mod["number"]))


def addresses(app: dict[str, Any]) -> list[str]:
    return [*app.get("redirect_uris", []), *(app[field] for field in URL_FIELDS if field in app)]


APPS = {path: load(path) for path in APP_FILES}
PARTNERS = {path.stem: load(path) for path in PARTNER_FILES}
PROTOCOLS = [
    ("openid_connect_private_key_jwt", None, {"sandbox", "staging", "production"}),
    ("openid_connect_pkce", None, {"sandbox", "production"}),
    ("saml", True, {"sandbox", "production"}),
    ("saml", None, {"sandbox", "production"}),
]


def test_the_fleet_is_large_enough_to_be_realistic() -> None:
    assert len(APPS) >= 10
    assert set(PARTNERS) == {"exa", "npa", "hld"}
    assert {path.parents[1].name for path in APP_FILES} == set(PARTNERS)


@pytest.mark.parametrize(("kind", "paths"), [("app", APP_FILES), ("partner", PARTNER_FILES)])
def test_files_are_valid_by_their_schema(kind: str, paths: list[Path]) -> None:
    schema = json.loads((ROOT / f"schemas/{kind}.schema.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema)
    problems = {name(path): [error.message for error in validator.iter_errors(load(path))] for path in paths}
    assert {path: found for path, found in problems.items() if found} == {}


@pytest.mark.parametrize("path", [*APP_FILES, *PARTNER_FILES], ids=name)
def test_the_first_line_names_a_schema_that_is_there(path: Path) -> None:
    first_line = path.read_text(encoding="utf-8").splitlines()[0]
    match = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first_line)
    assert match is not None
    expected = "partner" if path.parent.name == "partners" else "app"
    assert (path.parent / match[1]).resolve() == ROOT / f"schemas/{expected}.schema.json"


def test_nothing_lies_under_apps_that_no_app_names() -> None:
    named = set(APP_FILES)
    for path, app in APPS.items():
        named |= {path.parent / entry for entry in [app["logo"], *app.get("certs", [])]}
    assert {path for path in ROOT.glob("apps/**/*") if path.is_file()} == named


def test_no_private_key_is_anywhere() -> None:
    files = [path for folder in ("apps", "partners") for path in (ROOT / folder).rglob("*") if path.is_file()]
    assert files
    assert [name(path) for path in files if b"PRIVATE KEY" in path.read_bytes()] == []


@pytest.mark.parametrize("path", CERTIFICATES, ids=name)
def test_certificates_are_what_the_process_asks_for(path: Path) -> None:
    text = path.read_bytes()
    assert text.count(b"-----BEGIN CERTIFICATE-----") == 1
    assert b"\r" not in text
    assert text.endswith(b"-----END CERTIFICATE-----\n")
    cert = certificate(path)
    key = cert.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    assert key.key_size == 2048
    assert isinstance(cert.signature_hash_algorithm, hashes.SHA256)
    cert.verify_directly_issued_by(cert)
    assert cert.serial_number > 0
    assert len(f"{cert.serial_number:x}") >= SERIAL_MIN_HEX_DIGITS
    assert (cert.not_valid_after_utc - cert.not_valid_before_utc).days in LIFETIME_DAYS
    app_name = load(path.parents[1] / "sandbox.yaml")["app_name"]
    assert app_name in cert.subject.rfc4514_string()


def test_each_environment_has_certificates_of_its_own() -> None:
    keys = [
        certificate(path.parent / entry).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        for path, app in APPS.items()
        for entry in app.get("certs", [])
    ]
    assert len(keys) == len(CERTIFICATES)
    assert len(set(keys)) == len(keys)


def test_only_pkce_goes_without_a_certificate() -> None:
    for path, app in APPS.items():
        assert bool(app.get("certs")) is (app["protocol"] != "openid_connect_pkce"), name(path)


def test_one_production_app_is_between_two_certificates() -> None:
    rotating = [app for path, app in APPS.items() if path.stem == "production" and len(app.get("certs", [])) == 2]
    assert [app["app_name"] for app in rotating] == ["Researcher Card"]
    # Only signed requests let the identity provider tell by which key it is asked.
    assert rotating[0]["requests_signed"] is True


@pytest.mark.parametrize("path", LOGOS, ids=name)
def test_logos_are_small_and_what_their_ending_says(path: Path) -> None:
    content = path.read_bytes()
    assert 0 < len(content) <= LOGO_MAX_BYTES
    if path.suffix == ".svg":
        root = ElementTree.fromstring(content)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert len(root.attrib["viewBox"].split()) == 4
        assert re.search(rb"script|href|foreignObject|\son\w+=|url\(|<!", content, re.IGNORECASE) is None
    else:
        assert_is_png(content)


def assert_is_png(content: bytes) -> None:
    """Signature, checksums and the size of the pixels it holds (PNG, W3C, sections 5 and 11.2.2)."""
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    chunks: dict[bytes, bytes] = {}
    offset = 8
    while offset < len(content):
        (length,) = struct.unpack_from(">I", content, offset)
        kind, data = content[offset + 4 : offset + 8], content[offset + 8 : offset + 8 + length]
        assert struct.unpack_from(">I", content, offset + 8 + length) == (zlib.crc32(kind + data),)
        chunks[kind] = data
        offset += 12 + length
    width, height, depth, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert (depth, colour) == (8, 6)
    assert len(zlib.decompress(chunks[b"IDAT"])) == height * (1 + 4 * width)


def test_logos_differ_and_are_of_both_kinds() -> None:
    assert {path.suffix for path in LOGOS} == {".svg", ".png"}
    assert len({path.read_bytes() for path in LOGOS}) == len(LOGOS) >= 6


@pytest.mark.parametrize(("protocol", "signed", "environments"), PROTOCOLS)
def test_every_protocol_is_shown_in_its_environments(
    protocol: str, signed: bool | None, environments: set[str]
) -> None:
    folders: dict[Path, set[str]] = {}
    for path, app in APPS.items():
        if app["protocol"] == protocol and app.get("requests_signed") is signed:
            folders.setdefault(path.parent, set()).add(path.stem)
    assert any(environments <= stems for stems in folders.values())


def test_twins_share_a_name_and_only_the_sandbox_has_another_issuer() -> None:
    for path, app in APPS.items():
        twin = load(path.with_name("sandbox.yaml"))
        assert app["app_name"] == twin["app_name"], name(path)
        assert app["protocol"] == twin["protocol"], name(path)
        assert app.get("requests_signed") == twin.get("requests_signed"), name(path)
        assert twin["issuer"] == app["issuer"].removesuffix(":sandbox") + ":sandbox", name(path)


def test_issuers_are_unique_in_each_environment() -> None:
    issuers = [(path.stem, app["issuer"]) for path, app in APPS.items()]
    assert len(set(issuers)) == len(issuers)


def test_no_app_name_holds_an_environment_word() -> None:
    words = re.compile(r"\b(prod|production|staging|stage|sandbox|test|dev|int)\b", re.IGNORECASE)
    assert [app["app_name"] for app in APPS.values() if words.search(app["app_name"])] == []


def test_reviewed_apps_are_listed_by_the_latest_signed_mod_of_their_order() -> None:
    reviewed = {path: app for path, app in APPS.items() if path.stem in REVIEWED}
    assert len(reviewed) >= 6
    for path, app in reviewed.items():
        gtc, order_number, mod_number = app["iaa"].split("-")
        agreements = PARTNERS[path.parents[1].name]["agreements"]
        (agreement,) = [entry for entry in agreements if entry["gtc"] == gtc]
        (order,) = [entry for entry in agreement["orders"] if entry["number"] == int(order_number)]
        mod = deciding_mod(order)
        assert mod["number"] == int(mod_number), name(path)
        assert app["app_name"] in mod["integrations"], name(path)
        assert mod["starts"] < "2026-11-01", name(path)
        assert mod["ends"] > "2028-01-01", name(path)
        assert re.fullmatch(r"LG[A-Z]{3}FY[0-9]{6}-[0-9]{4}-[0-9]{4}", app["iaa"])


def test_teams_and_accounts_that_are_named_exist() -> None:
    for path, app in APPS.items():
        assert app["team"] in {team["id"] for team in PARTNERS[path.parents[1].name]["teams"]}, name(path)
    for partner in PARTNERS.values():
        accounts = {account["requesting_agency"] for account in partner["accounts"]}
        assert {agreement["account"] for agreement in partner["agreements"]} <= accounts
    ids = [partner["agency_id"] for partner in PARTNERS.values()]
    assert len(set(ids)) == len(ids)


def test_reviewed_addresses_are_https_on_government_or_dedicated_hosts() -> None:
    dedicated_used = set()
    for path, app in APPS.items():
        if path.stem not in REVIEWED:
            continue
        dedicated = set(app["attestations"]["dedicated_domains"])
        for address in addresses(app):
            parts = urlsplit(address)
            if app.get("native") and "." in parts.scheme:
                continue
            assert parts.scheme == "https", address
            host = parts.hostname or ""
            own = {domain for domain in dedicated if host == domain or host.endswith(f".{domain}")}
            assert host.endswith((".gov", ".mil")) or own, address
            dedicated_used |= own
    assert dedicated_used == {"npa-reading-room.com"}


def test_a_native_app_has_a_reverse_domain_scheme_beside_https() -> None:
    native = [app for app in APPS.values() if app.get("native")]
    assert native
    for app in native:
        schemes = {urlsplit(uri).scheme for uri in app["redirect_uris"]}
        assert app["protocol"] == "openid_connect_pkce"
        assert any(re.fullmatch(r"gov\.[a-z]+\.[a-z.]+", scheme) for scheme in schemes)
        assert schemes & {"http", "https"}


def test_saml_apps_are_complete() -> None:
    for path, app in APPS.items():
        if app["protocol"] != "saml":
            continue
        assert app["block_encryption"] == "aes256-cbc", name(path)
        assert app["attribute_bundle"], name(path)
        for field in ("acs_url", "assertion_consumer_logout_service_url", "return_to_sp_url"):
            assert app[field], name(path)


def test_proofing_apps_say_where_to_go_when_proofing_fails() -> None:
    proofing = {path: app for path, app in APPS.items() if app["ial"] == 2}
    assert {path.stem for path in proofing} == {"sandbox", "staging", "production"}
    assert [name(path) for path, app in proofing.items() if "failure_to_proof_url" not in app] == []


def test_help_text_renders_in_every_locale() -> None:
    (help_text,) = [app["help_text"] for app in APPS.values() if "help_text" in app]
    assert set(help_text) == {"sign_in", "sign_up", "forgot_password"}
    for section, locales in help_text.items():
        assert set(locales) == {"en", "es", "fr", "zh"}, section
        for text in locales.values():
            # The identity provider formats it the same way: a bare percent sign would raise there too.
            rendered = text.replace("%{sp_name}", "%(sp_name)s") % {"sp_name": "Forms"}
            assert "Forms" in rendered


def test_the_document_names_every_app() -> None:
    text = (ROOT / "docs/example-fleet.md").read_text(encoding="utf-8")
    for folder in {path.parent for path in APP_FILES}:
        assert f"`{folder.relative_to(ROOT / 'apps').as_posix()}`" in text
