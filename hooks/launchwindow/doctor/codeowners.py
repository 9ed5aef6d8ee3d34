"""Who owns a path by a CODEOWNERS file, as GitHub reads it.

Source: GitHub's page “About code owners”, section “CODEOWNERS syntax”: the last matching line decides, also one without
owners; patterns are .gitignore's without `!`, `[ ]` and escapes; `docs/*` takes no deeper files; case counts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub looks for it; the first one that is there counts."""
_OWNER = re.compile(r"@[A-Za-z0-9][A-Za-z0-9_-]*(?:/[A-Za-z0-9._-]+)?|[^\s@]+@[^\s@]+")


class Line(NamedTuple):
    """A pattern and its owners, which may be none."""

    matches: re.Pattern[str]
    owners: tuple[str, ...]


def lines_of(text: str) -> tuple[Line, ...]:
    """The lines that count; a line that GitHub can't read, it skips."""
    found = []
    for line in text.splitlines():
        words = re.sub(r"(^|\s)#.*", "", line).split()
        if words and not re.search(r"[!\[\]\\]", words[0]) and all(_OWNER.fullmatch(one) for one in words[1:]):
            found.append(Line(re.compile(_pattern(words[0])), tuple(words[1:])))
    return tuple(found)


def unowned(lines: Iterable[Line], paths: Iterable[str]) -> list[str]:
    """The paths that have no owner, in their order."""
    backwards = tuple(lines)[::-1]
    return [path for path in paths if not _owners(backwards, path)]


def _owners(backwards: Iterable[Line], path: str) -> tuple[str, ...]:
    return next((line.owners for line in backwards if line.matches.fullmatch(path)), ())


def _pattern(written: str) -> str:
    """A regular expression of whole paths."""
    anchored = "/" in written.rstrip("/")
    name = written.strip("/")
    start = "" if anchored else "(?:.*/)?"
    if written.endswith("/"):
        return f"{start}{translated(name)}/.*"
    # `docs/*` takes the files that lie there; any other last part may also be a folder, with all that is in it.
    end = "" if anchored and name.endswith("/*") else "(?:/.*)?"
    return f"{start}{translated(name)}{end}"


def translated(name: str) -> str:
    """A path pattern with `*`, `**` and `?` as a regular expression."""
    parts = re.split(r"(\*\*/|/\*\*$|\*\*|\*|\?)", name)
    meaning = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(meaning.get(part, re.escape(part)) for part in parts)
