"""App and partner files have the fields of their schema, with values of the right kind.

Why: a key that nobody knows is a setting that nobody applies, and the identity provider would store a value of the
wrong kind or refuse the whole set of files because of it. `schemas/app.schema.json` and `schemas/partner.schema.json`
say which fields there are; editors complete from the same files. YAML reads `12` as a number, `true` as a truth value
and `no` as a text; a date is a text like 2027-03-31. Can't be waived.

Bad:

    redirect_uri: https://benefits.exa.gov/auth/result
    ial: "2"

Good:

    redirect_uris: [https://benefits.exa.gov/auth/result]
    ial: 2

Fix: do what the message says for its field; the schema describes each field and shows an example.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.plain import shown
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.schema_gate import surely_fits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from launchwindow.model.app import App, Partner
    from launchwindow.model.document import Document
    from launchwindow.model.rule import Facts

MOST = 50
"""Findings that one file may have; beyond them it is told how many more there are."""


def _app(app: App, facts: Facts) -> Iterator[Problem]:
    return _check(app.document, facts.schema("app"), "an app")


def _partner(partner: Partner, facts: Facts) -> Iterator[Problem]:
    return _check(partner.document, facts.schema("partner"), "a partner")


def _check(document: Document, schema: Mapping[str, object], what: str) -> Iterator[Problem]:
    if not isinstance(document.data, dict):
        fix = f"Write the fields of {what} as `key: value`, each on a line of its own."
        if document.data is None:
            yield Problem("", "The file is empty.", fix)
        else:
            yield Problem("", f"The file holds {shown(document.data)} instead of the fields of {what}.", fix)
        return
    if surely_fits(document.data, schema):
        return
    # Only now: the schema library is slow to import, and most files have no fault.
    from launchwindow.rules.schema_faults import faults
    from launchwindow.rules.schema_words import describe, without_echoes

    found = sorted(
        faults(document.data, schema), key=lambda fault: (document.span(fault.path, key=fault.at_key), fault.path)
    )
    found = without_echoes(found, schema)
    for fault in found[:MOST]:
        yield Problem(fault.path, *describe(fault, schema), at_key=fault.at_key)
    if len(found) > MOST:
        message = f"There are {len(found) - MOST} more faults of this kind in the file."
        yield Problem("", message, "Mend those above first; then check again.")


RULE = Rule("schema", "error", "Files have the fields of their schema", app=_app, partner=_partner, waivable=False)
