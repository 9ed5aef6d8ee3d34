"""The slice of GitHub's description: it holds what its list names, all of it is answered, its errata are needed."""

from __future__ import annotations

import gzip
import json
from typing import Any

import jsonschema
import pytest

from support.github_double import description, errata
from support.github_double.routes import ROUTES

LABELS = "/repos/{owner}/{repo}/issues/{issue_number}/labels"


@pytest.fixture(scope="module")
def document() -> Any:
    """As it was cut."""
    return json.loads(gzip.decompress(description.SLICE.read_bytes()))


def test_the_slice_is_what_its_list_names(document: Any) -> None:
    listed = (description.SLICE.parent / "operations.txt").read_text(encoding="utf-8").splitlines()
    held = [f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods]
    assert sorted(held) == sorted(listed)


def test_every_operation_is_answered_and_no_other(document: Any) -> None:
    held = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    assert set(ROUTES) == held


def test_the_slice_is_small_and_says_where_it_is_from(document: Any) -> None:
    assert description.SLICE.stat().st_size < 150_000
    assert document["info"]["x-source"] == "npm @octokit/openapi 23.0.2, generated/api.github.com.json"
    assert document["info"]["license"]["name"] == "MIT"


@pytest.mark.parametrize(("method", "body"), [("post", ["held"]), ("put", ["held"]), ("put", {"labels": []})])
def test_the_errata_about_labels_are_needed(document: Any, method: str, body: Any) -> None:
    """Once GitHub mends its description, the erratum goes."""
    schema = document["paths"][LABELS][method]["requestBody"]["content"]["application/json"]["schema"]
    assert not jsonschema.Draft4Validator(schema).is_valid(body)
    found = description.github().find(method.upper(), LABELS.format(owner="o", repo="r", issue_number=1))
    assert found is not None
    assert description.github().about_request(found[0], {}, body) == []


def test_the_erratum_about_addresses_is_needed(document: Any) -> None:
    address = document["components"]["schemas"]["deployment-status"]["properties"]["log_url"]
    assert (address["format"], address["default"]) == ("uri", "")


def test_the_errata_about_answers_are_needed(document: Any) -> None:
    documented = [
        set(operation["responses"]) for methods in document["paths"].values() for operation in methods.values()
    ]
    for code in (*errata.REFUSALS, errata.UNCHANGED):
        assert not all(str(code) in codes for codes in documented)
