"""White space of a YAML file that means nothing: at ends of lines, at the file's end, CRLF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.edit.edits import Tidied
from launchwindow.edit.yaml_text import block_lines, has_plain_lines, same_data

if TYPE_CHECKING:
    from launchwindow.model.document import Document


def tidy_white_space(document: Document) -> Tidied | None:
    """The document with its white space in order; None when it is, or when its data might not stay the same.

    Removes spaces and tabs at the ends of lines, CR before LF, and blank lines at the file's end, and gives the last
    line its end. Inside of block scalars only CR goes: the rest is content there. Tabs elsewhere are left alone.
    """
    text = document.text
    if not text.strip() or not has_plain_lines(text):
        return None
    for ended in (True, False):
        # A block scalar may have, or lack, the file's last line end as content.
        tidied = _tidied(text, block_lines(document), ended=ended)
        if tidied == text:
            return None
        if same_data(document, tidied, document.data):
            return Tidied(tidied.encode("utf-8"), tuple(_done(text, tidied)))
    return None


def _tidied(text: str, inside: frozenset[int], *, ended: bool) -> str:
    lines = text.replace("\r\n", "\n").split("\n")
    kept = [line if number in inside else line.rstrip(" \t") for number, line in enumerate(lines, 1)]
    while ended and len(kept) > 1 and not kept[-1] and len(kept) not in inside:
        kept.pop()
    return "\n".join(kept) + ("\n" if ended else "")


def _done(before: str, after: str) -> list[str]:
    done = []
    if "\r\n" in before:
        done.append("line ends are LF")
    pairs = zip(before.replace("\r\n", "\n").split("\n"), after.split("\n"), strict=False)
    shortened = sum(1 for old, new in pairs if old != new)
    if shortened:
        done.append(f"white space at the end of {shortened} line{'s' if shortened > 1 else ''} removed")
    if not before.endswith("\n") and after.endswith("\n"):
        done.append("end of the last line added")
    elif before.replace("\r\n", "\n").count("\n") > after.count("\n"):
        done.append("blank lines at the end removed")
    return done
