"""What is wrong with a code block of the documentation, by its language. What is played, `pages.play` looks at."""

from __future__ import annotations

import ast
import json
import re
import shlex
import subprocess
import tomllib
from contextlib import redirect_stderr
from functools import cache
from io import StringIO
from typing import TYPE_CHECKING, Any

from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.validators import validator_for

from launchwindow.cli import _parsed
from launchwindow.load.yaml_source import Refused, parse
from support.pages import Block, blocks_of, commands_of
from support.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FILE = re.compile(r"^# \S+\.yaml\n", re.MULTILINE)
"""Where a block shows pieces of several files."""
_TARGETS = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)


def mistakes(block: Block) -> Iterator[str]:
    """A sentence for each mistake; none where the block is of a known kind and sound."""
    check = _CHECKS.get(block.language)
    if check is None:
        yield f"`{block.language}` is no language of a block here"
    else:
        yield from check(block)


def _console(block: Block) -> Iterator[str]:
    if block.word not in ("scene", "told"):
        yield "name the scene that plays it, or say with `<!-- told: REASON -->` why none does"
    commands = commands_of(block.body)
    if not commands:
        yield "it has no command after `$ `"
    if block.word == "told":
        for command in commands:
            if command.output:
                yield f"nothing holds what it shows of `{command.line}`"
            yield from _command(command.words)


def _shell(block: Block) -> Iterator[str]:
    checked = subprocess.run(["bash", "-n"], input=block.body, capture_output=True, text=True, check=False)
    yield from checked.stderr.splitlines()
    for line in block.body.splitlines():
        yield from _command(line)


def _command(line: str) -> Iterator[str]:
    """What is wrong with a line that is not run: its command, its options, its target of `make`."""
    words = shlex.split(line, comments=True)
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        del words[0]
    if words[:1] == ["make"]:
        targets = _TARGETS.findall((ROOT / "Makefile").read_text(encoding="utf-8"))
        yield from (f"there is no `make {one}`" for one in words[1:] if "=" not in one and one not in targets)
    elif words[:1] == ["launchwindow"]:
        said = StringIO()
        try:
            with redirect_stderr(said):
                _parsed(words[1:])
        except SystemExit as stop:
            if stop.code:
                yield said.getvalue()


def _diff(block: Block) -> Iterator[str]:
    """What is applied, `pages.play` looks at; on a page without a story nobody would."""
    head, *lines = block.body.splitlines() or [""]
    if not head.startswith("--- "):
        yield "name the file that it changes in its first line: `--- PATH`"
    if not any(one.word == "scene" for one in blocks_of(block.page)):
        yield "nothing plays the page that it stands on"
    if any(line[:1] not in ("-", "+", " ") for line in lines):
        yield "each line begins with `-`, `+` or a space"


def _json(block: Block) -> Iterator[str]:
    try:
        document = json.loads(block.body)
    except ValueError as error:
        yield str(error)
        return
    contract = re.fullmatch(r"launchwindow\.([a-z-]+)/1", str(document.get("schema")))
    if contract:
        yield from _by(_schema(contract[1]), document)


def _python(block: Block) -> Iterator[str]:
    try:
        # What is indented is a piece of a table.
        ast.parse(f"{{{block.body}}}" if block.body.startswith(" ") else block.body)
    except SyntaxError as error:
        yield str(error)


def _toml(block: Block) -> Iterator[str]:
    try:
        tomllib.loads(block.body)
    except tomllib.TOMLDecodeError as error:
        yield str(error)


def _text(block: Block) -> Iterator[str]:
    if block.word != "text":
        yield "give it a language, or say with `<!-- text: REASON -->` why it has none"


def _yaml(block: Block) -> Iterator[str]:
    if block.above == "**Bad:**":
        return
    for piece in filter(str.strip, _FILE.split(block.body)):
        yield from _piece_of_yaml(piece)


def _piece_of_yaml(text: str) -> Iterator[str]:
    try:
        data = parse("", text.encode()).data
    except Refused as error:
        yield str(error)
        return
    kinds = [kind for kind in _KINDS if kind.holds(data)]
    if not kinds:
        yield f"it shows no piece of {', '.join(kind.name for kind in _KINDS)}"
    else:
        found = [list(kind.mistakes(data)) for kind in kinds]
        yield from min(found, key=len)


def _by(schema: dict[str, Any], data: object) -> Iterator[str]:
    validator = validator_for(schema, Draft202012Validator)(schema, format_checker=FormatChecker())
    yield from (f"{error.json_path}: {error.message}" for error in validator.iter_errors(data))


@cache
def _schema(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    return document


class _Kind:
    """A kind of file: whether a mapping is a piece of one, and what is wrong with it."""

    def __init__(self, name: str, holds: Callable[[object], bool], mistakes: Callable[[Any], Iterator[str]]) -> None:
        self.name, self.holds, self.mistakes = name, holds, mistakes


def _ours(name: str) -> _Kind:
    """A file of the configuration. Of a piece nothing is required but what its own parts require."""
    of_the_whole = ("required", "if", "then", "dependentSchemas")
    schema = {key: value for key, value in _schema(name).items() if key not in of_the_whole}

    def holds(data: object) -> bool:
        return isinstance(data, dict) and data.keys() <= schema["properties"].keys()

    return _Kind(name, holds, lambda data: _by(schema, data))


def _is_help_text(data: object) -> bool:
    return isinstance(data, dict) and data.keys() <= {"en", "es", "fr", "zh"}


def _help_text(data: dict[str, str]) -> Iterator[str]:
    yield from _by(_schema("app")["properties"]["help_text"] | {"$defs": _schema("app")["$defs"]}, {"sign_in": data})


def _is_workflow(data: object) -> bool:
    return isinstance(data, dict) and data.keys() >= {"on", "jobs"}


def _is_steps(data: object) -> bool:
    return isinstance(data, list) and all(isinstance(one, dict) and {"uses", "run"} & one.keys() for one in data)


def _workflow(data: Any) -> Iterator[str]:
    yield from _by(get_builtin_schema("vendor.github-workflows"), data)


def _steps(data: list[object]) -> Iterator[str]:
    yield from _workflow({"on": "push", "jobs": {"one": {"runs-on": "ubuntu-24.04", "steps": data}}})


def _hooks(data: Any) -> Iterator[str]:
    from cfgv import ValidationError, validate
    from pre_commit.clientlib import CONFIG_SCHEMA

    try:
        validate(data, CONFIG_SCHEMA)
    except ValidationError as error:
        yield str(error)


_KINDS = (
    *(_ours(name) for name in ("app", "partner", "policy")),
    _Kind("help text", _is_help_text, _help_text),
    _Kind("workflow", _is_workflow, _workflow),
    _Kind("workflow's steps", _is_steps, _steps),
    _Kind("pre-commit's configuration", lambda data: isinstance(data, dict) and data.keys() <= {"repos"}, _hooks),
)

_CHECKS: dict[str, Callable[[Block], Iterator[str]]] = {
    "console": _console, "sh": _shell, "bash": _shell, "diff": _diff, "json": _json, "python": _python, "toml": _toml,
    "yaml": _yaml, "text": _text, "": _text,
}  # fmt: skip
