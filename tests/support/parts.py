"""One revision judged at once and in parts, from files in memory; the findings have to be the same, byte for byte."""

from __future__ import annotations

import json
from datetime import date
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from launchwindow.events.against import Against, Judge, judged_by
from launchwindow.events.in_parts import InParts
from launchwindow.events.kept_parts import KeptParts
from launchwindow.events.sides import Revision, Setting
from launchwindow.io.kept import Found, Place
from launchwindow.io.resources import schema
from launchwindow.io.stage import Grouped
from launchwindow.load.corpus import load_corpus
from launchwindow.load.digest import blob_id
from launchwindow.load.yaml_source import parse
from launchwindow.model.day import Dates
from launchwindow.model.deployed_ids import DeployedIds
from launchwindow.model.rule import Facts
from launchwindow.model.snapshot import Entry, Since, Some, bundle_of
from launchwindow.validate import mark_existing, moved, validate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from launchwindow.io.files import WorkTree
    from launchwindow.model.finding import Finding
    from launchwindow.model.policy import Policy
    from launchwindow.model.snapshot import Snapshot

TODAY = date(2026, 11, 24)
WINDOW = date(2026, 12, 10)


class Files:
    """A snapshot of files in memory."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.entries = {path: Entry("file", blob_id(data)) for path, data in files.items()}

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        """As of any snapshot."""
        return {path: self.files[path] for path in paths if path in self.files}

    @classmethod
    def of(cls, tree: WorkTree) -> Files:
        """Those of a work tree."""
        return cls(tree.read(tree.entries))


class Remembered(Grouped):
    """The bundles of files of which it is known what they were."""

    before: Grouped
    changes: Mapping[str, Entry | None]

    def since(self, name: str) -> Since | None:
        """What was there before, where there was anything."""
        changes = {path: entry for path, entry in self.changes.items() if bundle_of(path) == name}
        content = self.before.bundles().get(name)
        return Since(content, changes, stays=True) if changes and content is not None else None


class Kept:
    """A cache's file in memory: what is saved is bytes, or goes through JSON, as through a file."""

    def __init__(self) -> None:
        self.sections: dict[str, bytes] = {}

    def load(self) -> Found:
        """What was saved."""
        self.found = Found({name: Place(partial(_part, text), 0, len(text), sha256(text).hexdigest())
                            for name, text in self.sections.items()})  # fmt: skip
        return self.found

    def save(self, new: Mapping[str, Any], keep: Callable[[str], bool]) -> None:
        """Keep it."""
        others = {name: self.found.data(name) for name in self.found.names if keep(name)}
        self.sections = others | {
            name: value if isinstance(value, bytes) else json.dumps(value).encode() for name, value in new.items()
        }


def _part(text: bytes, length: int, begin: int) -> bytes:
    return text[begin : begin + length]


class Case(NamedTuple):
    """What is judged, and by what."""

    now: Snapshot
    before: Snapshot | None
    policy: Policy
    deployed: frozenset[str] | None = None
    today: date = TODAY
    window: date = WINDOW
    """Of every environment."""
    judge: Snapshot | None = None
    """Whose partners judge it, as the policy does; then it is always compared, with `before`."""

    def dates(self) -> Dates:
        """The day and its windows."""
        return Dates(self.today, lambda _environment: self.window)

    def compared(self) -> tuple[Finding, ...]:
        """What is found when it is compared with `before`, even where that is the same."""
        corpus = load_corpus(self.now, self.policy)
        base = load_corpus(self.before, self.policy) if self.before is not None else None
        facts = Facts(corpus, self.policy, self.dates(), self.deployed, schema, base)
        return validate(corpus, facts)

    def at_once(self) -> tuple[list[Finding], int, list[str]]:
        """As everything is read and judged together."""
        corpus = load_corpus(self.now, self.policy)
        # As in `check`: where nothing changed, somebody wants to know how all of it stands.
        compared = self.before is not None and (self.judge is not None or self.before.entries != self.now.entries)
        base = load_corpus(self.before, self.policy) if self.before is not None and compared else None
        judges = corpus if self.judge is None else load_corpus(self.judge, self.policy)
        facts = Facts(corpus._replace(partners=judges.partners), self.policy, self.dates(), self.deployed, schema, base)
        findings = validate(corpus, facts)
        if base is not None:
            there = base._replace(partners=facts.corpus.partners)
            before = validate(base, facts._replace(corpus=there, base=None))
            findings = mark_existing(findings, before, moved(base, corpus))
        partners = [partner.path for partner in corpus.partners.values()]
        return list(findings), len(corpus.apps), [*(app.path for app in corpus.apps), *partners]

    def in_parts(self, kept: Kept, remembered: Snapshot | None = None) -> tuple[list[Finding], int, list[str]]:
        """As `check` judges, with what is kept; and `remembered`, where nothing is compared with what was there."""
        now, before = self.now.entries, self.before.entries if self.before is not None else self.now.entries
        changes = {path: before.get(path) for path in now.keys() | before.keys() if now.get(path) != before.get(path)}
        known = self.before or remembered
        files = Grouped.of(now)
        if known is not None:
            files = Remembered.of(now)
            files.before = Grouped.of(known.entries)
            files.changes = {path: known.entries.get(path) for path in now.keys() | known.entries.keys()
                             if now.get(path) != known.entries.get(path)}  # fmt: skip
        revision = Revision(
            files, lambda some, _: Some(some, self.now), changes,
            (lambda some, _: Some(some, self.before)) if self.before is not None and changes else None,  # type: ignore[arg-type]
        )  # fmt: skip
        if self.before is not None and self.judge is not None:
            branch = self._branch()
            revision = revision._replace(
                files=branch, changes=branch.changes, read_before=lambda some, _: Some(some, self.before)
            )  # type: ignore[arg-type]
        common = (repr(self.policy),)
        days = {None: self.today.isoformat(), **dict.fromkeys(self.policy.environments, self.window.isoformat())}
        deployed = DeployedIds.of(self.deployed) if self.deployed is not None else None
        setting = Setting(lambda: self.policy, self.today, deployed, lambda _: self.window, common, days, None)
        if self.judge is not None:
            theirs = self.judge
            setting = judged_by(setting, self.partners_of_its_judge(), lambda some, _: Some(some, theirs), parse)
        parts = KeptParts(kept.load(), common, days)
        judge = InParts(setting, revision, parts, lambda _done, _total: None)
        verdict = judge.judge()
        parts.save(kept, {}, judge.bundles)  # type: ignore[arg-type]
        return list(verdict.findings), verdict.apps, list(verdict.files())

    def partners_of_its_judge(self) -> dict[str, Entry | None]:
        """The partners' files by which `check` judges it, where they are others than its own."""
        assert self.before is not None
        assert self.judge is not None
        was, theirs = self.before.entries, self.judge.entries
        moved_on = {path: theirs.get(path) for path in was.keys() | theirs.keys()
                    if was.get(path) != theirs.get(path) and not path.startswith("apps/")}  # fmt: skip
        return Judge(Grouped.of(was), moved_on).partners(self._branch())

    def _branch(self) -> Against:
        assert self.before is not None
        return Against(Grouped.of(self.now.entries), Grouped.of(self.before.entries))

    def agrees(self, kept: Kept | None = None) -> list[Finding]:
        """Both ways, cold and warm; what they found."""
        expected = self.at_once()
        kept = kept or Kept()
        for state in ("cold", "warm"):
            assert self.in_parts(kept) == expected, state
        return expected[0]


def is_in_parts(root: Path, tree: WorkTree) -> bool:
    """Whether `check` judges the work tree in parts at all."""
    return root.is_dir() and all(entry.kind != "directory" for entry in tree.entries.values())
