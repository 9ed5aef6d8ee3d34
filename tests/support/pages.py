"""The documentation's code blocks: found on every page, each of a known kind, and played where they can be run.

A comment right above a block says what it is: `<!-- scene: NAME -->` plays a `console` block in the page's story (with
`, exits N` where its last command ends with that status), `<!-- told: REASON -->` leaves it unplayed, and
`<!-- text: REASON -->` stands above what no tool reads. A `diff` block begins with `--- PATH`, and edits that file of
the story. A line `…` alone stands for lines that a page leaves out.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from contextlib import chdir
from hashlib import sha256
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING, NamedTuple

from support.repository import ADOPTED, DEVELOPER, ROOT, Repository, identity, only_ours, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_FENCE = re.compile(r"^(?P<indent> {0,3})(?P<marks>`{3,}|~{3,})(?P<language>[^`\s]*)\s*$")
MARKER = re.compile(r"^\s*<!-- (?P<word>scene|told|text): (?P<rest>.+) -->$")
_SCENE = re.compile(r"(?P<name>[a-z-]+)(?:, exits (?P<status>[1-3]))?")
_ID = re.compile(r"\b[0-9a-f]{12}\b(?!\.(?:crt|svg|png))")
_REQUEST = re.compile(r"(?P<app>[a-z]+/[\w/-]+)@(?P<id>[0-9a-f]{12})")
_BY_SHELL = re.compile(r"(?:^|\s)(?:[|<>]|&&|;)")
_OURS = re.compile(r"(?P<env>(?:[A-Z_]+=\S+ )*)launchwindow (?P<arguments>.+)")
_NO_GITHUB = {"GITHUB_API_URL": "http://127.0.0.1:9"}
"""Where nothing answers: what a page shows works without."""
TOLD_IDS = (
    "3f2c1ab90d12",
    "81d0c5e7a9b4",
    "c46e2f5b7d90",
    *(sha256(b"%d" % number).hexdigest()[:12] for number in range(40)),
)
"""The ids of commits that pages show, in the order in which a page comes to need them."""


class Block(NamedTuple):
    """A fenced block of a page."""

    page: Path
    line: int
    """Of its opening fence, from 1."""
    language: str
    word: str
    """The marker's first word; empty without a marker."""
    rest: str
    above: str
    """The nearest line above that has text and is no marker."""
    body: str

    @property
    def place(self) -> str:
        """Page and line, for messages."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def scene(self) -> str:
        """The scene's name."""
        found = _SCENE.fullmatch(self.rest)
        assert found, f"{self.place}: “{self.rest}” names no scene"
        return found["name"]

    @property
    def status(self) -> int:
        """What its last command exits with."""
        found = _SCENE.fullmatch(self.rest)
        return int(found["status"] or 0) if found else 0


def pages() -> list[Path]:
    """Every page of the documentation."""
    top = [ROOT / name for name in ("README.md", "CONTRIBUTING.md")]
    return [*(page for page in top if page.is_file()), *sorted((ROOT / "docs").rglob("*.md"))]


def blocks_of(page: Path, text: str | None = None) -> list[Block]:
    """The fenced blocks of a page, in order. Raises ValueError where one does not end."""
    lines = (page.read_text(encoding="utf-8") if text is None else text).split("\n")
    found: list[Block] = []
    number = 0
    while number < len(lines):
        fence = _FENCE.match(lines[number])
        if fence is None:
            number += 1
            continue
        end = _end(lines, number, fence)
        marker = MARKER.match(lines[number - 1]) if number else None
        word, rest = (marker["word"], marker["rest"]) if marker else ("", "")
        body = "".join(f"{line.removeprefix(fence['indent'])}\n" for line in lines[number + 1 : end])
        above = next((line for line in reversed(lines[: number - bool(marker)]) if line.strip()), "")
        found.append(Block(page, number + 1, fence["language"], word, rest, above, body))
        number = end + 1
    return found


def _end(lines: list[str], start: int, fence: re.Match[str]) -> int:
    for number in range(start + 1, len(lines)):
        line = lines[number].strip()
        if line.startswith(fence["marks"]) and not line.strip(fence["marks"][0]):
            return number
    raise ValueError(f"the block that begins in line {start + 1} has no end")


class Command(NamedTuple):
    """A line after `$ `, and what the page says that it prints."""

    line: str
    """As it stands, with the lines that it goes on in."""
    output: list[str]

    @property
    def words(self) -> str:
        """One line to run."""
        return self.line.replace("\\\n", " ")


def commands_of(body: str) -> list[Command]:
    """The commands of a console block."""
    found: list[Command] = []
    for line in body.splitlines():
        if line.startswith("$ "):
            found.append(Command(line[2:], []))
        elif found and not found[-1].output and _goes_on(found[-1].line):
            found[-1] = Command(f"{found[-1].line}\n{line}", [])
        elif found:
            found[-1].output.append(line)
    for command in found[:-1]:
        while command.output and not command.output[-1]:
            command.output.pop()
    return found


def _goes_on(line: str) -> bool:
    """Whether a shell would wait for another line."""
    return line.endswith("\\") or line.count("'") % 2 == 1


class Stage:
    """Where the blocks of one page are played: a repository with the example fleet, and what happened to it."""

    def __init__(self, folder: Path, kept: Path) -> None:
        """To be played in `folder`; `kept` has what scenes made that begin anew, for other pages too."""
        self._folder, self._kept = folder, kept
        self._number = 0
        self.told: dict[str, str] = {}
        """A commit's id here -> the one that the page shows."""
        self.now = ADOPTED
        """When the last block was played."""
        self.fresh()

    def fresh(self, scene: Callable[[Stage], str] | None = None) -> str:
        """Begin anew, with what `scene` makes of the fleet; its time. Each is made once, then copied."""
        kept = self._kept / (scene.__name__ if scene else "adopted")
        if not kept.exists():
            now = self._made(scene)
            copytree(self.repository.path.parent, kept, symlinks=True)
            (kept / "now").write_text(now, encoding="utf-8")
        self._open(kept)
        return (kept / "now").read_text(encoding="utf-8")

    def _made(self, scene: Callable[[Stage], str] | None) -> str:
        if scene is not None:
            self.fresh()
            return scene(self)
        self.repository = Repository(self._folder / "first" / "fleet", whole_fleet=True)
        self.repository.adopted()
        return ADOPTED

    def _open(self, kept: Path) -> None:
        self._number += 1
        here = self._folder / str(self._number)
        copytree(kept, here, symlinks=True)
        self.repository = Repository.at(here / "fleet")
        self.cwd = self.repository.path
        self.told = {}

    def ok(self, *arguments: str, now: str, env: Mapping[str, str] | None = None) -> str:
        """What a command prints that has to go well."""
        with chdir(self.repository.path):
            result = self.repository.run(*arguments, now=now, env=env)
        assert result.status == 0, result.text
        return result.text

    def shell(self, line: str, now: str) -> tuple[int, str]:
        """A line of a page that is no command of ours."""
        path = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        finished = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", line], cwd=self.cwd, check=False, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, env={**only_ours(), **identity(DEVELOPER, now), **path},
        )  # fmt: skip
        return finished.returncode, finished.stdout

    def run(self, command: Command, now: str) -> tuple[int, list[str]]:
        """A command's exit status, and the lines that it prints."""
        line = self._with_real_ids(command.words)
        if line.startswith("cd "):
            self.cwd = (self.cwd / line[3:].strip()).resolve(strict=True)
            return 0, []
        ours = _OURS.fullmatch(line)
        if ours and not _BY_SHELL.search(line):
            given = dict(one.split("=", 1) for one in ours["env"].split())
            with chdir(self.cwd):
                result = run("--now", now, *shlex.split(ours["arguments"]), env={**_NO_GITHUB, **given})
            status, text = result.status, result.text
        else:
            status, text = self.shell(line, now)
        self._learn(command.output, text.splitlines())
        return status, [_ID.sub(lambda found: self.told[found[0]], line) for line in text.splitlines()]

    def _with_real_ids(self, line: str) -> str:
        """The line with the ids that there really are, for those that the page shows."""
        for found in _REQUEST.finditer(line):
            if found["id"] not in self.told.values():
                self.told[self._oldest(found["app"])] = found["id"]
        real = {shown: one for one, shown in self.told.items()}
        return _ID.sub(lambda found: real.get(found[0], found[0]), line)

    def _oldest(self, app: str) -> str:
        """The commit of the app's oldest open request that the page has not shown yet."""
        return next(one for one in self.open_requests(app) if one not in self.told)

    def open_requests(self, app: str) -> list[str]:
        """The commits of the app's open requests, the oldest first."""
        ref = self.repository.ledger_ref
        listing = self.repository.git("ls-tree", "-r", "--name-only", ref, f"requests/open/{app}/").split()
        texts = {Path(path).stem: self.repository.git("show", f"{ref}:{path}") for path in listing}
        return sorted(texts, key=lambda one: int(texts[one].partition("\norder: ")[2].partition("\n")[0]))

    def _learn(self, expected: list[str], lines: list[str]) -> None:
        """Which id the page shows for each that is new."""
        pairs = aligned(expected, lines) or []
        for shown, real in ((_ID.findall(one), _ID.findall(other)) for one, other in pairs):
            for shown_id, real_id in zip(shown, real, strict=True):
                if real_id not in self.told and shown_id not in self.told.values():
                    self.told[real_id] = shown_id
        free = (one for one in TOLD_IDS if one not in self.told.values())
        for real_id in _ID.findall("\n".join(lines)):
            if real_id not in self.told:
                self.told[real_id] = next(free)


def aligned(expected: list[str], lines: list[str]) -> list[tuple[str, str]] | None:
    """Each expected line with the line that it stands for, whatever the ids in them; None where they are others."""
    if not expected:
        return None if lines else []
    if expected[0] == "…":
        rests = (aligned(expected[1:], lines[number:]) for number in range(len(lines) + 1))
        return next((rest for rest in rests if rest is not None), None)
    if not lines or _ID.sub("", expected[0]) != _ID.sub("", lines[0]):
        return None
    rest = aligned(expected[1:], lines[1:])
    return None if rest is None else [(expected[0], lines[0]), *rest]


def played(stage: Stage, block: Block, now: str) -> str:
    """The block as it would look if its commands were run now."""
    text: list[str] = []
    commands = commands_of(block.body)
    for number, command in enumerate(commands):
        status, lines = stage.run(command, now)
        last = number == len(commands) - 1
        assert status == (block.status if last else 0), f"{block.place}: $ {command.line}: {status}\n" + "\n".join(
            lines
        )
        pairs = aligned(command.output, lines)
        as_told = pairs is not None and all(one == other for one, other in pairs)
        shown = command.output if as_told else lines
        text += [f"$ {command.line}", *shown, *([""] if shown and not last else [])]
    return "".join(f"{line}\n" for line in text)


def edit(stage: Stage, block: Block) -> None:
    """Apply a diff block: its lines with `-` and ` ` must be in the file, once, and become those with `+` and ` `."""
    head, *lines = block.body.splitlines()
    old = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("+"))
    new = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("-"))
    path = stage.cwd / head.removeprefix("--- ")
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{block.place}: {path.name} has not just once\n{old}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def play(
    page: Path, scenes: dict[str, Callable[[Stage], str]], folder: Path, kept: Path
) -> Iterator[tuple[Block, str]]:
    """Each console block of a page, in order and in one story, with what it would be now."""
    stage = Stage(folder, kept)
    for block in blocks_of(page):
        if block.language == "diff":
            edit(stage, block)
        elif block.word == "scene":
            now = scenes[block.scene](stage)
            stage.now = now
            yield block, played(stage, block, now)
