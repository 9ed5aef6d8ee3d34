"""GitHub's Markdown as GitHub's own parser reads it (cmark-gfm), and what a reader, or GitHub, would find in it.

HTML is let through, as if nothing were cleaned afterwards: what a page keeps out must be kept out by the page itself.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

MENTION = re.compile(r"(?<![\w`])@[A-Za-z0-9]")
NUMBER = re.compile(r"(?<![\w&])#[0-9]")
LINKED = re.compile(r"(?i)https?://|\bwww\.")
COMMIT = re.compile(r"\b[0-9a-f]{7,40}\b")


def html_of(text: str) -> str:
    """What GitHub's parser makes of Markdown."""
    return str(cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE))


class Seen(HTMLParser):
    """What is in a rendered text: its tags in order, its links and pictures, its comments, its running text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.links: list[str] = []
        self.comments: list[str] = []
        self.running: list[str] = []
        """Text outside of code, where GitHub looks for mentions, numbers and addresses."""
        self._code = 0
        self.feed(html_of(text))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        assert {name for name, _ in attrs} <= {
            "href", "src", "alt", "height", "type", "checked", "disabled", "lang", "class",
        }, attrs  # fmt: skip
        self._code += tag in ("code", "pre")

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag in ("code", "pre")

    def handle_comment(self, data: str) -> None:
        self.comments.append(data.strip())

    def handle_data(self, data: str) -> None:
        if not self._code:
            self.running.append(data)

    @property
    def text(self) -> str:
        """All running text."""
        return "\n".join(self.running)

    def found_by_github(self) -> list[str]:
        """What GitHub would make a mention, a reference or a link of."""
        return [found[0] for one in self.running for kind in (MENTION, NUMBER, LINKED, COMMIT)
                for found in kind.finditer(one)]  # fmt: skip
