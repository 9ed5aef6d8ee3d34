"""What may come next on a command line: the same parsers that read it are asked, so that they always agree."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from launchwindow.arguments import app, of_app, one_app
from launchwindow.commands.options import common
from launchwindow.model.app import ENVIRONMENTS
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Arguments = Callable[[argparse.ArgumentParser], None]

_APPS = (app, of_app, one_app)
_FILES = frozenset({"FILE", "DIR", "PATH"})


class Candidate(NamedTuple):
    """A word that may stand there, and what it means."""

    word: str
    help: str


class Completed(NamedTuple):
    """What may stand there; `files` where a file's name may."""

    candidates: tuple[Candidate, ...]
    files: bool = False


class Names(NamedTuple):
    """What the repository and the rules call things: each a function, for most are not asked."""

    apps: Callable[[], Iterable[str]]
    partners: Callable[[], Iterable[str]]
    rules: Callable[[], Mapping[str, str]]


class Commands(NamedTuple):
    """Every command: its help and arguments, and its formats."""

    arguments: Mapping[str, tuple[str, Arguments]]
    formats: Callable[[str], Sequence[str]]


def complete(words: Sequence[str], commands: Commands, names: Names) -> Completed:
    """What the last of the words, which may be empty or only begun, can be; the others stand before it."""
    *before, last = words or ("",)
    place = _Place(_top(commands))
    for word in before:
        # Bash makes three words of --format=json.
        if word != "=":
            place.take(word, commands)
    option, equals, begun = last.partition("=")
    if equals and place.expects is None and option in place.options:
        place.expects = place.options[option]
        found = _values(place.expects, names)
        return Completed(tuple(Candidate(f"{option}={one.word}", one.help) for one in found.candidates
                               if one.word.startswith(begun)), found.files)  # fmt: skip
    found = place.next(last, commands, names)
    last = "" if last == "=" else last
    return Completed(tuple(one for one in found.candidates if one.word.startswith(last)), found.files)


def _top(commands: Commands) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="launchwindow", allow_abbrev=False)
    parser.add_argument("--version", action="version", version="", help="the version, and nothing else")
    formats = [one for name in commands.arguments for one in commands.formats(name)]
    common(parser, formats, again=False)
    return parser


class _Place:
    """Where on the command line the next word stands."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self.expects: argparse.Action | None = None
        """The option whose value comes next."""
        self._in_command = False
        self._plain = False
        """Whether `--` came: then nothing is an option any more."""
        self._enter(parser)

    def _enter(self, parser: argparse.ArgumentParser) -> None:
        actions = parser._actions
        self.options = {text: one for one in actions for text in one.option_strings}
        self._positionals = [one for one in actions if not one.option_strings]

    def take(self, word: str, commands: Commands) -> None:
        """Go past a word."""
        if self.expects is not None:
            self.expects = None
        elif word == "--" and not self._plain:
            self._plain = True
        elif word.startswith("-") and not self._plain:
            found = self.options.get(word)
            self.expects = found if found is not None and found.nargs != 0 else None
        elif not self._in_command:
            self._in_command = True
            self._enter(_parser(word, commands))
        elif self._positionals:
            first = self._positionals[0]
            if isinstance(first, argparse._SubParsersAction):
                self._enter(first.choices.get(word, argparse.ArgumentParser()))
            elif first.nargs not in ("*", "+"):
                self._positionals.pop(0)

    def next(self, last: str, commands: Commands, names: Names) -> Completed:
        """What may come, however the word begins."""
        if self.expects is not None:
            return _values(self.expects, names)
        if last.startswith("-") and not self._plain:
            return Completed(tuple(Candidate(text, one.help or "") for text, one in self.options.items()
                                   if one.help is not argparse.SUPPRESS))  # fmt: skip
        if not self._in_command:
            return Completed(tuple(Candidate(name, text) for name, (text, _) in commands.arguments.items()))
        return _values(self._positionals[0], names) if self._positionals else Completed(())


def _parser(name: str, commands: Commands) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=name, allow_abbrev=False)
    if name in commands.arguments:
        common(parser, commands.formats(name), again=True)
        commands.arguments[name][1](parser)
    return parser


def _values(action: argparse.Action, names: Names) -> Completed:
    if isinstance(action, argparse._SubParsersAction):
        return Completed(tuple(Candidate(name, one.description or "") for name, one in action.choices.items()))
    if action.choices is not None:
        return Completed(tuple(Candidate(str(one), "") for one in action.choices))
    if action.type in _APPS:
        return Completed(tuple(Candidate(one, "") for one in names.apps()))
    if action.metavar == "RULE":
        return Completed(tuple(Candidate(*one) for one in names.rules().items()))
    if action.dest == "environment":
        return Completed(tuple(Candidate(one, "") for one in ENVIRONMENTS))
    if action.dest == "partner":
        return Completed(tuple(Candidate(one, "") for one in names.partners()))
    return Completed((), action.type is Path or action.metavar in _FILES)
