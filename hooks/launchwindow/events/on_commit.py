"""A commit is about to be made, or somebody wants to know: judge the files (`check`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.answer import Answer
from launchwindow.events.check_formats import Checked, renderings
from launchwindow.events.in_parts import InParts
from launchwindow.events.kept_parts import KeptParts
from launchwindow.events.opening import is_beneath
from launchwindow.events.setting import checked_policy, records_of, sound_policy, words_of
from launchwindow.events.sides import Revision
from launchwindow.io.clock import stopwatch
from launchwindow.io.git import Git, GitSnapshot, IndexSnapshot
from launchwindow.io.kept import Kept, cache_folder
from launchwindow.io.version import code_version
from launchwindow.model.errors import RepositoryError
from launchwindow.model.snapshot import Some
from launchwindow.report.findings import check_json, check_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from launchwindow.events.sides import Read
    from launchwindow.events.workspace import Workspace
    from launchwindow.io.files import WorkTree
    from launchwindow.model.policy import Policy
    from launchwindow.model.snapshot import Bundles, Entry, Snapshot
    from launchwindow.parts import Verdict


def check(
    space: Workspace, paths: Sequence[str], *, staged: bool, since: str | None, colour: bool, cache: bool = True
) -> Answer:
    """Judge every app and partner of the work tree, or of the index; show what concerns `paths` when some are given.

    With `since`, a revision, the judge is that revision's policy and partners, and what its history with this branch
    already had does not block. With `staged` alone, nothing that HEAD has blocks a commit that changes something else.
    Without `cache` nothing that an earlier run found out is used, nor kept for a later one.
    Raises `PolicyError` when the policy is wrong, `NotPossible` when there is no app at all: that is no clean bill.
    """
    folder = cache_folder() if cache else None
    space.begin_deployed_ids()
    index = space.git.index_snapshot() if staged else None
    snapshot = index or _work_tree(space, Kept(folder, f"files of {space.root}"))
    (findings, apps, all_files), compared = _judged(space, snapshot, since, folder)
    if not apps and not any(one.blocks for one in findings):
        from launchwindow.model.errors import NotPossible

        where = "the index" if staged else space.root
        raise NotPossible(
            f"No app was found in {where}: there is no apps/<partner>/<app>/<environment>.yaml. "
            "Use --repo DIR to name the repository."
        )
    # Where no app is left, whatever stands in their place concerns every path.
    shown = [one for one in findings if not paths or not apps or any(is_beneath(one.file, path) for path in paths)]
    status = 1 if any(one.blocks for one in shown) else 0
    text = check_text(shown, apps, colour=colour)

    def files() -> list[str]:
        return [file for file in all_files() if not paths or any(is_beneath(file, path) for path in paths)]

    checked = Checked(space.root, shown, files, apps, compared)
    return Answer(text, check_json(shown, apps), status, renderings(checked))


def _work_tree(space: Workspace, file: Kept) -> WorkTree:
    """The work tree, of which only those files are read that changed since they were read last."""
    from launchwindow.io.files import WorkTree
    from launchwindow.io.seen import Memory

    memory = Memory(space.root, file.load())
    tree = WorkTree(space.root, memory, _load_the_rules)
    memory.save(file, tree.bundles())
    return tree


def _load_the_rules() -> None:
    import launchwindow.load.corpus
    import launchwindow.told
    import launchwindow.validate  # noqa: F401


def _judged(
    space: Workspace, snapshot: IndexSnapshot | WorkTree, since: str | None, folder: str | None
) -> tuple[Verdict, bool]:
    """The verdict, and whether what was judged was compared with something."""
    found = None
    commit = space.commit(since) if since is not None else None
    # A folder with a file's name changes what is told of all that lies in it: no part of it stands for itself.
    if not snapshot.has_folders_for_files:
        found = (_by_itself(space, snapshot, Kept(folder, space.root)) if commit is None
                 else _by_commit(space, snapshot, commit, folder))  # fmt: skip
    if found is not None:
        return found
    from launchwindow.events.at_once import at_once

    return at_once(space, snapshot, commit)


def _by_itself(space: Workspace, snapshot: IndexSnapshot | WorkTree, file: Kept) -> tuple[Verdict, bool]:
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


def _by_commit(
    space: Workspace, snapshot: IndexSnapshot | WorkTree, commit: str, folder: str | None
) -> tuple[Verdict, bool] | None:
    """The verdict by the policy and partners of a commit, compared with where that commit's history was left.

    None where only all of it at once can be judged. `folder` is where earlier runs kept what they found out.
    """
    from launchwindow.events.against import Against, judge_of, judged_by

    try:
        judge = judge_of(space, commit)
        branch = Against(_bundles(snapshot), judge.before)
        own = _policy_in(branch)
    except RepositoryError:
        # What can't be compared, such as a conflict, can't be judged either; whoever tries to says why.
        return None
    # What was kept by another policy stays for whoever judges by that one.
    file = Kept(folder if own == judge.policy else None, space.root)
    judging = _Judging(space, file, judge.policy, lambda: _policy_of(space, commit), commit)
    judging.setting = judged_by(judging.setting, judge.partners(branch), _from_git(space), space.parse)
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
        self.setting = self._words.setting(version, space.deployed_ids(), lambda corpus: records_of(space, corpus))

    def verdict(self, revision: Revision) -> Verdict:
        """What is found in a revision."""
        parts = KeptParts(self._found, self.setting.common, self.setting.days)
        in_parts = InParts(self.setting, revision, parts, _after_a_second(self._step))
        verdict = in_parts.judge()
        parts.save(self._file, self._words.kept(), in_parts.bundles)
        return verdict


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
