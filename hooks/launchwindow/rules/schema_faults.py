"""Where a file departs from its schema. Part of the rule `schema`; no rule itself.

jsonschema judges; its errors are reduced to one fault for each place and cause, which `schema_words` puts into words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from launchwindow.load.plain import is_on_calendar
from launchwindow.model.finding import pointer
from launchwindow.model.named import NamedTuple
from launchwindow.rules.schema_gate import is_dated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

_validators: dict[int, tuple[Mapping[str, object], Validator]] = {}
"""By the schema's identity, which the schema beside it keeps from being used again."""

_ORDER = ("type", "enum", "const", "minLength", "pattern")
"""Of several faults of one value the first of these is told: the others follow from it."""


class Fault(NamedTuple):
    """One departure: at which place, by which keyword of the schema, and what the words need."""

    path: str
    parts: tuple[str | int, ...]
    at_key: bool
    keyword: str
    expected: Any
    """The keyword's value."""
    value: Any
    """What stands there; the missing or unknown key for `required`, `dependentRequired`, `additionalProperties`."""
    schema: Mapping[str, Any]
    """The part of the schema that the keyword stands in."""
    within: tuple[str | int, ...]
    """The keywords that lead to it, such as `then` or `dependentSchemas`."""
    present: frozenset[str]
    """The keys beside a missing or unknown one."""


def faults(data: Any, schema: Mapping[str, object]) -> list[Fault]:
    """Every fault of plain data, no two for the same reason."""
    found: dict[tuple[str, object], Fault] = {}
    for error in _validator(schema).iter_errors(data):
        for fault in _reduced(error):
            keyed = fault.keyword in ("required", "dependentRequired", "additionalProperties")
            key = (fault.path, str(fault.value) if keyed else None)
            if key not in found or _rank(fault) < _rank(found[key]):
                found[key] = fault
    return list(found.values())


def _rank(fault: Fault) -> int:
    return _ORDER.index(fault.keyword) if fault.keyword in _ORDER else len(_ORDER)


def _validator(schema: Mapping[str, object]) -> Validator:
    if id(schema) not in _validators:
        from jsonschema import Draft202012Validator
        from jsonschema.validators import extend

        # 2.0 is 2 to JSON Schema, but no whole number to what reads these files afterwards.
        checker = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
        strict = extend(Draft202012Validator, {"enum": _enum, "pattern": _pattern}, type_checker=checker)  # type: ignore[no-untyped-call]
        _validators[id(schema)] = (schema, strict(_inlined(schema, schema)))
    return _validators[id(schema)][1]


def _inlined(part: Any, root: Mapping[str, Any]) -> Any:
    """The schema with what `$ref` names in its place, which is checked in a third of the time.

    Our schemas refer to their own `$defs` alone, and none refers to itself.
    """
    if isinstance(part, list):
        return [_inlined(item, root) for item in part]
    if not isinstance(part, dict):
        return part
    whole = {key: _inlined(value, root) for key, value in part.items() if key not in ("$ref", "$defs")}
    name = part.get("$ref")
    if not isinstance(name, str):
        return whole
    meant = _inlined(root["$defs"][name.removeprefix("#/$defs/")], root)
    # Both hold: what stands beside the reference adds to it.
    beside = {key: value for key, value in whole.items() if key not in _PROSE}
    return (
        {**whole, **meant} if not beside.keys() & meant.keys() else {**whole, "allOf": [*whole.get("allOf", ()), meant]}
    )


_PROSE = ("title", "description")


def _enum(_validator: Any, choices: list[Any], value: Any, _schema: Any) -> Iterator[ValidationError]:
    from jsonschema.exceptions import ValidationError

    if not any(type(choice) is type(value) and choice == value for choice in choices):
        yield ValidationError("none of the choices")


def _pattern(_validator: Any, pattern: str, value: Any, schema: Mapping[str, Any]) -> Iterator[ValidationError]:
    import re

    from jsonschema.exceptions import ValidationError

    if isinstance(value, str) and not (re.search(pattern, value) and (not is_dated(schema) or is_on_calendar(value))):
        yield ValidationError("not of the form")


def _reduced(error: ValidationError) -> Iterator[Fault]:
    parts = tuple(error.absolute_path)
    schema = error.schema if isinstance(error.schema, dict) else {}
    fault = Fault(pointer(*parts), parts, False, str(error.validator), error.validator_value, error.instance, schema,
                  tuple(error.absolute_schema_path), frozenset())  # fmt: skip
    if fault.keyword in ("anyOf", "oneOf") and error.context:
        yield from _nearest_branch(fault, error.context)
    elif isinstance(error.instance, dict):
        yield from _about_keys(fault, error.instance)
    else:
        yield fault


def _nearest_branch(fault: Fault, context: list[ValidationError]) -> Iterator[Fault]:
    """The faults by the first branch that the value's type fits; else one that names every type that would do."""
    typed = [one for one in context if one.validator == "type" and not one.relative_path]
    wrong = {one.schema_path[0] for one in typed}
    fitting = [one for one in context if one.schema_path[0] not in wrong]
    for one in fitting:
        if one.schema_path[0] == fitting[0].schema_path[0]:
            yield from _reduced(one)
    if not fitting:
        kinds = [kind for one in typed for kind in kinds_of(cast("str | list[str]", one.validator_value))]
        yield fault._replace(keyword="type", expected=kinds)


def _about_keys(fault: Fault, instance: dict[str, Any]) -> Iterator[Fault]:
    """One fault for each key that is missing or unknown; anything else as it is."""
    fault = fault._replace(present=frozenset(instance))
    if fault.keyword == "required":
        # The library gives an error for each; that they are the same is seen by the place and the key.
        # What only SAML asks for is pointed at where the file says so.
        place = _inside(fault, "protocol", "") if "then" in fault.within and "protocol" in instance else fault
        for name in fault.expected:
            if name not in instance:
                yield place._replace(value=name)
    elif fault.keyword == "dependentRequired":
        for key, needed in fault.expected.items():
            for name in needed if key in instance else ():
                if name not in instance:
                    yield _inside(fault, key, name)._replace(at_key=True)
    elif fault.keyword == "additionalProperties":
        for name in _unknown(instance, fault.schema):
            yield _inside(fault, name, name)._replace(at_key=True)
    else:
        yield fault


def _inside(fault: Fault, key: str, value: str) -> Fault:
    parts = (*fault.parts, key)
    return fault._replace(parts=parts, path=pointer(*parts), value=value)


def _unknown(instance: dict[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    import re

    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    return (key for key in instance if key not in known and not any(re.search(one, key) for one in patterns))


def kinds_of(value: str | list[str]) -> list[str]:
    """The types that the keyword `type` names."""
    return [value] if isinstance(value, str) else list(value)
