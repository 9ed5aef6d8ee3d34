"""A key belongs to one app in one environment.

Why: the process page, "Production configuration process": "you need to create a new and separate application […].
This new app will include your production certificate". A key that sandbox knows as well is on developers' machines; one
that two partners use lets each act as the other; and none of them can rotate it alone. Compared are the public keys, so
a certificate that was issued again for the same key is known, too. A warning across environments or partners, a note
among the apps of one partner. The identity provider accepts it.

Bad:

    # production.yaml and sandbox.yaml
    certs: [certs/2026.crt]

Good:

    # production.yaml
    certs: [certs/2026.crt]
    # sandbox.yaml
    certs: [certs/sandbox-2026.crt]

Fix: make a key pair of its own for each app and environment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.plain import clean
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.x509_facts import about, certificate_facts, named_certificates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from launchwindow.model.app import App, Corpus
    from launchwindow.model.rule import Facts

_LISTED = 4


def _check(corpus: Corpus, _facts: Facts) -> Iterator[tuple[str, Problem]]:
    uses = _uses(corpus.apps)
    # Put into words once a key, not once a certificate: one key may serve thousands of apps.
    shared = {key: _shared(apps) for key, apps in uses.items() if len(apps) > 1}
    for app, file, certificate in named_certificates(corpus):
        apps = uses[certificate.key_id]
        if certificate.key_id in shared:
            yield about(app, file, shared[certificate.key_id])
        elif len(next(iter(apps.values()))[1]) > 1:
            message = "The app names another certificate of the same key: with it, the key is not rotated."
            fix = "Issue the new certificate for a new key pair, or keep only one of the two."
            yield about(app, file, Problem("", message, fix, severity="note"))


def _uses(apps: tuple[App, ...]) -> dict[str, dict[str, tuple[App, set[str]]]]:
    """Public key -> app id -> the app, and the paths of its certificates with that key."""
    found: dict[str, dict[str, tuple[App, set[str]]]] = {}
    for app in apps:
        for _, name in app.texts("certs"):
            file = app.files.get(name)
            certificate = certificate_facts(file.data) if file is not None and file.data is not None else None
            if file is not None and certificate is not None:
                found.setdefault(certificate.key_id, {}).setdefault(app.id, (app, set()))[1].add(file.path)
    return found


def _shared(apps: Mapping[str, tuple[App, set[str]]]) -> Problem:
    users = [app for app, _ in apps.values()]
    apart = len({app.environment for app in users}) > 1 or len({app.partner for app in users}) > 1
    names = sorted(apps)
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    listed = ", ".join(clean(name) for name in names[:_LISTED])
    message = f"The key of this certificate serves {len(names)} apps: {listed}{more}."
    fix = "Make a key pair of its own for each app in each environment, and put its certificate here."
    return Problem("", message, fix, severity="warning" if apart else "note")


RULE = Rule("certificate-reuse", "warning", "A key belongs to one app in one environment", fleet=_check)
