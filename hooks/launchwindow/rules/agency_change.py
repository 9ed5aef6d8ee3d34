"""An app's agency stays the same.

Why: the identity provider gives a person one UUID for each agency. Another `agency_id`, in the partner's file or by
moving an app to another partner's folder, gives every user of the app a new UUID, and the app takes them for strangers.
A warning, because reorganisations happen; it needs the agency's word that it is prepared.

Bad:

    agency_id: 902    # the base has 901

Good:

    agency_id: 901

Fix: keep the number; if the agency really changes, agree with every app's team how known users are matched again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.before import before

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import Corpus
    from launchwindow.model.rule import Facts

_FIX = "Keep the agency; if it must change, agree with each app's team how known users are matched again."


def _check(corpus: Corpus, facts: Facts) -> Iterator[tuple[str, Problem]]:
    if facts.base is None:
        return
    for partner in corpus.partners.values():
        was = facts.base.partners.get(partner.id)
        if was is not None and was.agency_id is not None and was.agency_id != partner.agency_id:
            message = f"The agency's number was {was.agency_id}: with another, every user of its apps gets a new UUID."
            yield partner.path, Problem("/agency_id", message, _FIX)
    for app in corpus.apps:
        old = before(app, facts)
        if old is None or old.partner == app.partner:
            continue
        was, now = facts.base.partners.get(old.partner), corpus.partners.get(app.partner)
        if was is not None and now is not None and was.agency_id != now.agency_id:
            message = f"The app was {old.partner}'s, of agency {was.agency_id}: in another agency's folder every user "
            yield app.path, Problem("/issuer", f"{message}gets a new UUID.", _FIX)


RULE = Rule("agency-change", "warning", "An app's agency stays the same", fleet=_check)
