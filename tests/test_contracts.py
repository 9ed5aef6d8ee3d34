"""What `--format json` prints keeps the contracts in `schemas/`, in every situation that a walk comes through."""

from __future__ import annotations

import copy
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from launchwindow.commands.table import COMMANDS
from launchwindow.diff import diff, partner_diff
from launchwindow.model.app import ENVIRONMENTS
from launchwindow.model.finding import SEVERITIES
from launchwindow.model.ledger import State
from launchwindow.model.row import Certificate, Logo, PartnerRow, Row
from launchwindow.provider import DEFAULTS
from launchwindow.rules import RULES
from support.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.walk import Said

SCHEMAS = Path(__file__).parents[1] / "schemas"
LEVERS = dict.fromkeys(("hold", "resume", "approve", "short-notice", "off-cycle"), "lever")
FREE = ("before", "after")
"""Keys whose value may be anything: what a field held."""
ELSEWHERE = {"completion", "demo", "import", "init", "sync"}
"""Commands whose tests hold their documents to their contracts too, and whose schemas have words of their own."""
NAMES = sorted({LEVERS.get(name, name) for name in COMMANDS})
OWN = [name for name in NAMES if name not in ELSEWHERE]


@cache
def contract(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return document


def validator(command: str) -> Draft202012Validator:
    return Draft202012Validator(contract(LEVERS.get(command, command)), format_checker=FormatChecker())


def of_document(document: dict[str, Any]) -> Draft202012Validator:
    name = re.fullmatch(r"launchwindow\.([a-z-]+)/1", document["schema"])
    assert name, document["schema"]
    return validator(name[1])


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[Said]:
    return Walk(tmp_path_factory.mktemp("walk"), "json").said


@pytest.fixture(scope="module")
def documents(said: list[Said]) -> dict[str, dict[str, Any]]:
    return {one.name: json.loads(one.result.out) for one in said if one.result.out}


def test_every_command_has_its_contract() -> None:
    assert {path.name for path in SCHEMAS.iterdir()} >= {f"{name}.schema.json" for name in NAMES}


def test_the_walk_comes_through_every_command(said: list[Said]) -> None:
    assert {one.arguments[0] for one in said} == COMMANDS.keys() - {"completion", "demo", "init", "sync"}


def test_standard_output_holds_one_document_or_nothing(said: list[Said]) -> None:
    refused = 0
    for one in said:
        if one.result.out:
            assert one.result.out.endswith("}\n"), one.name
            document, end = json.JSONDecoder().raw_decode(one.result.out)
            assert one.result.out[end:] == "\n", one.name
            assert document["schema"] == f"launchwindow.{one.arguments[0]}/1"
            assert one.result.err == "", one.name
        else:
            refused += 1
            assert one.result.status in (1, 2), one.name
            assert re.fullmatch(r"launchwindow: [^\n]*\n", one.result.err), one.name
    assert refused > 3


def test_every_document_keeps_its_contract(documents: dict[str, dict[str, Any]]) -> None:
    for name, document in documents.items():
        errors = [
            f"{name}: {error.json_path}: {error.message}" for error in of_document(document).iter_errors(document)
        ]
        assert errors == []


def places(value: object, *, inside: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every mapping of a document whose keys a contract names."""
    if isinstance(value, dict):
        yield inside
        for key, child in value.items():
            if key not in FREE:
                yield from places(child, inside=(*inside, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from places(child, inside=(*inside, index))


def at(document: Any, place: tuple[Any, ...]) -> Any:
    for step in place:
        document = document[step]
    return document


@pytest.mark.parametrize(
    "name",
    ["check-findings", "explain", "windows", "calendar", "plan-many", "adopt", "request", "status-deploying",
     "status-one", "explain-date-held", "hold", "release-missed", "confirm-different", "drift", "export",
     "import", "new", "rollback", "adopt-rewrite", "doctor", "board"],
)  # fmt: skip
def test_a_contract_refuses_what_lacks_a_field_or_has_another(documents: dict[str, dict[str, Any]], name: str) -> None:
    document = documents[name]
    contract_of = of_document(document)
    shapes: set[tuple[object, ...]] = set()
    for place in places(document):
        shape = tuple("*" if isinstance(step, int) else step for step in place)
        if shape in shapes:
            continue
        shapes.add(shape)
        for key in at(document, place):
            lacking = copy.deepcopy(document)
            del at(lacking, place)[key]
            assert not contract_of.is_valid(lacking), (place, key)
        more = copy.deepcopy(document)
        at(more, place)["another"] = None
        assert not contract_of.is_valid(more), place


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("status", ("requests", 0, "state"), "waiting"),
        ("status", ("requests", 0, "id"), "exa/benefits-finder@3f2c1ab90d12"),
        ("status", ("requests", 0, "changes", 0, "kind"), "field_changed"),
        ("status", ("requests", 0, "changes", 0, "notice_days"), -1),
        ("status", ("requests", 0, "window"), "Monday"),
        ("status", ("now",), "2026-11-24 10:00"),
        ("status", ("deployed", 0, "confirmed"), None),
        ("plan", ("change_requests", 0, "id"), "production/exa/benefits-finder@3f2c1ab90d12"),
        ("plan", ("base",), "main"),
        ("release", ("idp_digest",), None),
        ("release", ("environment",), "prod"),
        ("check-findings", ("findings", 0, "severity"), "fatal"),
        ("check-findings", ("findings", 0, "line"), 0),
        ("check-findings", ("findings", 0, "path"), "block_encryption"),
        ("hold", ("schema",), "launchwindow.release/1"),
    ],
)
def test_a_contract_refuses_other_values(
    documents: dict[str, dict[str, Any]], name: str, place: tuple[Any, ...], value: object
) -> None:
    document = copy.deepcopy(documents[name])
    contract_of = of_document(document)
    at(document, place[:-1])[place[-1]] = value
    assert not contract_of.is_valid(document)


def strings(value: object, key: str) -> Iterator[str]:
    """Every text that stands under a key, however deep."""
    if isinstance(value, dict):
        if isinstance(value.get(key), str):
            yield value[key]
        for name, child in value.items():
            if name not in FREE:
                yield from strings(child, key)
    elif isinstance(value, list):
        for child in value:
            yield from strings(child, key)


def test_the_walk_comes_through_every_state(documents: dict[str, dict[str, Any]]) -> None:
    assert set(strings(documents, "state")) == set(get_args(State))


def test_the_walk_meets_what_can_go_wrong(documents: dict[str, dict[str, Any]]) -> None:
    summary = documents["check-findings"]["summary"]
    assert (summary["error"], summary["waived"]) == (1, 1)
    assert documents["release-missed"]["held"]
    assert documents["release-missed"]["withdrawn"]
    assert documents["confirm-different"]["different"]
    kinds = set(strings(documents, "kind"))
    assert kinds >= {
        "app-added",
        "app-deactivated",
        "certificate-removed",
        "first-certificate-changed",
        "logo-changed",
        "partner-added",
        "partner-changed",
        "push-notification-url-changed",
        "schedule-changed",
    }


def every_kind() -> set[str]:
    """The kinds of every change that two rows can have between them."""
    before = Row("urn:a", True, dict.fromkeys((*DEFAULTS, "agency_id", "pkce", "protocol", "native", "launch_date")),
                 ("https://a.gov",), (Certificate("a", "a"),), None, "A")  # fmt: skip
    after = Row("urn:b", True, dict.fromkeys(before.columns, 1), ("https://b.gov",), (Certificate("b", "b"),),
                Logo("c", ".svg", "logo.svg"), "B")  # fmt: skip
    gone = before._replace(active=False)
    partner = PartnerRow(1, {"name": "A"})
    changes = [*diff(before, after), *diff(None, before), *diff(before, None), *diff(gone, before)]
    changes += [*partner_diff(None, partner), *partner_diff(partner, PartnerRow(2, {"name": "B"}))]
    return {change.kind for change in changes}


@pytest.mark.parametrize("name", ["plan", "request", "status", "explain-date"])
def test_kinds_are_those_that_the_code_gives(name: str) -> None:
    listed = contract(name)["$defs"]["change"]["properties"]["kind"]["enum"]
    assert set(listed) == every_kind() | {"schedule-changed"}
    assert len(listed) == len(set(listed))


def test_states_severities_and_environments_are_those_of_the_code() -> None:
    words = {"state": get_args(State), "severity": SEVERITIES, "environment": ENVIRONMENTS}
    for name in OWN:
        for word, values in words.items():
            if word in contract(name).get("$defs", {}):
                assert set(contract(name)["$defs"][word]["enum"]) == set(values), name


def test_rule_ids_are_of_the_form_that_contracts_ask() -> None:
    pattern = contract("check")["$defs"]["rule"]["pattern"]
    assert all(re.search(pattern, rule.id) for rule in RULES)


def test_what_several_contracts_define_is_the_same_in_each() -> None:
    found: dict[str, set[str]] = {}
    for name in OWN:
        for word, definition in contract(name).get("$defs", {}).items():
            if word not in ("change_request", "request", "finding", "held", "page", "window", "skipped"):
                found.setdefault(word, set()).add(json.dumps(definition, sort_keys=True))
    # The table of windows gives its times in the policy's zone, all others in UTC.
    found.pop("time")
    assert [word for word, forms in found.items() if len(forms) > 1] == []


def fields(part: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for key in ("properties", "$defs"):
        for name, child in part.get(key, {}).items():
            yield f"{place}/{name}", child
            yield from fields(child, f"{place}/{name}")


@pytest.mark.parametrize("name", NAMES)
def test_a_contract_is_sound_and_tells_editors_what_its_fields_are(name: str) -> None:
    document = contract(name)
    Draft202012Validator.check_schema(document)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for place, field in [("", document), *fields(document)]:
        if "$ref" not in field:
            assert field.get("title"), place
            assert field.get("description"), place
        if field.get("type") == "object":
            assert field["additionalProperties"] is False, place
            assert set(field["required"]) == set(field["properties"]), place
