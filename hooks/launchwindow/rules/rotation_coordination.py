"""The certificate that responses are encrypted with changes at a time that both sides agreed on.

Why: the process page, "Certificate Rotation Process", for "SAML integrations not sending signed requests": such a
change "must be coordinated". The identity provider encrypts with the first certificate in the list, whichever others
there are, so from the moment at which another one is first only its key can read the responses. Hence
`release.coordinate_at`, a moment in business hours (`windows.opens` to `windows.closes` on a day that is no weekend,
holiday or closure; a freeze does not matter), and the `reason`; on that day a person runs
`launchwindow release --coordinated APP`. No deploy window ever takes such a change. A time that comes before the notice
can be over is a warning, with the earliest day. It is asked of a change (`check --since`, `check --staged`) in
environments with deploy windows. It can't be waived: without a time nobody would ever release the change, and a key
that can't wait is agreed for today and goes by `--coordinated` as soon as its notice is waived.

Bad:

    certs: [certs/2027.crt, certs/2026.crt]     # was [certs/2026.crt]

Good:

    certs: [certs/2027.crt, certs/2026.crt]
    release: {coordinate_at: 2027-01-12T10:00:00-05:00, reason: The vendor's product can't sign its requests.}

Fix: agree on a time with Login.gov and write it down; or add the new certificate behind the first one, which changes
nothing yet; or sign the app's requests (`requests_signed: true`, merged before), which makes rotation easy.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.certificate_changes import NO_LEDGER, certificate_change

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts
    from launchwindow.rules.certificate_changes import CertificateChange

_WHAT = "This change puts another certificate first, which responses are encrypted with"
_PLACE = "/release/coordinate_at"


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    change = certificate_change(app, facts)
    if change is None or not change.needs_coordination or not (change.changes_first or _agreement_differs(app, change)):
        return
    # What no clock or calendar can be, `schema` tells.
    agreed, reason = change.rotation.coordinate_at, change.rotation.reason
    if agreed is None and "coordinate_at" in app.mapping("release"):
        return
    if agreed is None or not reason:
        lacks = "a reason" if agreed is not None else "a time" if reason else "a time and the reason"
        message = f"{_WHAT}, and lacks {lacks}.{NO_LEDGER if change.assumed else ''}"
        fix = "Agree on a moment in business hours, and write it as `release.coordinate_at` with the `reason`."
        yield Problem("/certs", message, fix)
        return
    local = agreed.astimezone(facts.policy.timezone)
    outside = _outside(app, local, facts)
    if outside is not None:
        message = f"The agreed time, {_told(local)}, can't be kept: {outside}."
        hours = f"{facts.policy.windows.opens:%H:%M} to {facts.policy.windows.closes:%H:%M}"
        fix = f"Agree on a moment that is still to come, on a business day from {hours} ({facts.policy.timezone})."
        yield Problem(_PLACE, message, fix)
    elif change.changes_first:
        yield from _before_notice(app, local, facts)


def _agreement_differs(app: App, change: CertificateChange) -> bool:
    old, new = change.before.mapping("release"), app.mapping("release")
    return any(old.get(field) != new.get(field) for field in ("coordinate_at", "reason"))


def _outside(app: App, local: datetime, facts: Facts) -> str | None:
    """Why nobody can release at a moment, as the end of a sentence; None when somebody can."""
    from launchwindow.days import Days

    windows = facts.policy.windows
    if local.date() < facts.day(app):
        return "it is past"
    closed = Days(facts.policy).closed_because(local.date())
    if closed is not None:
        return closed
    if not windows.opens <= local.time() < windows.closes:
        return "that is outside of business hours"
    return None


def _before_notice(app: App, local: datetime, facts: Facts) -> Iterator[Problem]:
    from launchwindow.days import Days, name, shift

    notice = facts.policy.environments[app.environment].notice_days.default
    earliest = shift(facts.day(app).exact, notice)
    if local.date() >= earliest:
        return
    days = Days(facts.policy)
    while days.closed_because(earliest) is not None:
        earliest += timedelta(1)
    message = (
        f"The agreed time, {_told(local)}, comes before its notice of {notice} days can be over, if it is put up for "
        "review today."
    )
    fix = f"Agree on {name(earliest)} or later; if the day can't move, ask a reviewer for short notice."
    yield Problem(_PLACE, message, fix, severity="warning")


def _told(local: datetime) -> str:
    return f"{local:%Y-%m-%d %H:%M} {local.tzname()}"


RULE = Rule(
    "rotation-coordination", "error", "The first certificate of unsigned SAML changes at an agreed time", app=_check,
    waivable=False,
)  # fmt: skip
