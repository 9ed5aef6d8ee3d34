"""Judge in parts what lies here: by its own policy and partners, or by those of the commit that a branch is held to.

With what earlier runs kept, where there is anything: what they found out holds for whoever has the same files and is
judged by the same policy.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from launchwindow.events.in_parts import InParts
from launchwindow.events.kept_parts import KeptParts
from launchwindow.events.setting import checked_policy, sound_policy, words_of
from launchwindow.events.sides import Revision
from launchwindow.io.clock import stopwatch
from launchwindow.io.git import Git, GitSnapshot, IndexSnapshot
from launchwindow.io.kept import Kept
from launchwindow.io.version import code_version
from launchwindow.model.errors import RepositoryError
from launchwindow.model.snapshot import Some

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from launchwindow.events.sides import Read
    from launchwindow.events.workspace import Workspace
    from launchwindow.io.files import WorkTree
    from launchwindow.model.app import App, Corpus
    from launchwindow.model.policy import Policy
    from launchwindow.model.rotation import Record
    from launchwindow.model.snapshot import Bundles, Entry, Snapshot
    from launchwindow.parts import Verdict


def by_itself(space: Workspace, snapshot: IndexSnapshot | WorkTree, file: Kept) -> tuple[Verdict, bool]:
    """The verdict by its own policy and partners, and whether anything was compared: what is staged, with HEAD."""
    changes = space.git.staged_changes() if isinstance(snapshot, IndexSnapshot) else {}
    if isinstance(snapshot, IndexSnapshot):
        snapshot.listing.note_changes(changes)
    files, read = _bundles(snapshot), _reading(space, snapshot)
    policy = _policy_in(files)
    own = read({"policy.yaml": policy} if policy is not None else {}, False)
    judging = _Judging(space, file, policy, lambda: sound_policy(space, own))
    # Where nothing is staged, somebody wants to know how all of it stands.
    return judging.verdict(Revision(files, read, changes, _from_git(space) if changes else None)), bool(changes)


def by_commit(
    space: Workspace, snapshot: IndexSnapshot | WorkTree, commit: str, folder: str | None
) -> tuple[Verdict, bool] | None:
    """The verdict by the policy and partners of a commit, compared with where that commit's history was left.

    None where only all of it at once can be judged. `folder` is where earlier runs kept what they found out.
    """
    from launchwindow.events.against import Against, judge_of

    try:
        judge = judge_of(space, commit)
        branch = Against(_bundles(snapshot), judge.before)
        own = _policy_in(branch)
    except RepositoryError:
        # What can't be compared, such as a conflict, can't be judged either; whoever tries to says why.
        return None
    if not judge.has_the_partners_of(branch):
        return None
    # What was kept by another policy stays for whoever judges by that one.
    file = Kept(folder if own == judge.policy else None, space.root)
    judging = _Judging(space, file, judge.policy, lambda: _policy_of(space, commit), commit)
    return judging.verdict(Revision(branch, _reading(space, snapshot), branch.changes, _from_git(space))), True


class _Judging:
    """By what all of it is judged, as far as it was kept; and where to keep what is found out."""

    def __init__(
        self, space: Workspace, file: Kept, policy: Entry | None, read: Callable[[], tuple[Policy, object]],
        commit: str | None = None,
    ) -> None:  # fmt: skip
        """`read` gives the policy of that file, which may be a commit's, and its plain data."""
        self._step, self._file, self._found = space.step, file, file.load()
        head = self._found.get("head")
        kept = head.get("policy") if isinstance(head, dict) else None
        # A link may have the bytes of what was a policy, and is none.
        blob = policy.blob if policy is not None and policy.kind == "file" else ""
        version = code_version()
        self._words = words_of(space, read, version, blob, kept, commit)
        self._setting = self._words.setting(version, space.deployed_apps(), lambda corpus: records_of(space, corpus))

    def verdict(self, revision: Revision) -> Verdict:
        """What is found in a revision."""
        parts = KeptParts(self._found, self._setting.common, self._setting.days)
        in_parts = InParts(self._setting, revision, parts, _after_a_second(self._step))
        verdict = in_parts.judge()
        parts.save(self._file, self._words.kept(), in_parts.bundles)
        return verdict


def records_of(space: Workspace, corpus: Corpus) -> Callable[[App], Record]:
    """What `Facts.records` has; few commits change a certificate, so nothing of it is loaded before."""

    @cache
    def records() -> Callable[[App], Record]:
        from launchwindow.events.records import records

        return records(space, corpus)

    return lambda app: records()(app)


def _bundles(snapshot: IndexSnapshot | WorkTree) -> Bundles:
    return snapshot.listing if isinstance(snapshot, IndexSnapshot) else snapshot


def _reading(space: Workspace, snapshot: IndexSnapshot | WorkTree) -> Read:
    """How to read some of the files."""
    return _from_git(space) if isinstance(snapshot, IndexSnapshot) else lambda some, _apart: Some(some, snapshot)


def _from_git(space: Workspace) -> Callable[[Mapping[str, Entry], bool], Snapshot]:
    return lambda some, apart: GitSnapshot(Git(space.root) if apart else space.git, some)


def _policy_in(files: Bundles) -> Entry | None:
    return files.open("policy.yaml").get("policy.yaml") if "policy.yaml" in files.bundles() else None


def _policy_of(space: Workspace, commit: str) -> tuple[Policy, object]:
    """A commit's policy, and its plain data. Raises `PolicyError` when it is wrong."""
    policy = checked_policy(space.policy(commit))
    file = GitSnapshot(space.git, space.git.beneath(commit, "policy.yaml") or {})
    return policy, space.parse("policy.yaml", file.read(["policy.yaml"])["policy.yaml"]).data


def _after_a_second(step: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """Whoever waits for less wants to see nothing but the answer."""
    seconds = stopwatch()

    def told(done: int, total: int) -> None:
        if seconds() > 1:
            step(done, total)

    return told
