"""What `check --fix` did, as lines, and what it would do, as a unified diff."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

from launchwindow.report.changes import count
from launchwindow.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from launchwindow.edit.edits import Edit

NOTHING = "There is nothing to fix.\n"
_LONGEST = 1000
"""Characters of one line of a diff."""
_NO_END = "\\ No newline at end of file"


def fixed_text(edits: Sequence[Edit]) -> str:
    """A line for each file that was written, and how many those are."""
    if not edits:
        return NOTHING
    lines = [f"fixed {visible(edit.path)}: {visible(', '.join(edit.done), _LONGEST)}" for edit in edits]
    return "\n".join([*lines, f"{count(len(edits), 'file')} written.\n"])


def diff_text(edits: Iterable[Edit]) -> str:
    """A unified diff, file by file, in which nothing is left that a terminal would act on."""
    return "\n".join(line for edit in edits for line in _diff(edit)) + "\n"


def _diff(edit: Edit) -> Iterator[str]:
    path = visible(edit.path)
    old = "/dev/null" if edit.before is None else f"a/{path}"
    lines = unified_diff(_lines(edit.before or b""), _lines(edit.after), old, f"b/{path}", lineterm="")
    for line in lines:
        text, _, end = line.partition("\n")
        yield visible(text, _LONGEST)
        if end:
            yield end


def _lines(data: bytes) -> list[str]:
    """Lines without their ends; the last one of a file that does not end in LF says so behind its own end."""
    lines = data.decode("utf-8", "backslashreplace").split("\n")
    return lines[:-1] + ([f"{lines[-1]}\n{_NO_END}"] if lines[-1] else [])
