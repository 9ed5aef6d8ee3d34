"""What tells a partner's agency, accounts and agreements from others' is in no other partner's file.

Why: the identity provider's seeder finds an agency by its number, name and abbreviation, an account by its requesting
agency and name, and an agreement by its GTC number. Two partners' records with one of them can't be handed over
together, so the later one would wait at every deploy window, and its apps with it. Two partners may bring one agency
if both write the same number, name and abbreviation. Where the files are compared with a base, only what changed is
told. Can't be waived.

Bad:

    # partners/hld.yaml; partners/exa.yaml has the name Example Agency and the number 901
    name: Hypothetical Lands Department
    agency_id: 901

Good:

    name: Hypothetical Lands Department
    agency_id: 903

Fix: write the partner's own value. Where an account or an agreement moves between partners, take it out of the old
file in the same pull request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule
from launchwindow.partner_claims import clashes
from launchwindow.provider import partner_row_of
from launchwindow.rules.addresses import is_placeholder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import Corpus
    from launchwindow.model.rule import Facts


def _check(corpus: Corpus, facts: Facts) -> Iterator[tuple[str, Problem]]:
    changed = _changed(corpus, facts)
    for clash in clashes({partner.id: partner_row_of(partner) for partner in corpus.partners.values()}):
        # Who was there first is told nothing, unless the file that came in between can't be told.
        if clash.partner not in changed and not changed.isdisjoint(clash.among):
            continue
        if isinstance(clash.value, str) and is_placeholder(clash.value):
            continue
        fix = f"{clash.advice[0].upper()}{clash.advice[1:]}."
        yield corpus.partners[clash.partner].path, Problem(clash.path, f"{clash.message}.", fix)


def _changed(corpus: Corpus, facts: Facts) -> set[str]:
    """The partners whose files the base has otherwise or not; all, where there is no base."""
    base = facts.base.partners if facts.base is not None else {}
    return {one for one, partner in corpus.partners.items() if one not in base or base[one].digest != partner.digest}


RULE = Rule(
    "partner-unique", "error", "No two partners have the same agency, account or agreement", fleet=_check,
    waivable=False,
)  # fmt: skip
