"""The schemas of what people write: sound in themselves, helpful to editors, and neither too strict nor too loose."""

from __future__ import annotations

import copy
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from launchwindow.provider import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMAS = Path(__file__).parents[1] / "schemas"
NAMES = ("app", "partner", "policy")
OURS = {"app_name", "team", "protocol", "attestations", "contacts", "requests_signed", "launch", "release", "waivers"}
NOT_COLUMNS_OF_THEIR_OWN = {"issuer", "active", "redirect_uris", "certs", "logo", "pkce", "native"}


@cache
def schema(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return document


def accepts(name: str, document: object) -> bool:
    return Draft202012Validator(schema(name), format_checker=FormatChecker(["date"])).is_valid(document)


def fields(part: dict[str, Any], place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """(place, schema) of every field, item and free entry beneath `part`."""
    children = {f"{place}/{name}": child for name, child in part.get("properties", {}).items()}
    children |= {f"{place}/*": child for child in part.get("patternProperties", {}).values()}
    if "items" in part:
        children[f"{place}/0"] = part["items"]
    for child_place, child in children.items():
        yield child_place, child
        yield from fields(child, child_place)


ALL_FIELDS = [
    pytest.param(schema(name), field, id=f"{name}{place}") for name in NAMES for place, field in fields(schema(name))
]


def full_document(name: str) -> dict[str, Any]:
    """Every field of a schema at once, each with its first example."""
    return {field: part["examples"][0] for field, part in copy.deepcopy(schema(name))["properties"].items()}


def mappings(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from mappings(child)


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_is_one_and_says_which(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))
    assert schema(name)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema(name)["$id"] == f"urn:launchwindow:schema:{name}"
    assert schema(name)["examples"]
    assert all(accepts(name, example) for example in schema(name)["examples"])


@pytest.mark.parametrize("name", NAMES)
def test_every_field_at_once_is_accepted(name: str) -> None:
    assert accepts(name, full_document(name))


@pytest.mark.parametrize(("root", "field"), ALL_FIELDS)
def test_editors_can_complete_every_field(root: dict[str, Any], field: dict[str, Any]) -> None:
    assert field["title"].strip()
    assert field["description"].strip().endswith(".")
    assert field["examples"]
    validator = Draft202012Validator({**field, "$defs": root["$defs"]})
    assert [example for example in field["examples"] if not validator.is_valid(example)] == []
    assert len(field.get("enum", [])) == len(field.get("enumDescriptions", []))


@pytest.mark.parametrize(("root", "field"), ALL_FIELDS)
def test_every_mapping_knows_all_its_keys(root: dict[str, Any], field: dict[str, Any]) -> None:
    if "object" in str(field.get("type")):
        assert field["additionalProperties"] is False
    assert root["additionalProperties"] is False


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_key_is_refused_wherever_it_stands(name: str) -> None:
    places = len(list(mappings(full_document(name))))
    assert places > 5
    for number in range(places):
        document = full_document(name)
        list(mappings(document))[number]["no such\nkey"] = "x"
        assert not accepts(name, document), number


@pytest.mark.parametrize("name", NAMES)
def test_patterns_are_read_alike_everywhere(name: str) -> None:
    text = (SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")
    patterns = [json.loads(f'"{found}"') for found in re.findall(r'"pattern": "((?:[^"\\]|\\.)*)"', text)]
    patterns += [pattern for _, part in fields(schema(name)) for pattern in part.get("patternProperties", ())]
    assert patterns
    for pattern in patterns:
        assert pattern.startswith("^")
        assert pattern.endswith("$")
        assert not re.search(r"\\[dwsbDWSB]", pattern)


@pytest.mark.parametrize("name", NAMES)
def test_a_faster_validator_is_never_the_looser_one(name: str) -> None:
    fast = jsonschema_rs.validator_for(schema(name))
    documents = [full_document(name)]
    for text in ("", "a\n", "a\x00", "a\x85b", "a\u202eb", "٢٠٢٧-٠١-٠١", "2027-01-01", "a@b@c", "<REPLACE_ME>", "é"):
        for field in schema(name)["properties"]:
            documents.append(full_document(name) | {field: text})
    for document in documents:
        assert accepts(name, document) or not fast.is_valid(document), document


def test_an_app_may_name_what_the_identity_provider_stores_and_nothing_else() -> None:
    assert set(schema("app")["properties"]) == set(DEFAULTS) | NOT_COLUMNS_OF_THEIR_OWN | OURS


OIDC = {
    "app_name": "Benefits Finder",
    "friendly_name": "Benefits Finder",
    "issuer": "urn:gov:gsa:openidconnect.profiles:sp:sso:exa:benefits-finder",
    "team": "benefits",
    "protocol": "openid_connect_private_key_jwt",
}
SAML = OIDC | {"protocol": "saml", "acs_url": "https://permits.exa.gov/saml/acs"}
WAIVER = {"rule": "saml-encryption", "ticket": "LG-1", "reason": "No support.", "expires": "2027-06-30"}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"protocol": "openid_connect_pkce"},
        {"friendly_name": "<REPLACE_ME>", "iaa": "<REPLACE_ME>", "launch": {"date": "<REPLACE_ME>"}},
        {"iaa": "no number of any form"},
        {"pkce": None},
        {"ial": None, "default_aal": None},
        {"certs": [], "redirect_uris": []},
        {"attribute_bundle": ["email", "middle_name"]},
        {"help_text": {"sign_in": {"en": "<p>One</p>\n<p>Two</p>\n", "zh": ""}}},
        {"release": {"coordinate_at": "2027-01-12T10:00:00-05:00", "reason": "The vendor can't sign."}},
        {"release": {"coordinate_at": "2027-01-12T15:00:00Z", "reason": "The vendor can't sign."}},
        {"release": {"key_in_use": {"certificate": "certs/2027.crt", "as_of": "2027-01-20"}}},
        {"waivers": [WAIVER]},
        {"description": "Two\nlines\twith a tab."},
    ],
)
def test_an_app_is_accepted(change: dict[str, Any]) -> None:
    assert accepts("app", OIDC | change)


@pytest.mark.parametrize(
    "change",
    [
        {"protocol": "oidc"},
        {"protocol": "saml"},
        {"protocol": "openid_connect_pkce", "pkce": None},
        {"pkce": True},
        {"ial": "2"},
        {"ial": 3},
        {"ial": True},
        {"default_aal": 4},
        {"active": "no"},
        {"friendly_name": ""},
        {"friendly_name": "Two\nlines"},
        {"friendly_name": "Trailing line break\n"},
        {"friendly_name": "Reversed \u202eeman"},
        {"description": "A bell \x07"},
        {"certs": "certs/2026.crt"},
        {"certs": [["certs/2026.crt"]]},
        {"launch": {"users_expected": 5}},
        {"launch": {"date": "2027-13-01"}},
        {"launch": {"date": "1 February 2027"}},
        {"launch": {"date": 20270201}},
        {"launch_date": "2027-02-01"},
        {"agency_id": 1},
        {"restrict_to_deploy_env": "prod"},
        {"block_encryption": "des"},
        {"contacts": [{"role": "technical"}]},
        {"contacts": [{"role": "technical", "email": "nobody"}]},
        {"help_text": {"sign_in": {"de": "Anmelden"}}},
        {"help_text": {"sign_out": {"en": "Sign out"}}},
        {"release": {"coordinate_at": "2027-01-12T10:00:00-05:00"}},
        {"release": {"coordinate_at": "2027-01-12T10:00:00", "reason": "No offset."}},
        {"release": {"coordinate_at": "2027-01-12 10:00:00Z", "reason": "No T."}},
        {"release": {"coordinate_at": "2027-01-12T24:00:00Z", "reason": "No such hour."}},
        {"release": {"key_in_use": {"certificate": "certs/2027.crt"}}},
        {"waivers": [{key: value for key, value in WAIVER.items() if key != "ticket"}]},
        # Compared as text, a placeholder would come after every date: the waiver would never expire.
        {"waivers": [WAIVER | {"expires": "<REPLACE_ME>"}]},
        {"waivers": [WAIVER | {"expires": "never"}]},
    ],
)
def test_an_app_is_refused(change: dict[str, Any]) -> None:
    assert not accepts("app", OIDC | change)


def test_a_saml_app_must_say_where_its_responses_go() -> None:
    assert accepts("app", SAML)
    assert not accepts("app", {key: value for key, value in SAML.items() if key != "acs_url"})


@pytest.mark.parametrize("field", sorted(OIDC))
def test_an_app_needs_its_identity(field: str) -> None:
    assert not accepts("app", {key: value for key, value in OIDC.items() if key != field})


PARTNER = {"name": "Example Agency", "abbreviation": "EXA", "agency_id": 901, "teams": []}
MOD = {"number": 0, "signed": "2026-01-15", "starts": "2026-01-15", "ends": "2028-12-31", "integrations": ["A"]}
AGREEMENT = {"gtc": "LGEXAFY260001", "starts": "2026-01-15", "ends": "2028-12-31"}


def agreement(**mod: object) -> dict[str, Any]:
    return {"agreements": [AGREEMENT | {"orders": [{"number": 1, "mods": [MOD | mod]}]}]}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"agency_id": None},
        {"teams": [{"id": "a", "name": "A", "members": [{"email": "a@exa.gov"}]}]},
        agreement(),
        agreement(signed=None),
        agreement(estimated_amount=1181292.21),
        {"agreements": [AGREEMENT | {"mod": 1, "account": "EXA-BEN", "estimated_amount": 2741892, "orders": []}]},
        {"accounts": [{"requesting_agency": "EXA-BEN", "name": "Example Agency", "crm_id": None}]},
        {"imported": {"production/a": {"certs": {"certs/old.crt": "exa_old.2024-x"}, "logo": "exa.svg"}}},
    ],
)
def test_a_partner_is_accepted(change: dict[str, Any]) -> None:
    assert accepts("partner", PARTNER | change)


@pytest.mark.parametrize(
    "change",
    [
        {"agency_id": "901"},
        {"agency_id": 0},
        {"teams": {"a": {"name": "A", "members": []}}},
        {"teams": [{"id": "a", "name": "A", "members": [{"github": "exa-a"}]}]},
        {"teams": [{"id": "a", "name": "A", "members": [{"email": "a@exa.gov", "github": "@exa-a"}]}]},
        agreement(number=-1),
        agreement(number="0000"),
        agreement(signed=True),
        agreement(signed="soon"),
        agreement(integrations="A"),
        agreement(estimated_amount=10_000_000_000),
        agreement(estimated_amount="1_000"),
        {"agreements": [AGREEMENT | {"orders": [{"number": 0, "mods": [MOD]}]}]},
        {"agreements": [AGREEMENT | {"orders": [{"number": 1, "mods": []}]}]},
        {"agreements": [AGREEMENT]},
        {"accounts": [{"name": "Example Agency"}]},
        {"imported": {"a": {}}},
        {"imported": {"elsewhere/a": {}}},
        {"imported": {"production/a": {"certs": {"certs/old.crt": "../../etc/passwd"}}}},
        {"imported": {"production/a": {"logo": ".hidden"}}},
        {"imported": {"production/a": {"logo": "exa.svg\n"}}},
    ],
)
def test_a_partner_is_refused(change: dict[str, Any]) -> None:
    assert not accepts("partner", PARTNER | change)
