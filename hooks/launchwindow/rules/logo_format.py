"""A logo is PNG or SVG by its content, and its name says which.

Why: the process page, "Before deployment": "You must include an agency logo for your application", by "our logo
guidelines". The partner portal takes PNG and SVG alone and holds the content against the ending, since the identity
provider serves the file by its name: under the wrong one, or damaged, people see no logo while they sign in. An SVG
must be well formed, and its svg element in the SVG namespace: browsers show nothing else. Can't be waived.

Bad:

    logo: logo.svg      # a JPEG that was renamed

Good:

    logo: logo.png      # exported as PNG

Fix: export the logo as SVG or PNG, and give it that ending.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.plain import shown
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.logos import named_logos, other_kind
from launchwindow.rules.png import read_png
from launchwindow.rules.svg import NAMESPACE, read_svg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import Corpus
    from launchwindow.model.rule import Facts
    from launchwindow.rules.logos import Logo

_EXPORT = "Export the logo again, as SVG or PNG."


def _check(corpus: Corpus, _facts: Facts) -> Iterator[tuple[str, Problem]]:
    for logo in named_logos(corpus):
        yield from _png(logo) if logo.is_png else _svg(logo)


def _png(logo: Logo) -> Iterator[tuple[str, Problem]]:
    damage = read_png(logo.data).damage
    if damage is not None:
        yield logo.problem(f"The PNG is damaged: {damage}.", _EXPORT)
    if logo.ending != "png":
        yield logo.problem(f"The content is PNG, but the name {logo.ending_in_words}.", "Let it end in .png.")


def _svg(logo: Logo) -> Iterator[tuple[str, Problem]]:
    kind = other_kind(logo.data)
    if kind is not None:
        yield logo.problem(f"The file is {kind}; a logo is SVG or PNG.", _EXPORT)
        return
    svg = read_svg(logo.data)
    if svg.damage is not None:
        line, what = svg.damage
        begun = b"<svg" in logo.data.lower() or svg.root is not None
        message = f"The SVG is damaged: {what}." if begun else "The file is neither SVG nor PNG."
        yield logo.problem(message, _EXPORT, line if begun else 1)
    elif svg.root is not None and not svg.is_svg:
        uri, name = svg.root
        if name == "svg" and not uri:
            fix = f'Add xmlns="{NAMESPACE}" to the svg element.'
            yield logo.problem("The svg element has no namespace, so browsers do not show it.", fix)
        else:
            yield logo.problem(f"The file is XML, but no SVG: its first element is {shown(name)}.", _EXPORT)
    elif logo.ending != "svg":
        yield logo.problem(f"The content is SVG, but the name {logo.ending_in_words}.", "Let it end in .svg.")


RULE = Rule("logo-format", "error", "Logos are PNG or SVG, as their names say", fleet=_check, waivable=False)
