"""A help text uses only the markup that people will see.

Why: the process page, "Production configuration process": "Specify the sign-in, sign-up, and forgot password help text
users will encounter in your app." The dashboard and the identity provider leave the tags p, br, ol, ul, li, a, strong,
em and b, and of their attributes href and target; everything else they take out without a word, so that people see
another text than the one that was reviewed. That is a warning in the sandbox and an error where texts are reviewed.
Scripts, handlers such as `onclick` and links such as `javascript:` are an error everywhere: nobody needs them to try a
text. A tag that is never closed, and `%{sp_create_link}` as a link's address, which the dashboard breaks as soon as
the app is saved there, are warnings.

Bad:

    en: '<div onclick="track()">Use your <i>EXA</i> email.</div>'

Good:

    en: '<p>Use your <em>EXA</em> email.</p>'

Fix: write the text with the tags above, and its links as `<a href="https://…">`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.help_texts import help_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.finding import Severity
    from launchwindow.model.rule import Facts


_PLAIN = re.compile(
    r"[^<&]*(?:<(?:/?(?:p|li)|br|(strong|em|b)>[^<&]*</\1|a href=\"https://[A-Za-z0-9./_-]*\">[^<&]*</a)>[^<&]*)*"
)
"""Texts without any fault, told without the parser: paragraphs, items, emphasis and links, each closed at once."""
_LONGEST_PLAIN = 1000


def _check(app: App, _facts: Facts) -> Iterator[Problem]:
    for place, text in help_texts(app):
        if "<" in text and not (len(text) <= _LONGEST_PLAIN and _PLAIN.fullmatch(text)):
            # Only now: most texts have no markup, and the parser takes time to import.
            from launchwindow.rules.markup import faults

            for fault in faults(text):
                level: Severity = "warning" if fault.kind == "untidy" else "error"
                if fault.kind == "dropped" and app.environment == "sandbox":
                    level = "warning"
                yield Problem(place, fault.message, fault.fix, severity=level)


RULE = Rule("help-text-markup", "error", "Help texts use only the markup that people will see", app=_check)
