"""The site: Sphinx reads the pages where they lie, so that their links are the same here and on GitHub.

`make site` builds it into dist/site, with every warning an error. `NAVIGATION` is the menu; a page that is not in it is
a warning, and so is a link or an anchor that leads nowhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx

NAVIGATION = {
    "Begin": ("/README", "tutorial", "example-fleet"),
    "Partner engineers": ("add-an-app", "change-an-app", "findings", "rotation"),
    "Reviewers": ("review", "reviews", "pull-request-comment"),
    "Deployers": ("deploy-day", "operations", "board", "calendar", "change-requests"),
    "Maintainers": ("init", "adopting", "exchange", "change-policy", "upgrade", "action", "security"),
    "Reference": ("commands", "files", "documents", "rules", "stricter", "/CHANGELOG"),
    "Explanation": ("scheduling", "one-change", "promises", "performance", "hunting", "fuzzing", "adr/README"),
    "Take part": ("/CONTRIBUTING", "/SECURITY"),
}
"""Heading of the menu -> its pages, from docs/; one with a slash is at the repository's top."""

project = "Launchwindow"
author = "Launchwindow maintainers"
extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs/*.md", "docs/adr/*.md"]
myst_heading_anchors = 4
# What a lexer can't read it shows as it stands: a rule's bad example, a diff of half a line.
suppress_warnings = ["misc.highlighting_failure"]
nitpicky = True

smartquotes = False

html_theme = "furo"
html_title = "Launchwindow"
html_static_path = ["static"]
# Who opens the folder comes to the first page.
html_extra_path = ["top"]
html_css_files = ["launchwindow.css"]
html_show_sourcelink = False
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False


def _menu(headings: dict[str, tuple[str, ...]]) -> str:
    return "".join(
        f"\n```{{toctree}}\n:hidden:\n:maxdepth: 1\n:caption: {heading}\n\n" + "\n".join(pages) + "\n```\n"
        for heading, pages in headings.items()
    )


def _read(_app: Sphinx, page: str, content: list[str]) -> None:
    """Hang the menu on the first page and the decisions on theirs: on GitHub neither would be more than noise."""
    if page == root_doc:
        content[0] += _menu(NAVIGATION)
    elif page == "docs/adr/README":
        content[0] += "\n```{toctree}\n:glob:\n:maxdepth: 1\n\n[0-9]*\n```\n"
    # What tests read of a page is nothing for its readers.
    content[0] = re.sub(r"^<!-- .* -->\n", "", content[0], flags=re.MULTILINE)


def _name_tables(_app: Sphinx, doctree: nodes.document) -> None:
    """Tables of fields, whose columns explain themselves, may be laid out otherwise on a phone."""
    for table in doctree.findall(nodes.table):
        if next(iter(table.findall(nodes.entry))).astext() == "field":
            table["classes"].append("fields")


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("source-read", _read)
    app.connect("doctree-read", _name_tables)
    return {"parallel_read_safe": True}
