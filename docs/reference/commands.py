"""Every command, by reader: how it is called, each option, how it exits, and what its JSON document is held by.

Nothing here depends on how argparse lays out its help, which differs between Pythons and terminals.
"""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from markdown import cell, linked_schema

from launchwindow.command_line import _OVERVIEW, _parser
from launchwindow.commands.table import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator

_GROUP = re.compile(r"^(For .+):$")
_LINE = re.compile(r"^  (?P<names>[a-z-]+(?:, [a-z-]+)*)(?: |$)")
_COMMON = ("help", "repo", "now", "format", "remote", "github")
"""Options of every command, or of nearly all, which stand once."""

_HEAD = """\
# Commands

For everybody: each command, by who uses it. This page is made from the program by `python docs/reference`.

`launchwindow COMMAND --help` says the same. APP is `environment/partner/app`, such as `production/exa/benefits-finder`;
REQUEST is an APP with `@` and the commit that brought it.

## For every command

| option | what |
|---|---|
{common}

`--remote` and `--github` are for commands that read or write the ledger. With a remote, a lost race is run again.

| exit status | what it means |
|---|---|
| 0 | It is well, or was done. |
| 1 | Blocking findings, or something due that could not be done. |
| 2 | The command line, or the repository's own files, are wrong. Nothing was written. |
| 3 | A bug in Launchwindow. |

`--format json` prints one document to standard output, and nothing else; `schema` in it names
[its version](documents.md). What is wrong is printed to standard error."""


def page() -> str:
    """The page. Raises ValueError for a command that the overview of `--help` puts in no group, or in two."""
    groups = _groups()
    parsers = _parsers()
    named = [name for names in groups.values() for name in names]
    if sorted(named) != sorted(COMMANDS):
        raise ValueError(f"command_line._OVERVIEW has not each command once: {sorted(set(COMMANDS) ^ set(named))}")
    parts = [_HEAD.format(common="\n".join(_rows(_common(parsers))))]
    for reader, names in groups.items():
        parts.append(f"## {reader}")
        for name in names:
            parts += [f"### {name}", *_command(name, parsers[name])]
    return "\n\n".join(parts) + "\n"


def _groups() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in _OVERVIEW.splitlines():
        if group := _GROUP.match(line):
            found[group[1]] = []
        elif found and (command := _LINE.match(line)):
            found[list(found)[-1]] += [one for one in command["names"].split(", ") if one in COMMANDS]
    return found


def _parsers() -> dict[str, argparse.ArgumentParser]:
    actions = _parser(list(COMMANDS))._actions
    return dict(next(one for one in actions if isinstance(one, argparse._SubParsersAction)).choices)


def _common(parsers: dict[str, argparse.ArgumentParser]) -> list[argparse.Action]:
    known = {one.dest: one for parser in parsers.values() for one in parser._actions if one.dest in _COMMON}
    return [known[dest] for dest in _COMMON if dest != "help"]


def _command(name: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    yield str(COMMANDS[name][0])
    own = [one for one in parser._actions if one.dest not in _COMMON]
    nested = next((one for one in own if isinstance(one, argparse._SubParsersAction)), None)
    if nested is None:
        yield from _call(f"launchwindow {name}", own)
    else:
        for action, inner in nested.choices.items():
            yield f"**{name} {action}**: {inner.description}"
            yield from _call(
                f"launchwindow {name} {action}", [one for one in inner._actions if one.dest not in _COMMON]
            )
    formats = next(one.choices for one in parser._actions if one.dest == "format")
    further = "".join(f", `{one}`" for one in formats or () if one not in ("text", "json"))
    yield f"Formats: `text`, `json` ({linked_schema(name)}){further}."


def _call(start: str, actions: list[argparse.Action]) -> Iterator[str]:
    usage = " ".join([start, *(_usage(one) for one in actions)])
    yield f"`{usage}`"
    if actions:
        yield "\n".join(["| argument | what |", "|---|---|", *_rows(actions)])


def _usage(action: argparse.Action) -> str:
    if not action.option_strings:
        metavar = str(action.metavar)
        return {"?": f"[{metavar}]", "*": f"[{metavar} …]"}.get(str(action.nargs), metavar)
    text = _option(action)
    return text if action.required else f"[{text}]"


def _option(action: argparse.Action) -> str:
    if action.nargs == 0:
        return action.option_strings[-1]
    value = action.metavar or "|".join(str(one) for one in action.choices or ())
    return f"{action.option_strings[-1]} {value}"


def _rows(actions: list[argparse.Action]) -> Iterator[str]:
    for one in actions:
        name = _option(one) if one.option_strings else str(one.metavar)
        what = one.help or ""
        if one.dest == "format":
            name, what = "--format FORMAT", "`text` or `json`, and what the command's own section names; default: text"
        yield f"| {cell(f'`{name}`')} | {cell(what)} |"
