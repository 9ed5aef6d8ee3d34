"""Whatever anybody makes of an extract: it is imported as a fleet that can be read, or refused in words."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from launchwindow.exchange.archive import read_archive
from launchwindow.exchange.dashboard_import import import_dashboard, is_of_dashboard
from launchwindow.exchange.seen_file import seen_file
from launchwindow.exchange.strict_json import read_json
from launchwindow.load.corpus import load_corpus
from launchwindow.load.places import app_place, partner_place
from launchwindow.model.errors import LaunchwindowError
from support.dashboard_fleet import api, extract, packed
from support.memory import Memory
from support.policies import policy_with

T = TypeVar("T")
Place = tuple[Any, ...]
PACKED = gzip.decompress(packed())
USED = PACKED.rstrip(b"\0")
ANYWHERE = st.integers(0, len(USED) - 1)
# Most of an archive is content; what decides is in the headers.
HEADERS = [at for at in range(0, len(USED), 512) if USED[at + 257 : at + 262] == b"ustar"]
IN_A_HEADER = st.builds(lambda at, more: at + more, st.sampled_from(HEADERS), st.integers(0, 511))
EDITS = st.lists(st.tuples(ANYWHERE | IN_A_HEADER, st.integers(0, 255)), min_size=1, max_size=4)


def outcome(read: Callable[[], T]) -> T | str:
    """What is read, or what is said instead; any other exception is a bug."""
    try:
        return read()
    except LaunchwindowError as error:
        return str(error)


@settings(max_examples=200, deadline=None)
@given(EDITS, st.booleans())
def test_a_damaged_archive_is_read_or_refused(edits: list[tuple[int, int]], mended: bool) -> None:
    data = bytearray(PACKED)
    for at, value in edits:
        data[at] = value
    for at in HEADERS if mended else ():
        # The checksum is right again, as whoever means it would see to.
        data[at + 148 : at + 156] = b" " * 8
        data[at + 148 : at + 156] = b"%06o\0 " % sum(data[at : at + 512])
    for archive in (bytes(data), gzip.compress(bytes(data), 1)):
        found = outcome(partial(read_archive, "x.tgz", archive))
        if isinstance(found, str):
            assert found.startswith("x.tgz: ")
        else:
            assert all(name and "/" not in name and name not in (".", "..") for name in found)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=2000), st.integers(0, 3000))
def test_any_bytes_are_read_or_refused(data: bytes, cut: int) -> None:
    for archive in (data, gzip.compress(data), packed()[:cut], PACKED[:cut], b"\x1f\x8b" + data):
        found = outcome(partial(read_archive, "x.tgz", archive))
        assert isinstance(found, dict) or found.startswith("x.tgz: ")


NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(JSON)
def test_json_is_read_as_the_library_does(value: object) -> None:
    found = outcome(partial(read_json, "x.json", json.dumps([value]).encode()))
    refused = isinstance(found, str) and any(word in found for word in ("half a character", "digits", "longer"))
    assert refused or found == [value]


TEXTS = st.sampled_from([
    "", " ", "x", "<REPLACE_ME>", "../../x", "/etc/passwd", "a\nb: c", "\u202e", "\x00", "1_logo.svg", "no", "saml",
    "2026-01-15", "a" * 300, "ß", "https://x.gov/#y", "-----BEGIN CERTIFICATE-----", "{{x}}", "%{env}", "'\"", "~",
])  # fmt: skip
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 2**40), TEXTS, st.lists(TEXTS, max_size=2),
    st.dictionaries(TEXTS, st.one_of(TEXTS, st.dictionaries(TEXTS, TEXTS, max_size=2)), max_size=2),
)  # fmt: skip


def places(document: Any, inside: Place = ()) -> list[Place]:
    """The way to everything in a document."""
    items: Iterable[tuple[Any, Any]] = document.items() if isinstance(document, dict) else ()
    if isinstance(document, list):
        items = enumerate(document)
    return [inside, *(place for key, child in items for place in places(child, (*inside, key)))]


def has(part: Any, step: Any) -> bool:
    if isinstance(part, list):
        return isinstance(step, int) and step < len(part)
    return isinstance(part, dict) and step in part


def changed(document: Any, edits: list[tuple[Place, object]]) -> Any:
    document = copy.deepcopy(document)
    for place, value in edits:
        part = document
        for step in place[:-1]:
            # What led there may be gone by another edit.
            part = part[step] if has(part, step) else part
        if isinstance(part, dict) or has(part, place[-1]):
            part[place[-1]] = value
    return document


def edits_of(document: object) -> st.SearchStrategy[list[tuple[Place, object]]]:
    return st.lists(st.tuples(st.sampled_from(places(document)[1:]), VALUES), min_size=1, max_size=4)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(edits_of(extract()), edits_of(api()), st.booleans())
def test_a_changed_document_becomes_a_fleet_that_can_be_read_or_nothing(
    of_extract: list[tuple[Place, object]], of_api: list[tuple[Place, object]], whole: bool
) -> None:
    text = json.dumps(changed(extract(), of_extract), ensure_ascii=False).encode()
    for data in (packed(text) if whole else text, json.dumps(changed(api(), of_api)).encode()):
        assert is_of_dashboard(data)
        imported = outcome(partial(import_dashboard, "x", data, "sandbox", {}, {}))
        if isinstance(imported, str):
            assert imported.startswith("x: ")
            continue
        corpus = load_corpus(Memory(imported.files), policy_with())
        assert corpus.refusals == ()
        assert len(corpus.apps) == len(imported.report.apps)
        homes = {"/".join(path.split("/")[:3]) for path in imported.files if app_place(path)}
        for path in imported.files:
            assert app_place(path) or partner_place(path) or "/".join(path.split("/")[:3]) in homes
            assert ".." not in path.split("/")


@settings(max_examples=100, deadline=None)
@given(edits_of(api()))
def test_what_the_api_says_is_seen_or_refused(edits: list[tuple[Place, object]]) -> None:
    data = json.dumps(changed(api(), edits)).encode()
    seen = outcome(partial(seen_file, "x", data, "sandbox", None, None))
    assert seen.startswith("x") if isinstance(seen, str) else seen.kind == "api"
