"""The command that lets a shell complete the others. Events are imported when they happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from launchwindow.commands.completing import Completed
    from launchwindow.events.answer import Answer
    from launchwindow.events.workspace import Workspace

_WORDS = "words"
"""What the scripts ask: the words of a command line, each ended by NUL, come on standard input."""


def completion_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "shell",
        choices=("bash", "zsh", "fish", _WORDS),
        metavar="SHELL",
        help="bash, zsh or fish: print the script for it",
    )


def completion(arguments: argparse.Namespace, space: Workspace) -> Answer:
    from launchwindow.commands.shells import SCRIPTS
    from launchwindow.events.answer import Answer

    if arguments.shell != _WORDS:
        script = SCRIPTS[arguments.shell]
        return Answer(script, _document(arguments.shell, script, None))
    found = _completed(space)
    return Answer(_lines(found), _document(None, None, found))


def _completed(space: Workspace) -> Completed:
    from launchwindow.commands.completing import Commands, Names, complete
    from launchwindow.commands.table import COMMANDS, FURTHER_FORMATS
    from launchwindow.events.on_completion import app_names, asked_words, folder_of, partner_names, rule_names

    commands = Commands(
        {name: (text, arguments) for name, (text, arguments, _) in COMMANDS.items()},
        lambda name: ("text", "json", *FURTHER_FORMATS.get(name, ())),
    )
    words = asked_words()
    folder = folder_of(space, words)
    return complete(words, commands, Names(lambda: app_names(folder), lambda: partner_names(folder), rule_names))


def _lines(found: Completed) -> str:
    from launchwindow.commands.shells import FILES
    from launchwindow.report.visible import visible

    lines = [f"{visible(one.word)}\t{visible(one.help)}\n" for one in found.candidates]
    return "".join([*lines, *([f"{FILES}\n"] if found.files else [])])


def _document(shell: str | None, script: str | None, found: Completed | None) -> dict[str, object]:
    return {
        "schema": "launchwindow.completion/1",
        "shell": shell,
        "script": script,
        "candidates": None if found is None else [one._asdict() for one in found.candidates],
        "files": None if found is None else found.files,
    }
