"""Every field of the files that people write, and of the documents that commands print, from `schemas/`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from markdown import SCHEMAS, cell, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WRITTEN = ("app", "partner", "policy")
"""The files that people write; all other schemas are of documents that commands print."""

_KEY = """\
A field that is **required** is bold. `a.b` stands inside `a`, `a[].b` in each item of the list `a`, and `a.NAME`
under any name in `a`. A `line` is a text of one line, a `text` may have several, a `date` or `day` is a
text like 2027-03-31."""

_FILES = f"""\
# Files

For everybody who writes one: each field of an app's file, a partner's file and the policy. This page is made from
`schemas/` by `python docs/reference`; [documents](documents.md) are what commands print.

An editor with a YAML language server completes and explains the same, where the file's first line names its schema:
`# yaml-language-server: $schema=../../../schemas/app.schema.json`. What `check` asks beyond the form of
a file are the [rules](rules.md).

{_KEY}"""

_DOCUMENTS = f"""\
# Documents

For who reads them with a program: each document that a command prints with `--format json`, and what the action has as
`result`. This page is made from `schemas/` by `python docs/reference`.

`schema` names a document and its version, such as `launchwindow.status/1`. Fields may be added to a version; one
that goes, or means something else, makes another version.

{_KEY}"""


def files() -> str:
    """The page of the files that people write."""
    return _page(_FILES, WRITTEN)


def documents() -> str:
    """The page of the documents that commands print."""
    names = sorted(path.name.removesuffix(".schema.json") for path in SCHEMAS.glob("*.schema.json"))
    return _page(_DOCUMENTS, [name for name in names if name not in WRITTEN])


def _page(head: str, names: Iterable[str]) -> str:
    parts = [head]
    for name in names:
        schema = load(name)
        link = f"[{name}.schema.json](../schemas/{name}.schema.json)"
        parts += [f"## {schema['title']}", f"{cell(schema['description'])} ({link})", _table(schema)]
    return "\n\n".join(parts) + "\n"


def _table(schema: dict[str, Any]) -> str:
    rows = [f"| {_name(path, required)} | {_type(schema, one)} | {_meaning(one)} | {_example(one)} |"
            for path, one, required in _fields(schema, schema, "")]  # fmt: skip
    return "\n".join(["| field | type | meaning | example |", "|---|---|---|---|", *rows])


def _fields(whole: dict[str, Any], schema: dict[str, Any], inside: str) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Each field with its way there; objects and lists of objects are followed."""
    for name, field in schema.get("properties", {}).items():
        one = _resolved(whole, field)
        path = f"{inside}{name}"
        yield path, one, name in schema.get("required", ())
        for way, part in _parts(one):
            yield from _fields(whole, _resolved(whole, part), f"{path}{way}.")


def _parts(field: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What stands inside a field, and the way there: its own, its items, under any name, or one of several."""
    yield "", {"properties": field.get("properties", {}), "required": field.get("required", ())}
    yield "[]", field.get("items", {})
    other = field.get("additionalProperties")
    if isinstance(other, dict):
        yield ".NAME", other
    yield from (("", one) for one in field.get("anyOf", ()))


def _resolved(whole: dict[str, Any], field: dict[str, Any]) -> dict[str, Any]:
    """The field with what its `$ref` leads to; what it says itself goes before that."""
    if "$ref" not in field:
        return field
    there: dict[str, Any] = whole
    for step in field["$ref"].removeprefix("#/").split("/"):
        there = there[step]
    return {**_resolved(whole, there), **field}


def _name(path: str, required: bool) -> str:
    return f"**`{path}`**" if required else f"`{path}`"


def _type(whole: dict[str, Any], field: dict[str, Any]) -> str:
    if "enum" in field:
        return cell(" or ".join(f"`{_json(one)}`" for one in field["enum"]))
    if "const" in field:
        return cell(f"`{_json(field['const'])}`")
    if "anyOf" in field:
        return " or ".join(_type(whole, _resolved(whole, one)) for one in field["anyOf"])
    name = field.get("$ref", "").rpartition("/")[2]
    types = field.get("type", "any")
    said = " or ".join(types) if isinstance(types, list) else str(types)
    if said == "array":
        items = _resolved(whole, field.get("items", {}))
        return f"list of {_type(whole, items)}"
    return f"{name}" if name and said == "string" else said


def _meaning(field: dict[str, Any]) -> str:
    parts = [str(field.get("description", field.get("title", "")))]
    values = zip(field.get("enum", ()), field.get("enumDescriptions", ()), strict=False)
    parts += [f"`{_json(value)}`: {said}" for value, said in values]
    return cell(" ".join(parts))


def _example(field: dict[str, Any]) -> str:
    examples = field.get("examples", ())
    return cell(f"`{_json(examples[0])}`") if examples and "properties" not in field and not _is_long(field) else ""


def _is_long(field: dict[str, Any]) -> bool:
    """Whether its parts have rows, and examples, of their own."""
    items = field.get("items", {})
    return "properties" in items or ("$ref" in items and len(_json(field["examples"][0])) > 80)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
