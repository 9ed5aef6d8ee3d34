"""Whose word counts: reviewers, code owners, partners' accounts, administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.doctor.guards import ADMIN
from launchwindow.model.doctor import Check, Process, Said, Settings, Unread

if TYPE_CHECKING:
    from launchwindow.model.doctor import Facts

_SECTION = "Reviewers and accounts"
_FEW = 4
"""So many administrators are not worth a word."""
_PLACEHOLDERS = frozenset(
    {"reviewer@login.gov", "second-reviewer@login.gov", "login-reviewer", "login-second-reviewer"}
)
"""The reviewers of the policy that is shipped."""
_NO_PLACES = ("example.com", "example.org", "example.net", "example.gov", "example", "invalid", "test", "localhost")
"""Domains that nobody has (RFC 2606), and the likes of them."""


def _settings(facts: Facts) -> Settings:
    assert facts.settings is not None
    return facts.settings


def _no_policy(policy: Unread) -> Said:
    return Said("error", f"The policy can't be read: {policy.why}")


def _real(facts: Facts) -> Said | None:
    if isinstance(facts.policy, Unread):
        return None
    names = [name for one in facts.policy.review.reviewers for name in (one.email, one.github) if name is not None]
    shipped = [one for one in names if one.lower() in _PLACEHOLDERS or _is_nowhere(one.lower().partition("@")[2])]
    if shipped:
        return Said("error", f"policy.yaml has reviewers who are nobody: {', '.join(shipped)}.")
    return Said("ok", "The reviewers in policy.yaml are none of those that it was shipped with.")


def _is_nowhere(domain: str) -> bool:
    return any(domain == one or domain.endswith(f".{one}") for one in _NO_PLACES)


def _enough(facts: Facts) -> Said | None:
    if isinstance(facts.policy, Unread):
        return None
    review = facts.policy.review
    there, needed = len(review.reviewers), review.approvals + 1
    if review.permission is None and there < needed:
        return Said("warning", f"policy.yaml names {there} reviewers; with {needed} one of them can be the author of a "
                               "change, or away.")  # fmt: skip
    return Said("ok", f"policy.yaml names {there} reviewers; a change needs {review.approvals}.")


def _review_on(facts: Facts) -> Said:
    if isinstance(facts.policy, Unread):
        return _no_policy(facts.policy)
    off = [one.name for one in facts.policy.environments.values() if one.name != "sandbox" and not one.review]
    if off:
        return Said("error", f"policy.yaml asks for no review in {' and '.join(off)}.")
    return Said("ok", "Staging and production ask for a review.")


def _accounts(facts: Facts) -> Said | None:
    found = _settings(facts).reviewers
    if isinstance(facts.policy, Unread):
        return None
    if isinstance(found, Unread):
        return Said("unknown", f"What the reviewers may do can't be read: {found.why}.", ADMIN)
    wrong = [f"{one.login} (no such account)" if one.role is None else f"{one.login} ({one.role})"
             for one in found if one.role not in ("write", "maintain", "admin")]  # fmt: skip
    if wrong:
        return Said("error", f"Reviewers whose approval GitHub does not count: {', '.join(wrong)}.")
    nameless = [one.email for one in facts.policy.review.reviewers if one.github is None]
    if nameless:
        return Said("warning", f"Reviewers without a name on GitHub: {', '.join(nameless)}.",
                    "Add `github: NAME` to each in policy.yaml.")  # fmt: skip
    return Said("ok", f"All {len(found)} reviewers have an account that may approve.")


def _source(facts: Facts) -> Said | None:
    if not isinstance(facts.ledger, Process):
        return None
    asked, read = _settings(facts).repository, facts.ledger.github
    if read is None:
        return Said("error", "The ledger takes a commit's `Reviewed-by:` line for a review.")
    if read.lower() != asked.lower():
        return Said("error", f"The ledger's reviews come from {read}, not from {asked}.",
                    "Ask about that one: `launchwindow doctor --github OWNER/NAME`.")  # fmt: skip
    return Said("ok", f"The ledger reads reviews from {read}.")


def _partners(facts: Facts) -> Said:
    gone, asked = _settings(facts).partners, _settings(facts).partners_asked
    if isinstance(gone, Unread):
        return Said("unknown", f"Whether partners' accounts exist can't be told: {gone.why}.")
    looked = f"{asked} of their names were looked at"
    if gone:
        return Said("warning", f"Partners name accounts that GitHub does not know: {', '.join(gone)} ({looked}).")
    return Said("ok", f"GitHub knows the accounts that partners name ({looked}).")


def _admins(facts: Facts) -> Said:
    admins = _settings(facts).admins
    if isinstance(admins, Unread):
        return Said("unknown", f"Who administers the repository can't be read: {admins.why}.", ADMIN)
    if len(admins) > _FEW:
        return Said("warning", f"{len(admins)} accounts administer the repository: {', '.join(admins)}.")
    return Said("ok", f"{len(admins)} accounts administer the repository.")


CHECKS = (
    Check("review-asked", "Changes would go to production that nobody looked at.",
          "Set `review: true` for the environment in policy.yaml.", _SECTION, _review_on),
    Check("reviewers-real", "Whoever gets such an address, or such a name on GitHub, can approve everything.",
          "Put the people whose approval counts into policy.yaml, under review.reviewers.", _SECTION, _real),
    Check("reviewers-enough", "A reviewer's own changes would wait, and nothing could be released off-cycle.",
          "Add reviewers to policy.yaml, under review.reviewers.", _SECTION, _enough),
    Check("reviewers-accounts", "Their reviews do not count; and a name that nobody has can be taken by anybody.",
          "Correct the name in policy.yaml, or give the account the role “write”: Settings → Collaborators and teams.",
          _SECTION, _accounts, github=True),
    Check("reviews-source", "Whoever may write to main can write such a line.",
          "Run `launchwindow request --github OWNER/NAME` once: from then on only reviews on GitHub count.", _SECTION,
          _source, github=True),
    Check("partners-accounts", "Whoever takes such a name passes for a member of the partner's team.",
          "Ask the partner, and correct partners/*.yaml.", _SECTION, _partners, github=True),
    Check("admins", "Each of them can change the settings that are looked at here.",
          "Take the role from those who do not need it: Settings → Collaborators and teams.", _SECTION, _admins,
          github=True),
)  # fmt: skip
