"""Bytes into everything that `check` does with a repository: parse, load, every rule, the text and JSON reports.

An input's first byte says what the rest of it is: `a` an app's file, `c` its certificate, `s` its logo as SVG, `g` as
PNG, `p` its partner's file, `y` the policy. The rest of the repository is the valid one of `support.valid_fleet`, which
is also what the rules about a change compare with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

from launchwindow.events.setting import policy_problems
from launchwindow.io.resources import schema
from launchwindow.load.corpus import load_corpus, load_policy
from launchwindow.load.digest import blob_id
from launchwindow.load.plain import CONTROL
from launchwindow.load.yaml_source import Refused, parse
from launchwindow.model.app import Corpus
from launchwindow.model.day import Dates
from launchwindow.model.errors import PolicyError
from launchwindow.model.policy import Policy
from launchwindow.model.rule import Facts
from launchwindow.model.snapshot import Entry
from launchwindow.report.findings import check_json, check_text
from launchwindow.validate import mark_existing, validate
from launchwindow.windows import Calendar
from support.valid_fleet import OIDC, OIDC_CERTIFICATE, OIDC_LOGO, PARTNER, POLICY, valid_fleet

TODAY = date(2026, 11, 24)
WINDOW = date(2026, 12, 10)
KINDS = {"a": OIDC, "c": OIDC_CERTIFICATE, "s": OIDC_LOGO, "g": OIDC_LOGO, "p": PARTNER, "y": POLICY}


class Memory:
    """A snapshot in memory: path -> bytes, all of them regular files."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Every path."""
        return {path: Entry("file", blob_id(data)) for path, data in self._files.items()}

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The bytes of those that there are."""
        return {path: self._files[path] for path in paths if path in self._files}


@cache
def _valid() -> tuple[Mapping[str, bytes], Corpus]:
    # The one app, its twin and its partner: four times as fast as all of them.
    files = {path: data for path, data in valid_fleet().items() if not path.startswith("apps/exa/records/")}
    return files, load_corpus(Memory(files))


def split_input(data: bytes) -> tuple[str, bytes]:
    """(kind, content) of an input; every byte stands for some kind, so that no input is wasted."""
    letters = "".join(KINDS)
    letter = chr(data[0]) if data else "a"
    return letter if letter in letters else letters[ord(letter) % len(letters)], data[1:]


def check_bytes(data: bytes) -> None:
    """Judge the repository with the input in it. Whatever this raises is a bug."""
    kind, content = split_input(data)
    files, base = _valid()
    files = {**files, KINDS[kind]: content}
    if kind == "g":
        del files[OIDC_LOGO]
        files["apps/exa/finder/logo.png"] = content
        files[OIDC] = files[OIDC].replace(b"logo.svg", b"logo.png")
    policy = base.policy
    if kind == "y":
        judged = _policy(files)
        if judged is None:
            return
        policy = judged
    elif kind in "ap":
        _positions(content)
    # A new app, or a change to one that is deployed: half of all inputs each, by what the mutator can't help changing.
    _judge(load_corpus(Memory(files), policy), base if len(content) % 2 else None)


def _policy(files: Mapping[str, bytes]) -> Policy | None:
    try:
        policy = load_policy(Memory(files))
    except PolicyError as error:
        _printable(*error.problems)
        return None
    if policy_problems(policy):
        return None
    Calendar(policy).next_from(TODAY)
    return policy


def _positions(content: bytes) -> None:
    try:
        document = parse("x.yaml", content)
    except Refused as refused:
        _printable(refused.refusal.message, refused.refusal.fix)
        return
    document.span("/app_name", key=True)


def _judge(corpus: Corpus, base: Corpus | None) -> None:
    deployed = None if base is None else frozenset({"production/exa/finder"})
    facts = Facts(corpus, corpus.policy, Dates(TODAY, lambda _environment: WINDOW), deployed, schema, base)
    findings = validate(corpus, facts)
    for finding in findings:
        _printable(finding.message, finding.fix)
        assert min(finding.span) >= 1, finding
    findings = mark_existing(findings, ())
    shown = check_text(findings, len(corpus.apps))
    # Line ends of the report itself are wanted; of the text it quotes, only what is visible.
    assert not CONTROL.search(shown.replace("\n", "")), shown
    check_json(findings, len(corpus.apps))


def _printable(*texts: str) -> None:
    """Something is said, and nothing in it moves the cursor or turns the line round."""
    for text in texts:
        assert text.strip()
        assert not CONTROL.search(text), text
