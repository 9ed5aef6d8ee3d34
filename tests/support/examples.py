"""Example folders of the rules: each case is laid over a small base repository and judged as a whole.

`tests/rules/<id>/accept/<case>` must have no finding of the rule, `tests/rules/<id>/reject/<case>` exactly the marked
ones. A case is a YAML file (an app's file; its first line may say `# file: apps/…` where it goes, else
`apps/exa/demo/production.yaml`) or a folder that holds a part of a repository. In YAML a line that must have a finding
of the rule ends in the comment `# <- finding`. Where no comment can stand, a file `<case>.expected`, or `expected` in
a case's folder, lists `path:line` of each finding. A file `deployed` in a case's folder lists the apps that the IdP
already runs (`environment/partner/app`). A folder `before` holds what the case is compared with, and starts from; a
file `deleted` lists the paths that it deletes.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from shutil import copyfile, copytree
from typing import NamedTuple

from launchwindow.io.files import WorkTree
from launchwindow.io.resources import schema
from launchwindow.load.corpus import load_corpus
from launchwindow.model.day import Dates
from launchwindow.model.finding import Finding
from launchwindow.model.rule import Facts
from launchwindow.rules import RULES
from launchwindow.validate import validate

RULES_FOLDER = Path(__file__).parent.parent / "rules"
BASE = RULES_FOLDER / "_base"
POLICY = RULES_FOLDER.parent.parent / "policy.yaml"
MARK = "# <- finding"
TODAY = date(2026, 11, 24)
WINDOW = date(2026, 12, 10)
DEFAULT_PLACE = "apps/exa/demo/production.yaml"


class Case(NamedTuple):
    """One example: the rule's id, whether it is accepted, and where it lies."""

    rule: str
    accept: bool
    path: Path

    @property
    def id(self) -> str:
        """For pytest's report."""
        return f"{self.rule}-{'accept' if self.accept else 'reject'}-{self.path.stem}"


def cases() -> list[Case]:
    """Every example of every rule, in a fixed order."""
    found = []
    for rule in sorted(RULES_FOLDER.iterdir()):
        for verdict in ("accept", "reject"):
            folder = rule / verdict
            if folder.is_dir():
                items = sorted(item for item in folder.iterdir() if item.suffix != ".expected")
                found += [Case(rule.name, verdict == "accept", item) for item in items]
    return found


def build(case: Case, root: Path) -> None:
    """Lay the case over the base repository in `root`; the shipped policy applies unless one of them has its own."""
    copyfile(POLICY, root / "policy.yaml")
    copytree(BASE, root, dirs_exist_ok=True)
    if (case.path / "before").is_dir():
        _lay_before(case, root)
    if case.path.is_dir():
        copytree(case.path, root, dirs_exist_ok=True, symlinks=True)
        gone = root / "deleted"
        for path in gone.read_text(encoding="utf-8").split() if gone.is_file() else ():
            (root / path).unlink()
        return
    data = case.path.read_bytes()
    first = data.partition(b"\n")[0].decode("utf-8", "replace")
    place = first.removeprefix("# file:").strip() if first.startswith("# file:") else DEFAULT_PLACE
    target = root / place
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def _lay_before(case: Case, root: Path) -> None:
    """What the case is compared with, in `root/was`; the case itself starts from it."""
    for target in (root, root / "was"):
        target.mkdir(exist_ok=True)
        copyfile(POLICY, target / "policy.yaml")
        copytree(BASE, target, dirs_exist_ok=True)
        copytree(case.path / "before", target, dirs_exist_ok=True)


def expected(case: Case, root: Path) -> list[tuple[str, int]]:
    """(path, line) of each finding that the case announces, sorted."""
    listing = case.path / "expected" if case.path.is_dir() else case.path.with_suffix(".expected")
    found = []
    if listing.is_file():
        for line in listing.read_text(encoding="utf-8").split("\n"):
            if line.strip():
                path, _, number = line.rpartition(":")
                found.append((path, int(number)))
    for path in sorted(root.glob("[ap]*/**/*.yaml")):
        if path.is_file() and not path.is_symlink():
            for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
                if line.rstrip().endswith(MARK.encode()):
                    found.append((os.fspath(path.relative_to(root)), number))
    return sorted(found)


def judge(root: Path, rule: str | None = None) -> tuple[Finding, ...]:
    """The findings of one rule (or all) about the repository in `root`, waived ones left out."""
    corpus = load_corpus(WorkTree(root))
    listing = root / "deployed"
    deployed = frozenset(listing.read_text(encoding="utf-8").split()) if listing.is_file() else None
    base = load_corpus(WorkTree(root / "was")) if (root / "was").is_dir() else None
    facts = Facts(corpus, corpus.policy, Dates(TODAY, lambda _environment: WINDOW), deployed, schema, base)
    asked = [one for one in RULES if rule is None or one.id == rule]
    assert asked, f"no rule {rule} is registered"
    # What is wrong with waivers shows only once the other rules have run.
    rules = RULES if any(one.waivers is not None for one in asked) else asked
    found = validate(corpus, facts, rules)
    return tuple(one for one in found if one.waived is None and (rule is None or one.rule == rule))
