"""Every rule against its folders of examples, and the registry against the folders and files."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

import launchwindow.rules
from launchwindow.model.rule import Rule
from launchwindow.rules import RULES
from support.examples import BASE, RULES_FOLDER, Case, build, cases, expected, judge

HELPERS = {
    "addresses", "agreements", "attributes", "before", "certificate_changes", "help_texts", "hosts",
    "key_beginnings", "key_material", "logos", "lookalikes", "markup", "pem", "plain_certificates", "png",
    "release_day", "schema_faults", "schema_gate", "schema_words", "sound_certificates", "strays", "svg",
    "svg_hazards", "svg_repeats", "texts", "uris", "x509_facts",
}  # fmt: skip
"""Modules in `rules/` that several rules share."""


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_example(case: Case, tmp_path: Path) -> None:
    """An accepted example has no finding of its rule; a rejected one has exactly the announced ones."""
    build(case, tmp_path)
    findings = judge(tmp_path, case.rule)
    found = sorted((finding.file, finding.span.line) for finding in findings)
    announced = expected(case, tmp_path)
    assert found == announced, [f"{finding.file}:{finding.span.line} {finding.message}" for finding in findings]
    assert bool(announced) is not case.accept, "a rejected example announces a finding, an accepted one none"
    for finding in findings:
        assert finding.fix.strip(), "every finding says what to do"
        assert finding.message[0].isupper() or not finding.message[0].isalpha()


def test_base_repository_is_clean(tmp_path: Path) -> None:
    """What the examples are laid over has no finding of its own."""
    build(Case("", True, BASE), tmp_path)
    assert judge(tmp_path) == ()


def test_every_rule_has_examples_of_both_kinds() -> None:
    """A rule without an example that it rejects proves nothing."""
    seen = {(case.rule, case.accept) for case in cases()}
    for rule in RULES:
        assert (rule.id, True) in seen, f"{rule.id} has no accepted example"
        assert (rule.id, False) in seen, f"{rule.id} has no rejected example"
    assert {case.rule for case in cases()} == {rule.id for rule in RULES}
    folders = {path.name for path in RULES_FOLDER.iterdir() if path.is_dir()} - {"_base"}
    assert folders == {rule.id for rule in RULES}


def test_registry_and_files_agree() -> None:
    """One rule, one file: the file's name is the id, and every file is registered once."""
    folder = Path(launchwindow.rules.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"} - HELPERS
    assert files == {rule.id.replace("-", "_") for rule in RULES}
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_docstring_is_a_page(rule: Rule) -> None:
    """Each rule's docstring says why, shows a bad and a good example, and how to fix it."""
    page = import_module(f"launchwindow.rules.{rule.id.replace('-', '_')}").__doc__ or ""
    for word in ("Why:", "Bad:", "Good:", "Fix:"):
        assert word in page, f"{rule.id}: its page has no “{word}”"
    assert rule.summary
    assert not rule.summary.endswith(".")
