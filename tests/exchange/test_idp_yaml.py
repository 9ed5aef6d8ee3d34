"""The IdP's YAML is read as its seeder reads it, and what the seeder would not take is named with its line."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwindow.exchange.idp_yaml import providers, read
from launchwindow.model.errors import LaunchwindowError


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2_741_892", 2741892), ("1,000", 1000), ("1_181_292.21", 1181292.21), ("017", 15), ("0x1F", 31), ("0b11", 3),
        ("yes", True), ("Off", False), ("y", "y"), ("~", None), ("", None), ("2017-2-5", "2017-02-05"),
        ("2017-13-45", "2017-13-45"), ("'2017-02-15'", "2017-02-15"), ("'yes'", "yes"), ("1:30", 90), ("-12", -12),
        ("089", "089"), (".", "."), ("-", None), ("1.5e+3", 1500.0), ("!!str 12", "12"), ("a:b", "a:b"),
        ("9" * 5000, "9" * 5000), ("0b_", "0b"),
    ],
)  # fmt: skip
def test_scalars_are_those_of_yaml_1_1(written: str, value: object) -> None:
    if written == "-":
        assert read("x.yml", b"a:\n  -\n").data == {"a": [None]}
        return
    assert read("x.yml", f"a: {written}\n".encode()).data == {"a": value}


def test_keys_are_text() -> None:
    assert read("x.yml", b"{1: a, 4_701: b, yes: c, 'x': d}").data == {"1": "a", "4701": "b", "true": "c", "x": "d"}


def test_of_equal_keys_the_last_counts_and_is_reported() -> None:
    document = read("x.yml", b"production:\n  a: {ial: 1}\n  a: {ial: 2}\n")
    assert document.data == {"production": {"a": {"ial": 2}}}
    assert document.repeated == (("a", 3),)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a:\n  b: &x 1\n  c: *x\n", "x.yml:3: an alias"),
        (b"a: 1\nb: <%= 1 %>\n", "x.yml:2: embedded Ruby"),
        (b"a: 1\nb: [1\n", "x.yml:3: not YAML"),
        (b"a: 1\n\tb: 2\n", "x.yml:2: not YAML"),
        (b"a: 1\nb: \xff\n", "x.yml:2: a byte here is not UTF-8"),
        (b"a: 1\nb: \x01\n", "x.yml:2: a control character"),
        (b"a: 1\n---\nb: 2\n", "x.yml:2: a second document"),
        (b"a: !ruby/object:Gem {}\n", "x.yml:1: the tag"),
        (b"a:\n  <<: {b: 1}\n", "x.yml:2: a merge key"),
        (b"a: 1\n? [x]\n: 2\n", "x.yml:2: a key must be plain text"),
        (b"a: " + b"[" * 60 + b"]" * 60, "x.yml:1: nested deeper"),
    ],
)
def test_what_the_seeder_would_not_take_is_refused_with_its_line(data: bytes, message: str) -> None:
    with pytest.raises(LaunchwindowError) as raised:
        read("x.yml", data)
    assert str(raised.value).startswith(message)


@given(st.one_of(st.binary(max_size=60), st.text(alphabet="a:-[]{}&*!<%|>'\"\n ?#,1_.\\x0", max_size=60)))
def test_no_bytes_crash_the_reader(data: bytes | str) -> None:
    with contextlib.suppress(LaunchwindowError):
        found = providers(data if isinstance(data, bytes) else data.encode())
        assert all(isinstance(issuer, str) for issuer in found)


def test_addresses_in_flow_lists_need_no_quotes() -> None:
    assert read("x.yml", b"a: [https://x.gov, b:c]\nb: 2026-01-02\n").data == {
        "a": ["https://x.gov", "b:c"], "b": "2026-01-02",
    }  # fmt: skip
    with pytest.raises(LaunchwindowError, match=r"x\.yml:2: an alias"):
        read("x.yml", b"a: &x [https://x.gov]\nb: *x\n")


FILES = {
    "only": b"development:\n  a: {ial: 1}\ntest:\n",
    "both": b"development:\n  a: {ial: 1}\nproduction:\n  b:\n",
    "two": b"development:\n  a: {ial: 1}\ntest:\n  b: {ial: 1}\n",
}


@pytest.mark.parametrize(
    ("name", "wanted", "issuers"),
    [("only", None, ["a"]), ("both", None, ["b"]), ("both", "development", ["a"]), ("two", "test", ["b"])],
)
def test_the_rails_environment_is_chosen(name: str, wanted: str | None, issuers: list[str]) -> None:
    assert list(providers(FILES[name], wanted)) == issuers


@pytest.mark.parametrize(
    ("data", "wanted", "words"),
    [
        (FILES["two"], None, "under development, test. Name one"),
        (FILES["two"], "production", "holds no providers"),
        (b"", None, "under none"),
        (b"[a]", None, "must be a mapping"),
        (b"production: [a]", None, "must hold a mapping"),
        (b"production: {a: 1}", None, "must be a mapping of attributes"),
    ],
)
def test_an_unclear_file_is_refused(data: bytes, wanted: str | None, words: str) -> None:
    with pytest.raises(LaunchwindowError, match=words):
        providers(data, wanted)
