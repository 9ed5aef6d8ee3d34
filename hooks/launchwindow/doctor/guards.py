"""What holds for a branch: rulesets and classic protection together, as GitHub adds them up.

Source: GitHub's page “About rulesets”, section “Using rulesets with branch protection rules”: all of them apply, and
the strictest wins. Who may go round one of them is still held by the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from launchwindow.model.doctor import Said, Unread
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from launchwindow.model.doctor import Settings, Verdict

ACTIONS_APP = 15368
"""The number of the app “GitHub Actions” on github.com: the source of a workflow's checks."""
_ROLES = {2: "everybody with the role “maintain”", 4: "everybody with the role “write”", 5: "administrators"}
_KINDS = {"OrganizationAdmin": "the organisation's owners", "DeployKey": "deploy keys"}
_NAMED = {"Team": "the team", "Integration": "the app", "User": "the user", "RepositoryRole": "the role"}
MACHINES = ("deploy keys", "the app ", "GitHub Actions")


class Guard(NamedTuple):
    """One ruleset's, or the classic protection's, demands on a branch."""

    name: str
    rules: Mapping[str, Mapping[str, Any]]
    """Kind of rule -> its parameters, all in the words of rulesets."""
    exempt: Mapping[str, tuple[str, ...]] | None
    """Kind of rule, or `*` for all others -> who may go round it; None where this token may not see it."""

    def exempt_from(self, rule: str) -> tuple[str, ...] | None:
        """Who may go round one of its rules."""
        return None if self.exempt is None else (*self.exempt.get(rule, ()), *self.exempt.get("*", ()))


class Guards(NamedTuple):
    """All that hold for a branch, and why others may be missing."""

    known: tuple[Guard, ...]
    unread: tuple[str, ...]

    def giving(self, rule: str, well: Callable[[Mapping[str, Any]], bool] = lambda _: True) -> list[Guard]:
        """Those that have a rule whose parameters are as they should be."""
        return [guard for guard in self.known if rule in guard.rules and well(guard.rules[rule])]


def guards_of(settings: Settings, branch: str) -> Guards:
    """What holds for a branch."""
    rules, protection = settings.rules[branch], settings.protection[branch]
    known: list[Guard] = []
    unread: list[str] = []
    if isinstance(rules, Unread):
        unread.append(f"its rulesets can't be read: {rules.why}")
    else:
        known += [
            _of_ruleset(key, rules, settings.rulesets[key]) for key in sorted({one["ruleset_id"] for one in rules})
        ]
    if isinstance(protection, Unread):
        unread.append(f"its classic branch protection can't be read: {protection.why}")
    elif protection is not None:
        known.append(_of_protection(protection))
    return Guards(tuple(known), tuple(unread))


def _of_ruleset(
    key: int, rules: Sequence[Mapping[str, Any]], whole: Mapping[str, Any] | Unread
) -> Guard:  # fmt: skip
    own = {one["type"]: one.get("parameters", {}) for one in rules if one["ruleset_id"] == key}
    if isinstance(whole, Unread):
        return Guard(f"the ruleset {key}", own, None)
    return Guard(f"the ruleset “{whole['name']}”", own, exempt_by(whole))


def exempt_by(ruleset: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]] | None:
    """Who may go round a whole ruleset; None where GitHub leaves it out of the answer."""
    if "bypass_actors" not in ruleset:
        return None
    return {"*": tuple(_actor(one) for one in ruleset["bypass_actors"])}


def _actor(actor: Mapping[str, Any]) -> str:
    kind, number = actor["actor_type"], actor.get("actor_id")
    if kind == "RepositoryRole" and number in _ROLES:
        who = _ROLES[number]
    elif kind == "Integration" and number == ACTIONS_APP:
        who = "GitHub Actions"
    else:
        who = _KINDS.get(kind) or f"{_NAMED.get(kind, kind)} {number}"
    return f"{who} (in pull requests)" if actor.get("bypass_mode") == "pull_request" else who


def _of_protection(one: Mapping[str, Any]) -> Guard:
    """The classic protection in the words of rulesets."""
    rules: dict[str, Mapping[str, Any]] = {}
    exempt: dict[str, tuple[str, ...]] = {"*": () if _on(one, "enforce_admins") else ("administrators",)}
    reviews = one.get("required_pull_request_reviews")
    if reviews is not None:
        rules["pull_request"] = {
            "required_approving_review_count": reviews.get("required_approving_review_count", 0),
            "dismiss_stale_reviews_on_push": reviews.get("dismiss_stale_reviews", False),
            "require_code_owner_review": reviews.get("require_code_owner_reviews", False),
            "require_last_push_approval": reviews.get("require_last_push_approval", False),
            "required_review_thread_resolution": _on(one, "required_conversation_resolution"),
        }
        exempt["pull_request"] = _people(reviews.get("bypass_pull_request_allowances", {}))
    checks = one.get("required_status_checks")
    if checks is not None:
        listed = [{"context": check["context"], "integration_id": check["app_id"]} for check in checks["checks"]]
        strict = checks.get("strict", False)
        rules["required_status_checks"] = {
            "required_status_checks": listed,
            "strict_required_status_checks_policy": strict,
        }
    if not _on(one, "allow_force_pushes"):
        rules["non_fast_forward"] = {}
    if not _on(one, "allow_deletions"):
        rules["deletion"] = {}
    if "restrictions" in one:
        rules["update"] = {}
        exempt["update"] = _people(one["restrictions"])
    return Guard("its classic branch protection", rules, exempt)


def _on(one: Mapping[str, Any], name: str) -> bool:
    return bool(one.get(name, {}).get("enabled", False))


def _people(lists: Mapping[str, Any]) -> tuple[str, ...]:
    users = [f"the user {one['login']}" for one in lists.get("users", ())]
    teams = [f"the team {one['slug']}" for one in lists.get("teams", ())]
    apps = [
        "GitHub Actions" if one["slug"] == "github-actions" else f"the app {one['slug']}"
        for one in lists.get("apps", ())
    ]
    return (*users, *teams, *apps)


def demanded(guards: Guards, found: Sequence[Guard], well: str, wrong: str, verdict: Verdict = "error") -> Said:
    """Well where somebody demands it; unknown where who might could not be read."""
    if found:
        return Said("ok", well)
    if guards.unread:
        return Said("unknown", f"{wrong}, as far as can be seen; {'; '.join(guards.unread)}.", ADMIN)
    return Said(verdict, f"{wrong}.")


ADMIN = (
    "Run `launchwindow doctor --github OWNER/NAME` with a token of an administrator (fine-grained: “Administration: "
    "read”; to see who is exempt from a ruleset, “write”)."
)
