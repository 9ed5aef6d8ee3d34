"""One provider of the IdP -> one app's file. What the IdP's file does not say is a placeholder, never a guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.exchange.columns import COLUMNS, FOREIGN_COLUMNS, SEEDER_ONLY, stored
from launchwindow.exchange.import_agencies import agency_number
from launchwindow.exchange.import_report import PLACEHOLDER, NotCarried, shortened
from launchwindow.exchange.plain_yaml import LONGEST_KEY, Noted
from launchwindow.load.scalars import resolve
from launchwindow.model.app import ENVIRONMENTS
from launchwindow.model.named import NamedTuple
from launchwindow.provider import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from launchwindow.exchange.import_named_files import Brought

_ORDER = (
    "app_name", "friendly_name", "description", "issuer", "team", "iaa", "iaa_start_date", "iaa_end_date",
    "protocol", "pkce", "native", "ial", "default_aal", "attribute_bundle", "logo", "certs", "redirect_uris",
)  # fmt: skip
"""How an app's file begins; the rest follows in the order of the IdP's columns."""

_ELSEWHERE = frozenset({"agency_id", "pkce", "launch_date", "redirect_uris", "certs", "logo", "active"})
"""Columns that are no plain field of an app's file."""


class Draft(NamedTuple):
    """An app's file before it is written, and what of its provider is missing in it."""

    data: dict[str, object]
    lost: list[NotCarried]


def environment_of(attributes: Mapping[str, object], unrestricted: str) -> str | None:
    """The environment whose IdP has the provider: what `restrict_to_deploy_env` says, else `unrestricted`.

    None for a word that the seeder doesn't know: it writes such a provider nowhere.
    """
    restriction = attributes.get("restrict_to_deploy_env")
    if restriction in (None, ""):
        return unrestricted
    environment = "production" if restriction == "prod" else restriction
    return environment if environment in ENVIRONMENTS and restriction != "production" else None


def draft(
    issuer: str, attributes: Mapping[str, object], app_name: str | None, brought: Brought, team: str | None = None
) -> Draft:
    """The app's file for a provider. `app_name` is what `integrations.yml` or the dashboard calls it, `team` the id of
    its team there; None where they are silent."""
    lost = list(brought.lost)
    protocol, pkce = _protocol(attributes)
    fields: dict[str, object] = {
        "app_name": app_name or Noted(PLACEHOLDER, "exactly as in the agreement (IAA)"),
        "friendly_name": Noted(PLACEHOLDER, "what people see while signing in; the IdP has none"),
        "issuer": issuer,
        "team": team or Noted(PLACEHOLDER, "the id of a team in the partner's file"),
        "protocol": protocol,
    }
    if protocol == "saml":
        fields["acs_url"] = Noted(PLACEHOLDER, "the IdP has none: it sends to whatever address a request names")
    if pkce is None and protocol == "openid_connect_private_key_jwt":
        fields["pkce"] = Noted(None, "either method, as the IdP has it")
    if attributes.get("native") is True:
        fields["native"] = True
    _carry_active(issuer, attributes, fields, lost)
    if brought.logo:
        fields["logo"] = brought.logo
    if brought.certs:
        fields["certs"] = brought.certs
    for key, value in attributes.items():
        _carry(issuer, key, value, fields, lost)
    _pkce_lost(issuer, attributes, protocol, lost)
    order = [*_ORDER, *(name for name in (*DEFAULTS, "active", "launch") if name not in _ORDER)]
    return Draft({name: fields[name] for name in order if name in fields}, lost)


def _carry_active(
    issuer: str, attributes: Mapping[str, object], fields: dict[str, object], lost: list[NotCarried]
) -> None:  # fmt: skip
    written = attributes.get("active", True)
    active = stored("active", written)
    if not active:
        fields["active"] = False
    if not isinstance(active, bool):
        # Ruby takes null for false, and anything else for true.
        lost.append(NotCarried(issuer, "active", shortened(written), "is written as false" if not active else "is no"
                               " boolean and is written as true"))  # fmt: skip


def _protocol(attributes: Mapping[str, object]) -> tuple[str, bool | None]:
    """(protocol, pkce as the IdP has it). The hint decides, then what only one of the protocols has."""
    hint, held = attributes.get("protocol"), stored("pkce", attributes.get("pkce"))
    pkce = held if isinstance(held, bool) else None
    if hint == "saml" or (hint != "oidc" and pkce is None and attributes.get("acs_url")):
        return "saml", pkce
    return ("openid_connect_pkce" if pkce is True else "openid_connect_private_key_jwt"), pkce


def _pkce_lost(issuer: str, attributes: Mapping[str, object], protocol: str, lost: list[NotCarried]) -> None:
    held = stored("pkce", attributes.get("pkce"))
    if held is not None and (protocol == "saml" or not isinstance(held, bool)):
        why = "says nothing for SAML; the IdP gets null" if protocol == "saml" else "is no boolean; the IdP gets null"
        lost.append(NotCarried(issuer, "pkce", shortened(attributes["pkce"]), why))


def _carry(issuer: str, key: str, value: object, fields: dict[str, object], lost: list[NotCarried]) -> None:
    """Put one attribute into the app's file, or say why it is not there."""

    def lose(why: str) -> None:
        lost.append(NotCarried(issuer, shortened(key), shortened(value), why))

    if key in SEEDER_ONLY:
        return
    if key not in COLUMNS:
        foreign = key in FOREIGN_COLUMNS
        lose("has no field here; the IdP keeps it" if foreign else "is no column of the IdP: its seeder stops here")
    elif key == "agency_id":
        if stored(key, value) is not None and agency_number(value) is None:
            lose("is no agency's number; the partner's is null")
    elif key == "launch_date":
        if isinstance(value, str) and value:
            fields["launch"] = {"date": value}
        elif value is not None:
            lose("is no date")
    elif key == "redirect_uris":
        _carry_uris(value, fields, lose)
    elif key not in _ELSEWHERE:
        _carry_plain(key, value, fields, lose)


def _carry_uris(value: object, fields: dict[str, object], lose: Callable[[str], None]) -> None:
    if value is None:
        return
    if not isinstance(value, list):
        lose("is no list")
        return
    texts = [item for item in value if isinstance(item, str) and item]
    if len(texts) != len(value):
        lose("holds entries that are no text, which were left out")
    if len(set(texts)) != len(texts):
        lose("names an address twice; it was kept once")
    if texts:
        fields["redirect_uris"] = list(dict.fromkeys(texts))


def _carry_plain(key: str, value: object, fields: dict[str, object], lose: Callable[[str], None]) -> None:
    kept = stored(key, value)
    default = COLUMNS[key]
    if kept is None:
        if isinstance(default, bool):
            # Ruby takes null for false.
            lose("is written as false")
            fields[key] = False
        elif default is not None:
            lose("is empty; the IdP gets its default")
    elif kept == "":
        lose("is empty; the IdP gets null")
    elif not _writable(kept):
        lose("holds keys or numbers that an app's file can't")
    else:
        fields[key] = kept


def _writable(value: object) -> bool:
    if isinstance(value, dict):
        return all(len(key) <= LONGEST_KEY and _writable(part) for key, part in value.items())
    if isinstance(value, list):
        return all(_writable(part) for part in value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        # Our own reader takes numbers of too many digits for text.
        return resolve(repr(value)) == value
    return True
