"""Where rules end early because nothing can be found, nothing is found when they look closely."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.io.files import WorkTree
from launchwindow.io.resources import schema
from launchwindow.load.corpus import load_corpus
from launchwindow.load.yaml_source import Refused, parse
from launchwindow.model.app import App
from launchwindow.model.day import Dates
from launchwindow.model.rule import Facts
from launchwindow.rules import RULES, addresses, placeholder, svg, url_duplicate
from launchwindow.rules.addresses import URL_FIELDS, addresses_of
from launchwindow.rules.help_text_markup import _PLAIN
from launchwindow.rules.key_material import private_key, surely_none
from launchwindow.rules.lookalikes import _MOST_TO_COMPARE, _near, _sketches, alike
from launchwindow.rules.markup import faults
from support.examples import BASE, RULES_FOLDER, TODAY, WINDOW, Case, build
from support.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.rule import Problem

ADDRESS_RULES = [rule for rule in RULES if rule.id.startswith(("url-", "redirect-", "saml-", "push-"))]
HOSTS = (
    "exa.gov",
    "a.exa.gov",
    "exa.mil",
    "gov",
    "exa.com",
    "xn--exa-.gov",
    "1.2.3.4",
    "EXA.gov",
    "a_b.gov",
    "a..gov",
    "gov.",
    "idp.int.identitysandbox.gov",
    "secure.login.gov",
)
URLS = st.builds(
    "{}{}{}".format, st.sampled_from(("https://", "http://", "https:/", "HTTPS://", "", "gov.exa:")),
    st.sampled_from(HOSTS) | st.text("abg.ov-x1", max_size=8) | st.text("ab", min_size=60, max_size=70),
    st.sampled_from(("", "/", "/a", "/a/b.c-d_e~f", "/a?b", "/a#b", "/%41", "/a b", "/*", ":443/", "/a\n", "/é", "//")),
) | st.text("htps:/.gov-x1*", max_size=20)  # fmt: skip


@cache
def facts() -> Facts:
    with TemporaryDirectory() as folder:
        build(Case("", True, BASE), Path(folder))
        corpus = load_corpus(WorkTree(Path(folder)))
        return Facts(corpus, corpus.policy, Dates(TODAY, lambda _environment: WINDOW), None, schema)


def app_of(data: dict[str, object], environment: str, suffixes: tuple[str, ...]) -> tuple[App, Facts]:
    path = f"apps/exa/demo/{environment}.yaml"
    app = App(environment, "exa", "demo", path, parse(path, b"{}"), data, {}, "")
    policy = facts().policy._replace(url_suffixes=suffixes)
    corpus = facts().corpus._replace(apps=(app,), policy=policy)
    return app, facts()._replace(policy=policy, corpus=corpus)


def problems(app: App, known: Facts) -> list[tuple[str, Problem]]:
    found = [(rule.id, one) for rule in ADDRESS_RULES if rule.app is not None for one in rule.app(app, known)]
    return found + [(rule.id, one) for rule in ADDRESS_RULES if rule.fleet is not None
                    for _, one in rule.fleet(known.corpus, known)]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(URLS, min_size=1, max_size=3), st.dictionaries(st.sampled_from(URL_FIELDS), URLS, max_size=3),
    st.sampled_from(("sandbox", "production")),
    st.sampled_from((("gov", "mil"), ("gov",), ("exa.gov",), ("com",), ())),
)  # fmt: skip
def test_of_ordinary_addresses_nothing_is_to_be_said(
    listed: list[str], others: dict[str, str], environment: str, suffixes: tuple[str, ...]
) -> None:
    data: dict[str, object] = {"protocol": "saml", "redirect_uris": listed, **others}
    with pytest.MonkeyPatch.context() as patched:
        quick = problems(*app_of(data, environment, suffixes))
        patched.setattr(addresses, "_ORDINARY", re.compile("(?!)"))
        patched.setattr(url_duplicate, "_LIST", "/")
        assert quick == problems(*app_of(data, environment, suffixes))


def test_the_usual_addresses_are_ordinary() -> None:
    app, _ = app_of({"redirect_uris": ["https://demo.exa.gov/auth/result", "https://exa.mil"]}, "production", ("gov",))
    assert addresses_of(app).odd == ()
    assert addresses_of(app).hosts == {"demo.exa.gov", "exa.mil"}


WAITING = (
    "TBD", "todo", "Todos", "todo.", "FIXME", "fıxme", "F\u0130XME", "change me", "CHANGEME", "changes",
    "REPLACE_ME", "REPLACE_WITH_X",
    "_replace_me", "éREPLACE_ME", "REPLACE_MENT", "FILL-ME", "f\u0131ll_me", "<x>", "<", "a <x>", "<a> b", "<TODO>",
    "x",
)  # fmt: skip
FIELDS = ("team", "logo", "iaa", "issuer", "description")


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(WAITING) | st.lists(st.sampled_from(WAITING),
max_size=2),
                       max_size=3), st.sampled_from(WAITING), st.sampled_from(("", "'", '"')),
                       st.booleans())  # fmt: skip
def test_what_waits_to_be_filled_in_is_seen(
    data: dict[str, str | list[str]], help_text: str, quote: str, escaped: bool
) -> None:
    lines = [
        f"{key}: {quote}{value}{quote}" if isinstance(value, str) else f"{key}: {value}" for key, value in data.items()
    ]
    lines.append(f"help_text: {{sign_in: {{en: '{help_text}'}}}}")
    text = "\n".join(lines) + ('\nother: "\\u0054BD"' if escaped else "")
    path = "apps/exa/demo/sandbox.yaml"
    try:
        document = parse(path, text.encode())
    except Refused:
        return
    assert isinstance(document.data, dict)
    app = App("sandbox", "exa", "demo", path, document, document.data, {}, "")
    if placeholder._surely_filled_in(app):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(placeholder, "_surely_filled_in", lambda _source: False)
            assert list(placeholder._check(app, facts())) == []


PIECES = (
    "-----BEGIN ", "PRIVATE KEY", "private key", "-----BEGIN PRIVATE KEY-----", "PuTTY-User-Key-File-2:",
    "LS0tLS1CRUdJTiBQUklWQVRF",
    "MIIEvQIBADANBg", "MIGHAgEAMBMGByqGSM49", "MC4CAQAwBQYDK2VwBCIEI", "b3BlbnNzaC1rZXktdjEA", '"kty": "RSA"', '"d": "',
    "0.\x02\x01\x000\x05\x06\x03+ep\x04\"\x04 ", "a" * 32, "\0", "\n", " ",
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=4).map("".join), min_size=1, max_size=4))
def test_where_one_search_finds_no_key_there_is_none(texts: list[str]) -> None:
    if surely_none("\n".join(texts).encode()):
        assert [private_key(text.encode()) for text in texts] == [None] * len(texts)


TAGS = ("<p>", "</p>", "<br>", "<li>", "</li>", "<strong>", "</strong>", "<em>", "</em>", "<b>", "</b>", "<i>",
    "<P>", "<p >",
        '<a href="https://exa.gov/">', '<a href="http://exa.gov">', "</a>", "<ul>", "&amp;", "<!--", "x", " ", "<",
        ">", "%{a}")  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(TAGS), max_size=7).map("".join))
def test_plain_help_texts_have_no_fault(text: str) -> None:
    if _PLAIN.fullmatch(text):
        assert faults(text) == ()


def test_the_usual_help_texts_are_plain() -> None:
    assert _PLAIN.fullmatch('<p>Use your <strong>EXA</strong> mail, or <a href="https://exa.gov/help">ask</a>.</p><br>')


LABELS = st.sampled_from(
    ("exa", "exa1", "exa2", "exo", "benefits", "benefit", "benefits1", "bcnefits", "rnail", "mail", "gov", "a0a")
)
NAMES = st.lists(st.lists(LABELS, min_size=1, max_size=3).map(tuple), max_size=30)


@settings(max_examples=200)
@given(NAMES)
def test_names_that_are_alike_are_those_that_share_a_sketch(names: list[tuple[str, ...]]) -> None:
    by_sketch: dict[tuple[object, ...], list[tuple[str, ...]]] = {}
    for name in sorted(set(names)):
        for place, label in enumerate(name):
            for sketch in _sketches(label):
                by_sketch.setdefault((name[:place], sketch, name[place + 1 :]), []).append(name)
    expected = {
        (one, other) for (before, *_), group in by_sketch.items() for one in group[:_MOST_TO_COMPARE]
        for other in group[:_MOST_TO_COMPARE] if _near(one[len(before)], other[len(before)])  # type: ignore[arg-type]
    }  # fmt: skip
    assert list(alike(names)) == sorted(expected)


def logos() -> Iterator[bytes]:
    for folder in (ROOT / "apps", RULES_FOLDER):
        yield from (path.read_bytes() for path in folder.rglob("*.svg") if path.is_file())


def test_logos_are_plain_only_where_the_reader_finds_nothing() -> None:
    files, read = sorted(set(logos())), 0
    for data in files:
        for changed in (data, data + b"x", b"<?xml version='1.0'?>" + data, data.replace(b"<svg", b"<SVG", 1),
                        data.replace(b"viewBox", b"viewbox", 1), data.replace(b"fill", b"onload", 1),
                        data.replace(b"<title>", b"<script>").replace(b"</title>", b"</script>"),
                        data.replace(b"<path", b"<use", 1), data.replace(b' fill="', b' href="', 1),
                        data.replace(b"</svg>", b"<a/></svg>"), data.replace(b"</svg>",
                        b"<g>" * 120 + b"</g>" * 120 + b"</svg>"),
                        data.replace(b"</svg>", b"<?x y?></svg>"), data.replace(b"<svg", b"<!DOCTYPE svg><svg",
                        1)):  # fmt: skip
            plain = svg._plain(changed)
            if plain is not None:
                read += 1
                assert plain == svg._Reader().read(changed), changed
    assert read > len({data for data in files if not svg._Reader().read(data).hazards}) / 2
