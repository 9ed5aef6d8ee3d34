"""A certificate that has expired, or soon will, is known.

Why: the process page, "Certificate Rotation Process": "Login.gov takes no action based on the expiration date of the
certificate, and integrations with expired certificates continue to function." So nothing stops on that day and nothing
is blocked; but the app's own libraries may refuse an expired certificate, and the page says, too, that "it can take up
to 2 weeks for the new certificate to be available in production". The warning comes `certificates.warn_days` before,
and counts back: from the last deploy window that is over while the certificate is valid, by the notice, to the last day
on which the rotation's pull request must be open. Where SAML requests are not signed, both sides change at an agreed
time: there it counts from the last business day.

Bad:

    certs: [certs/2024.crt]                     # expires next month

Good:

    certs: [certs/2024.crt, certs/2027.crt]     # the new one is there before the old one ends

Fix: begin the rotation by the day that the finding names: add a new certificate beside this one, and remove this one
once the new key is in use.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule
from launchwindow.provider import row_of
from launchwindow.rules.x509_facts import about, certificate_facts, named_certificates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from launchwindow.model.app import App, Corpus, NamedFile
    from launchwindow.model.day import Day
    from launchwindow.model.rule import Facts
    from launchwindow.rules.x509_facts import CertificateFacts
    from launchwindow.windows import Calendar

_STILL_WORKS = "The identity provider goes on accepting it, so nothing stops"
_ROTATE = (
    "Add a new certificate beside this one, use its key once it is deployed, and only then remove this one "
    "(`launchwindow cert list` has the step that comes now)."
)


def _check(corpus: Corpus, facts: Facts) -> Iterator[tuple[str, Problem]]:
    calendar: Calendar | None = None
    for app, file, certificate in named_certificates(corpus):
        message = _message(certificate.not_after.date(), facts.day(app), facts.policy.warn_days)
        if message is not None:
            # The holidays that it reads cost more than all else in a check: only who is warned pays for them.
            calendar = calendar or _calendar(facts)
            yield about(app, file, Problem("", message, _advice(corpus, file, certificate, facts, calendar)))


def _calendar(facts: Facts) -> Calendar:
    from launchwindow.windows import Calendar

    return Calendar(facts.policy)


def _message(last_day: date, today: Day, warn_days: int) -> str | None:
    """What to say about a certificate that is valid through `last_day`; None when nothing is due yet."""
    if last_day < today:
        return f"The certificate expired on {last_day}. {_STILL_WORKS}."
    if date.fromordinal(max(last_day.toordinal() - warn_days, 1)) <= today:
        return f"The certificate expires on {last_day}. {_STILL_WORKS} on that day."
    return None


def _advice(corpus: Corpus, file: NamedFile, certificate: CertificateFacts, facts: Facts, calendar: Calendar) -> str:
    """What to do now, and by which day."""
    users = [app for app in corpus.apps if any(one.path == file.path for one in app.files.values())]
    if users and all(_has_successor(app, certificate.not_after) for app in users):
        return (
            "A later certificate is listed beside it: use that one's key once it is deployed, and then remove this one "
            "(`launchwindow cert list` has the step that comes now)."
        )
    return f"{_when(users, certificate.not_after, facts, calendar)} {_ROTATE}".lstrip()


def _has_successor(app: App, not_after: datetime) -> bool:
    datas = (app.files[name].data for _, name in app.texts("certs") if name in app.files)
    found = (certificate_facts(data) for data in datas if data is not None)
    return any(one is not None and one.not_after > not_after for one in found)


def _when(users: list[App], not_after: datetime, facts: Facts, calendar: Calendar) -> str:
    """By which day the pull request must be open, for the app among those that name the certificate that needs most."""
    from launchwindow.rotation_steps import begin_by, is_coordinated, when_to_begin

    days = []
    for app in users:
        environment = facts.policy.environments.get(app.environment)
        if environment is None:
            continue
        coordinated = is_coordinated(row_of(app, None), signs=app.data.get("requests_signed") is True)
        day = begin_by(calendar, environment, not_after, coordinated=coordinated)
        today = facts.day(app)
        window = partial(facts.window, app)
        told = when_to_begin(calendar, environment, not_after, today, window, coordinated=coordinated)
        days.append((day or today.exact, told))
    return min(days)[1] if days else ""


RULE = Rule("certificate-expiry", "warning", "Certificates are rotated before they expire", fleet=_check)
