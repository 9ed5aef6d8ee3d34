"""Waivers: what they cover, and what is said of those that cover nothing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from launchwindow.io.files import WorkTree
from launchwindow.io.resources import schema
from launchwindow.load.corpus import load_corpus
from launchwindow.model.day import Dates
from launchwindow.model.rule import Facts
from launchwindow.rules import RULES, ato, waiver
from launchwindow.validate import Waiver, validate
from support.examples import BASE, TODAY, WINDOW, Case, build

if TYPE_CHECKING:
    from pathlib import Path

    from launchwindow.model.finding import Finding

APP = """\
app_name: Demo
friendly_name: Demo
issuer: urn:gov:gsa:openidconnect.profiles:sp:sso:exa:demo
team: benefits
protocol: openid_connect_pkce
"""


def _facts(folder: Path, *waivers: Waiver) -> Facts:
    """A production app without an ATO, with these waivers in its file."""
    build(Case("", True, BASE), folder)
    lines = (", ".join(f"{key}: {value}" for key, value in one._asdict().items()) for one in waivers)
    items = "".join(f"  - {{{line}}}\n" for line in lines)
    path = folder / "apps/exa/demo/production.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(APP + (f"waivers:\n{items}" if items else ""), encoding="utf-8")
    corpus = load_corpus(WorkTree(folder))
    return Facts(corpus, corpus.policy, Dates(TODAY, lambda _environment: WINDOW), None, schema)


def _of(findings: tuple[Finding, ...], rule: str) -> list[tuple[str, str, str | None]]:
    return [(one.severity, one.path, one.waived) for one in findings if one.rule == rule]


def _waiver(rule: str, expires: str = "2027-06-30") -> Waiver:
    return Waiver(rule, "LG-1", "agreed", expires)


def test_what_is_waived_needs_no_other_finding(tmp_path: Path) -> None:
    """A waiver in force covers the finding, and nothing is said of the waiver."""
    findings = validate((facts := _facts(tmp_path, _waiver("ato"))).corpus, facts)
    assert _of(findings, "ato") == [("error", "", "LG-1")]
    assert _of(findings, "waiver") == []


@pytest.mark.parametrize(("today", "waived"), [(date(2027, 6, 30), "LG-1"), (date(2027, 7, 1), None)])
def test_a_waiver_ends_after_its_last_day(tmp_path: Path, today: date, waived: str | None) -> None:
    """On the day after, the finding blocks by itself; that the waiver has ended blocks nothing."""
    facts = _facts(tmp_path, _waiver("ato"))._replace(dates=Dates(today, lambda _environment: today))
    findings = validate(facts.corpus, facts)
    assert _of(findings, "ato") == [("error", "", waived)]
    assert _of(findings, "waiver") == ([] if waived else [("warning", "/waivers/0/expires", None)])


def test_a_rule_that_did_not_run_may_need_its_waiver(tmp_path: Path) -> None:
    """Whoever asks for some rules learns nothing about the waivers of the others."""
    facts = _facts(tmp_path, _waiver("saml-encryption"))
    assert _of(validate(facts.corpus, facts, [ato.RULE, waiver.RULE]), "waiver") == []
    assert _of(validate(facts.corpus, facts), "waiver") == [("warning", "/waivers/0/rule", None)]


def test_waivers_of_somewhere_else_are_not_judged(tmp_path: Path) -> None:
    """At a release the approved waivers are in force, not the file's: nothing about the file's stops it."""
    facts = _facts(tmp_path, _waiver("schema"), _waiver("no-such-rule"), _waiver("saml-encryption"))
    assert {one.severity for one in validate(facts.corpus, facts) if one.rule == "waiver"} == {"error", "warning"}
    findings = validate(facts.corpus, facts, waivers=lambda _app: (_waiver("ato"),))
    assert _of(findings, "waiver") == []
    assert _of(findings, "ato") == [("error", "", "LG-1")]


def test_what_can_not_be_waived_is_not(tmp_path: Path) -> None:
    """Neither the rule about waivers nor one that is marked so."""
    facts = _facts(tmp_path, _waiver("no-such-rule"), _waiver("waiver"))
    found = [one for one in validate(facts.corpus, facts) if one.rule == "waiver"]
    assert [(one.path, one.blocks) for one in found] == [("/waivers/0/rule", True), ("/waivers/1/rule", True)]


def test_rules_about_changes_are_rules() -> None:
    """None is spared by a typing error, nor one whose waiver would be pointless."""
    to_come = {"rotation-overlap", "rotation-coordination"}
    assert waiver.ABOUT_CHANGES - {rule.id for rule in RULES if rule.waivable} <= to_come
