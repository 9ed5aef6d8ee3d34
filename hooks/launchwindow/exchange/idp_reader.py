"""Bytes of the IdP's own YAML -> plain data.

It is YAML 1.1 as the IdP's seeder reads it (`YAML.safe_load`): no aliases, no objects, and of two equal keys the last
one wins in silence, which is noted here. Read from libyaml's events, so that nesting can't exhaust the stack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from launchwindow.exchange.idp_scalars import resolve
from launchwindow.load.plain import clean
from launchwindow.model.errors import LaunchwindowError
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 50
_STRING_TAGS = ("!", "tag:yaml.org,2002:str")


class Repeated(NamedTuple):
    """A key that stands twice in one mapping; only the later value is kept, as the IdP does."""

    key: str
    line: int
    """Of the later one, counted from 1."""


class IdpDocument(NamedTuple):
    """Plain data (dict with text keys, list, str, int, float, bool, None) and what was odd about its source."""

    path: str
    data: object
    repeated: tuple[Repeated, ...]


def read(path: str, data: bytes) -> IdpDocument:
    """The document in `data`; `path` is only for messages.

    Days become ISO text and keys text. Raises LaunchwindowError naming file and line for what is no YAML, or holds
    aliases, tags, embedded Ruby (`<%`) or a second document.
    """
    text = _decoded(path, data)
    try:
        return _Reader(path, text, _fast_events(text)).document()
    except _ColonInFlowError:
        return _Reader(path, text, _slow_events(text)).document()


def _decoded(path: str, data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise LaunchwindowError(
            f"{path}: the file has {len(data) // 1024**2} MiB; at most {MAX_BYTES // 1024**2} are read."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise LaunchwindowError(f"{path}:{line}: a byte here is not UTF-8; save the file as UTF-8.") from error
    at = text.find("<%")
    if at >= 0:
        raise LaunchwindowError(
            f"{path}:{text.count(chr(10), 0, at) + 1}: embedded Ruby (<% … %>) is not run; "
            "write out what it stands for, then import again."
        )
    return text


def _key_text(value: object, written: str) -> str:
    """A key as text: the IdP's columns take its value, so `2_000` is the key 2000."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else written


class _Open(NamedTuple):
    """A collection that is not closed yet; `key` holds at most one key that waits for its value."""

    collection: dict[str, object] | list[object]
    key: list[str]


class _ColonInFlowError(Exception):
    """The libyaml that comes with ruamel.yaml is older than the IdP's: it does not take `[https://example.gov]`."""


def _fast_events(text: str) -> Iterator[Any]:
    from _ruamel_yaml import CParser
    from ruamel.yaml.error import MarkedYAMLError

    try:
        parser = CParser(text)
        while (event := parser.get_event()) is not None:
            yield event
    except MarkedYAMLError as error:
        if "found unexpected ':'" in (error.problem or ""):
            raise _ColonInFlowError from error
        raise


def _slow_events(text: str) -> Iterator[Any]:
    from ruamel.yaml import YAML

    yield from YAML(typ="safe", pure=True).parse(text)


class _Reader:
    """Builds plain data from parser events, without recursion."""

    def __init__(self, path: str, text: str, events: Iterator[Any]) -> None:
        self.path = path
        self.text = text
        self.events = events
        self.open: list[_Open] = []
        self.repeated: list[Repeated] = []

    def document(self) -> IdpDocument:
        root: object = None
        documents = 0
        for name, event in self._events():
            if name == "DocumentStartEvent":
                documents += 1
                if documents == 2:
                    raise self._problem(event.start_mark, "a second document begins here; keep one in each file")
            elif name == "ScalarEvent":
                root = self._scalar(event, root)
            elif name in ("MappingStartEvent", "SequenceStartEvent"):
                collection: dict[str, object] | list[object] = {} if name == "MappingStartEvent" else []
                root = collection if not self.open else root
                self._begin(collection, event)
            elif name in ("MappingEndEvent", "SequenceEndEvent"):
                self.open.pop()
        return IdpDocument(self.path, root, tuple(self.repeated))

    def _events(self) -> Iterator[tuple[str, Any]]:
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        try:
            for event in self.events:
                name = type(event).__name__
                self._refuse(name, event)
                yield name, event
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise self._problem(mark, f"not YAML: {clean(error.problem or 'unreadable')}") from error
        except YAMLError as error:
            raise self._problem(self._control_character(), "a control character stands here; remove it") from error

    def _control_character(self) -> int:
        for number, line in enumerate(self.text.split("\n"), 1):
            if any(not character.isprintable() and character not in "\t\r\x85\xa0" for character in line):
                return number
        return 1

    def _refuse(self, name: str, event: Any) -> None:
        if name == "AliasEvent":
            raise self._problem(event.start_mark, "an alias (*) is not read, as by the IdP; write the value out")
        tag = getattr(event, "tag", None)
        if tag and not (name == "ScalarEvent" and tag in _STRING_TAGS):
            raise self._problem(event.start_mark, f"the tag {clean(str(tag))} is not read; remove it")

    def _scalar(self, event: Any, root: object) -> object:
        value = event.value if event.style not in (None, "") or event.tag else resolve(event.value)
        if not self.open:
            return value
        top = self.open[-1]
        if isinstance(top.collection, dict) and not top.key:
            self._key(top, _key_text(value, event.value), event)
        else:
            self._put(value)
        return root

    def _key(self, top: _Open, key: str, event: Any) -> None:
        if key == "<<":
            raise self._problem(event.start_mark, "a merge key (<<) is not read; write the values out")
        if key in top.collection:
            self.repeated.append(Repeated(key, event.start_mark.line + 1))
        top.key.append(key)

    def _begin(self, collection: dict[str, object] | list[object], event: Any) -> None:
        if len(self.open) >= MAX_DEPTH:
            raise self._problem(event.start_mark, f"nested deeper than {MAX_DEPTH} levels")
        if self.open:
            top = self.open[-1]
            if isinstance(top.collection, dict) and not top.key:
                raise self._problem(event.start_mark, "a key must be plain text")
            self._put(collection)
        self.open.append(_Open(collection, []))

    def _put(self, value: object) -> None:
        collection, key = self.open[-1]
        if isinstance(collection, dict):
            collection[key.pop()] = value
        else:
            collection.append(value)

    def _problem(self, mark: Any, message: str) -> LaunchwindowError:
        line = mark if isinstance(mark, int) else 1 if mark is None else mark.line + 1
        return LaunchwindowError(f"{self.path}:{line}: {message}.")
