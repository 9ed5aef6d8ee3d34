"""A commit is about to be made, or somebody wants to know: judge the files (`check`)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from launchwindow.events.answer import Answer
from launchwindow.events.check_formats import Checked, renderings
from launchwindow.events.opening import is_beneath
from launchwindow.io.files import WorkTree
from launchwindow.io.resources import schema
from launchwindow.load.corpus import load_corpus, load_policy
from launchwindow.load.plain import advice, shown
from launchwindow.model.errors import NotPossible, PolicyError
from launchwindow.model.rule import Facts
from launchwindow.report.findings import check_json, check_text
from launchwindow.rules import RULES
from launchwindow.validate import mark_existing, validate
from launchwindow.windows import calendar_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from launchwindow.events.workspace import Workspace
    from launchwindow.model.app import App, Corpus
    from launchwindow.model.policy import Policy
    from launchwindow.model.rotation import Record
    from launchwindow.model.snapshot import Snapshot


class _Judged(NamedTuple):
    """What is judged, by what, and what it is compared with."""

    corpus: Corpus
    facts: Facts
    base: Corpus | None


def check(space: Workspace, paths: Sequence[str], *, staged: bool, since: str | None, colour: bool) -> Answer:
    """Judge every app and partner of the work tree, or of the index; show what concerns `paths` when some are given.

    With `since`, a revision, the judge is that revision's policy and partners, and what its history with this branch
    already had does not block. With `staged` alone, nothing that HEAD has blocks a commit that changes something else.
    Raises `PolicyError` when the policy is wrong, `NotPossible` when there is no app at all: that is no clean bill.
    """
    judged = _judged(space, since, staged=staged)
    findings = validate(judged.corpus, judged.facts)
    if judged.base is not None:
        before = validate(judged.base, judged.facts._replace(base=None))
        findings = mark_existing(findings, before, moved(judged.base, judged.corpus))
    apps = len(judged.corpus.apps)
    if not apps and not any(one.blocks for one in findings):
        where = "the index" if staged else str(space.directory)
        raise NotPossible(
            f"No app was found in {where}: there is no apps/<partner>/<app>/<environment>.yaml. "
            "Use --repo DIR to name the repository."
        )
    # Where no app is left, whatever stands in their place concerns every path.
    shown = [one for one in findings if not paths or not apps or any(is_beneath(one.file, path) for path in paths)]
    status = 1 if any(one.blocks for one in shown) else 0
    text = check_text(shown, apps, colour=colour)
    files = [file for file in _files(judged.corpus) if not paths or any(is_beneath(file, path) for path in paths)]
    checked = Checked(space.directory, shown, files, apps, judged.base is not None)
    return Answer(text, check_json(shown, apps), status, renderings(checked))


def _files(corpus: Corpus) -> list[str]:
    return [*(app.path for app in corpus.apps), *(partner.path for partner in corpus.partners.values())]


def _judged(space: Workspace, since: str | None, *, staged: bool) -> _Judged:
    snapshot = space.git.index_snapshot() if staged else WorkTree(space.directory)
    judge_commit = None if since is None else space.commit(since)
    policy = load_policy(snapshot) if judge_commit is None else space.policy(judge_commit)
    problems = policy_problems(policy)
    if problems:
        raise PolicyError(tuple(f"policy.yaml: {problem}." for problem in problems))
    corpus = load_corpus(snapshot, policy, space.parse)
    base = _base(space, snapshot, judge_commit, policy, staged=staged)
    partners = corpus.partners if judge_commit is None else space.corpus(judge_commit).partners
    today = space.now.astimezone(policy.timezone).date()
    deployed = space.deployed_apps()
    facts = Facts(
        corpus._replace(partners=partners), policy, today, deployed, schema, window_dates(space, policy, today), base,
        None if deployed is None else _records(space, corpus),
    )  # fmt: skip
    return _Judged(corpus, facts, base)


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
    return load_corpus(before, policy, space.parse)


def moved(base: Corpus, corpus: Corpus) -> dict[str, str]:
    """For each app's file of before, where the app, by its issuer, is now."""
    places = {(app.environment, app.issuer): app.path for app in corpus.apps if app.issuer}
    found = {app.path: places.get((app.environment, app.issuer)) for app in base.apps if app.issuer}
    return {before: now for before, now in found.items() if now is not None}


def policy_problems(policy: Policy) -> tuple[str, ...]:
    """What is wrong with a policy beyond its own file: unknown rules, and windows that can't be found.

    The windows are only looked at where the policy departs from plain weekdays: it takes the holidays to judge them.
    """
    known = [rule.id for rule in RULES]
    unknown = tuple(
        f"rules: there is no rule {shown(name)}; {advice(name, known).rstrip('.')}"
        for name in policy.severities if name not in known
    )  # fmt: skip
    windows = policy.windows
    special = windows.moved or windows.freezes or windows.closures
    return unknown + (calendar_problems(policy) if special else ())


def window_dates(space: Workspace, policy: Policy, today: date) -> Callable[[str], date]:
    """Environment -> the earliest window for what is asked for today, as `Facts.window_date` has it."""

    @cache
    def earliest(environment: str) -> date:
        demands = policy.environments[environment]
        days = demands.notice_days.default if demands.windows else 0
        return space.calendar(policy).next_from(today.fromordinal(today.toordinal() + days)).date

    return earliest
