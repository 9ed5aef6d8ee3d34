"""Everything read and judged together: what can't be taken apart, and what the parts are held to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.against import where_it_left
from launchwindow.events.setting import checked_policy, records_of, window_dates
from launchwindow.parts import Verdict

if TYPE_CHECKING:
    from launchwindow.events.workspace import Workspace
    from launchwindow.model.app import Corpus
    from launchwindow.model.policy import Policy
    from launchwindow.model.rule import Facts
    from launchwindow.model.snapshot import Snapshot


def at_once(space: Workspace, snapshot: Snapshot, commit: str | None) -> tuple[Verdict, bool]:
    """Every app and partner, by the policy and partners of a commit, if there is one; whether it was compared."""
    from launchwindow.validate import compared

    corpus, facts = _judged(space, snapshot, commit)
    findings = compared(corpus, facts)
    files = [*(app.path for app in corpus.apps), *(partner.path for partner in corpus.partners.values())]
    return Verdict(findings, len(corpus.apps), lambda: files), commit is not None


def _judged(space: Workspace, snapshot: Snapshot, commit: str | None) -> tuple[Corpus, Facts]:
    """What is judged, and by what."""
    from launchwindow.io.resources import schema
    from launchwindow.load.corpus import load_corpus, load_policy
    from launchwindow.model.day import Dates
    from launchwindow.model.rule import Facts

    policy = checked_policy(load_policy(snapshot) if commit is None else space.policy(commit))
    corpus = load_corpus(snapshot, policy, space.parse)
    base = _before(space, commit, policy) if commit is not None else None
    partners = corpus.partners if commit is None else space.corpus(commit).partners
    today = space.now.astimezone(policy.timezone).date()
    deployed = space.deployed_ids()
    return corpus, Facts(
        corpus._replace(partners=partners), policy, Dates(today, window_dates(space, policy, today)), deployed, schema,
        base, None if deployed is None else records_of(space, corpus),
    )  # fmt: skip


def _before(space: Workspace, commit: str, policy: Policy) -> Corpus:
    """What was there where this branch left that commit's history."""
    from launchwindow.load.corpus import load_corpus

    return load_corpus(space.git.snapshot(where_it_left(space, commit)), policy, space.parse)
