"""A logo is no larger than the portal takes.

Why: the process page, "Before deployment": "You must include an agency logo for your application." The partner portal
takes at most 50 KiB (`logo.max_bytes` in `policy.yaml`): everybody who signs in loads it.

Bad:

    logo: logo.png      # 800 KiB, as it came from the designers

Good:

    logo: logo.svg      # 6 KiB

Fix: use SVG, or a PNG of fewer pixels. What is left over from a drawing program can be taken out of an SVG.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.logos import named_logos

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import Corpus
    from launchwindow.model.rule import Facts


def _check(corpus: Corpus, facts: Facts) -> Iterator[tuple[str, Problem]]:
    most = facts.policy.logo_max_bytes
    for logo in named_logos(corpus):
        if len(logo.data) > most:
            message = f"The logo has {len(logo.data):,} bytes; at most {most:,} are taken."
            yield logo.problem(message, "Use SVG, or export it with fewer pixels and without extras.")


RULE = Rule("logo-size", "error", "Logos are small", fleet=_check)
