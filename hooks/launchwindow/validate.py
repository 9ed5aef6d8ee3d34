"""Run the rules over a corpus, apply the waivers, sort: what `check`, the review and the release all judge by."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING

from launchwindow.model.finding import START, Finding
from launchwindow.model.named import NamedTuple
from launchwindow.model.rule import Outcome
from launchwindow.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from launchwindow.model.app import App, Corpus
    from launchwindow.model.day import Day
    from launchwindow.model.document import Document
    from launchwindow.model.finding import Severity
    from launchwindow.model.rule import Facts, Problem, Rule


_PRIVATE_KEY = "private-key"
_LIKE_KEY = "[A-Za-z0-9+/=]{16,}"
"""What may be a part of a key. Rather too much is hidden than too little: the key has to go first in any case."""


class Waiver(NamedTuple):
    """An exception that a ticket grants: one rule, for one app, until a day."""

    rule: str
    ticket: str
    reason: str
    expires: str
    """ISO date; the last day on which it holds."""


def waivers_of(app: App) -> tuple[Waiver, ...]:
    """The waivers in an app's file."""
    return waivers_in(app.data.get("waivers"))


def waivers_in(value: object) -> tuple[Waiver, ...]:
    """The waivers in a list as YAML has it; what is not well formed waives nothing."""
    found = []
    for item in value if isinstance(value, list) else ():
        parts = [item.get(field) if isinstance(item, dict) else None for field in Waiver._fields]
        if all(isinstance(part, str) and part for part in parts):
            found.append(Waiver(*(str(part) for part in parts)))
    return tuple(found)


def validate(
    corpus: Corpus,
    facts: Facts,
    rules: Iterable[Rule] = RULES,
    waivers: Callable[[App], Iterable[Waiver]] | None = None,
) -> tuple[Finding, ...]:
    """Every finding about the corpus, by file, line and rule.

    `waivers` gives those that are in force for an app; without it they are the ones in its file, which only then are
    judged themselves.
    """
    rules, judge = tuple(rules), _Judge(corpus, facts, waivers or waivers_of)
    findings, found = [], dict[str, set[str]]()
    for rule, file, problem in _problems(rules, corpus, facts):
        findings.append(judge.finding(rule, file, problem))
        found.setdefault(file, set()).add(rule.id)
    if waivers is None:
        ran, waivable = frozenset(rule.id for rule in rules), {rule.id: rule.waivable for rule in (*RULES, *rules)}
        outcomes = {app.path: Outcome(waivable, ran, frozenset(found.get(app.path, ()))) for app in corpus.apps}
        for rule, app, problem in _about_waivers(rules, corpus, facts, outcomes):
            findings.append(judge.finding(rule, app.path, problem))
    findings = _without_keys(findings)
    return tuple(sorted(findings, key=lambda finding: (finding.file, finding.span, finding.rule, finding.message)))


def _without_keys(findings: list[Finding]) -> list[Finding]:
    """The findings, of which none shows a part of a file that holds a private key."""
    secret = {finding.file for finding in findings if finding.rule == _PRIVATE_KEY}
    return [_without_text(one) if one.file in secret and one.rule != _PRIVATE_KEY else one for one in findings]


def _without_text(finding: Finding) -> Finding:
    message, fix = (re.sub(_LIKE_KEY, "…", text) for text in (finding.message, finding.fix))
    return finding._replace(message=message, fix=fix, source=None)


class _Judge:
    """Turns what rules say into findings, with place, severity and waiver."""

    def __init__(self, corpus: Corpus, facts: Facts, waivers: Callable[[App], Iterable[Waiver]]) -> None:
        self._facts = facts
        self._severities: Mapping[str, Severity] = facts.policy.severities  # type: ignore[assignment]
        self._entries = corpus.entries
        self._apps = {app.path: app for app in corpus.apps}
        self._documents = {path: app.document for path, app in self._apps.items()}
        self._documents |= {partner.path: partner.document for partner in corpus.partners.values()}
        self._waivers = waivers

    def finding(self, rule: Rule, file: str, problem: Problem) -> Finding:
        """The finding; `file` is the document that the rule was asked about."""
        finding = _finding(rule, file, problem, self._documents.get(file), self._severities)
        if finding.file in self._entries and not finding.about and problem.file is not None:
            finding = finding._replace(about=self._entries[finding.file].blob)
        app = self._apps.get(file)
        if app is not None and rule.waivable:
            finding = _waive(finding, self._waivers(app), self._facts.day(app))
        return finding


def _problems(rules: Iterable[Rule], corpus: Corpus, facts: Facts) -> Iterator[tuple[Rule, str, Problem]]:
    # One rule after the other: to ask all rules about one app before the next takes a fifth longer.
    for rule in rules:
        if rule.app is not None:
            for app in corpus.apps:
                for problem in rule.app(app, facts):
                    yield rule, app.path, problem
        if rule.partner is not None:
            for partner in corpus.partners.values():
                for problem in rule.partner(partner, facts):
                    yield rule, partner.path, problem
        if rule.fleet is not None:
            for file, problem in rule.fleet(corpus, facts):
                yield rule, file, problem


def _about_waivers(
    rules: Iterable[Rule], corpus: Corpus, facts: Facts, outcomes: Mapping[str, Outcome]
) -> Iterator[tuple[Rule, App, Problem]]:
    for rule in rules:
        if rule.waivers is not None:
            for app in corpus.apps:
                for problem in rule.waivers(app, facts, outcomes[app.path]):
                    yield rule, app, problem


def _finding(
    rule: Rule, file: str, problem: Problem, document: Document | None, severities: Mapping[str, Severity]
) -> Finding:
    span, source, about = problem.span, problem.source, ""
    if document is not None and problem.file is None:
        span = span or document.span(problem.path, key=problem.at_key)
        source = document.source_line(span.line)
        about = _value_at(document.data, problem.path)
    severity = severities.get(rule.id, problem.severity or rule.severity)
    where = problem.file or file
    return Finding(rule.id, severity, where, problem.path, span or START, problem.message, problem.fix, source, about)


def _value_at(data: object, path: str) -> str:
    """The scalar at a JSON Pointer, as JSON; nothing for what is not there, or is a list or mapping."""
    for part in path.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(data, dict):
            data = data.get(key)
        elif isinstance(data, list) and key.isdecimal() and int(key) < len(data):
            data = data[int(key)]
        else:
            return ""
    return "" if isinstance(data, (dict, list)) else json.dumps(data)


def _waive(finding: Finding, waivers: Iterable[Waiver], today: Day) -> Finding:
    for waiver in waivers:
        if waiver.rule == finding.rule and _holds(waiver, today):
            return finding._replace(waived=waiver.ticket)
    return finding


def _holds(waiver: Waiver, today: Day) -> bool:
    try:
        return date.fromisoformat(waiver.expires) >= today
    except ValueError:
        # No date, no end: such a waiver waives nothing, and `schema` says so.
        return False


def compared(corpus: Corpus, facts: Facts) -> tuple[Finding, ...]:
    """Every finding, as `validate` has it; those that the base had too, by the same judge, are marked as existing."""
    findings, base = validate(corpus, facts), facts.base
    if not findings or base is None:
        # Where nothing was found, nobody asks what of it was there before.
        return findings
    # What stands beside an app of the base is what stood there, and by whom it is judged is the same.
    there = base._replace(partners=facts.corpus.partners)
    return mark_existing(findings, validate(base, facts._replace(corpus=there, base=None)), moved(base, corpus))


def mark_existing(
    findings: Iterable[Finding], before: Iterable[Finding], moved: Mapping[str, str] | None = None
) -> tuple[Finding, ...]:
    """The findings, each that `before` holds too marked as existing: it does not block.

    `moved` has, for a file of before, where its app is now.
    """
    known = {finding.identity((moved or {}).get(finding.file)) for finding in before}
    return tuple(finding._replace(existing=finding.identity() in known) for finding in findings)


def moved(base: Corpus, corpus: Corpus) -> dict[str, str]:
    """For each app's file of before, where the app, by its issuer, is now."""
    places = {(app.environment, app.issuer): app.path for app in corpus.apps if app.issuer}
    found = {app.path: places.get((app.environment, app.issuer)) for app in base.apps if app.issuer}
    return {before: now for before, now in found.items() if now is not None}
