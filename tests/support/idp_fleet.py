"""A small invented fleet as the IdP keeps it, with generated certificates; and what an import made of one."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from launchwindow.exchange.seen import disagreements
from launchwindow.idp_files import file_names, provider_attributes
from launchwindow.io.files import WorkTree
from launchwindow.io.import_files import write_new_files
from launchwindow.judge import imported_names
from launchwindow.load.corpus import load_corpus
from launchwindow.provider import row_of
from support.policies import policy_with

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from launchwindow.exchange.import_report import Imported
    from launchwindow.model.app import App, Corpus

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8H0z"/></svg>\n'

PROVIDERS = """\
production:
  'urn:gov:gsa:openidconnect.profiles:sp:sso:zed:lamp-post':
    agency: ZED
    agency_id: 4_701
    friendly_name: "Lamp Post: the office's own"
    description: no
    ial: 2
    default_aal: 3
    certs: [zed_lamp_2024, zed_lamp_2026]
    logo: zed-lamp.svg
    redirect_uris:
      - https://lamp.zed.gov/auth/result
      - https://lamp.zed.gov/logout
    failure_to_proof_url: https://lamp.zed.gov/other-ways
    push_notification_url: https://lamp.zed.gov/risc
    in_person_proofing_enabled: false
    launch_date: 2026-02-03
    iaa: LGZEDFY260001-0001-0000
    iaa_start_date: "2026-01-15"
    iaa_end_date: 2028-12-31
    app_id: "0042"
    help_text:
      sign_in:
        en: "First time? <a href='https://zed.gov'>Ask us</a>: 100%% free\\nand open"
        es: ''
    pkce: false
    restrict_to_deploy_env: sandbox
  'urn:gov:gsa:SAML:2.0.profiles:sp:sso:zed:ferry':
    agency_id: 4701
    friendly_name: Ferry Desk
    acs_url: https://ferry.zed.gov/acs
    assertion_consumer_logout_service_url: https://ferry.zed.gov/logout
    block_encryption: aes256-gcm
    attribute_bundle: [email, ssn]
    certs: [zed_lamp_2024]
    signed_response_message_requested: true
    active: false
    logo: zed-lamp.svg
  'urn:gov:gsa:openidconnect:sp:pocket':
    agency: Ministry of Köttbullar
    friendly_name: Pocket
    redirect_uris: ['gov.zed.pocket://result']
    pkce: true
    native: true
  'urn:gov:gsa:openidconnect:sp:either':
    agency: Zed Office
    agency_id: 4701
    friendly_name: Pocket
    certs: [zed_lamp_2024]
    allow_prompt_login: yes
"""

AGREEMENTS = {
    "agencies.yml": (
        "production:\n  4701: {name: Zed Office, abbreviation: ZED}\n  4702: {name: Idle, abbreviation: IDL}\n"
    ),
    "partner_accounts.yml": (
        "production:\n  ZED-FAR:\n    name: Zed Far Office\n    agency: ZED\n    partner_account_status: active\n"
        "    crm_id: 12_345\n    became_partner: 2025-11-03\n    contacts: [a@zed.gov]\n"
    ),
    "iaa_gtcs.yml": (
        "production:\n  LGZEDFY260001:\n    mod_number: 2\n    start_date: 2026-01-15\n    end_date: '2028-12-31'\n"
        "    estimated_amount: 2_741_892\n    partner_account: ZED-FAR\n"
    ),
    "iaa_orders.yml": (
        "production:\n  LGZEDFY260001 Order 1:\n    iaa_gtc: LGZEDFY260001\n    order_number: 1\n    mod_number: 3\n"
        "    start_date: 2026-01-15\n    end_date: 2028-12-31\n    estimated_amount: 1_181_292.21\n"
        "    pricing_model: 2\n    integrations: ['urn:gov:gsa:openidconnect.profiles:sp:sso:zed:lamp-post']\n"
    ),
    "integrations.yml": (
        "production:\n  'urn:gov:gsa:openidconnect.profiles:sp:sso:zed:lamp-post':\n    partner_account: ZED-FAR\n"
        "    name: Lamp Post\n    integration_status: live\n"
    ),
}


@cache
def certificate(serial: int) -> bytes:
    """A self-signed certificate in PEM form."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"zed {serial}")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(serial).not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
    builder = builder.not_valid_after(datetime(2028, 1, 1, tzinfo=UTC))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def fleet(providers: str = PROVIDERS, **more: bytes) -> dict[str, bytes]:
    """The files of the invented fleet, with other providers, and certificates by name if need be."""
    files = {"service_providers.yml": providers.encode()}
    files |= {name: text.encode() for name, text in AGREEMENTS.items()}
    files |= {f"certs/sp/zed_lamp_{2024 + 2 * index}.crt": certificate(index + 1) for index in range(2)}
    files["public/assets/images/sp-logos/zed-lamp.svg"] = LOGO
    return files | {f"certs/sp/{name}.crt": data for name, data in more.items()}


def corpus_of(imported: Imported, root: Path) -> Corpus:
    """What our own reader makes of the files that an import wrote."""
    write_new_files(root, imported.files)
    corpus = load_corpus(WorkTree(root), policy_with())
    assert corpus.refusals == ()
    return corpus


def fill(root: Path, imported: Imported) -> None:
    """Fill every placeholder of an import in `root` as a person might, leaving all else as it is."""
    for place in imported.report.placeholders:
        path = root / place.file
        known = {
            "app_name": path.parent.name.replace("-", " ").title(),
            "abbreviation": path.stem.upper(),
            "name": f"{path.stem} team",
            "signed": "2020-02-15",
            "team": "imported",
            "id": "imported",
        }
        lines = path.read_text(encoding="utf-8").split("\n")
        lines[place.line - 1] = lines[place.line - 1].replace("<REPLACE_ME>", known[place.field])
        path.write_text("\n".join(lines), encoding="utf-8")


def app_of(issuer: str, corpus: Corpus) -> App:
    """The one app of an issuer."""
    (app,) = (app for app in corpus.apps if app.issuer == issuer)
    return app


def attributes_of(app: App, corpus: Corpus) -> dict[str, object]:
    """What the IdP's files would say of an imported app."""
    partner = corpus.partners[app.partner]
    row = row_of(app, partner.agency_id)
    return provider_attributes(row, file_names(app.id, row, imported_names(app, partner.data)))


def disagreements_of(corpus: Corpus, providers: Mapping[str, Mapping[str, object]]) -> dict[str, tuple[str, ...]]:
    """Issuer -> what the IdP's files would say otherwise than before, for all that differ."""
    found = {}
    for app in corpus.apps:
        assert app.issuer is not None
        differences = disagreements(attributes_of(app, corpus), providers[app.issuer])
        if differences:
            found[app.issuer] = differences
    return found
