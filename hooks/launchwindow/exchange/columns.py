"""The IdP's columns of a service provider: which there are, what an absent one holds, and how values are stored.

From the IdP's schema and `service_provider_seeder.rb`: only the keys that stand in the YAML are written, by
ActiveRecord, which turns a value into its column's type (`ial: "2"` is 2).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from launchwindow.provider import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Mapping

SEEDER_ONLY = frozenset({"agency", "protocol", "native", "restrict_to_deploy_env"})
"""Keys that the seeder reads and stores in no column."""

COLUMNS: Mapping[str, object] = {
    **DEFAULTS,
    "agency_id": None,
    "pkce": None,
    "launch_date": None,
    "redirect_uris": [],
    "certs": [],
    "logo": None,
    # The database's default is false, but the seeder creates with true.
    "active": True,
}
"""Column that Launchwindow knows -> what the IdP holds when the YAML never named it."""

FOREIGN_COLUMNS = frozenset({"remote_logo_key", "signature", "id", "created_at", "updated_at", "issuer"})
"""Columns that the seeder would store and that have no place in an app's file."""

_INTEGERS = frozenset({"ial", "default_aal", "agency_id"})
_LISTS = frozenset({"redirect_uris", "certs", "attribute_bundle"})
_BOOLEANS = frozenset(
    {name for name, default in DEFAULTS.items() if isinstance(default, bool)}
    | {"active", "pkce", "irs_attempts_api_enabled"}
)
_FALSE = frozenset({"0", "f", "F", "false", "FALSE", "off", "OFF"})
_BLANK_IS_NONE = frozenset({"return_to_sp_url", "failure_to_proof_url", "push_notification_url", "logo"})
"""Columns that the IdP asks for by `.presence` or `.blank?` alone; an `acs_url` of "" is something else than none."""
_OF_SAML = frozenset({"acs_url", "assertion_consumer_logout_service_url", "sp_initiated_login_url", "metadata_url"})
"""What an OpenID Connect app may hold an empty text of, as the dashboard's form leaves it: nothing reads it there."""


def stored(column: str, value: object) -> object:
    """The value as the column of the IdP keeps it; a value of a type that fits none is left as it is."""
    if value is None or column in _LISTS or column == "help_text":
        return value
    if column in _BOOLEANS:
        return _boolean(value)
    if column in _INTEGERS:
        return _integer(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        # `description: no` is stored so.
        return "t" if value else "f"
    return str(value) if isinstance(value, (int, float)) else value


def effective(column: str, value: object, protocol: object = None) -> object:
    """A stored value as the IdP's code takes it: what makes no difference there is one value here.

    `protocol` is that of the app, `saml` or `oidc`; where it is not known, less is taken for the same.
    """
    if column == "pkce":
        return None if protocol == "saml" else value
    if column in _BOOLEANS:
        # Ruby takes null for false.
        return False if value is None else value
    if value == "" and (column in _BLANK_IS_NONE or (column in _OF_SAML and protocol == "oidc")):
        return None
    if column in _LISTS:
        return [] if value is None else value
    return _help_text(value) if column == "help_text" else value


def _help_text(value: object) -> object:
    """Without the texts and sections that show nothing; the dashboard keeps an empty mapping for each section."""
    if not isinstance(value, dict) or not all(isinstance(texts, dict) for texts in value.values()):
        return value
    shown = {
        section: kept for section, texts in value.items()
        if (kept := {locale: text for locale, text in texts.items() if not _is_blank(text)})
    }  # fmt: skip
    return shown or None


def _is_blank(text: object) -> bool:
    return text is None or (isinstance(text, str) and not text.strip())


def _boolean(value: object) -> object:
    if isinstance(value, (bool, list, dict)):
        return value
    return None if value == "" else str(value) not in _FALSE


def _integer(value: object) -> object:
    if isinstance(value, str):
        digits = value.strip()
        if digits == "":
            return None
        return int(digits) if digits.lstrip("+-").isdecimal() and digits.isascii() and len(digits) < 18 else value
    return int(value) if isinstance(value, float) and value.is_integer() else value
