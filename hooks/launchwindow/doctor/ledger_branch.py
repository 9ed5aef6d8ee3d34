"""The ledger's branch on GitHub: who may write to it, and whether its history can be taken away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.doctor.codeowners import translated
from launchwindow.doctor.guards import ADMIN, MACHINES, Guards, demanded, exempt_by, guards_of
from launchwindow.model.doctor import Check, Said, Settings, Unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from launchwindow.model.doctor import Facts

_SECTION = "The ledger's branch"
_RULESETS = "Settings → Rules → Rulesets → New ruleset → Import a ruleset"
_A_WORKFLOW = ".github/workflows/new.yml"


def _settings(facts: Facts) -> Settings:
    assert facts.settings is not None
    return facts.settings


def _guards(facts: Facts) -> Guards:
    return guards_of(_settings(facts), facts.ledger_branch)


def is_machine(who: str) -> bool:
    """Whether an exception is for something that no person is."""
    return who.startswith(MACHINES)


def _push(facts: Facts) -> Said:
    guards = _guards(facts)
    found = guards.giving("update")
    if not found:
        return demanded(guards, found, "", f"Everybody who may write can push to {facts.ledger_branch}")
    writers = [one.exempt_from("update") for one in found]
    # All of them apply: one that lets only machines in keeps people out, whatever the others say.
    strict = [one for one in writers if one is not None and all(is_machine(who) for who in one)]
    if not strict and None in writers:
        return Said("unknown", f"This token may not see who may push to {facts.ledger_branch}.", ADMIN)
    if not strict:
        people = dict.fromkeys(who for one in writers for who in one or () if not is_machine(who))
        return Said("error", f"Not only the workflows may push to {facts.ledger_branch}: {', '.join(people)} may too.")
    names = min(strict, key=len)
    if not names:
        mend = "Put the workflows' deploy key into the bypass list of the ruleset that restricts updates."
        return Said("error", f"Nobody may push to {facts.ledger_branch}: no run can record anything.", mend)
    if "GitHub Actions" in names and _workflows(facts).verdict != "ok":
        return Said("error", f"GitHub Actions may push to {facts.ledger_branch}, and so may whoever can put a workflow "
                             "on a branch of this repository.")  # fmt: skip
    return Said("ok", f"Only {', '.join(names)} may push to {facts.ledger_branch}.")


def _deletion(facts: Facts) -> Said:
    guards, branch = _guards(facts), facts.ledger_branch
    return demanded(guards, guards.giving("deletion"), f"{branch} can't be deleted.", f"{branch} can be deleted")


def _force(facts: Facts) -> Said:
    guards, branch = _guards(facts), facts.ledger_branch
    found = guards.giving("non_fast_forward")
    return demanded(
        guards,
        found,
        f"{branch} takes no force push; ours never is one.",
        f"{branch} can be overwritten by a force push",
    )


def _bypass(facts: Facts) -> Said | None:
    from launchwindow.doctor.main_branch import exempt_said

    guards = _guards(facts)
    wanted = [(rule, guards.giving(rule)) for rule in ("non_fast_forward", "deletion")]
    said = exempt_said(wanted, guards, f"what keeps the history of {facts.ledger_branch}")
    if said is None or said.verdict != "error":
        return said
    mend = "Keep the rules against deletion and force pushes in a ruleset of their own, with an empty bypass list: "
    return Said("error", said.text, f"{mend}`.github/rulesets/ledger.json`.")


def _workflows(facts: Facts) -> Said:
    """Whether a push that touches workflows is refused on every branch."""
    settings = _settings(facts)
    if isinstance(settings.listed, Unread):
        return Said("unknown", f"The rulesets can't be read: {settings.listed.why}.", ADMIN)
    about = [settings.rulesets[one["id"]] for one in settings.listed if one.get("target") == "push"]
    unread = [one.why for one in about if isinstance(one, Unread)]
    covering = [one for one in about if not isinstance(one, Unread) and _covers(one)]
    if not covering:
        wrong = (
            "Everybody who may write can put a workflow on a branch, and run it there with a token of this repository"
        )
        return (
            Said("unknown", f"{wrong}, as far as can be seen: {unread[0]}.") if unread else Said("warning", f"{wrong}.")
        )
    exempt = [exempt_by(one) for one in covering]
    if any(one is None for one in exempt):
        return Said("unknown", "This token may not see who may push workflows.", ADMIN)
    names = list(dict.fromkeys(who for one in exempt for who in (one or {}).get("*", ())))
    broad = [one for one in names if "write" in one or "maintain" in one]
    if broad:
        return Said("warning", f"Workflows may be pushed by {', '.join(broad)}.")
    return Said("ok", f"Workflows may be pushed by {', '.join(names) or 'nobody'} alone.")


def _covers(ruleset: Mapping[str, Any]) -> bool:
    patterns = (
        pattern
        for rule in ruleset.get("rules", ())
        if rule["type"] == "file_path_restriction"
        for pattern in rule["parameters"]["restricted_file_paths"]
    )
    return ruleset["enforcement"] == "active" and any(_matches(patterns))


def _matches(patterns: Iterable[str]) -> Iterator[bool]:
    for pattern in patterns:
        yield re.fullmatch(translated(pattern.removeprefix("/")), _A_WORKFLOW) is not None


def _keys(facts: Facts) -> Said:
    keys = _settings(facts).keys
    if isinstance(keys, Unread):
        return Said("unknown", f"The deploy keys can't be read: {keys.why}.", ADMIN)
    if len(keys) > 1:
        return Said("warning", f"{len(keys)} deploy keys may write: {', '.join(keys)}.")
    return Said("ok", f"{len(keys)} deploy keys may write.")


def _tags(facts: Facts) -> Said:
    tags = _settings(facts).tags
    if isinstance(tags, Unread):
        return Said("unknown", f"The tags can't be read: {tags.why}.")
    if tags:
        return Said("warning", f"There is a tag named like a branch: {', '.join(tags)}.")
    return Said("ok", f"No tag is named like {facts.main} or {facts.ledger_branch}.")


CHECKS = (
    Check("ledger-push", "They could record an approval that nobody gave, or write to the IdP's files directly.",
          f"{_RULESETS} → `.github/rulesets/ledger-writers.json`, and give the workflows a deploy key "
          "(docs/security.md says how).", _SECTION, _push, github=True),
    Check("ledger-deletion", "All that was approved, released and confirmed could be lost.",
          f"{_RULESETS} → `.github/rulesets/ledger.json`.", _SECTION, _deletion, github=True),
    Check("ledger-force-push", "An entry of the ledger could be taken away or exchanged without a trace.",
          f"{_RULESETS} → `.github/rulesets/ledger.json`.", _SECTION, _force, github=True),
    Check("ledger-bypass", "They could take an entry of the ledger away without a trace.",
          f"{_RULESETS} → `.github/rulesets/ledger.json`.", _SECTION, _bypass, github=True),
    Check("deploy-keys", "Whoever has one of them may push wherever deploy keys may: GitHub takes them for one.",
          "Settings → Deploy keys: delete all that write but the workflows' own.", _SECTION, _keys,
          github=True),
    Check("workflow-pushes", "A workflow on a branch needs no review to run. It can ask for a token that writes to "
          "contents, issues and checks: whatever GitHub Actions may do, it may.",
          f"{_RULESETS} → `.github/rulesets/workflows.json`; where the plan has no push rulesets, keep the ledger's "
          "branch to a deploy key (docs/security.md says how).", "Workflows and Actions", _workflows, github=True),
    Check("tag-names", "Git takes the tag where a command of somebody's own names the branch.",
          "Delete the tag: `git push origin :refs/tags/NAME`.", _SECTION, _tags, github=True),
)  # fmt: skip
