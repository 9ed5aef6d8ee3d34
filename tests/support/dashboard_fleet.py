"""A small invented fleet as the partner dashboard gives it out: extracts, packed and not, and the API's JSON."""

from __future__ import annotations

import gzip
import json
import tarfile
import zlib
from io import BytesIO
from typing import Any

from support.idp_fleet import LOGO, certificate

BENEFITS, FERRY, POCKET = (f"urn:gov:gsa:dashboard:{name}" for name in ("benefits", "ferry", "pocket"))
TEAM = "3f0c9f5e-6d5b-4c39-9a54-0a3f1d2b7c10"
OTHER_TEAM = "9a4be8f2-0c77-4d9e-8a55-5b0c2f6d1e21"


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


PNG = b"".join((
    b"\x89PNG\r\n\x1a\n", _chunk(b"IHDR", bytes((0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0))),
    _chunk(b"IDAT", zlib.compress(b"\0\0\0\0")), _chunk(b"IEND", b""),
))  # fmt: skip
"""One pixel."""


def provider(issuer: str, /, **more: Any) -> dict[str, Any]:
    """A record with all columns of the dashboard, as an extract has them."""
    return {
        "id": 7, "user_id": 3, "issuer": issuer, "friendly_name": "Demo", "description": None, "metadata_url": None,
        "acs_url": "", "assertion_consumer_logout_service_url": "", "block_encryption": "aes256-cbc",
        "created_at": "2026-01-01T00:00:00.000Z", "updated_at": "2026-01-02T00:00:00.000Z", "active": True,
        "approved": False, "sp_initiated_login_url": "", "return_to_sp_url": "https://demo.exa.gov/",
        "agency_id": 17, "attribute_bundle": [], "group_id": 4, "logo": None,
        "identity_protocol": "openid_connect_private_key_jwt", "redirect_uris": ["https://demo.exa.gov/result"],
        "ial": 1, "failure_to_proof_url": "", "push_notification_url": "",
        "help_text": {"sign_in": {}, "sign_up": {}, "forgot_password": {}}, "allow_prompt_login": False,
        "default_aal": None, "certs": [], "email_nameid_format_allowed": False,
        "signed_response_message_requested": False, "app_name": "Demo", "prod_config": False,
        "post_idv_follow_up_url": None, "status": "pending", "uuid": "0e8d24d4-46c2-4f0f-9f0c-3c1f1c8d6c55",
        "team_uuid": TEAM, **more,
    }  # fmt: skip


def team(**more: Any) -> dict[str, Any]:
    """A team as an extract has it."""
    return {
        "id": 4, "created_at": "2026-01-01T00:00:00.000Z", "updated_at": "2026-01-01T00:00:00.000Z",
        "name": "Benefits delivery", "description": None, "agency_id": 17, "uuid": TEAM, **more,
    }  # fmt: skip


def extract(*providers: dict[str, Any], teams: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """The document `extract.json`; by default of three apps of two teams."""
    if not providers:
        providers = (
            provider(
                BENEFITS, friendly_name="Benefits Finder", app_name="Benefits Finder", logo="1_logo.svg", ial=2,
                certs=[certificate(1).decode(), certificate(2).decode()], default_aal=3,
                help_text={"sign_in": {"en": "<b>Hello</b>", "es": ""}, "sign_up": {}, "forgot_password": {}},
            ),
            provider(
                FERRY, friendly_name="Ferry Desk", app_name="Ferry Desk", identity_protocol="saml", ial=None,
                team_uuid=OTHER_TEAM, agency_id=19, acs_url="https://ferry.hld.gov/acs", logo="2_ferry.png",
                block_encryption="aes256-gcm", attribute_bundle=["email"], certs=[certificate(1).decode()],
                redirect_uris=None,
            ),
            provider(
                POCKET, friendly_name="Pocket", app_name="", identity_protocol=2, block_encryption=0, active=False
            ),
        )  # fmt: skip
    known = [team(), team(uuid=OTHER_TEAM, name="Ferries", agency_id=19, id=5, description="Boats")]
    return {"teams": known if teams is None else teams, "service_providers": list(providers)}


LOGOS = {"1_logo.svg": LOGO, "2_ferry.png": PNG}


def api(*providers: dict[str, Any]) -> list[dict[str, Any]]:
    """The same providers as the API's serializer tells them."""
    kept = (
        "acs_url", "active", "agency_id", "assertion_consumer_logout_service_url", "attribute_bundle",
        "block_encryption", "certs", "email_nameid_format_allowed", "friendly_name", "ial", "default_aal", "issuer",
        "logo", "redirect_uris", "return_to_sp_url", "failure_to_proof_url", "push_notification_url",
        "signed_response_message_requested", "sp_initiated_login_url", "updated_at", "help_text", "allow_prompt_login",
    )  # fmt: skip
    records = providers or tuple(extract()["service_providers"])
    return [
        {**{key: one[key] for key in kept}, "remote_logo_key": "k3y", "signature": "ab" * 32,
         "pkce": one["identity_protocol"] in (2, "openid_connect_pkce")}
        for one in records
    ]  # fmt: skip


def packed(document: object = None, logos: dict[str, bytes] | None = None, *more: tarfile.TarInfo) -> bytes:
    """An archive as the dashboard packs it; `more` are further headers without content."""
    text = document if isinstance(document, bytes) else json.dumps(document or extract()).encode()
    members = {"extract.json": text, **(LOGOS if logos is None else logos)}
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name, data in members.items():
            tar.addfile(header(name, len(data)), BytesIO(data))
        for one in more:
            tar.addfile(one)
    return gzip.compress(out.getvalue(), mtime=0)


def header(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    """A member's header."""
    member = tarfile.TarInfo(name)
    member.size, member.type, member.linkname = size, kind, link
    return member
