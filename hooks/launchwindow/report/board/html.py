"""HTML by construction: what is text stays text, whoever wrote it, and an address leads where it says.

There is no other way to markup: an element's children are escaped unless they are elements themselves, and what a
reader can't see, or what turns the direction of the text around it, is shown as an escape.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from launchwindow.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 10_000
"""Characters of one text."""
_VOID = {"input", "link", "meta"}
_ADDRESSES = ("href", "src", "action")
_RELATIVE = re.compile(r"(?:\.\./)*[A-Za-z0-9][A-Za-z0-9._/-]*(?:\?[a-z]+=[a-z]+)?|#[A-Za-z0-9._-]+")
_HTTPS = re.compile(r"https://[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?(?:[/?#][A-Za-z0-9._~:/?#\[\]@!$&()*+,;=%-]*)?")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


class Html(str):
    """Markup. Made by `el` and `join` alone; anything that is done to it as a string gives text again."""

    __slots__ = ()


Child = str | None
"""What an element may hold: markup, text, or nothing."""


def text(value: str) -> Html:
    """Text as markup."""
    return Html(escape(value if value.isprintable() else visible(value, LONGEST)))


def join(children: Iterable[Child]) -> Html:
    """Several as one."""
    return Html("".join(one if isinstance(one, Html) else text(one) for one in children if one is not None))


def el(name: str, /, *children: Child, **attributes: str | bool | int | None) -> Html:
    """An element. Of an attribute's name a last underscore goes and others are hyphens: `class_`, `aria_label`.

    An attribute of None or False is left out, one of True has no value. Raises `ValueError` for an address that could
    lead anywhere but into the board or to https.
    """
    attrs = "".join(_attribute(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no element")
    return Html(f"<{name}{attrs}>") if name in _VOID else Html(f"<{name}{attrs}>{join(children)}</{name}>")


def _attribute(name: str, value: str | bool | int | None) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    if not _NAME.fullmatch(name) or name.startswith("on") or name == "style":
        raise ValueError(f"{name!r} is no attribute for a page of the board")
    if name in _ADDRESSES and not (_RELATIVE.fullmatch(str(value)) or is_https(str(value))):
        raise ValueError(f"{value!r} is no address for a page of the board")
    return f' {name}="{text(str(value))}"'


def is_https(address: str) -> bool:
    """Whether it may be followed: https, to the host that a reader sees first, and with nothing odd in it."""
    return _HTTPS.fullmatch(address) is not None


def outside(address: str) -> Html:
    """An address that somebody wrote: one of https can be followed, any other is text."""
    shown = el("span", address, class_="address")
    return el("a", shown, href=address, rel="noopener noreferrer") if is_https(address) else shown
