"""What an SVG's elements, attributes and styles may hold. Part of the rule `logo-safety`; no rule itself.

Judged by meaning, not by spelling: names in any namespace and case, styles with their escapes resolved.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from launchwindow.load.plain import shown
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_XHTML = "http://www.w3.org/1999/xhtml"
_NAMESPACES = {
    _XHTML: "HTML",
    "http://www.w3.org/1999/XSL/Transform": "XSLT",
    "http://www.w3.org/2001/XInclude": "XInclude",
    "http://www.w3.org/2001/xml-events": "XML Events",
}
"""Namespaces whose elements and attributes act."""
_XML = "http://www.w3.org/XML/1998/namespace"

_SCRIPTS = {"script", "handler", "listener"}
_FOREIGN = {"foreignobject", "iframe", "frame", "object", "embed", "applet", "audio", "video", "canvas"}
_PICTURES = {"image", "feimage"}
_REFERENCES = {"href", "src"}

_PICTURE_DATA = r"(?i)data:image/(?:png|jpe?g|gif|webp);base64,"
_FONT_DATA = r"(?i)data:(?:font/[a-z0-9]+|application/(?:x-)?font-[a-z0-9-]+)[;,]"
_SCRIPT_ADDRESS = r"(?i)(?:java|vb|live)script:"
_INVISIBLE = r"[\x00-\x20\x7f-\xa0]+"

_MAY_ACT = re.compile(r"[(:@\\]")
"""One of them is in all that is looked for: most values have none, and are done with at once."""
_CSS_ESCAPE = r"(?s)\\(?:([0-9A-Fa-f]{1,6})\s?|(.))"
_CSS_URL = r"""(?i)url\(\s*(?:"([^"]*)"|'([^']*)'|([^)]*))"""
_CSS_STRING_URL = r"""(?i)(?:image|image-set|cross-fade|src)\(\s*["']"""
_CSS_ACTIVE = r"(?i)expression\(|-moz-binding|(?<![\w-])behavior\s*:"

_INLINE = "Draw it in the file itself, or refer to a part of the file by `#id`."


class Hazard(NamedTuple):
    """Why a part is refused, and what to do. Names of the file are in it, quoted and cut."""

    message: str
    fix: str


def acts_nowhere(data: bytes) -> bool:
    """Whether no value in a file can act: none of the characters of `_MAY_ACT` stands in it, nor one as an entity."""
    return not (b"(" in data or b":" in data or b"@" in data or b"\\" in data or b"&" in data)


def are_plain(elements: Iterable[str], attributes: Iterable[str]) -> bool:
    """Whether no name of an element or attribute is a hazard, draws more than itself, or gives values a meaning."""
    return not any(map(_is_special, elements)) and not any(map(_acts, attributes))


@lru_cache(maxsize=1024)
def _is_special(full_name: str) -> bool:
    uri, _, name = full_name.rpartition(" ")
    return name.lower() in ("style", "use") or next(in_element(uri, name, {}), None) is not None


def in_element(uri: str, name: str, attributes: Mapping[str, str]) -> Iterator[Hazard]:
    """What is wrong with one element. `attributes` maps `namespace name` or `name` to the value."""
    element = name.lower()
    if element in _SCRIPTS:
        yield Hazard(f"The element {shown(name)} runs a script.", "Remove it.")
    elif element in _FOREIGN:
        yield Hazard(f"The element {shown(name)} embeds what is no SVG.", "Remove it, or draw its content as SVG.")
    elif uri in _NAMESPACES:
        yield Hazard(f"The element {shown(name)} is {_NAMESPACES[uri]}, not SVG.", "Remove it.")
    for full_name, value in attributes.items():
        if not _acts(full_name) and not _MAY_ACT.search(value):
            continue
        attribute_uri, _, attribute = full_name.rpartition(" ")
        hazard = _in_attribute(element, attribute_uri, attribute, value)
        if hazard is not None:
            yield hazard


@lru_cache(maxsize=1024)
def _acts(full_name: str) -> bool:
    """Whether an attribute's name alone can be a hazard, or gives its value a meaning of its own."""
    uri, _, name = full_name.rpartition(" ")
    lower = name.lower()
    return bool(uri) or lower.startswith("on") or lower == "attributename" or lower in _REFERENCES


def in_style(text: str) -> Hazard | None:
    """What is wrong with a style sheet, or with an attribute's value, any of which may hold styles."""
    if not _MAY_ACT.search(text):
        return None
    plain = _without_escapes(text)
    if re.search(_SCRIPT_ADDRESS, re.sub(_INVISIBLE, "", plain)):
        return Hazard("A script stands where an address or a value belongs.", "Remove it.")
    if "@import" in plain.lower():
        return Hazard("A style sheet is loaded by @import.", "Put the styles that the logo needs into the file.")
    if re.search(_CSS_ACTIVE, plain):
        return Hazard("A style runs code.", "Remove it.")
    if re.search(_CSS_STRING_URL, plain):
        return Hazard("A style refers to another file.", _INLINE)
    for found in re.finditer(_CSS_URL, plain):
        address = (found[1] or found[2] or found[3] or "").strip()
        if not (address.startswith("#") or re.match(_PICTURE_DATA, address) or re.match(_FONT_DATA, address)):
            return Hazard(f"A style refers to {shown(address)}, outside of the file.", _INLINE)
    return None


def _in_attribute(element: str, uri: str, name: str, value: str) -> Hazard | None:
    lower = name.lower()
    if lower.startswith("on"):
        return Hazard(f"The attribute {shown(name)} is an event handler.", "Remove it.")
    if uri in _NAMESPACES:
        return Hazard(f"The attribute {shown(name)} is {_NAMESPACES[uri]}, not SVG.", "Remove it.")
    if uri == _XML and lower == "base":
        return Hazard("The attribute xml:base makes every reference lead out of the file.", "Remove it.")
    if lower == "attributename":
        target = value.strip().lower().rpartition(":")[2]
        if target.startswith("on") or target in _REFERENCES:
            return Hazard(f"An animation changes {shown(value)}.", "Remove it.")
    if lower in _REFERENCES:
        return _in_reference(element, value)
    return in_style(value)


def _in_reference(element: str, value: str) -> Hazard | None:
    address = value.strip()
    if not address or address.startswith("#") or (element in _PICTURES and re.match(_PICTURE_DATA, address)):
        return None
    if element == "a":
        return Hazard(f"A link leads to {shown(address)}.", "Remove the link; the login page makes none of logos.")
    return Hazard(f"The element {shown(element)} refers to {shown(address)}, outside of the file.", _INLINE)


def _without_escapes(text: str) -> str:
    """A style with its escapes resolved. Comments stay: what looks like one may be a part of a string."""
    return re.sub(_CSS_ESCAPE, _unescaped, text) if "\\" in text else text


def _unescaped(escape: re.Match[str]) -> str:
    if escape[1] is None:
        return escape[2] or ""
    number = int(escape[1], 16)
    return chr(number) if 0 < number < 0x110000 else "\ufffd"
