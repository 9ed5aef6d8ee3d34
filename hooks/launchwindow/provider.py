"""An app's content -> its row at the IdP (design §2; columns from the IdP's schema and its seeder)."""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64
from hashlib import sha256
from typing import TYPE_CHECKING

from launchwindow.model.row import Certificate, Logo, PartnerRow, Row

if TYPE_CHECKING:
    from launchwindow.model.app import App, NamedFile, Partner

_BEGIN, _END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"

DEFAULTS: dict[str, object] = {
    "friendly_name": None,
    "description": None,
    "ial": None,
    "default_aal": None,
    "attribute_bundle": None,
    "acs_url": None,
    "assertion_consumer_logout_service_url": None,
    "sp_initiated_login_url": None,
    "return_to_sp_url": None,
    "failure_to_proof_url": None,
    "post_idv_follow_up_url": None,
    "push_notification_url": None,
    "metadata_url": None,
    "block_encryption": "aes256-cbc",
    "signed_response_message_requested": False,
    "email_nameid_format_allowed": False,
    "allow_prompt_login": False,
    "help_text": None,
    "app_id": None,
    "iaa": None,
    "iaa_start_date": None,
    "iaa_end_date": None,
    "in_person_proofing_enabled": True,
    "approved": False,
    "piv_cac": False,
    "piv_cac_scoped_by_email": False,
    "irs_attempts_api_enabled": None,
    "saml_emailaddress_attribute_enabled": False,
    "use_legacy_name_id_behavior": False,
}
"""Columns that an app's file may name, with the value that the IdP's database gives an absent one."""


def row_of(app: App, agency_id: int | None) -> Row:
    """The row of an app of a partner with this `agency_id`. Fields of the wrong type count as absent."""
    columns = {name: app.data.get(name, default) for name, default in DEFAULTS.items()}
    columns["agency_id"] = agency_id
    columns["pkce"] = _pkce(app)
    columns["protocol"] = "saml" if app.protocol == "saml" else "oidc"
    columns["native"] = app.data.get("native") is True
    launch = app.mapping("launch").get("date")
    columns["launch_date"] = launch if isinstance(launch, str) else None
    return Row(
        issuer=app.issuer or "",
        active=app.data.get("active") is not False,
        columns=columns,
        redirect_uris=tuple(dict.fromkeys(uri for _, uri in app.texts("redirect_uris"))),
        certs=_certificates(app),
        logo=_logo(app),
        app_name=app.text("app_name") or "",
    )


def _pkce(app: App) -> bool | None:
    """true: PKCE only; false: private_key_jwt only; null: either, which only an imported app may still have."""
    if app.protocol == "saml" or ("pkce" in app.data and app.data["pkce"] is None):
        return None
    return app.protocol == "openid_connect_pkce"


def _certificates(app: App) -> tuple[Certificate, ...]:
    """The certificates in the file's order, without repeats; a missing file is left to a rule."""
    found: dict[str, Certificate] = {}
    for _, name in app.texts("certs"):
        file = app.files.get(name)
        if file is not None and file.data is not None:
            fingerprint = certificate_fingerprint(file.data)
            found.setdefault(fingerprint, Certificate(fingerprint, name))
    return tuple(found.values())


def certificate_fingerprint(data: bytes) -> str:
    """SHA-256 in hex of the first certificate's DER bytes; of `data` itself when it holds none."""
    body = data.partition(_BEGIN)[2].partition(_END)[0]
    try:
        der = a2b_base64(body) if body else b""
    except (Base64Error, ValueError):
        der = b""
    return sha256(der or data).hexdigest()


def _logo(app: App) -> Logo | None:
    name = app.text("logo")
    file: NamedFile | None = app.files.get(name) if name else None
    if name is None or file is None or file.data is None:
        return None
    suffix = "." + name.rpartition(".")[2].lower() if "." in name else ""
    return Logo(sha256(file.data).hexdigest(), suffix, name)


_PARTNER_FIELDS = ("name", "abbreviation", "accounts", "agreements")


def partner_row_of(partner: Partner) -> PartnerRow:
    """What the IdP receives of a partner's file; its teams stay with us."""
    data = {field: partner.data.get(field) for field in _PARTNER_FIELDS}
    return PartnerRow(partner.agency_id, data)
