"""No text behind a foreign host makes an address one of .gov; what is not listed stays foreign."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.io.files import WorkTree
from launchwindow.io.resources import schema
from launchwindow.load.corpus import load_corpus
from launchwindow.load.yaml_source import parse
from launchwindow.model.app import App
from launchwindow.model.day import Dates
from launchwindow.model.rule import Facts
from launchwindow.rules.url_domain import RULE
from support.examples import BASE, TODAY, WINDOW, Case, build

LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
TAIL = st.text("abc./\\?#@:%[]{}\t\n ·ıı。℀gov", max_size=20)


@lru_cache(maxsize=1)
def _facts() -> Facts:
    with TemporaryDirectory() as folder:
        build(Case("", True, BASE), Path(folder))
        corpus = load_corpus(WorkTree(Path(folder)))
        return Facts(corpus, corpus.policy, Dates(TODAY, lambda _environment: WINDOW), None, schema)


def _problems(address: str, dedicated: object = ()) -> list[str]:
    data = {"return_to_sp_url": address, "attestations": {"dedicated_domains": dedicated}}
    path = "apps/exa/demo/production.yaml"
    app = App("production", "exa", "demo", path, parse(path, b"{}"), data, {}, "")
    assert RULE.app is not None
    return [problem.path for problem in RULE.app(app, _facts())]


@settings(max_examples=100)
@given(st.sampled_from("/\\?#"), TAIL)
def test_nothing_behind_a_foreign_host_rescues_it(separator: str, tail: str) -> None:
    """Browsers end the host at each of these; what follows can't make it a .gov address."""
    found = _problems(f"https://evil.example{separator}{tail}")
    # What Python refuses to read as an address (brackets, characters that turn into separators) is url-form's.
    assert found or any(character in tail for character in "[]:℀")


@settings(max_examples=100)
@given(st.lists(LABEL, min_size=1, max_size=4), st.sampled_from(["gov", "mil", "GOV", "gov."]), TAIL)
def test_a_government_host_passes(labels: list[str], ending: str, tail: str) -> None:
    """Whatever the path, and however it is written."""
    assert _problems(f"https://{'.'.join([*labels, ending])}/{tail}") == []


@settings(max_examples=100)
@given(st.lists(LABEL, min_size=1, max_size=4), st.lists(st.text(max_size=12) | st.none() | st.integers(), max_size=4))
def test_what_is_not_listed_is_refused(labels: list[str], listed: list[object]) -> None:
    """A host on .example is never dedicated, whatever the list holds."""
    assert "/return_to_sp_url" in _problems(f"https://{'.'.join([*labels, 'example'])}/", listed)
