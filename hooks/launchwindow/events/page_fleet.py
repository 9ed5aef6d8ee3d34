"""What the page of a pull request tells of the fleet: judged in parts, and read again as far as the page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.against import Against, Judge, judged_by
from launchwindow.events.in_parts import InParts
from launchwindow.events.kept_parts import KeptParts
from launchwindow.events.setting import window_dates
from launchwindow.events.sides import Revision, Setting
from launchwindow.io.commit_bundles import bundles_of
from launchwindow.io.git import Git, GitSnapshot
from launchwindow.io.kept import Found
from launchwindow.io.stage import Grouped
from launchwindow.load.corpus import load_corpus
from launchwindow.model.named import NamedTuple
from launchwindow.model.snapshot import bundle_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from launchwindow.events.overlay import Overlay
    from launchwindow.events.workspace import Workspace
    from launchwindow.model.app import App, Corpus
    from launchwindow.model.finding import Finding
    from launchwindow.model.ledger import Request
    from launchwindow.model.rotation import Record
    from launchwindow.model.snapshot import Bundles, Entry, Since, Snapshot


class Fleet(NamedTuple):
    """Main, and what it would be."""

    findings: tuple[Finding, ...]
    """As a check of the merge would have them: by main's policy and partners."""
    base: Corpus
    """Main: at least whatever some requests are about, or were, with all else of the same partners."""
    after: Corpus
    """As much of what it would be."""


def fleet_of(space: Workspace, overlay: Overlay, requests: Iterable[Request], record: Callable[[App], Record]) -> Fleet:
    """What a page of these requests tells of the fleet; `record` is `Facts.records`."""
    setting = _setting(space, overlay.base, record)
    before = bundles_of(space.git, overlay.base)
    branch = Against(_Merged(before, overlay.changes), before)
    if _has_files_for_folders(branch):
        return _at_once(space, overlay, setting)

    def read(some: Mapping[str, Entry], apart: bool) -> Snapshot:
        return GitSnapshot(Git(space.root) if apart else space.git, some)

    setting = judged_by(setting, Judge(before, {}).partners(branch), read, space.parse)
    # Nothing that was kept: what somebody else wrote there may not decide what a reviewer sees.
    parts = KeptParts(Found(), setting.common, setting.days)
    in_parts = InParts(setting, Revision(branch, read, branch.changes, read), parts, lambda _done, _total: None)
    findings = in_parts.judge().findings
    wanted = {f"partner/{partner}" for request in requests for partner in _partners(request, in_parts)}

    def corpus(files: Bundles) -> Corpus:
        there = files.bundles()
        entries = {path: entry for name in sorted(wanted) if name in there for path, entry in files.open(name).items()}
        return load_corpus(read(entries, False), setting.policy(), space.parse)

    return Fleet(findings, corpus(before), corpus(branch))


def _has_files_for_folders(branch: Against) -> bool:
    """Whether a file is where the other side has a folder, which no merge would leave so.

    What is told of all that lies in it depends on that file, which may be a part of its own.
    """
    names = branch.bundles()

    def is_there(path: str) -> bool:
        return path in branch.open(bundle_of(path)) if bundle_of(path) in names else False

    def is_folder(path: str) -> bool:
        inside = bundle_of(f"{path}/-")
        return any(name.startswith(f"{path}/") for name in names) or (
            inside in names and bool(branch.beginning(inside, (f"{path}/",)))
        )

    for path in filter(is_there, branch.changes):
        pieces = path.split("/")
        if is_folder(path) or any(is_there("/".join(pieces[:length])) for length in range(2, len(pieces))):
            return True
    return False


def _partners(request: Request, judged: InParts) -> set[str]:
    """The partners of the app, of where it is, and of all that had its issuer."""
    homes = judged.that_had(f"issuer {request.environment} {request.issuer}")
    paths = [request.path] if request.path is not None else []
    bundles = {bundle_of(f"{home}/") for home in homes} | {bundle_of(path) for path in paths}
    return {request.subject.split("/")[1], *(name.removeprefix("partner/") for name in bundles)}


def _setting(space: Workspace, base: str, record: Callable[[App], Record]) -> Setting:
    policy = space.policy(base)
    today = space.now.astimezone(policy.timezone).date()
    # Of nothing that was kept it is asked whether it holds today.
    days: dict[str | None, str] = {None: today.isoformat()}
    windows = window_dates(space, policy, today)
    return Setting(lambda: policy, today, space.deployed_ids(), windows, (), days, lambda _corpus: record)


def _at_once(space: Workspace, overlay: Overlay, setting: Setting) -> Fleet:
    from launchwindow.validate import compared

    base, after = space.corpus(overlay.base), overlay.corpus
    facts = setting.facts(after._replace(partners=base.partners), base)
    return Fleet(compared(after, facts), base, after)


class _Merged:
    """The bundles of a commit's files, with those that a branch changed."""

    def __init__(self, before: Bundles, changes: Mapping[str, Entry | None]) -> None:
        self._before = before
        groups: dict[str, dict[str, Entry]] = {}
        for path, entry in changes.items():
            name = bundle_of(path)
            if name not in groups:
                groups[name] = dict(before.open(name)) if name in before.bundles() else {}
            groups[name].pop(path, None)
            groups[name] |= {} if entry is None else {path: entry}
        self._changed = Grouped({name: group for name, group in groups.items() if group})
        self._names = groups.keys()
        self._bundles = {name: content for name, content in before.bundles().items() if name not in groups}
        self._bundles |= self._changed.bundles()

    def bundles(self) -> Mapping[str, str]:
        """As of any bundles."""
        return self._bundles

    def open(self, name: str) -> Mapping[str, Entry]:
        """As of any bundles."""
        return (self._changed if name in self._names else self._before).open(name)

    def beginning(self, name: str, beginnings: tuple[str, ...]) -> Mapping[str, Entry]:
        """As of any bundles."""
        return (self._changed if name in self._names else self._before).beginning(name, beginnings)

    def since(self, _name: str) -> Since | None:
        """As of any bundles."""
        return None
