"""Whether a file surely fits its schema, told without the schema library. Part of the rule `schema`; no rule itself.

Most files have no fault, and to find none takes jsonschema longer than all other rules together, and its import longer
than Python's start. So a schema is first turned into a few nested functions, which only say yes or no, twenty times
faster. Whatever they do not accept goes to jsonschema, which alone says what is wrong. They may be stricter than it,
never looser: a test holds them against each other. A keyword that they do not know, and that is not about people,
closes the gate to each file that has what it is said about.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from launchwindow.load.plain import is_on_calendar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Check = Callable[[Any], bool]

PROSE = frozenset({
    "$schema", "$id", "$defs", "title", "description", "examples", "default", "enumDescriptions", "patternErrorMessage",
})  # fmt: skip
"""Keywords that judge nothing."""

_KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    # 2.0 is no whole number here, and a truth value none either.
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}
_OF_TEXT = {"type", "minLength", "pattern"}
_gates: dict[int, tuple[Mapping[str, object], Check]] = {}
"""By the schema's identity, which the schema beside it keeps from being used again."""


class _Unknown(Exception):
    """The schema says something that no function here stands for."""


def surely_fits(data: object, schema: Mapping[str, object]) -> bool:
    """Whether jsonschema would find no fault in plain data as YAML gives it; False where that is not sure."""
    if id(schema) not in _gates:
        try:
            check = _check(schema, schema)
        except _Unknown:
            check = _closed
        _gates[id(schema)] = (schema, check)
    try:
        return _gates[id(schema)][1](data)
    except _Unknown:
        # Something that nothing was made of before this file has it.
        return False


def _closed(_value: Any) -> bool:
    return False


def is_dated(schema: Mapping[str, Any]) -> bool:
    """Whether a pattern stands for a day, which also has to be one that there is."""
    return str(schema.get("patternErrorMessage", "")).startswith(("must be a date", "must be a time"))


def _check(schema: Any, root: Mapping[str, Any]) -> Check:
    """One function for all that a schema, or a part of one, says."""
    if not isinstance(schema, dict):
        raise _Unknown
    keywords = schema.keys() - PROSE
    if schema.get("type") == "string" and "pattern" in keywords and keywords <= _OF_TEXT and not is_dated(schema):
        return _line(schema.get("minLength", 0), schema["pattern"])
    checks = [check for keyword in schema if keyword not in PROSE for check in _of_keyword(keyword, schema, root)]
    if any(keyword in _KEYS for keyword in schema):
        checks.append(_keys(schema, root))
    if not checks:
        return lambda _value: True
    return checks[0] if len(checks) == 1 else _all(tuple(checks))


_WITHOUT_CONTROL = r"^[^\u0000-\u001F\u007F-\u009F\u2028-\u202E\u2066-\u2069]*(?!\n)$"
"""The pattern of a line. What Python can print has none of these characters; that is told ten times faster."""


def _line(shortest: int, pattern: str) -> Check:
    """Most fields are a line of text: what their three keywords say, in one function."""
    if pattern == _WITHOUT_CONTROL:
        return lambda value: (
            type(value) is str
            and len(value) >= shortest
            and (value.isprintable() or re.search(pattern, value) is not None)
        )
    search = re.compile(pattern).search
    return lambda value: type(value) is str and len(value) >= shortest and search(value) is not None


def _all(checks: tuple[Check, ...]) -> Check:
    if len(checks) == 2:
        first, second = checks
        return lambda value: first(value) and second(value)

    def every(value: Any) -> bool:
        # A loop, because `all` with a generator takes three times as long; here as well as further down.
        for check in checks:  # noqa: SIM110
            if not check(value):
                return False
        return True

    return every


_KEYS = frozenset({"properties", "patternProperties", "additionalProperties", "required"})
"""What is said about a mapping's keys, looked at together: one walk over the keys instead of four."""


def _of_keyword(keyword: str, schema: Mapping[str, Any], root: Mapping[str, Any]) -> list[Check]:
    expected = schema[keyword]
    if keyword in _KEYS or keyword == "then":
        # Judged with the others of their kind.
        return []
    if keyword == "type" and (_is_mapping(schema) or _is_list(schema)):
        # Judged by what looks at the keys or items.
        return []
    if keyword == "$ref":
        return [_check(root["$defs"][expected.removeprefix("#/$defs/")], root)]
    if keyword == "if" and "else" not in schema:
        return [_conditional(_check(expected, root), _check(schema.get("then", {}), root))]
    make = _MAKERS.get(keyword)
    if make is None:
        raise _Unknown
    return [make(expected, schema, root)]


def _is_mapping(schema: Mapping[str, Any]) -> bool:
    """Whether it must be a mapping, which is told together with what is said of its keys."""
    return schema.get("type") == "object" and any(keyword in _KEYS for keyword in schema)


def _is_list(schema: Mapping[str, Any]) -> bool:
    """The same of a list and its items."""
    return schema.get("type") == "array" and "items" in schema


def _type(expected: Any, _schema: Mapping[str, Any], _root: Mapping[str, Any]) -> Check:
    kinds = frozenset(kind for name in ([expected] if isinstance(expected, str) else expected) for kind in _KINDS[name])
    if len(kinds) == 1:
        (only,) = kinds
        return lambda value: type(value) is only
    return lambda value: type(value) in kinds


def _enum(expected: Any, _schema: Mapping[str, Any], _root: Mapping[str, Any]) -> Check:
    choices = {(type(one), one) for one in expected}
    if any(kind not in (str, int, bool, type(None)) for kind, _ in choices):
        raise _Unknown
    return lambda value: type(value) not in (list, dict) and (type(value), value) in choices


def _const(expected: Any, _schema: Mapping[str, Any], _root: Mapping[str, Any]) -> Check:
    if not isinstance(expected, str):
        raise _Unknown
    return lambda value: type(value) is str and value == expected


def _pattern(expected: Any, schema: Mapping[str, Any], _root: Mapping[str, Any]) -> Check:
    # The very function and pattern that jsonschema uses, so that `$` and `\\d` mean the same to both.
    search = re.compile(expected).search
    if is_dated(schema):
        return lambda value: type(value) is not str or (search(value) is not None and is_on_calendar(value))
    return lambda value: type(value) is not str or search(value) is not None


def _bound(keyword: str) -> Callable[[Any, Mapping[str, Any], Mapping[str, Any]], Check]:
    compare: Mapping[str, Callable[[Any, Any], bool]] = {
        "minimum": lambda value, bound: value >= bound,
        "maximum": lambda value, bound: value <= bound,
        "exclusiveMaximum": lambda value, bound: value < bound,
    }
    holds = compare[keyword]
    return lambda expected, _schema, _root: lambda value: type(value) not in (int, float) or holds(value, expected)


def _min_length(expected: Any, _schema: Mapping[str, Any], _root: Mapping[str, Any]) -> Check:
    return lambda value: type(value) is not str or len(value) >= expected


def _min_items(expected: Any, _schema: Mapping[str, Any], _root: Mapping[str, Any]) -> Check:
    return lambda value: type(value) is not list or len(value) >= expected


def _items(expected: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> Check:
    check, fits_otherwise = _check(expected, root), not _is_list(schema)

    def items(value: Any) -> bool:
        if type(value) is not list:
            return fits_otherwise
        for one in value:  # noqa: SIM110
            if not check(one):
                return False
        return True

    return items


def _any_of(expected: Any, _schema: Mapping[str, Any], root: Mapping[str, Any]) -> Check:
    checks = [_check(one, root) for one in expected]
    return lambda value: any(check(value) for check in checks)


def _dependent_required(expected: Any, _schema: Mapping[str, Any], _root: Mapping[str, Any]) -> Check:
    return lambda value: (
        type(value) is not dict
        or all(needed in value for key, names in expected.items() if key in value for needed in names)
    )


def _dependent_schemas(expected: Any, _schema: Mapping[str, Any], root: Mapping[str, Any]) -> Check:
    checks = {key: _check(part, root) for key, part in expected.items()}
    return lambda value: type(value) is not dict or all(check(value) for key, check in checks.items() if key in value)


def _conditional(condition: Check, then: Check) -> Check:
    # Every function here is exact for what it knows, so that a condition that fails is one that jsonschema fails.
    return lambda value: not condition(value) or then(value)


class _Known(dict):  # type: ignore[type-arg]
    """What is said of each key that is known, made when a file first has it: most files have a third of them."""

    def __init__(self, parts: Mapping[str, Any], root: Mapping[str, Any]) -> None:
        self._parts, self._root = parts, root

    def __missing__(self, name: str) -> Check | None:
        if name not in self._parts:
            # Nothing is noted of it: files have any keys.
            return None
        check = self[name] = _check(self._parts[name], self._root)
        return check


def _keys(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Check:
    known = _Known(schema.get("properties", {}), root)
    patterns = [
        (re.compile(one).search, _check(part, root)) for one, part in schema.get("patternProperties", {}).items()
    ]
    further = schema.get("additionalProperties", True)
    if not isinstance(further, bool):
        raise _Unknown
    required, fits_otherwise = frozenset(schema.get("required", ())), not _is_mapping(schema)

    def keys(value: Any) -> bool:
        if type(value) is not dict:
            return fits_otherwise
        if not required <= value.keys():
            return False
        for key, item in value.items():
            check = known[key]
            if check is not None:
                if not check(item):
                    return False
            elif not patterns and not further:
                return False
            if patterns:
                matching = [part for search, part in patterns if search(key)]
                if not (check or matching or further) or not all(part(item) for part in matching):
                    return False
        return True

    return keys


_MAKERS: Mapping[str, Callable[[Any, Mapping[str, Any], Mapping[str, Any]], Check]] = {
    "type": _type, "enum": _enum, "const": _const, "pattern": _pattern, "minLength": _min_length, "items": _items,
    "minItems": _min_items, "anyOf": _any_of, "dependentRequired": _dependent_required,
    "dependentSchemas": _dependent_schemas,
    **{keyword: _bound(keyword) for keyword in ("minimum", "maximum", "exclusiveMaximum")},
}  # fmt: skip
