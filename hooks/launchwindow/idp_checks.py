"""What a set of providers must hold for the IdP's seeder to store it as it was meant."""

from __future__ import annotations

import re
from json import JSONEncoder
from typing import TYPE_CHECKING

from launchwindow.load.plain import shown
from launchwindow.model.idp_files import Provider, SetProblem
from launchwindow.partner_claims import others, shared

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from launchwindow.model.row import PartnerRow

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_json = JSONEncoder(ensure_ascii=False, default=repr).encode

RUBY_TEMPLATE = "<%"
"""The IdP runs what follows as Ruby in every file but service_providers.yml."""


def provider_problems(
    environment: str, providers: Sequence[Provider], partners: Mapping[str, PartnerRow]
) -> Iterator[SetProblem]:
    """What is wrong with the providers of one environment, among themselves and for these partners' agencies."""
    for provider in providers:
        if provider.environment != environment:
            yield SetProblem(provider.app_id, f"It is not of the environment {environment}.")
        for message in (*_own_texts(provider), *_own_names(provider)):
            yield SetProblem(provider.app_id, message)
        for message in _agency(provider, partners):
            yield SetProblem(provider.app_id, message)
    yield from _shared_issuers(providers)
    yield from _ambiguous_files(providers)


def _agency(provider: Provider, partners: Mapping[str, PartnerRow]) -> Iterator[str]:
    """An active app goes with its own partner's record: another's number would show users another agency's name.

    An app that moved keeps the agency of the partner that it came from, until it is released from its new place.
    """
    agency = provider.row.columns.get("agency_id")
    if not provider.row.active or agency is None:
        return
    record = partners.get(provider.partner)
    known = [one.agency_id for one in (record, partners.get(provider.origin or "")) if one is not None]
    if not isinstance(agency, int) or agency not in known:
        brings = "is not deployed" if record is None else f"brings {shown(record.agency_id)}"
        yield (
            f"Its agency_id is {shown(agency)}, but the record of its partner {shown(provider.partner)} {brings}: "
            "release the change of the partner's file and of all its active apps together."
        )


def _own_texts(provider: Provider) -> Iterator[str]:
    row = provider.row
    if not row.issuer:
        yield "It has no issuer: the IdP can't tell it from others."
    text = _json([row.issuer, row.app_name, row.redirect_uris, row.columns])
    if "%{env}" in text:
        yield "“%{env}” stands in one of its values: the IdP puts its own environment's name there. Remove it."
    if has_half_character(text):
        yield HALF_CHARACTER
    if RUBY_TEMPLATE in row.issuer or RUBY_TEMPLATE in row.app_name:
        yield "“<%” stands in its issuer or app_name: the IdP would run what follows as Ruby. Remove it."


HALF_CHARACTER = (
    "One of its values holds half of a character (a lone surrogate), which no file can. Write the text again."
)


def has_half_character(text: str) -> bool:
    """Whether the text holds a surrogate without its other half."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _own_names(provider: Provider) -> Iterator[str]:
    if len(provider.cert_files) != len(provider.row.certs) or (provider.logo_file is None) != (
        provider.row.logo is None
    ):
        yield "Its certificates and logo do not fit the names that the IdP is to know them by."
    for name in (*provider.cert_files, *([] if provider.logo_file is None else [provider.logo_file])):
        if not _FILE_NAME.fullmatch(name):
            yield f"{shown(name)} is no name for a file of the IdP: use letters, digits, `_`, `.` and `-`."


def _shared_issuers(providers: Sequence[Provider]) -> Iterator[SetProblem]:
    for issuer, apps in shared((one.row.issuer, one.app_id) for one in providers if one.row.issuer):
        for app in apps:
            message = f"The issuer {shown(issuer)} is also that of {others(app, apps)}, active or not: give it its own."
            yield SetProblem(app, message)


def _ambiguous_files(providers: Sequence[Provider]) -> Iterator[SetProblem]:
    contents: dict[str, set[str]] = {}
    users: dict[str, list[str]] = {}
    for provider in providers:
        for path, identity in provider.blobs():
            contents.setdefault(path, set()).add(identity)
            users.setdefault(path, []).append(provider.app_id)
    for path, identities in contents.items():
        if len(identities) > 1:
            for app in dict.fromkeys(users[path]):
                yield SetProblem(
                    app, f"The name {shown(path)} stands for {len(identities)} different files: rename one."
                )
