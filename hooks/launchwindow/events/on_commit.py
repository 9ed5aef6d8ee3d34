"""A commit is about to be made, or somebody wants to know: judge the files (`check`)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from launchwindow.events.answer import Answer
from launchwindow.events.check_formats import Checked, renderings
from launchwindow.events.in_parts import InParts
from launchwindow.events.kept_parts import KeptParts
from launchwindow.events.opening import is_beneath
from launchwindow.events.setting import window_dates, words_of
from launchwindow.events.sides import Revision
from launchwindow.io.clock import stopwatch
from launchwindow.io.git import Git, GitSnapshot, IndexSnapshot
from launchwindow.io.kept import Kept, cache_folder
from launchwindow.io.version import code_version
from launchwindow.model.named import NamedTuple
from launchwindow.model.snapshot import Some
from launchwindow.parts import Verdict
from launchwindow.report.findings import check_json, check_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from launchwindow.events.workspace import Workspace
    from launchwindow.io.files import WorkTree
    from launchwindow.model.app import App, Corpus
    from launchwindow.model.document import Document
    from launchwindow.model.policy import Policy
    from launchwindow.model.rotation import Record
    from launchwindow.model.rule import Facts
    from launchwindow.model.snapshot import Bundles, Entry, Snapshot


class _Compared(NamedTuple):
    """A verdict, and whether what was judged was compared with a revision."""

    verdict: Verdict
    compared: bool


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
    # A folder with a file's name changes what is told of all that lies in it: no part of it stands for itself.
    whole = since is not None or snapshot.has_folders_for_files
    (findings, apps, all_files), compared = (
        _at_once(space, snapshot, since, staged=staged)
        if whole
        else _in_parts(space, snapshot, staged, Kept(folder, space.root))
    )
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


def _in_parts(space: Workspace, snapshot: IndexSnapshot | WorkTree, staged: bool, file: Kept) -> _Compared:
    """What is judged by its own policy: only what changed since an earlier run is found out anew."""
    changes = space.git.staged_changes() if staged else {}
    if isinstance(snapshot, IndexSnapshot):
        snapshot.listing.note_changes(changes)
    # Where nothing is staged, somebody wants to know how all of it stands.
    files: Bundles = snapshot.listing if isinstance(snapshot, IndexSnapshot) else snapshot
    read = _from_git(space) if staged else lambda some, _apart: Some(some, snapshot)
    revision = Revision(files, read, changes, _from_git(space) if changes else None)
    kept = file.load()
    version = code_version()
    of_policy = files.open("policy.yaml") if "policy.yaml" in files.bundles() else {}
    own = read(of_policy, False)
    policy = of_policy["policy.yaml"].blob if of_policy else ""
    words = words_of(space, lambda: _sound_policy(space, own), version, policy, _words(kept.get("head")))
    setting = words.setting(version, space.deployed_ids(), lambda corpus: _records(space, corpus))
    parts = KeptParts(kept, setting.common, setting.days)
    in_parts = InParts(setting, revision, parts, _after_a_second(space.step))
    verdict = in_parts.judge()
    parts.save(file, words.kept(), in_parts.bundles)
    return _Compared(verdict, bool(changes))


def _after_a_second(step: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """Whoever waits for less wants to see nothing but the answer."""
    seconds = stopwatch()

    def told(done: int, total: int) -> None:
        if seconds() > 1:
            step(done, total)

    return told


def _words(head: object) -> object:
    return head.get("policy") if isinstance(head, dict) else None


def _from_git(space: Workspace) -> Callable[[Mapping[str, Entry], bool], Snapshot]:
    return lambda some, apart: GitSnapshot(Git(space.root) if apart else space.git, some)


def _at_once(space: Workspace, snapshot: Snapshot, since: str | None, *, staged: bool) -> _Compared:
    """Everything read and judged together: what is judged by another revision, and what the parts are held to."""
    from launchwindow.validate import mark_existing, moved, validate

    corpus, facts, base = _judged(space, snapshot, since, staged=staged)
    findings = validate(corpus, facts)
    if findings and base is not None:
        findings = mark_existing(findings, validate(base, facts._replace(base=None)), moved(base, corpus))
    files = [*(app.path for app in corpus.apps), *(partner.path for partner in corpus.partners.values())]
    return _Compared(Verdict(findings, len(corpus.apps), lambda: files), base is not None)


def _sound_policy(space: Workspace, snapshot: Snapshot) -> tuple[Policy, object]:
    """The snapshot's policy, and its plain data. Raises `PolicyError` when it is wrong."""
    from launchwindow.load.corpus import load_policy

    plain: list[object] = []

    def parse(path: str, data: bytes) -> Document:
        document = space.parse(path, data)
        plain.append(document.data)
        return document

    return _checked_policy(load_policy(snapshot, parse)), plain[0]


def _checked_policy(policy: Policy) -> Policy:
    problems = policy_problems(policy)
    if problems:
        from launchwindow.model.errors import PolicyError

        raise PolicyError(tuple(f"policy.yaml: {problem}." for problem in problems))
    return policy


def _judged(
    space: Workspace, snapshot: Snapshot, since: str | None, *, staged: bool
) -> tuple[Corpus, Facts, Corpus | None]:
    """What is judged, by what, and what it is compared with."""
    from launchwindow.io.resources import schema
    from launchwindow.load.corpus import load_corpus, load_policy
    from launchwindow.model.day import Dates
    from launchwindow.model.rule import Facts

    judge_commit = None if since is None else space.commit(since)
    policy = _checked_policy(load_policy(snapshot) if judge_commit is None else space.policy(judge_commit))
    corpus = load_corpus(snapshot, policy, space.parse)
    base = _base(space, snapshot, judge_commit, policy, staged=staged)
    partners = corpus.partners if judge_commit is None else space.corpus(judge_commit).partners
    today = space.now.astimezone(policy.timezone).date()
    deployed = space.deployed_ids()
    facts = Facts(
        corpus._replace(partners=partners), policy, Dates(today, window_dates(space, policy, today)), deployed, schema,
        base, None if deployed is None else _records(space, corpus),
    )  # fmt: skip
    return corpus, facts, base


def _records(space: Workspace, corpus: Corpus) -> Callable[[App], Record]:
    """What `Facts.records` has; few commits change a certificate, so nothing of it is loaded before."""

    @cache
    def records() -> Callable[[App], Record]:
        from launchwindow.events.records import records

        return records(space, corpus)

    return lambda app: records()(app)


def _base(
    space: Workspace, snapshot: Snapshot, judge_commit: str | None, policy: Policy, *, staged: bool
) -> Corpus | None:
    """What was there before: where this branch left `since`, or HEAD for what is staged and differs from it."""
    head = space.git.resolve("HEAD")
    if judge_commit is not None:
        commit = (space.git.merge_base(judge_commit, head) if head else None) or judge_commit
    elif staged and head is not None:
        commit = head
    else:
        return None
    before = space.git.snapshot(commit)
    if judge_commit is None and before.entries == snapshot.entries:
        # Nothing is staged: somebody wants to know how all of it stands.
        return None
    from launchwindow.load.corpus import load_corpus

    return load_corpus(before, policy, space.parse)


def policy_problems(policy: Policy) -> tuple[str, ...]:
    """What is wrong with a policy beyond its own file: unknown rules, and windows that can't be found.

    The windows are only looked at where the policy departs from plain weekdays: it takes the holidays to judge them.
    """
    from launchwindow.load.plain import advice, shown
    from launchwindow.rules import RULES
    from launchwindow.windows import calendar_problems

    known = [rule.id for rule in RULES]
    unknown = tuple(
        f"rules: there is no rule {shown(name)}; {advice(name, known).rstrip('.')}"
        for name in policy.severities if name not in known
    )  # fmt: skip
    windows = policy.windows
    special = windows.moved or windows.freezes or windows.closures
    return unknown + (calendar_problems(policy) if special else ())
