"""Somebody asks what a rule is about (`explain`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.answer import Answer
from launchwindow.load.plain import advice
from launchwindow.model.errors import LaunchwindowError
from launchwindow.report.requests import table
from launchwindow.report.rule_pages import page
from launchwindow.rules import RULES

if TYPE_CHECKING:
    from launchwindow.model.rule import Rule


def explain(rule_id: str | None) -> Answer:
    """The list of rules, or one rule's page: its module's docstring."""
    if rule_id is None:
        rows = [("Rule", "Severity", "What it asks"), *((one.id, one.severity, one.summary) for one in RULES)]
        document = {"schema": "launchwindow.explain/1", "rules": [_document(one) for one in RULES]}
        return Answer(f"{table(rows)}\n\nOne rule's page: launchwindow explain RULE\n", document)
    rule = next((one for one in RULES if one.id == rule_id), None)
    if rule is None:
        raise LaunchwindowError(f"There is no rule “{rule_id}”; {advice(rule_id, [one.id for one in RULES])}")
    head = f"{rule.id} ({rule.severity}{'' if rule.waivable else ', can’t be waived'})"
    document = {"schema": "launchwindow.explain/1", "rules": [_document(rule)]}
    return Answer(f"{head}\n{'=' * len(head)}\n\n{page(rule)}\n", document)


def _document(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "severity": rule.severity,
        "summary": rule.summary,
        "waivable": rule.waivable,
        "page": page(rule),
    }
