"""A commit is about to be made, or somebody wants to know: judge the files (`check`)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from launchwindow.events.answer import Answer
from launchwindow.io.files import WorkTree
from launchwindow.io.resources import schema
from launchwindow.load.corpus import load_corpus, load_policy
from launchwindow.load.plain import advice, shown
from launchwindow.model.errors import NotPossible, PolicyError
from launchwindow.model.rule import Facts
from launchwindow.report.findings import check_json, check_text
from launchwindow.rules import RULES
from launchwindow.validate import validate
from launchwindow.windows import calendar_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from launchwindow.events.workspace import Workspace
    from launchwindow.model.policy import Policy


def check(space: Workspace, paths: Sequence[str], *, staged: bool, colour: bool) -> Answer:
    """Judge every app and partner of the work tree, or of the index; show what concerns `paths` when some are given.

    Raises `PolicyError` when `policy.yaml` is wrong, `NotPossible` when there is no app at all: that is no clean bill.
    """
    snapshot = space.git.index_snapshot() if staged else WorkTree(space.directory)
    policy = load_policy(snapshot)
    corpus = load_corpus(snapshot, policy)
    problems = policy_problems(policy)
    if problems:
        raise PolicyError(tuple(f"policy.yaml: {problem}." for problem in problems))
    today = space.now.astimezone(policy.timezone).date()
    facts = Facts(corpus, policy, today, space.deployed_apps(), schema, _window_dates(space, policy, today))
    findings = validate(corpus, facts)
    apps = len(corpus.apps)
    if not apps and not any(one.blocks for one in findings):
        where = "the index" if staged else str(space.directory)
        raise NotPossible(
            f"No app was found in {where}: there is no apps/<partner>/<app>/<environment>.yaml. "
            "Use --repo DIR to name the repository."
        )
    # Where no app is left, whatever stands in their place concerns every path.
    shown = [one for one in findings if not paths or not apps or any(_beneath(one.file, path) for path in paths)]
    status = 1 if any(one.blocks for one in shown) else 0
    return Answer(check_text(shown, apps, colour=colour), check_json(shown, apps), status)


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


def _beneath(file: str, path: str) -> bool:
    return file == path or file.startswith(path.rstrip("/") + "/")


def _window_dates(space: Workspace, policy: Policy, today: date) -> Callable[[str], date]:
    @cache
    def earliest(environment: str) -> date:
        demands = policy.environments[environment]
        days = demands.notice_days.default if demands.windows else 0
        return space.calendar(policy).next_from(today.fromordinal(today.toordinal() + days)).date

    return earliest
