"""A logo is a picture and nothing else: it runs nothing, loads nothing and hides nothing.

Why: the process page, "Before deployment": "You must include an agency logo for your application." The identity
provider serves it from its own host, on the page where people type their passwords, and an SVG can hold scripts,
handlers, foreign objects and references to other hosts. All of them are refused in any namespace, case and disguise:
entities, escapes, CDATA, animations that set a handler. References may lead to parts of the file itself, and pictures
and fonts may stand in it as `data:`. The portal asks for a `viewBox`, without which a logo can't be scaled. A PNG ends
where its image ends, holds no web page, and has at most 4096 by 4096 pixels, so that a few bytes do not unfold into
gigabytes; neither may the `use` elements of an SVG draw its parts many thousand times. Can't be waived.

Bad:

    <svg xmlns="http://www.w3.org/2000/svg" onload="track()"><image href="https://cdn.example/seal.png"/></svg>

Good:

    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120"><circle cx="60" cy="60" r="50"/></svg>

Fix: remove what the message names; drawing programs have an export called plain or optimised SVG that leaves it out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.logos import named_logos, other_kind
from launchwindow.rules.png import read_png
from launchwindow.rules.svg import read_svg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import Corpus
    from launchwindow.model.rule import Facts
    from launchwindow.rules.logos import Logo

_MOST_PIXELS = 4096
"""Of a side. Ours: the portal looks at the bytes alone."""
_WEB_PAGE = rb"(?i)<\s*(?:script|html|head|body|iframe|svg|!doctype|\?php)"
_EXPORT = "Export the logo again, without anything but the image."


def _check(corpus: Corpus, _facts: Facts) -> Iterator[tuple[str, Problem]]:
    for logo in named_logos(corpus):
        yield from _png(logo) if logo.is_png else _svg(logo)


def _png(logo: Logo) -> Iterator[tuple[str, Problem]]:
    png = read_png(logo.data)
    if png.after_end:
        yield logo.problem(f"{png.after_end:,} bytes stand behind the end of the image.", _EXPORT)
    if re.search(_WEB_PAGE, png.texts):
        yield logo.problem("A part of a web page stands in the image's remarks.", _EXPORT)
    if max(png.width, png.height) > _MOST_PIXELS:
        message = f"The image has {png.width} by {png.height} pixels; at most {_MOST_PIXELS} a side are taken."
        yield logo.problem(message, "Export it with fewer pixels; logos are shown small.")
    if png.animated:
        path, problem = logo.problem("The image is animated.", "Export it as a still image: logos that move distract.")
        yield path, problem._replace(severity="note")


def _svg(logo: Logo) -> Iterator[tuple[str, Problem]]:
    if other_kind(logo.data) is not None:
        # `logo-format` says what it is; as no SVG it does nothing.
        return
    for line, hazard in read_svg(logo.data).hazards:
        yield logo.problem(hazard.message, hazard.fix, line)


RULE = Rule("logo-safety", "error", "Logos run, load and hide nothing", fleet=_check, waivable=False)
