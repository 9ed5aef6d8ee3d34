"""Staging is for testing with proofed identities; without them the sandbox is quicker.

Why: the process page, "Staging environment": "If you are testing an integration with identity proofed accounts, then
we also offer an ATO-ed staging environment for limited testing." Its changes are reviewed and wait for a deploy window,
while "changes in the sandbox environment take effect immediately". So a staging app that asks for no identity proofing
gains nothing there.

Bad:

    # staging.yaml
    ial: 1

Good:

    # staging.yaml
    ial: 2

Fix: test in the sandbox; or, if staging is meant for proofed accounts, write `ial: 2`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts


def _check(app: App, _facts: Facts) -> Iterator[Problem]:
    if app.environment == "staging" and app.data and app.number("ial") != 2:
        message = "Staging is meant for tests with proofed identities, which this app does not ask for."
        fix = "Test in sandbox.yaml, where changes take effect at once; write `ial: 2` if proofing is what you test."
        yield Problem("/ial" if "ial" in app.data else "", message, fix)


RULE = Rule("staging-purpose", "note", "Staging is for tests with proofed identities", app=_check)
