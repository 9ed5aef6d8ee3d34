"""What GitHub Actions may do in the repository, and the environment that levers run in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from launchwindow.doctor.guards import ADMIN
from launchwindow.model.doctor import Check, Said, Settings, Unread

if TYPE_CHECKING:
    from collections.abc import Mapping

    from launchwindow.model.doctor import Facts

ENVIRONMENT = "launchwindow-operate"
_ACTIONS = "Workflows and Actions"
_GENERAL = "Settings → Actions → General"
_OPERATE = "The environment of the levers"
_PLACE = f"Settings → Environments → {ENVIRONMENT}"


def _settings(facts: Facts) -> Settings:
    assert facts.settings is not None
    return facts.settings


def _unread(what: str, part: Unread) -> Said:
    return Said("unknown", f"{what} can't be read: {part.why}.", ADMIN)


def _allowed(facts: Facts) -> Said:
    actions = _settings(facts).actions
    if isinstance(actions, Unread):
        return _unread("Which actions may run", actions)
    if actions.get("allowed_actions", "all") == "all":
        return Said("warning", "Workflows may use any action of anybody.")
    return Said("ok", "Workflows may use only actions that were chosen.")


def _pinning(facts: Facts) -> Said:
    actions = _settings(facts).actions
    if isinstance(actions, Unread):
        return _unread("Whether actions must be pinned", actions)
    if not actions.get("sha_pinning_required", False):
        return Said("warning", "A workflow may name an action by a tag, which its owner can move.")
    return Said("ok", "Actions must be named by their commit.")


def _token(facts: Facts) -> Said:
    token = _settings(facts).token
    if isinstance(token, Unread):
        return _unread("What workflows may do by default", token)
    if token["default_workflow_permissions"] != "read":
        return Said("error", "A workflow that says nothing of permissions may write to the repository.")
    return Said("ok", "A workflow that says nothing of permissions may only read.")


def _approve(facts: Facts) -> Said:
    token = _settings(facts).token
    if isinstance(token, Unread):
        return _unread("Whether workflows may approve", token)
    if token["can_approve_pull_request_reviews"]:
        return Said("error", "A workflow may approve a pull request.")
    return Said("ok", "No workflow may approve a pull request.")


def _forks(facts: Facts) -> Said:
    forks = _settings(facts).forks
    if isinstance(forks, Unread):
        return _unread("What pull requests from forks may do", forks)
    if forks["run_workflows_from_fork_pull_requests"]:
        given = [text for name, text in (("send_write_tokens_to_workflows", "a token that writes"),
                                         ("send_secrets_and_variables", "the repository's secrets"))
                 if forks[name]]  # fmt: skip
        if given:
            return Said("error", f"A pull request from a fork runs its own workflow with {' and '.join(given)}.")
    return Said("ok", "A pull request from a fork gets neither secrets nor a token that writes.")


def _environment(facts: Facts) -> Mapping[str, Any] | Said | None:
    """The environment; what to say where it can't be read, None where there is none."""
    one = _settings(facts).environment
    return _unread(f"The environment {ENVIRONMENT}", one) if isinstance(one, Unread) else one


def _reviews(environment: Mapping[str, Any]) -> Mapping[str, Any]:
    """Who must approve what runs in it."""
    rules = (rule for rule in environment.get("protection_rules", ()) if rule["type"] == "required_reviewers")
    return next(rules, {})


def _operate_reviewers(facts: Facts) -> Said:
    one = _environment(facts)
    if isinstance(one, Said):
        return one
    if one is None:
        text = f"There is no environment {ENVIRONMENT}: GitHub makes one without protection when the first lever runs."
        return Said("error", text)
    reviewers = _reviews(one).get("reviewers", ())
    if not reviewers:
        return Said("error", "A lever runs without anybody's approval.")
    return Said("ok", f"A lever needs the approval of one of {len(reviewers)} people or teams.")


def _operate_self(facts: Facts) -> Said | None:
    one = _environment(facts)
    if one is None or isinstance(one, Said):
        return one
    reviews = _reviews(one)
    if not reviews:
        return None
    if not reviews.get("prevent_self_review", False):
        return Said("error", "Who starts a lever may approve it.")
    return Said("ok", "Who starts a lever can't be the one who approves it.")


def _operate_branches(facts: Facts) -> Said | None:
    one, branches = _environment(facts), _settings(facts).environment_branches
    if one is None or isinstance(one, Said):
        return one
    policy = one.get("deployment_branch_policy")
    if policy is None:
        return Said("error", f"Every branch may use {ENVIRONMENT}.")
    if policy["protected_branches"]:
        return Said("warning", f"Every protected branch may use {ENVIRONMENT}, not {facts.main} alone.")
    if isinstance(branches, Unread):
        return _unread(f"Which branches may use {ENVIRONMENT}", branches)
    others = [name for name in branches if name != facts.main]
    if others or not branches:
        which = ", ".join(others) or "no branch"
        return Said("error", f"Not {facts.main} alone may use {ENVIRONMENT}, but {which}.")
    return Said("ok", f"Only {facts.main} may use {ENVIRONMENT}.")


def _operate_admins(facts: Facts) -> Said | None:
    one = _environment(facts)
    if one is None or isinstance(one, Said):
        return one
    if "can_admins_bypass" not in one:
        return Said("unknown", f"GitHub does not say whether administrators may skip the approval of {ENVIRONMENT}.",
                    f"Look for yourself: {_PLACE}.")  # fmt: skip
    if one["can_admins_bypass"]:
        return Said("warning", "Administrators may skip the approval of a lever.")
    return Said("ok", "Administrators can't skip the approval of a lever.")


CHECKS = (
    Check("actions-allowed", "A workflow could bring in code that nobody here chose.",
          f"{_GENERAL} → Actions permissions: allow only chosen actions.", _ACTIONS, _allowed, github=True),
    Check("actions-pinning", "Whoever takes over an action runs code in this repository's workflows.",
          f"{_GENERAL} → tick “Require actions to be pinned to a full-length commit SHA”.", _ACTIONS, _pinning,
          github=True),
    Check("actions-token", "A step that goes wrong, or an action that was taken over, could push to the repository.",
          f"{_GENERAL} → Workflow permissions: “Read repository contents and packages permissions”.", _ACTIONS, _token,
          github=True),
    Check("actions-approve", "Somebody could have their own change of policy approved by a workflow. For apps a bot's "
          "approval never counts.",
          f"{_GENERAL} → untick “Allow GitHub Actions to create and approve pull requests”.", _ACTIONS, _approve,
          github=True),
    Check("actions-forks", "Whoever can fork the repository could write to it, or read its secrets.",
          f"{_GENERAL} → Fork pull request workflows: untick both “Send …”.", _ACTIONS, _forks, github=True),
    Check("operate-reviewers", "One person with write access could release a request early, or let a held one go.",
          f"{_PLACE} → tick “Required reviewers” and name the deployers.", _OPERATE, _operate_reviewers, github=True),
    Check("operate-self-review", "One person could pull a lever alone.",
          f"{_PLACE} → tick “Prevent self-review”.", _OPERATE, _operate_self, github=True),
    Check("operate-branches", "A workflow that was changed on a branch could run as the levers do.",
          f"{_PLACE} → Deployment branches: “Selected branches”, with main alone.", _OPERATE, _operate_branches,
          github=True),
    Check("operate-admins", "An administrator could pull a lever alone.",
          f"{_PLACE} → untick “Allow administrators to bypass configured protection rules”.", _OPERATE,
          _operate_admins, github=True),
)  # fmt: skip
