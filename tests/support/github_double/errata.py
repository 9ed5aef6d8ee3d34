"""Where GitHub's description and GitHub differ, each by name and with its reason. Nothing else is let through."""

from __future__ import annotations

from typing import Any

REFUSALS = frozenset({401, 403, 404, 410, 422, 429, 500, 502, 503, 504})
"""`refusals`: what stands in front of every operation (credentials, limits, permissions, validation, an outage) is
documented in prose, and in the list of answers of a few. The body still has to be a basic error."""

UNCHANGED = 304
"""`unchanged`: conditional requests work for every GET (“Best practices for using the REST API”); few say so."""


def mend(document: dict[str, Any]) -> None:
    """Put right what is wrong in the description, in place."""
    _bare_array_of_labels(document["paths"])
    _empty_list_of_labels(document["paths"])
    _no_address_of_a_deployment(document["components"]["schemas"])


def _bare_array_of_labels(paths: dict[str, Any]) -> None:
    """`bare-array-of-labels`: the prose allows a bare array of names for an issue's labels, and PyGithub sends one."""
    names = {"type": "array", "items": {"type": "string"}}
    for method in ("post", "put"):
        schema = _body(paths, method)
        schema["oneOf"] = [*schema["oneOf"], names]


def _empty_list_of_labels(paths: dict[str, Any]) -> None:
    """`empty-list-of-labels`: the prose of PUT allows an empty list, to take all away; its schema wants one."""
    schema = _body(paths, "put")
    for form in schema["oneOf"]:
        form.get("properties", {}).get("labels", {}).pop("minItems", None)
    # An empty list fits both forms.
    schema["anyOf"] = schema.pop("oneOf")


def _no_address_of_a_deployment(schemas: dict[str, Any]) -> None:
    """`no-address-of-a-deployment`: addresses that were not given are empty, by the description's own default."""
    for name in ("target_url", "log_url", "environment_url"):
        assert schemas["deployment-status"]["properties"][name].pop("format") == "uri"


def _body(paths: dict[str, Any], method: str) -> dict[str, Any]:
    operation = paths["/repos/{owner}/{repo}/issues/{issue_number}/labels"][method]
    schema: dict[str, Any] = operation["requestBody"]["content"]["application/json"]["schema"]
    return schema
