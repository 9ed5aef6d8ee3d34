"""A plain `check` or `plan`, read without the parser of the whole command line: its import takes as long as a check.

Whatever is not surely what that parser would say of it is left to it: an option that few use, a slip, `--help`.
`tests/test_plain_line.py` holds the two against each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.commands.check import check
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from launchwindow.events.answer import Answer

_FLAGS = ("--staged", "--no-cache")
_ANYWHERE = ("--repo", "--now", "--format")
"""Before the command or after it."""
_OF_PLAN = ("--base", "--head")
_FORMATS = {"check": ("text", "json", "sarif", "junit", "github"), "plan": ("text", "json", "markdown")}


class PlainCheck(NamedTuple):
    """What the parser would say, of the options that are read here; all others are as they are left out."""

    repo: Path | None
    now: datetime | None
    format: str
    paths: list[str]
    staged: bool
    no_cache: bool
    command: str = "check"
    since: None = None
    fix: bool = False
    diff: bool = False
    color: str = "auto"
    handler: Callable[..., Answer] = check


class PlainPlan(NamedTuple):
    """The same of a `plan`."""

    repo: Path | None
    now: datetime | None
    format: str
    base: str
    head: str
    handler: Callable[..., Answer]
    command: str = "plan"
    pull_request: None = None
    summary: None = None
    remote: None = None
    github: None = None


def plain(given: Sequence[str]) -> PlainCheck | PlainPlan | None:
    """The `check` or `plan` that a command line is; None where it may be something else, or wrong."""
    values: dict[str, str] = {}
    flags: set[str] = set()
    words: list[str] = []
    ended = False
    rest = iter(given)
    for token in rest:
        if not token.startswith("-"):
            if not token or ended:
                # The parser takes paths that stand together.
                return None
            words.append(token)
            continue
        ended = len(words) > 1
        if token in _FLAGS and words[:1] == ["check"]:
            flags.add(token)
        elif not _takes(token, rest, values, words):
            return None
    command = words[0] if words else ""
    now = _moment(values["--now"]) if "--now" in values else None
    form = values.get("--format", "text")
    if (now is None and "--now" in values) or form not in _FORMATS.get(command, ()):
        return None
    repo = _folder(values.get("--repo"))
    if command == "check":
        return PlainCheck(repo, now, form, words[1:], "--staged" in flags, "--no-cache" in flags)
    return _plan(repo, now, form, values) if words == ["plan"] else None


def _plan(repo: Path | None, now: datetime | None, form: str, values: dict[str, str]) -> PlainPlan:
    from launchwindow.commands.plan import plan

    return PlainPlan(repo, now, form, values.get("--base", "main"), values.get("--head", "HEAD"), plan)


def _takes(token: str, rest: Iterator[str], values: dict[str, str], words: Sequence[str]) -> bool:
    """Whether it is an option with a value, which is noted."""
    name, equals, value = token.partition("=")
    if not equals:
        value = next(rest, "")
    is_known = name in _ANYWHERE or (name in _OF_PLAN and words[:1] == ["plan"])
    if not is_known or name in values or not value or value.startswith("-"):
        return False
    values[name] = value
    return True


def _moment(text: str) -> datetime | None:
    from launchwindow.arguments import moment_in

    return moment_in(text)


def _folder(text: str | None) -> Path | None:
    if text is None:
        return None
    from pathlib import Path

    return Path(text)
