"""Documents made from our own schemas, most of them valid and some with a fault.

hypothesis-jsonschema reaches into hypothesis and breaks with its newer versions; our schemas need a few keywords alone.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 4), st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text(max_size=6), st.sampled_from(["", "abc\n", "2027-02-30", "2027-02-28\n", "a@b@c", "<date>", "٣"]),
    st.just([]), st.just({}), st.lists(st.text(max_size=3), max_size=2),
)  # fmt: skip
"""Values that mostly do not belong where they are put."""


def documents(schema: Any) -> st.SearchStrategy[Any]:
    """Data by the schema; one in some dozens of values is another than it asks for."""
    return _values(schema, schema)


def _values(part: Any, root: Any) -> st.SearchStrategy[Any]:
    if "$ref" in part:
        return _values(root["$defs"][part["$ref"].removeprefix("#/$defs/")], root)
    return st.integers(0, 39).flatmap(lambda chance: ODD if chance == 0 else _sound(part, root))


def _sound(part: Any, root: Any) -> st.SearchStrategy[Any]:
    if "const" in part or "enum" in part:
        return st.sampled_from(part.get("enum", [part.get("const")]))
    if "anyOf" in part:
        return st.one_of([_values(one, root) for one in part["anyOf"]])
    kinds = part.get("type", ["null", "string"])
    return st.one_of([_of_kind(kind, part, root) for kind in ([kinds] if isinstance(kinds, str) else kinds)])


def _of_kind(kind: str, part: Any, root: Any) -> st.SearchStrategy[Any]:
    if kind == "object":
        return _mapping(part, root)
    if kind == "array":
        return st.lists(_values(part.get("items", {}), root), max_size=3)
    if kind == "string":
        return st.from_regex(part["pattern"]) if "pattern" in part else st.text(min_size=part.get("minLength", 0))
    if kind in ("integer", "number"):
        most = part.get("maximum", part.get("exclusiveMaximum", 9999))
        whole = st.integers(int(part.get("minimum", -9)), int(most))
        return whole if kind == "integer" else whole | whole.map(float)
    return st.booleans() if kind == "boolean" else st.none()


@st.composite
def _mapping(draw: st.DrawFn, part: Any, root: Any) -> dict[str, Any]:
    known, required = part.get("properties", {}), part.get("required", [])
    optional = [name for name in known if name not in required]
    chosen = [*required, *(draw(st.lists(st.sampled_from(optional), max_size=6, unique=True)) if optional else [])]
    found = {name: draw(_values(known.get(name, {}), root)) for name in chosen if draw(st.integers(0, 49))}
    for pattern, inner in part.get("patternProperties", {}).items():
        found |= draw(st.dictionaries(st.from_regex(pattern), _values(inner, root), max_size=2))
    if draw(st.integers(0, 19)) == 0:
        found[draw(st.text(max_size=4))] = draw(ODD)
    return found
