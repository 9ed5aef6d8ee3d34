"""Bytes -> document: YAML 1.2 of the plain kind (design §4).

Read from libyaml's events rather than its composed nodes: the composer recurses in C and crashes the process on
deep nesting, and events let the depth, anchors, aliases, tags and second documents be refused where they stand.
"""

from __future__ import annotations

from sys import maxsize
from typing import TYPE_CHECKING, Any

from launchwindow.load.plain import clean
from launchwindow.load.scalars import resolve
from launchwindow.load.simple_yaml import simple
from launchwindow.model.document import Document, Places, Refusal
from launchwindow.model.finding import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruamel.yaml.error import MarkedYAMLError

MAX_BYTES = 256 * 1024
MAX_DEPTH = 50
MAX_VALUES = 5000
MAX_APP_VALUES = 1000
"""Many times what the largest partner's and app's files have: each value may be a finding, and findings take memory."""


class Refused(Exception):
    """The bytes are no YAML of the kind that Launchwindow reads; `refusal` says why and where."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def parse(path: str, data: bytes, max_bytes: int = MAX_BYTES) -> Document:
    """The document in `data`, of at most `max_bytes`; `path` is only for messages.

    Raises `Refused` for anything but one UTF-8 document of plain mappings, lists and scalars.
    """
    text = _decode(path, data, max_bytes)
    # What Launchwindow itself wrote may be larger, and is trusted.
    most = MAX_APP_VALUES if path.startswith("apps/") else MAX_VALUES
    most = most if max_bytes <= MAX_BYTES else maxsize
    value: object = simple(text, most)
    # Where two quotation marks stand for one, a text is not what stands there.
    verbatim = value is not None and "''" not in text
    if value is None:
        value = _Builder(path, text, most=most).build()
    return Document(path, value, text, _Locate(path, text), verbatim)


class _Locate:
    """Finds the places in a text when somebody asks for the first time."""

    __slots__ = ("_found", "_path", "_text")

    def __init__(self, path: str, text: str) -> None:
        self._path, self._text = path, text
        self._found: Places | None = None

    def __call__(self) -> Places:
        if self._found is None:
            builder = _Builder(self._path, self._text, places=Places({}, {}), most=maxsize)
            builder.build()
            self._found = builder.places
            assert self._found is not None
        return self._found


def _decode(path: str, data: bytes, max_bytes: int) -> str:
    if len(data) > max_bytes:
        message = f"The file has {len(data) // 1024} KiB; at most {max_bytes // 1024} KiB are read."
        raise _refused(path, "", Span(1, 1, 1, 1), message, "Move certificates and logos into files of their own.")
    if data.startswith(b"\xef\xbb\xbf"):
        raise _refused(
            path, "", Span(1, 1, 1, 1), "The file begins with a byte order mark.",
            "Save it as UTF-8 without a byte order mark.",
        )  # fmt: skip
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"Byte 0x{data[error.start]:02x} is not UTF-8."
        raise _refused(path, "", Span(line, column, line, column + 1), message, "Save the file as UTF-8.") from error


def _refused(path: str, text: str, span: Span, message: str, fix: str) -> Refused:
    lines = text.split("\n")
    source = lines[span.line - 1].rstrip("\r") if text and span.line <= len(lines) else None
    return Refused(Refusal(path, span, message, fix, source))


_BEGINS_A_VALUE = frozenset(("ScalarEvent", "MappingStartEvent", "SequenceStartEvent"))


class _Builder:
    """Walks the events once, without recursion; optionally notes where each value stands."""

    def __init__(self, path: str, text: str, places: Places | None = None, most: int = MAX_VALUES) -> None:
        self.path = path
        self.text = text
        self.places = places
        self.most = most
        # Only now: to import the parser takes longer than to read a hundred files.
        from launchwindow.load.event_readers import first_reader

        self.parser = first_reader(text)

    def build(self) -> object:
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        from launchwindow.load.event_readers import next_reader

        try:
            return self._document()
        except MarkedYAMLError as error:
            again = next_reader(self.text, self.parser, error)
            if again is not None:
                self.parser = again
                return self.build()
            # A key or quotation that never ends is wrong where it begins, not where the reader gave up.
            begun = error.context in ("while scanning a simple key", "while scanning a quoted scalar")
            mark = (error.context_mark if begun else None) or error.problem_mark or error.context_mark
            raise self._problem(mark, *_explain(error)) from error
        except YAMLError as error:
            # Only the reader raises this: characters that YAML forbids anywhere.
            fix = "Remove the character; in a quoted string write it as an escape."
            raise _refused(self.path, "", self._control_character(), "A control character stands here.", fix) from error

    def _control_character(self) -> Span:
        for number, line in enumerate(self.text.split("\n"), 1):
            for column, character in enumerate(line, 1):
                if not character.isprintable() and character not in "\t\r\x85\xa0":
                    return Span(number, column, number, column + 1)
        return Span(1, 1, 1, 1)

    def _events(self) -> Iterator[tuple[str, Any]]:
        while True:
            event = self.parser.get_event()
            name = type(event).__name__
            if name == "StreamEndEvent":
                return
            if name == "AliasEvent" or getattr(event, "anchor", None):
                raise self._problem(
                    event.start_mark, "Anchors and aliases are not read.", "Write the value out where it is needed.",
                    event.end_mark,
                )  # fmt: skip
            if getattr(event, "tag", None) and not (name == "ScalarEvent" and event.tag == "!"):
                raise self._problem(event.start_mark, f"The tag {clean(event.tag)} is not read.", "Remove the tag.")
            yield name, event

    def _document(self) -> object:
        documents = 0
        # Each open collection: (the collection, pointer, the key that waits for its value, its span).
        stack: list[list[Any]] = []
        root: object = None
        values = 0
        for name, event in self._events():
            values += name in _BEGINS_A_VALUE
            if values > self.most:
                message = f"The file has more than {self.most:,} keys and values."
                raise self._problem(event.start_mark, message, "No file needs that many: take out what repeats itself.")
            if name == "DocumentStartEvent":
                documents += 1
                if documents == 2:
                    fix = "Keep one document in each file: remove the `---`."
                    raise self._problem(event.start_mark, "A second document begins here.", fix)
            elif name == "ScalarEvent":
                value = resolve(event.value) if event.style in (None, "") else event.value
                if stack and type(stack[-1][0]) is dict and stack[-1][2] is None:
                    self._key(stack[-1], event)
                else:
                    root = self._place(stack, value, event) if stack else self._root(value, event)
            elif name in ("MappingStartEvent", "SequenceStartEvent"):
                collection: object = {} if name == "MappingStartEvent" else []
                pointer = self._open(stack, collection, event)
                root = collection if not stack else root
                stack.append([collection, pointer, None, None])
            elif name in ("MappingEndEvent", "SequenceEndEvent"):
                first = stack.pop()
                root = first[0] if not stack else root
        return root

    def _root(self, value: object, event: Any) -> object:
        if self.places is not None:
            self.places.values[""] = _span(event)  # type: ignore[index]
        return value

    def _key(self, frame: list[Any], event: Any) -> None:
        if event.value in frame[0]:
            message = f"The key “{clean(event.value)}” stands here a second time."
            raise self._problem(event.start_mark, message, "Keep one of them.", event.end_mark)
        frame[2], frame[3] = event.value, _span(event) if self.places is not None else None

    def _open(self, stack: list[list[Any]], collection: object, event: Any) -> str:
        if len(stack) >= MAX_DEPTH:
            message = f"Nested deeper than {MAX_DEPTH} levels."
            raise self._problem(event.start_mark, message, "No field of Launchwindow needs that: flatten it.")
        if not stack:
            self._root(None, event)
            return ""
        frame = stack[-1]
        if type(frame[0]) is dict and frame[2] is None:
            raise self._problem(event.start_mark, "A key must be plain text.", "Write the key as a word.")
        pointer = self._pointer(frame)
        self._place(stack, collection, event)
        return pointer

    def _pointer(self, frame: list[Any]) -> str:
        part = str(frame[2]) if type(frame[0]) is dict else str(len(frame[0]))
        return f"{frame[1]}/{part.replace('~', '~0').replace('/', '~1')}"

    def _place(self, stack: list[list[Any]], value: object, event: Any) -> object:
        """Put a finished scalar, or a collection that begins, into the innermost open collection."""
        frame = stack[-1]
        container = frame[0]
        if self.places is not None:
            pointer, span = self._pointer(frame), _span(event)
            collection = isinstance(value, (dict, list))
            if type(container) is dict:
                self.places.keys[pointer] = frame[3]  # type: ignore[index]
                empty = span[:2] == span[2:]
                span = frame[3] if collection or empty else span
            elif collection:
                span = Span(span.line, span.column, span.line, span.column + 1)
            self.places.values[pointer] = span  # type: ignore[index]
        if type(container) is dict:
            container[frame[2]] = value
            frame[2] = None
        else:
            container.append(value)
        return stack[0][0]

    def _problem(self, mark: Any, message: str, fix: str, end: Any = None) -> Refused:
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        one_line = end is not None and end.line == mark.line
        span = Span(line, column, line, end.column + 1 if one_line else column + 1)
        return _refused(self.path, self.text, span, message, fix)


def _span(event: Any) -> Span:
    start, end = event.start_mark, event.end_mark
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _explain(error: MarkedYAMLError) -> tuple[str, str]:
    """libyaml's problem in the reader's words: (what is wrong, what to do)."""
    problem = error.problem or "not YAML"
    for words, message, fix in _PROBLEMS:
        if words in problem:
            return message, fix
    context = f" ({error.context})" if error.context else ""
    return f"Not YAML: {problem}{context}.", "Mend the line above or at this place."


_PROBLEMS = (
    ("cannot start any token", "A character that can begin no value: a tab, `@`, `` ` `` or `%`.",
     "Indent with spaces; put text that begins with such a character in quotes."),
    ("tab character", "A tab stands where only spaces may.", "Indent with spaces."),
    ("found undefined tag handle", "Tags are not read.", "Remove the tag, or put the text in quotes."),
    ("could not find expected ':'", "A `:` is missing after the key.", "Write `key: value`."),
    ("mapping values are not allowed", "A second `: ` stands in one line.",
     "Put the value in quotes, or begin a new line."),
    ("did not find expected key", "This line does not fit the indentation of those above it.",
     "Indent it like its neighbours; put text that holds `: ` or ` #` in quotes."),
    ("did not find expected '-' indicator", "This line does not fit the list above it.",
     "Begin each item with `- `, all at the same indentation."),
    ("expected alphabetic or numeric", "Text that begins with `*` or `&` is an alias or anchor in YAML.",
     "Put the text in quotes."),
    ("unexpected end of stream", "A quotation mark is opened here and never closed.", "Close the quotation mark."),
)  # fmt: skip
