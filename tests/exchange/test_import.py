"""An imported fleet holds the same providers, attribute by attribute; what could not be carried is reported."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from launchwindow.events.on_import import import_fleet_from
from launchwindow.events.workspace import Workspace
from launchwindow.exchange.idp_import import OTHERS, import_fleet
from launchwindow.exchange.idp_yaml import providers
from launchwindow.io.import_files import read_idp_folder, write_new_files
from launchwindow.io.resources import schema
from launchwindow.model.errors import LaunchwindowError, NotPossible
from launchwindow.provider import certificate_fingerprint
from support.examples import judge
from support.idp_fleet import LOGO, app_of, attributes_of, certificate, corpus_of, disagreements_of, fill, fleet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from launchwindow.model.app import Corpus

UPSTREAM = Path(__file__).parents[3] / "shared" / "upstream"
POLICY = Path(__file__).parents[2] / "policy.yaml"
LAMP = "urn:gov:gsa:openidconnect.profiles:sp:sso:zed:lamp-post"
FERRY = "urn:gov:gsa:SAML:2.0.profiles:sp:sso:zed:ferry"
POCKET = "urn:gov:gsa:openidconnect:sp:pocket"
EITHER = "urn:gov:gsa:openidconnect:sp:either"


def one_provider(attributes: str, **more: bytes) -> dict[str, bytes]:
    return fleet(f"production:\n  demo:\n    friendly_name: Demo\n{attributes}", **more)


def lay(root: Path, files: Mapping[str, bytes]) -> Path:
    write_new_files(root, files)
    return root / "service_providers.yml"


def against_schemas(corpus: Corpus) -> list[str]:
    found = []
    for name, documents in (("app", corpus.apps), ("partner", tuple(corpus.partners.values()))):
        validator = Draft202012Validator(schema(name))
        found += [f"{one.path}: {error.message}" for one in documents for error in validator.iter_errors(one.data)]
    return found


def test_the_invented_fleet_is_carried_attribute_by_attribute(tmp_path: Path) -> None:
    files = fleet()
    corpus = corpus_of(import_fleet(files), tmp_path)
    original = providers(files["service_providers.yml"])
    assert {app.issuer for app in corpus.apps} == set(original)
    assert disagreements_of(corpus, original) == {}
    assert against_schemas(corpus) == []


def test_values_that_yaml_readers_disagree_about_keep_their_meaning(tmp_path: Path) -> None:
    corpus = corpus_of(import_fleet(fleet()), tmp_path)
    lamp = attributes_of(app_of(LAMP, corpus), corpus)
    assert lamp["agency_id"] == 4701
    assert lamp["app_id"] == "0042"
    assert lamp["description"] == "f"
    assert lamp["launch_date"] == "2026-02-03"
    assert lamp["in_person_proofing_enabled"] is False
    assert lamp["help_text"] == {
        "sign_in": {"en": "First time? <a href='https://zed.gov'>Ask us</a>: 100%% free\nand open", "es": ""}
    }


def test_certificates_and_logos_keep_their_bytes_order_and_names(tmp_path: Path) -> None:
    corpus = corpus_of(import_fleet(fleet()), tmp_path)
    lamp = app_of(LAMP, corpus)
    written = [file.data for name, file in lamp.files.items() if name.startswith("certs/")]
    assert written == [certificate(1), certificate(2)]
    assert [file.data for name, file in lamp.files.items() if name == "logo.svg"] == [LOGO]
    attributes = attributes_of(lamp, corpus)
    assert attributes["certs"] == ["zed_lamp_2024", "zed_lamp_2026"]
    assert attributes["logo"] == "zed-lamp.svg"


def test_protocols_follow_from_what_the_idp_has(tmp_path: Path) -> None:
    corpus = corpus_of(import_fleet(fleet()), tmp_path)
    found = {issuer: app_of(issuer, corpus).data for issuer in (LAMP, FERRY, POCKET, EITHER)}
    protocols = {issuer: (data["protocol"], data.get("pkce", "absent")) for issuer, data in found.items()}
    assert protocols == {
        LAMP: ("openid_connect_private_key_jwt", "absent"),
        FERRY: ("saml", "absent"),
        POCKET: ("openid_connect_pkce", "absent"),
        EITHER: ("openid_connect_private_key_jwt", None),
    }


def test_names_are_known_or_placeholders_never_invented(tmp_path: Path) -> None:
    imported = import_fleet(fleet())
    corpus = corpus_of(imported, tmp_path)
    assert [app.id for app in corpus.apps] == [
        "sandbox/ministry-of-kottbullar/pocket",
        "sandbox/zed/ferry-desk",
        "sandbox/zed/lamp-post",
        "sandbox/zed/pocket",
    ]
    assert app_of(LAMP, corpus).data["app_name"] == "Lamp Post"
    assert app_of(FERRY, corpus).data["app_name"] == "<REPLACE_ME>"
    assert {app.data["team"] for app in corpus.apps} == {"<REPLACE_ME>"}
    unassigned = corpus.partners["ministry-of-kottbullar"].data
    assert (unassigned["name"], unassigned["abbreviation"], unassigned["agency_id"]) == (
        "Ministry of Köttbullar", "<REPLACE_ME>", None,
    )  # fmt: skip
    for place in imported.report.placeholders:
        line = imported.files[place.file].decode().split("\n")[place.line - 1]
        assert f"{place.field}: <REPLACE_ME>" in line
    everywhere = b"\n".join(data for path, data in imported.files.items() if path.endswith(".yaml"))
    assert len(imported.report.placeholders) == everywhere.count(b"<REPLACE_ME>") == 13


def test_agreements_become_the_partners(tmp_path: Path) -> None:
    corpus = corpus_of(import_fleet(fleet()), tmp_path)
    data = corpus.partners["zed"].data
    assert data["accounts"] == [
        {
            "requesting_agency": "ZED-FAR", "name": "Zed Far Office", "status": "active",
            "became_partner": "2025-11-03", "crm_id": 12345,
        }
    ]  # fmt: skip
    mod = {
        "number": 3, "signed": "<REPLACE_ME>", "starts": "2026-01-15", "ends": "2028-12-31",
        "estimated_amount": 1181292.21, "integrations": ["Lamp Post"],
    }  # fmt: skip
    assert data["agreements"] == [
        {
            "gtc": "LGZEDFY260001", "mod": 2, "account": "ZED-FAR", "estimated_amount": 2741892,
            "starts": "2026-01-15", "ends": "2028-12-31", "orders": [{"number": 1, "mods": [mod]}],
        }
    ]  # fmt: skip


def test_the_report_names_what_was_left_behind() -> None:
    report = import_fleet(fleet()).report
    assert {(item.where, item.key) for item in report.not_carried} == {
        ("partner_accounts.yml: ZED-FAR", "contacts"),
        ("iaa_orders.yml: LGZEDFY260001 Order 1", "pricing_model"),
        ("agencies.yml: 4702", "agency"),
    }
    assert len(report.apps) == report.providers == 4
    assert [note for note in report.notes if "agency_id" in note] == [
        f"{POCKET} has no agency_id, though its `agency` says Ministry of Köttbullar; its partner's agency_id is "
        "null, as at the IdP. Giving it one gives every user of the app a new UUID."
    ]


@pytest.mark.parametrize(
    ("attributes", "key", "why"),
    [
        ("    certs: [gone]\n", "certs", "there is no file certs/sp/gone.crt"),
        ("    certs: [empty]\n", "certs", "holds no readable PEM certificate"),
        ("    certs: [zed_lamp_2024, again]\n", "certs", "is a certificate that stands before it"),
        ("    certs: [../../etc/passwd]\n", "certs", "is no plain file name; nothing was read"),
        ("    certs: [/etc/passwd]\n", "certs", "is no plain file name; nothing was read"),
        ("    certs: ['..']\n", "certs", "is no plain file name; nothing was read"),
        ("    certs: [7]\n", "certs", "is no certificate's name"),
        ("    certs: [both]\n", "certs", "held a private key as well"),
        ("    certs: [chain]\n", "certs", "held several certificates"),
        ("    logo: ../../../../secret.svg\n", "logo", "is no plain file name; nothing was read"),
        ("    logo: gone.svg\n", "logo", "there is no file public/assets/images/sp-logos/gone.svg"),
        ("    cert: zed_lamp_2024\n", "cert", "is no column of the IdP"),
        ("    signature: abc\n", "signature", "has no field here; the IdP keeps it"),
        ("    acs_url: ''\n", "acs_url", "is empty; the IdP gets null"),
        ("    block_encryption: ~\n", "block_encryption", "is empty; the IdP gets its default"),
        ("    allow_prompt_login: ~\n", "allow_prompt_login", "is written as false"),
        ("    protocol: saml\n    acs_url: https://x.gov\n    pkce: true\n", "pkce", "says nothing for SAML"),
        ("    redirect_uris: [https://x.gov, '', 7]\n", "redirect_uris", "holds entries that are no text"),
        ("    launch_date: 20\n", "launch_date", "is no date"),
    ],
)
def test_what_can_not_be_carried_is_reported(attributes: str, key: str, why: str, tmp_path: Path) -> None:
    both = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" + certificate(1)
    files = one_provider(
        attributes, empty=b"nothing", both=both, again=certificate(1), chain=certificate(1) + certificate(2)
    )
    imported = import_fleet(files)
    (lost,) = (item for item in imported.report.not_carried if item.where == "demo")
    assert lost.key == key
    assert lost.why.startswith(why)
    assert b"PRIVATE" not in b"".join(imported.files.values())
    corpus_of(imported, tmp_path)


def test_a_certificate_written_out_becomes_a_file(tmp_path: Path) -> None:
    indented = certificate(3).decode().replace("\n", "\n        ").rstrip()
    imported = import_fleet(one_provider(f"    certs:\n      - |\n        {indented}\n"))
    corpus = corpus_of(imported, tmp_path)
    (app,) = corpus.apps
    assert app.data["certs"] == ["certs/inline.crt"]
    assert imported.files[f"{app.folder}/certs/inline.crt"] == certificate(3)
    assert "BEGIN" not in app.document.text
    assert b"inline" not in imported.files[f"partners/{app.partner}.yaml"]


def test_text_around_a_certificate_is_not_copied_but_it_stays_the_same(tmp_path: Path) -> None:
    crlf = b"Certificate:\n  Data\n" + certificate(3).replace(b"\n", b"\r\n")
    corpus = corpus_of(import_fleet(one_provider("    certs: [odd]\n", odd=crlf)), tmp_path)
    (file,) = corpus.apps[0].files.values()
    assert file.data == certificate(3)
    assert certificate_fingerprint(crlf) == certificate_fingerprint(file.data)


@pytest.mark.parametrize(
    "hostile",
    [
        "../../../etc",
        "/etc/passwd",
        "C:\\x",
        "..",
        "a\0b",
        "名前",
        "\u202egpj",
        "x" * 5000,
        "con",
        "-rf",
        "a\nb",
        "<%x",
    ],
)
@pytest.mark.parametrize("field", ["issuer", "agency", "friendly_name"])
def test_hostile_names_stay_inside_and_readable(hostile: str, field: str, tmp_path: Path) -> None:
    text = json.dumps(hostile)
    issuer = text if field == "issuer" else "demo"
    providers_yaml = f"production:\n  {'? ' if len(text) > 1000 else ''}{issuer}\n  : " if field == "issuer" else (
        "production:\n  demo: "
    )  # fmt: skip
    attributes = {"friendly_name": "Demo", **({} if field == "issuer" else {field: hostile})}
    if field == "issuer":
        providers_yaml = f"production:\n  ? {issuer}\n  : "
    files = fleet(f"{providers_yaml}{json.dumps(attributes)}\n")
    if "<%" in hostile:
        with pytest.raises(LaunchwindowError, match=r"service_providers.yml:\d: embedded Ruby"):
            import_fleet(files)
        return
    imported = import_fleet(files)
    for path in imported.files:
        assert path.isascii()
        assert not {"", ".", ".."} & set(path.split("/"))
        assert max(len(part) for part in path.split("/")) <= 72
    corpus = corpus_of(imported, tmp_path / "into")
    (app,) = corpus.apps
    assert app.issuer == (hostile if field == "issuer" else "demo")
    assert app.text("friendly_name") == (hostile if field == "friendly_name" else "Demo")
    for note in imported.report.notes:
        assert "\u202e" not in note
        assert "\0" not in note


def test_two_of_one_name_and_two_logos_of_one_folder_get_names_of_their_own(tmp_path: Path) -> None:
    text = "production:\n"
    for number, environment in enumerate(("sandbox", "sandbox", "prod")):
        text += (
            f"  sp-{number}:\n    friendly_name: Demo\n    agency_id: 4701\n    logo: l{number}.svg\n"
            f"    restrict_to_deploy_env: {environment}\n"
        )
    logos = {f"public/assets/images/sp-logos/l{number}.svg": LOGO + b"\n" * number for number in range(3)}
    corpus = corpus_of(import_fleet(fleet(text) | logos), tmp_path)
    assert {app.id: app.issuer for app in corpus.apps} == {
        "sandbox/zed/demo": "sp-0", "sandbox/zed/demo-2": "sp-1", "production/zed/demo": "sp-2",
    }  # fmt: skip
    for app in corpus.apps:
        (logo,) = app.files.values()
        assert logo.data == logos[f"public/assets/images/sp-logos/l{(app.issuer or '')[-1]}.svg"]
        assert attributes_of(app, corpus)["logo"] == f"l{(app.issuer or '')[-1]}.svg"


@pytest.mark.parametrize(
    ("restriction", "environment", "expected"),
    [("", "sandbox", "sandbox"), ("", "staging", "staging"), ("prod", "sandbox", "production"),
     ("staging", "sandbox", "staging"), ("sandbox", "production", "sandbox")],
)  # fmt: skip
def test_a_provider_goes_where_the_seeder_writes_it(restriction: str, environment: str, expected: str) -> None:
    attributes = f"    restrict_to_deploy_env: {restriction}\n" if restriction else ""
    (app,) = import_fleet(one_provider(attributes), environment).report.apps
    assert app.environment == expected


def test_a_provider_that_the_seeder_writes_nowhere_is_skipped_and_named() -> None:
    report = import_fleet(one_provider("    restrict_to_deploy_env: production\n")).report
    assert report.apps == ()
    assert [(item.where, item.value) for item in report.skipped] == [("demo", "production")]


def test_repeated_keys_are_reported_with_file_and_line() -> None:
    report = import_fleet(one_provider("    ial: 1\n    ial: 2\n")).report
    assert "service_providers.yml:5: the key ial stands here again; the later value counts, as at the IdP." in (
        report.notes
    )


def test_an_order_across_partners_is_noted() -> None:
    files = fleet()
    name = "service_providers.yml"
    files[name] = files[name].replace(b"agency_id: 4_701", b"agency_id: 4702", 1)
    (note,) = (note for note in import_fleet(files).report.notes if "is an order of" in note)
    assert note.startswith(f"LGZEDFY260001 Order 1 is an order of zed, but lists {LAMP}, an app of idl.")


def run(source: Path, into: Path, output_format: str = "text") -> tuple[int, str]:
    space = Workspace(into.parent, datetime(2026, 11, 24, tzinfo=UTC))
    answer = import_fleet_from(space, source, into, "sandbox", None)
    return answer.status, answer.text if output_format == "text" else json.dumps(answer.document)


def test_the_command_reads_a_folder_and_writes_another(tmp_path: Path) -> None:
    source = lay(tmp_path / "idp", fleet())
    status, text = run(source, tmp_path / "into")
    assert status == 0
    assert text.startswith(f"Imported 4 of 4 providers of production into {tmp_path / 'into'}, with 2 partners.\n")
    assert "apps/zed/ferry-desk/sandbox.yaml:2: app_name: exactly as in the agreement (IAA)\n" in text
    assert "launchwindow init " in text
    assert (tmp_path / "into/apps/zed/lamp-post/certs/zed-lamp-2024.crt").read_bytes() == certificate(1)


def test_the_json_document_keeps_its_contract(tmp_path: Path) -> None:
    source = lay(tmp_path / "idp", fleet())
    document: dict[str, Any] = json.loads(run(source, tmp_path / "into", "json")[1])
    Draft202012Validator(schema("import")).validate(document)
    assert document["files"] == sorted(
        str(path.relative_to(tmp_path / "into")) for path in (tmp_path / "into").rglob("*") if path.is_file()
    )
    assert len(document["apps"]) + len(document["skipped"]) == document["providers"] == 4


def test_a_skipped_provider_is_an_exit_status_of_1(tmp_path: Path) -> None:
    source = lay(tmp_path / "idp", one_provider("    restrict_to_deploy_env: int\n"))
    status, text = run(source, tmp_path / "into")
    assert status == 1
    assert "Not imported at all:\n  restrict_to_deploy_env is no deploy environment" in text


def test_nothing_is_overwritten_and_nothing_written_then(tmp_path: Path) -> None:
    source = lay(tmp_path / "idp", fleet())
    taken = tmp_path / "into/partners/zed.yaml"
    taken.parent.mkdir(parents=True)
    taken.write_text("name: mine\n")
    with pytest.raises(NotPossible, match=r"already is partners/zed\.yaml"):
        run(source, tmp_path / "into")
    assert [path for path in (tmp_path / "into").rglob("*") if path.is_file()] == [taken]
    assert taken.read_text() == "name: mine\n"


def test_a_link_in_the_way_is_not_written_through(tmp_path: Path) -> None:
    source = lay(tmp_path / "idp", fleet())
    (tmp_path / "into").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "into/apps").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotPossible, match="already is apps"):
        run(source, tmp_path / "into")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_what_was_written_is_taken_back_when_a_write_fails(tmp_path: Path) -> None:
    with pytest.raises(LaunchwindowError, match="nothing was written"):
        write_new_files(tmp_path / "into", {"apps/a": b"x", "apps/" + "b" * 300: b"y"})
    assert not (tmp_path / "into").exists()


def test_links_in_the_idps_folder_are_not_followed(tmp_path: Path) -> None:
    source = lay(tmp_path / "idp", one_provider("    certs: [link]\n"))
    secret = tmp_path / "secret"
    secret.write_bytes(certificate(2))
    (source.parent / "certs/sp/link.crt").symlink_to(secret)
    (source.parent / "certs/sp/folder.crt").mkdir()
    folder = read_idp_folder(source, OTHERS)
    assert folder.unread == {"certs/sp/link.crt": "is a symbolic link", "certs/sp/folder.crt": "is no regular file"}
    assert "certs/sp/link.crt" not in folder.files
    (lost,) = (item for item in import_fleet(folder.files, unread=folder.unread).report.not_carried
               if item.where == "demo")  # fmt: skip
    assert (lost.key, lost.why) == ("certs", "is a symbolic link")


def test_a_source_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(LaunchwindowError, match=r"nowhere\.yml: can't be read"):
        run(tmp_path / "nowhere.yml", tmp_path / "into")


upstream = pytest.mark.skipif(
    not (UPSTREAM / "service_providers.yml").is_file(), reason=f"the IdP's development fleet is not at {UPSTREAM}"
)


@upstream
def test_the_idps_own_development_fleet_is_carried_attribute_by_attribute(tmp_path: Path) -> None:
    source = UPSTREAM / "service_providers.yml"
    folder = read_idp_folder(source, OTHERS)
    imported = import_fleet(folder.files, unread=folder.unread)
    corpus = corpus_of(imported, tmp_path)
    original = providers(source.read_bytes())
    assert {app.issuer for app in corpus.apps} == set(original)
    assert disagreements_of(corpus, original) == {}
    assert against_schemas(corpus) == []
    assert imported.report.skipped == ()
    # Providers lose nothing at all; what is reported is about agencies and agreements.
    assert {item.where for item in imported.report.not_carried} & set(original) == set()


@upstream
def test_the_certificates_and_logos_of_the_development_fleet_are_the_same(tmp_path: Path) -> None:
    folder = read_idp_folder(UPSTREAM / "service_providers.yml", OTHERS)
    corpus = corpus_of(import_fleet(folder.files), tmp_path)
    for issuer, attributes in providers(folder.files["service_providers.yml"]).items():
        app = app_of(issuer, corpus)
        names = attributes.get("certs", [])
        assert isinstance(names, list)
        theirs = [certificate_fingerprint(folder.files[f"certs/sp/{name}.crt"]) for name in names]
        ours = [app.files[name].data or b"" for _, name in app.texts("certs")]
        assert [certificate_fingerprint(data) for data in ours] == theirs
        if "logo" in attributes:
            logo = app.files[str(app.data["logo"])].data
            assert logo == folder.files[f"public/assets/images/sp-logos/{attributes['logo']}"]


@upstream
def test_the_development_fleet_passes_every_rule_once_its_placeholders_are_filled(tmp_path: Path) -> None:
    folder = read_idp_folder(UPSTREAM / "service_providers.yml", OTHERS)
    imported = import_fleet(folder.files)
    corpus_of(imported, tmp_path)
    (tmp_path / "policy.yaml").write_bytes(POLICY.read_bytes())
    before = [finding for finding in judge(tmp_path) if finding.severity == "error"]
    assert {finding.rule for finding in before} == {"placeholder"}
    assert {(finding.file, finding.span.line) for finding in before} == {
        (place.file, place.line) for place in imported.report.placeholders
    }
    fill(tmp_path, imported)
    assert [finding for finding in judge(tmp_path) if finding.severity == "error"] == []
