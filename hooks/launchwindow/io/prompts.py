"""Asks somebody at a terminal. Questions go to standard error: standard output is the command's own."""

from __future__ import annotations

import sys

from launchwindow.model.errors import NotPossible

UNANSWERED = "Nothing was written: the questions were not answered to the end."
_LONGEST = 10_000
_LONGEST_LINE = 4 * 1024 * 1024


class Terminal:
    """The terminal that the command runs in."""

    def say(self, text: str) -> None:
        """Print lines."""
        print(_encodable(text), file=sys.stderr)

    def ask(self, prompt: str) -> str:
        """One line as it was typed, without its end. Raises `NotPossible` when somebody ends the conversation."""
        print(_encodable(prompt), end="", file=sys.stderr, flush=True)
        try:
            line = sys.stdin.readline(_LONGEST)
        except UnicodeDecodeError:
            raise NotPossible("Nothing was written: what was typed is no text in the terminal's encoding.") from None
        if not line:
            print(file=sys.stderr)
            raise NotPossible(UNANSWERED)
        return line.rstrip("\r\n")


def terminal() -> Terminal | None:
    """The terminal, None where nobody can answer: in a pipe, a hook or a workflow."""
    streams = (sys.stdin, sys.stderr)
    return Terminal() if all(stream is not None and stream.isatty() for stream in streams) else None


def standard_input() -> bytes:
    """All that another program writes to us, up to more than a command line has."""
    return b"" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.buffer.read(_LONGEST_LINE)


def _encodable(text: str) -> str:
    encoding = sys.stderr.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
