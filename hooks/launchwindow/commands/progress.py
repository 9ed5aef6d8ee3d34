"""A bar on a terminal while a command works for long; nothing where nobody watches."""

from __future__ import annotations

import sys

from launchwindow.report.visible import visible

WIDTH = 24
"""Characters of the bar."""
LINE = 78
_CLEAR = "\r\x1b[K"


class Progress:
    """One line on standard error, written over again and again."""

    def __init__(self) -> None:
        self._shown = False
        self._watched = sys.stderr.isatty()

    def step(self, done: int, total: int, what: str) -> None:
        """So many steps of so many are done, and this one comes now."""
        if self._watched and total:
            self._write(bar(done, total, what))

    def note(self, text: str) -> None:
        """Something that makes a person wait; told in a workflow's log too."""
        if self._watched:
            self._write(visible(text, LINE))
        else:
            print(visible(text), file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line as it was."""
        if self._shown:
            print(_CLEAR, end="", file=sys.stderr, flush=True)

    def _write(self, line: str) -> None:
        print(f"{_CLEAR}{line}", end="", file=sys.stderr, flush=True)
        self._shown = True


def bar(done: int, total: int, what: str) -> str:
    """`[████········]  40 of 120  make the issue of …`, no longer than a terminal's line."""
    filled = WIDTH * done // total
    digits = len(str(total))
    return visible(f"[{'█' * filled}{'·' * (WIDTH - filled)}] {done:>{digits}} of {total}  {what}", LINE)
