"""A waiver covers something: a rule that there is and that can be waived, which finds something, until a day.

Why: a waiver is an exception that the help desk grants by a ticket, such as the process page's for SAML without
encryption ("please submit a technical support ticket […] for further guidance", "Before deployment"). One that covers
nothing any more hides the next mistake of its kind. An error: a rule that does not exist or can't be waived. A
warning: a waiver that has ended (what it covered counts again by itself), or whose rule finds nothing. A note: one that
ends before the next deploy window. Rules about a change, such as `issuer-change`, find nothing once the change is
merged; their waivers are left alone, since the release may need them. Only approved waivers are in force at a release,
and there none of this is judged.

Bad:

    waivers: [{rule: saml-encription, ticket: LG-12345, reason: The product can't., expires: 2027-06-30}]

Good:

    waivers: [{rule: saml-encryption, ticket: LG-12345, reason: The product can't., expires: 2027-06-30}]

Fix: write the rule's id as the finding shows it; remove a waiver that is not needed any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.plain import nearest, shown
from launchwindow.model.finding import pointer
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.addresses import is_placeholder
from launchwindow.rules.agreements import day_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts, Outcome

ABOUT_CHANGES = frozenset({
    "agency-change", "app-retired", "assurance-change", "issuer-change", "rotation-coordination", "rotation-overlap",
    "sandbox-tested",
})  # fmt: skip
"""Rules that compare with what was before: after the merge the files alone don't show what their waivers are for."""


def _check(app: App, facts: Facts, outcome: Outcome) -> Iterator[Problem]:
    for index, item in app.items("waivers"):
        rule = item.get("rule")
        if isinstance(rule, str) and rule and not is_placeholder(rule):
            place = pointer("waivers", index)
            if outcome.waivable.get(rule):
                yield from _waived(place, rule, day_of(item.get("expires")), app, facts, outcome)
            else:
                yield _pointless(f"{place}/rule", rule, outcome)


def _pointless(place: str, rule: str, outcome: Outcome) -> Problem:
    if rule in outcome.waivable:
        fix = "Remove the waiver, and mend what the rule finds; the help desk can't grant this one."
        return Problem(place, f"The rule {shown(rule)} can't be waived.", fix, severity="error")
    near = nearest(rule, [one for one, waivable in outcome.waivable.items() if waivable])
    fix = f"Did you mean “{near}”?" if near is not None else "`launchwindow explain` lists the rules."
    return Problem(place, f"There is no rule {shown(rule)}.", fix, severity="error")


def _waived(place: str, rule: str, expires: str | None, app: App, facts: Facts, outcome: Outcome) -> Iterator[Problem]:
    known = rule in outcome.ran and rule not in ABOUT_CHANGES
    if known and rule not in outcome.found:
        message = f"The waiver is not needed: {shown(rule)} finds nothing in this app."
        yield Problem(f"{place}/rule", message, "Remove the waiver.")
    elif expires is not None and expires < facts.day(app):
        message = f"The waiver ended on {expires}; what {shown(rule)} finds counts again."
        fix = "Mend what it finds, and remove the waiver; or write the new last day if the ticket grants one."
        yield Problem(f"{place}/expires", message, fix)
    elif expires is not None and known and _has_windows(app, facts):
        window = facts.window(app)
        if expires < window:
            message = f"The waiver ends on {expires}, before the next deploy window for a change, {window}."
            fix = "What is to be deployed then needs a later last day; ask for it in the ticket."
            yield Problem(f"{place}/expires", message, fix, severity="note")


def _has_windows(app: App, facts: Facts) -> bool:
    environment = facts.policy.environments.get(app.environment)
    return environment is not None and environment.windows


RULE = Rule("waiver", "warning", "Waivers cover what can be waived, and are needed", waivable=False, waivers=_check)
