"""The rules' docstrings as pages: for a terminal as they are, for a browser as Markdown.

A docstring is a summary, then sections that begin with `Why:`, `Bad:`, `Good:` and `Fix:`; examples are indented.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

from launchwindow.report.words import PAGE as PAGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from launchwindow.model.rule import Rule

GROUPS: dict[str, tuple[str, ...]] = {
    "Structure": ("yaml", "schema", "placeholder", "location"),
    "Identity": ("issuer-unique", "issuer-format", "issuer-change", "partner-unique", "app-name", "agency-change"),
    "Agreement": ("iaa-format", "iaa-unknown", "iaa-unsigned", "iaa-unlisted", "iaa-period"),
    "Addresses": (
        "url-form", "url-https", "url-domain", "url-local", "url-wildcard", "url-duplicate", "url-lookalike",
        "redirect-scheme", "push-endpoint",
    ),
    "Protocol": ("saml-endpoints", "saml-logout", "saml-encryption", "certificate-required", "redirect-required"),
    "Proofing": ("failure-to-proof", "attribute-level", "attribute-bundle", "assurance-change", "staging-purpose"),
    "Certificates": (
        "certificate-form", "private-key", "certificate-strength", "certificate-lifetime", "certificate-serial",
        "certificate-expiry", "certificate-reuse", "certificate-foreign", "rotation-overlap", "rotation-coordination",
    ),
    "Logo": ("logo-required", "logo-format", "logo-size", "logo-safety"),
    "Help text": ("help-text-markup", "help-text-placeholder", "help-text-locales"),
    "Readiness": ("ato", "production-account", "launch-date", "sandbox-tested"),
    "Upkeep": ("waiver", "certificate-missing", "app-retired"),
}  # fmt: skip
"""The rules by what they are about (design §5); a test finds the rule that stands in none."""

_SECTION = re.compile(r"(Why|Bad|Good|Fix):")
_ADDRESSED = re.compile(r"<[^>\s]+>")
_YAML = re.compile(r"#|- |[a-z_]+:(?: |$)|['\"{\[]", re.MULTILINE)
"""How an example of YAML begins."""


def page(rule: Rule) -> str:
    """A rule's documentation: its module's docstring."""
    from inspect import cleandoc

    return cleandoc(import_module(f"launchwindow.rules.{rule.id.replace('-', '_')}").__doc__ or "")


def group_of(rule_id: str) -> str | None:
    """The group that a rule stands in, None when it is in none."""
    return next((name for name, ids in GROUPS.items() if rule_id in ids), None)


def page_markdown(rule: Rule) -> str:
    """A rule's documentation as Markdown, without a heading: examples are fenced, sections begin in bold."""
    return "\n\n".join(_blocks(page(rule).split("\n\n")))


def _blocks(paragraphs: Iterable[str]) -> Iterator[str]:
    """Paragraphs of a docstring; examples that follow each other are one."""
    example: list[str] = []
    for paragraph in paragraphs:
        if paragraph.startswith("    "):
            example.append("\n".join(line.removeprefix("    ") for line in paragraph.split("\n")))
            continue
        if example:
            yield _fenced(example)
            example = []
        yield _prose(paragraph)
    if example:
        yield _fenced(example)


def _fenced(example: Iterable[str]) -> str:
    text = "\n\n".join(example).strip("\n")
    # Files' names, certificates, logos and commands; tests/test_pages.py reads all else as YAML.
    opening = "```yaml" if _YAML.match(text) else "<!-- text: no YAML -->\n```text"
    return f"{opening}\n{text}\n```"


def _prose(paragraph: str) -> str:
    # What stands in angle brackets and in no code is taken for HTML, and vanishes.
    parts = paragraph.split("`")
    parts[::2] = [_ADDRESSED.sub(lambda found: found[0].replace("<", "&lt;"), part) for part in parts[::2]]
    return _SECTION.sub(r"**\1:**", "`".join(parts), count=1) if _SECTION.match(paragraph) else "`".join(parts)


def all_pages(rules: Iterable[Rule]) -> str:
    """Every rule's page, by group, as one Markdown document; each rule's heading is its id.

    Raises ValueError for a rule that is in no group.
    """
    known = {rule.id: rule for rule in rules}
    lost = sorted(name for name in known if group_of(name) is None)
    if lost:
        raise ValueError(f"{', '.join(lost)}: in no group of report/rule_pages.py")
    grouped = {name: [known[one] for one in ids if one in known] for name, ids in GROUPS.items()}
    grouped = {name: members for name, members in grouped.items() if members}
    parts = [_INTRODUCTION, "\n".join(_contents(grouped))]
    for name, members in grouped.items():
        parts.append(f"## {name}")
        for rule in members:
            parts += [f"### {rule.id}", _standing(rule), page_markdown(rule)]
    return "\n\n".join(parts) + "\n"


_INTRODUCTION = """\
# Rules

For partner engineers and reviewers: what `launchwindow check` asks of the files. An error stops a commit, a merge and
a release; a warning and a note do not. `policy.yaml` may change a rule's severity under `rules`. Where a rule can be
waived, an app's file may do so under `waivers`, with a ticket, a reason and a last day. “The process page” is
Login.gov's page “Production deployment”.

[Where the rules are stricter than upstream](stricter.md) lists what the dashboard or the identity provider takes and a
rule here does not. This page is made from the rules' docstrings by `python docs/make_rules.py`."""


def _contents(grouped: dict[str, list[Rule]]) -> Iterator[str]:
    for name, members in grouped.items():
        yield f"- **{name}:** " + ", ".join(f"[{rule.id}](#{rule.id})" for rule in members)


def _standing(rule: Rule) -> str:
    return f"*{rule.severity.capitalize()}{'' if rule.waivable else ', can’t be waived'}.*"
