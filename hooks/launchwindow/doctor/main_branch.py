"""Main on GitHub: what a change must pass before it is merged, and who may go round it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from launchwindow.doctor.guards import ACTIONS_APP, ADMIN, Guards, demanded, guards_of
from launchwindow.model.doctor import Check, Said, Settings, Unread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from launchwindow.doctor.guards import Guard
    from launchwindow.model.doctor import Facts, Verdict

CHECK = "launchwindow"
"""The check run of the workflow that judges pull requests: its job's name."""
_SECTION = "The branch main"
_RULESET = "Settings → Rules → Rulesets → the ruleset for main"
_IMPORT = "or import `.github/rulesets/main.json` there (New ruleset → Import a ruleset)"


def _guards(facts: Facts) -> Guards:
    assert isinstance(facts.settings, Settings)
    return guards_of(facts.settings, facts.main)


def _approvals(facts: Facts) -> int:
    return 1 if isinstance(facts.policy, Unread) else facts.policy.review.approvals


def _enough(facts: Facts) -> Callable[[Mapping[str, Any]], bool]:
    needed = _approvals(facts)
    return lambda one: int(one.get("required_approving_review_count", 0)) >= needed


def _flag(name: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda one: bool(one.get(name, False))


def _checked(parameters: Mapping[str, Any], *, source: bool = False) -> bool:
    """Whether our check is required; with `source`, only where it must come from GitHub Actions."""
    return any(
        one["context"] == CHECK and (not source or one.get("integration_id") == ACTIONS_APP)
        for one in parameters["required_status_checks"]
    )


def _pull_request(facts: Facts) -> Said:
    guards = _guards(facts)
    wrong = f"Anybody who may write can push to {facts.main} without a pull request"
    return demanded(guards, guards.giving("pull_request"), f"{facts.main} takes only pull requests.", wrong)


def _asked(
    facts: Facts, well: Callable[[Mapping[str, Any]], bool], good: str, wrong: str, verdict: Verdict
) -> Said | None:
    guards = _guards(facts)
    if not guards.giving("pull_request") and not guards.unread:
        # Said once, by the check for pull requests.
        return None
    return demanded(guards, guards.giving("pull_request", well), good, wrong, verdict)


def _approved(facts: Facts) -> Said | None:
    needed = _approvals(facts)
    wrong = f"A pull request can be merged with fewer than the {needed} that policy.yaml asks for (review.approvals)"
    return _asked(facts, _enough(facts), f"Approvals needed: {needed} or more.", wrong, "error")


def _stale(facts: Facts) -> Said | None:
    good, wrong = "A push takes earlier approvals back.", "An approval stays when something is pushed after it"
    return _asked(facts, _flag("dismiss_stale_reviews_on_push"), good, wrong, "error")


def _owners(facts: Facts) -> Said | None:
    good, wrong = "Code owners must approve.", "What CODEOWNERS says is not asked for: anybody's approval will do"
    return _asked(facts, _flag("require_code_owner_review"), good, wrong, "error")


def _last_push(facts: Facts) -> Said | None:
    good = "Somebody else than who pushed last must approve."
    return _asked(
        facts, _flag("require_last_push_approval"), good, "Who pushed last may be the one who approves", "error"
    )


def _conversations(facts: Facts) -> Said | None:
    good, wrong = "Open conversations block a merge.", "A pull request can be merged with open questions of a reviewer"
    return _asked(facts, _flag("required_review_thread_resolution"), good, wrong, "warning")


def _check(facts: Facts) -> Said:
    guards = _guards(facts)
    wrong = f"The check `{CHECK}` is not required"
    return demanded(
        guards, guards.giving("required_status_checks", _checked), f"The check `{CHECK}` is required.", wrong
    )


def _source(facts: Facts) -> Said | None:
    guards = _guards(facts)
    if not guards.giving("required_status_checks", _checked) and not guards.unread:
        return None
    found = guards.giving("required_status_checks", lambda one: _checked(one, source=True))
    wrong = f"The check `{CHECK}` may come from any source, not only from GitHub Actions"
    return demanded(guards, found, f"The check `{CHECK}` must come from GitHub Actions.", wrong)


def _strict(facts: Facts) -> Said | None:
    if not _guards(facts).giving("required_status_checks"):
        return None
    strict = _guards(facts).giving("required_status_checks", _flag("strict_required_status_checks_policy"))
    if strict:
        return Said("ok", "A branch must be up to date with main before it is merged: each is judged as it will be.")
    return Said("ok", "A branch need not be up to date with main: two that fit main, but not each other, can both be "
                      "merged. The release judges the whole again, and leaves the later one behind.")  # fmt: skip


def _force(facts: Facts) -> Said:
    guards = _guards(facts)
    wrong = f"{facts.main} can be overwritten by a force push"
    return demanded(guards, guards.giving("non_fast_forward"), f"{facts.main} takes no force push.", wrong)


def _deletion(facts: Facts) -> Said:
    guards = _guards(facts)
    return demanded(
        guards, guards.giving("deletion"), f"{facts.main} can't be deleted.", f"{facts.main} can be deleted"
    )


def _methods(facts: Facts) -> Said:
    linear = _guards(facts).giving("required_linear_history")
    kept = "Main's history is kept linear; squash and rebase merges" if linear else "Merge, squash and rebase merges"
    return Said("ok", f"{kept} are understood, and read alike.")


def _bypass(facts: Facts) -> Said | None:
    guards = _guards(facts)
    reviews = ("dismiss_stale_reviews_on_push", "require_code_owner_review", "require_last_push_approval")
    wanted = [("pull_request", guards.giving("pull_request", well)) for well in (_enough(facts), *map(_flag, reviews))]
    wanted += [("required_status_checks", guards.giving("required_status_checks", _checked))]
    wanted += [(rule, guards.giving(rule)) for rule in ("non_fast_forward", "deletion")]
    return exempt_said(wanted, guards, f"what {facts.main} demands")


def exempt_said(wanted: list[tuple[str, list[Guard]]], guards: Guards, what: str) -> Said | None:
    """Who may go round demands: nobody, where each has a guard without exceptions."""
    named: dict[str, None] = {}
    unseen: dict[str, None] = {}
    for rule, found in wanted:
        exempt = [(one.name, one.exempt_from(rule)) for one in found]
        if any(who == () for _, who in exempt):
            continue
        unseen |= dict.fromkeys(guards.unread)
        unseen |= dict.fromkeys(
            f"this token may not see who is exempt from {name}" for name, who in exempt if who is None
        )
        named |= dict.fromkeys(one for _, who in exempt for one in who or ())
    if unseen:
        seen = f" (as far as can be seen: {', '.join(named)})" if named else ""
        return Said("unknown", f"Who is exempt from {what} can't be told{seen}: {'; '.join(unseen)}.", ADMIN)
    if named:
        return Said("error", f"Exempt from {what}: {', '.join(named)}.")
    return Said("ok", f"Nobody is exempt from {what}.") if any(found for _, found in wanted) else None


def _of_main(name: str, danger: str, setting: str, examine: Callable[[Facts], Said | None]) -> Check:
    return Check(name, danger, f"{_RULESET} → {setting}; {_IMPORT}.", _SECTION, examine, github=True)


CHECKS = (
    _of_main("main-pull-request", "Policy, partners, workflows and the code that judges could be changed by one person "
             "alone.", "tick “Require a pull request before merging”", _pull_request),
    _of_main("main-approvals", "A change of policy.yaml or partners/ would be in force without the review that it "
             "needs.", "set “Required approvals”", _approved),
    _of_main("main-stale-reviews", "Somebody could have harmless content approved, push other content, and merge that. "
             "For apps the approval would not count; for policy.yaml and partners/ nothing else stops it.",
             "tick “Dismiss stale pull request approvals when new commits are pushed”", _stale),
    _of_main("main-code-owners", "Anybody with write access could approve a change of policy, partners or workflows.",
             "tick “Require review from Code Owners”", _owners),
    _of_main("main-last-push", "A reviewer could push to somebody's branch and approve their own work.",
             "tick “Require approval of the most recent reviewable push”", _last_push),
    _of_main("main-conversations", "A reviewer's question could be merged over.",
             "tick “Require conversation resolution before merging”", _conversations),
    _of_main("main-check", "A change that breaks the rules could be merged; the release would refuse it, but late.",
             f"tick “Require status checks to pass”, and add `{CHECK}`", _check),
    _of_main("main-check-source", "Any app or person with write access could report the check as passed.",
             f"set the source of `{CHECK}` to “GitHub Actions”", _source),
    _of_main("main-check-strict", "", "“Require branches to be up to date before merging”", _strict),
    _of_main("main-force-push", "What was approved and merged could vanish from history. `request` would stop and say "
             "so.", "tick “Block force pushes”", _force),
    _of_main("main-deletion", "Main could be deleted and begun anew without its history.",
             "tick “Restrict deletions”", _deletion),
    _of_main("main-merge-methods", "", "“Allowed merge methods”", _methods),
    _of_main("main-bypass", "They could merge or push without any review, and their content would count as main's.",
             "empty the bypass list; in classic protection tick “Do not allow bypassing the above settings”", _bypass),
)  # fmt: skip
