"""Which logo files apps name, and what they are by their content. Shared by the logo rules; no rule itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.plain import shown
from launchwindow.model.app import once_in_turn
from launchwindow.model.finding import Span
from launchwindow.model.named import NamedTuple
from launchwindow.model.rule import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App, Corpus

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_OTHERS = (
    (b"\x1f\x8b", "a compressed file (.svgz, .gz)"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a WebP image"),
    (b"BM", "a BMP image"),
    (b"\0\0\1\0", "an icon file (.ico)"),
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"PK\3\4", "a ZIP archive"),
    (b"\x89PNG", "a PNG image whose beginning is damaged, as by a transfer as text"),
)


class Logo(NamedTuple):
    """A logo's file and the first app that names it."""

    app: App
    path: str
    data: bytes

    @property
    def is_png(self) -> bool:
        """Whether the content, not the name, says PNG."""
        return self.data.startswith(PNG_SIGNATURE)

    @property
    def ending(self) -> str:
        """The name's ending in lower case, without the dot; empty when it has none."""
        name = self.path.rpartition("/")[2]
        return name.rpartition(".")[2].lower() if "." in name else ""

    @property
    def ending_in_words(self) -> str:
        """The ending as a message tells it."""
        return f"ends in {shown('.' + self.ending)}" if self.ending else "has no ending"

    def problem(self, message: str, fix: str, line: int = 1) -> tuple[str, Problem]:
        """A problem of the file, under the waivers of the app; no text of the file is quoted."""
        return self.app.path, Problem("", message, fix, file=self.path, span=Span(line, 1, line, 1))


@once_in_turn
def named_logos(corpus: Corpus) -> tuple[Logo, ...]:
    """Each logo that apps name and that is there: once, however many environments name it."""
    return tuple(_named_logos(corpus))


def _named_logos(corpus: Corpus) -> Iterator[Logo]:
    seen = set()
    for app in corpus.apps:
        file = app.files.get(app.text("logo") or "")
        if file is not None and file.data is not None and file.path not in seen:
            seen.add(file.path)
            yield Logo(app, file.path, file.data)


def other_kind(data: bytes) -> str | None:
    """What bytes are that are neither PNG nor text: a kind of file that people know; None when it is none of them."""
    if not data.strip():
        return "empty"
    return next((kind for beginning, kind in _OTHERS if data.startswith(beginning)), None)
