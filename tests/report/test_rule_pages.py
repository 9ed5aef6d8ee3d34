"""The rules' pages: every rule in a group, every example fenced, and a page that tells when it is stale."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from launchwindow.model.rule import Rule
from launchwindow.report.rule_pages import GROUPS, all_pages, page, page_markdown
from launchwindow.rules import RULES

DOCS = Path(__file__).resolve().parents[2] / "docs"
IDS = [rule.id for rule in RULES]


@pytest.fixture
def make_rules() -> Callable[[list[str], Path], int]:
    """The script's `main`."""
    spec = importlib.util.spec_from_file_location("make_rules", DOCS / "make_rules.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    main: Callable[[list[str], Path], int] = module.main
    return main


def test_every_rule_is_in_one_group() -> None:
    grouped = [name for ids in GROUPS.values() for name in ids]
    assert sorted(set(IDS) - set(grouped)) == []
    assert len(grouped) == len(set(grouped))


def test_every_rule_has_its_anchor_and_a_link_to_it() -> None:
    text = all_pages(RULES)
    assert sorted(re.findall(r"^### (.+)$", text, re.MULTILINE)) == sorted(IDS)
    assert all(f"(#{name})" in text for name in IDS)


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_a_page_says_why_and_what_to_do(rule: Rule) -> None:
    text = page_markdown(rule)
    assert [part for part in ("**Why:**", "**Bad:**", "**Good:**", "**Fix:**") if part not in text] == []
    assert len(re.findall(r"^```(?:yaml|text)\n", text, re.MULTILINE)) * 2 == text.count("```") > 0
    examples = [line.strip() for line in page(rule).split("\n") if line.startswith("    ")]
    assert [line for line in examples if line not in text] == []
    assert not re.search(r"^    ", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)


def test_what_stands_in_angle_brackets_is_not_taken_for_html() -> None:
    prose = re.sub(r"```.*?```|`[^`]*`", "", all_pages(RULES), flags=re.DOTALL)
    assert re.findall(r"<[a-zA-Z_/][^>]*>", prose) == []


def test_a_rule_without_a_group_is_named() -> None:
    with pytest.raises(ValueError, match="no-such-group"):
        all_pages([RULES[0]._replace(id="no-such-group")])


def test_the_script_tells_a_stale_page(
    make_rules: Callable[[list[str], Path], int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "rules.md"
    assert make_rules(["--check"], target) == 1
    assert make_rules([], target) == 0
    assert target.read_text(encoding="utf-8") == all_pages(RULES)
    assert make_rules(["--check"], target) == 0
    target.write_text(all_pages(RULES[1:]), encoding="utf-8")
    capsys.readouterr()
    assert make_rules(["--check"], target) == 1
    assert "run python docs/make_rules.py" in capsys.readouterr().err
    assert make_rules(["--wrong"], target) == 2
