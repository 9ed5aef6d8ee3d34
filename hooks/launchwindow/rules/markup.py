"""What is wrong with the HTML of a help text. Part of the rule `help-text-markup`; no rule itself.

The standard library's parser is lenient and slow on hostile text, so what is long or full of brackets is not read.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Literal

from launchwindow.load.plain import shown
from launchwindow.model.named import NamedTuple

TAGS = ("p", "br", "ol", "ul", "li", "a", "strong", "em", "b")
ATTRIBUTES = ("href", "target")
SCHEMES = ("https", "http", "mailto", "tel")
LONGEST = 10_000
"""Characters."""
MOST_TAGS = 400

_INSTEAD = {"i": "em", "div": "p", "h1": "strong", "h2": "strong", "h3": "strong", "h4": "strong", "u": "em"}
_RUNS = ("script", "iframe", "object", "embed", "form", "style", "svg", "math", "base", "meta", "link")
_CLOSED = ("a", "strong", "em", "b", "ol", "ul")
"""Tags whose end no browser can guess."""
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):")
_ALLOWED = f"Only {', '.join(TAGS)} are left in, with the attributes {' and '.join(ATTRIBUTES)}."


class Fault(NamedTuple):
    """`dangerous`: would run something; `dropped`: is taken out in silence; `untidy`: may be shown differently."""

    kind: Literal["dangerous", "dropped", "untidy"]
    message: str
    fix: str


def faults(text: str) -> tuple[Fault, ...]:
    """Each fault once, in the text's order; never raises."""
    if len(text) > LONGEST or text.count("<") > MOST_TAGS:
        fix = f"Keep it below {LONGEST} characters and {MOST_TAGS} tags, and link to a page that says the rest."
        return (Fault("dropped", "The text is too long for the box above a form.", fix),)
    reader = _Reader()
    try:
        reader.feed(text)
        reader.close()
    except AssertionError:
        # The parser's way to say that a `<![…` is none that it knows.
        reader.found.append(Fault("dropped", "A part that begins with `<![` is taken out.", "Remove it."))
    for tag in reader.open:
        reader.found.append(Fault("untidy", f"The tag <{tag}> is never closed.", f"Close it with </{tag}>."))
    return tuple(dict.fromkeys(reader.found))


class _Reader(HTMLParser):
    """Gathers faults while the text is read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Fault] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.found.append(_tag(tag))
        elif tag in _CLOSED:
            self.open.append(tag)
        for name, value in attrs:
            # Of a tag that is taken out, no attribute is left that would have to be told; a handler is told always.
            if tag in TAGS or name.startswith("on"):
                self.found += _attribute(tag, name, value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # To a browser `<b/>` opens, and nothing closes it.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            last = len(self.open) - 1 - self.open[::-1].index(tag)
            del self.open[last]
        elif tag in _CLOSED:
            self.found.append(Fault("untidy", f"</{tag}> closes nothing.", f"Open it before with <{tag}>."))

    def handle_comment(self, data: str) -> None:
        self._dropped(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._dropped(f"<!{decl}>")

    def unknown_decl(self, data: str) -> None:
        self._dropped(f"<![{data}]>")

    def handle_pi(self, data: str) -> None:
        self._dropped(f"<?{data}>")

    def _dropped(self, written: str) -> None:
        self.found.append(Fault("dropped", f"{shown(written)} is taken out: people don't see it.", "Remove it."))


def _tag(tag: str) -> Fault:
    if tag in _RUNS:
        return Fault("dangerous", f"A help text can't hold <{tag}>.", f"Remove it. {_ALLOWED}")
    instead = _INSTEAD.get(tag)
    fix = f"Write <{instead}> instead. {_ALLOWED}" if instead else f"Remove the tag, and keep its text. {_ALLOWED}"
    return Fault("dropped", f"The tag {shown(f'<{tag}>')} is taken out: people don't see it.", fix)


def _attribute(tag: str, name: str, value: str) -> list[Fault]:
    if name.startswith("on"):
        return [Fault("dangerous", f"A help text can't run anything: {shown(name)} is a handler.", "Remove it.")]
    if name not in ATTRIBUTES:
        return [Fault("dropped", f"The attribute {shown(name)} is taken out.", f"Remove it. {_ALLOWED}")]
    if name != "href":
        return []
    if tag == "a" and "%{" in value:
        message = "The dashboard breaks a placeholder in a link's address as soon as the app is saved there."
        fix = "Say in words where people create an account; or take care that nobody saves the app in the dashboard."
        return [Fault("untidy", message, fix)]
    # As browsers do: white space and control characters count for nothing.
    scheme = _SCHEME.match("".join(value.split()).translate(dict.fromkeys(range(33))).lower())
    if scheme is None or scheme[1] in SCHEMES:
        return []
    message = f"A link can't lead to {shown(scheme[0])}."
    kind: Literal["dangerous", "dropped"] = "dangerous" if scheme[1] in _SCRIPTS else "dropped"
    return [Fault(kind, message, 'Link to a page: `<a href="https://…">`.')]


_SCRIPTS = ("javascript", "vbscript", "data")
