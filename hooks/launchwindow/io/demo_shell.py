"""The demo's stage: a throw-away clone, and a shell that shows each command with what it prints."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from launchwindow.io.git import Git
from launchwindow.model.errors import NotPossible
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from typing import TextIO

_SUPPORT = ".git/demo"
"""Where the stage keeps what it needs, out of sight of git: launchers, and pre-commit's configuration and home."""


class Played(NamedTuple):
    """One command of the story: its line, exit status and output, in which errors stand where they appeared."""

    command: str
    status: int
    output: str


class DemoShell:
    """Runs command lines in one folder at a simulated time, and writes them down for whoever watches."""

    def __init__(self, folder: Path, out: TextIO, printable: Callable[[str], str]) -> None:
        """`printable` makes a line of output safe for a terminal."""
        self._folder = folder
        self._out = out
        self._printable = printable
        self.played: list[Played] = []
        own = ("GIT_", "PRE_COMMIT", "PYTHON")
        self._environment = {key: value for key, value in os.environ.items() if not key.startswith(own)}
        self._environment |= {
            "PATH": os.pathsep.join([str(folder / _SUPPORT / "bin"), os.environ.get("PATH", os.defpath)]),
            "PRE_COMMIT_HOME": str(folder / _SUPPORT / "pre-commit"),
            # The story is the same on every machine: nobody's own settings, one language, no colours, no pager.
            "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_PAGER": "cat",
            "LC_ALL": "C", "PYTHONUTF8": "1", "NO_COLOR": "1",
        }  # fmt: skip

    def say(self, text: str) -> None:
        """Write a paragraph of the story."""
        encoding = self._out.encoding or "utf-8"
        self._out.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        self._out.flush()

    def act_as(self, name: str, email: str, moment: datetime) -> None:
        """From now on, commits are by this person and of this time."""
        for role in ("AUTHOR", "COMMITTER"):
            self._environment |= {
                f"GIT_{role}_NAME": name, f"GIT_{role}_EMAIL": email, f"GIT_{role}_DATE": moment.isoformat(),
            }  # fmt: skip

    def run(self, command: str, expect: int = 0) -> str:
        """Run a command line and show it; its output. Raises `NotPossible` when it ends otherwise than expected."""
        self.say(f"  $ {command}")
        output = self.quietly(command, expect)
        self.played.append(Played(command, expect, output))
        lines = [self._printable(line.expandtabs(4)) for line in output.strip("\n").splitlines()]
        self.say("".join(f"    {line}".rstrip() + "\n" for line in lines))
        return output

    def quietly(self, command: str, expect: int = 0) -> str:
        """`run`, without showing it unless it ends otherwise than expected."""
        finished = subprocess.run(
            ["sh", "-c", command], cwd=self._folder, env=self._environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        output = finished.stdout.decode("utf-8", "replace")
        if finished.returncode != expect:
            shown = "\n".join(self._printable(line) for line in output.splitlines())
            raise NotPossible(
                f"The demo stops here: `{command}` ended with exit status {finished.returncode}, and the story needs "
                f"{expect}. It printed:\n{shown}"
            )
        return output

    def edit(self, path: str, before: str, after: str) -> None:
        """Change a file as its author would in an editor. Raises `NotPossible` when `before` is not there once."""
        file = self._folder / path
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        if text.count(before) != 1:
            raise NotPossible(f"The demo edits {path}, and expects “{before}” in it exactly once.")
        file.write_text(text.replace(before, after), encoding="utf-8")

    def launchers(self) -> None:
        """Let the command lines find this very version of `launchwindow`, and `pre-commit` beside it."""
        folder = self._folder / _SUPPORT / "bin"
        folder.mkdir(parents=True)
        package_root = Path(__file__).resolve().parent.parent.parent
        for name, module in (("launchwindow", "launchwindow"), ("pre-commit", "pre_commit")):
            script = folder / name
            run = f'exec {shlex.quote(sys.executable)} -P -m {module} "$@"'
            script.write_text(f"#!/bin/sh\nPYTHONPATH={shlex.quote(str(package_root))} {run}\n", encoding="utf-8")
            script.chmod(0o755)

    def install_hook(self, arguments: str) -> None:
        """Run `launchwindow ARGUMENTS` before each commit: by pre-commit if it is there, else as git's hook."""
        entry = f"{shlex.quote(str(self._folder / _SUPPORT / 'bin' / 'launchwindow'))} {arguments}"
        if find_spec("pre_commit") is None:
            hook = self._folder / ".git/hooks/pre-commit"
            hook.parent.mkdir(exist_ok=True)
            hook.write_text(f"#!/bin/sh\nexec {entry}\n", encoding="utf-8")
            hook.chmod(0o755)
            return
        config = self._folder / _SUPPORT / "pre-commit.yaml"
        config.write_text(_PRE_COMMIT.format(entry=entry.replace("'", "''")), encoding="utf-8")
        self.quietly(f"pre-commit install --config {shlex.quote(str(config))}")


_PRE_COMMIT = """\
repos:
  - repo: local
    hooks:
      - id: launchwindow
        name: launchwindow check --staged
        entry: '{entry}'
        language: system
        pass_filenames: false
        always_run: true
"""


def clone(source: Path, folder: Path) -> str:
    """Clone what `source` has committed into the new `folder`, on a branch main that nothing can be pushed from.

    Returns the id of main's commit. Raises `GitFailed` when `source` is no repository or has no commit.
    """
    origin = Git(source)
    origin.run(
        "clone", "--quiet", "--no-local", "--no-tags", "--single-branch", "--template=", str(source), str(folder)
    )
    git = Git(folder)
    git.run("checkout", "--quiet", "-B", "main", "HEAD")
    git.run("remote", "remove", "origin")
    if git.is_shallow():
        _begin_history(git, folder)
    return git.run("rev-parse", "HEAD").decode().strip()


def _begin_history(git: Git, folder: Path) -> None:
    """Let history begin at HEAD where the source's was cut off: launchwindow wants the whole of it."""
    nobody = {f"GIT_{role}_{what}": "demo" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    commit = git.run("commit-tree", "HEAD^{tree}", "-m", "The fleet as it stands", extra=nobody).decode().strip()
    git.run("checkout", "--quiet", "-B", "main", commit)
    (folder / ".git/shallow").unlink()


@contextmanager
def stage(keep: Path | None) -> Iterator[Path]:
    """A path to clone into: `keep`, which stays, or one that is gone afterwards.

    Raises `NotPossible` when `keep` is there and holds something: the demo overwrites nothing.
    """
    if keep is not None:
        if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
            raise NotPossible(f"{keep} is there already; --keep wants a new folder.")
        yield keep.absolute()
        return
    with TemporaryDirectory(prefix="launchwindow-demo-") as temporary:
        yield Path(temporary) / "clone"
