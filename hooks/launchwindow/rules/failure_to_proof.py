"""An app that asks for proofed identities says where people go who could not be proofed.

Why: the process page, "Before deployment" and "Confirm Interagency Agreement (IAA)": "If this is an integration
requesting identity proofed attributes, you must include a Failure to Proof URL. Users will be redirected to this URL
if they fail to complete the identity verification process. This page should communicate your agency and/or
departments alternate methods of accessing your application." Without it the identity provider sends them to
`return_to_sp_url`, which knows nothing of what went wrong. Asked for with `ial: 2` in staging, whose apps are
configured "like the "production" configuration app" ("Staging environment"), and in production.

Bad:

    ial: 2

Good:

    ial: 2
    failure_to_proof_url: https://benefits.exa.gov/other-ways

Fix: add `failure_to_proof_url`, and on that page tell people the other ways to reach the service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts

_FIELD = "failure_to_proof_url"


def _check(app: App, _facts: Facts) -> Iterator[Problem]:
    if app.number("ial") == 2 and app.environment != "sandbox" and app.text(_FIELD) is None:
        path = f"/{_FIELD}" if _FIELD in app.data else "/ial"
        message = "The app asks for proofed identities: “you must include a Failure to Proof URL”."
        fix = f"Write {_FIELD}: a page that tells people who could not be proofed how else to reach the service."
        yield Problem(path, message, fix)


RULE = Rule("failure-to-proof", "error", "Apps with identity proofing name a Failure to Proof URL", app=_check)
