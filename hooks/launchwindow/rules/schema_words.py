"""A schema's faults in the words of whoever writes the file. Part of the rule `schema`; no rule itself."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from launchwindow.load.plain import clean, nearest, shown
from launchwindow.rules.schema_faults import kinds_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from launchwindow.rules.schema_faults import Fault

_KINDS = {
    "string": "a text", "integer": "a whole number", "number": "a number", "boolean": "true or false",
    "array": "a list", "object": "a group of fields", "null": "null",
}  # fmt: skip

_ELSEWHERE = {
    "agency": "The agency is the partner's: its file holds name and agency_id.",
    "agency_id": "The agency's id stands once, in the partner's file.",
    "cert": "Put the certificate into a file beneath certs/ and name it in certs.",
    "identity_protocol": "It is called protocol here.",
    "launch_date": "Write it as `launch: {date: 2027-02-01}`.",
    "prod_config": "The file's name says it: production.yaml, staging.yaml or sandbox.yaml.",
    "restrict_to_deploy_env": "The file's name says it: production.yaml, staging.yaml or sandbox.yaml.",
}
"""What the dashboard or the identity provider has under another name, or in another place."""

_LONGEST_EXAMPLE = 80
_MOST_KEYS = 12
_MOST_COMPARED = 50


def describe(fault: Fault, root: Mapping[str, Any]) -> tuple[str, str]:
    """(what is wrong, what to do)."""
    name, example = _name(fault.parts), _example(_at(root, fault.parts))
    known = _KEYWORDS.get(fault.keyword)
    if known is not None:
        return known(fault, root, name, example)
    limits = {"minimum": "at least", "maximum": "at most", "exclusiveMaximum": "less than"}
    if fault.keyword in limits:
        message = f"{name} must be {limits[fault.keyword]} {fault.expected}, but is {shown(fault.value)}."
        return message, example or "Write a number that fits."
    if fault.keyword == "minItems":
        return f"{name} is too short; it needs at least {fault.expected}.", example or "Add what is missing."
    what = fault.schema.get("description") or fault.schema.get("title") or "what the schema describes"
    return f"{name} is not as it must be: {what}", example or "Write it as the schema describes it."


def _type(fault: Fault, root: Mapping[str, Any], name: str, example: str) -> tuple[str, str]:
    kinds, value = kinds_of(fault.expected), fault.value
    wanted = " or ".join(_KINDS.get(kind, kind) for kind in kinds)
    if value is None:
        required = fault.parts and fault.parts[-1] in _at(root, fault.parts[:-1]).get("required", ())
        return f"{name} has no value; it must be {wanted}.", (
            "Write a value after the colon." if required else "Write a value after the colon, or remove the line."
        )
    message = f"{name} must be {wanted}, but {shown(value)} {_read_as(value)}."
    if "string" in kinds and isinstance(value, (int, float)) and not isinstance(value, bool):
        return message, "Write it in quotes, so that it is read as text."
    if "boolean" in kinds and isinstance(value, str):
        return message, "Write true or false, without quotes."
    if "integer" in kinds and isinstance(value, str) and value.strip().isdecimal():
        return message, "Write the number without quotes."
    if "null" in kinds and len(kinds) == 1:
        return message, "Write null, or remove the line."
    return message, example or f"Write {wanted}."


def _read_as(value: object) -> str:
    if isinstance(value, str):
        return "is a text"
    if isinstance(value, (dict, list)):
        return "stands there"
    return "is read as a truth value" if isinstance(value, bool) else "is read as a number"


def _enum(fault: Fault, _root: Mapping[str, Any], name: str, _example: str) -> tuple[str, str]:
    choices = [_scalar(choice) for choice in fault.expected]
    message = f"{name} can't be {shown(fault.value)}; it must be one of: {', '.join(choices)}."
    if isinstance(fault.value, str) and fault.value in choices and fault.value not in fault.expected:
        return message, f"Write it without quotes: {fault.value}."
    if isinstance(fault.value, float) and fault.value in fault.expected:
        return message, f"Write it as a whole number: {int(fault.value)}."
    near = nearest(fault.value, [choice for choice in fault.expected if isinstance(choice, str)])
    return message, f"Did you mean “{near}”?" if near is not None else "Write one of them."


def _const(fault: Fault, _root: Mapping[str, Any], name: str, _example: str) -> tuple[str, str]:
    wanted = _scalar(fault.expected)
    if "dependentSchemas" in fault.within:
        key = fault.within[fault.within.index("dependentSchemas") + 1]
        return f"{name} must be {wanted} in a file with “{key}”.", f"Write {wanted}, or remove “{key}”."
    return f"{name} must be {wanted}, but is {shown(fault.value)}.", f"Write {wanted}."


def _min_length(_fault: Fault, _root: Mapping[str, Any], name: str, example: str) -> tuple[str, str]:
    return f"{name} is empty.", example or "Write a value, or remove the line."


def _pattern(fault: Fault, _root: Mapping[str, Any], name: str, example: str) -> tuple[str, str]:
    if re.search(fault.expected, fault.value):
        return f"{name} is {shown(fault.value)}, a day that the calendar does not have.", "Write a day that there is."
    words = fault.schema.get("patternErrorMessage", "is not in the form that the schema describes")
    return f"{name} {words}, but is {shown(fault.value)}.", example or "Write it in that form."


def _required(fault: Fault, root: Mapping[str, Any], name: str, _example: str) -> tuple[str, str]:
    if "then" in fault.within:
        message, parts = f"“{fault.value}” is missing; an app that speaks SAML needs it.", fault.parts[:-1]
    else:
        message = f"“{fault.value}” is missing." if not fault.parts else f"{name} has no “{fault.value}”."
        parts = fault.parts
    return message, _add(fault.value, _at(root, (*parts, fault.value)))


def _dependent(fault: Fault, root: Mapping[str, Any], name: str, _example: str) -> tuple[str, str]:
    return f"{name} needs “{fault.value}” beside it.", _add(fault.value, _at(root, (*fault.parts[:-1], fault.value)))


def _add(field: str, schema: Mapping[str, Any]) -> str:
    shape = _shape(schema)
    about = str(schema.get("description", "")).partition(". ")[0].rstrip(".")
    return f"Add `{field}: {shape or '…'}`" + (f": {about[:1].lower()}{about[1:]}." if about else ".")


def _unknown(fault: Fault, root: Mapping[str, Any], _place: str, _example: str) -> tuple[str, str]:
    key, beside = fault.value, _at(root, fault.parts[:-1])
    known = list(beside.get("properties", ()))
    where = f" in {_name(fault.parts[:-1]).replace('Item', 'item')}" if len(fault.parts) > 1 else ""
    message = f"There is no field {shown(key)}{where}."
    if len(fault.parts) == 1 and key in _ELSEWHERE:
        return message, _ELSEWHERE[key]
    near = meant(fault, root)
    if near in fault.present:
        return message, f"Did you mean “{near}”? It is there already: keep one."
    if near is not None:
        missing = ", which is missing" if near in beside.get("required", ()) else ""
        return message, f"Did you mean “{near}”{missing}?"
    if 0 < len(known) <= _MOST_KEYS:
        return message, f"Remove it; the fields here are {', '.join(known)}."
    return message, str(beside.get("description", "")) if not known else "Remove it; the schema lists every field."


def meant(fault: Fault, root: Mapping[str, Any]) -> str | None:
    """The known field that an unknown key resembles most; None when it resembles none, or is known to be another's."""
    key = fault.value
    if len(fault.parts) == 1 and key in _ELSEWHERE:
        return None
    known = list(_at(root, fault.parts[:-1]).get("properties", ()))
    return nearest(key.replace("-", "_").replace(" ", "_")[:100], known)


def without_echoes(faults: Sequence[Fault], root: Mapping[str, Any]) -> list[Fault]:
    """The faults, but for missing fields that stand there misspelled: one cause, one finding."""
    if all(_holder(fault) is None for fault in faults):
        return [*faults]
    # Nobody misspells hundreds of keys, and to compare them takes long.
    unknown = [fault for fault in faults if fault.keyword == "additionalProperties"][:_MOST_COMPARED]
    misspelled = {(fault.parts[:-1], meant(fault, root)) for fault in unknown}
    return [fault for fault in faults if _holder(fault) is None or (_holder(fault), fault.value) not in misspelled]


def _holder(fault: Fault) -> tuple[str | int, ...] | None:
    """The place of the mapping that a missing field is missing from; None for a fault of another kind."""
    if fault.keyword == "required":
        # What only SAML asks for is pointed at where the file says so.
        return fault.parts[:-1] if "then" in fault.within else fault.parts
    return fault.parts[:-1] if fault.keyword == "dependentRequired" else None


def _name(parts: Sequence[str | int]) -> str:
    if not parts:
        return "The file"
    last = parts[-1]
    if isinstance(last, str):
        return f"“{clean(last)}”"
    return f"Item {last + 1} of {_name(parts[:-1])}" if len(parts) > 1 else f"Item {last + 1}"


def _at(root: Mapping[str, Any], parts: Sequence[str | int]) -> Mapping[str, Any]:
    """The part of the schema that describes a place; empty when there is none."""
    here: Mapping[str, Any] = root
    for part in parts:
        inside = here.get("items") if isinstance(part, int) else here.get("properties", {}).get(part)
        if inside is None:
            # Keys that are free have one description for all of them.
            inside = next(iter(here.get("patternProperties", {}).values()), {})
        here = inside if isinstance(inside, dict) else {}
    return here


def _example(schema: Mapping[str, Any]) -> str:
    shape = _shape(schema)
    return f"Write it like `{shape}`." if shape else ""


def _shape(schema: Mapping[str, Any]) -> str:
    """The schema's first example as YAML, empty when it has none that is short."""
    examples = schema.get("examples")
    text = _scalar(examples[0]) if isinstance(examples, list) and examples else ""
    return text if len(text) <= _LONGEST_EXAMPLE else ""


def _scalar(value: object) -> str:
    """A value as YAML in one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


_KEYWORDS = {
    "type": _type, "enum": _enum, "const": _const, "minLength": _min_length, "pattern": _pattern,
    "required": _required, "dependentRequired": _dependent, "additionalProperties": _unknown,
}  # fmt: skip
