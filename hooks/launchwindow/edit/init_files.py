"""What a new configuration repository holds: our own files made its own, and texts that only it has (`init`).

Workflows, rulesets, owners and policy are those of Launchwindow's own repository, so that nothing is kept twice; what
differs is changed here, and each change must find its place (docs/adr/0020).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WORKFLOWS = tuple(f".github/workflows/{name}.yml" for name in ("confirm", "merge", "operate", "pull-request", "window"))
RULESETS = tuple(f".github/rulesets/{name}.json" for name in ("ledger", "ledger-writers", "main", "workflows"))
OWNERS, POLICY = ".github/CODEOWNERS", "policy.yaml"
SCHEMAS = ("app", "partner", "policy")
"""What editors complete the files by; commands have their own."""
TEMPLATES = {
    "README.md": "README.md.in",
    ".github/pull_request_template.md": "pull_request_template.md",
    ".pre-commit-config.yaml": "pre-commit-config.yaml",
}
"""Path -> the name of the text that becomes it."""
_APP = "apps/exa/benefits-finder"
EXAMPLE = (
    f"{_APP}/logo.svg", f"{_APP}/certs/2026.crt", f"{_APP}/certs/sandbox-2026.crt",
    "partners/exa.yaml", f"{_APP}/sandbox.yaml", f"{_APP}/production.yaml",
)  # fmt: skip
"""An invented agency with one app. What is named comes before what names it."""
EXAMPLE_SUBJECT = "production/exa/benefits-finder"

_NOT_THERE = ("hooks/", "action.yml", "action-requirements.txt", ".pre-commit-hooks.yaml", ".ci/", "Makefile",
              "pyproject.toml")  # fmt: skip
"""What owners of Launchwindow's own repository own besides."""
_OURS_TOO = "/.launchwindow/"

SERVER = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?")
REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+")
COMMIT = re.compile(r"[0-9a-f]{40}")
TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9][A-Za-z0-9.-]*")
ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
"""What can be written into these files as it is, and means nothing else there."""


class Action(NamedTuple):
    """Where the action, the hooks and the documentation of a version are."""

    server: str
    repository: str
    """`owner/name`."""
    commit: str
    version: str | None
    """The tag of the commit; None where somebody named the commit alone."""

    @property
    def url(self) -> str:
        """The repository's address."""
        return f"{self.server}/{self.repository}"

    @property
    def docs(self) -> str:
        """The address of its documentation."""
        return f"{self.url}/blob/{self.commit}/docs"


class Reviewer(NamedTuple):
    """Somebody whose approval counts."""

    email: str
    github: str


class Wishes(NamedTuple):
    """What nobody can guess."""

    action: Action
    reviewers: tuple[Reviewer, ...]


class Sources(NamedTuple):
    """Where the texts come from: each a function of a name."""

    own: Callable[[str], bytes]
    template: Callable[[str], bytes]
    schema: Callable[[str], bytes]


def init_files(sources: Sources, wishes: Wishes, checklist: str) -> dict[str, bytes]:
    """Path -> text of all that `init` keeps up to date; `checklist` is what a reviewer has to have looked at."""
    own = {path: sources.own(path).decode() for path in (OWNERS, POLICY, *WORKFLOWS, *RULESETS)}
    texts = {path: _filled(sources.template(name).decode(), wishes.action, checklist)
             for path, name in TEMPLATES.items()}  # fmt: skip
    texts |= {f"schemas/{name}.schema.json": sources.schema(name).decode() for name in SCHEMAS}
    texts |= {path: own[path] for path in RULESETS}
    texts |= {path: _workflow(own[path], wishes.action) for path in WORKFLOWS}
    texts[OWNERS] = _owners(own[OWNERS], wishes.reviewers)
    texts[POLICY] = _policy(own[POLICY], wishes.reviewers)
    return {path: text.encode() for path, text in texts.items()}


def example_files(sources: Sources) -> dict[str, bytes]:
    """Path -> bytes of the example."""
    return {path: sources.own(path) for path in EXAMPLE}


def _filled(text: str, action: Action, checklist: str) -> str:
    tag = f"  # frozen: {action.version}" if action.version else ""
    words: Mapping[str, str] = {
        "url": action.url,
        "ref": action.commit,
        "rev": f"{action.commit}{tag}",
        "docs": action.docs,
        "checklist": checklist,
    }
    return re.sub(r"\{(url|ref|rev|docs|checklist)\}", lambda found: words[found[1]], text)


def _workflow(text: str, action: Action) -> str:
    """The workflow, with the action by its commit: what a pull request holds of it can't run then."""
    judge = re.compile(r"      # [^\n]*\n      - name: Check out the judge\n.*?(?=      - name: )", re.DOTALL)
    text = judge.sub("", text)
    tag = f" # {action.version}" if action.version else ""
    return _replaced(r"(?m)^(\s+uses: )\./(?:judge)?$", rf"\g<1>{action.repository}@{action.commit}{tag}", text)


def _owners(text: str, reviewers: tuple[Reviewer, ...]) -> str:
    names = " ".join(f"@{one.github}" for one in reviewers)
    lines = [line for line in text.splitlines() if not line.startswith(tuple(f"/{path}" for path in _NOT_THERE))]
    text = _replaced(r"(?m)^(/\S+ +)@.*$", rf"\g<1>{names}", "\n".join(lines) + "\n")
    text = _replaced(r"(?m)^# The code that judges, and what runs it\.$", "# What says which code judges.", text)
    return f"{text}{_OURS_TOO:<26} {names}\n"


def _policy(text: str, reviewers: tuple[Reviewer, ...]) -> str:
    lines = "".join(f"    - {{email: {json.dumps(one.email)}, github: {json.dumps(one.github)}}}\n"
                    for one in reviewers)  # fmt: skip
    shipped = r"  # Ours: replace them with the people whose approval counts\.\n  reviewers:\n(?:    - .*\n)+"
    return _replaced(
        shipped,
        f"  # The people whose approval counts; .github/CODEOWNERS names them too.\n  reviewers:\n{lines}",
        text,
    )


def _replaced(pattern: str, by: str, text: str) -> str:
    """The text with every place of the pattern replaced; there must be one, or our own file is no longer as it was."""
    new, count = re.subn(pattern, by, text)
    if not count:
        raise ValueError(f"There is nothing in it that matches {pattern}.")
    return new
