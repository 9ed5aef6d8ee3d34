"""The dashboard's columns of a service provider: which there are, and what kind of value each holds.

From the dashboard's schema and the serializer of its API; `launchwindow export --as dashboard` writes the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.plain import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROTOCOLS = ("openid_connect_private_key_jwt", "saml", "openid_connect_pkce")
"""`identity_protocol`: the names of an extract, by the numbers of the database."""
BLOCK_ENCRYPTIONS = ("none", "aes256-cbc", "aes256-gcm")

_TEXTS = frozenset({
    "issuer", "friendly_name", "description", "metadata_url", "acs_url", "assertion_consumer_logout_service_url",
    "sp_initiated_login_url", "return_to_sp_url", "failure_to_proof_url", "push_notification_url",
    "post_idv_follow_up_url", "app_name", "logo", "team_uuid", "status", "protocol",
})  # fmt: skip
_BOOLEANS = frozenset({
    "active", "approved", "allow_prompt_login", "email_nameid_format_allowed", "signed_response_message_requested",
    "prod_config", "pkce",
})  # fmt: skip
_NUMBERS = frozenset({"agency_id", "ial", "default_aal"})
_LISTS = frozenset({"attribute_bundle", "redirect_uris", "certs"})
_ENUMS = {"identity_protocol": PROTOCOLS, "block_encryption": BLOCK_ENCRYPTIONS}

BOOKKEEPING = frozenset({
    "id", "user_id", "group_id", "created_at", "updated_at", "uuid", "team_uuid", "team", "agency", "status",
    "prod_config", "identity_protocol", "protocol", "pkce", "app_name", "issuer", "signature", "remote_logo_key",
})  # fmt: skip
"""Keys that are told in other ways, or that mean something to the dashboard alone."""
COLUMNS = frozenset({*_TEXTS, *_BOOLEANS, *_NUMBERS, *_LISTS, *_ENUMS, "help_text"})

CARRIED = COLUMNS - BOOKKEEPING
"""The IdP's columns that the dashboard has."""
OF_THE_API = frozenset({
    "acs_url", "active", "agency_id", "assertion_consumer_logout_service_url", "attribute_bundle", "block_encryption",
    "certs", "email_nameid_format_allowed", "friendly_name", "ial", "default_aal", "logo", "redirect_uris",
    "return_to_sp_url", "failure_to_proof_url", "push_notification_url", "signed_response_message_requested",
    "sp_initiated_login_url", "help_text", "allow_prompt_login", "pkce",
})  # fmt: skip
"""The IdP's columns that its API tells, and that the IdP therefore takes from it."""


def faults(record: Mapping[str, object]) -> Iterator[str]:
    """What is wrong with the values of one record, each as a sentence that begins with its key. All may be null."""
    for key, value in record.items():
        if value is None:
            continue
        expected = _expected(key, value)
        if expected is not None:
            yield f"{clean(key)}: must be {expected}."


def _expected(key: str, value: object) -> str | None:
    """What should stand there instead; None where the value is fine."""
    if key in _ENUMS:
        return None if _is_of(value, _ENUMS[key]) else f"one of {', '.join(_ENUMS[key])}"
    if key in _TEXTS:
        return None if isinstance(value, str) else "text"
    if key in _BOOLEANS:
        return None if isinstance(value, bool) else "true or false"
    if key in _NUMBERS:
        return None if _is_number(value) else "a whole number"
    if key in _LISTS:
        texts = isinstance(value, list) and all(isinstance(one, str | None) for one in value)
        return None if texts else "a list of texts"
    if key == "help_text":
        return None if _is_help(value) else "an object of objects of texts"
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def _is_of(value: object, names: tuple[str, ...]) -> bool:
    return value in names or (_is_number(value) and isinstance(value, int) and value < len(names))


def _is_help(value: object) -> bool:
    return isinstance(value, dict) and all(
        texts is None or (isinstance(texts, dict) and all(isinstance(text, str | None) for text in texts.values()))
        for texts in value.values()
    )
