"""A percent sign in a help text begins a placeholder that the identity provider can fill in.

Why: the identity provider puts the app's name, a link to create an account and its own name into the text, with Ruby's
`format`. Anything else after a percent sign makes that fail, and with it the whole page for everyone who comes from
the app: nobody can sign in. So it is an error in every environment and can't be waived. Known are `%{sp_name}`,
`%{sp_create_link}` and `%{app_name}`; a percent sign itself is written `%%`, in addresses too. The dashboard's presets
hold `%{agency}`, which only the dashboard fills in. A `%` at the end of a line passes as it is (a warning: it breaks
the page when the line is filled up differently).

Bad:

    en: "50% of %{agency} forms are online."

Good:

    en: "50%% of the Example Agency's forms are online."

Fix: write `%%` for a percent sign, and one of the three placeholders for what the identity provider knows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.load.plain import clean, nearest
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.help_texts import help_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts

NAMES = ("sp_name", "sp_create_link", "app_name")
"""What the identity provider fills in."""

_WIDTH = r"[ #+0-]*[0-9]{0,3}(?:\.[0-9]{1,3})?"
_DIRECTIVE = re.compile(
    rf"%(?:(?P<percent>%)|(?P<end>(?=[\n\0]))"
    rf"|{_WIDTH}\{{(?P<plain>[^}}]*)\}}|<(?P<typed>[^>]*)>{_WIDTH}[sp]|(?P<other>))"
)
"""Ruby's `format` with a hash: `%{name}`, or `%<name>s`; a percent sign before a line break is one."""

_OWN_WORDS = {
    "agency": "Write the agency's name: only the dashboard fills in `%{agency}`, when a preset is chosen.",
    "env": "Write it out: the sandbox can't fill in `%{env}`.",
}
_BRACES = r"(?i)%7[BD]"
"""What the dashboard makes of `{` and `}` in a link's address: `%%7Bsp_create_link%7D`."""


def _check(app: App, _facts: Facts) -> Iterator[Problem]:
    for place, text in help_texts(app):
        # One is enough: the page is broken by the first.
        problem = next(problems_of(place, text), None)
        if problem is not None:
            yield problem


def problems_of(place: str, text: str) -> Iterator[Problem]:
    """What is wrong with one text, which stands at a JSON Pointer; the first problem breaks the page."""
    breaks_off = False
    for found in _DIRECTIVE.finditer(text):
        name = found["plain"] if found["plain"] is not None else found["typed"]
        breaks_off = breaks_off or found["end"] is not None
        if found["other"] is not None:
            yield _bare(place, text[found.start() :])
        elif name is not None and name not in NAMES:
            yield _unknown(place, found[0], name)
    if breaks_off:
        message = "A `%` stands at the end of a line; filled up differently, the line would break the page."
        yield Problem(place, message, "Write `%%`; people see one `%`.", severity="warning")


def _bare(place: str, rest: str) -> Problem:
    if re.match(_BRACES, rest):
        message = "`%7B` and `%7D` are no braces; the dashboard writes them when it saves a placeholder in a link."
        return Problem(place, f"{message} The page fails for everyone.", "Write it as it was: `%{sp_create_link}`.")
    message = f"The identity provider can't fill in “{clean(_beginning(rest), 20)}”; its page fails for everyone."
    if rest.startswith(("%{", "%<")):
        return Problem(place, message, "Write a placeholder as `%{sp_name}`, and a percent sign as `%%`.")
    return Problem(place, message, "Write `%%` for a percent sign; people see one `%`.")


def _beginning(rest: str) -> str:
    """The percent sign and the word that it stands before, if any."""
    found = re.match(r"%\s?\S{0,18}", rest)
    return found[0] if found else "%"


def _unknown(place: str, written: str, name: str) -> Problem:
    message = f"The identity provider knows no placeholder “{clean(written, 40)}”; its page fails for everyone."
    near = nearest(name, NAMES)
    fix = _OWN_WORDS.get(name) or (
        f"Did you mean `%{{{near}}}`?" if near else f"Write one of {', '.join(f'`%{{{one}}}`' for one in NAMES)}."
    )
    return Problem(place, message, fix)


RULE = Rule("help-text-placeholder", "error", "Help texts hold only placeholders that the identity provider fills in",
            app=_check, waivable=False)  # fmt: skip
