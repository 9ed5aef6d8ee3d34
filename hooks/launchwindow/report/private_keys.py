"""Where private keys are, and what to do about them; never what stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple
from launchwindow.report.changes import count
from launchwindow.report.visible import sentence, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LONGEST = 1000
_ADVICE = (
    "Treat each of these keys as leaked, even if nothing was pushed: make a new key pair, and have everything that "
    "trusts the old one trust the new one.",
    "Take the file out of the commit (git rm --cached FILE), and out of the history if it is in an earlier one "
    "(git filter-repo): deleting it later is not enough, git keeps it.",
    "Keep private keys in a secret store, never in a repository.",
)


class KeyPlace(NamedTuple):
    """The first private key of a file; `line` counts from 1."""

    file: str
    line: int
    message: str


def keys_text(found: Sequence[KeyPlace], files: int) -> str:
    """A line for each file that holds one, then what to do."""
    said = f"{count(files, 'file')} searched: {count(len(found), 'file') if found else 'none'} with a private key.\n"
    if not found:
        return said
    lines = [f"{visible(one.file, _LONGEST)}:{one.line}: {one.message}" for one in found]
    return "\n".join([*lines, "", *(sentence(one, "- ", _LONGEST) for one in _ADVICE), "", said])


def keys_json(found: Iterable[KeyPlace], files: int) -> dict[str, object]:
    """The document `launchwindow.private-keys/1`."""
    return {
        "schema": "launchwindow.private-keys/1",
        "files": files,
        "found": [{"file": one.file, "line": one.line, "message": one.message} for one in found],
        "advice": list(_ADVICE),
    }
