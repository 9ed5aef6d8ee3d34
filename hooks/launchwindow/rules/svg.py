"""An SVG's events, read by expat without entities and without building a tree (docs/adr/0003). No rule itself."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from xml.parsers.expat import ExpatError, ParserCreate

from launchwindow.load.plain import shown
from launchwindow.model.named import NamedTuple
from launchwindow.rules.svg_hazards import Hazard, acts_nowhere, are_plain, in_element, in_style
from launchwindow.rules.svg_repeats import Repeats

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMESPACE = "http://www.w3.org/2000/svg"
MAX_BYTES = 1024 * 1024
"""Beyond it nothing is read. A logo has at most a twentieth of it."""
MAX_DEPTH = 100
_MAX_HAZARDS = 10

_ENCODINGS = {"utf-8", "us-ascii", "ascii", "iso-8859-1"}
"""Which browsers and expat read alike. In others one of them may see a tag where the other sees letters."""
_SVG = b'xmlns="http://www.w3.org/2000/svg"'
_DECLARATION = re.compile(rb"<\?xml version=[\"']1\.0[\"'](?: encoding=[\"'](?i:utf-8)[\"'])? ?\?>")
_W3C = r"https?://www\.w3\.org/[A-Za-z0-9/._-]*\.dtd"
_HARMLESS_INSTRUCTIONS = {"xpacket", "adobe-xap-filters"}
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_VIEW_BOX = re.compile(rf"\s*{_NUMBER}[\s,]+{_NUMBER}[\s,]+({_NUMBER})[\s,]+({_NUMBER})\s*")


class Found(NamedTuple):
    """A hazard and the line, from 1, on which it stands."""

    line: int
    hazard: Hazard


_TOO_OFTEN = Hazard("Use elements draw parts of the logo too often.", "Draw them once, or use simpler shapes.")


class Svg(NamedTuple):
    """What reading brought to light.

    `root` is (namespace, name) of the first element, None when reading did not come that far. `damage` is (line, what)
    where the bytes stop being XML, None when they are well formed or were refused before, which `hazards` then says.
    """

    root: tuple[str, str] | None
    damage: tuple[int, str] | None
    hazards: tuple[Found, ...]

    @property
    def is_svg(self) -> bool:
        """Whether browsers would show it as SVG."""
        return self.root == (NAMESPACE, "svg")


@lru_cache(maxsize=1024)
def _parts_of(full_name: str) -> tuple[str, str, str]:
    """(namespace, name, name in lower case) of an element."""
    uri, _, name = full_name.rpartition(" ")
    return uri, name, name.lower()


class _Refused(Exception):
    """Reading ends here; the hazard is noted."""


@lru_cache(maxsize=2048)
def read_svg(data: bytes) -> Svg:
    """What an SVG's bytes hold. Any bytes are read; nothing is raised and nothing is fetched."""
    if len(data) > MAX_BYTES:
        return Svg(None, None, (Found(1, Hazard("The logo is too large to be looked through.", "Make it smaller.")),))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        hazard = Hazard("The logo is not UTF-8 text.", "Save it as UTF-8.")
        return Svg(None, None, (Found(1, hazard),))
    return _plain(data) or _Reader().read(data)


def _plain(data: bytes) -> Svg | None:
    """What most logos come to: well formed, an SVG that can be scaled, and nothing in it that could be a hazard.

    Where no value can act, only the names of elements and attributes have to be looked at, each once. None for a logo
    that the reader has to look at closely.
    """
    declaration = _DECLARATION.match(data)
    if b"<!D" in data or data.find(b"<?", declaration.end() if declaration is not None else 0) >= 0:
        return None
    if not acts_nowhere(data.replace(_SVG, b"", 1)):
        return None
    root: tuple[str, str | None] | None = None
    elements, attributes, count = set[str](), set[str](), 0

    def start(full_name: str, given: dict[str, str]) -> None:
        nonlocal root, count
        root = root or (full_name, given.get("viewBox"))
        count += 1
        if count > MAX_DEPTH:
            # Fewer can't be nested too deep.
            raise _Refused
        elements.add(full_name)
        attributes.update(given)

    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    try:
        parser.Parse(data, True)
    except (ExpatError, _Refused):
        return None
    assert root is not None
    if root[0] != f"{NAMESPACE} svg" or not _is_view_box(root[1]) or not are_plain(elements, attributes):
        return None
    return Svg((NAMESPACE, "svg"), None, ())


@lru_cache(maxsize=256)
def _is_view_box(value: str | None) -> bool:
    match = _VIEW_BOX.fullmatch(value) if value is not None else None
    return match is not None and float(match[1]) > 0 and float(match[2]) > 0


class _Reader:
    """Gathers hazards from expat's events. Expat keeps its own stack on the heap, so depth costs only memory."""

    def __init__(self) -> None:
        self._root: tuple[str, str] | None = None
        self._open: list[str] = []
        self._style: list[str] = []
        self._found: list[Found] = []
        self._repeats = Repeats()
        self._parser: Any = None

    def read(self, data: bytes) -> Svg:
        # A space can't stand in a namespace that expat takes, so it parts namespace and name.
        parser = self._parser = ParserCreate(namespace_separator=" ")
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._doctype
        parser.SkippedEntityHandler = self._entity
        parser.ProcessingInstructionHandler = self._instruction
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        damage = None
        try:
            parser.Parse(data, True)
            if self._repeats.too_many():
                self._found.append(Found(1, _TOO_OFTEN))
        except _Refused:
            pass
        except ExpatError as error:
            damage = (max(1, error.lineno), str(error).partition(":")[0])
        return Svg(self._root, damage, tuple(self._found))

    def _note(self, hazard: Hazard) -> None:
        self._found.append(Found(self._parser.CurrentLineNumber, hazard))
        if len(self._found) == _MAX_HAZARDS:
            raise _Refused

    def _refuse(self, message: str, fix: str) -> None:
        self._note(Hazard(message, fix))
        raise _Refused

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            self._refuse(f"The logo's encoding is {shown(encoding)}.", "Save it as UTF-8.")

    def _doctype(self, _name: str, system_id: str | None, _public_id: str | None, has_internal_subset: int) -> None:
        # Before anything that the declaration holds is read.
        if has_internal_subset:
            self._refuse("The DOCTYPE declares entities or other things of its own.", "Delete the whole DOCTYPE.")
        if system_id is not None and not re.fullmatch(_W3C, system_id):
            self._refuse(f"The DOCTYPE refers to {shown(system_id)}.", "Delete the whole DOCTYPE.")

    def _entity(self, name: str, _is_parameter: bool) -> None:
        self._refuse(f"The entity {shown(name)} is not declared.", "Write the character itself.")

    def _instruction(self, target: str, _data: str) -> None:
        if target.lower() not in _HARMLESS_INSTRUCTIONS:
            self._note(Hazard(f"The processing instruction {shown(target)} is not for logos.", "Delete it."))

    def _start(self, full_name: str, attributes: Mapping[str, str]) -> None:
        uri, name, lower = _parts_of(full_name)
        if len(self._open) >= MAX_DEPTH:
            self._refuse(f"Elements are nested deeper than {MAX_DEPTH}.", "Ungroup them.")
        if self._root is None:
            self._root = (uri, name)
            if self._root == (NAMESPACE, "svg"):
                self._view_box(attributes)
        self._open.append(lower)
        self._repeats.open(lower, attributes)
        if lower == "style":
            # Only now: most logos have white space between their elements, and no style.
            self._parser.CharacterDataHandler = self._text
        for hazard in in_element(uri, name, attributes):
            self._note(hazard)

    def _end(self, _full_name: str) -> None:
        self._repeats.close()
        if self._open.pop() == "style" and "style" not in self._open:
            hazard = in_style("".join(self._style))
            self._style.clear()
            self._parser.CharacterDataHandler = None
            if hazard is not None:
                self._note(hazard)

    def _text(self, text: str) -> None:
        if "style" in self._open:
            self._style.append(text)

    def _view_box(self, attributes: Mapping[str, str]) -> None:
        value = attributes.get("viewBox")
        example = 'such as `viewBox="0 0 120 120"`'
        if value is None:
            spelled = next((name for name in attributes if name.lower() == "viewbox"), None)
            message = "The logo has no viewBox, so it can't be scaled."
            fix = f"Give the svg element one, {example}."
            self._note(Hazard(message, fix if spelled is None else f"Write {shown(spelled)} as viewBox."))
        else:
            if not _is_view_box(value):
                message = f"The viewBox {shown(value)} is not four numbers, the last two above zero."
                self._note(Hazard(message, f"Write the left, the top, the width and the height, {example}."))
