"""Addresses as the identity provider and browsers read them, and no gap between the rules that leave them to others."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.io.files import WorkTree
from launchwindow.io.resources import schema
from launchwindow.load.corpus import load_corpus
from launchwindow.load.yaml_source import parse as parse_yaml
from launchwindow.model.app import App
from launchwindow.model.day import Dates
from launchwindow.model.rule import Facts
from launchwindow.rules import RULES
from launchwindow.rules.hosts import ip_address, why_local
from launchwindow.rules.lookalikes import alike
from launchwindow.rules.uris import normalised, parse
from support.examples import BASE, TODAY, WINDOW, Case, build

ADDRESS_RULES = (
    "url-form", "url-https", "url-domain", "url-local", "url-wildcard", "redirect-scheme", "push-endpoint",
    "saml-endpoints",
)  # fmt: skip
BESIDE = ("http://localhost:3000/a", "https://127.1/", "https://[::1]/", "https://10.0.0.1:8443/")
ADDRESSES = st.text("htps:/.@?#%[]*\\ \tagov-0xé1", max_size=30) | st.text(max_size=30)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://x.gov", "HTTPS://X.GOV:443/", True),
        ("http://x.gov:80", "http://x.gov:/", True),
        ("gov.x://a", "gov.x://A/", True),
        ("https://x.gov/?q=a b", "https://x.gov/?q=a%20b", True),
        ("https://x.gov/?q=%2f", "https://x.gov/?q=%2F", False),
        ("https://x.gov/a", "https://x.gov/a/", False),
        ("https://x.gov/", "https://x.gov/?", False),
        ("https://x.gov/", "https://x.gov/#", False),
        ("https://u@x.gov/", "https://U@x.gov/", False),
        ("https://x.gov:444/", "https://x.gov/", False),
        ("gov.x:a", "gov.x:/a", False),
    ],
)
def test_same_address(one: str, other: str, same: bool) -> None:
    """Ruby's `URI.parse(one) == URI.parse(other)`."""
    left, right = parse(one), parse(other)
    assert left is not None
    assert right is not None
    assert (normalised(left) == normalised(right)) is same


@settings(max_examples=100)
@given(ADDRESSES)
def test_what_is_read_is_ascii_and_reads_the_same_again(address: str) -> None:
    uri = parse(address)
    if uri is None:
        return
    assert address.isascii()
    assert not any(character in address.partition("?")[0] for character in ' "<>\\^`{|}\t\n')
    assert normalised(normalised(uri)) == normalised(uri)


@settings(max_examples=100)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.lists(st.sampled_from("dox"), min_size=4, max_size=4))
def test_ipv4_in_every_form(value: int, length: int, bases: list[str]) -> None:
    """However many parts there are and however each is written, it is the same address."""
    parts = [value >> 24, value >> 16 & 255, value >> 8 & 255, value & 255][: length - 1]
    parts.append(value & (1 << 8 * (5 - length)) - 1)
    form = {"d": "{}", "o": "0{:o}", "x": "0x{:x}"}
    host = ".".join(form[base].format(part) for base, part in zip(bases, parts, strict=False))
    found = ip_address(host)
    assert found is not None
    assert int(found) == value
    assert why_local(host) == why_local(str(found))


@settings(max_examples=100)
@given(st.lists(st.text("abcde", min_size=5, max_size=7), min_size=2, max_size=6, unique=True))
def test_one_edit_is_found_and_no_other(labels: list[str]) -> None:
    """The sketches lose no pair: by the definition of an edit, tried one by one."""
    found = {(one[0], other[0]) for one, other in alike((label, "gov") for label in labels)}
    assert found == {(one, other) for one, other in product(labels, labels) if one in edits(other)}


def edits(label: str) -> set[str]:
    halves = [(label[:place], label[place:]) for place in range(len(label) + 1)]
    found = {before + after[1:] for before, after in halves if after}
    found |= {before + letter + after for before, after in halves for letter in "abcde"}
    found |= {before + letter + after[1:] for before, after in halves if after for letter in "abcde"}
    found |= {before + after[1] + after[0] + after[2:] for before, after in halves if len(after) > 1}
    return found - {label}


@lru_cache(maxsize=1)
def facts() -> Facts:
    with TemporaryDirectory() as folder:
        build(Case("", True, BASE), Path(folder))
        corpus = load_corpus(WorkTree(Path(folder)))
        return Facts(corpus, corpus.policy, Dates(TODAY, lambda _environment: WINDOW), None, schema)


def blocking(field: str, address: str, lowered: str = "", waived: str = "", protocol: str = "saml") -> list[str]:
    """The rules whose error about the address blocks, by what one policy or waiver leaves of them."""
    path = "apps/exa/demo/production.yaml"
    value: object = [address] if field == "redirect_uris" else address
    data = {"protocol": protocol, "return_to_sp_url": "https://demo.exa.gov/", field: value}
    if waived:
        data["waivers"] = [{"rule": waived, "ticket": "LG-1", "reason": "Agreed.", "expires": "2027-06-30"}]
    app = App("production", "exa", "demo", path, parse_yaml(path, b"{}"), data, {}, "")
    known = facts()._replace(policy=facts().policy._replace(severities={lowered: "warning"} if lowered else {}))
    found = []
    for rule in RULES:
        if rule.id in ADDRESS_RULES and rule.app is not None and rule.id != lowered:
            problems = [one for one in rule.app(app, known) if one.path.startswith("/" + field)]
            if any(one.severity in (None, "error") for one in problems) and not (rule.id == waived and rule.waivable):
                found.append(rule.id)
    return found


@pytest.mark.parametrize("address", BESIDE)
@pytest.mark.parametrize("field", ["redirect_uris", "return_to_sp_url", "push_notification_url", "acs_url"])
def test_a_local_address_is_one_finding_and_stays_refused(field: str, address: str) -> None:
    """One cause, one finding; but whichever rule is lowered or waived, another one refuses it."""
    assert blocking(field, address) == ["url-local"]
    for rule in ADDRESS_RULES:
        assert blocking(field, address, lowered=rule), f"{rule} lowered"
        assert blocking(field, address, waived=rule), f"{rule} waived"


@pytest.mark.parametrize(
    ("field", "address"),
    [
        ("return_to_sp_url", "javascript:alert({})"), ("return_to_sp_url", " java script:alert(1)"),
        ("acs_url", "javascript://demo.exa.gov/x"), ("push_notification_url", "http://192.0.2.7/"),
        ("redirect_uris", "https://evil.example\\@demo.exa.gov/"), ("redirect_uris", "https://me@evil.example/"),
    ],
)  # fmt: skip
def test_nothing_opens_when_one_rule_is_lowered(field: str, address: str) -> None:
    for rule in ("", *ADDRESS_RULES):
        assert blocking(field, address, lowered=rule), f"{rule} lowered"
