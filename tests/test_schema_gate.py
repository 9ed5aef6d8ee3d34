"""The gate before jsonschema lets nothing through that jsonschema would stop, and stops little of what it passes."""

from __future__ import annotations

import json
from functools import cache
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from launchwindow.io.resources import schema
from launchwindow.load.yaml_source import Refused, parse
from launchwindow.rules.schema_faults import faults
from launchwindow.rules.schema_gate import surely_fits
from support import from_schema
from support.examples import RULES_FOLDER
from support.repository import ROOT

NAMES = ("app", "partner")
VALUES: list[Any] = [
    None, True, False, 0, 1, 2, -1, 2.0, 1.5, 10**18, "", "saml", "abc\n", "2027-02-30", "2027-02-28\n",
    "２０２７-01-01", "2027-01-01T10:00:00Z", "2027-02-30T10:00:00-05:00", "a@b", "a@b@c", "<date>",
    "<date>\n", "\u2028", [], [""],
    [1], {}, {"en": "x"}, {"": None}, "1", "true", "openid_connect_private_key_jwt",
    [{"role": "technical", "email": "a@b.gov"}],
]  # fmt: skip
"""What stands in a valid document's places in turn; the known differences between validators are among it."""


@cache
def documents() -> list[tuple[str, Any]]:
    """(schema, data) of every app's and partner's file that the examples hold, valid or not."""
    found = []
    folders = [(RULES_FOLDER, "**/*.yaml"), (ROOT, "apps/**/*.yaml"), (ROOT, "partners/*.yaml")]
    for folder, pattern in folders:
        for path in sorted(folder.glob(pattern)):
            if not path.is_file():
                continue
            try:
                data = parse(path.name, path.read_bytes()).data
            except Refused:
                continue
            found += [(name, data) for name in NAMES]
    return found


def never_looser(name: str, data: Any) -> bool:
    """Whether the gate passed it; it may not when jsonschema finds a fault."""
    passed = surely_fits(data, schema(name))
    if passed:
        assert faults(data, schema(name)) == [], data
    return passed


def test_of_all_examples_the_gate_passes_just_those_that_jsonschema_passes() -> None:
    everything = documents()
    passed = [never_looser(name, data) for name, data in everything]
    assert sum(passed) > 200
    assert passed == [not faults(data, schema(name)) for name, data in everything]


@pytest.mark.few(2)
@pytest.mark.parametrize(("name", "which"), list(product(NAMES, (-1, -2, -3))))
def test_the_gate_sees_each_value_that_does_not_belong(name: str, which: int) -> None:
    data = [data for one, data in documents() if one == name and surely_fits(data, schema(name))][which]
    text = json.dumps(data)
    judged = 0
    for path in _paths(data):
        for value in VALUES:
            changed = json.loads(text)
            _put(changed, path, value)
            passed = never_looser(name, changed)
            assert passed is (faults(changed, schema(name)) == []), (path, value)
            judged += 1
    assert judged > 300


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=st.data())
def test_documents_made_from_the_schema_are_judged_alike(name: str, drawn: st.DataObject) -> None:
    data = drawn.draw(from_schema.documents(_plain(name)))
    assert never_looser(name, data) is (faults(data, schema(name)) == [])
    paths = list(_paths(data))
    if paths:
        changed = json.loads(json.dumps(data))
        _put(changed, drawn.draw(st.sampled_from(paths)), drawn.draw(st.sampled_from(VALUES)))
        assert never_looser(name, changed) is (faults(changed, schema(name)) == [])


@cache
def _plain(name: str) -> Any:
    return json.loads(json.dumps(schema(name)))


def test_a_keyword_that_the_gate_does_not_know_closes_it() -> None:
    assert surely_fits({}, {"type": "object"})
    assert not surely_fits({}, {"type": "object", "maxProperties": 9})
    unknown = {"properties": {"a": {"format": "uri"}}}
    assert surely_fits({}, unknown)
    assert not surely_fits({"a": "https://exa.gov"}, unknown)
    # Nor does it open where a condition can't be told.
    condition = {"if": unknown, "then": {"required": ["b"]}}
    assert not surely_fits({"a": "https://exa.gov"}, condition)
    assert not surely_fits({"a": 1}, {"properties": {"a": True}})


def test_the_gate_is_open_for_our_own_schemas() -> None:
    for name, folder in (("app", "apps/exa/forms-library/sandbox.yaml"), ("partner", "partners/exa.yaml")):
        assert surely_fits(parse(folder, (ROOT / folder).read_bytes()).data, schema(name)), name


def _paths(data: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    found: list[tuple[Any, ...]] = []
    for key, value in items:
        found += [(*before, key), *_paths(value, (*before, key))]
    return found


def _put(data: Any, path: tuple[Any, ...], value: Any) -> None:
    for part in path[:-1]:
        data = data[part]
    data[path[-1]] = value
