"""GitHub's own description of its API: which operation a request is, and whether it and its answer are valid."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import jsonschema
import jsonschema_rs
from jsonschema.exceptions import best_match

from . import errata

SLICE = Path(__file__).parents[2] / "github" / "openapi" / "slice.json.gz"
WITH_SLASHES = frozenset({"/contents/{path}", "/git/ref/{ref}", "/git/matching-refs/{ref}", "/compare/{basehead}"})


class Operation(NamedTuple):
    """One method of one path."""

    method: str
    template: str
    about: dict[str, Any]


class Description:
    """The slice, with its known errors mended and `nullable` turned into a type."""

    def __init__(self, document: dict[str, Any]) -> None:
        """Of an OpenAPI 3.0 document."""
        document = _with_null(document)
        errata.mend(document)
        self.components = document["components"]
        self._paths = document["paths"]
        self._patterns = [(_pattern(template), template) for template in sorted(self._paths, key=_fewest_names_first)]
        self._validators: dict[str, _Validator] = {}

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation that a raw path means, and what stands in its braces."""
        for pattern, template in self._patterns:
            match = pattern.fullmatch(path)
            if match and method.lower() in self._paths[template]:
                params = {name: unquote(value) for name, value in match.groupdict().items()}
                return Operation(method, template, self._paths[template][method.lower()]), params
        return None

    def required(self, schema: str) -> list[str]:
        """The members that a component must have."""
        names: list[str] = self.components["schemas"][schema]["required"]
        return names

    def about_request(self, operation: Operation, query: dict[str, str], body: Any) -> list[str]:
        """What is wrong with a request; empty when nothing is."""
        known = dict(self._query_of(operation))
        wrong = [f"the query has {name}, which GitHub does not know" for name in query if name not in known]
        for name, value in query.items():
            if name in known:
                wrong += self._wrong(known[name], _typed(value, known[name]), f"query {name}")
        described = operation.about.get("requestBody")
        if described is None:
            return wrong + (["there is a body where none is described"] if body is not None else [])
        if body is None:
            return wrong + (["there is no body"] if described.get("required") else [])
        return wrong + self._wrong(described["content"]["application/json"]["schema"], body, "body")

    def about_answer(self, operation: Operation, status: int, body: Any) -> list[str]:
        """What is wrong with an answer; empty when nothing is."""
        answer = self._resolved(operation.about["responses"].get(str(status)))
        if answer is None and status == errata.UNCHANGED:
            return []
        if answer is None:
            if status not in errata.REFUSALS:
                return [f"the status {status} is not documented"]
            return self._wrong({"$ref": "#/components/schemas/basic-error"}, body, "answer")
        content = answer.get("content", {}).get("application/json")
        if content is None:
            # Some refusals are documented without a body, and have one.
            return ["there is a body where none is described"] if body is not None and status < 400 else []
        return self._wrong(content["schema"], body, "answer")

    def _query_of(self, operation: Operation) -> list[tuple[str, dict[str, Any]]]:
        parameters = [self._resolved(parameter) for parameter in operation.about.get("parameters", [])]
        return [(found["name"], found["schema"]) for found in parameters if found and found["in"] == "query"]

    def _resolved(self, node: dict[str, Any] | None) -> dict[str, Any] | None:
        if node is None or "$ref" not in node:
            return node
        _, _, kind, name = node["$ref"].split("/", 3)
        found: dict[str, Any] = self.components[kind][name]
        return found

    def _wrong(self, schema: dict[str, Any], value: Any, place: str) -> list[str]:
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            self._validators[key] = _Validator({**schema, "components": self.components}, schema)
        return [f"{place}{problem}" for problem in self._validators[key].problems(value)]


class _Validator:
    """jsonschema says what is wrong. Its faster sister only says that nothing is: fifty times as fast."""

    def __init__(self, whole: dict[str, Any], schema: dict[str, Any]) -> None:
        if "$ref" in schema:
            whole = {"allOf": [schema], "components": whole["components"]}
        self._fast = jsonschema_rs.Draft4Validator(whole, validate_formats=True)
        self._exact = jsonschema.Draft4Validator(whole, format_checker=_FORMATS)

    def problems(self, value: Any) -> list[str]:
        if self._fast.is_valid(value):
            return []
        found = sorted(self._exact.iter_errors(value), key=lambda error: list(map(str, error.absolute_path)))
        if not found:
            return [f": {error.message}" for error in self._fast.iter_errors(value)]
        # Of what fits neither of several forms, what is nearest to fitting.
        nearest = [best_match([error]) or error for error in found]
        return [f" at /{'/'.join(map(str, error.absolute_path))}: {error.message[:400]}" for error in nearest]


_FORMATS = jsonschema.FormatChecker(formats=())
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")


@_FORMATS.checks("date-time")
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or _MOMENT.fullmatch(value) is not None


@_FORMATS.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"[a-z]+:\S+", value) is not None


@cache
def github() -> Description:
    """The description in the slice; read once."""
    with gzip.open(SLICE) as file:
        return Description(json.load(file))


def _fewest_names_first(template: str) -> tuple[int, str]:
    return template.count("{"), template


def _pattern(template: str) -> re.Pattern[str]:
    slashes = any(template.endswith(ending) for ending in WITH_SLASHES)
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
    return re.compile(re.sub(r"\[\^/\]\+\)$", ".*)", pattern) if slashes else pattern)


def _typed(value: str, schema: dict[str, Any]) -> Any:
    if schema.get("type") == "integer":
        return int(value) if value.isdigit() else value
    if schema.get("type") == "boolean":
        return {"true": True, "false": False}.get(value, value)
    return value


def _with_null(node: Any) -> Any:
    if isinstance(node, list):
        return [_with_null(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: _with_null(value) for key, value in node.items()}
    if node.get("nullable") is not True:
        return node
    del node["nullable"]
    return {"anyOf": [node, {"type": "null"}]}
