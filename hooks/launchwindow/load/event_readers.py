"""Readers of YAML events: libyaml's, and what helps where its age shows.

The libyaml inside ruamel.yaml.clib is older than the fix that allows `[https://example.gov]` without quotes, which
YAML 1.2 does and people write. The reader in Python takes it, but is thirty times slower. So such a colon is first
given a stand-in of the same length, which libyaml reads as a letter: places stay right, and values get it back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol

from launchwindow.model.errors import LaunchwindowError

try:
    from _ruamel_yaml import CParser
except ImportError as _error:
    # The reader in Python takes thirty times as long: better to say so than to be slow in silence.
    raise LaunchwindowError(
        f"The YAML parser in C is missing ({_error}). Install it: pip install ruamel.yaml.clib"
    ) from _error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruamel.yaml.error import MarkedYAMLError

_STAND_IN = "\ue000"
_COLON = re.compile(r"""(?<=[^\s"'\]\[{},]):(?=[^\s\[\]{},])""")
"""A colon within a plain scalar: what ends a key has a blank behind it, or a quotation or bracket before it."""


class EventReader(Protocol):
    """Gives the events of a text one by one, the last of them a StreamEndEvent."""

    def get_event(self) -> Any:
        """The next event. Raises ruamel.yaml's YAMLError."""


def first_reader(text: str) -> EventReader:
    """libyaml, as it is."""
    reader: EventReader = CParser(text)
    return reader


def next_reader(text: str, reader: EventReader, error: MarkedYAMLError) -> EventReader | None:
    """Who reads the text again after `reader` failed with `error`; None when the error is the text's."""
    if isinstance(reader, _StandIns):
        return _InPython(text)
    if isinstance(reader, _InPython) or "found unexpected ':'" not in (error.problem or ""):
        return None
    return _InPython(text) if _STAND_IN in text else _StandIns(text)


class _StandIns:
    """libyaml, with stand-ins for the colons that it is too old for."""

    def __init__(self, text: str) -> None:
        self._reader = CParser(_COLON.sub(_STAND_IN, text))

    def get_event(self) -> Any:
        event = self._reader.get_event()
        value = getattr(event, "value", None)
        if isinstance(value, str) and _STAND_IN in value:
            event.value = value.replace(_STAND_IN, ":")
        return event


class _InPython:
    """ruamel.yaml's own parser."""

    def __init__(self, text: str) -> None:
        from ruamel.yaml import YAML

        self._events: Iterator[Any] = YAML(typ="safe", pure=True).parse(text)

    def get_event(self) -> Any:
        return next(self._events)
