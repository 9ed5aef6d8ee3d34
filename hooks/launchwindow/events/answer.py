"""What an event has to say: the text for people, the document for programs, and how it went."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NO_OTHERS: Mapping[str, Callable[[], str]] = MappingProxyType({})


class Answer(NamedTuple):
    """`status` is the exit status (design §11); `document` what `--format json` prints."""

    text: str
    document: Mapping[str, object]
    status: int = 0
    renderings: Mapping[str, Callable[[], str]] = NO_OTHERS
    """What a further `--format` that the command offers prints; made only when it is asked for."""
